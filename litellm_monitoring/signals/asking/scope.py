"""How a stack's series are asked, and over which window."""

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
from litellm_monitoring.signals.asking.matchers import Matcher, Operator
from litellm_monitoring.signals.asking.selection import Selection, rendered
from litellm_monitoring.signals.asking.workload import Workload
from litellm_monitoring.signals.catalogue.metrics import family_of, histogram, names_of
from litellm_monitoring.signals.catalogue.promised import Objective
from litellm_monitoring.signals.catalogue.recording import HOUR, STACK_LABEL, Recording, close_name

_COUNTING = Prometheus(scrape_interval=15)
_OBJECTIVE = Objective()


@dataclass(frozen=True, kw_only=True)
class Scope(Selection):
    """What a stack knows of its series, and the window over which it takes rates.

    ``rate_window`` is a PromQL duration or :data:`INTERVAL`. ``counting`` is how the server is asked
    by how much counters have grown. With ``recording``, what rules have recorded is read where it
    will do. ``daily_spend_limits`` are dollars by team, and others by model group and by provider;
    ``cost_centers`` are by team what it is charged to. ``pods`` is the Kubernetes workload that runs
    the proxies, if that is known.
    """

    rate_window: str = INTERVAL
    objective: Objective = _OBJECTIVE
    counting: Counting = _COUNTING
    recording: Recording | None = None
    daily_spend_limits: Mapping[str, float] = field(default_factory=dict)
    daily_model_spend_limits: Mapping[str, float] = field(default_factory=dict)
    daily_provider_spend_limits: Mapping[str, float] = field(default_factory=dict)
    cost_centers: Mapping[str, str] = field(default_factory=dict)
    pods: Workload | None = None

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
        return f"sum({close_name(gauge)}{{{rendered([*self._limits(), self._of_stack()])}}})"

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
        return f"{name}{{{rendered([*matchers, self._of_stack()])}}}" if name else None

    def _of_stack(self) -> Matcher:
        assert self.recording
        return Matcher(STACK_LABEL, Operator.EQUAL, self.recording.stack)


def _by(labels: Iterable[str]) -> str:
    return f" by ({', '.join(labels)}) " if labels else ""
