"""A run that is killed, wherever it is, leaves nothing that the next one does not put right."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.engine.conftest import Project
from tests.engine.stacks.test_secrets import SECRETS, with_secrets

CREATE = "                uid = kind.create(self._directory, inputs)\n"
READ = "        kind, last = _kind(request.urn), _properties(request.inputs)\n"
AWAY = '        raise TargetError("Grafana is away")\n'
MAIL = {"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@example.com"]}}}
HANG = "                if {!r} in request.urn: import time; time.sleep(60)\n"


@pytest.mark.parametrize(
    ("kind", "file", "moment"),
    [
        ("oss/folder:", "provisioning/dashboards/litellm-dev.yaml", "after"),
        (
            "oss/dashboard:",
            "provisioning/dashboards/litellm-dev/litellm-dev-prod-v2.json",
            "before",
        ),
        ("oss/team:", "access/teams/1.json", "after"),
        ("oss/folderPermission:", "access/folders/litellm-dev.json", "after"),
    ],
)
def test_killed_while_something_was_being_made(
    project: Project, kind: str, file: str, moment: str
) -> None:
    project.set(team={"alias": "search"})
    hang = HANG.format(kind)
    hanging = hang + CREATE if moment == "before" else CREATE + hang
    project.edit("litellm_monitoring/embedded/provider.py", CREATE, hanging)
    begun = project.begin(
        "up",
        until=lambda: (
            '"creating"' in project.state_text()
            and (
                kind in project.state_text().partition("pending_operations")[2]
                and (moment == "before" or (project.root / "build/grafana" / file).exists())
            )
        ),
    )
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    assert (project.root / "build/grafana" / file).exists() == (moment == "after")
    project.edit("litellm_monitoring/embedded/provider.py", hanging, CREATE)
    completed = project.tools("up")
    assert (completed.status, completed.lines[1:3]) == (
        0,
        [
            "The run that held the stack was killed; its lock is removed.",
            "Its unfinished operations were checked in Grafana.",
        ],
    )
    assert project.tools("up").lines[1] == "5 unchanged"
    assert (
        len([path for path in (project.root / "build/grafana").rglob("*") if path.is_file()]) == 5
    )


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("oss/dataSource:", "datasources/*"),
        ("alerting/messageTemplate:", "alerting/template-*"),
        ("alerting/contactPoint:", "alerting/contact-*"),
        ("alerting/muteTiming:", "alerting/mute-timing-*"),
        ("alerting/ruleGroup:", "alerting/rules-*"),
    ],
)
def test_killed_while_what_alerts_was_being_made(
    project: Project, kind: str, file: str, moment: str
) -> None:
    with_secrets(
        project,
        ["prometheusPassword", "alertsSlackUrl"],
        alerts={
            "managedBy": "grafana",
            "contactPoint": {"slack": {}, "webhook": {"url": "https://hooks.example.com"}},
            "muteTimings": [{"name": "lunch: break", "start": "12:00", "end": "13:00"}],
        },
    )
    hang = HANG.format(kind)
    hanging = hang + CREATE if moment == "before" else CREATE + hang
    project.edit("litellm_monitoring/embedded/provider.py", CREATE, hanging)
    files = project.root / "build/grafana/provisioning"
    begun = project.begin(
        "up",
        until=lambda: (
            kind in project.state_text().partition("pending_operations")[2]
            and (moment == "before" or any(files.glob(file)))
        ),
    )
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    project.edit("litellm_monitoring/embedded/provider.py", hanging, CREATE)
    completed = project.tools("up")
    assert completed.status == 0, completed.output
    assert "Its unfinished operations were checked in Grafana." in completed.lines
    assert SECRETS["alertsSlackUrl"] not in project.state_text()
    assert project.tools("up").lines[1] == "13 unchanged"
    assert project.tools("destroy", "--yes").status == 0
    assert list((files / "alerting").iterdir()) == []


def killed_with_the_contact_point_made(project: Project) -> tuple[str, Path]:
    """Kills an ``up`` that has made a contact point and does not know it yet; returns what was put into
    the provider for that, and where contact points are.
    """
    project.set(prometheus={"url": "http://localhost:9090"}, alerts=MAIL)
    hang = HANG.format("alerting/contactPoint:")
    project.edit("litellm_monitoring/embedded/provider.py", CREATE, CREATE + hang)
    files = project.root / "build/grafana/provisioning/alerting"
    begun = project.begin("up", until=lambda: any(files.glob("contact-*")))
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    return hang, files


def test_where_grafana_cannot_be_asked_nothing_is_forgotten(project: Project) -> None:
    hang, _ = killed_with_the_contact_point_made(project)
    project.edit("litellm_monitoring/embedded/provider.py", CREATE + hang, CREATE)
    project.edit("litellm_monitoring/embedded/provider.py", READ, AWAY + READ)
    for _ in range(2):
        failed = project.tools("up")
        assert (failed.status, "Grafana is away" in failed.output) == (1, True), failed.output
    project.edit("litellm_monitoring/embedded/provider.py", AWAY + READ, READ)
    assert project.tools("up").status == 0
    assert project.tools("up").lines[1] == "12 unchanged"


LATE = """\
                late = Path("late")
                if late.exists() and "alerting/contactPoint:" in request.urn:
                    late.rename("build/grafana/provisioning/alerting/{}")
"""


def make_it_late(project: Project, hang: str, made: Path) -> None:
    """Takes away the contact point that a killed run has ``made``, until the next one makes it."""
    made.rename(project.root / "late")
    late = LATE.format(made.name)
    project.edit("litellm_monitoring/embedded/provider.py", CREATE + hang, late + CREATE)
    imported = "import functools\n"
    project.edit(
        "litellm_monitoring/embedded/provider.py", imported, f"{imported}from pathlib import Path\n"
    )


def test_what_a_killed_run_asked_for_may_be_made_late(project: Project) -> None:
    hang, files = killed_with_the_contact_point_made(project)
    make_it_late(project, hang, *files.glob("contact-*"))
    completed = project.tools("up")
    assert (completed.status, len([*files.glob("contact-*")])) == (0, 1), completed.output
    assert "Error" not in completed.output
    assert project.tools("up").lines[1] == "12 unchanged"


@pytest.mark.parametrize(
    ("position", "kind"), [(0, "pulumi:pulumi:Stack"), (1, "litellm:monitoring:LiteLLMMonitoring")]
)
def test_killed_while_what_only_groups_others_was_being_made(
    project: Project, position: int, kind: str
) -> None:
    project.tools("up")
    state = json.loads(project.state_file().read_text())
    latest = state["checkpoint"]["latest"]
    begun = latest["resources"][position]
    assert begun["type"] == kind
    latest["pending_operations"] = [{"resource": begun, "type": "creating"}]
    latest["resources"] = latest["resources"][:position]
    project.state_file().write_text(json.dumps(state))
    shutil.rmtree(project.root / "build/grafana")
    completed = project.tools("up")
    assert (completed.status, completed.lines[1], completed.lines[-3]) == (
        0,
        "Its unfinished operations were checked in Grafana.",
        "3 created",
    )
    assert project.tools("up").lines[1] == "3 unchanged"


def test_killed_with_a_backend_of_ones_own(project: Project, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    project.environment |= {
        "PULUMI_BACKEND_URL": (tmp_path / "own").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "mine",
    }
    hang = HANG.format("oss/folder:")
    project.edit("litellm_monitoring/embedded/provider.py", CREATE, CREATE + hang)
    file = project.root / "build/grafana/provisioning/dashboards/litellm-dev.yaml"
    begun = project.begin("up", until=file.exists)
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    project.edit("litellm_monitoring/embedded/provider.py", CREATE + hang, CREATE)
    assert project.tools("up").status == 0
    assert project.tools("up").lines[1] == "3 unchanged"
    assert not (project.root / ".state").exists()


def test_killed_while_the_engine_wrote_its_state(project: Project) -> None:
    project.tools("up")
    attributes = project.state_file().with_suffix(".json.attrs")
    assert attributes.read_text()
    attributes.write_text("")
    assert project.tools("up").lines[1] == "3 unchanged"
