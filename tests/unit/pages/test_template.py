"""The template for ``pulumi new``: what it asks for and pins, and what it leaves to our package.

Pulumi copies every file, and puts the project's name and description in the place of two words.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_monitoring.infra.settings.models.grafana_provider import SECRET_SETTINGS
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS, Settings
from litellm_monitoring.tools.pinned import requirement_in
from litellm_monitoring.tools.project import ROOT
from litellm_monitoring.tools.version import repository_of, version

TEMPLATE = ROOT / "template"
FILES = {
    str(path.relative_to(TEMPLATE)): path.read_text("utf-8")
    for path in TEMPLATE.rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}
PROJECT: dict[str, Any] = yaml.safe_load(FILES["Pulumi.yaml"])


def test_it_is_a_few_files_and_no_copy_of_this_project() -> None:
    assert sorted(FILES) == [
        ".github/comment",
        ".github/workflows/preview.yml",
        ".gitignore",
        "Pulumi.yaml",
        "README.md",
        "__main__.py",
        "renovate.json",
        "requirements.txt",
    ]
    assert len(FILES["__main__.py"].splitlines()) < 15


def test_it_asks_for_prometheus_and_grafana() -> None:
    asked = PROJECT["template"]["config"]
    assert list(asked) == ["prometheusUrl", "grafana:url", "grafana:auth"]
    known = {field.alias for field in Settings.model_fields.values()}
    secret = SECRET_KEYS | {f"grafana:{name}" for name in SECRET_SETTINGS}
    for key, prompt in asked.items():
        assert ":" in key or key in known
        # Pulumi takes a key of a path for the name of a setting.
        assert "." not in key
        assert prompt.get("secret", False) == (key in secret)
        assert prompt["description"]


def test_its_settings_are_those_of_whatever_version_is_pinned() -> None:
    """A schema in its ``Pulumi.yaml`` would be that of the version it was made with."""
    assert "config" not in PROJECT
    assert (PROJECT["name"], PROJECT["description"]) == ("${PROJECT}", "${DESCRIPTION}")


def test_it_pins_the_present_version_as_it_is_released() -> None:
    asked = requirement_in(FILES["requirements.txt"])
    assert asked
    assert asked.url == (
        f"{repository_of(ROOT)}/releases/download/v{version()}/"
        f"litellm_monitoring-{version()}-py3-none-any.whl"
    )


def test_links_lead_to_files_of_the_version_that_is_pinned() -> None:
    own = f"{repository_of(ROOT)}/blob/v{version()}/"
    links = re.findall(r"https://\S+", FILES["README.md"])
    assert links
    for link in links:
        assert link.startswith(own)
        assert (ROOT / link.removeprefix(own)).is_file()


def test_renovate_finds_the_pin_and_moves_all_of_it() -> None:
    (manager,) = json.loads(FILES["renovate.json"])["customManagers"]
    (pattern,), (match,) = manager["managerFilePatterns"], manager["matchStrings"]
    assert re.search(pattern.strip("/"), "requirements.txt")
    # Renovate's regular expressions name groups as JavaScript does.
    found = re.search(match.replace("(?<", "(?P<"), FILES["requirements.txt"])
    assert found
    assert found["currentValue"] == version()
    assert f"https://github.com/{found['depName']}" == repository_of(ROOT)
    assert manager["datasourceTemplate"] == "github-releases"
    extract = manager["extractVersionTemplate"].replace("(?<", "(?P<")
    released = re.fullmatch(extract, "v9.9.9")
    assert released
    values = {"depName": found["depName"], "newValue": released["version"]}
    moved = re.sub(
        r"\{\{\{(\w+)\}\}\}", lambda each: values[each[1]], manager["autoReplaceStringTemplate"]
    )
    assert FILES["requirements.txt"].replace(found[0], moved) == FILES["requirements.txt"].replace(
        version(), "9.9.9"
    )


def test_its_workflow_is_ours_but_for_how_our_commands_are_installed() -> None:
    ours = (ROOT / ".github/workflows/preview.yml").read_text("utf-8")
    as_installed = ours.replace("python -m tools", "litellm-monitoring").replace(
        "      - run: make install\n",
        "      - run: |\n"
        "          python -m venv .venv\n"
        "          .venv/bin/pip install --quiet -r requirements.txt\n",
    )
    assert FILES[".github/workflows/preview.yml"] == as_installed
    comment = Path(".github/comment")
    assert FILES[str(comment)] == (ROOT / comment).read_text("utf-8")
    assert (TEMPLATE / comment).stat().st_mode & 0o111


@pytest.mark.parametrize("name", FILES)
def test_pulumi_replaces_nothing_but_names(name: str) -> None:
    assert set(re.findall(r"\$\{([A-Z]+)\}", FILES[name])) <= {"PROJECT", "DESCRIPTION"}
