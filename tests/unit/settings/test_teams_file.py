"""``teams.yaml``: the stack that each team gets, and the one message that names every mistake."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_monitoring.dashboards import Feature
from litellm_monitoring.infra.identity import slug_of
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS
from litellm_monitoring.tools.fleet.elsewhere import matrix_json, operator_yaml
from litellm_monitoring.tools.fleet.teams import all_team_stacks, chosen, team_stacks
from tests.project_copy import set_settings, set_teams

BOTH = ("staging", "prod")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for stack in ("dev", "staging", "prod"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}")
        set_settings(tmp_path, stack, prometheus={"url": "http://p"}, folder={"permissions": []})
    return tmp_path


def message(root: Path) -> list[str]:
    with pytest.raises(click.ClickException) as error:
        all_team_stacks(root)
    return error.value.message.splitlines()


def test_each_team_has_a_stack_in_each_of_its_environments(root: Path) -> None:
    set_teams(
        root,
        {"alias": "search"},
        {"alias": "Ads & Ranking", "name": "ads", "environments": ["prod"]},
        environments=BOTH,
    )
    assert [(t.stack, t.team, t.alias, t.environment) for t in all_team_stacks(root)] == [
        ("staging-search", "search", "search", "staging"),
        ("prod-search", "search", "search", "prod"),
        ("prod-ads", "ads", "Ads & Ranking", "prod"),
    ]
    assert [t.stack for t in team_stacks(root, "prod")] == ["prod-search", "prod-ads"]
    assert team_stacks(root, "dev") == []


@pytest.mark.parametrize(
    ("of_environment", "of_team"),
    [
        (["overview", "team-overview", "prod-v2"], ("team-overview", "prod-v2")),
        (["prod-v2"], ("prod-v2",)),
        (["overview", "models"], None),
    ],
)
def test_a_team_has_what_its_environment_has_and_can_be_limited_to_it(
    root: Path, of_environment: list[str], of_team: tuple[str, ...] | None
) -> None:
    content = yaml.safe_load((root / "Pulumi.prod.yaml").read_text())
    content["config"]["litellm-monitoring:dashboards"] = {
        "include": of_environment,
        "withoutFeatures": ["mcp"],
    }
    (root / "Pulumi.prod.yaml").write_text(yaml.safe_dump(content))
    set_teams(root, {"alias": "search"}, environments=["prod"])
    (team,) = team_stacks(root, "prod")
    assert team.settings.dashboards.include == of_team
    assert team.settings.dashboards.without_features == (Feature.MCP,)


def test_its_stack_file(root: Path) -> None:
    content = yaml.safe_load((root / "Pulumi.prod.yaml").read_text())
    content["secretsprovider"] = "awskms://key"
    content["config"] |= {
        "grafana:url": "http://grafana",
        "grafana:auth": {"secure": "v1:x"},
        "litellm-monitoring:selector": 'namespace="llm"',
        "litellm-monitoring:protect": True,
        "litellm-monitoring:dashboards": {
            "timezone": "utc",
            "refresh": "30s",
            "adopt": True,
            "uids": {"prod-v2": "mine"},
        },
    }
    (root / "Pulumi.prod.yaml").write_text(yaml.safe_dump(content))
    set_teams(
        root,
        {
            "alias": "search",
            "contact": "s@example.com",
            "canEdit": True,
            "grafanaTeam": {"existingName": "Search"},
            "settings": {"dashboards": {"refresh": "1m"}, "protect": True},
        },
        environments=["prod"],
    )
    (team,) = team_stacks(root, "prod")
    assert team.content == {
        "secretsprovider": "awskms://key",
        "config": {
            "grafana:url": "http://grafana",
            "litellm-monitoring:team": {
                "alias": "search",
                "contact": "s@example.com",
                "canEdit": True,
                "grafanaTeam": {"existingName": "Search"},
                "platformStack": "prod",
            },
            "litellm-monitoring:dashboards": {"timezone": "utc", "refresh": "1m"},
            "litellm-monitoring:protect": True,
        },
    }


def test_chosen_by_name_or_alias(root: Path) -> None:
    set_teams(root, {"alias": "search"}, {"alias": "Ads!", "name": "ads"}, environments=BOTH)
    teams = team_stacks(root, "prod")
    assert [t.stack for t in chosen(teams, [])] == ["prod-search", "prod-ads"]
    assert [t.stack for t in chosen(teams, ["Ads!"])] == ["prod-ads"]
    assert [t.stack for t in chosen(teams, ["ads", "search"])] == ["prod-search", "prod-ads"]
    with pytest.raises(click.ClickException, match="no team x; the teams are: search, ads"):
        chosen(teams, ["x"])


SECRET = sorted(SECRET_KEYS)[0]
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"titel": "x"}, "teams.0.titel: no such key; did you mean title?"),
    ({"alias": ["7"]}, "teams.0.alias: must be text"),
    (
        {"alias": "None"},
        'teams.0.alias = "None": is what LiteLLM writes for keys without a team, so that it names '
        "no team",
    ),
    (
        {"name": "Search"},
        'teams.0.name = "Search": '
        "must be at most 32 lower-case letters and digits, separated by single hyphens",
    ),
    (
        {"environments": ["production"]},
        "teams.0: there is no stack production for its environment; there are: dev, prod, staging",
    ),
    (
        {"settings": {SECRET: "x"}},
        f"teams.0.settings: {SECRET} is a secret, which this file cannot hold; use a separate stack file for the team instead",
    ),
    (
        {"settings": {"team": {"alias": "x"}}},
        "teams.0.settings: the keys beside settings say which team it is; remove it",
    ),
    (
        {"settings": {"dashboards": {"refresh": "often"}}},
        'teams.0.settings.dashboards.refresh = "often": not a duration; write it like 15s, 1m or '
        "2h",
    ),
    (
        {"settings": {"dashboards": 7}},
        "teams.0.settings.dashboards = 7: must be a mapping of keys to values",
    ),
    (
        {"grafanaTeam": {"existingName": "A", "name": "B"}},
        'teams.0.settings.team.grafanaTeam.name = "B": remove it; '
        "team.grafanaTeam.existingName names a team that has its own",
    ),
]


@pytest.mark.parametrize(("team", "line"), MISTAKES, ids=[line[:40] for _, line in MISTAKES])
def test_each_mistake_has_its_advice(root: Path, team: dict[str, Any], line: str) -> None:
    set_teams(root, {"alias": "search", **team}, environments=BOTH)
    assert message(root) == ["1 entry needs correction in teams.yaml:", f"  {line}"]


def test_text_without_quotes_is_taken_as_it_was_written_or_refused(root: Path) -> None:
    def teams(team: str) -> None:
        (root / "teams.yaml").write_text(f"environments: [prod]\nteams:\n  - {team}\n")

    teams("{alias: 1234, title: yes, settings: {dashboards: {tags: [12, off]}}}")
    (team,) = all_team_stacks(root)
    assert (team.alias, team.settings.dashboards.tags) == ("1234", ("12", "off"))
    assert team.settings.team
    assert team.settings.team.title == "yes"
    teams("{alias: 007, title: 1.50, settings: {dashboards: {tags: [1_0]}, protect: True}}")
    assert message(root)[1:] == [
        '  teams.0.alias = 7: not text to YAML without quotes; write it as "007"',
        '  teams.0.title = 1.5: not text to YAML without quotes; write it as "1.50"',
    ]
    teams("{alias: '007', settings: {dashboards: {tags: [1_0]}, protect: True}}")
    assert message(root)[1:] == [
        "  teams.0.settings.dashboards.tags.0 = 10: not text to YAML without quotes; write it as "
        '"1_0"'
    ]


def test_teams_that_come_to_one_name_are_refused_by_name(root: Path) -> None:
    (root / "Pulumi.prod-own.yaml").write_text("config: {}")
    set_teams(
        root,
        {"alias": "search"},
        {"alias": "Search\n2", "name": "search", "title": "Search 2"},
        {"alias": "own"},
        environments=["prod"],
    )
    assert message(root) == [
        "2 entries need correction in teams.yaml:",
        "  teams.1 (Search\\n2) comes to the name prod-search, as does teams.0 (search); set "
        "another name",
        "  teams.2 (own) comes to the name prod-own, as does the stack of Pulumi.prod-own.yaml; "
        "set another name",
    ]


def test_a_team_and_an_environment_that_come_to_anothers_name_are_refused(root: Path) -> None:
    (root / "Pulumi.prod-eu.yaml").write_bytes((root / "Pulumi.prod.yaml").read_bytes())
    set_teams(
        root,
        {"alias": "eu-search", "environments": ["prod"]},
        {"alias": "search", "environments": ["prod-eu"]},
    )
    assert message(root)[1:] == [
        "  teams.1 (search) comes to the name prod-eu-search, as does teams.0 (eu-search); set "
        "another name"
    ]


def test_a_grafana_team_is_not_made_twice_in_one_grafana(root: Path) -> None:
    set_teams(root, {"alias": "a", "grafanaTeam": {"name": "A"}}, environments=BOTH)
    assert message(root)[1:] == [
        "  teams.0: its stack prod-a and staging-a would both create the Grafana team A; set "
        "another title, or create the team by hand and set grafanaTeam.existingName to it"
    ]
    content = yaml.safe_load((root / "Pulumi.prod.yaml").read_text())
    content["config"]["grafana:url"] = "http://another"
    (root / "Pulumi.prod.yaml").write_text(yaml.safe_dump(content))
    assert len(all_team_stacks(root)) == 2


def test_an_environment_that_everybody_sees_has_no_teams(root: Path) -> None:
    set_settings(root, "prod", folder={})
    set_teams(root, {"alias": "search"}, environments=["prod"])
    with pytest.raises(click.ClickException) as error:
        team_stacks(root, "prod")
    assert error.value.message.splitlines()[0] == (
        "1 setting needs correction in the configuration of stack prod-search:"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "teams.yaml must be a mapping of keys to values"),
        ("teams: 7", "teams = 7: must be a list"),
        ("teams: [7]", "teams.0 = 7: must be a mapping of keys to values"),
        ("a: b: c", "teams.yaml is not YAML"),
        ("", ""),
    ],
)
def test_files_that_are_none(root: Path, text: str, problem: str) -> None:
    (root / "teams.yaml").write_text(text)
    if problem:
        assert problem in "\n".join(message(root))
    else:
        assert all_team_stacks(root) == []


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.text(max_size=300), max_size=4))
def test_any_aliases_get_stacks_or_the_one_message(root: Path, aliases: list[str]) -> None:
    content = json.dumps({"environments": ["prod"], "teams": [{"alias": a} for a in aliases]})
    (root / "teams.yaml").write_text(content)
    problem, found = "", []
    try:
        found = team_stacks(root, "prod")
    except click.ClickException as error:
        problem = error.message
    if problem:
        assert "correction in teams.yaml:\n  teams." in problem
        assert all(line.isprintable() for line in problem.splitlines())
    else:
        assert [(t.alias, t.stack) for t in found] == [
            (alias, f"prod-{slug_of(alias)}") for alias in aliases
        ]


def test_a_matrix_of_ci_jobs(root: Path) -> None:
    set_teams(root, *({"alias": f"t{i}"} for i in range(5)), environments=BOTH)
    teams = all_team_stacks(root)
    assert json.loads(matrix_json(teams, 256)) == {
        "include": [
            {"environment": environment, "teams": f"--team t{i}"}
            for environment in BOTH
            for i in range(5)
        ]
    }
    assert json.loads(matrix_json(teams, 4)) == {
        "include": [
            {"environment": environment, "teams": names}
            for environment in BOTH
            for names in ("--team t0 --team t1 --team t2", "--team t3 --team t4")
        ]
    }
    assert len(json.loads(matrix_json(teams, 1))["include"]) == 2
    assert json.loads(matrix_json([], 256)) == {"include": []}


def test_resources_of_the_kubernetes_operator(root: Path) -> None:
    set_teams(root, {"alias": "search"}, environments=["prod"])
    text = operator_yaml(team_stacks(root, "prod"), "https://git/x.git", "main", "acme", "litellm")
    (stack,) = yaml.safe_load_all(text)
    assert stack == {
        "apiVersion": "pulumi.com/v1",
        "kind": "Stack",
        "metadata": {"name": "litellm-monitoring-prod-search"},
        "spec": {
            "stack": "acme/litellm-monitoring/prod-search",
            "projectRepo": "https://git/x.git",
            "branch": "main",
            "config": {"litellm-monitoring:team": {"alias": "search", "platformStack": "prod"}},
            "destroyOnFinalize": False,
            "envRefs": {
                "GRAFANA_AUTH": {
                    "type": "Secret",
                    "secret": {"name": "litellm", "key": "GRAFANA_AUTH"},
                },
                "PULUMI_ACCESS_TOKEN": {
                    "type": "Secret",
                    "secret": {"name": "litellm", "key": "PULUMI_ACCESS_TOKEN"},
                },
                "GRAFANA_RETRIES": {"type": "Literal", "literal": {"value": "15"}},
                "GRAFANA_RETRY_WAIT": {"type": "Literal", "literal": {"value": "1"}},
                "GRAFANA_RETRY_STATUS_CODES": {
                    "type": "Literal",
                    "literal": {"value": "401,409,412,429,5xx"},
                },
            },
            "prerequisites": [{"name": "litellm-monitoring-prod"}],
        },
    }
