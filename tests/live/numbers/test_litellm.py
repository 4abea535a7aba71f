"""Every query of every dashboard against a real LiteLLM that a real Prometheus scrapes."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Operator, Scope
from litellm_monitoring.signals.asking.promql import missing, parsed
from litellm_monitoring.signals.catalogue.metrics import families, family_of
from litellm_monitoring.signals.serving.buckets import default_bounds
from litellm_monitoring.signals.serving.failures import WRONG_REQUEST
from litellm_monitoring.signals.spending.adoption import requests_by_tool
from litellm_monitoring.tools.check.evidence.page import MetricsPage
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, filled_in, queries_of
from tests.live.kinds import KIND
from tests.live.proxy.configuration import configuration
from tests.live.proxy.litellm import NEWEST, LiteLLM, litellm, litellm_python
from tests.live.proxy.traffic import (
    BURST,
    FLAPPING,
    OF_EVERY_KIND,
    STREAMED,
    TOOLS,
    Sent,
    countable,
    send,
)
from tests.live.proxy.upstream import upstream
from tests.live.servers import Prometheus, prometheus, redis, scraping
from tests.world.simulated.fleet import DEPLOYMENTS, Fault, Pod, Request, population
from tests.world.simulated.pages import increments

PROD_V2 = "LiteLLM Prod v2"
SCRAPE_SECONDS = 1
SCOPE = Scope(counting=KIND.counting())
UPS_AND_DOWNS = (True, False, True)
SEED, COUNT, PAUSE_SECONDS = 7, 60, 0.2
FASTEST = default_bounds()[0]

NOT_DRIVEN = {
    "no database": (
        r"litellm_(postgres|batch_write_to_db|reset_budget_job)_.*",
        r"litellm_(in_memory|redis)_(daily_|window_)?(\w+_)?spend_update_queue_.*",
        r"litellm_pod_lock_manager_size",
        r"litellm_spend_(log_.*|capture_rate)",
        r"litellm_.*(customer|org)_(max_budget|budget_remaining_hours)_metric",
        r"litellm_remaining_(customer|org)_budget_metric",
        r"litellm_(team|user)_budget_remaining_hours_metric",
        r"litellm_team_members_metric",
        r"litellm_managed_(batch|file)_.*",
        r"litellm_check_batch_cost_(errors|jobs_processed)_total",
        r"litellm_auth_.*",
    ),
    "no identity federation with Anthropic": (r"litellm_anthropic_wif_.*",),
    "no Lens service": (r"litellm_lens_export_.*",),
    "no fault inside LiteLLM": (r"litellm_(router|self|proxy_pre_call)_failed_requests_total",),
    "no pricing that charges nothing by mistake": (r"litellm_zero_cost_requests_total",),
    "no video": (r"litellm_video_duration_seconds_metric_total",),
    "Redis does not fail": (
        r"litellm_redis_failed_requests_total",
        r"litellm_redis_circuit_breaker_(failures|transitions)_total",
    ),
}
"""The families that nothing here makes LiteLLM record, by the reason."""


@dataclass(frozen=True)
class House:
    """A proxy with all that it needs, watched by Prometheus; all that was sent is scraped."""

    proxy: LiteLLM
    prometheus: Prometheus
    sent: Sent
    counted_from: int
    counted_to: int


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    directory = tmp_path_factory.mktemp("house")
    for name in ("redis", "litellm", "prometheus"):
        (directory / name).mkdir()
    with ExitStack() as servers:
        provider = servers.enter_context(upstream())
        port, _ = servers.enter_context(redis(directory / "redis"))
        python = litellm_python(NEWEST)
        proxy = servers.enter_context(
            litellm(NEWEST, directory / "litellm", configuration(provider.url, port, python))
        )
        server = servers.enter_context(
            prometheus(directory / "prometheus", scraping(("litellm", proxy.address, "")))
        )
        # Twice: what a series counts before it is first scraped is no increase of it.
        for _ in range(2):
            send(proxy, OF_EVERY_KIND)
            wait_until_scraped()
        for is_up in UPS_AND_DOWNS:
            provider.flapping_is_up = is_up
            send(proxy, (FLAPPING,))
        for _ in range(2):
            send(proxy, BURST, at_once=len(BURST))
            wait_until_scraped()
        # Graphs of shares have a point every twenty scrapes: not all is to be between two of them.
        send(proxy, (STREAMED,))
        calls = tuple(countable(SEED, COUNT))
        # What counts a series' increase must have seen it before, and about as large: near its
        # birth, rate() takes less than the whole window for it.
        send(proxy, calls, at_once=4)
        wait_until_scraped()
        counted_from = int(time.time())
        time.sleep(2 * SCRAPE_SECONDS)
        sent = Sent()
        for call in calls:
            began = time.monotonic()
            call.send(proxy)
            sent.add(call, time.monotonic() - began)
            time.sleep(PAUSE_SECONDS)
        wait_until_scraped()
        wait_until_a_step_has_seen_it()
        yield House(proxy, server, sent, counted_from, int(time.time()))


def wait_until_scraped() -> None:
    # LiteLLM records what it has done in the background, after it has answered.
    time.sleep(3 + 2 * SCRAPE_SECONDS)


def wait_until_a_step_has_seen_it() -> None:
    # Shares and rankings look at full minutes.
    time.sleep(60 - time.time() % 60 + SCRAPE_SECONDS)


def models(url: str) -> list[dict[str, Any]]:
    settings = Settings.model_validate(
        {
            "prometheus": {
                "type": KIND.type,
                "url": url,
                "scrapeInterval": f"{SCRAPE_SECONDS}s",
            },
            "dashboards": {"timeFrom": "now-15m"},
            # Which nothing here is as fast as.
            "objective": {"latency": {"within": FASTEST}, "firstToken": {"within": FASTEST}},
        }
    )
    found = [json.loads(each.config_json) for each in declare(settings, "t").dashboards.values()]
    for model in found:
        for variable in model["templating"]["list"]:
            if variable["name"] == "interval":
                # As who looks at a quarter of an hour would choose it.
                variable["current"]["value"] = "1m"
    return found


QUERIES = [
    (query.dashboard, query.panel, query.ref)
    for model in models("http://p")
    for query in queries_of(model, datetime.now().astimezone(), f"{SCRAPE_SECONDS}s")
]


Asked = Mapping[tuple[str, str, str], PanelQuery]


@pytest.fixture(scope="module")
def asked(house: House) -> Asked:
    """The queries as Grafana asks them, once all that was sent is scraped."""
    now = datetime.now().astimezone()
    return {
        (query.dashboard, query.panel, query.ref): query
        for model in models(house.prometheus.url)
        for query in queries_of(model, now, f"{SCRAPE_SECONDS}s")
    }


def answer(house: House, query: PanelQuery) -> list[tuple[dict[str, str], list[float]]]:
    """The labels and the numbers of each series that a panel shows."""
    times = query.range
    if query.is_instant:
        found = house.prometheus.query(query.expression, times.end)
    else:
        found = house.prometheus.query_range(query.expression, times.start, times.end, times.step)
    return [
        (
            series["metric"],
            [float(value) for _, value in series.get("values") or [series["value"]]],
        )
        for series in found
    ]


WRONG = f'exception_class=~"{WRONG_REQUEST}"'
"""No provider finds a request wrong here."""

UNNAMED = 'exception_class="", '
"""No setting leaves the exception out here."""

UNKNOWN = 'exception_status!~"[45]..", '
"""A guardrail's failure has no status."""

BEYOND_THE_CAP = 'hashed_api_key="other"'
"""There is no cap here."""

OF_THE_PROXY = 'exception_status=~"5.."'
"""The proxy itself answers with no 5xx here."""

LATE = "First token budget used by"

DAY_SECONDS, YOUNG_SECONDS = 86_400, 900
"""A day in UTC, and how much of it may be over before these tests are."""

OF_HOURS = ":5m]"
"""What shares of six hours and more are looked at in."""

MEASURES_NOTHING = {
    "litellm_check_batch_cost_last_run_timestamp": "the job has not run",
    **{
        f"litellm_accounting_{name}": "no database"
        for name in (
            *("pending", "parked", "oldest_pending_seconds"),
            *("batch_seconds", "batch_deliveries", "delivery_table_bytes"),
        )
    },
}
"""Families that are exposed, with a value that measures nothing."""


def is_not_driven(selector: Any) -> bool:
    patterns = [pattern for patterns in NOT_DRIVEN.values() for pattern in patterns]
    name = family_of(str(selector.name)).name
    return name in MEASURES_NOTHING or any(re.fullmatch(each, name) for each in patterns)


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_returns_numbers_unless_listed(
    house: House, asked: Asked, name: tuple[str, str, str]
) -> None:
    query = asked[name]
    numbers = [value for _, values in answer(house, query) for value in values]
    if OF_HOURS in query.expression and not numbers:
        pytest.skip("two of its steps are longer than all this")
    if query.panel == "Spend today" and not numbers and time.time() % DAY_SECONDS < YOUNG_SECONDS:
        pytest.skip("the day has begun since something was spent")
    if LATE in query.panel and not numbers:
        pytest.skip("a stand-in for a provider may be as fast")
    is_listed = bool(missing(parsed(query.expression), lambda node: not is_not_driven(node)))
    is_listed |= query.expression.count(WRONG) > 0 == query.expression.count("!~")
    is_listed |= UNNAMED in query.expression and UNKNOWN not in query.expression
    is_listed |= BEYOND_THE_CAP in query.expression
    is_listed |= OF_THE_PROXY in query.expression and "exception_class=~" not in query.expression
    assert any(value == value for value in numbers) != is_listed


@pytest.mark.parametrize("name", QUERIES)
def test_no_sentinel_reaches_a_persons_eye(
    house: House, asked: Asked, name: tuple[str, str, str]
) -> None:
    if name[0] == PROD_V2:
        pytest.skip("as LiteLLM ships it")
    (panel,) = (
        panel
        for model in models("http://p")
        for panel in panels_of(model)
        if (model["title"], panel["title"]) == name[:2] and panel.get("targets")
    )
    for labels, values in answer(house, asked[name]):
        if not {"None", ""}.isdisjoint(labels.values()):
            assert has_words_for_none(panel), panel["title"]
        assert all(abs(value) < 1e15 for value in values)


def panels_of(model: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for panel in model["panels"]:
        yield panel
        yield from panel.get("panels") or ()


def has_words_for_none(panel: Mapping[str, Any]) -> bool:
    """Whether Grafana puts words in place of ``None``: in names of series, or in cells."""
    renames = [
        each["options"]["regex"]
        for each in panel.get("transformations", ())
        if each["id"] == "renameByRegex"
    ]
    mappings = [
        mapping["options"]["pattern"]
        for override in panel["fieldConfig"]["overrides"]
        for prop in override["properties"]
        if prop["id"] == "mappings"
        for mapping in prop["value"]
    ]
    return any("None" in each for each in (*renames, *mappings))


def counted(house: House) -> tuple[Scope, int, int]:
    """The scope whose rates span what was counted, the moment to ask at, and the seconds over which
    the server sees the increase: Prometheus from the first to the last scrape in that time,
    VictoriaMetrics from the scrape before.
    """
    window = house.counted_to - house.counted_from
    scope = replace(SCOPE, rate_window=f"{window}s")
    seconds = window - SCRAPE_SECONDS if KIND.is_prometheus else window
    return scope, house.counted_to, seconds


def shown(house: House, panel: str, ref: str = "A", dashboard: str = PROD_V2) -> dict[str, float]:
    """What a panel shows of what was counted, by its labels."""
    _, at, seconds = counted(house)
    (model,) = (each for each in models(house.prometheus.url) if each["title"] == dashboard)
    (target,) = (
        target
        for each in model["panels"]
        for target in each.get("targets", ())
        if (each["title"], target["refId"]) == (panel, ref)
    )
    values = {each["name"]: ".*" for each in model["templating"]["list"]}
    window = house.counted_to - house.counted_from
    # What is added up in steps needs some.
    step = SCRAPE_SECONDS if "[$__range:$__interval]" in target["expr"] else window
    values |= {
        **{"__interval": f"{step}s", "__interval_ms": f"{step}000"},
        **{"__range": f"{window}s", "__range_s": f"{window}"},
    }
    found = house.prometheus.query_range(filled_in(target["expr"], values), at, at, 1)
    # An increase is that many times the rate; Prometheus takes what it sees for the whole window.
    times = seconds / window if target.get("instant") else seconds
    return {
        ",".join(value for _, value in sorted(series["metric"].items())): (
            float(series["values"][0][1]) * times
        )
        for series in found
        if float(series["values"][0][1])
    }


def about(counts: Mapping[str, float]) -> Any:
    """Scrapes are not on the second, by a few milliseconds."""
    return pytest.approx(dict(counts), rel=0.01)


def test_the_requests_shown_are_those_sent(house: House) -> None:
    assert shown(house, "Proxy - Requests per second (success + failure)") == about(
        {"": house.sent.requests}
    )
    assert shown(house, "Requests per second by Key Alias") == about(house.sent.by_key)
    assert shown(house, "Requests per second by Team Alias") == about(house.sent.by_team)


def test_the_failures_shown_are_those_that_happened(house: House) -> None:
    found = shown(house, "Proxy Failure Responses / Second By Exception Class")
    assert found == about(house.sent.by_failure)


def test_the_details_name_what_failed_and_whose_mistake_it_was(house: House) -> None:
    traffic = "LiteLLM Traffic and errors"
    failed = Counter({"": house.sent.by_failure.total()})
    assert shown(house, "Requests by outcome", "E", traffic) == about(failed)
    for ours in "BCD":
        assert shown(house, "Requests by outcome", ours, traffic) == {}
    by_class: Counter[str] = Counter()
    for labels, count in shown(house, "Top proxy and upstream errors", dashboard=traffic).items():
        by_class[labels.split(",")[1]] += round(count)
    assert by_class == house.sent.by_failure


def test_money_is_what_was_spent(house: House) -> None:
    spend = "LiteLLM Spend and tokens"
    assert shown(house, "Spend today", dashboard=spend) == about({"": house.sent.spend})
    by_team = shown(house, "Top teams by spend", dashboard=spend)
    assert sum(by_team.values()) == pytest.approx(house.sent.spend, rel=0.01)
    tokens = house.sent.prompt + house.sent.completion
    assert sum(shown(house, "Top teams by spend", "B", spend).values()) == pytest.approx(
        tokens, rel=0.01
    )


def test_latency_is_within_what_the_callers_saw(house: House) -> None:
    _, _, seconds = counted(house)
    panel = "Proxy - Average & Median Response Latency (seconds)"
    average, median = (shown(house, panel, ref)[""] / seconds for ref in "AB")
    assert 0 < average < house.sent.slowest_seconds
    assert 0 < median < 2 * house.sent.slowest_seconds


@pytest.mark.parametrize(
    ("panel", "left"),
    [("x-ratelimit-remaining-requests", 321), ("x-ratelimit-remaining-tokens", 80_123)],
)
def test_what_is_left_is_what_the_provider_said(house: House, panel: str, left: int) -> None:
    _, _, seconds = counted(house)
    assert {round(value / seconds) for value in shown(house, panel).values()} == {left}


def test_coding_tools_are_known_by_what_they_send(house: House) -> None:
    found = house.prometheus.query(requests_by_tool(SCOPE, "1h").expr, house.counted_to)
    by_tool = {each["metric"]["tool"]: float(each["value"][1]) for each in found}
    assert by_tool.keys() == {*TOOLS.values(), "HTTP client"}
    # Twice, and for a series each of which the first value counts.
    assert by_tool["Claude Code"] == by_tool["Codex"] == pytest.approx(2, rel=0.2)


@pytest.mark.parametrize(
    ("counter", "sent"),
    [
        ("litellm_input_tokens_metric_total", lambda sent: sent.prompt),
        ("litellm_output_tokens_metric_total", lambda sent: sent.completion),
        ("litellm_total_tokens_metric_total", lambda sent: sent.prompt + sent.completion),
        ("litellm_spend_metric_total", lambda sent: sent.spend),
    ],
)
def test_tokens_and_spend_are_those_sent(
    house: House, counter: str, sent: Callable[[Sent], float]
) -> None:
    scope, at, seconds = counted(house)
    (found,) = house.prometheus.query_range(scope.rate(counter), at, at, 1)
    assert float(found["values"][0][1]) * seconds == pytest.approx(sent(house.sent), rel=0.01)


def test_a_deployment_that_goes_up_and_down(house: House) -> None:
    flapping = Scope().where("model_id", Operator.EQUAL, "flapping-flapping")
    counts = {
        is_up: house.prometheus.value(f"sum({flapping.series(name)})")
        for is_up, name in (
            (True, "litellm_deployment_success_responses_total"),
            (False, "litellm_deployment_failure_responses_total"),
        )
    }
    assert counts == Counter(UPS_AND_DOWNS)


@pytest.mark.parametrize(
    ("name", "happened"),
    [
        # A busy machine's first scrape may fail, and then succeed.
        ("Proxy restarts and outages", {True, False}),
        ("Deployments in cooldown", {True}),
        ("Firing alerts", {False}),
    ],
)
def test_annotations_mark_what_happened(
    house: House, asked: Asked, name: str, happened: set[bool]
) -> None:
    (of_models,) = (
        model
        for model in models(house.prometheus.url)
        if model["title"] == "LiteLLM Models and deployments"
    )
    (expression,) = (
        each["expr"] for each in of_models["annotations"]["list"] if each["name"] == name
    )
    values = {"job": ".+", "instance": ".+", "__rate_interval": "10s", "__interval": "5s"}
    values["model_group"] = ".*"
    times = next(iter(asked.values())).range
    found = house.prometheus.query_range(
        filled_in(expression, values), times.start, times.end, times.step
    )
    assert bool(found) in happened


def variables() -> list[tuple[str, str]]:
    return [
        (model["title"], variable["name"])
        for model in models("http://p")
        for variable in model["templating"]["list"]
        if variable["type"] == "query"
    ]


@pytest.mark.parametrize(("title", "name"), variables())
def test_each_variable_has_values(house: House, title: str, name: str) -> None:
    model = next(model for model in models(house.prometheus.url) if model["title"] == title)
    everything = {each["name"]: ".+" for each in model["templating"]["list"]}
    (variable,) = (each for each in model["templating"]["list"] if each["name"] == name)
    asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
    assert asked
    selector = filled_in(asked[1], everything)
    assert house.prometheus.label_values(asked[2], selector)


def test_there_is_a_dashboard_of_each_design() -> None:
    assert len(models("http://p")) == len(CATALOGUE)


def test_what_is_not_driven_is_listed(house: House) -> None:
    page = MetricsPage(house.proxy.metrics())
    unseen = {name for name, family in families().items() if page.names.isdisjoint(family.series)}
    listed = [pattern for patterns in NOT_DRIVEN.values() for pattern in patterns]
    assert unseen == {
        name for name in families() if any(re.fullmatch(pattern, name) for pattern in listed)
    }
    assert [p for p in listed if not any(re.fullmatch(p, name) for name in families())] == []


def test_a_simulated_fleets_pages_are_like_this_one(house: House) -> None:
    """The same labels, and the same words where there is nothing to say."""
    fault = Fault(0, 1, "Openai.InternalServerError", "500")
    (key,), (deployment, *_) = population(1), DEPLOYMENTS
    pod = Pod("litellm:4000")
    made = [
        Request(0, pod, key, deployment, failed, 0.01, 800, 200, 1.5) for failed in (None, fault)
    ]
    simulated: dict[str, list[dict[str, str]]] = {}
    for request in made:
        for labels, _ in increments(request):
            series = dict(labels)
            simulated.setdefault(series.pop("__name__"), []).append(series)
    for name, pages in simulated.items():
        found = house.prometheus.query(f"last_over_time({name}[1h])", house.counted_to)
        exposed = [
            {k: v for k, v in each["metric"].items() if k not in ("__name__", "job", "instance")}
            for each in found
        ]
        for series in pages:
            # Prometheus does not tell an empty label from none.
            assert series.keys() >= {label for each in exposed for label in each}, name
            for label, value in series.items():
                values = {each.get(label, "") for each in exposed}
                if value in ("None", ""):
                    assert values & {"None", ""}, (name, label, values)
                elif label in ("route", "exception_class", "exception_status", "status_code", "le"):
                    assert value in values, (name, label, values)
