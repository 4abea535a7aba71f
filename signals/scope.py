"""Which series a stack looks at: label matchers, and the window of its rates."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from signals.catalogue import Family, family_of, histogram, names_of
from signals.labels import SHOWN, shown_as, with_words
from signals.promql import seconds
from signals.recording import STACK_LABEL, Recording, close_name

RATE_INTERVAL = "$__rate_interval"
"""Grafana's window of rates that is never shorter than four scrape intervals."""

_INTERPOLATED = re.compile(r"\$|\[(?=\[)")
"""Where Grafana would see a variable: ``$name``, ``${name}`` or ``[[name]]``."""


class Operator(StrEnum):
    """PromQL's label matching operators."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    NOT_MATCHES = "!~"


@dataclass(frozen=True)
class Variable:
    """A variable of a Grafana dashboard, which stands for what a person chose."""

    name: str


@dataclass(frozen=True)
class Matcher:
    """One PromQL label matcher, e.g. ``namespace="llm-prod"``.

    A ``value`` that is text is meant as it is: rendering escapes it as a PromQL string literal
    (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals) in which
    Grafana finds no variable either.
    """

    label: str
    operator: Operator
    value: str | Variable

    def __str__(self) -> str:
        if isinstance(self.value, Variable):
            return f'{self.label}{self.operator}"${self.value.name}"'
        return f'{self.label}{self.operator}"{_escaped(self.value)}"'


@dataclass(frozen=True)
class Choice:
    """A dashboard's variable with which people choose among the values of a label.

    It limits what has one of ``labels``, by the first that a metric has, and nothing else.
    """

    variable: Variable
    labels: tuple[str, ...]

    def matchers(self, family: Family) -> Iterator[Matcher]:
        """What limits the series of ``family``."""
        for label in self.labels:
            if label in family.labels:
                yield Matcher(label, Operator.MATCHES, self.variable)
                return


@dataclass(frozen=True)
class Speed:
    """What ``share`` of answers is to take no longer than ``within`` seconds."""

    within: float
    share: float


@dataclass(frozen=True)
class Objective:
    """What share of requests is to succeed over a time, a PromQL duration, and how fast."""

    availability: float = 0.995
    window: str = "30d"
    latency: Speed = Speed(60, 0.95)
    first_token: Speed = Speed(10, 0.95)


@dataclass(frozen=True)
class Scope:
    """The series that a query may read and the window over which it takes rates.

    ``matchers`` are on labels that the scrape adds, such as ``job``; ``filters`` on LiteLLM's own,
    which every metric that is asked for must have, unlike those of ``choices``. ``rate_window`` is
    a PromQL duration or :data:`RATE_INTERVAL`. ``team_alias`` limits it to the traffic of one LiteLLM
    team. With ``words_for_missing``, people read words where LiteLLM writes ``None``. With
    ``recording``, what rules have recorded is read where it will do. ``daily_spend_limits`` are
    dollars by team.
    """

    matchers: tuple[Matcher, ...] = ()
    rate_window: str = RATE_INTERVAL
    team_alias: str | None = None
    filters: tuple[Matcher, ...] = ()
    choices: tuple[Choice, ...] = ()
    objective: Objective = Objective()
    words_for_missing: bool = True
    recording: Recording | None = None
    daily_spend_limits: Mapping[str, float] = field(default_factory=dict)

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

    def selector(self) -> str:
        """The matchers as PromQL: first what the stack is limited to, in one piece."""
        return _rendered(self._limits())

    def series(self, metric: str) -> str:
        """The series of ``metric`` in this scope, under every name that a supported LiteLLM has
        for it.

        Raises:
            CatalogueError: where there is no such series, as for every method that names one.

        """
        return _either([self.under(name) for name in names_of(metric)])

    def under(self, name: str) -> str:
        """The series of the very ``name``, whatever else LiteLLM calls it elsewhere."""
        family = family_of(name)
        bound = {"le"} if name.endswith("_bucket") else set()
        for matcher in (*self._of_team(), *self.filters):
            if matcher.label not in bound:
                family.check_label(matcher.label)
        return f"{name}{{{_rendered([*self._limits(), *self._chosen(family)])}}}"

    def measured(self, metric: str) -> str:
        """The series of a gauge without the values that measure nothing, such as the infinite
        budget of who has none.
        """
        series = self.series(metric)
        for sentinel in family_of(metric).sentinels:
            series = _WITHOUT[sentinel].format(series)
        return series

    def gauge(self, how: str, metric: str, *by: str) -> str:
        """What a gauge measures, aggregated by the operator ``how`` over all but the labels ``by``:
        workers of one proxy, and proxies of one database, each have their own series of it.
        """
        return self.aggregated(how, self.measured(metric), *by)

    def rate(self, counter: str, *by: str) -> str:
        """The per-second rate of ``counter``, summed by the labels ``by``."""
        return self.aggregated("sum", self.rates(counter, *by), *by)

    def rates(self, counter: str, *by: str) -> str:
        """The per-second rate of each series of ``counter``, told apart by at least ``by``."""
        if self.recording and (recorded := self._recorded(counter, by)):
            if self.rate_window == RATE_INTERVAL:
                return recorded
            samples = seconds(self.rate_window) / self.recording.interval
            return f"sum_over_time({recorded}[{self.rate_window}]) / {samples:g}"
        return self._over(counter, "rate", f"[{self.rate_window}]")

    def increase(self, counter: str, window: str, *by: str, modifier: str = "") -> str:
        """By how much ``counter`` has grown over ``window``, summed by the labels ``by``."""
        return self.aggregated("sum", self.increases(counter, window, *by, modifier=modifier), *by)

    def increases(self, counter: str, window: str, *by: str, modifier: str = "") -> str:
        """The same of each series, told apart by at least ``by``. ``modifier`` is PromQL's
        ``offset`` or ``@``.
        """
        over = f"[{window}]{modifier}"
        if self.recording and (recorded := self._recorded(counter, by)):
            return f"sum_over_time({recorded}{over}) * {self.recording.interval}"
        return self._over(counter, "increase", over)

    def most_in_range(self, count: int, counter: str, *by: str) -> str:
        """The ``count`` values of ``by`` with most of ``counter`` in the whole time range, the same
        ones at each moment of it: ``topk`` of each moment would be far more of them.
        """
        return f"topk({count}, {self.increase(counter, '$__range', *by, modifier=' @ end()')})"

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
        return f"{self.rate(f'{name}_sum', *by)} / {self.rate(f'{name}_count', *by)}"

    def quantile(self, quantile: float, name: str, *by: str) -> str:
        """A quantile of the histogram ``name``, interpolated within a bucket."""
        histogram(name)
        return f"histogram_quantile({quantile}, {self.rate(f'{name}_bucket', *by, 'le')})"

    def aggregated(self, how: str, expression: str, *by: str) -> str:
        """``expression`` aggregated by ``how``, one of ``sum``, ``min`` and ``max``, over all but
        the labels ``by``, which are called as people see them.
        """
        found = f"{how}{_by(by)}({expression})"
        if not self.words_for_missing or SHOWN.keys().isdisjoint(by):
            return found
        for label in by:
            if label in SHOWN:
                found = with_words(found, label)
        return f"{how}{_by(self.shown(*by))}({found})"

    def shown(self, *labels: str) -> tuple[str, ...]:
        """What ``labels`` are called in what :meth:`aggregated` returns."""
        return tuple(map(shown_as, labels)) if self.words_for_missing else labels

    def legend(self, *by: str) -> str:
        """The legend that tells apart what is aggregated by ``by``."""
        return " · ".join(f"{{{{{label}}}}}" for label in self.shown(*by))

    def _recorded(self, counter: str, by: Iterable[str]) -> str | None:
        """The recorded series in this scope that are told apart by at least ``by``."""
        if not self.recording:
            return None
        matchers = [*self._limits(), *self._chosen(family_of(counter))]
        name = self.recording.rate(counter, {*by, *(each.label for each in matchers)})
        return f"{name}{{{_rendered([*matchers, self._of_stack()])}}}" if name else None

    def _of_stack(self) -> Matcher:
        assert self.recording
        return Matcher(STACK_LABEL, Operator.EQUAL, self.recording.stack)

    def _chosen(self, family: Family) -> list[Matcher]:
        return [matcher for choice in self.choices for matcher in choice.matchers(family)]

    def _over(self, counter: str, function: str, window: str) -> str:
        return " or ".join(f"{function}({self.under(name)}{window})" for name in names_of(counter))

    def _limits(self) -> list[Matcher]:
        return [*self._of_team(), *self.matchers, *self.filters]

    def _of_team(self) -> list[Matcher]:
        if self.team_alias is None:
            return []
        return [Matcher("team_alias", Operator.EQUAL, self.team_alias)]


_WITHOUT = {
    "+Inf": "{} < +Inf",
    "9223372036854775807": "{} < 9e18",
    "<0": "clamp_min({}, 0)",
    "0": "{} > 0",
    "2": "{} < 2",
}
"""How series are rid of each sentinel of the catalogue."""


def _by(labels: Iterable[str]) -> str:
    return f" by ({', '.join(labels)}) " if labels else ""


def _rendered(matchers: Iterable[Matcher]) -> str:
    return ", ".join(map(str, matchers))


def _either(expressions: Sequence[str]) -> str:
    return f"({' or '.join(expressions)})" if len(expressions) > 1 else expressions[0]


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    escaped = _INTERPOLATED.sub(lambda found: _code_point(found[0]), escaped)
    return "".join(char if char.isprintable() else _code_point(char) for char in escaped)


def _code_point(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
