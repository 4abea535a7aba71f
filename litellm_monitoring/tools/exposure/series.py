"""How many series there are, and how many would be left, asked of a Prometheus."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS
from litellm_monitoring.signals.catalogue.metrics import Family, MetricType, families
from litellm_monitoring.tools.check.evidence.client import Prometheus
from litellm_monitoring.tools.check.held.series import exposed
from litellm_monitoring.tools.exposure.choice import Choice

_AN_HOUR = 3600


class Series:
    """The series of LiteLLM within ``selector`` that ``prometheus`` has at the moment ``at``."""

    def __init__(self, prometheus: Prometheus, selector: str, at: int, at_once: int) -> None:
        self._prometheus = prometheus
        self._selector = selector
        self._at = at
        self._at_once = at_once
        self._known: dict[str, float] = {}
        limits = f", {selector}" if selector else ""
        found = prometheus.query(f'count by (__name__) ({{__name__=~"litellm_.+"{limits}}})', at)
        self._by_name = {each["metric"]["__name__"]: int(float(each["value"][1])) for each in found}

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self._by_name.values())

    def names_of(self, family: Family) -> list[str]:
        """The names that the series of ``family`` have here."""
        return [name for name in _names_of(family.name) if name in self._by_name]

    def without(self, dropped: Mapping[str, Collection[str]]) -> dict[str, int]:
        """How many series there would be of each name, if families lost the labels ``dropped``."""
        asked = {
            name: frozenset(labels)
            for family, labels in dropped.items()
            for name in self.names_of(families()[family])
        }
        with ThreadPoolExecutor(self._at_once) as pool:
            counts = pool.map(self._without, asked, asked.values())
            return dict(zip(asked, counts, strict=True))

    def _without(self, name: str, labels: frozenset[str]) -> int:
        if not labels:
            return self._by_name[name]
        listed = ", ".join(sorted(labels))
        return int(self._value(f"count(count without ({listed}) ({self._selected(name)}))"))

    def has_data(self, family: Family) -> bool:
        """Whether ``family`` has series that are not all 0, as counts of users are without a
        database.
        """
        return any(
            self._value(f"count({self._selected(name)} != 0)") for name in self.names_of(family)
        )

    def labels_of(self, family: Family) -> frozenset[str]:
        """The labels that series of ``family`` have had lately."""
        names = self.names_of(family)[:1]
        found = [
            self._prometheus.labels(self._selected(name), self._at - _AN_HOUR, self._at)
            for name in names
        ]
        return frozenset().union(*found)

    def share_of_health_checks(self, family: Family) -> float:
        """The share of what ``family`` has counted since its proxies began."""
        is_histogram = family.type is MetricType.HISTOGRAM
        counted = f"{family.name}_count" if is_histogram else family.name
        whole = self._value(f"sum({self._selected(counted)})")
        theirs = self._selected(counted, f'api_key_alias="{HEALTH_CHECKS}"')
        return self._value(f"sum({theirs})") / whole if whole else 0.0

    def _selected(self, name: str, *more: str) -> str:
        return f"{name}{{{', '.join(filter(None, (self._selector, *more)))}}}"

    def _value(self, expression: str) -> float:
        if expression not in self._known:
            found = self._prometheus.query(expression, self._at)
            self._known[expression] = float(found[0]["value"][1]) if found else 0.0
        return self._known[expression]


@dataclass(frozen=True)
class Saving:
    """Series before and after; ``created`` of those that are left say when another began, which
    nothing reads. ``largest`` is the most label sets that a family is left with.
    """

    before: int
    after: int
    created: int
    largest: int

    @property
    def share(self) -> float:
        """What share of the series is gone."""
        return 1 - self.after / self.before if self.before else 0.0


def saving(series: Series, choice: Choice) -> Saving:
    """What ``choice`` saves of ``series``."""
    left = {
        name: choice.dropped(family)
        for name, family in families().items()
        if not choice.is_left_out(family)
    }
    after = series.without(left)
    gone = series.without(
        {name: () for name, family in families().items() if choice.is_left_out(family)}
    )
    before = sum(series.without(dict.fromkeys(left, ())).values())
    return Saving(
        before=series.total,
        after=series.total - before - sum(gone.values()) + sum(after.values()),
        created=sum(count for name, count in after.items() if exposed()[name].is_created),
        largest=max(
            (
                count // (len(exposed()[name].family.buckets) + 1)
                if exposed()[name].is_bucket
                else count
                for name, count in after.items()
            ),
            default=0,
        ),
    )


def saved_by(series: Series, choice: Choice, labels: Mapping[str, Collection[str]]) -> int:
    """How many series less there would be, if families lost those ``labels`` as well."""
    now = {name: choice.dropped(families()[name]) for name in labels}
    more = {name: now[name] | frozenset(labels[name]) for name in labels}
    return sum(series.without(now).values()) - sum(series.without(more).values())


@cache
def _names_of(family: str) -> tuple[str, ...]:
    return tuple(name for name, each in exposed().items() if each.family.name == family)
