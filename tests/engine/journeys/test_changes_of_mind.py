"""What a stack is changed into, and back: each time nothing is left, and nothing is missing."""

from pathlib import Path
from typing import Any

import yaml

from tests.engine.conftest import Project
from tests.engine.stacks.test_alerting import FILES, alerting

NIGHTS = {"name": "nights", "start": "22:00"}
WEEKENDS = {"name": "weekends", "weekdays": ["saturday"]}
GRAFANA = {"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@example.com"]}}}
PROMETHEUS = {"url": "http://localhost:9090"}
BEFORE: dict[str, Any] = {
    "prometheus": PROMETHEUS,
    "folder": {},
    "environment": "dev",
    "alerts": {**GRAFANA, "muteTimings": [NIGHTS, WEEKENDS]},
}
CHANGES: list[dict[str, Any]] = [
    {"alerts": {**GRAFANA, "muteTimings": [WEEKENDS]}, "folder": {"uid": "llm"}},
    {
        "alerts": {
            "managedBy": "grafana",
            "contactPoint": {"webhook": {"url": "https://hooks.example.com"}},
            "muteTimings": [WEEKENDS, NIGHTS],
            "editable": True,
        },
        "environment": "production",
    },
    {
        "alerts": {**GRAFANA, "muteTimings": [{**NIGHTS, "name": "Nächte"}, WEEKENDS]},
        "folder": {"existingUid": "shared"},
    },
    {"alerts": {"managedBy": "prometheus"}, "prometheus": {"existingUid": "mimir"}},
]


def changed(project: Project, **settings: Any) -> None:
    """Changes the stack, and again, which changes nothing."""
    project.set(**BEFORE | settings)
    up = project.tools("up")
    assert up.status == 0, up.output
    again = project.tools("up").lines
    assert again[1].endswith(" unchanged"), again
    assert "," not in again[1]


def mute_timings(project: Project) -> tuple[set[str], set[str]]:
    """Those that there are, and those that the rules name."""
    found = alerting(project.root / FILES)
    named = {
        name
        for group in found.get("groups", ())
        for rule in group["rules"]
        for name in rule["notification_settings"].get("mute_time_intervals", ())
    }
    return {each["name"] for each in found.get("muteTimes", ())}, named


def folder_made_by_hand(root: Path) -> None:
    provider = {"folderUid": "shared", "folder": "Shared", "options": {}}
    path = root / "build/grafana/provisioning/dashboards/shared.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"providers": [provider]}))


def test_every_change_and_the_way_back(project: Project) -> None:
    folder_made_by_hand(project.root)
    changed(project)
    files = project.deployed_files()
    for change in CHANGES:
        changed(project, **change)
        there, named = mute_timings(project)
        wanted = {
            f"LiteLLM (dev) {timing['name']}" for timing in change["alerts"].get("muteTimings", ())
        }
        assert (there, named) == (wanted, wanted)
    changed(project)
    assert project.deployed_files() == files
    assert project.tools("destroy").status == 0
    assert project.deployed_files() == ["dashboards/shared.yaml"]


def test_from_an_earlier_release(project: Project) -> None:
    """One that named mute timings by their position, and read a folder under its own one's name."""
    folder_made_by_hand(project.root)
    new = (project.root / "litellm_monitoring/infra/declaration/contact_points.py").read_text()
    assert new.count('f"LiteLLM ({stack}) {name}"') == new.count("slug_of(name)") == 1
    (project.root / "litellm_monitoring/infra/declaration/contact_points.py").write_text(
        new.replace('f"LiteLLM ({stack}) {name}"', 'f"LiteLLM {name} ({stack})"').replace(
            "slug_of(name)", "list(by_name).index(name) + 1"
        )
    )
    project.edit("litellm_monitoring/infra/program/component.py", "-existing-folder", "-folder")
    project.set(**BEFORE | {"folder": {"existingUid": "shared"}})
    assert project.tools("up").status == 0
    assert mute_timings(project)[0] == {"LiteLLM nights (dev)", "LiteLLM weekends (dev)"}
    (project.root / "litellm_monitoring/infra/declaration/contact_points.py").write_text(new)
    project.edit(
        "litellm_monitoring/infra/program/component.py",
        'name}-folder",\n                id',
        'name}-existing-folder",\n                id',
    )
    changed(project, alerts={**GRAFANA, "muteTimings": [WEEKENDS]})
    assert mute_timings(project) == ({"LiteLLM (dev) weekends"}, {"LiteLLM (dev) weekends"})
    assert project.tools("destroy").status == 0
    assert project.deployed_files() == ["dashboards/shared.yaml"]


def test_two_stacks_with_alerts_in_one_folder(project: Project) -> None:
    folder_made_by_hand(project.root)
    for stack in ("dev", "staging"):
        project.set(stack, **BEFORE | {"folder": {"existingUid": "shared"}})
        up = project.tools("up", "--stack", stack)
        assert up.status == 0, up.output
    names = [group["name"] for group in alerting(project.root / FILES)["groups"]]
    assert {"LiteLLM limits (dev)", "LiteLLM limits (staging)"} <= set(names)
    assert len(names) == len(set(names))
