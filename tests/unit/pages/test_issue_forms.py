"""The forms of issues: GitHub can show them, and they ask for what an answer requires."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_monitoring.tools.project import ROOT

DIRECTORY = ROOT / ".github" / "ISSUE_TEMPLATE"
CONFIGURATION = DIRECTORY / "config.yml"
FORMS = sorted(set(DIRECTORY.iterdir()) - {CONFIGURATION})


def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content


def problems(path: Path, schema: str) -> str:
    """What the schema that GitHub's editors use says about a file."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            f"vendor.{schema}",
            str(path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_github_can_show_a_form(path: Path) -> None:
    assert path.suffix == ".yml"
    assert problems(path, "github-issue-forms") == ""


def test_github_can_read_the_configuration() -> None:
    assert problems(CONFIGURATION, "github-issue-config") == ""


def test_the_schema_finds_mistakes(tmp_path: Path) -> None:
    form = load(DIRECTORY / "bug.yml")
    form["body"][1]["type"] = "dropdwon"
    (tmp_path / "bug.yml").write_text(yaml.safe_dump(form))
    assert "dropdwon" in problems(tmp_path / "bug.yml", "github-issue-forms")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_nothing_is_asked_twice(path: Path) -> None:
    """What GitHub rejects, and the schema does not know."""
    asked = [item for item in load(path)["body"] if item["type"] != "markdown"]
    for said in ([item["id"] for item in asked], [item["attributes"]["label"] for item in asked]):
        assert len(set(said)) == len(said)
    for item in asked:
        options = item["attributes"].get("options", [])
        assert len({str(option) for option in options}) == len(options)


def test_a_bug_names_what_check_says_every_version_and_the_settings() -> None:
    body = {item.get("id"): item for item in load(DIRECTORY / "bug.yml")["body"]}
    required = {
        name for name, item in body.items() if item.get("validations", {}).get("required", False)
    }
    assert required >= {"check", "version", "litellm", "grafana", "prometheus", "settings"}
    assert "pulumi" in body
    assert "without `secure:` values" in body["settings"]["attributes"]["description"]
    assert body["public"]["attributes"]["options"][0]["required"] is True


def test_what_a_form_asks_for_can_be_had() -> None:
    text = "\n".join(path.read_text("utf-8") for path in FORMS)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= set(targets)
    for words in re.findall(r"python -m tools ([^`]+)`", text):
        done = subprocess.run(
            [sys.executable, "-m", "tools", *words.split(), "--help"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, words
    for name in re.findall(r"`(docs/[^`]+|Pulumi\.[a-z]+\.yaml)`", text):
        assert (ROOT / name).exists(), name
