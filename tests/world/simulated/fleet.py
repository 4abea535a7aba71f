"""Who asks a fleet of LiteLLM proxies for what, and what becomes of it: the ledger of a world.

Times are seconds since the world began; what happened before has none.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS

DAY = 86400.0


@dataclass(frozen=True)
class Key:
    """A virtual key that makes ``per_day`` requests, spread over ``groups``, with one tool."""

    alias: str
    team: str
    user: str
    per_day: float
    groups: tuple[str, ...]
    user_agent: str = "OpenAI/Python 1.99.0"

    @property
    def hash(self) -> str:
        """What LiteLLM calls it."""
        return hashlib.sha256(f"{self.alias}/{self.user}".encode()).hexdigest()


@dataclass(frozen=True)
class Deployment:
    """What serves a model group, in dollars and seconds a request; a share of its input is
    ``cached``. One that costs nothing has a price, but not for what is used.
    """

    group: str
    model: str
    provider: str
    id: str
    dollars: float = 0.02
    seconds: float = 2.0
    cached: float = 0.0


@dataclass(frozen=True)
class Pod:
    """A proxy, from ``begins`` to ``ends``. One that ``is_missed`` stays a target when it is gone.

    One that restarts under its name is two, one after the other.
    """

    instance: str
    begins: float = -DAY
    ends: float = float("inf")
    is_missed: bool = False


@dataclass(frozen=True)
class Fault:
    """Between ``begins`` and ``ends`` a ``share`` of the requests that fit fails so.

    With ``by_proxy`` they are refused before a deployment is chosen; a ``fallback`` answers them
    where there is one.
    """

    begins: float
    ends: float
    exception_class: str
    status: str
    share: float = 1.0
    group: str | None = None
    provider: str | None = None
    deployment: str | None = None
    key: str | None = None
    by_proxy: bool = False
    fallback: Deployment | None = None

    def hits(self, at: float, key: Key, deployment: Deployment) -> bool:
        """Whether a request of ``key`` to ``deployment`` at that time is among those that it may
        fail.
        """
        return self.begins <= at < self.ends and all(
            wanted in (None, found)
            for wanted, found in (
                (self.group, deployment.group),
                (self.provider, deployment.provider),
                (self.deployment, deployment.id),
                (self.key, key.alias),
            )
        )


class Request(NamedTuple):
    """One line of the ledger; ``fault`` is None where it succeeded."""

    at: float
    pod: Pod
    key: Key
    deployment: Deployment
    fault: Fault | None
    dollars: float
    input_tokens: int
    output_tokens: int
    seconds: float
    cached_tokens: int = 0


DEPLOYMENTS = (
    Deployment("fast", "gpt-4o-mini", "openai", "fast-openai", 0.004, 1.5),
    Deployment("fast", "gpt-4o-mini", "azure", "fast-azure", 0.004, 1.8),
    Deployment("smart", "gpt-4o", "openai", "smart-openai", 0.05, 6.0),
    Deployment("claude", "claude-sonnet-4-5", "anthropic", "claude-anthropic", 0.03, 5.0),
)
GROUPS = tuple(dict.fromkeys(each.group for each in DEPLOYMENTS))


HEALTH_CHECK = Key(HEALTH_CHECKS, HEALTH_CHECKS, HEALTH_CHECKS, 0.0, GROUPS)
"""Who LiteLLM's background health checks are counted for."""


@dataclass(frozen=True)
class Fleet:
    """A population of keys, the pods that serve them, and what goes wrong. While it is ``silent``, no
    request reaches it. Each pod checks the health of each deployment every ``checks`` seconds, if
    any.
    """

    seed: int
    keys: Sequence[Key]
    pods: Sequence[Pod]
    length: float
    faults: Sequence[Fault] = ()
    deployments: Sequence[Deployment] = DEPLOYMENTS
    history: float = 0.0
    """Seconds before the world's beginning from which on there are requests."""
    silent: Sequence[tuple[float, float]] = ()
    checks: float | None = None
    ledger: tuple[Request, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        found = chain.from_iterable(self._requests_of(key, chance) for key in self.keys)
        ledger = [*found, *self._health_checks(chance)]
        object.__setattr__(self, "ledger", tuple(sorted(ledger, key=lambda each: each.at)))

    def between(self, begins: float, ends: float) -> list[Request]:
        """What happened in that time."""
        return [each for each in self.ledger if begins < each.at <= ends]

    def _requests_of(self, key: Key, chance: random.Random) -> Iterator[Request]:
        at = -self.history
        while (at := at + chance.expovariate(key.per_day / DAY)) < self.length:
            alive = [pod for pod in self.pods if pod.begins <= at < pod.ends]
            if alive and not any(begins <= at < ends for begins, ends in self.silent):
                group = chance.choice(key.groups)
                of_group = [each for each in self.deployments if each.group == group]
                deployment = chance.choice(of_group)
                yield self._request(at, chance.choice(alive), key, deployment, chance)

    def _health_checks(self, chance: random.Random) -> Iterator[Request]:
        for pod in self.pods if self.checks else ():
            at = max(-self.history, pod.begins) + chance.uniform(0, self.checks or 0)
            while at < min(self.length, pod.ends):
                for deployment in self.deployments:
                    yield self._request(at, pod, HEALTH_CHECK, deployment, chance)
                at += self.checks or 0

    def _request(
        self, at: float, pod: Pod, key: Key, deployment: Deployment, chance: random.Random
    ) -> Request:
        fault = next(
            (
                fault
                for fault in self.faults
                if fault.hits(at, key, deployment) and chance.random() < fault.share
            ),
            None,
        )
        if fault and not fault.fallback:
            return Request(at, pod, key, deployment, fault, 0.0, 0, 0, 0.0)
        answers = fault.fallback if fault and fault.fallback else deployment
        size = chance.lognormvariate(0, 0.5)
        return Request(
            at=at,
            pod=pod,
            key=key,
            deployment=deployment,
            fault=fault,
            dollars=answers.dollars * size,
            input_tokens=int(800 * size) + 1,
            output_tokens=int(200 * size) + 1,
            seconds=answers.seconds * size,
            cached_tokens=int(800 * size * deployment.cached),
        )


def population(
    slow: int, per_day: float = 40.0, busy: int = 0, per_second: float = 1.0, teams: int = 10
) -> tuple[Key, ...]:
    """``slow`` keys that make about ``per_day`` requests, some of them one and some of them three
    times as many, and ``busy`` ones that make ``per_second``.
    """
    paces = [per_day * (0.05, 0.5, 1.0, 1.0, 2.45)[each % 5] for each in range(slow)]
    paces += [per_second * DAY] * busy
    return tuple(
        Key(f"key-{each}", f"team-{each % teams}", f"user-{each % 97}", pace, GROUPS)
        for each, pace in enumerate(paces)
    )


def replaced(
    pods: int, every: float, length: float, *, overlap: float = 30.0, keep_names: bool = False
) -> tuple[Pod, ...]:
    """``pods`` that are replaced every so many seconds, one after the other, each under a new name
    unless ``keep_names``; the new one is there before the old one leaves.
    """
    found = []
    for number in range(pods):
        generation, begins = 0, -(every * (number + 1) / pods)
        while begins < length:
            name = f"litellm-{number}" if keep_names else f"litellm-{number}-{generation}"
            ends = begins + every + (-overlap if keep_names else overlap)
            found.append(Pod(f"{name}:4000", begins, ends))
            begins, generation = begins + every, generation + 1
    return tuple(found)


def steady(pods: int = 3) -> tuple[Pod, ...]:
    """``pods`` that were there long before, and stay."""
    return tuple(Pod(f"litellm-{number}:4000") for number in range(pods))
