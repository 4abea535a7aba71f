"""What the program registers for the stack of one team."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pulumi
import pytest

from litellm_monitoring.dashboards import slugs
from litellm_monitoring.signals.catalogue.labels import spellings
from tests.mocks.conftest import Deploy, Deployed, Resource

PLATFORM = {
    "environment": "production",
    "selector": 'namespace="llm-prod"',
    "folderUid": "litellm-prod",
    "isFolderRestricted": True,
    "dataSourceUid": "litellm-prod-prometheus",
    "scrapeInterval": "15s",
    "ruleInterval": "1m",
    "recordedBy": "",
    "recorded": "",
    "alertsManagedBy": "off",
    "latencyBuckets": "",
    "latencyWithin": 60.0,
    "firstTokenWithin": 10.0,
}
STACKS = {"organization/litellm-monitoring/prod": PLATFORM}

ALIASES = [
    "search",
    "Search & Ranking",
    '"quoted" \\ back\\slashed',
    "two\nlines\tand a tab",
    "日本 équipe 🚀",
    "a" * 300,
    ".*",
    '"} or vector(1) or {a="',
    "$job ${instance} [[datasource]]",
    "{{team_alias}}",
    "' OR 1=1 --",
    "\u2028\u202e\x7f",
]

SLUGS = slugs(of_team=True)


def team(**keys: Any) -> dict[str, str]:
    return {"team": json.dumps({"alias": "Search & Ranking", "platformStack": "prod", **keys})}


def test_every_resource(deploy: Deploy) -> None:
    deployed = deploy("prod-search", team(contact="search@example.com"), stacks=STACKS)
    component = "litellm-prod-search"
    child: dict[str, Any] = {
        "parent": component,
        "secrets": set(),
        "protect": False,
        "delete_before_replace": False,
    }
    for slug in SLUGS:
        deployed.resources[f"{component}-{slug}"].inputs.pop("configJson")
    assert deployed.resources == {
        "organization/litellm-monitoring/prod": Resource(
            type="pulumi:pulumi:StackReference",
            parent="litellm-monitoring-prod-search",
            inputs={},
            secrets=set(),
            depends_on=[],
            protect=False,
            delete_before_replace=False,
            read_id="organization/litellm-monitoring/prod",
        ),
        component: Resource(
            type="litellm:monitoring:LiteLLMMonitoring",
            inputs={},
            depends_on=[],
            **{**child, "parent": "litellm-monitoring-prod-search"},
        ),
        f"{component}-folder": Resource(
            type="grafana:oss/folder:Folder",
            inputs={
                "uid": "litellm-prod-search",
                "title": "LiteLLM Search & Ranking (production)",
                "parentFolderUid": "litellm-prod",
                "preventDestroyIfNotEmpty": False,
            },
            depends_on=[],
            **child,
        ),
        f"{component}-team": Resource(
            type="grafana:oss/team:Team",
            inputs={
                "name": "LiteLLM Search & Ranking (production)",
                "email": "search@example.com",
            },
            depends_on=[],
            **child,
        ),
        f"{component}-access": Resource(
            type="grafana:oss/folderPermission:FolderPermission",
            inputs={
                "folderUid": "litellm-prod-search",
                "permissions": [{"teamId": "1:7", "permission": "View"}],
            },
            depends_on=[f"{component}-folder", f"{component}-team"],
            replace_on_changes=["permissions"],
            **{**child, "delete_before_replace": True},
        ),
        **{
            f"{component}-{slug}": Resource(
                type="grafana:oss/dashboard:Dashboard",
                inputs={"folder": "litellm-prod-search", "overwrite": False},
                depends_on=[f"{component}-access", f"{component}-folder"],
                **child,
            )
            for slug in SLUGS
        },
    }
    assert deployed.outputs == {
        **PLATFORM,
        "folderUid": "litellm-prod-search",
        "folderUrl": "http://grafana/dashboards/f/litellm-prod-search",
        "teamAlias": "Search & Ranking",
        "platformStack": "prod",
        "dashboardUrls": {slug: f"http://grafana/d/litellm-prod-search-{slug}" for slug in SLUGS},
    }


def models(deployed: Deployed) -> list[dict[str, Any]]:
    return [
        json.loads(resource.inputs["configJson"])
        for resource in deployed.resources.values()
        if resource.type == "grafana:oss/dashboard:Dashboard"
    ]


def expressions(model: dict[str, Any]) -> list[str]:
    """Every PromQL expression of a dashboard: of its panels, and in its variables' queries."""
    queries = [
        variable["query"]["query"]
        for variable in model["templating"]["list"]
        if variable["type"] == "query"
    ]
    assert all(query.startswith("label_values(") for query in queries)
    rows = [row["panels"] for row in model["panels"] if row["type"] == "row"]
    return [
        *(
            target["expr"]
            for panels in (model["panels"], *rows)
            for panel in panels
            for target in panel.get("targets", [])
        ),
        *(query.removeprefix("label_values(").rpartition(",")[0] for query in queries),
    ]


def selectors(node: Any) -> Iterator[promql_parser.VectorSelector]:
    """Every selector of series in a parsed expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        if child := getattr(node, name, None):
            yield from selectors(child)
    for argument in getattr(node, "args", None) or []:
        yield from selectors(argument)


@pytest.mark.parametrize("alias", ALIASES)
def test_every_query_is_fixed_to_the_team(deploy: Deploy, alias: str) -> None:
    deployed = deploy("prod-search", team(alias=alias), stacks=STACKS)
    found = [expr for model in models(deployed) for expr in expressions(model)]
    assert len(found) >= 8
    for expr in found:
        numbers = re.sub(r"\$__(interval_ms|range_s)", "300", expr)
        read = list(selectors(promql_parser.parse(re.sub(r"\$__(interval|range)", "5m", numbers))))
        # Whether a proxy is there is not of any team.
        of_proxies = [each for each in read if each.name in ("up", "process_start_time_seconds")]
        for selector in of_proxies:
            assert [m.name for m in selector.matchers.matchers] == ["namespace", "job", "instance"]
        of_team = [each for each in read if each not in of_proxies]
        assert of_team
        for selector in of_team:
            assert not selector.matchers.or_matchers
            matchers = [
                (m.name, m.value, str(m.op))
                for m in selector.matchers.matchers
                if m.name in ("team_alias", "namespace")
            ]
            equal, regex = (str(getattr(promql_parser.MatchOp, each)) for each in ("Equal", "Re"))
            written = spellings(alias)
            of_alias = (
                (alias, equal) if len(written) == 1 else ("|".join(map(re.escape, written)), regex)
            )
            assert matchers == [("team_alias", *of_alias), ("namespace", "llm-prod", equal)]


@pytest.mark.parametrize("alias", ALIASES)
def test_titles_show_the_team_as_written(deploy: Deploy, alias: str) -> None:
    deployed = deploy("prod-search", team(alias=alias), stacks=STACKS)
    folder = deployed.resources["litellm-prod-search-folder"].inputs["title"]
    shown = alias if len(alias) <= 120 else f"{alias[:110]}… 9835fa6b"
    assert folder == f"LiteLLM {shown} (production)"
    for model in models(deployed):
        assert model["title"].endswith(f" · {shown}")
        assert model["description"] == f"The traffic of the LiteLLM team {alias}"


def test_a_team_has_no_panel_about_what_all_share(deploy: Deploy) -> None:
    model = models(deploy("prod-search", team(), stacks=STACKS))[SLUGS.index("prod-v2")]
    assert [(panel["id"], panel["gridPos"]["y"]) for panel in model["panels"]] == [
        (3, 0),
        (1, 1),
        (2, 1),
        (5, 9),
        (4, 17),
        (9, 18),
        (10, 18),
    ]


def test_who_is_told_by_the_dashboard(deploy: Deploy) -> None:
    by_mail = models(deploy("prod-search", team(contact="s@example.com"), stacks=STACKS))
    by_web = models(deploy("prod-search", team(contact="https://chat/s"), stacks=STACKS))
    for mail, web in zip(by_mail, by_web, strict=True):
        assert [
            (link["title"], link.get("url", "")) for link in (*mail["links"], *web["links"])
        ] == [
            ("LiteLLM dashboards", ""),
            ("Contact Search & Ranking", "mailto:s@example.com"),
            ("LiteLLM dashboards", ""),
            ("Contact Search & Ranking", "https://chat/s"),
        ]
        assert mail["tags"] == [
            "litellm",
            "environment:production",
            "team:search-ranking-80e33c85",
            "litellm-prod-search",
        ]


def permissions(deployed: Deployed) -> Any:
    return deployed.resources["litellm-prod-search-access"].inputs["permissions"]


def test_a_grafana_team_that_is_there_and_others_who_see_the_folder(deploy: Deploy) -> None:
    config = {
        **team(canEdit=True, grafanaTeam={"existingName": "Search"}),
        "folder": '{"permissions":[{"team":"SRE"},{"role":"Editor","permission":"Admin"}]}',
    }
    deployed = deploy("prod-search", config, stacks=STACKS, teams={"Search": 3, "SRE": 4})
    assert "litellm-prod-search-team" not in deployed.resources
    assert permissions(deployed) == [
        {"teamId": "1:3", "permission": "Edit"},
        {"teamId": "1:4", "permission": "View"},
        {"role": "Editor", "permission": "Admin"},
    ]


def test_members_that_are_named(deploy: Deploy) -> None:
    config = team(grafanaTeam={"name": "Searchers", "members": ["a@example.com"]})
    deployed = deploy("prod-search", config, stacks=STACKS)
    assert deployed.resources["litellm-prod-search-team"].inputs == {
        "name": "Searchers",
        "members": ["a@example.com"],
    }


def test_without_a_platform_stack_by_explicit_uids(deploy: Deploy) -> None:
    config = {
        "team": '{"alias":"search"}',
        "environment": "prod",
        "selector": 'namespace="llm"',
        "folder": '{"parentUid":"llm"}',
        "prometheus": '{"existingUid":"mimir"}',
    }
    deployed = deploy("search", config)
    assert deployed.resources["litellm-search-folder"].inputs["parentFolderUid"] == "llm"
    for model in models(deployed):
        assert model["templating"]["list"][0]["current"]["value"] == "mimir"
        assert 'team_alias="search", namespace="llm"' in model["panels"][1]["targets"][0]["expr"]


def test_a_data_source_of_the_teams_own_sends_its_tenant(deploy: Deploy) -> None:
    config = {**team(), "prometheus": '{"url":"http://mimir","tenant":"search"}'}
    deployed = deploy("prod-search", config, stacks=STACKS)
    assert deployed.resources["litellm-prod-search-prometheus"].inputs["httpHeaders"] == {
        "X-Scope-OrgID": "search"
    }
    for model in models(deployed):
        chosen = model["templating"]["list"][0]["current"]["value"]
        assert chosen == "litellm-prod-search-prometheus"


@pytest.mark.parametrize(
    ("outputs", "advice"),
    [
        (
            {**PLATFORM, "isFolderRestricted": False},
            "every viewer can see that stack's folder, and could see the team's folder inside it; set folder.permissions in that stack and deploy it, e.g. [] for admins only, or set folder.parentUid here to another folder",
        ),
        (
            {key: value for key, value in PLATFORM.items() if key != "selector"},
            "that stack has no output 'selector'; deploy it first, with this version or a newer one",
        ),
    ],
)
def test_a_platform_that_will_not_do_is_refused(
    deploy: Deploy, outputs: dict[str, Any], advice: str
) -> None:
    deployed = Deployed()
    with pytest.raises(pulumi.RunError) as error:
        deploy(
            "prod-search",
            team(),
            deployed=deployed,
            stacks={"organization/litellm-monitoring/prod": outputs},
        )
    assert str(error.value) == (
        "1 setting needs correction in the configuration of stack prod-search:\n"
        f'  team.platformStack = "prod": {advice}'
    )
    assert list(deployed.resources) == ["organization/litellm-monitoring/prod"]


def test_a_folder_that_is_named_need_not_be_restricted(deploy: Deploy) -> None:
    outputs = {**PLATFORM, "isFolderRestricted": False}
    config = {**team(), "folder": '{"parentUid":"private"}'}
    deployed = deploy(
        "prod-search", config, stacks={"organization/litellm-monitoring/prod": outputs}
    )
    folder = deployed.resources["litellm-prod-search-folder"]
    assert folder.inputs["parentFolderUid"] == "private"


def test_latency_buckets_are_the_platforms(deploy: Deploy) -> None:
    stacks = {"organization/litellm-monitoring/prod": {**PLATFORM, "latencyBuckets": "0.5,10,45"}}
    promised = {"latency": {"within": 45}}
    deployed = deploy("prod-search", {**team(), "objective": json.dumps(promised)}, stacks=stacks)
    assert deployed.outputs["latencyBuckets"] == "0.5,10,45"
    with pytest.raises(pulumi.RunError, match=r"latency\.within = 30\.0: .* only at 10 and 45 sec"):
        deploy("prod-search", {**team(), "objective": '{"latency":{"within":30}}'}, stacks=stacks)


def test_links_to_requests_are_the_platforms(deploy: Deploy) -> None:
    links = [{"title": "Logs", "url": "https://logs.example.com/?t=${team}&f=${from}"}]
    outputs = {**PLATFORM, "requestLinks": json.dumps(links)}
    stacks = {"organization/litellm-monitoring/prod": outputs}
    deployed = deploy("prod-search", team(), stacks=stacks)
    assert deployed.outputs["requestLinks"] == json.dumps(links)
    address = "https://logs.example.com/?t=Search%20%26%20Ranking&f=${__from}"
    for model in models(deployed):
        linked = [link for panel in model["panels"] for link in panel.get("links", ())]
        assert {link["url"] for link in linked if link["title"] == "Logs"} == {address}


def test_labels_are_the_platforms(deploy: Deploy) -> None:
    labels = '[{"metadata": "metadata.cost_center", "title": "Cost center"}]'
    stacks = {"organization/litellm-monitoring/prod": {**PLATFORM, "labels": labels}}
    deployed = deploy("prod-search", team(), stacks=stacks)
    assert deployed.outputs["labels"] == labels


def test_a_stack_of_another_project(deploy: Deploy) -> None:
    deployed = deploy(
        "search", team(platformStack="acme/platform/prod"), stacks={"acme/platform/prod": PLATFORM}
    )
    folder = deployed.resources["litellm-search-folder"]
    assert folder.inputs["parentFolderUid"] == "litellm-prod"


def test_existing_teams_by_id(deploy: Deploy) -> None:
    """Which need not be looked for."""
    deployed = deploy("prod-search", team(grafanaTeam={"existingId": "1:9"}), stacks=STACKS)
    assert "litellm-prod-search-team" not in deployed.resources
    access = deployed.resources["litellm-prod-search-access"]
    assert access.inputs["permissions"] == [{"permission": "View", "teamId": "1:9"}]
    folder = json.dumps({"permissions": [{"teamId": 8, "permission": "Edit"}]})
    deployed = deploy("dev", {"prometheus": '{"url": "http://p"}', "folder": folder})
    access = deployed.resources["litellm-dev-access"]
    assert access.inputs["permissions"] == [{"permission": "Edit", "teamId": "8"}]
