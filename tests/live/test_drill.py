"""The on-call drill: five faults in a live proxy, each seen on Overview and named in the details."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import psutil
import pytest

from infra.declaration import declare
from infra.settings import Settings
from signals.catalogue import supported
from tests.live.proxy.configuration import configuration
from tests.live.proxy.litellm import LiteLLM, litellm, litellm_python
from tests.live.proxy.traffic import ADS, POOR, SEARCH, SLOW, Call, chat
from tests.live.proxy.upstream import upstream
from tests.live.servers import Prometheus, prometheus, redis, scraping, stop
from tools.check.panels import queries_of

SCRAPE_SECONDS = 3
SCRAPES = 3
STEPS, STEP_SECONDS = 3, 4 * SCRAPE_SECONDS
"""Of shares, which are looked at in steps of some scrapes."""
RECORDING_SECONDS = 1.5
"""LiteLLM records what it has done in the background, after it has answered."""
PAUSE_SECONDS = 0.2


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
        found = self.prometheus.query(query.expression, int(now.timestamp()))
        return max(
            (
                float(series["value"][1])
                for series in found
                if not named or named in series["metric"].values()
            ),
            default=float("nan"),
        )


def _models(url: str, slug: str) -> list[dict[str, Any]]:
    settings = Settings.model_validate(
        {
            "prometheus": {"url": url, "scrapeInterval": f"{SCRAPE_SECONDS}s"},
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
