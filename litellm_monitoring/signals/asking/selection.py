"""Which series a stack looks at, whatever is asked of them."""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, replace
from typing import Self

from litellm_monitoring.signals.asking.counting import either
from litellm_monitoring.signals.asking.matchers import (
    Choice,
    Matcher,
    Operator,
    Variable,
    matcher_of_name,
)
from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS
from litellm_monitoring.signals.catalogue.metrics import (
    Family,
    MetricType,
    family_of,
    names_of,
)
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel

_ALIAS = "api_key_alias"

_FAILED_REQUESTS = "litellm_proxy_failed_requests_metric_total"
"""Counted when the proxy answers somebody."""


@dataclass(frozen=True)
class Selection:
    """The series that a query may read.

    ``matchers`` are on labels that the scrape adds, such as ``job``; ``filters`` on LiteLLM's own,
    which every metric that is asked for must have, unlike those of ``choices``. ``team_alias`` limits
    it to the traffic of one LiteLLM team. ``labels`` are people's own. What is counted of LiteLLM's
    background health checks is left out, or nothing else is there.
    """

    matchers: tuple[Matcher, ...] = ()
    _: KW_ONLY
    team_alias: str | None = None
    filters: tuple[Matcher, ...] = ()
    choices: tuple[Choice, ...] = ()
    labels: tuple[OwnLabel, ...] = ()
    is_of_health_checks: bool = False

    def narrowed(self, matchers: Iterable[Matcher]) -> Self:
        """The same, limited further by ``matchers`` on labels of the scrape."""
        return replace(self, matchers=(*self.matchers, *matchers))

    def where(self, label: str, operator: Operator, value: str | Variable) -> Self:
        """The same, limited further by a label of LiteLLM's."""
        return self.filtered([Matcher(label, operator, value)])

    def with_a_value(self, label: str) -> Self:
        """The same without what has no value of a label of LiteLLM's: what is known of that is
        of many at once.
        """
        return self.where(label, Operator.NOT_MATCHES, "None|")

    def filtered(self, matchers: Iterable[Matcher]) -> Self:
        """The same, limited further by ``matchers`` on labels of LiteLLM's."""
        return replace(self, filters=(*self.filters, *matchers))

    def choosing(self, *choices: Choice) -> Self:
        """The same, limited further by what people choose; a team has no choice of teams."""
        fixed = {"team_alias"} if self.team_alias is not None else set()
        chosen = [choice for choice in choices if not fixed.intersection(choice.labels)]
        return replace(self, choices=(*self.choices, *chosen))

    def health_checks(self) -> Self:
        """What is counted of LiteLLM's background health checks instead."""
        return replace(self, is_of_health_checks=True)

    def selector(self) -> str:
        """The matchers as PromQL: first what the stack is limited to, in one piece."""
        return rendered(self._limits())

    def proxies(self) -> str:
        """The matchers of the targets, as PromQL: what is known of a proxy as such."""
        return rendered(self.matchers)

    def series(self, metric: str) -> str:
        """The series of ``metric`` in this scope, under every name that a supported LiteLLM has
        for it.

        Raises:
            CatalogueError: where there is no such series, as for every method that names one.

        """
        return either(self._named(metric))

    def under(self, name: str) -> str:
        """The series of the very ``name``, whatever else LiteLLM calls it elsewhere."""
        family = family_of(name)
        bound = {"le"} if name.endswith("_bucket") else set()
        for matcher in (*self._of_team(), *self.filters):
            if matcher.label not in bound and not self._is_own(matcher.label, family):
                family.check_label(matcher.label)
        limits = [*self._limits(), *self._chosen(family), *self._of_people(family)]
        return f"{name}{{{rendered(limits)}}}"

    def measured(self, metric: str) -> str:
        """The series of a gauge without the values that measure nothing, such as the infinite
        budget of who has none.
        """
        return _measuring(self.series(metric), metric)

    def measured_under(self, name: str) -> str:
        """The same under the very ``name``."""
        return _measuring(self.under(name), name)

    def _named(self, metric: str) -> list[str]:
        return [self.under(name) for name in names_of(metric)]

    def _chosen(self, family: Family) -> list[Matcher]:
        return [matcher for choice in self.choices for matcher in choice.matchers(family)]

    def _of_people(self, family: Family) -> list[Matcher]:
        """A team is people, and so is who is refused; gauges have nothing of health checks but that
        they have no limits.
        """
        is_of_people = family.type is MetricType.GAUGE or family.name == _FAILED_REQUESTS
        if is_of_people or self.team_alias is not None or _ALIAS not in family.labels:
            return []
        operator = Operator.EQUAL if self.is_of_health_checks else Operator.NOT_EQUAL
        return [Matcher(_ALIAS, operator, HEALTH_CHECKS)]

    def _is_own(self, label: str, family: Family) -> bool:
        return any(each.name == label and each.is_told_by(family.name) for each in self.labels)

    def _limits(self) -> list[Matcher]:
        return [*self._of_team(), *self.matchers, *self.filters]

    def _of_team(self) -> list[Matcher]:
        if self.team_alias is None:
            return []
        return [matcher_of_name("team_alias", self.team_alias)]


_WITHOUT = {
    "+Inf": "{} < +Inf",
    "9223372036854775807": "{} < 9e18",
    "<0": "clamp_min({}, 0)",
    "0": "{} > 0",
    "2": "{} < 2",
    "NaN": "{} >= 0",
}
"""How series are rid of each sentinel of the catalogue."""


def _measuring(series: str, metric: str) -> str:
    for sentinel in family_of(metric).sentinels:
        series = _WITHOUT[sentinel].format(series)
    return series


def rendered(matchers: Iterable[Matcher]) -> str:
    """``matchers`` as PromQL, without the braces."""
    return ", ".join(map(str, matchers))
