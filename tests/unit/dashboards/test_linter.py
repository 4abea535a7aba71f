"""The rules of Grafana's dashboard linter (https://github.com/grafana/dashboard-linter), which is
not to be had as a package: each dashboard keeps them all, without exclusions.
"""

import re
from dataclasses import replace
from typing import Any

import promql_parser
import pytest

from litellm_monitoring.dashboards import CATALOGUE, Frame
from litellm_monitoring.signals import Matcher, Operator, Scope
from litellm_monitoring.signals.asking.promql import Selector, selectors
from litellm_monitoring.signals.serving.requests import Requests
from tests.unit.dashboards.test_dashboards import FRAME, model, panels

VALID_UNITS = frozenset(
    [
        "none",
        "short",
        "locale",
        "percentunit",
        "percent",
        "currencyUSD",
        "bytes",
        "Bps",
        "reqps",
        "s",
        "h",
        "dateTimeAsIso",
        "string",
    ]
)
"""Of the linter's list, those that we use."""

LINKED = replace(FRAME, requests=(Requests("Requests", "https://a/?${team}${key}${model}${from}"),))
SCOPES = (Scope(), Scope((Matcher("namespace", Operator.EQUAL, 'llm "prod"'),)))


def expanded(expression: str) -> str:
    """The linter puts odd numbers in place of the variables that it knows outside quotes, and takes
    others for metrics.
    """
    expression = re.sub(r"\$__(interval|range)_ms|\$__range_s", "7781188786", expression)
    return re.sub(r"\$__(rate_interval|interval|range)", "11277964s", expression)


def read(expression: str) -> list[Selector]:
    return list(selectors(promql_parser.parse(expanded(expression))))


@pytest.fixture(params=(FRAME, LINKED), ids=("plain", "with links to requests"))
def frame(request: pytest.FixtureRequest) -> Frame:
    found: Frame = request.param
    return found


@pytest.fixture(params=CATALOGUE)
def slug(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def targets(slug: str, frame: Frame) -> list[tuple[str, str]]:
    return [
        (panel["title"], target["expr"])
        for scope in SCOPES
        for panel in panels(slug, scope, frame)
        for target in panel.get("targets", ())
    ]


def test_template_variables(slug: str, frame: Frame) -> None:
    variables: dict[str, dict[str, Any]] = {
        v["name"]: v for v in model(slug, frame=frame)["templating"]["list"]
    }
    source = variables["datasource"]
    assert (source["type"], source["query"], source["label"]) == (
        "datasource",
        "prometheus",
        "Data source",
    )
    assert sum(variable["type"] == "datasource" for variable in variables.values()) == 1
    for name in ("job", "instance"):
        variable = variables[name]
        assert variable["type"] == "query"
        assert variable["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert (variable["label"], variable["multi"]) == (name.title(), True)
        assert variable["allValue"] == ".+"
    for variable in variables.values():
        if variable["type"] == "query":
            assert variable["refresh"] == 2
            query = re.fullmatch(
                r"(?:label_values\((.+), \w+\)|query_result\((.+)\))", variable["query"]["query"]
            )
            assert query
            promql_parser.parse(query[1] or query[2])


def test_panels(slug: str, frame: Frame) -> None:
    for panel in panels(slug, frame=frame):
        if panel["type"] == "text":
            continue
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["targets"]
        defaults = panel["fieldConfig"]["defaults"]
        # What has mappings may have any unit.
        assert defaults["unit"] in VALID_UNITS or defaults["mappings"], panel["title"]
        for override in panel["fieldConfig"]["overrides"]:
            for prop in override["properties"]:
                assert prop["id"] != "unit" or prop["value"] in VALID_UNITS


def test_the_dashboard_cannot_be_edited(slug: str, frame: Frame) -> None:
    assert model(slug, frame=frame)["editable"] is False


def test_every_selector_has_job_and_instance(slug: str, frame: Frame) -> None:
    for title, expression in targets(slug, frame):
        for selector in read(expression):
            matchers = {(m.name, str(m.op), m.value) for m in selector.node.matchers.matchers}
            assert {("job", "MatchOp.Re", "$job"), ("instance", "MatchOp.Re", "$instance")} <= (
                matchers
            ), (title, expression)


def test_rates_are_over_the_rate_interval(slug: str, frame: Frame) -> None:
    for title, expression in targets(slug, frame):
        assert not re.search(r"\bi?rate\((?!\w+:)", expression), (title, expression)


def test_counters_are_rated(slug: str, frame: Frame) -> None:
    """The linter looks at selectors without matchers alone; here each counter is beside its growth."""
    for title, expression in targets(slug, frame):
        rated = re.findall(r"\b(?:rate|increase|sum_over_time)\(\(?(?:1 \* )?\(?(\w+){", expression)
        read_ = {each.metric for each in read(expression) if each.metric.endswith("_total")}
        assert not (read_ and not rated), (title, expression)
        for selector in read(expression):
            has_matchers = bool(selector.node.matchers.matchers)
            assert has_matchers or not selector.metric.endswith("_total"), (title, expression)
