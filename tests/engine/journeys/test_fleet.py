"""The stacks of many teams, on the real engine and the embedded target."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any

import click
import pytest
from pulumi.automation import PulumiCommand
from rich.console import Console

from litellm_monitoring.tools.fleet.run import fleet_runner
from tests.engine.conftest import Project, Run
from tests.grafana_server import serving
from tests.project_copy import set_teams

OPS = "ops-co-d05e772a"


def fleet(project: Project, command: str, *arguments: str, environment: str = "staging") -> Run:
    return project.tools("fleet", command, "--environment", environment, *arguments)


def table(run: Run) -> dict[str, str]:
    """What has become of each stack, from the table at the end."""
    cells = [[cell for cell in line.split("  ") if cell.strip()] for line in run.lines]
    return {row[0]: row[2].strip() for row in cells if len(row) >= 3 and row[0] != "stack"}


def teams(project: Project, *aliases: str, **more: Any) -> None:
    set_teams(
        project.root,
        *({"alias": alias, **more} for alias in aliases),
        environments=["staging", "prod"],
    )


def folders(project: Project) -> dict[str, list[dict[str, str]]]:
    """By uid: what is granted on each folder."""
    root = project.root / "build" / "grafana" / "access" / "folders"
    return {path.stem: json.loads(path.read_text())["permissions"] for path in root.glob("*.json")}


def team_ids(project: Project) -> dict[str, str]:
    root = project.root / "build" / "grafana" / "access" / "teams"
    return {json.loads(path.read_text())["name"]: path.stem for path in root.glob("*.json")}


def descriptions(project: Project) -> set[str]:
    """Of the dashboards that have one, which are teams'."""
    root = project.root / "build" / "grafana" / "provisioning" / "dashboards"
    models = [json.loads(path.read_text()) for path in root.glob("*/*.json")]
    return {model["description"] for model in models if "description" in model}


def test_an_environment_without_teams(project: Project) -> None:
    run = fleet(project, "up", environment="dev")
    assert (run.status, run.lines[1:]) == (0, ["no teams"])


def test_an_environment_and_its_teams(project: Project) -> None:
    teams(project, "search", "ads", " Ops & Co\n\t")
    too_early = fleet(project, "up")
    assert (too_early.status, too_early.lines[-1]) == (
        1,
        "Error: stack staging is not deployed; deploy it first: python -m tools up --stack staging",
    )
    project.tools("up", "--stack", "staging")
    planned = fleet(project, "preview")
    assert (planned.status, planned.lines[-1]) == (0, "3 to create")
    assert not project.state_text("staging-ads")
    assert table(fleet(project, "preview", "--team", "ads")) == {"staging-ads": "to create"}
    unknown = fleet(project, "up", "--team", "x")
    assert (unknown.status, unknown.lines) == (
        1,
        [f"Error: there is no team x; the teams are: search, ads, {OPS}"],
    )
    first = fleet(project, "up")
    assert (first.status, table(first), first.lines[-1]) == (
        0,
        {
            "staging-search": "created",
            "staging-ads": "created",
            "staging-ops-co-d05e772a": "created",
        },
        "3 created",
    )
    ids = team_ids(project)
    assert folders(project) == {
        "litellm-staging": [],
        "litellm-staging-search": [
            {"permission": "View", "teamId": ids["LiteLLM search (staging)"]}
        ],
        "litellm-staging-ads": [{"permission": "View", "teamId": ids["LiteLLM ads (staging)"]}],
        "litellm-staging-ops-co-d05e772a-25ec786b": [
            {"permission": "View", "teamId": ids["LiteLLM  Ops & Co\n\t (staging)"]}
        ],
    }
    assert descriptions(project) == {
        f"The traffic of the LiteLLM team {alias}" for alias in ("search", "ads", " Ops & Co\n\t")
    }
    states = {stack: project.state(stack) for stack in table(first)}
    second = fleet(project, "up")
    assert (second.status, second.lines[-1]) == (0, "3 unchanged")
    assert project.tools("fleet", "write", "staging-x").lines == [
        "Error: no team has the stack staging-x"
    ]
    assert project.tools("fleet", "write", "staging-ads").status == 0
    assert project.tools("up", "--stack", "staging-ads").lines[1] == "4 unchanged"
    assert {stack: project.state(stack) for stack in states} == states


def test_what_was_changed_by_hand_is_told_of_each_team_and_put_right(project: Project) -> None:
    teams(project, "search", "ads")
    project.tools("up", "--stack", "staging")
    fleet(project, "up")
    file = "build/grafana/provisioning/dashboards/litellm-staging-ads.yaml"
    before = (project.root / file).read_text()
    (title,) = re.findall(r"folder: (.+)", before)
    project.edit(file, f"folder: {title}", "folder: By hand")
    drift = fleet(project, "drift")
    assert (drift.status, drift.lines[1], drift.lines[-1]) == (
        1,
        "Arrows lead from what Grafana has to what is declared. To put it right: "
        "python -m tools fleet up --environment staging --refresh",
        "1 unchanged, 1 drifted",
    )
    assert f"title: By hand → {title}" in [line.strip() for line in drift.lines]
    assert fleet(project, "up").lines[-1] == "2 unchanged"
    assert fleet(project, "up", "--refresh").lines[-1] == "1 unchanged, 1 changed"
    assert (project.root / file).read_text() == before
    assert fleet(project, "drift").status == 0


def test_one_broken_team_does_not_stop_the_others(project: Project) -> None:
    teams(project, "a", "b", "c")
    project.tools("up", "--stack", "staging")
    foreign = project.root / "build/grafana/provisioning/dashboards/litellm-staging-b.yaml"
    foreign.write_text("providers: [{folderUid: litellm-staging-b, folder: X, options: {}}]")
    run = fleet(project, "up")
    assert (run.status, table(run), run.lines[-1]) == (
        1,
        {"staging-a": "created", "staging-b": "failed", "staging-c": "created"},
        "2 created, 1 failed",
    )
    assert "the folder LiteLLM b (staging) is in Grafana already" in run.output
    assert "Traceback" not in run.output
    foreign.unlink()
    again = fleet(project, "up")
    assert (again.status, table(again)) == (
        0,
        {"staging-a": "unchanged", "staging-b": "changed", "staging-c": "unchanged"},
    )


def test_a_team_that_is_renamed_leaves_an_orphan(project: Project) -> None:
    teams(project, "old", "ads")
    project.tools("up", "--stack", "staging")
    fleet(project, "up")
    ads = project.state("staging-ads")
    teams(project, "new", "ads")
    run = fleet(project, "up")
    assert table(run) == {"staging-new": "created", "staging-ads": "unchanged"}
    assert run.lines[-3:] == [
        "The teams of these stacks are no longer in teams.yaml:",
        "  staging-old",
        "To delete them: python -m tools fleet destroy --environment staging --orphans",
    ]
    assert sorted(folders(project)) == [
        "litellm-staging",
        "litellm-staging-ads",
        "litellm-staging-new",
        "litellm-staging-old",
    ]
    environment = project.tools("destroy", "--stack", "staging")
    assert (environment.status, environment.lines) == (
        1,
        [
            "Error: the team stacks staging-ads, staging-new, staging-old depend on stack staging. "
            "Delete them first: python -m tools fleet destroy --environment staging"
        ],
    )
    path = project.root / "Pulumi.staging.yaml"
    before = path.read_text()
    project.set("staging", folder={"uid": "other", "permissions": []})
    moved = project.tools("up", "--stack", "staging")
    assert (moved.status, moved.lines) == (
        1,
        [
            "Error: the folder litellm-staging of stack staging would be deleted for other, and with "
            "it the folders of the team stacks staging-ads, staging-new, staging-old. Delete them "
            "first: python -m tools fleet destroy --environment staging"
        ],
    )
    path.write_text(before)
    asked = fleet(project, "destroy", "--orphans")
    assert (asked.status, asked.lines[1:]) == (
        1,
        [
            "staging-old",
            "Delete everything that these stacks have deployed? [y/N]: Aborted!",
        ],
    )
    done = fleet(project, "destroy", "--orphans", "--yes")
    assert (done.status, table(done)) == (0, {"staging-old": "destroyed"})
    assert "litellm-staging-old" not in folders(project)
    assert project.state("staging-ads") == ads
    assert fleet(project, "destroy", "--orphans", "--yes").lines[-1] == "nothing there"


def test_two_environments_share_a_grafana(project: Project) -> None:
    teams(project, "search")
    for environment in ("staging", "prod"):
        assert project.tools("up", "--stack", environment, "--yes").status == 0
        assert fleet(project, "up", "--yes", environment=environment).lines[-1] == "1 created"
    assert sorted(folders(project)) == [
        "litellm-prod",
        "litellm-prod-search",
        "litellm-staging",
        "litellm-staging-search",
    ]
    queries = {
        environment: (
            project.root
            / f"build/grafana/provisioning/dashboards/litellm-{environment}-search"
            / f"litellm-{environment}-search-prod-v2.json"
        ).read_text()
        for environment in ("staging", "prod")
    }
    assert all(f'namespace=\\"llm-{name}\\"' in text for name, text in queries.items())
    for environment in ("staging", "prod"):
        assert fleet(project, "up", "--yes", environment=environment).lines[-1] == "1 unchanged"
    destroyed = fleet(project, "destroy", "--yes")
    assert (destroyed.status, destroyed.lines[-1]) == (0, "1 destroyed")
    assert "litellm-prod-search" in folders(project)


def test_a_protected_environment_is_asked_about_first(project: Project) -> None:
    teams(project, "search")
    project.tools("up", "--stack", "prod", "--yes")
    run = fleet(project, "up", environment="prod")
    assert (run.status, run.lines[-2:]) == (
        1,
        ["1 to create", "Deploy this? [y/N]: Aborted!"],
    )
    assert not project.state_text("prod-search")


def test_a_team_in_a_grafana_team_that_is_there(project: Project) -> None:
    teams(project, "search", grafanaTeam={"existingName": "People"})
    project.tools("up", "--stack", "staging")
    missing = fleet(project, "up")
    assert missing.status == 1
    assert "there is no Grafana team with the name 'People'" in missing.output
    directory = project.root / "build/grafana/access/teams"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "5.json").write_text('{"id": 5, "name": "People", "email": null, "members": []}')
    assert fleet(project, "up").status == 0
    assert folders(project)["litellm-staging-search"] == [{"permission": "View", "teamId": "5"}]


def test_a_team_with_a_stack_file_of_its_own(project: Project) -> None:
    file = project.root / "Pulumi.research.yaml"
    file.write_text("config: {}")
    project.set("research", team={"alias": "research", "platformStack": "dev"})
    open_to_all = project.tools("up", "--stack", "research")
    assert (open_to_all.status, open_to_all.lines[1:]) == (
        1,
        [
            '  team.platformStack = "dev": every viewer can see that stack\'s folder, and '
            "could see the team's folder inside it; set folder.permissions in that stack and deploy "
            "it, e.g. [] for admins only, or set folder.parentUid here to another folder"
        ],
    )
    project.set("research", team={"alias": "research", "platformStack": "staging"})
    too_early = project.tools("up", "--stack", "research")
    assert (too_early.status, too_early.lines[-1]) == (
        1,
        "Error: stack staging, which team.platformStack names, is not deployed; deploy it first",
    )
    project.tools("up", "--stack", "staging")
    done = project.tools("up", "--stack", "research")
    assert (done.status, "7 created" in done.lines) == (0, True)
    assert project.tools("up", "--stack", "research").lines[1] == "7 unchanged"


def test_teams_use_the_credentials_that_their_environments_stack_seals(
    project: Project, plain_pulumi: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tools("up", "--stack", "staging")
    sealing = [
        "pulumi",
        "config",
        "set",
        "--secret",
        "grafana:auth",
        "glsa_x",
        "--stack",
        "staging",
    ]
    assert project.run(sealing, plain_pulumi).status == 0
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("GRAFANA_AUTH", "PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    answers: dict[str, Any] = {"/api/access-control/user/permissions": {}}
    quiet, command = Console(quiet=True), PulumiCommand()
    with serving(answers, "glsa_x") as (url, _):
        monkeypatch.setenv("GRAFANA_URL", url)
        with fleet_runner("staging", [], project.root, command, 1, quiet):
            assert os.environ["GRAFANA_AUTH"] == "glsa_x"
        assert "GRAFANA_AUTH" not in os.environ
    with serving(answers, "other") as (url, _):
        monkeypatch.setenv("GRAFANA_URL", url)
        refused = fleet_runner("staging", [], project.root, command, 1, quiet)
        with pytest.raises(click.ClickException, match=f"^{url} rejects the credentials: "):
            refused.__enter__()
