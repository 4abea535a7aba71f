"""LiteLLM's proxy where the package index does not have all that it asks for."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from litellm_monitoring.tools.catalogue import lacking as module
from litellm_monitoring.tools.catalogue import pins as pins_module
from litellm_monitoring.tools.catalogue.lacking import (
    Lacking,
    applying,
    as_far_as_there,
    lacking,
)
from litellm_monitoring.tools.process import NoSolution, run_uv

METADATA = [
    "httpx[http2]>=0.28.0,<1.0",
    'litellm-proxy==1.110.2 ; extra == "proxy"',
    'litellm-enterprise==0.1.83.post1 ; extra == "proxy"',
    'semver>=3.0.4,<4 ; extra == "proxy"',
    'langfuse>=4.7 ; extra == "proxy-runtime"',
    'tiktoken>=0.8.0 ; python_full_version < "3.2"',
]
IN_THE_INDEX = {
    "httpx[http2]<1.0,>=0.28.0",
    "semver<4,>=3.0.4",
    "litellm-enterprise",
}
LACKING = Lacking(
    other_versions=(Requirement(METADATA[2]),),
    at_all=(Requirement(METADATA[1]),),
)


def test_what_is_asked_for_is_what_holds_here_with_the_proxys_extra() -> None:
    assert [each.name for each in applying(METADATA)] == [
        "httpx",
        "litellm-proxy",
        "litellm-enterprise",
        "semver",
    ]


def test_another_version_is_taken_before_anything_is_left_out() -> None:
    found = lacking(applying(METADATA), lambda asked: asked in IN_THE_INDEX)
    assert found == LACKING
    assert not lacking(applying(METADATA), lambda _: True)


def test_uv_is_told_what_to_do_without(tmp_path: Path) -> None:
    options = [*LACKING.options(tmp_path)]
    assert dict(
        zip(options[::2], (Path(each).read_text() for each in options[1::2]), strict=True)
    ) == {
        "--overrides": "litellm-enterprise\n",
        "--excludes": "litellm-proxy\n",
    }
    assert [*Lacking().options(tmp_path)] == []


def test_people_are_told_what_is_not_as_litellm_asks_for_it() -> None:
    assert [*LACKING.remarks()] == [
        "litellm-enterprise is in another version: litellm-enterprise==0.1.83.post1 cannot be had",
        "litellm-proxy is left out: it cannot be had",
    ]


@pytest.mark.parametrize("whole", [True, False])
def test_it_is_tried_whole_and_then_without(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    tried: list[list[str]] = []

    def attempt(options: Sequence[str]) -> None:
        tried.append([Path(each).name for each in options])
        if not whole and len(tried) == 1:
            raise NoSolution("litellm-proxy was not found")

    monkeypatch.setattr(module, "_requirements", lambda _: METADATA)
    monkeypatch.setattr(module, "_is_there", lambda asked, **_: asked in IN_THE_INDEX)
    found = as_far_as_there("1.110.2", attempt, ["--constraint", "pins.txt"])
    pinned = ["--constraint", "pins.txt"]
    if whole:
        assert (found, tried) == (Lacking(), [pinned])
    else:
        with_options = [*pinned, "--overrides", "overrides.txt", "--excludes", "excludes.txt"]
        assert (found, tried) == (LACKING, [pinned, with_options])


def test_what_lacks_nothing_and_cannot_be_installed_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def attempt(_: Sequence[str]) -> None:
        raise NoSolution("two packages disagree")

    monkeypatch.setattr(module, "_requirements", lambda _: METADATA)
    monkeypatch.setattr(module, "_is_there", lambda *_, **__: True)
    with pytest.raises(NoSolution, match="two packages disagree"):
        as_far_as_there("1.110.2", attempt)


def test_an_index_that_does_not_answer_lacks_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    (tmp_path / "a.in").write_text("litellm-proxy==1.110.2\n")
    asked = ("pip", "compile", "--quiet", str(tmp_path / "a.in"))
    with pytest.raises(Exception, match="uv pip compile failed") as raised:
        run_uv(*asked, "--index-url", "http://127.0.0.1:9/simple/")
    assert not isinstance(raised.value, NoSolution)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoSolution, match="litellm-proxy"):
        run_uv(*asked, "--no-index", "--find-links", str(tmp_path / "empty"))


def test_pins_are_what_can_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`make lock`, where the index lacks what the extra asks for."""
    asked_for, versions = tmp_path / "9.9.in", list[str]()
    asked_for.write_text("litellm[proxy]==9.9\nprometheus-client\n")

    def uv(*arguments: str) -> str:
        if "--excludes" not in arguments:
            raise NoSolution("litellm-proxy was not found")
        Path(arguments[arguments.index("--output-file") + 1]).write_text("litellm==9.9\n")
        return ""

    monkeypatch.setattr(pins_module, "run_uv", uv)

    def requirements(version: str) -> list[str]:
        versions.append(version)
        return METADATA

    monkeypatch.setattr(module, "_requirements", requirements)
    monkeypatch.setattr(module, "_is_there", lambda asked, **_: asked in IN_THE_INDEX)
    done = CliRunner().invoke(pins_module.pins, ["--python-version", "3.11", str(asked_for)])
    assert (done.exit_code, versions) == (0, ["9.9"])
    assert done.output.splitlines() == [f"{tmp_path}/9.9.txt: {each}" for each in LACKING.remarks()]
    assert (tmp_path / "9.9.txt").read_text() == "litellm==9.9\n"
