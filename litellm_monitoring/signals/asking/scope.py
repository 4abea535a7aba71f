"""Which series a stack looks at, and the window of its rates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from litellm_monitoring.signals.asking.counting import (
    INTERVAL,
    RANGE,
    Counting,
    Prometheus,
    finest_step,
    is_of_many_days,
    is_short,
    least_step,
    per_second,
)
from litellm_monitoring.signals.asking.matchers import (
    Choice,
    Matcher,
    Operator,
    Variable,
    matcher_of_name,
)
from litellm_monitoring.signals.asking.workload import Workload
from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS
from litellm_monitoring.signals.catalogue.metrics import (
    Family,
    MetricType,
    family_of,
    histogram,
    names_of,
)
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel
from litellm_monitoring.signals.catalogue.promised import Objective
from litellm_monitoring.signals.catalogue.recording import HOUR, STACK_LABEL, Recording, close_name

_COUNTING = Prometheus(scrape_interval=15)
_OBJECTIVE = Objective()

_ALIAS = "api_key_alias"

_FAILED_REQUESTS = "litellm_proxy_failed_requests_metric_total"
"""Counted when the proxy answers somebody."""


@dataclass(frozen=True)
class Scope:
    """The series that a query may read and the window over which it takes rates.

    ``matchers`` are on labels that the scrape adds, such as ``job``; ``filters`` on LiteLLM's own,
    which every metric that is asked for must have, unlike those of ``choices``. ``rate_window`` is
    a PromQL duration or :data:`INTERVAL`. ``team_alias`` limits it to the traffic of one LiteLLM
    team. ``counting`` is how the server is asked by how much counters have grown. With
    ``recording``, what rules have recorded is read where it will do. ``daily_spend_limits`` are
    dollars by team, and others by model group and by provider; ``cost_centers`` are by team what it
    is charged to. ``pods`` is the Kubernetes workload that runs the proxies, if that is known.
    ``labels`` are people's own. What is counted of LiteLLM's background health checks is left out, or
    nothing else is there.
    """

    matchers: tuple[Matcher, ...] = ()
    rate_window: str = INTERVAL
    team_alias: str | None = None
    filters: tuple[Matcher, ...] = ()
    choices: tuple[Choice, ...] = ()
    objective: Objective = _OBJECTIVE
    counting: Counting = _COUNTING
    recording: Recording | None = None
    daily_spend_limits: Mapping[str, float] = field(default_factory=dict)
    daily_model_spend_limits: Mapping[str, float] = field(default_factory=dict)
    daily_provider_spend_limits: Mapping[str, float] = field(default_factory=dict)
    cost_centers: Mapping[str, str] = field(default_factory=dict)
    pods: Workload | None = None
    labels: tuple[OwnLabel, ...] = ()
    is_of_health_checks: bool = False

    def narrowed(self, matchers: Iterable[Matcher]) -> Self:
        """The same scope, limited further by ``matchers`` on labels of the scrape."""
        return replace(self, matchers=(*self.matchers, *matchers))

    def where(self, label: str, operator: Operator, value: str | Variable) -> Self:
        """The same scope, limited further by a label of LiteLLM's."""
        return self.filtered([Matcher(label, operator, value)])

    def with_a_value(self, label: str) -> Self:
        """The same scope without what has no value of a label of LiteLLM's: what is known of that is
        of many at once.
        """
        return self.where(label, Operator.NOT_MATCHES, "None|")

    def filtered(self, matchers: Iterable[Matcher]) -> Self:
        """The same scope, limited further by ``matchers`` on labels of LiteLLM's."""
        return replace(self, filters=(*self.filters, *matchers))

    def choosing(self, *choices: Choice) -> Self:
        """The same scope, limited further by what people choose; a team has no choice of teams."""
        fixed = {"team_alias"} if self.team_alias is not None else set()
        chosen = [choice for choice in choices if not fixed.intersection(choice.labels)]
        return replace(self, choices=(*self.choices, *chosen))

    def health_checks(self) -> Self:
        """What is counted of LiteLLM's background health checks instead."""
        return replace(self, is_of_health_checks=True)

    def selector(self) -> str:
        """The matchers as PromQL: first what the stack is limited to, in one piece."""
        return _rendered(self._limits())

    def series(self, metric: str) -> str:
        """The series of ``metric`` in this scope, under every name that a supported LiteLLM has
        for it.

        Raises:
            CatalogueError: where there is no such series, as for every method that names one.

        """
        return _either(self._named(metric))

    def under(self, name: str) -> str:
        """The series of the very ``name``, whatever else LiteLLM calls it elsewhere."""
        family = family_of(name)
        bound = {"le"} if name.endswith("_bucket") else set()
        for matcher in (*self._of_team(), *self.filters):
            if matcher.label not in bound and not self._is_own(matcher.label, family):
                family.check_label(matcher.label)
        limits = [*self._limits(), *self._chosen(family), *self._of_people(family)]
        return f"{name}{{{_rendered(limits)}}}"

    def measured(self, metric: str) -> str:
        """The series of a gauge without the values that measure nothing, such as the infinite
        budget of who has none.
        """
        return _measuring(self.series(metric), metric)

    def measured_under(self, name: str) -> str:
        """The same under the very ``name``."""
        return _measuring(self.under(name), name)

    def gauge(self, how: str, metric: str, *by: str) -> str:
        """What a gauge measures, aggregated by the operator ``how`` over all but the labels ``by``:
        workers of one proxy, and proxies of one database, each have their own series of it.
        """
        return self.aggregated(how, self.measured(metric), *by)

    def rate(self, counter: str, *by: str) -> str:
        """The per-second rate of ``counter``, summed by the labels ``by``."""
        return self.aggregated("sum", self._rates(counter, by), *by)

    def smoothed_rate(self, counter: str, window: str, overlap: int, *by: str) -> str:
        """The same over windows that overlap by so many seconds: what is recorded."""
        rates = self.counting.smoothed(self._named(counter), window, overlap, self.proxies())
        return self.aggregated("sum", rates, *by)

    def increase(self, counter: str, window: str, *by: str) -> str:
        """By how much ``counter`` has grown over ``window``, summed by the labels ``by``."""
        found = self._summed_up(counter, window, by)
        if not found:
            count = (
                self.counting.in_short_window if is_short(window) else self.counting.in_long_window
            )
            found = count(self._named(counter), window, self.proxies())
        return self.aggregated("sum", found, *by)

    def seen_growing(self, counter: str, window: str) -> str:
        """Each series of ``counter``, by how much it was seen to grow over ``window``: what stood there
        when its proxy was first scraped is nothing that happened lately.
        """
        return self.counting.between(self._named(counter), window)

    def compared(self, counter: str, window: str, *by: str, modifier: str = "") -> str:
        """The same in the form for shares of which either part is asked for so. ``modifier`` is
        PromQL's ``offset`` or ``@``.
        """
        return self.all_compared([(counter, self)], window, *by, modifier=modifier)

    def all_compared(
        self, counters: Sequence[tuple[str, Self]], window: str, *by: str, modifier: str = ""
    ) -> str:
        """The same of what several scopes select of their counters, which do not overlap and are
        all within this one.
        """
        summed = [scope._summed_up(each, window, by, modifier) for each, scope in counters]
        if all(summed):
            return self.aggregated("sum", " or ".join(filter(None, summed)), *by)
        selected = [scope.under(name) for each, scope in counters for name in names_of(each)]
        names = dict.fromkeys(name for each, _ in counters for name in names_of(each))
        # What people choose need not limit what nothing is made of but zeros.
        wholes = list(map(replace(self, choices=()).under, names))
        found = self.counting.for_comparison(selected, wholes, window, self.proxies(), modifier)
        return self.aggregated("sum", found, *by)

    def increase_by_the_hour(self, counter: str, window: str, *by: str) -> str:
        """The same as :meth:`increase`, until the last full hour where that is recorded, at a
        fraction of the cost.
        """
        return self.increase_in_hours(counter, window, *by) or self.increase(counter, window, *by)

    def increase_in_hours(self, counter: str, window: str, *by: str) -> str | None:
        """The same until the last full hour; None where that is not recorded."""
        found = self._recorded(counter, by, of_many_days=True)
        return self.aggregated("sum", f"sum_over_time({found}[{window}])", *by) if found else None

    def increase_in_many_days(self, counter: str, *by: str) -> str | None:
        """By how much ``counter`` has grown over a time range of many days, until the last full
        hour; None where that is not recorded, since LiteLLM's own series take minutes to read.
        """
        return self.increase_in_hours(counter, RANGE, *by)

    def all_by_the_hour(self, counters: Sequence[tuple[str, Self]], window: str) -> str | None:
        """By how much what several scopes select of their counters has grown over ``window``, a
        time of many days, in a form for graphs: all is added up once each hour, and not series by
        series at each point. None where that is not recorded.
        """
        found = [scope._recorded(each, (), of_many_days=True) for each, scope in counters]
        if not all(found):
            return None
        each_hour = " or ".join(f"sum_over_time({series}[{HOUR}])" for series in found)
        return f"sum_over_time({self.aggregated('sum', each_hour)}[{window}:{HOUR}])"

    def least_step(self, expression: str) -> str | None:
        """How far two points of a graph of ``expression`` are to be apart at least, if it matters."""
        found = least_step(expression, *self._intervals())
        return f"{found}s" if found else None

    def finest_step(self) -> str:
        """How long the steps are to be at least in which a time range is looked at for one number."""
        return f"{finest_step(*self._intervals())}s"

    def _intervals(self) -> tuple[int, int]:
        return self.counting.scrape_interval, self.recording.interval if self.recording else 0

    def over(self, window: str) -> Self:
        """The same scope, with rates over ``window``."""
        return replace(self, rate_window=window)

    def listed(self, counter: str, label: str) -> str:
        """Series of ``counter`` that have all values of ``label`` that there are, however little it
        grows.
        """
        return self._recorded(counter, (label,)) or self.series(counter)

    def present(self, counter: str, *by: str) -> str:
        """Something of each that ``counter`` tells apart by the labels ``by``, however little it
        grows.
        """
        return self.aggregated("sum", self._recorded(counter, by) or self.series(counter), *by)

    def most_in_range(self, count: int, counter: str, *by: str) -> str:
        """The ``count`` values of ``by`` with most of ``counter`` in the whole time range, the same
        ones at each moment of it: ``topk`` of each moment would be far more of them.
        """
        end = " @ end()"
        hourly = self._recorded(counter, by, of_many_days=True)
        found = f"sum_over_time({hourly}[{RANGE}]{end})" if hourly else None
        found = found or self._summed_up(counter, RANGE, by, end)
        found = found or self.counting.for_ranking(self._named(counter), RANGE, end)
        return f"topk({count}, {self.aggregated('sum', found, *by)})"

    def keys_close(self, gauge: str) -> str | None:
        """How many keys are close to the limit that ``gauge`` is about, as it is recorded, if it
        is.
        """
        if not self.recording or not self.recording.counts_close_keys or self.team_alias:
            return None
        return f"sum({close_name(gauge)}{{{_rendered([*self._limits(), self._of_stack()])}}})"

    def average(self, name: str, *by: str) -> str:
        """The mean of what the histogram ``name`` has observed."""
        histogram(name)
        return f"{self._observed(f'{name}_sum', by)} / {self._observed(f'{name}_count', by)}"

    def known_growth(self, counter: str, *by: str) -> str:
        """By how much ``counter`` grows, without what new series begin with: for means of which the
        whole would be too long to read.
        """
        known = self._rate_of(self._recorded(counter, by)) or " or ".join(
            f"increase({each}[{self.rate_window}])" for each in self._named(counter)
        )
        return self.aggregated("sum", known, *by)

    def quantile(self, quantile: float, name: str, *by: str) -> str:
        """A quantile of the histogram ``name``, interpolated within a bucket."""
        histogram(name)
        return f"histogram_quantile({quantile}, {self.rate(f'{name}_bucket', *by, 'le')})"

    def aggregated(self, how: str, expression: str, *by: str) -> str:
        """``expression`` aggregated by ``how``, one of ``sum``, ``min`` and ``max``, over all but
        the labels ``by``.
        """
        return f"{how}{_by(by)}({expression})"

    def legend(self, *by: str) -> str:
        """The legend that tells apart what is aggregated by ``by``."""
        return " · ".join(f"{{{{{label}}}}}" for label in by)

    def _observed(self, part: str, by: Sequence[str]) -> str:
        recorded = self._rate_of(self._recorded(part, by))
        found = recorded or self.counting.of_mean(self._named(part), self.rate_window)
        return self.aggregated("sum", found, *by)

    def _rates(self, counter: str, by: Sequence[str]) -> str:
        if recorded := self._rate_of(self._recorded(counter, by)):
            return recorded
        counted = self.counting.in_short_window(
            self._named(counter), self.rate_window, self.proxies()
        )
        return per_second(counted, self.rate_window)

    def _rate_of(self, recorded: str | None) -> str | None:
        """What is ``recorded`` as a rate over this scope's window."""
        if not recorded:
            return None
        return per_second(self._added_up(recorded, self.rate_window), self.rate_window)

    def _added_up(self, recorded: str, window: str, modifier: str = "") -> str:
        """The increase over ``window`` that recorded rates make up. A window that ends on an
        evaluation would also begin on one, and Prometheus before 3.0 would add up both.
        """
        assert self.recording
        at = modifier if "offset" in modifier else f"{modifier} offset -1s"
        return f"sum_over_time({recorded}[{window}]{at}) * {self.recording.interval}"

    def _summed_up(
        self, counter: str, window: str, by: Sequence[str], modifier: str = ""
    ) -> str | None:
        """By how much ``counter`` has grown, from what is recorded of it, if it is."""
        if not self.recording:
            return None
        if is_of_many_days(window):
            recorded = self._recorded(counter, by, of_many_days=True)
            if recorded:
                return f"sum_over_time({recorded}[{window}]{modifier})"
        recorded = self._recorded(counter, by)
        return self._added_up(recorded, window, modifier) if recorded else None

    def _recorded(
        self, counter: str, by: Iterable[str], *, of_many_days: bool = False
    ) -> str | None:
        """The recorded series in this scope that are told apart by at least ``by``: rates, or what
        makes up days.
        """
        if not self.recording or self.is_of_health_checks:
            return None
        matchers = [*self._limits(), *self._chosen(family_of(counter))]
        needed = {*by, *(each.label for each in matchers)}
        recorded = self.recording.increase if of_many_days else self.recording.rate
        name = recorded(counter, needed)
        return f"{name}{{{_rendered([*matchers, self._of_stack()])}}}" if name else None

    def _of_stack(self) -> Matcher:
        assert self.recording
        return Matcher(STACK_LABEL, Operator.EQUAL, self.recording.stack)

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

    def _named(self, metric: str) -> list[str]:
        return [self.under(name) for name in names_of(metric)]

    def _is_own(self, label: str, family: Family) -> bool:
        return any(each.name == label and each.is_told_by(family.name) for each in self.labels)

    def proxies(self) -> str:
        """The matchers of the targets, as PromQL: what is known of a proxy as such."""
        return _rendered(self.matchers)

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


def _by(labels: Iterable[str]) -> str:
    return f" by ({', '.join(labels)}) " if labels else ""


def _rendered(matchers: Iterable[Matcher]) -> str:
    return ", ".join(map(str, matchers))


def _either(expressions: Sequence[str]) -> str:
    return f"({' or '.join(expressions)})" if len(expressions) > 1 else expressions[0]
