"""What is left of budgets, in the opinions of several proxies: the newest is what LiteLLM last knew."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.asking.newest import STEP
from litellm_monitoring.signals.spending import budgets
from tests.live.kinds import SERVERS, Kind
from tests.world.conftest import Servers
from tests.world.forms import sent
from tests.world.simulated.pages import Labels
from tests.world.simulated.scrapes import STALE, Run, Series

MINUTE, HOUR, DAY = 60, 3600, 86400
LENGTH = 47 * HOUR
SCOPE = Scope()
KEY = budgets.KEY

Opinion = tuple[float, float]
"""What is left of a budget, and the whole of it, in dollars."""


@dataclass
class Pod:
    """A proxy, which forgets everything when it is replaced by the next of its name."""

    name: str
    replaced_at: Sequence[int] = ()
    opinions: dict[str, list[tuple[int, Opinion]]] = field(default_factory=dict)


@dataclass
class Budgets:
    """Slow keys with budgets that are reset every day, of which some are raised, deleted or sleep."""

    seed: int
    keys: int = 60
    pods: Sequence[Pod] = field(
        default_factory=lambda: (Pod("a"), Pod("b"), Pod("c", (20 * HOUR, 31 * HOUR, 45 * HOUR)))
    )

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        for number in range(self.keys):
            self._spend(f"key-{number}", number, chance)

    def _spend(self, key: str, number: int, chance: random.Random) -> None:
        whole, spent, at, reset = 10.0, 0.0, 0, chance.randrange(DAY)
        ends = LENGTH - 10 * MINUTE if number % 4 else chance.randrange(HOUR, LENGTH)
        pace = chance.choice((40 * MINUTE, 2 * HOUR, 5 * HOUR))
        while (at := at + MINUTE + int(chance.expovariate(1 / pace))) < ends:
            if at > reset:
                reset, spent = reset + DAY, 0.0
                whole += 10.0 * (number % 3 == 0)
            spent += chance.uniform(0.1, 1.2)
            pod = chance.choice(self.pods)
            pod.opinions.setdefault(key, []).append((at, (whole - spent, whole)))

    def used(self, at: int) -> dict[str, float]:
        """What share is used by each that has asked within a day, and of whom it can be told."""
        found = {}
        for key in {key for pod in self.pods for key in pod.opinions}:
            heard = sorted(
                (since, opinion)
                for pod in self.pods
                for since, opinion in pod.opinions.get(key, ())
                if since <= at
            )
            if not heard or heard[-1][0] < at - DAY + STEP:
                continue
            newest, (left, whole) = heard[-1]
            before = heard[-2][0] if len(heard) > 1 else 0
            if min(newest - before, at - newest) > STEP + MINUTE:
                found[key] = 1 - left / whole
        return found

    def known_to_the_dead(self, at: int) -> set[str]:
        """Of whom a proxy knew last that is gone since."""
        gone = {
            pod.name: max((each for each in pod.replaced_at if each <= at), default=0)
            for pod in self.pods
        }
        found = set()
        for pod in self.pods:
            for key, opinions in pod.opinions.items():
                since = max((each for each, _ in opinions if each <= at), default=None)
                if since is not None and since < gone[pod.name]:
                    found.add(key)
        return found

    def asleep(self, at: int) -> set[str]:
        """Who has not asked since longer than a day."""
        asked = dict.fromkeys((key for pod in self.pods for key in pod.opinions), 0)
        for pod in self.pods:
            for key, opinions in pod.opinions.items():
                asked[key] = max(asked[key], *(since for since, _ in opinions if since <= at), 0)
        return {key for key, since in asked.items() if since < at - DAY - STEP}


def scraped(world: Budgets) -> Iterator[Series]:
    """All that a Prometheus sees of the gauges, each minute."""
    times = [float(at) for at in range(0, LENGTH, MINUTE)]
    for pod in world.pods:
        target = {"job": "litellm", "instance": f"{pod.name}:4000"}
        yield Series(_labels("up", target), [Run(0, len(times), 1.0)], times)
        for key, opinions in pod.opinions.items():
            whose = {**target, "api_key_alias": key, "hashed_api_key": f"hash-of-{key}"}
            for position, metric in enumerate((KEY.remaining, str(KEY.maximum))):
                runs = list(_runs(pod, opinions, position, len(times)))
                yield Series(_labels(metric, whose), runs, times)


def _runs(
    pod: Pod, opinions: Sequence[tuple[int, Opinion]], position: int, count: int
) -> Iterator[Run]:
    for number, (at, opinion) in enumerate(opinions):
        replaced = next((each for each in pod.replaced_at if each > at), LENGTH)
        following = opinions[number + 1][0] if number + 1 < len(opinions) else LENGTH
        first, last = -(-at // MINUTE), min(-(-min(replaced, following) // MINUTE), count)
        if first < last:
            yield Run(first, last, opinion[position])
        if replaced < following and last < min(-(-following // MINUTE), count):
            yield Run(last, last + 1, STALE)


def _labels(name: str, labels: dict[str, str]) -> Labels:
    return tuple(sorted({"__name__": name, **labels}.items()))


@pytest.mark.parametrize("kind", SERVERS, ids=str)
def test_of_several_opinions_the_last_one_counts(servers: Servers, kind: Kind) -> None:
    world = Budgets(7)
    epoch = int(time.time() - LENGTH) // HOUR * HOUR - HOUR
    server = servers.start(kind)
    sent(server.url, scraped(world), epoch)
    kind.settle(server.url)

    def shown(query: Query, at: int) -> dict[str, float]:
        found = server.query_range(query.expr, epoch + at, epoch + at, MINUTE)
        return {each["metric"]["api_key_alias"]: float(each["values"][0][1]) for each in found}

    for at in (30 * HOUR, 41 * HOUR + 7 * MINUTE, LENGTH - MINUTE):
        right, asleep = world.used(at), world.asleep(at)
        assert len(right) > 20
        alerted = shown(budgets.used_by_each(SCOPE, KEY), at)
        assert {key: alerted.get(key) for key in right} == pytest.approx(right), at
        assert not asleep & alerted.keys(), at
        on_dashboard = shown(budgets.used_share(SCOPE, KEY), at)
        of_living = right.keys() - world.known_to_the_dead(at)
        assert {key: on_dashboard.get(key) for key in of_living} == pytest.approx(
            {key: right[key] for key in of_living}
        ), at
