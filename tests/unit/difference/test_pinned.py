"""Which version of our package a project asks for."""

import os
from pathlib import Path

import click
import pytest

from litellm_monitoring.tools import pinned
from litellm_monitoring.tools.pinned import (
    check_that_it_is_installed,
    command_of,
    is_installed,
    requirement_in,
    said,
)

RELEASES = "https://github.com/acme/litellm-monitoring/releases/download"
WHEEL = f"{RELEASES}/v1.2.0/litellm_monitoring-1.2.0-py3-none-any.whl"
GIT = "git+https://github.com/acme/litellm-monitoring"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """1.2.0 is installed, from a branch."""
    monkeypatch.setattr("importlib.metadata.version", lambda _: "1.2.0")
    monkeypatch.setattr(pinned, "_installed_from", lambda: {"main", "0a1b2c3"})


@pytest.mark.parametrize(
    ("text", "version", "is_it"),
    [
        ("litellm-monitoring==1.2.0", "litellm-monitoring==1.2.0", True),
        ("LiteLLM_Monitoring == 1.2", "LiteLLM_Monitoring==1.2", True),
        ("litellm-monitoring>=1.3", "litellm-monitoring>=1.3", False),
        ("litellm-monitoring", "litellm-monitoring", True),
        (f"litellm-monitoring @ {WHEEL}", "litellm-monitoring 1.2.0", True),
        (f"litellm-monitoring @ {WHEEL}#sha256=ab", "litellm-monitoring 1.2.0", True),
        (f"litellm-monitoring @ {WHEEL} --hash=sha256:ab", "litellm-monitoring 1.2.0", True),
        (
            f"litellm-monitoring @ {WHEEL} \\\n    --hash=sha256:ab",
            "litellm-monitoring 1.2.0",
            True,
        ),
        (WHEEL, "litellm-monitoring 1.2.0", True),
        (
            "./wheels/litellm_monitoring-1.3.0-py3-none-any.whl",
            "litellm-monitoring 1.3.0",
            False,
        ),
        (f"litellm-monitoring @ {GIT}@v1.2.0", "litellm-monitoring v1.2.0", True),
        (f"litellm-monitoring @ {GIT}@v1.3.0", "litellm-monitoring v1.3.0", False),
        (f"litellm-monitoring @ {GIT}@main", "litellm-monitoring main", True),
        (f"litellm-monitoring @ {GIT}@0a1b2c3", "litellm-monitoring 0a1b2c3", True),
        (f"litellm-monitoring @ {GIT}@other", "litellm-monitoring other", False),
        (f"litellm-monitoring @ {GIT}", "litellm-monitoring its newest commit", False),
        (
            "# ours\n-r other.txt\npulumi==3.259.0\nlitellm-monitoring==1.2.0  # theirs\n",
            "litellm-monitoring==1.2.0",
            True,
        ),
    ],
)
def test_what_is_asked_for(text: str, version: str, is_it: bool) -> None:
    asked = requirement_in(text)
    assert asked
    assert (said(asked), is_installed(asked)) == (version, is_it)


@pytest.mark.parametrize(
    "text", ["", "pulumi==3.259.0", "# litellm-monitoring==1.2.0", "./other-1.0-py3-none-any.whl"]
)
def test_a_project_that_does_not_ask_for_it(text: str, tmp_path: Path) -> None:
    assert requirement_in(text) is None
    (tmp_path / "requirements.txt").write_text(text)
    check_that_it_is_installed(tmp_path)


def test_what_cannot_be_installed_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    root, cache = tmp_path / "project", tmp_path / "versions"
    root.mkdir()
    absent = "./litellm_monitoring-1.3.0-py3-none-any.whl"
    (root / "requirements.txt").write_text(absent)
    with pytest.raises(click.ClickException) as error:
        command_of(root, cache)
    assert error.value.message.startswith("requirements.txt cannot be installed: ")
    assert "litellm_monitoring-1.3.0" in error.value.message
    assert list(cache.iterdir()) == []
    assert capsys.readouterr().err.startswith("Installing litellm-monitoring 1.3.0 into ")


def test_versions_that_were_not_used_for_longest_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def install(_: Path, place: Path) -> None:
        place.mkdir(parents=True)
        made.append(place)
        os.utime(place, (len(made), len(made)))

    monkeypatch.setattr(pinned, "_install", install)
    requirements, cache = tmp_path / "requirements.txt", tmp_path / "versions"

    def use(minor: int) -> str:
        requirements.write_text(f"litellm-monitoring==1.{minor}.0")
        python, *_ = command_of(tmp_path, cache)
        used = Path(python).parents[1]
        os.utime(used, (100 + len(order), 100 + len(order)))
        order.append(minor)
        return used.name

    order: list[int] = []
    names = {minor: use(minor) for minor in (3, 4, 5)}
    assert use(3) == names[3]
    names[6] = use(6)
    assert {path.name for path in cache.iterdir()} == {names[3], names[5], names[6]}
    assert len(made) == 4
