"""Alerts in a population of slow keys, as Prometheus evaluates them: an outage wakes somebody within
minutes, and what is no fault wakes nobody.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from litellm_monitoring.alerts.rendering.rule import Audience, Rule, rules
from litellm_monitoring.infra.declaration.stack import scope_of
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope
from tests.live.kinds import NEWEST, SERVERS, Kind
from tests.world.conftest import Servers
from tests.world.evaluated import fires, record
from tests.world.forms import sent
from tests.world.simulated.fleet import (
    DAY,
    DEPLOYMENTS,
    GROUPS,
    Fault,
    Fleet,
    Key,
    Pod,
    population,
    replaced,
    steady,
)
from tests.world.simulated.pages import COUNTED, SPARSE
from tests.world.simulated.scrapes import Scraping, scraped

MINUTE, HOUR = 60.0, 3600.0
SCRAPE = 15


_SCRAPING = Scraping(epoch=0, every=SCRAPE, with_latency=False)


@dataclass(frozen=True)
class World:
    """A fleet, how it is scraped, and what is to fire in it: an alert, after how many minutes since
    when at most. Alerts are evaluated from ``watched_from`` on, and ``only`` some
    where there are any.
    """

    fleet: Fleet
    scraping: Scraping = _SCRAPING
    fires: Mapping[str, float] = field(default_factory=dict)
    since: float = 0.0
    may_fire: frozenset[str] = frozenset()
    watched_from: float = 0.0
    only: frozenset[str] = frozenset()


def keys(slow: int, busy: int = 0) -> tuple[Key, ...]:
    """Ones that make 46 requests a day, and ones that make one a second."""
    return population(slow, per_day=46, busy=busy)


def outage(begins: float, ends: float, **what: Any) -> Fault:
    return Fault(begins, ends, "Openai.APIConnectionError", "500", **what)


BURNS = frozenset(f"LiteLLMAvailabilityBurn{pace}" for pace in ("1h", "6h", "1d", "3d"))
OUTAGE = BURNS | {"LiteLLMModelGroupUnserved", "LiteLLMDeploymentUnserved"}
BEGIN, END = 90 * MINUTE, 130 * MINUTE

WEEK = 7 * DAY
FAST, _, SMART, CLAUDE = DEPLOYMENTS


def without(group: str, slow: int) -> tuple[Key, ...]:
    """Slow keys that never request ``group``."""
    others = tuple(each for each in GROUPS if each != group)
    return tuple(replace(key, groups=others) for key in keys(slow))


def a_week(seed: int, silent: list[tuple[float, float]], **what: Any) -> World:
    """Slow keys and pods that are replaced, of which Prometheus keeps some hours of last week and of
    today. Alerts on days would see the time between.
    """
    length = WEEK + 5 * HOUR
    return World(
        Fleet(
            seed,
            population(80, per_day=92),
            replaced(3, 8 * HOUR, length),
            length,
            silent=silent,
        ),
        scraping=replace(_SCRAPING, every=30, away=[(6 * HOUR, WEEK)]),
        watched_from=WEEK + 20 * MINUTE,
        only=frozenset({"LiteLLMTrafficStopped"}),
        **what,
    )


_WORLDS: dict[str, Callable[[], World]] = {
    "a total outage among 260 slow keys": lambda: World(
        Fleet(11, keys(260), steady(), END, [outage(BEGIN, END)], history=HOUR),
        fires={"LiteLLMModelGroupDown": 6, "LiteLLMAvailabilityBurn1h": 8},
        since=BEGIN,
        may_fire=OUTAGE,
    ),
    "a total outage seen by one busy key": lambda: World(
        Fleet(12, population(0, busy=1, per_second=0.5), steady(1), END, [outage(BEGIN, END)]),
        fires={"LiteLLMModelGroupDown": 6, "LiteLLMAvailabilityBurn1h": 8},
        since=BEGIN,
        may_fire=OUTAGE,
    ),
    "a total outage while pods are replaced": lambda: World(
        Fleet(13, keys(200), replaced(3, HOUR, END), END, [outage(BEGIN, END)], history=HOUR),
        fires={"LiteLLMModelGroupDown": 8},
        since=BEGIN,
        may_fire=OUTAGE | {"LiteLLMProxyRestarts"},
    ),
    "one deployment of a group fails for slow keys": lambda: World(
        Fleet(
            14,
            keys(300),
            steady(),
            END,
            [outage(BEGIN, END, deployment="fast-azure")],
            history=HOUR,
        ),
        fires={"LiteLLMDeploymentFailing": 20},
        since=BEGIN,
        may_fire=OUTAGE,
    ),
    "one of slow keys sends nonsense": lambda: World(
        Fleet(
            15,
            keys(120),
            steady(),
            END,
            [Fault(BEGIN, END, "Openai.BadRequestError", "400", key="key-4")],
            history=HOUR,
        )
    ),
    "all deployments of a group are cooling down": lambda: World(
        Fleet(
            22,
            keys(260),
            steady(),
            END,
            [
                Fault(
                    BEGIN, END, "RouterRateLimitError", "429", 0.96, group="smart", by_proxy=True
                ),
                outage(BEGIN, END, group="smart"),
            ],
            history=HOUR,
        ),
        fires={"LiteLLMModelGroupUnserved": 8},
        since=BEGIN,
        may_fire=OUTAGE | {"LiteLLMModelGroupDown"},
    ),
    "a provider's credit is spent": lambda: World(
        Fleet(
            23,
            keys(120),
            steady(),
            END,
            [Fault(BEGIN, END, "Anthropic.BadRequestError", "400", group="claude")],
            history=HOUR,
        ),
        fires={"LiteLLMModelGroupUnserved": 14},
        since=BEGIN,
    ),
    "the credit of one of two providers is spent": lambda: World(
        Fleet(
            24,
            keys(300),
            steady(),
            END,
            [Fault(BEGIN, END, "Azure.BadRequestError", "400", deployment="fast-azure")],
            history=HOUR,
        ),
        fires={"LiteLLMDeploymentUnserved": 20},
        since=BEGIN,
    ),
    "one of six busy keys sends nonsense": lambda: World(
        Fleet(
            25,
            population(0, busy=6, per_second=0.05),
            steady(),
            END,
            [Fault(BEGIN, END, "Openai.BadRequestError", "400", key="key-2")],
        )
    ),
    "a deployment is at its own limit": lambda: World(
        Fleet(
            26,
            keys(300),
            steady(),
            END,
            [Fault(BEGIN, END, "RateLimitError", "429", 0.9, deployment="fast-azure")],
            history=HOUR,
        )
    ),
    "a guardrail refuses without a status": lambda: World(
        Fleet(
            27,
            keys(200),
            steady(),
            END,
            [Fault(BEGIN, END, "ValueError", "None", 0.3, by_proxy=True)],
            history=HOUR,
        )
    ),
    "an hour without Prometheus, and a group that has always failed": lambda: World(
        Fleet(
            28,
            keys(200),
            steady(),
            4 * HOUR,
            [Fault(-9 * HOUR, -8 * HOUR, "Anthropic.NotFoundError", "404", group="claude")],
            history=12 * HOUR,
        ),
        scraping=replace(_SCRAPING, away=[(HOUR, 2 * HOUR)]),
        may_fire=frozenset({"LiteLLMMetricsAbsent"}),
    ),
    "requests stop, as they did not a week ago": lambda: a_week(
        31,
        [(WEEK + 3 * HOUR, WEEK + 4 * HOUR)],
        fires={"LiteLLMTrafficStopped": 28},
        since=WEEK + 3 * HOUR,
    ),
    "a quiet night that begins early and ends late": lambda: a_week(
        32, [(1.5 * HOUR, 3 * HOUR), (WEEK + 1 * HOUR, WEEK + 3.75 * HOUR)]
    ),
    "a fallback answers for a group for long": lambda: World(
        Fleet(
            33,
            keys(260),
            replaced(3, 2 * HOUR, 4 * HOUR),
            4 * HOUR,
            [outage(BEGIN, 4 * HOUR, group="smart", share=0.9, fallback=CLAUDE)],
            history=HOUR,
        ),
        fires={"LiteLLMServedFromFallbacks": 60},
        since=BEGIN,
        may_fire=OUTAGE | {"LiteLLMModelGroupDown", "LiteLLMDeploymentFailing"},
    ),
    "a fallback answers for a quarter of an hour": lambda: World(
        Fleet(
            34,
            keys(260),
            steady(),
            4 * HOUR,
            [outage(BEGIN, BEGIN + 15 * MINUTE, group="smart", fallback=CLAUDE)],
            history=HOUR,
        ),
        may_fire=OUTAGE | {"LiteLLMModelGroupDown", "LiteLLMDeploymentFailing"},
    ),
    "prompts that are too long go to a larger model": lambda: World(
        Fleet(
            35,
            keys(260),
            steady(),
            4 * HOUR,
            [
                Fault(
                    -HOUR,
                    4 * HOUR,
                    "Openai.ContextWindowExceededError",
                    "400",
                    0.6,
                    group="smart",
                    fallback=CLAUDE,
                )
            ],
            history=HOUR,
        )
    ),
    "a provider rejects the key of one of two deployments": lambda: World(
        Fleet(
            36,
            keys(300),
            steady(),
            END,
            [Fault(BEGIN, END, "Azure.AuthenticationError", "401", deployment="fast-azure")],
            history=HOUR,
        ),
        fires={"LiteLLMProviderRejectsKey": 22},
        since=BEGIN,
        # With few requests in three minutes, the other deployment may have had none.
        may_fire=OUTAGE | {"LiteLLMDeploymentFailing", "LiteLLMModelGroupDown"},
    ),
    "clients with invalid keys, and one whose own key a provider rejects": lambda: World(
        Fleet(
            37,
            population(200, per_day=46, busy=6, per_second=0.05),
            steady(),
            END,
            [
                Fault(BEGIN, END, "ProxyException", "401", 0.3, by_proxy=True),
                Fault(BEGIN, END, "Anthropic.AuthenticationError", "401", key="key-202"),
            ],
            history=HOUR,
        ),
        may_fire=BURNS,
    ),
    "a model has no price": lambda: World(
        Fleet(
            38,
            keys(120),
            replaced(3, HOUR, END),
            END,
            deployments=[FAST, SMART, replace(CLAUDE, dollars=0.0)],
            history=HOUR,
        ),
        fires={"LiteLLMZeroCostRequests": 12},
        may_fire=frozenset({"LiteLLMProxyRestarts"}),
    ),
    "a model without traffic fails its health checks": lambda: World(
        Fleet(
            39,
            without("claude", 200),
            steady(),
            END,
            [Fault(BEGIN, END, "Anthropic.NotFoundError", "404", group="claude")],
            history=HOUR,
            checks=5 * MINUTE,
        ),
        fires={"LiteLLMHealthCheckUnanswered": 30},
        since=BEGIN,
    ),
    "a model without traffic has never answered a health check": lambda: World(
        Fleet(
            40,
            without("claude", 200),
            steady(),
            END,
            [Fault(-HOUR, END, "Anthropic.NotFoundError", "404", group="claude")],
            history=HOUR,
            checks=5 * MINUTE,
        ),
        fires={"LiteLLMHealthChecksFailing": 50},
    ),
    "a model with traffic fails requests and health checks": lambda: World(
        Fleet(
            41,
            keys(260),
            steady(),
            END,
            [outage(BEGIN, END, group="claude")],
            history=HOUR,
            checks=5 * MINUTE,
        ),
        fires={"LiteLLMModelGroupDown": 12},
        since=BEGIN,
        may_fire=OUTAGE,
    ),
    "a roll-out with health checks": lambda: World(
        Fleet(
            42,
            without("claude", 120),
            replaced(3, HOUR, 3 * HOUR),
            3 * HOUR,
            history=HOUR,
            checks=5 * MINUTE,
        )
    ),
    "a quiet day": lambda: World(
        Fleet(16, keys(60), steady(2), DAY, history=HOUR),
        scraping=replace(_SCRAPING, every=60),
    ),
    "a roll-out under new names": lambda: World(
        Fleet(
            17,
            keys(120),
            [
                *(Pod(f"old-{number}:4000", ends=BEGIN + 60 * number) for number in range(3)),
                *(Pod(f"new-{number}:4000", BEGIN + 60 * number - 40) for number in range(3)),
            ],
            END,
            history=HOUR,
        )
    ),
    "a roll-out under the same names": lambda: World(
        Fleet(
            18,
            keys(120),
            [
                pod
                for number in range(3)
                for pod in (
                    Pod(f"litellm-{number}:4000", ends=BEGIN + 120 * number),
                    Pod(f"litellm-{number}:4000", BEGIN + 120 * number + 30),
                )
            ],
            END,
            history=HOUR,
        )
    ),
    "an hour without Prometheus, after failures": lambda: World(
        Fleet(19, keys(120), steady(), 4 * HOUR, [outage(-9 * HOUR, -8 * HOUR)], history=12 * HOUR),
        scraping=replace(_SCRAPING, away=[(HOUR, 2 * HOUR)]),
        may_fire=frozenset({"LiteLLMMetricsAbsent"}),
    ),
    "a first scrape of old proxies that have failed": lambda: World(
        Fleet(20, keys(150), steady(), END, [outage(-9 * HOUR, -5 * HOUR)], history=12 * HOUR),
        scraping=replace(_SCRAPING, begins=HOUR),
        may_fire=frozenset({"LiteLLMMetricsAbsent"}),
    ),
    "a first scrape of old proxies with several workers": lambda: World(
        Fleet(21, keys(150), steady(), END, [outage(-9 * HOUR, -5 * HOUR)], history=12 * HOUR),
        scraping=replace(_SCRAPING, begins=HOUR, has_start_time=False),
        may_fire=frozenset({"LiteLLMMetricsAbsent"}),
    ),
}


ON_OTHERS_TOO = (
    "a total outage among 260 slow keys",
    "a roll-out under new names",
    "a first scrape of old proxies that have failed",
    "requests stop, as they did not a week ago",
    "a quiet night that begins early and ends late",
    "a fallback answers for a group for long",
    "a provider rejects the key of one of two deployments",
    "a model without traffic fails its health checks",
)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((NEWEST, name) for name in _WORLDS if NEWEST in SERVERS),
        *((kind, name) for name in ON_OTHERS_TOO for kind in SERVERS if kind is not NEWEST),
    ],
    ids=str,
)
def test_alerts_in_a_world(servers: Servers, kind: Kind, name: str) -> None:
    """By what is recorded and by LiteLLM's own series alike."""
    made = _WORLDS[name]()
    length = made.fleet.length
    epoch = int(time.time() - length) // 3600 * 3600 - 3600
    server = servers.start(kind)
    scraping = replace(made.scraping, epoch=epoch)
    sent(server.url, scraped(made.fleet, scraping), epoch)
    counted = (*COUNTED, *SPARSE)
    record(kind, server, scope(kind, "prometheus", scraping), epoch, length, counted, scraping.away)
    for recording in ("off", "prometheus"):
        firing = {
            rule.name: found
            for rule in rules(scope(kind, recording, scraping), {}, Audience("world"))
            if (rule.name in made.only if made.only else _is_of_requests(rule))
            and (found := fires(server, rule, epoch, length, made.watched_from))
        }
        since = int(made.since // MINUTE)
        for alert, within in made.fires.items():
            assert alert in firing, (recording, alert, firing)
            assert since < firing[alert][0] <= since + within, (recording, alert, firing)
        assert firing.keys() <= {*made.fires, *made.may_fire}, (recording, firing)


def scope(kind: Kind, recording: str, scraping: Scraping) -> Scope:
    return scope_of(
        Settings.model_validate(
            {
                "prometheus": {
                    "type": kind.type,
                    "url": "http://prometheus:9090",
                    "scrapeInterval": f"{scraping.every}s",
                },
                "recordingRules": recording,
            }
        ),
        "world",
    )


def _is_of_requests(rule: Rule) -> bool:
    """What a world has no series of is left out: histograms, and what is not LiteLLM's requests."""
    return not re.search("_bucket|_latency|guardrail|ScrapeSlow|ScrapeLarge", rule.query.expr)
