"""The on-call drill: five faults in a live proxy, each seen on Overview and named in the details."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil
import pytest

from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.labels import LabelSettings
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.catalogue.metrics import supported
from litellm_monitoring.signals.catalogue.own_labels import OptIn, of_tag
from litellm_monitoring.signals.serving import traffic
from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
from litellm_monitoring.tools.check.diagnosis.proxy import proxy_seen_in
from litellm_monitoring.tools.check.evidence.client import connected
from litellm_monitoring.tools.check.evidence.finding import Cause, Status
from litellm_monitoring.tools.check.evidence.panels import (
    PanelQuery,
    TimeRange,
    filled_in,
    queries_of,
)
from litellm_monitoring.tools.check.evidence.scraped import ScrapedEvidence
from tests.live.kinds import KIND
from tests.live.proxy.configuration import configuration
from tests.live.proxy.litellm import LiteLLM, litellm, litellm_python
from tests.live.proxy.traffic import ADS, POOR, SEARCH, SLOW, Call, chat
from tests.live.proxy.upstream import upstream
from tests.live.servers import Prometheus, prometheus, redis, scraping, stop

SCRAPE_SECONDS = 3
SCRAPES = 3
STEPS, STEP_SECONDS = 3, 4 * SCRAPE_SECONDS
"""Of shares, which are looked at in steps of some scrapes."""
RECORDING_SECONDS = 1.5
"""LiteLLM records what it has done in the background, after it has answered."""
PAUSE_SECONDS = 0.2
BAR_SECONDS = 300
"""Bars are drawn at multiples of it, each of what was until then."""


def _end_of_bar(now: datetime) -> int:
    """When the bar ends that counts what happens now: nobody can wait for it each time."""
    return -(-int(now.timestamp()) // BAR_SECONDS) * BAR_SECONDS


@dataclass(frozen=True)
class Watch:
    """A live proxy, what it depends on, and what a person sees of it."""

    proxy: LiteLLM
    prometheus: Prometheus
    redis: psutil.Process

    def shows(self, slug: str, panel: str, named: str = "", ref: str = "A") -> float:
        """The greatest number that a panel shows now, of what is ``named`` so."""
        (model,) = _models(self.prometheus.url, slug)
        now = datetime.now().astimezone()
        (query,) = (
            query
            for query in queries_of(model, now, f"{SCRAPE_SECONDS}s")
            if (query.panel, query.ref) == (panel, ref)
        )
        is_of_bars = query.range.step >= BAR_SECONDS
        found = self.prometheus.query(
            query.expression, _end_of_bar(now) if is_of_bars else int(now.timestamp())
        )
        return max(
            (
                float(series["value"][1])
                for series in found
                if not named or named in series["metric"].values()
            ),
            default=float("nan"),
        )


LABELS: list[dict[str, Any]] = [
    {"metadata": "metadata.cost_center", "inAlerts": True},
    {"tag": "batch"},
    *({"optIn": each.value} for each in OptIn),
]
EXPOSES_LABELS = {
    "custom_prometheus_metadata_labels": ["metadata.cost_center"],
    "custom_prometheus_tags": ["batch"],
    "prometheus_emit_stream_label": True,
    "prometheus_emit_input_sequence_length_label": True,
    "prometheus_emit_rate_limit_labels": True,
}


def _models(url: str, slug: str) -> list[dict[str, Any]]:
    settings = Settings.model_validate(
        {
            "labels": LABELS,
            "prometheus": {
                "type": KIND.type,
                "url": url,
                "scrapeInterval": f"{SCRAPE_SECONDS}s",
            },
            "dashboards": {"include": [slug], "timeFrom": "now-15m"},
        }
    )
    return [json.loads(each.config_json) for each in declare(settings, "t").dashboards.values()]


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    directory = tmp_path_factory.mktemp("drill")
    for name in ("redis", "litellm", "prometheus"):
        (directory / name).mkdir()
    with ExitStack() as servers:
        provider = servers.enter_context(upstream())
        port, redis_server = servers.enter_context(redis(directory / "redis"))
        newest = supported()[1]
        settings = configuration(provider.url, port, litellm_python(newest))
        settings["litellm_settings"] |= EXPOSES_LABELS
        proxy = servers.enter_context(litellm(newest, directory / "litellm", settings))
        server = servers.enter_context(
            prometheus(
                directory / "prometheus",
                scraping(("litellm", proxy.address, ""), seconds=SCRAPE_SECONDS),
            )
        )
        servers.enter_context(sending(proxy, chat(ADS, "fast")))
        time.sleep(2 * RECORDING_SECONDS + STEPS * STEP_SECONDS)
        yield Watch(proxy, server, redis_server)


@contextmanager
def sending(proxy: LiteLLM, call: Call) -> Iterator[None]:
    """Sends ``call`` again and again meanwhile."""
    over = threading.Event()

    def send() -> None:
        while not over.wait(PAUSE_SECONDS):
            with suppress(httpx.HTTPError):
                call.send(proxy)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=60)


Seen = Callable[[Watch], bool]

HEALTHY: list[Seen] = [
    lambda watch: watch.shows("overview", "Proxies down") == 0,
    lambda watch: watch.shows("overview", "Success ratio") == 1,
    lambda watch: watch.shows("overview", "Deployments down") == 0,
    lambda watch: watch.shows("overview", "Rejected requests") == 0,
    lambda watch: watch.shows("overview", "Redis and DB errors") == 0,
    # Nothing is shown before a key with a budget or a limit has come.
    lambda watch: not watch.shows("overview", "Budgets at risk") > 0,
    lambda watch: not watch.shows("overview", "Rate limits at risk") > 0,
]

OURS = "Proxy and upstream errors by"

FAULTS: dict[str, tuple[Call, list[Seen], list[Seen]]] = {
    "upstream answers 500": (
        chat(SEARCH, "broken"),
        [
            lambda watch: watch.shows("overview", "Success ratio") < 1,
            lambda watch: (
                watch.shows("overview", f"{OURS} exception", "Openai.InternalServerError", "B") > 0
            ),
            lambda watch: watch.shows("overview", "Deployments down") == 1,
        ],
        [
            lambda watch: watch.shows("traffic", f"{OURS} model group", "broken", "B") > 0,
            lambda watch: watch.shows("models", "Deployment state", "broken-broken") == 2,
        ],
    ),
    "upstream hangs": (
        chat(SEARCH, "hanging"),
        [lambda watch: watch.shows("overview", f"{OURS} exception", "Openai.Timeout", "B") > 0],
        [
            lambda watch: watch.shows("traffic", f"{OURS} model group", "hanging", "B") > 0,
            lambda watch: watch.shows("models", "Deployment state", "hanging-hanging") == 2,
        ],
    ),
    "a key is over its budget": (
        chat(POOR, "fast"),
        [
            lambda watch: watch.shows("overview", "Budgets at risk") == 1,
            lambda watch: watch.shows("overview", "Rejected requests") > 0,
        ],
        [
            lambda watch: watch.shows("budgets", "Key budgets", "poor") > 1,
            lambda watch: watch.shows("traffic", "Client errors by key", "poor") > 0,
        ],
    ),
    "a key is over its rate limit": (
        chat(SLOW, "fast"),
        [
            lambda watch: watch.shows("overview", "Rate limits at risk") == 1,
            lambda watch: watch.shows("overview", "Rejected requests") > 0,
        ],
        [
            lambda watch: watch.shows("budgets", "Key rate limit usage", "slow") >= 1,
            lambda watch: watch.shows("traffic", "Client errors by key", "slow") > 0,
        ],
    ),
}


def wait_for(watch: Watch, seen: list[Seen], seconds: float) -> None:
    """Returns as soon as all is seen at once; fails after that time."""
    deadline = time.monotonic() + seconds
    while not all(each(watch) for each in seen):
        assert time.monotonic() < deadline, [each(watch) for each in seen]
        time.sleep(0.25)


def test_a_healthy_proxy_has_nothing_to_worry_about(watch: Watch) -> None:
    wait_for(watch, HEALTHY, STEPS * STEP_SECONDS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_within_three_steps(watch: Watch, fault: str) -> None:
    call, overview, details = FAULTS[fault]
    with sending(watch.proxy, call):
        # What hangs is known to fail only when its time is over.
        time.sleep(1 if "hang" in fault else 0)
        wait_for(watch, [*overview, *details], RECORDING_SECONDS + STEPS * STEP_SECONDS)


ODD = 'Ads \\"Core\\" (1.5) $1'
"""A cost center as LiteLLM writes it."""

BY_LABEL: list[Seen] = [
    lambda watch: watch.shows("traffic", "Successful requests by Cost center", "R&D") > 0,
    lambda watch: watch.shows("traffic", "Top Cost center by requests", ODD) > 0,
    lambda watch: watch.shows("traffic", "Requests by Tag batch", "true") > 0,
    lambda watch: watch.shows("traffic", "Error ratio by Tag batch", "false") > 0,
    lambda watch: watch.shows("traffic", "Requests by Stream", "True") > 0,
    lambda watch: watch.shows("traffic", "Failed requests by Rate limit type", "requests") > 0,
    lambda watch: (
        watch.shows("traffic", "Failed requests by Rate limit category", "litellm_rate_limit") > 0
    ),
    lambda watch: watch.shows("spend", "Spend by Cost center", "R&D") > 0,
    lambda watch: watch.shows("spend", "Top Tag batch by spend", "true") > 0,
    lambda watch: watch.shows("latency", "End-to-end latency by Cost center, p95", ODD) > 0,
    lambda watch: (
        watch.shows("latency", "Time to first token by Input sequence length, p95", "0-1k") > 0
    ),
]


def test_labels_of_ones_own_are_seen(watch: Watch) -> None:
    streamed = chat(
        SEARCH,
        "fast",
        stream=True,
        stream_options={"include_usage": True},
        metadata={"tags": ["batch"]},
    )
    with (
        sending(watch.proxy, streamed),
        sending(watch.proxy, chat(SLOW, "fast")),
        sending(watch.proxy, chat(SEARCH, "broken")),
    ):
        wait_for(watch, BY_LABEL, RECORDING_SECONDS + 5 * STEPS * STEP_SECONDS)


VALUES = {
    "metadata_cost_center": {"R&D", ODD, "None"},
    "tag_batch": {"true", "false"},
    "stream": {"True", "False", "None"},
    "rate_limit_type": {"requests", "None"},  # and "budget", where one was exceeded before
}


@pytest.mark.parametrize("label", VALUES)
def test_variables_have_the_values_of_labels(watch: Watch, label: str) -> None:
    """After the test that sends them."""
    (model,) = _models(watch.prometheus.url, "traffic")
    (variable,) = (each for each in model["templating"]["list"] if each["name"] == label)
    series = variable["query"]["query"].removeprefix("label_values(").removesuffix(f", {label})")
    filled = filled_in(series, dict.fromkeys(re.findall(r"\$\{?(\w+)", series), ".*"))
    address = f"{watch.prometheus.url}/api/v1/label/{label}/values"
    found = set(httpx.get(address, params={"match[]": filled}).json()["data"])
    assert found <= VALUES[label] | {"budget"}
    there_or_not = {"None", "False", "budget"}
    assert found - there_or_not == VALUES[label] - there_or_not


def test_a_value_with_quotes_can_be_chosen(watch: Watch) -> None:
    (model,) = _models(watch.prometheus.url, "traffic")
    (panel,) = (
        panel for panel in model["panels"] if panel["title"] == "Top Cost center by requests"
    )
    # As Grafana escapes a value for a regular expression.
    chosen = re.sub(r"([\\^$*+?.()|\[\]{}/])", r"\\\1", ODD)
    values = {"__range": "15m", "__interval": "30s", "__range_s": "900", "__interval_ms": "30000"}
    names = re.findall(r"\$\{?(\w+)", panel["targets"][0]["expr"])
    others = {name: ".*" for name in names if name not in values}
    expression = filled_in(
        panel["targets"][0]["expr"], {**others, **values, "metadata_cost_center": chosen}
    )
    found = watch.prometheus.query(expression, int(time.time()))
    assert [each["metric"]["metadata_cost_center"] for each in found] == [ODD]


def test_check_is_content_with_labels_that_are_exposed_and_says_which_are_not(watch: Watch) -> None:
    now = datetime.fromtimestamp(_end_of_bar(datetime.now().astimezone()), UTC)
    labels = [LabelSettings.model_validate(each).label for each in LABELS]
    missing = of_tag("missing")
    asking = {"httpMethod": "POST", "queryTimeout": "10s"}
    data_source = DataSource("p", "p", watch.prometheus.url, asking)
    by_label = re.compile("|".join(label.title for label in labels))
    with connected(data_source, at_once=2) as server:
        end = int(now.timestamp())
        evidence = ScrapedEvidence(server, "", TimeRange(end - 900, end, 15))
        diagnosis = Diagnosis(evidence, proxy_seen_in(evidence), "", [*labels, missing])
        for slug in ("traffic", "spend", "latency"):
            for query in queries_of(
                _models(watch.prometheus.url, slug)[0], now, f"{SCRAPE_SECONDS}s"
            ):
                if by_label.search(query.panel):
                    assert diagnosis.of(query).status is Status.DATA, query.panel
        asked = traffic.busiest(
            Scope(counting=KIND.counting(), labels=(missing,)), missing.name
        ).expr
        asked = filled_in(asked, {"__range": "15m", "__range_s": "900"})
        times = TimeRange(end - 900, end, 15)
        finding = diagnosis.of(PanelQuery("d", "p", "A", asked, times, is_instant=True))
    assert (finding.status, finding.cause) == (Status.PARTIAL, Cause.NOT_EXPOSED)
    assert 'custom_prometheus_tags: ["missing"]' in finding.explanation


def test_that_redis_is_gone_is_seen(watch: Watch) -> None:
    """The last one: nothing brings it back."""
    stop(watch.redis)
    wait_for(
        watch,
        [
            lambda watch: (
                watch.shows("overview", "Proxies down") == 1
                or watch.shows("overview", "Redis and DB errors") > 0
            ),
            lambda watch: (
                watch.shows("internals", "Scrape status by proxy") == 0
                or watch.shows("internals", "Redis: failures") > 0
            ),
        ],
        RECORDING_SECONDS + SCRAPES * SCRAPE_SECONDS,
    )
