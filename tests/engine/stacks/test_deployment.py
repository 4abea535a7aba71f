"""``up``, ``preview``, ``refresh`` and ``destroy`` on the real engine and the embedded target."""

import json
import os
import shutil
import signal
import subprocess
import sys
from typing import Any

import pytest

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.tools.project import ROOT
from tests.engine.conftest import Project
from tests.grafana_server import serving

FILES = [
    "dashboards/litellm-dev.yaml",
    "dashboards/litellm-dev/litellm-dev-prod-v2.json",
    "datasources/litellm-dev-prometheus.yaml",
]
HEADER = "litellm-monitoring/dev: no Grafana is configured, so to build/grafana, state in .state"


def test_up_and_up_again(project: Project) -> None:
    first = project.tools("up")
    assert (first.status, first.lines[0], sorted(first.lines[1:4]), first.lines[4:]) == (
        0,
        f"up {HEADER}",
        [
            "+ create   Dashboard         LiteLLM Prod v2",
            "+ create   DataSource        LiteLLM Prometheus (dev)",
            "+ create   Folder            LiteLLM (dev)",
        ],
        [
            "3 created",
            "prod-v2  /d/litellm-dev-prod-v2",
            f"Grafana's provisioning directory: {project.root}/build/grafana/provisioning",
        ],
    )
    assert project.deployed_files() == FILES
    before = project.state()
    second = project.tools("up")
    assert (second.status, second.lines[1]) == (0, "3 unchanged")
    assert project.state() == before


def test_a_reader_that_has_seen_enough_stops_nothing(project: Project) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    up = subprocess.Popen(
        [sys.executable, "-m", "tools", "up"],
        cwd=project.root,
        env=project.environment,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    assert up.wait(timeout=60) == 0
    assert project.deployed_files() == FILES


def test_preview_changes_nothing(project: Project) -> None:
    preview = project.tools("preview")
    assert (preview.status, preview.lines[-1]) == (0, "3 to create")
    assert project.deployed_files() == []


def test_one_panel_changed_is_one_update_that_names_it(project: Project) -> None:
    project.tools("up")
    project.edit(
        "dashboards/shipped/prod_v2.py", '"Requests per second by Key Alias"', '"Requests by key"'
    )
    change = [
        "~ update   Dashboard         LiteLLM Prod v2",
        "             panel “Requests per second by Key Alias”: renamed to “Requests by key”",
    ]
    assert project.tools("preview").lines[1:] == [*change, "1 to update, 2 unchanged"]
    assert project.tools("up").lines[1:4] == [*change, "1 updated, 2 unchanged"]
    assert project.tools("up").lines[1] == "3 unchanged"


def test_every_dashboard_is_deployed_and_stays(project: Project) -> None:
    project.set(dashboards={})
    assert f"{2 + len(CATALOGUE)} created" in project.tools("up").lines
    assert project.tools("up").lines[1] == f"{2 + len(CATALOGUE)} unchanged"


def test_another_uid_is_another_resource(project: Project) -> None:
    project.tools("up")
    project.set(
        folder={"uid": "llm"},
        prometheus={"url": "http://localhost:9090", "uid": "prom"},
        dashboards={"include": ["prod-v2"], "uids": {"prod-v2": "mine"}},
    )
    run = project.tools("up")
    assert (run.status, sorted(line for line in run.lines if line.startswith("±"))) == (
        0,
        [
            "± replace  Dashboard         LiteLLM Prod v2",
            "± replace  DataSource        LiteLLM Prometheus (dev)",
            "± replace  Folder            LiteLLM (dev)",
        ],
    )
    assert project.deployed_files() == [
        "dashboards/llm.yaml",
        "dashboards/llm/mine.json",
        "datasources/prom.yaml",
    ]
    assert project.tools("up").lines[1] == "3 unchanged"


def test_what_was_changed_by_hand_is_found_and_put_right(project: Project) -> None:
    project.tools("up")
    target = project.root / "build/grafana/provisioning"
    deployed = {name: (target / name).read_text() for name in FILES}
    project.edit(
        f"build/grafana/provisioning/{FILES[1]}", '"title": "LiteLLM Prod v2"', '"title": "Mine"'
    )
    project.edit(f"build/grafana/provisioning/{FILES[0]}", "LiteLLM (dev)", "Renamed")
    (target / FILES[2]).unlink()
    drift = project.tools("drift")
    assert (drift.status, drift.lines[-1]) == (1, "1 to create, 2 to update")
    found = project.tools("refresh")
    assert (found.status, sorted(found.lines[1:-1]), found.lines[-1]) == (
        0,
        [
            "             title: LiteLLM (dev) → Renamed",
            "             title: LiteLLM Prod v2 → Mine",
            "- delete   DataSource        LiteLLM Prometheus (dev)",
            "~ update   Dashboard         Mine",
            "~ update   Folder            Renamed",
        ],
        "2 updated, 1 deleted",
    )
    assert project.tools("up").status == 0
    assert {name: (target / name).read_text() for name in FILES} == deployed
    drift = project.tools("drift")
    assert (drift.status, drift.lines[1:]) == (0, ["3 unchanged"])


def test_grafana_is_looked_at_with_the_settings_of_today(project: Project) -> None:
    """And not with those of the latest up, among which are its credentials."""
    project.edit("Pulumi.dev.yaml", "config:\n", "config:\n  grafana:retries: '1'\n")
    project.tools("up")
    project.edit("Pulumi.dev.yaml", "grafana:retries: '1'", "grafana:retries: '2'")
    assert project.tools("refresh").status == 0
    (provider,) = [known for known in project.state() if known["type"].startswith("pulumi:prov")]
    assert provider["inputs"]["retries"] == "2"


def test_drift_tells_not_having_looked_from_a_difference(project: Project) -> None:
    assert (project.tools("drift").status, project.tools("drift").lines[-1]) == (
        2,
        "Error: stack dev is not deployed",
    )
    project.tools("up")
    (project.root / "build/grafana/provisioning" / FILES[2]).write_text("datasources: [")
    assert project.tools("drift").status == 2
    (project.root / "__main__.py").write_text("1 / 0")
    assert project.tools("drift").status == 2
    (project.root / "litellm_monitoring" / "tools" / "run.py").write_text("1 / 0")
    drift = project.tools("drift")
    assert (drift.status, drift.lines[-1]) == (2, "ZeroDivisionError: division by zero")


def test_a_directory_that_somebody_deleted_is_made_anew(project: Project) -> None:
    project.tools("up")
    shutil.rmtree(project.root / "build")
    assert project.tools("preview").lines[-1] == "3 to create"
    up = project.tools("up")
    assert (up.status, up.lines[-3]) == (0, "3 created")
    assert project.deployed_files() == FILES


def test_a_failure_in_the_middle_is_one_message_and_the_next_up_completes(project: Project) -> None:
    foreign = project.root / "build/grafana/provisioning/dashboards/other/litellm-dev-prod-v2.json"
    foreign.parent.mkdir(parents=True)
    foreign.write_text('{"uid": "litellm-dev-prod-v2", "title": "Imported by hand"}')
    failed = project.tools("up")
    assert (failed.status, failed.lines[-2], failed.lines[-1]) == (
        1,
        "Error: the dashboard LiteLLM Prod v2 is in Grafana already, and not in the stack's state",
        f"Delete it from {project.root}/build/grafana, and deploy again.",
    )
    assert "Traceback" not in failed.output
    assert sorted(resource["type"] for resource in project.state()) == [
        "grafana:oss/dataSource:DataSource",
        "grafana:oss/folder:Folder",
        "litellm:monitoring:LiteLLMMonitoring",
        "pulumi:providers:grafana",
        "pulumi:pulumi:Stack",
    ]
    foreign.unlink()
    completed = project.tools("up")
    assert (completed.status, completed.lines[1:3]) == (
        0,
        ["+ create   Dashboard         LiteLLM Prod v2", "1 created, 2 unchanged"],
    )


def test_a_dashboard_imported_by_hand_is_adopted_in_place(project: Project) -> None:
    imported = (
        project.root / "build/grafana/provisioning/dashboards/litellm-dev/be059pwgrlg5cf.json"
    )
    imported.parent.mkdir(parents=True)
    imported.write_text('{"uid": "be059pwgrlg5cf", "title": "LiteLLM Prod v2"}')
    project.set(dashboards={"include": ["prod-v2"], "adopt": True})
    assert project.tools("up").status == 0
    assert len(json.loads(imported.read_text())["panels"]) == 10


def test_destroy_leaves_nothing(project: Project) -> None:
    project.tools("up")
    run = project.tools("destroy")
    assert (run.status, run.lines[-1]) == (0, "3 deleted")
    assert project.deployed_files() == []
    assert project.state() == []
    again = project.tools("destroy")
    assert (again.status, again.lines[-1]) == (0, "nothing there")


def test_two_stacks_share_a_grafana(project: Project) -> None:
    project.tools("up")
    assert project.tools("up", "--stack", "staging").status == 0
    assert len(project.deployed_files()) == 6
    assert project.tools("up").lines[1] == "3 unchanged"
    project.tools("destroy", "--stack", "staging")
    assert project.deployed_files() == FILES


def test_the_same_uid_in_two_stacks_is_refused(project: Project) -> None:
    project.tools("up")
    project.set("staging", folder={"uid": "litellm-dev"})
    run = project.tools("up", "--stack", "staging")
    assert (run.status, run.lines[-2]) == (
        1,
        "Error: the folder LiteLLM (staging) is in Grafana already, and not in the stack's state",
    )


def test_a_protected_stack_is_not_destroyed(project: Project) -> None:
    assert project.tools("up", "--stack", "prod", "--yes").status == 0
    files, granted = project.deployed_files(), grants(project)
    run = project.tools("destroy", "--stack", "prod")
    assert run.status == 1
    assert "cannot be deleted\nbecause it is protected" in run.output
    assert (project.deployed_files(), grants(project)) == (files, granted)


def grants(project: Project) -> list[str]:
    """What is granted on each folder."""
    root = project.root / "build/grafana/access/folders"
    return [path.read_text() for path in sorted(root.iterdir())]


def test_a_change_of_one_grant_sends_all(project: Project) -> None:
    editors, viewers = (
        {"permission": "Edit", "role": "Editor"},
        {"permission": "View", "role": "Viewer"},
    )
    project.set("prod", folder={"permissions": [editors]})
    assert project.tools("up", "--stack", "prod", "--yes").status == 0
    project.set("prod", folder={"permissions": [editors, viewers]})
    changed = project.tools("up", "--stack", "prod", "--yes")
    assert (changed.status, "1 replaced, 3 unchanged" in changed.lines) == (0, True), changed.output
    (granted,) = grants(project)
    assert json.loads(granted)["permissions"] == [editors, viewers]
    assert "4 unchanged" in project.tools("up", "--stack", "prod", "--yes").lines


def test_grants_of_a_stack_from_before_are_not_touched(project: Project) -> None:
    project.edit(
        "litellm_monitoring/infra/program/component.py",
        '                replace_on_changes=["permissions"],\n',
        "",
    )
    project.edit(
        "litellm_monitoring/infra/program/component.py", "                protect=False,\n", ""
    )
    project.tools("up", "--stack", "prod", "--yes")
    shutil.copy(
        ROOT / "litellm_monitoring/infra/program/component.py",
        project.root / "litellm_monitoring/infra/program",
    )
    (before,) = grants(project)
    changed = project.tools("up", "--stack", "prod", "--yes")
    assert (changed.status, "4 unchanged" in changed.lines) == (0, True), changed.output
    assert grants(project) == [before]
    project.set("prod", folder={"permissions": [{"permission": "View", "role": "Viewer"}]})
    assert "1 replaced, 3 unchanged" in project.tools("up", "--stack", "prod", "--yes").lines


def test_a_protected_stack_is_asked_about_first(project: Project) -> None:
    run = project.tools("up", "--stack", "prod")
    assert (run.status, run.lines[5:]) == (1, ["4 to create", "Deploy this? [y/N]: Aborted!"])
    assert project.deployed_files() == []


BAD = {"url": "nonsense"}


@pytest.mark.parametrize("operation", ["up", "preview", "refresh"])
def test_a_bad_setting_is_one_message_and_nothing_else(project: Project, operation: str) -> None:
    project.set(prometheus=BAD)
    run = project.tools(operation)
    assert (run.status, run.lines) == (
        1,
        [
            "Error: 1 setting needs correction in the configuration of stack dev:",
            '  prometheus.url = "nonsense": not a web address; '
            "write it like https://prometheus.example.com:9090",
        ],
    )
    assert not (project.root / ".state").exists()
    assert project.deployed_files() == []


def test_an_unknown_stack(project: Project) -> None:
    run = project.tools("up", "--stack", "test")
    assert (run.status, run.lines) == (
        1,
        ["Error: there is no Pulumi.test.yaml; the stacks are: dev, prod, staging"],
    )


def test_destroying_in_a_grafana_asks_first(project: Project) -> None:
    run = project.tools("destroy", GRAFANA_URL="http://127.0.0.1:1")
    assert (run.status, run.lines) == (
        1,
        ["Delete everything that stack dev has deployed? [y/N]: Aborted!"],
    )


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (
            'pulumiverse_grafana.oss.ServiceAccount("account", name="llm", role="Viewer")',
            "the embedded target does not support grafana:oss/serviceAccount:ServiceAccount; "
            "deploy to a Grafana instead, by setting grafana:url",
        ),
        (
            'pulumiverse_grafana.oss.Folder("folder", uid="f", title="F", org_id="2")',
            "the embedded target does not support this property",
        ),
    ],
)
def test_what_the_embedded_target_does_not_know_is_refused(
    project: Project, program: str, message: str
) -> None:
    with (project.root / "__main__.py").open("a") as file:
        file.write(f"\nimport pulumiverse_grafana\n{program}\n")
    run = project.tools("preview")
    assert run.status == 1
    assert message in run.output
    assert "Traceback" not in run.output


def test_a_proxy_for_the_outside_is_not_used_for_loopback(project: Project) -> None:
    proxy = "http://127.0.0.1:1"
    assert project.tools("up", http_proxy=proxy, https_proxy=proxy, no_proxy="").status == 0


def test_where_the_plugin_cannot_be_had_the_embedded_target_is_named(project: Project) -> None:
    allowed = ("folders:create", "datasources:create", "datasources:write", "datasources:read")
    answers: dict[str, Any] = {
        "/api/health": {"version": "12.3.0"},
        "/api/access-control/user/permissions": {action: ["*"] for action in allowed},
    }
    with serving(answers, "glsa_x") as (url, _):
        run = project.tools(
            "up", GRAFANA_URL=url, GRAFANA_AUTH="glsa_x", https_proxy="http://127.0.0.1:1"
        )
    assert run.status == 1
    assert run.lines[-1] == (
        "The Grafana provider's plugin could not be installed. To deploy without it, to a "
        "directory, leave grafana:url and GRAFANA_URL unset."
    )


def test_a_killed_run_does_not_leave_the_stack_locked(project: Project) -> None:
    project.edit(
        "__main__.py", "import pulumi\n", "import time\n\nimport pulumi\n\ntime.sleep(60)\n"
    )
    locks = project.root / ".state" / ".pulumi" / "locks"
    running = project.begin("up", until=lambda: bool(list(locks.rglob("*.json"))))
    while_running = project.tools("up")
    assert (while_running.status, while_running.lines[-1]) == (
        1,
        "Another run of this stack is in progress. If it ran on another machine and has ended, "
        "run: pulumi cancel",
    )
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    project.edit("__main__.py", "time.sleep(60)\n", "")
    after = project.tools("up")
    assert (after.status, after.lines[1], after.lines[-3]) == (
        0,
        "The run that held the stack was killed; its lock is removed.",
        "3 created",
    )


def test_a_stack_refers_to_what_another_has_made(project: Project) -> None:
    project.tools("up")
    project.set(
        "staging",
        folder={"existingUid": "litellm-dev"},
        prometheus={"existingUid": "litellm-dev-prometheus"},
    )
    run = project.tools("up", "--stack", "staging")
    assert (run.status, run.lines[1:3]) == (
        0,
        ["+ create   Dashboard         LiteLLM Prod v2", "1 created"],
    )
    assert project.deployed_files() == sorted(
        [*FILES, "dashboards/litellm-dev/litellm-staging-prod-v2.json"]
    )
    assert project.tools("up", "--stack", "staging").lines[1] == "1 unchanged"
    project.tools("destroy", "--stack", "staging")
    assert project.deployed_files() == FILES


def test_a_folder_that_is_not_there_is_named(project: Project) -> None:
    project.set(folder={"existingUid": "nowhere"})
    run = project.tools("up")
    assert run.status == 1
    assert "nowhere" in run.lines[-1]
    assert "Traceback" not in run.output
