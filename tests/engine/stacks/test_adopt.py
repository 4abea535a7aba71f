"""What somebody has made by hand is found, and taken over in place."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from litellm_monitoring.dashboards import Frame, dashboard_json
from litellm_monitoring.signals import Scope
from tests.engine.conftest import Project
from tests.grafana_server import serving

PROVISIONED = ("mute-timings", "contact-points", "templates", "alert-rules")
FRAME = Frame("x", "hand", "hand", (), (), "", "now-1h", "now", "utc", editable=True)
SHIPPED: dict[str, Any] = json.loads(dashboard_json("prod-v2", Scope(), FRAME))


def dashboard(uid: str, title: str, **more: Any) -> dict[str, Any]:
    return {**SHIPPED, "uid": uid, "title": title, **more}


def one_panel(uid: str, title: str, expr: str, data_source: object) -> dict[str, Any]:
    panel = {"title": title, "datasource": data_source, "targets": [{"expr": expr}]}
    return {"uid": uid, "title": title, "panels": [{"type": "row", "panels": [panel]}]}


def grafana(*dashboards: tuple[dict[str, Any], str], provisioned: str = "") -> dict[str, Any]:
    """Answers of a Grafana with ``dashboards``, each with the folder that it lies in."""
    return {
        "/api/search": [
            {
                "uid": model["uid"],
                "title": model["title"],
                "folderUid": folder,
                "folderTitle": folder,
            }
            for model, folder in dashboards
        ],
        "/api/datasources": [
            {"uid": "hand", "name": "LLM metrics", "type": "prometheus", "url": "http://prom:9090"},
            {"uid": "other", "name": "Other", "type": "prometheus", "url": "http://other:9090"},
            {"uid": "logs", "name": "Logs", "type": "loki", "url": "http://loki"},
        ],
        "/api/teams/search": {"teams": []},
        **{f"/api/v1/provisioning/{kind}": [] for kind in PROVISIONED},
        **{
            f"/api/dashboards/uid/{model['uid']}": {
                "dashboard": model,
                "meta": {"provisioned": model["uid"] == provisioned},
            }
            for model, _ in dashboards
        },
    }


UNRELATED = (one_panel("cpu", "CPU", "node_cpu_seconds_total", {"uid": "other"}), "Nodes")
METRICS = (one_panel("all", "All metrics", "litellm_spend_metric_total", "${DS}"), "LLM")


def lines(text: str) -> list[str]:
    """Lines without what only aligns them."""
    return [
        "  ".join(cell.strip() for cell in line.split("  ") if cell.strip())
        for line in text.splitlines()
    ]


def test_what_would_happen_to_each(project: Project) -> None:
    answers = grafana(
        (dashboard("be059pwgrlg5cf", "LiteLLM Prod v2"), "LLM"),
        (dashboard("copy", "Copy of LiteLLM"), "LLM"),
        (dashboard("file", "From a file"), "Files"),
        METRICS,
        UNRELATED,
        provisioned="file",
    )
    with serving(answers, token="glsa_x") as (url, requests):
        run = project.tools("adopt", "--grafana", url, GRAFANA_AUTH="glsa_x")
    assert run.status == 0
    assert {request.split()[0] for request in requests} == {"GET"}
    assert lines(run.output) == [
        "title  uid  would",
        "dashboard  LiteLLM Prod v2  be059pwgrlg5cf  becomes prod-v2: same address, its panels "
        "replaced",
        "dashboard  Copy of LiteLLM  copy  stays as it is: no dashboard of the stack replaces it",
        "dashboard  From a file  file  stays as it is: Grafana provisions it from a file; remove "
        "the file first",
        "dashboard  All metrics  all  stays as it is: no dashboard of the stack replaces it",
        "folder  LLM  LLM  becomes the stack's folder",
        "folder  Files  Files  stays as it is: the stack's dashboards move out of it",
        "data source  LLM metrics  hand  becomes the stack's data source; its credentials, if it "
        "has any, must be set again",
        "",
        "Set in Pulumi.dev.yaml, below config:",
        "litellm-monitoring:dashboards:",
        "uids:",
        "prod-v2: be059pwgrlg5cf",
        "litellm-monitoring:folder:",
        "uid: LLM",
        "title: LLM",
        "litellm-monitoring:prometheus:",
        "uid: hand",
        "name: LLM metrics",
        "url: http://prom:9090",
        "",
        "Then run: python -m tools adopt --stack dev --take-over",
        "or: pulumi import --file adopt.json --stack dev --generate-code=false --protect=false",
        "and see what the next deployment would change: python -m tools preview --stack dev",
    ]
    assert json.loads((project.root / "adopt.json").read_text()) == {
        "resources": [
            {
                "type": "litellm:monitoring:LiteLLMMonitoring",
                "name": "litellm-dev",
                "component": True,
            },
            {
                "type": "grafana:oss/dashboard:Dashboard",
                "name": "litellm-dev-prod-v2",
                "id": "be059pwgrlg5cf",
                "parent": "litellm-dev",
            },
            {
                "type": "grafana:oss/folder:Folder",
                "name": "litellm-dev-folder",
                "id": "LLM",
                "parent": "litellm-dev",
            },
            {
                "type": "grafana:oss/dataSource:DataSource",
                "name": "litellm-dev-prometheus",
                "id": "hand",
                "parent": "litellm-dev",
            },
        ]
    }


def test_what_others_use_too_is_referred_to(project: Project) -> None:
    shared = (one_panel("cpu", "CPU", "node_cpu_seconds_total", {"uid": "hand"}), "LLM")
    answers = grafana((dashboard("copy", "LiteLLM"), "LLM"), shared)
    with serving(answers) as (url, _):
        run = project.tools("adopt", "--grafana", url)
    found = lines(run.output)
    assert "folder  LLM  LLM  stays as it is: it also holds CPU" in found
    assert (
        "data source  LLM metrics  hand  stays as it is, and the stack refers to it: "
        "other dashboards read it too" in found
    )
    assert "existingUid: hand" in found


def test_what_the_stack_declares_and_no_state_has(project: Project) -> None:
    """Whatever is wrong with another stack's file, and with what cannot be read."""
    (project.root / "Pulumi.staging.yaml").write_text("config: {litellm-monitoring:foldr: x}")
    state = project.root / ".state/.pulumi/stacks/litellm-monitoring/prod.json"
    state.parent.mkdir(parents=True)
    has = [{"type": "grafana:oss/dataSource:DataSource", "id": "1:litellm-dev-prometheus"}]
    state.write_text(json.dumps({"checkpoint": {"latest": {"resources": has}}}))
    project.set(
        dashboards={"include": ["prod-v2"], "adopt": True},
        alerts={
            "managedBy": "grafana",
            "contactPoint": {"existing": "On call"},
            "muteTimings": [{"name": "nights", "start": "22:00"}, {"name": "days"}],
        },
    )
    theirs = dashboard("litellm-qa-prod-v2", "LiteLLM", tags=["litellm", "litellm-qa"])
    answers = {
        **grafana((dashboard("be059pwgrlg5cf", "LiteLLM"), ""), (theirs, ""), METRICS),
        "/api/dashboards/uid/all": (406, {"message": "use v2beta1 instead"}),
        "/api/datasources": [
            {"uid": "litellm-dev-prometheus", "name": "Metrics", "type": "prometheus", "url": "x"}
        ],
        "/api/v1/provisioning/mute-timings": [{"name": "LiteLLM (dev) nights"}],
        "/api/v1/provisioning/alert-rules": [
            {"folderUID": "litellm-dev", "ruleGroup": "LiteLLM limits"},
            {"folderUID": "other", "ruleGroup": "LiteLLM proxy"},
        ],
        "/api/teams/search": (403, {"message": "no"}),
    }
    prefixed = {f"/grafana{path}": answer for path, answer in answers.items()}
    with serving({**prefixed, "/": (301, "/grafana/")}) as (url, _):
        run = project.tools("adopt", "--grafana", url)
    assert lines(run.output)[:10] == [
        f"Grafana is at {url}/grafana",
        "dashboard All metrics could not be read: 406, use v2beta1 instead",
        "Grafana teams could not be read: 403, these credentials may not",
        "title  uid  would",
        "data source  LiteLLM Prometheus (dev)  litellm-dev-prometheus  stays as it is: it is in "
        "the state of stack prod",
        "dashboard  prod-v2  be059pwgrlg5cf  becomes prod-v2: same address, its panels replaced",
        "mute timing  LiteLLM (dev) nights  LiteLLM (dev) nights  becomes the stack's mute timing",
        "rule group  LiteLLM limits  litellm-dev:LiteLLM limits  becomes the stack's rule group",
        "dashboard  LiteLLM  litellm-qa-prod-v2  stays as it is: a stack with the tag litellm-qa "
        "made it, and its state is not here",
        "",
    ]


def test_a_lost_state_is_made_anew(project: Project) -> None:
    assert project.tools("up").status == 0
    state, files = project.state(), project.deployed_files()
    project.state_file().unlink()
    answers = {
        **grafana((dashboard("litellm-dev-prod-v2", "LiteLLM"), "litellm-dev")),
        "/api/datasources": [
            {"uid": "litellm-dev-prometheus", "name": "Metrics", "type": "prometheus", "url": "x"}
        ],
    }
    with serving(answers) as (url, _):
        run = project.tools("adopt", "--grafana", url, "--take-over")
    assert (run.status, run.lines[-1]) == (
        0,
        "2 taken over. See what the next deployment would change: python -m tools preview --stack dev",
    )
    # A folder is what the answers do not have.
    taken = "grafana:oss/folder:Folder"
    assert taken not in {resource["type"] for resource in project.state()}
    (project.root / "build/grafana/provisioning/dashboards/litellm-dev.yaml").unlink()
    assert project.tools("up").status == 0
    assert project.tools("up").lines[1] == "3 unchanged"
    assert [each["urn"] for each in project.state()] == [each["urn"] for each in state]
    assert project.deployed_files() == files


def test_nothing_to_adopt(project: Project) -> None:
    with serving(grafana(UNRELATED)) as (url, _):
        run = project.tools("adopt", "--grafana", url)
    assert (run.status, run.lines) == (
        0,
        ["Nothing of LiteLLM's exists outside of stacks."],
    )
    assert not (project.root / "adopt.json").exists()


@pytest.mark.parametrize(
    ("answers", "token", "problem"),
    [
        (grafana(), "x", "401; set GRAFANA_AUTH to a token, or to user:password"),
        (
            {"/api/search": "<html>Sign in</html>"},
            "",
            "answers 200 with text/html; is it a Grafana",
        ),
        ({}, "", "answers 404 with application/json; is it a Grafana"),
    ],
)
def test_a_grafana_that_cannot_be_read(
    project: Project, answers: dict[str, Any], token: str, problem: str
) -> None:
    with serving(answers, token) as (url, _):
        run = project.tools("adopt", "--grafana", url)
    assert run.status == 1
    (line,) = run.lines
    assert line.startswith(f"Error: {url}/api/search")
    assert problem in line


def test_the_file_takes_over_in_place(project: Project, plain_pulumi: Mapping[str, str]) -> None:
    adopting: dict[str, Any] = {
        "folder": {"uid": "LLM", "title": "LLM"},
        "prometheus": {"url": "http://prom:9090", "uid": "hand", "name": "LLM metrics"},
        "dashboards": {"include": ["prod-v2"], "uids": {"prod-v2": "be059pwgrlg5cf"}},
    }
    project.set(**adopting)
    assert project.tools("up").status == 0
    files = project.deployed_files()
    # As if made by hand: it is all there, and no stack knows of it.
    (project.root / ".state/.pulumi/stacks/litellm-monitoring/dev.json").unlink()
    project.set(
        folder={}, dashboards={"include": ["prod-v2"]}, prometheus={"url": "http://prom:9090"}
    )
    assert project.run(["pulumi", "stack", "init", "dev"], plain_pulumi).status == 0
    with serving(grafana((dashboard("be059pwgrlg5cf", "LiteLLM Prod v2"), "LLM"))) as (url, _):
        assert project.tools("adopt", "--grafana", url).status == 0
    project.set(**adopting)
    imported = project.run(
        [
            *("pulumi", "import", "--file", "adopt.json", "--stack", "dev", "--yes"),
            *("--generate-code=false", "--protect=false", "--non-interactive"),
        ],
        plain_pulumi,
    )
    assert imported.status == 0, imported.output
    # What only the engine knows of them is new to it: whether to overwrite, what to prevent.
    assert project.tools("up").lines[-3] == "2 updated, 1 unchanged"
    assert project.tools("up").lines[1] == "3 unchanged"
    assert project.deployed_files() == files
