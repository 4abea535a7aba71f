"""``check`` names the true cause, on proxies in which something is off, left out or old."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.signals import Matcher, Operator, Scope
from litellm_monitoring.signals.running import ledger
from litellm_monitoring.signals.serving.buckets import default_bounds
from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
from litellm_monitoring.tools.check.diagnosis.proxy import Proxy, proxy_seen_in
from litellm_monitoring.tools.check.evidence.client import connected
from litellm_monitoring.tools.check.evidence.finding import Cause, Finding, Status
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange
from litellm_monitoring.tools.check.evidence.scraped import ScrapedEvidence
from tests.live.kinds import KIND, needs_metadata_of_targets
from tests.live.proxy.configuration import MASTER_KEY, configuration
from tests.live.proxy.litellm import NEWEST, LiteLLM, litellm, litellm_python
from tests.live.proxy.traffic import ADS, PLAIN, SEARCH, chat, send
from tests.live.proxy.upstream import upstream
from tests.live.servers import Prometheus, prometheus, redis, scraping, stop
from tests.project_copy import copy_project, only_prod_v2, set_settings

FORMER = "1.109.1"
"""The last before the spend ledger."""

OLD = "1.80.5"
"""The oldest that runs beside the present versions of what it needs."""

REQUESTS = "litellm_proxy_total_requests_metric_total"
FAILURES = "litellm_proxy_failed_requests_metric_total"
TRAFFIC = (
    *(chat(key, "fast") for key in (SEARCH, ADS, PLAIN) * 2),
    chat(SEARCH, "broken"),
    chat(SEARCH, "broken"),
)


def everything(base: dict[str, Any]) -> dict[str, Any]:
    return base


def without_services(base: dict[str, Any]) -> dict[str, Any]:
    """Services and limits on requests off; one label left out everywhere; metrics for keys alone."""
    settings = base["litellm_settings"]
    del settings["service_callback"]
    del base["general_settings"]["max_in_flight_requests_per_worker"]
    settings["prometheus_exclude_labels"] = ["api_key_alias"]
    settings["prometheus_exclude_metrics"] = ["litellm_spend_metric"]
    settings["require_auth_for_metrics_endpoint"] = True
    return base


def a_few_metrics(base: dict[str, Any]) -> dict[str, Any]:
    """Two metrics listed, one of them with a single label."""
    base["litellm_settings"]["prometheus_metrics_config"] = [
        {
            "group": "requests",
            "metrics": ["litellm_proxy_total_requests_metric"],
            "include_labels": ["team_alias"],
        },
        {"group": "failures", "metrics": ["litellm_proxy_failed_requests_metric"]},
    ]
    return base


def old(base: dict[str, Any]) -> dict[str, Any]:
    del base["mcp_servers"]
    return base


@dataclass(frozen=True)
class Variant:
    job: str
    changed: Any
    version: str = NEWEST
    workers: int = 1


VARIANTS = (
    Variant("services-off", without_services),
    Variant("few-metrics", a_few_metrics),
    Variant("workers", everything, workers=2),
    Variant("few-metrics-workers", a_few_metrics, workers=2),
    Variant("former", everything, version=FORMER),
    Variant("old", old, version=OLD),
)


AT_ONCE = 3
"""Proxies that start at a time: all of them would take longer than any may, on two busy cores."""


@dataclass(frozen=True)
class Street:
    """Proxies that differ, each scraped as a job of its own, and the Redis of them all."""

    prometheus: Prometheus
    proxies: dict[str, LiteLLM]
    redis: psutil.Process


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    directory = tmp_path_factory.mktemp("street")
    for name in ("redis", "prometheus", *(variant.job for variant in VARIANTS)):
        (directory / name).mkdir()
    with ExitStack() as servers:
        provider = servers.enter_context(upstream())
        port, redis_process = servers.enter_context(redis(directory / "redis"))

        pythons = {version: litellm_python(version) for version in (NEWEST, FORMER, OLD)}

        def start(variant: Variant) -> LiteLLM:
            changed = variant.changed(configuration(provider.url, port, pythons[variant.version]))
            home = directory / variant.job
            return servers.enter_context(litellm(variant.version, home, changed, variant.workers))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            proxies = dict(
                zip([each.job for each in VARIANTS], pool.map(start, VARIANTS), strict=True)
            )
        jobs = [(job, proxy.address, MASTER_KEY) for job, proxy in proxies.items()]
        without_key = ("without-key", proxies["services-off"].address, "")
        server = servers.enter_context(
            prometheus(directory / "prometheus", scraping(*jobs, without_key))
        )
        for proxy in proxies.values():
            send(proxy, TRAFFIC)
        time.sleep(4)
        for proxy in proxies.values():
            send(proxy, TRAFFIC)
        time.sleep(4)
        yield Street(server, proxies, redis_process)


def explained(street: Street, job: str, expression: str) -> tuple[Finding, Proxy]:
    """What ``check`` says of one query, for a stack that selects ``job``."""
    now = int(time.time())
    times = TimeRange(now - 900, now, 5)
    selector = f'job="{job}"'
    with connected(source(street), at_once=4) as server:
        evidence = ScrapedEvidence(server, selector, times)
        proxy = proxy_seen_in(evidence, scope(job).matchers)
        query = PanelQuery("d", "p", "A", expression, times)
        return Diagnosis(evidence, proxy, selector).of(query), proxy


def source(street: Street) -> DataSource:
    return DataSource(
        uid="p",
        name="p",
        url=street.prometheus.url,
        json_data={"httpMethod": "POST", "queryTimeout": "10s"},
    )


def scope(job: str) -> Scope:
    return Scope(
        (Matcher("job", Operator.EQUAL, job),), rate_window="30s", counting=KIND.counting()
    )


def rate(metric: str, *by: str) -> Any:
    return lambda job: scope(job).rate(metric, *by)


def series(metric: str) -> Any:
    return lambda job: scope(job).series(metric)


CASES = [
    ("services-off", rate(REQUESTS), Status.DATA, None, ""),
    (
        "services-off",
        rate(REQUESTS, "api_key_alias"),
        Status.PARTIAL,
        Cause.LABEL_EXCLUDED,
        "its label api_key_alias is excluded by litellm_settings.prometheus_exclude_labels",
    ),
    (
        "services-off",
        lambda job: scope(job).where("api_key_alias", Operator.EQUAL, "search-prod").rate(REQUESTS),
        Status.EMPTY,
        Cause.LABEL_EXCLUDED,
        "its label api_key_alias is excluded by litellm_settings.prometheus_exclude_labels",
    ),
    pytest.param(
        "services-off",
        rate("litellm_spend_metric_total"),
        Status.EMPTY,
        Cause.NOT_EXPOSED,
        "litellm_settings.prometheus_exclude_metrics excludes it",
        marks=needs_metadata_of_targets,
    ),
    (
        "services-off",
        rate("litellm_redis_total_requests_total"),
        Status.EMPTY,
        Cause.NOT_EXPOSED,
        'it is enabled by litellm_settings.service_callback: ["prometheus_system"]; it requires '
        "Redis, as the cache or for the router",
    ),
    (
        "services-off",
        series("litellm_admission_admitted_requests"),
        Status.EMPTY,
        Cause.NOT_EXPOSED,
        "it is enabled by general_settings.max_in_flight_requests_per_worker",
    ),
    (
        "services-off",
        rate("litellm_mcp_tool_calls_total"),
        Status.EMPTY,
        Cause.NOTHING_HAPPENED,
        "nothing was recorded in the range; it requires an MCP server whose tools are called",
    ),
    (
        "services-off",
        lambda job: scope(job).where("team_alias", Operator.EQUAL, "nobody").rate(REQUESTS),
        Status.EMPTY,
        Cause.NOTHING_HAPPENED,
        f'no series of {REQUESTS} has team_alias="nobody" in the range',
    ),
    ("few-metrics", rate(REQUESTS, "team_alias"), Status.DATA, None, ""),
    ("few-metrics", rate(FAILURES, "exception_class"), Status.DATA, None, ""),
    (
        "few-metrics",
        rate(REQUESTS, "route"),
        Status.PARTIAL,
        Cause.LABEL_EXCLUDED,
        "its label route is excluded by include_labels of "
        "litellm_settings.prometheus_metrics_config",
    ),
    (
        "few-metrics",
        rate("litellm_spend_metric_total"),
        Status.EMPTY,
        Cause.NOT_EXPOSED,
        "litellm_settings.prometheus_metrics_config does not list it",
    ),
    (
        "few-metrics",
        series("litellm_provider_remaining_budget_metric"),
        Status.EMPTY,
        Cause.NOT_EXPOSED,
        "litellm_settings.prometheus_metrics_config is set, and it cannot list this one",
    ),
    ("few-metrics", rate("litellm_redis_total_requests_total"), Status.DATA, None, ""),
    ("workers", rate(REQUESTS, "api_key_alias"), Status.DATA, None, ""),
    ("workers", series("litellm_remaining_tokens_metric"), Status.DATA, None, ""),
    (
        "workers",
        rate("litellm_mcp_tool_calls_total"),
        Status.EMPTY,
        Cause.NOTHING_HAPPENED,
        "nothing was recorded in the range; it requires an MCP server whose tools are called",
    ),
    ("few-metrics-workers", rate(FAILURES, "exception_class"), Status.DATA, None, ""),
    (
        "few-metrics-workers",
        rate("litellm_spend_metric_total"),
        Status.EMPTY,
        Cause.NOT_EXPOSED,
        "litellm_settings.prometheus_metrics_config does not list it",
    ),
    (
        "few-metrics-workers",
        series("litellm_remaining_tokens_metric"),
        Status.EMPTY,
        Cause.NOT_EXPOSED,
        "litellm_settings.prometheus_metrics_config does not list it, or nothing was recorded so "
        "far: it requires a provider that sends rate-limit headers",
    ),
    *(
        (
            job,
            lambda job: ledger.oldest(scope(job)).expr,
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            "its series exist, but did not increase between scrapes in the range; it requires a "
            "database and general_settings.use_spend_logs_ledger, which is on by default",
        )
        for job in ("services-off", "few-metrics", "workers")
    ),
    (
        "former",
        lambda job: ledger.oldest(scope(job)).expr,
        Status.EMPTY,
        Cause.OTHER_VERSION,
        "it was added in LiteLLM 1.110.2; this one is 1.106.0 or newer, older than 1.110.2; it "
        "requires a database and general_settings.use_spend_logs_ledger, which is on by default",
    ),
    ("former", rate(REQUESTS, "api_key_alias"), Status.DATA, None, ""),
    ("old", rate(REQUESTS, "api_key_alias"), Status.DATA, None, ""),
    ("old", series("litellm_remaining_tokens_metric"), Status.DATA, None, ""),
    (
        "old",
        lambda job: scope(job).under("litellm_remaining_tokens_metric"),
        Status.EMPTY,
        Cause.OTHER_VERSION,
        "this LiteLLM (1.80.0 or newer, older than 1.80.12) calls it litellm_remaining_tokens, "
        "not litellm_remaining_tokens_metric",
    ),
    (
        "old",
        series("litellm_in_flight_requests"),
        Status.EMPTY,
        Cause.OTHER_VERSION,
        "it was added in LiteLLM 1.82.0; this one is 1.80.0 or newer, older than 1.80.12",
    ),
    (
        "old",
        rate(REQUESTS, "model_id"),
        Status.PARTIAL,
        Cause.OTHER_VERSION,
        "its label model_id was added in LiteLLM 1.81.6; this one is 1.80.0 or newer, older than "
        "1.80.12",
    ),
]


@pytest.mark.parametrize(("job", "ask", "status", "cause", "explanation"), CASES)
def test_the_true_cause(
    street: Street, job: str, ask: Any, status: Status, cause: Cause | None, explanation: str
) -> None:
    finding, _ = explained(street, job, ask(job))
    assert (finding.status, finding.cause, finding.explanation) == (status, cause, explanation)


BUCKETS_OF = {
    **dict.fromkeys(("services-off", "workers", "former"), default_bounds()),
    # No histogram is among them.
    "few-metrics": (),
    "old": (
        *(0.005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.5),
        *(half / 2 for half in range(2, 20)),
        *(10.0, 15.0, 20.0, 25.0, 30.0, 60.0, 120.0, 180.0, 240.0, 300.0),
    ),
}
"""The bounds that each LiteLLM here has: of before 1.83.7 other ones."""


@pytest.mark.parametrize(
    ("job", "since", "before", "switches", "left_out", "several"),
    [
        pytest.param(
            "services-off",
            "1.110.2",
            None,
            {"prometheus", "always"},
            "litellm_settings.prometheus_exclude_metrics",
            False,
            marks=needs_metadata_of_targets,
        ),
        (
            "few-metrics",
            "1.110.2",
            None,
            {"prometheus", "prometheus_system", "always", "admission_control"},
            "litellm_settings.prometheus_metrics_config",
            False,
        ),
        (
            "workers",
            "1.110.2",
            None,
            {"prometheus", "prometheus_system", "always", "admission_control"},
            None,
            True,
        ),
        (
            "former",
            "1.106.0",
            "1.110.2",
            {"prometheus", "prometheus_system", "always", "admission_control"},
            None,
            False,
        ),
        ("old", "1.80.0", "1.80.12", {"prometheus", "prometheus_system"}, None, False),
    ],
)
def test_what_the_metrics_tell_of_the_proxy(
    street: Street,
    job: str,
    since: str,
    before: str | None,
    switches: set[str],
    left_out: str | None,
    several: bool,
) -> None:
    _, proxy = explained(street, job, scope(job).rate(REQUESTS))
    assert proxy == Proxy(
        is_seen=True,
        needs_licence=False,
        since=since,
        before=before,
        switches=frozenset(switches),
        filter=left_out,
        several_workers=several,
        redis_fails=False,
        latency_buckets=BUCKETS_OF[job],
    )


def test_a_selector_that_leaves_nothing(street: Street) -> None:
    finding, proxy = explained(street, "nothing", scope("nothing").rate(REQUESTS))
    assert (finding.cause, finding.explanation) == (
        Cause.OUTSIDE_SELECTOR,
        'no LiteLLM has series with job="nothing"',
    )
    assert not proxy.is_seen


def test_a_scrape_without_a_key(street: Street) -> None:
    address = f"{street.proxies['services-off'].url}/metrics/"
    says = {
        "Prometheus": "server returned HTTP status 401 Unauthorized",
        "VictoriaMetrics": "unexpected status code returned when scraping "
        f'"{address}": 401; expecting 200; ',
    }
    (found,) = unscraped(street)
    assert found.startswith(f"{address}: {says[KIND.type]}")
    assert found.endswith(
        " (give the scrape a key of the proxy, or set "
        "litellm_settings.require_auth_for_metrics_endpoint: false)"
    )


def unscraped(street: Street) -> list[str]:
    now = int(time.time())
    with connected(source(street), at_once=1) as server:
        return list(ScrapedEvidence(server, "", TimeRange(now - 900, now, 5)).unscraped)


def checked(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools", "check", *arguments],
        cwd=project,
        env={**os.environ, "LITELLM_API_KEY": MASTER_KEY},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy_project(tmp_path)
    only_prod_v2(tmp_path)
    return tmp_path


STATUSES = {
    "services-off": (1, ["data"] * 6 + ["partial", "data"]),
    "few-metrics": (1, ["data", "data", "empty", "empty", "empty", "empty", "partial", "data"]),
    "few-metrics-workers": (
        1,
        ["data", "data", "empty", "empty", "empty", "empty", "partial", "data"],
    ),
    "workers": (0, ["data"] * 8),
    "old": (0, ["data"] * 8),
}


@pytest.mark.parametrize("job", STATUSES)
def test_the_command_line(street: Street, project: Path, job: str) -> None:
    status, statuses = STATUSES[job]
    settings = {"url": street.prometheus.url, "scrapeInterval": "5s"}
    set_settings(project, "dev", prometheus=settings, selector=f'job="{job}"')
    done = checked(project, "--format", "json")
    assert (done.stderr, done.returncode) == ("", status)
    assert [query["status"] for query in json.loads(done.stdout)["queries"]] == statuses


@pytest.mark.parametrize("job", STATUSES)
def test_the_metrics_page_tells_the_same(street: Street, project: Path, job: str) -> None:
    status, statuses = STATUSES[job]
    done = checked(
        project, "--format", "json", "--metrics-url", f"{street.proxies[job].url}/metrics"
    )
    assert (done.stderr, done.returncode) == ("", status)
    assert [query["status"] for query in json.loads(done.stdout)["queries"]] == statuses


@pytest.mark.parametrize("job", STATUSES)
def test_no_query_of_any_dashboard_fails(street: Street, project: Path, job: str) -> None:
    """Whatever the version, the number of workers and what is left out."""
    settings = {"url": street.prometheus.url, "scrapeInterval": "5s"}
    set_settings(
        project,
        "dev",
        prometheus=settings,
        selector=f'job="{job}"',
        dashboards={"timeFrom": "now-15m"},
    )
    done = checked(project, "--format", "json")
    queries = json.loads(done.stdout)["queries"]
    assert len({query["dashboard"] for query in queries}) == len(CATALOGUE)
    wrong = [query for query in queries if query["status"] == "wrong"]
    assert wrong == []
    (today,) = (
        query["status"]
        for query in queries
        if (query["dashboard"], query["panel"]) == ("LiteLLM Spend and tokens", "Spend today")
    )
    assert today == ("data" if job in ("workers", "old") else "empty")


def test_redis_is_gone(street: Street) -> None:
    """The last test: nothing works as before without it."""
    stop(street.redis)
    for proxy in street.proxies.values():
        send(proxy, TRAFFIC)
        send(proxy, TRAFFIC)
    time.sleep(4)
    failing = {job: explained(street, job, scope(job).rate(REQUESTS))[1] for job in STATUSES}
    assert {job: proxy.redis_fails for job, proxy in failing.items()} == {
        "services-off": False,
        "few-metrics": True,
        "few-metrics-workers": True,
        "workers": True,
        "old": True,
    }
    finding, _ = explained(street, "workers", scope("workers").rate("litellm_mcp_tool_calls_total"))
    assert finding.explanation == (
        "nothing was recorded in the range; it requires an MCP server whose tools are called; "
        "Redis fails, which may be the cause"
    )
