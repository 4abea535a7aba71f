"""Which version this says it is."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.version import Version

from litellm_monitoring.tools.__main__ import main
from litellm_monitoring.tools.project import ROOT
from litellm_monitoring.tools.version import version, version_in

WRITTEN = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def test_the_command_line_says_the_version_of_the_checkout() -> None:
    asked = CliRunner().invoke(main, ["--version"])
    assert (asked.exit_code, asked.output) == (0, f"litellm-monitoring {WRITTEN}\n")


def test_it_is_written_as_packages_are_named() -> None:
    assert str(Version(WRITTEN)) == WRITTEN


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ('[project]\nname = "litellm-monitoring"\nversion = "2.3.4"\n', "2.3.4"),
        ('[project]\nname = "another"\nversion = "2.3.4"\n', None),
        ("[tool.ruff]\nline-length = 100\n", None),
        (None, None),
    ],
)
def test_where_it_is_written(tmp_path: Path, project: str | None, expected: str | None) -> None:
    if project is not None:
        (tmp_path / "pyproject.toml").write_text(project)
    assert version_in(tmp_path) == expected


def test_an_installed_one_is_asked_where_there_is_no_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "litellm_monitoring-7.8.9.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: litellm-monitoring\nVersion: 7.8.9\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert version(tmp_path) == "7.8.9"
