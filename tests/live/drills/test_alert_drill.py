"""The on-call drill for alerts: each fault of a live proxy sets off just the alerts that are to wake
somebody, on a Prometheus that evaluates our rules.
"""

import json
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals.catalogue.metrics import supported
from tests.live.drills.test_drill import sending
from tests.live.kinds import needs_rules
from tests.live.proxy.configuration import MASTER_KEY, configuration
from tests.live.proxy.litellm import LiteLLM, litellm, litellm_python
from tests.live.proxy.traffic import ADS, POOR, SEARCH, SLOW, Call, chat
from tests.live.proxy.upstream import upstream
from tests.live.servers import Prometheus, prometheus, redis, stop

pytestmark = needs_rules
SCRAPE_SECONDS = 2
FIRES_WITHIN_SECONDS = 60
LASTS_SECONDS = 8
"""For so long what fires stays the same, so that nothing else comes after it."""

LATE_WHERE_NOTHING_IS_RECORDED = {
    "off": frozenset(f"LiteLLMAvailabilityBurn{pace}" for pace in ("6h", "1d", "3d"))
}
"""Hours and days of LiteLLM's own series are looked at in steps of five minutes."""

LASTING = frozenset(
    {"LiteLLMKeyBudgetNearlySpent", "LiteLLMKeyAtRateLimit", "LiteLLMScrapeRefused"}
)
"""What is looked at over minutes, or what LiteLLM keeps on its page."""

BURNS = frozenset(f"LiteLLMAvailabilityBurn{pace}" for pace in ("1h", "6h", "1d", "3d"))


def rule_file(recording: str) -> str:
    """The rules of a stack, as quick as Prometheus is here."""
    at_once = {"for": "0s", "keepFiringFor": "0s"}
    settings = Settings.model_validate(
        {
            "prometheus": {
                "url": "http://prometheus:9090",
                "scrapeInterval": f"{SCRAPE_SECONDS}s",
            },
            "recordingRules": recording,
            "rules": {"interval": f"{SCRAPE_SECONDS}s"},
            "alerts": {
                "managedBy": "prometheus",
                "overrides": {
                    **dict.fromkeys(CATALOGUE, at_once),
                    # A Prometheus that has just been started has seen nothing yet.
                    "LiteLLMMetricsAbsent": {"for": "10s"},
                    # Requests are counted before what becomes of them.
                    "LiteLLMDeploymentFailing": {"for": "10s"},
                },
            },
        }
    )
    groups = declare(settings, "drill").alerting.prometheus
    return yaml.safe_dump({"groups": json.loads(json.dumps(groups))})


@dataclass(frozen=True)
class Site:
    """A live proxy that wants a key for its metrics, and what it depends on."""

    proxy: LiteLLM
    process: psutil.Process
    redis: psutil.Process


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("alerts")
    for name in ("redis", "litellm"):
        (directory / name).mkdir()
    with ExitStack() as servers:
        provider = servers.enter_context(upstream())
        port, redis_server = servers.enter_context(redis(directory / "redis"))
        newest = supported()[1]
        settings = configuration(provider.url, port, litellm_python(newest))
        settings["litellm_settings"]["callbacks"] = ["prometheus"]
        settings["litellm_settings"]["require_auth_for_metrics_endpoint"] = True
        # Models that fail on purpose fail their health checks as well, whatever the fault.
        settings["general_settings"]["background_health_checks"] = False
        proxy = servers.enter_context(litellm(newest, directory / "litellm", settings))
        (process,) = (
            psutil.Process(connection.pid)
            for connection in psutil.net_connections("tcp4")
            if connection.status == psutil.CONN_LISTEN
            and connection.pid
            and connection.laddr
            and proxy.address.endswith(f":{connection.laddr.port}")
        )
        yield Site(proxy, process, redis_server)


@contextmanager
def watching(site: Site, directory: Path, recording: str, *, second: bool) -> Iterator[Prometheus]:
    """A Prometheus that knows nothing of what was before; a ``second`` job of it has no key."""
    jobs = [("litellm", {"authorization": {"credentials": MASTER_KEY}})]
    if second:
        jobs.append(("without-a-key", {}))
    interval = f"{SCRAPE_SECONDS}s"
    content: dict[str, Any] = {
        "global": {
            "scrape_interval": interval,
            "scrape_timeout": interval,
            "evaluation_interval": interval,
        },
        "rule_files": ["rules.yaml"],
        "scrape_configs": [
            {
                "job_name": name,
                "metrics_path": "/metrics/",
                "static_configs": [{"targets": [site.proxy.address]}],
                **more,
            }
            for name, more in jobs
        ],
    }
    (directory / "rules.yaml").write_text(rule_file(recording))
    with prometheus(directory, json.dumps(content)) as server:
        yield server


def firing(server: Prometheus) -> frozenset[str]:
    found = server.query('ALERTS{alertstate="firing"}', int(time.time()))
    return frozenset(series["metric"]["alertname"] for series in found)


def wait_for(server: Prometheus, expected: frozenset[str], stays: frozenset[str]) -> None:
    """Returns once just these fire, and have for a while; some of what was before may ``stay``."""
    deadline = time.monotonic() + FIRES_WITHIN_SECONDS
    since: float | None = None
    while since is None or time.monotonic() < since + LASTS_SECONDS:
        now = firing(server)
        assert now <= expected | stays, f"{set(now - expected)} fire as well"
        if now >= expected:
            since = time.monotonic() if since is None else since
        else:
            assert since is None, f"{set(expected - now)} do not fire any more"
            assert time.monotonic() < deadline, f"{set(expected - now)} do not fire"
        time.sleep(0.5)


FAULTS: Mapping[str, tuple[Call | None, frozenset[str]]] = {
    "none": (None, frozenset()),
    "upstream answers 500": (
        chat(SEARCH, "broken"),
        BURNS | {"LiteLLMModelGroupDown"},
    ),
    "upstream hangs": (
        chat(SEARCH, "hanging"),
        BURNS | {"LiteLLMModelGroupDown"},
    ),
    "a scrape has no key": (None, frozenset({"LiteLLMScrapeRefused"})),
    # What LiteLLM has once said of the key stays on its page.
    "a key is over its budget": (
        chat(POOR, "fast"),
        frozenset({"LiteLLMKeyBudgetNearlySpent"}),
    ),
    "a key is over its rate limit": (
        chat(SLOW, "fast"),
        frozenset({"LiteLLMKeyAtRateLimit"}),
    ),
}
"""The calls that a fault is made of, and the alerts that it is to set off."""


@pytest.mark.parametrize(
    ("fault", "recording"),
    [("upstream answers 500", "prometheus"), *((fault, "off") for fault in FAULTS)],
)
def test_a_fault_sets_off_just_its_alerts(
    site: Site, tmp_path: Path, fault: str, recording: str
) -> None:
    call, alerts = FAULTS[fault]
    second = fault == "a scrape has no key"
    with (
        sending(site.proxy, chat(ADS, "fast")),
        watching(site, tmp_path, recording, second=second) as server,
        sending(site.proxy, call) if call else nullcontext(),
    ):
        late = LATE_WHERE_NOTHING_IS_RECORDED.get(recording, frozenset())
        wait_for(server, alerts - late, stays_after(fault))


def stays_after(fault: str) -> frozenset[str]:
    """What may still fire of the faults before: a proxy that was started minutes ago tells a new
    Prometheus of all that has happened since.
    """
    before = list(FAULTS)[: list(FAULTS).index(fault)]
    return LASTING.intersection(alert for each in before for alert in FAULTS[each][1])


REDIS = {"LiteLLMRedisFailing", "LiteLLMRedisCircuitOpen"}


def test_that_redis_is_gone_and_then_the_proxy(site: Site, tmp_path: Path) -> None:
    """The last one: nothing brings them back. Without Redis, a proxy may stop answering."""
    down = "LiteLLMProxyDown"
    with (
        watching(site, tmp_path, "off", second=False) as server,
        sending(site.proxy, chat(ADS, "fast")),
    ):
        wait_for(server, frozenset(), LASTING)
        stop(site.redis)
        assert wait_for_any(server, REDIS | {down}) <= REDIS | {down, *LASTING}
        stop(site.process)
        assert wait_for_any(server, {down}) <= REDIS | {down, *LASTING}


def wait_for_any(server: Prometheus, names: Collection[str]) -> frozenset[str]:
    """What fires as soon as one of ``names`` does."""
    deadline = time.monotonic() + FIRES_WITHIN_SECONDS
    while not (found := firing(server)).intersection(names):
        assert time.monotonic() < deadline, found
        time.sleep(0.5)
    return found
