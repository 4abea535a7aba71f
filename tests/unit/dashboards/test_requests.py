"""Links from numbers to the requests that they count: where they are, and where they lead."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from litellm_monitoring.alerts.rendering.requests import of_grafana, of_prometheus
from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.dashboards.frame.model import framed_json
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row
from litellm_monitoring.dashboards.kit.visualizations import stat
from litellm_monitoring.infra.declaration.platform import Platform, on_platform
from litellm_monitoring.infra.declaration.stack import Declaration, declare
from litellm_monitoring.infra.identity import stack_uid
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.serving import traffic
from litellm_monitoring.signals.serving.requests import Place, Requests, with_names
from litellm_monitoring.tools.project import ROOT
from tests.unit.dashboards.test_prod_v2 import PLAIN
from tests.unit.settings.test_settings import URL, load, message

LOGS = (
    "https://logs.example.com/find?team=${team}&key=${key}&model=${model}"
    "&from=${from}&until=${to:seconds}&since=${from:iso}"
)
GRAFANA = {"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@example.com"]}}}
PROMETHEUS = {"managedBy": "prometheus"}

_VARIABLE = re.compile(
    r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}"
)
"""What Grafana takes for a variable, in any text that it shows."""

TIMES = {
    "__from": "1700000000000",
    "__from:date:seconds": "1700000000",
    "__from:date:iso": "2023-11-14T22:13:20.000Z",
    "__to": "1700003600000",
    "__to:date:seconds": "1700003600",
    "__to:date:iso": "2023-11-14T23:13:20.000Z",
}


def opened(address: str, values: Mapping[str, str]) -> str:
    """The address that Grafana opens, with ``values`` of its variables, as the browser asks for it.
    Every variable in it has to be known.
    """

    def value(found: re.Match[str]) -> str:
        name = found[0].removeprefix("${").removesuffix("}")
        if name in TIMES:
            return TIMES[name]
        name, _, form = name.rpartition(":")
        assert form == "percentencode", found[0]
        return quote(values[name], safe="")

    return _VARIABLE.sub(value, address)


def declared(requests: object = LOGS, **config: Any) -> Declaration:
    links = {"links": {"requests": requests}} if requests else {}
    return declare(load({"prometheus": URL, **links, **config}), "dev")


def model(declaration: Declaration, slug: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(declaration.dashboards[slug].config_json)
    return found


def panels(declaration: Declaration, slug: str) -> dict[str, dict[str, Any]]:
    rows = model(declaration, slug)["panels"]
    return {
        panel["title"]: panel
        for row in rows
        for panel in (row, *row.get("panels", ()))
        if panel["type"] != "row"
    }


def link(panel: Mapping[str, Any], title: str = "Requests") -> str | None:
    """The address of the panel's own link."""
    found = [each["url"] for each in panel.get("links", ()) if each["title"] == title]
    return found[0] if found else None


def row_link(panel: Mapping[str, Any], title: str = "Requests") -> str | None:
    """The address that a row, bar or series of the panel leads to."""
    config = panel.get("fieldConfig", {})
    found = [
        *config.get("defaults", {}).get("links", ()),
        *(
            each
            for override in config.get("overrides", ())
            for prop in override["properties"]
            if prop["id"] == "links"
            for each in prop["value"]
        ),
    ]
    urls = [each["url"] for each in found if each["title"] == title]
    assert len(urls) < 2
    return urls[0] if urls else None


def asked(address: str, **values: str) -> dict[str, str]:
    """What the address asks for, once it is opened."""
    query = parse_qs(urlsplit(opened(address, values)).query, keep_blank_values=True)
    return {name: value for name, (value,) in query.items()}


@pytest.mark.parametrize(
    ("slug", "title", "is_told_apart"),
    [
        ("overview", "Success ratio", False),
        ("overview", "Latency", False),
        ("overview", "Spend by team", True),
        ("traffic", "Requests by outcome", False),
        ("traffic", "Requests by key", True),
        ("traffic", "Requests by user", False),
        ("traffic", "Top proxy and upstream errors", True),
        ("latency", "End-to-end latency distribution", False),
        ("latency", "End-to-end latency by team, p95", True),
        ("models", "Error ratio by deployment", False),
        ("models", "Failed fallbacks by model group", True),
        ("spend", "Spend today", False),
        ("spend", "Top teams by spend", True),
        ("budgets", "Key budgets", True),
        ("budgets", "Team rate limit usage", True),
        ("team-overview", "Top failed requests", True),
        ("prod-v2", "Requests per second by Team Alias", True),
    ],
)
def test_panels_about_requests_have_links(slug: str, title: str, is_told_apart: bool) -> None:
    panel = panels(declared(), slug)[title]
    assert link(panel)
    assert bool(row_link(panel)) == is_told_apart
    # What was there before still is.
    before = panels(declared(requests=None), slug)[title]
    assert [each for each in panel["links"] if each["title"] != "Requests"] == before.get(
        "links", []
    )


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("overview", "Proxies down"),
        ("overview", "In-flight requests"),
        ("models", "Background health checks"),
        ("models", "Remaining tokens at providers"),
        ("internals", "Memory"),
        ("internals", "Redis: failures"),
        ("features", "Guardrail errors"),
    ],
)
def test_panels_about_something_else_have_none(slug: str, title: str) -> None:
    before = panels(declared(requests=None), slug)[title]
    assert panels(declared(), slug)[title] == before


def test_a_bar_leads_to_the_requests_of_its_own_team() -> None:
    bar = row_link(panels(declared(), "traffic")["Requests by team"])
    assert bar
    values = {
        "__field.labels.requests_team": "R&D + a/b=ü#1",
        "requests_key": "",
        "requests_model": "gpt-4",
    }
    assert asked(bar, **values) == {
        "team": "R&D + a/b=ü#1",
        "key": "",
        "model": "gpt-4",
        "from": "1700000000000",
        "until": "1700003600",
        "since": "2023-11-14T22:13:20.000Z",
    }


def test_a_row_of_a_table_leads_to_its_own_requests_and_still_to_its_details() -> None:
    panel = panels(declared(), "traffic")["Top client errors by team"]
    row = row_link(panel)
    assert row
    cells = {f'__data.fields["requests_{place}"]': place for place in ("team", "key", "model")}
    assert asked(row, **cells) == {
        **{place: place for place in ("team", "key", "model")},
        "from": "1700000000000",
        "until": "1700003600",
        "since": "2023-11-14T22:13:20.000Z",
    }
    assert row_link(panel, "Details: budgets")
    linked = [
        override["matcher"]["options"]
        for override in panel["fieldConfig"]["overrides"]
        if any(prop["id"] == "links" for prop in override["properties"])
    ]
    assert linked == ["Key"]


def test_columns_for_links_alone_are_not_seen_and_hold_text_as_it_is() -> None:
    panel = panels(declared(), "spend")["Top teams by spend"]
    (column,) = (
        override["properties"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"] == {"id": "byName", "options": "requests_team"}
    )
    assert {prop["id"]: prop["value"] for prop in column} == {
        "custom.hidden": True,
        "custom.hideFrom.viz": True,
        "unit": "string",
        "noValue": "",
    }


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_variable_of_every_link_is_there(slug: str) -> None:
    declaration = declared()
    variables = {each["name"] for each in model(declaration, slug)["templating"]["list"]}
    for panel in panels(declaration, slug).values():
        own = {
            copied
            for target in panel.get("targets", ())
            for copied in re.findall(r', "(requests_\w+)", "", "\w+"\)', target["expr"])
        }
        for address in filter(None, (link(panel), row_link(panel))):
            for name in re.findall(r"\$\{([^}]+)\}", address):
                found = re.fullmatch(
                    r'(?:__field\.labels\.|__data\.fields\[")?(\w+?)(?:"\])?:percentencode', name
                )
                if name in TIMES:
                    continue
                assert found
                assert found[1] in (own if name.startswith("__") else variables), panel["title"]


@pytest.mark.parametrize("slug", CATALOGUE)
def test_queries_stay_what_they_were_but_for_the_names(slug: str) -> None:
    before = panels(declared(requests=None), slug)
    for title, panel in panels(declared(), slug).items():
        for target, old in zip(
            panel.get("targets", ()), before[title].get("targets", ()), strict=True
        ):
            assert old["expr"] in target["expr"]
            parsed(target["expr"])
            assert [each.metric for each in selectors(parsed(target["expr"]))] == [
                each.metric for each in selectors(parsed(old["expr"]))
            ]
            assert {**target, "expr": ""} == {**old, "expr": ""}


def test_nobody_is_called_none() -> None:
    expression = with_names("sum by (team_alias, requested_model) (x)", {
        Place.TEAM: "team_alias", Place.MODEL: "requested_model",
    })  # fmt: skip
    assert expression == (
        "label_replace(label_join(label_replace(label_join(sum by (team_alias, requested_model) (x), "
        '"requests_team", "", "team_alias"), "requests_team", "", "requests_team", "None"), '
        '"requests_model", "", "requested_model"), "requests_model", "", "requests_model", '
        '"None|other")'
    )
    # Grafana and people's tools find no variable in it.
    assert "$" not in expression


def test_a_choice_of_one_is_asked_for_and_no_other() -> None:
    variables = {each["name"]: each for each in model(declared(), "traffic")["templating"]["list"]}
    team = variables["requests_team"]
    assert (team["hide"], team["skipUrlSync"], team["multi"]) == (2, True, False)
    assert (team["includeAll"], team["refresh"]) == (False, 2)
    query = re.fullmatch(r"query_result\((.+)\)", team["query"]["query"])
    assert query
    parsed(query[1])
    assert 'team_alias=~"$team"' in query[1]
    pattern = re.compile(team["regex"].strip("/"))
    for answer, value in (
        ('{team_alias="search"} 1 1700000000000', "search"),
        ('{team_alias="a "b" {c} d"} 12 1700000000000', 'a "b" {c} d'),
        ('{team_alias="Nonesuch"} 1 1700000000000', "Nonesuch"),
        ('{team_alias="None"} 1 1700000000000', None),
        ('{team_alias="litellm-internal-health-check"} 1 1700000000000', None),
    ):
        found = pattern.fullmatch(answer)
        assert (found[1] if found else None) == value


def test_only_what_an_address_asks_for_is_looked_up() -> None:
    declaration = declared("https://logs.example.com/?k=${key}&from=${from}")
    variables = {each["name"] for each in model(declaration, "traffic")["templating"]["list"]}
    assert {name for name in variables if name.startswith("requests")} == {"requests_key"}
    by_team = panels(declaration, "traffic")["Requests by team"]
    assert link(by_team)
    assert row_link(by_team) is None
    assert by_team["targets"] == panels(declared(None), "traffic")["Requests by team"]["targets"]


def test_a_team_s_stack_asks_for_that_team() -> None:
    alias = 'R&D "x" ${team} [[y]] 100%'
    declaration = declared(team={"alias": alias}, alerts=PROMETHEUS)
    linked = 0
    for slug in ("team-overview", "prod-v2"):
        for panel in panels(declaration, slug).values():
            for address in filter(None, (link(panel), row_link(panel))):
                names = re.findall(r"\$\{([^}]+):percentencode\}", address)
                assert asked(address, **dict.fromkeys(names, ""))["team"] == alias
                linked += 1
    assert linked > 30
    (rule,) = (
        rule
        for group in declaration.alerting.prometheus
        for rule in group["rules"]
        if rule.get("alert") == "LiteLLMTeamBudgetNearlySpent"
    )
    assert f"team={quote(alias, safe='')}&" in rule["annotations"]["requests_url"]


def test_several_links_in_their_order() -> None:
    declaration = declared(
        [
            {"title": "Logs", "url": "https://a/"},
            {"title": "Traces", "url": "https://b/?t=${team}"},
        ],
        alerts=GRAFANA,
    )
    panel = panels(declaration, "traffic")["Requests by team"]
    titles = [each["title"] for each in panel["links"]]
    assert titles == ["Logs", "Traces", "LiteLLM documentation"]
    assert [each["title"] for each in panel["fieldConfig"]["defaults"]["links"]] == titles[:2]
    (rule,) = (
        rule
        for group in declaration.alerting.grafana
        for rule in group.rules
        if rule.title == "LiteLLMSpendSurge"
    )
    assert rule.annotations["requests_url"] == "https://a/"
    assert rule.annotations["requests_url_2"].startswith("https://b/?t={{ with index .Labels ")
    assert declaration.alerting.template
    text = declaration.alerting.template.template
    assert "{{ if .Annotations.requests_url }}Logs: https://a/\nTraces: https://b/?t={{" in text


def annotated(declaration: Declaration) -> set[str]:
    return {
        rule["alert"]
        for group in declaration.alerting.prometheus
        for rule in group["rules"]
        if "requests_url" in rule.get("annotations", {})
    }


def test_alerts_about_requests_have_links() -> None:
    found = annotated(declared(alerts=PROMETHEUS))
    assert {
        "LiteLLMAvailabilityBurn1h",
        "LiteLLMLatencyBurn6h",
        "LiteLLMModelGroupDown",
        "LiteLLMDeploymentFailing",
        "LiteLLMSpendSurge",
        "LiteLLMTeamBudgetNearlySpent",
        "LiteLLMKeyAtRateLimit",
    } <= found
    assert not found & {
        "LiteLLMProxyDown",
        "LiteLLMMetricsAbsent",
        "LiteLLMProxyHangs",
        "LiteLLMScrapeRefused",
        "LiteLLMRedisFailing",
        "LiteLLMUserBudgetRunsOut",
        "LiteLLMOrganizationBudgetRunsOut",
    }


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("https://a/?from=${from}&to=${to:iso}", "https://a/"),
        ("https://a/?from=${from}&team=x&to=${to}#f", "https://a/?team=x#f"),
        ("https://a/?range=${from}-${to}&team=x", "https://a/?team=x"),
        ("https://a/?range=r:${from:seconds}", "https://a/?range=r:now-1h"),
        ("https://a/${from}/x?y", "https://a/now-1h/x?y"),
        ("https://a/#q?from=${from}&to=${to}", "https://a/#q?from=now-1h&to=now"),
    ],
)
def test_where_no_moment_is_known(url: str, without: str) -> None:
    assert of_grafana([Requests("", url)], None) == {"requests_url": without}


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        ("https://a/?u=${user}", " = \"https://a/?u=${user}\": has no placeholder ${user}; there are "
         "${team}, ${key}, ${model}, ${from} and ${to}"),
        ("https://a/?u=${}", " = \"https://a/?u=${}\": has no placeholder ${}; there are ${team}, "
         "${key}, ${model}, ${from} and ${to}"),
        ("https://a/?u=${team", " = \"https://a/?u=${team\": ${team has no closing brace; write it like "
         "${team}"),
        ("https://a/?u=${team:iso}", " = \"https://a/?u=${team:iso}\": ${team:iso} has no form; write "
         "${team}"),
        ("https://a/?u=${to:day}", " = \"https://a/?u=${to:day}\": ${to:day} is in no form that there "
         "is; write ${to} for milliseconds, ${to:seconds} or ${to:iso}"),
        ("https://a/?u=$${team}", " = \"https://a/?u=$${team}\": $${team} is the form of Pulumi ESC; "
         "here, write ${team}, and %24 for a dollar sign"),
        ("https://${team}.example.com/", " = \"https://${team}.example.com/\": has a placeholder in the name of the host; write the host out"),
        ("ftp://a/", " = \"ftp://a/\": not a web address; write it like "
         "https://litellm.example.com/ui/?page=logs, with %20 for a space and no password"),
        ("javascript:alert(1)", " = \"javascript:alert(1)\": not a web address; write it like "
         "https://litellm.example.com/ui/?page=logs, with %20 for a space and no password"),
        (7, " = 7: must be an address, or a list of titles and addresses"),
        ({"url": "https://a/"}, ": must be an address, or a list of titles and addresses"),
        ([{"title": "A", "url": "https://a/"}] * 2, ": two of them are called A; give each a title of "
         "its own"),
        ([{"title": "A", "url": "https://a/${x}"}], ".0.url = \"https://a/${x}\": has no placeholder "
         "${x}; there are ${team}, ${key}, ${model}, ${from} and ${to}"),
        ([{"title": "[[x]]", "url": "https://a/"}], ".0.title = \"[[x]]\": [[ begins a variable in "
         "Grafana; write it in words"),
        ([{"title": "A"}], ".0.url: must be set"),
    ],
)  # fmt: skip
def test_mistakes(requests: object, told: str) -> None:
    found = message({"prometheus": URL, "links": {"requests": requests}})
    assert found[1:] == [f"  links.requests{told}"]


addresses = st.text(
    st.characters(min_codepoint=33, exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co"])
).map(lambda text: f"https://logs.example.com/?q={text}")
"""What people may write: everything that is printed."""


@given(addresses.filter(lambda url: "${" not in url))
@hypothesis_settings(max_examples=300, deadline=None)
def test_people_s_text_is_only_text(url: str) -> None:
    """Grafana fills nothing in, and neither do templates of alerts; it still means the same."""
    link = Requests("", url)
    panel = stat("Requests", traffic.requests(Scope()), shows="Requests.")
    board = Dashboard("Board", [Row("Row", [panel])], is_annotated=False)
    found = json.loads(framed_json(board, Scope(), replace(PLAIN, requests=(link,))))
    shown = found["panels"][1]["links"][0]["url"]
    assert _VARIABLE.search(shown) is None
    assert unquote(shown) == unquote(url)
    for annotations in (of_grafana([link], None), of_prometheus([link], None)):
        text = annotations["requests_url"]
        assert not set("${}") & set(text)
        assert unquote(text) == unquote(url)


def test_inheriting() -> None:
    environment = declared()
    outputs = environment.platform.outputs()
    assert json.loads(str(outputs["requestLinks"])) == [{"title": "Requests", "url": LOGS}]
    platform = Platform.from_outputs(outputs)
    for own, expected in (
        ({}, [LOGS]),
        ({"links": {}}, [LOGS]),
        ({"links": {"requests": []}}, []),
        ({"links": {"requests": "https://own/"}}, ["https://own/"]),
    ):
        config = {"prometheus": URL, "team": {"alias": "a", "platformStack": "prod"}, **own}
        team = on_platform(load({**config, "folder": {"parentUid": "x"}}), "prod-a", platform)
        assert [each.url for each in team.links.requests] == expected


def test_without_the_setting_nothing_is_said_of_it() -> None:
    declaration = declared(requests=None, alerts=GRAFANA)
    assert "requestLinks" not in declaration.platform.outputs()
    for slug, dashboard in declaration.dashboards.items():
        assert not re.search(r"requests_(team|key|model)\b", dashboard.config_json), slug
    assert declaration.alerting.template
    assert "requests" not in declaration.alerting.template.template.lower()
    for group in declaration.alerting.grafana:
        assert not [rule for rule in group.rules if "requests_url" in rule.annotations]


def test_the_examples_of_the_page_are_read_and_lead_somewhere() -> None:
    page = (ROOT / "docs/links.md").read_text("utf-8")
    examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)]
    found = dict[str, str]()
    for example in examples:
        (links,) = example.values()
        declaration = declared(links["requests"], alerts=PROMETHEUS)
        panel = panels(declaration, "traffic")["Top client errors by team"]
        for address in (row_link(panel, title) for title in ("Requests", "Logs")):
            if address:
                cells = {
                    f'__data.fields["requests_{place}"]': f"a {place}"
                    for place in ("team", "key", "model")
                }
                shown = opened(address, cells)
                found[urlsplit(shown).netloc + urlsplit(shown).path] = urlsplit(shown).query
    assert found.keys() == {
        "requests.example.com/",
        "litellm.example.com/ui/",
        "langfuse.example.com/project/PROJECT/observations",
        "grafana.example.com/explore",
    }
    assert found["litellm.example.com/ui/"] == "page=logs"
    langfuse = parse_qs(found["langfuse.example.com/project/PROJECT/observations"])
    assert langfuse["dateRange"] == ["1700000000000-1700003600000"]
    assert langfuse["filter"][0].split(",") == [
        "metadata;stringObject;user_api_key_team_alias;contains;a team",
        "metadata;stringObject;user_api_key_alias;contains;a key",
    ]
    panes = json.loads(parse_qs(found["grafana.example.com/explore"])["panes"][0])
    assert panes["r"]["queries"][0]["expr"] == (
        '{app="litellm"} |= `a team` |= `a key` |= `a model`'
    )
    assert panes["r"]["range"] == {"from": "1700000000000", "to": "1700003600000"}


def test_a_stack_s_name_is_no_place_in_its_messages() -> None:
    for stack in ("REQUESTS", "NAME", "requests"):
        settings = load(
            {"prometheus": URL, "alerts": GRAFANA, "links": {"requests": "https://NAME/"}}
        )
        template = declare(settings, stack).alerting.template
        assert template
        assert f'define "{stack_uid(stack)}.message"' in template.template
        assert "Requests: https://NAME/\n" in template.template
