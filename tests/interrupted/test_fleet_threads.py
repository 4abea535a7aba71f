"""A fleet's programs share one process: what one does there is nothing to the others."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Project
from tests.project_copy import set_teams

WATCH = """\
import os, sys, threading, time

sys.setswitchinterval(1e-5)


def watch(event, arguments):
    # Importing is slow where the disk is cold: what may be met half imported, is.
    if event == "import" and threading.current_thread() is not threading.main_thread():
        time.sleep(0.02)
        with open(os.environ["IMPORTED"], "a") as file:
            file.write(f"{arguments[0]}\\n")


sys.addaudithook(watch)
"""
TEAMS = 8
FOUND = {"existingName": "People"}


@pytest.fixture
def cold(project: Project, tmp_path: Path) -> Path:
    """What a run imports outside of its main thread goes into this file."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    imported = tmp_path / "imported"
    project.environment |= {"PYTHONPATH": str(tmp_path / "watch"), "IMPORTED": str(imported)}
    return imported


def everything_on(number: int) -> dict[str, Any]:
    alias = f"team{number}"
    quiet = [
        {"name": f"nights of {alias}", "start": "22:00"},
        {"name": "weekends", "weekdays": ["saturday", "sunday"], "severities": ["warning"]},
    ]
    return {
        "alias": alias,
        "contact": f"{alias}@example.com",
        "canEdit": number % 2 == 0,
        "grafanaTeam": {"members": [f"one@{alias}.example.com"]} if number % 2 else FOUND,
        "settings": {
            "alerts": {"managedBy": "grafana", "muteTimings": quiet},
            "prometheus": {"url": f"http://{alias}.example.com", "tenant": alias},
        },
    }


@pytest.mark.parametrize("parallel", [2, TEAMS])
def test_programs_with_everything_on(project: Project, cold: Path, parallel: int) -> None:
    set_teams(project.root, *map(everything_on, range(TEAMS)), environments=["staging"])
    project.set(
        "staging",
        recordingRules="grafana",
        alerts={"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@x.com"]}}},
    )
    assert project.tools("up", "--stack", "staging").status == 0
    people = project.root / "build/grafana/access/teams/5.json"
    people.parent.mkdir()
    people.write_text('{"id": 5, "name": "People", "email": null, "members": []}')
    cold.write_text("")
    fleet = ["fleet", "up", "--environment", "staging", "--parallel", str(parallel)]
    first = project.tools(*fleet)
    assert (first.status, first.lines[-1]) == (0, f"{TEAMS} created"), first.output
    again = project.tools(*fleet)
    assert (again.status, again.lines[-1]) == (0, f"{TEAMS} unchanged")
    assert cold.read_text() == ""
    for number in range(TEAMS):
        told_of = set(re.findall("team[0-9]", project.state_text(f"staging-team{number}")))
        assert told_of == {f"team{number}"}
