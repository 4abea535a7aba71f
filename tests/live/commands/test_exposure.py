"""``litellm-settings``: a proxy with many keys that exposes what it prints, and nothing more. Both it
and the proxy before it are scraped as ``render`` says, with a key.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_monitoring.signals.catalogue.metrics import supported
from tests.live.kinds import KIND
from tests.live.proxy.configuration import KEYS, MASTER_KEY, configuration
from tests.live.proxy.litellm import LiteLLM, litellm, litellm_python
from tests.live.proxy.traffic import OF_EVERY_KIND, SEARCH, chat, send
from tests.live.proxy.upstream import upstream
from tests.live.servers import Prometheus, prometheus, redis
from tests.project_copy import copy_project, set_settings

NEWEST = supported()[1]
MANY, TEAMS = 300, 10
SCRAPED = 20
"""Seconds: Prometheus waits that long for a page of so many keys."""
_TOLD_APART_SECONDS = 80
"""How long a proxy has been scraped before what is new on it counts, in queries by the minute."""
_BAR_SECONDS, _BEFORE_ITS_END = 300, 120
"""Bars are drawn at multiples of it, each of what was until then: the proxy has been there since the
beginning of one, what is asked is asked so long before its end, and looked at soon after.
"""
_TRIES = 4

MANY_KEYS: dict[str, dict[str, Any]] = {
    f"sk-many-{number}": {
        "key_alias": f"key-{number}",
        "team_id": f"id-{number % TEAMS}",
        "team_alias": f"team-{number % TEAMS}",
        "user_id": f"user-{number}",
        "user_email": f"user-{number}@example.com",
        "max_budget": 100,
        "spend": 1,
    }
    for number in range(MANY)
}
OF_MANY = (
    *(chat(key, "fast") for key in MANY_KEYS),
    *(
        chat(key, "fast", stream=True, stream_options={"include_usage": True})
        for key in list(MANY_KEYS)[::3]
    ),
)
STACK: dict[str, Any] = {
    "selector": 'namespace="llm-prod"',
    # What the list cannot name.
    "dashboards": {"withoutFeatures": ["database", "provider-budgets"]},
}


@dataclass(frozen=True)
class World:
    """Where the proxies run, what they run on, and the project that monitors them."""

    directory: Path
    upstream: str
    redis_port: int
    project: Path

    @contextmanager
    def seen(self, name: str, settings: dict[str, Any]) -> Iterator[Prometheus]:
        """A Prometheus that has seen everybody ask a proxy with ``settings``."""
        base = configuration(self.upstream, self.redis_port, litellm_python(NEWEST))
        base["litellm_settings"] |= {"require_auth_for_metrics_endpoint": True, **settings}
        # Once, as the proxy starts: a share of what is timed as small as that of a busy proxy.
        base["general_settings"]["health_check_interval"] = 3600
        home, data = self.directory / name, self.directory / f"prometheus-{name}"
        home.mkdir()
        data.mkdir()
        keys = {**KEYS, **MANY_KEYS}
        with litellm(NEWEST, home, base, keys=keys) as proxy, self._scraping(data, proxy) as server:
            time.sleep(_TOLD_APART_SECONDS)
            time.sleep(-time.time() % _BAR_SECONDS)
            time.sleep(_BAR_SECONDS - _BEFORE_ITS_END)
            send(proxy, OF_EVERY_KIND)
            # The proxy works on eight requests at once, and rejects others.
            send(proxy, OF_MANY, at_once=4)
            # A part of the latency is drawn only of what increases from one scrape to the next.
            time.sleep(2 * SCRAPED)
            # Some gauges are those of a key's last request.
            send(proxy, (chat(SEARCH, "fast"),) * 2)
            time.sleep(_TOLD_APART_SECONDS)
            yield server

    @contextmanager
    def _scraping(self, data: Path, proxy: LiteLLM) -> Iterator[Prometheus]:
        key = data / "key"
        key.write_text(MASTER_KEY)
        scrape = {"targets": [proxy.address], "keyFile": str(key)}
        set_settings(
            self.project,
            "dev",
            prometheus={
                "type": KIND.type,
                "url": "http://localhost",
                "scrapeInterval": f"{SCRAPED}s",
            },
            litellm={"scrape": scrape},
            **STACK,
        )
        run(self.project, "render", "--out", str(data / "out"))
        path = data / "out/scrape/prometheus/litellm-dev.yaml"
        subprocess.run(["promtool", "check", "config", path], check=True, capture_output=True)
        with prometheus(data, path.read_text()) as server:
            yield server


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("exposure")
    for name in ("redis", "project"):
        (directory / name).mkdir()
    copy_project(directory / "project")
    with ExitStack() as servers:
        provider = servers.enter_context(upstream())
        port, _ = servers.enter_context(redis(directory / "redis"))
        yield World(directory, provider.url, port, directory / "project")


def run(project: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools", *command, "--stack", "dev"],
        cwd=project,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def statuses(project: Path, server: Prometheus) -> dict[tuple[str, str, str], str]:
    """What ``check`` says of each query of the panels."""
    done = run(project, "check", "--format", "json", "--prometheus", server.url)
    assert done.stderr == ""
    return {
        (query["dashboard"], query["panel"], query["ref"]): query["status"]
        for query in json.loads(done.stdout)["queries"]
    }


def listed(settings: dict[str, Any]) -> set[str]:
    """The metrics that ``prometheus_metrics_config`` has LiteLLM expose."""
    return {name for group in settings["prometheus_metrics_config"] for name in group["metrics"]}


def count(server: Prometheus) -> float:
    return server.value('count({__name__=~"litellm_.+", namespace="llm-prod"})')


def test_half_of_the_series_and_every_panel(world: World) -> None:
    command = ("litellm-settings", "--litellm", NEWEST, "--prometheus")
    with world.seen("before", {}) as server:
        printed = run(world.project, *command, server.url)
        before, series_before = statuses(world.project, server), count(server)
    assert printed.returncode == 0, printed.stderr
    settings = yaml.safe_load(printed.stdout)["litellm_settings"]
    assert settings.pop("callbacks") == ["prometheus"]
    with world.seen("after", settings) as server:
        again = run(world.project, *command, server.url)
        series_after = count(server)
        lost = {place for place, status in before.items() if status == "data"}
        for _ in range(_TRIES):
            lost -= {
                place for place, is_ in statuses(world.project, server).items() if is_ == "data"
            }
            if not lost:
                break
            time.sleep(SCRAPED)
    assert lost == set()
    assert list(before.values()).count("data") > 200
    assert series_before > 100 * MANY
    assert series_after < series_before / 2
    # What is exposed now says the same of what has to be.
    assert listed(yaml.safe_load(again.stdout)["litellm_settings"]) == listed(settings)
    told = re.search(r"Series now ([\d,]+), after ([\d,]+):", printed.stderr)
    assert told
    promised = int(told[2].replace(",", ""))
    assert series_after == pytest.approx(promised, rel=0.1)
