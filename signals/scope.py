"""Which series a stack looks at: label matchers, and the window of its rates."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from signals.catalogue import family_of, histogram, names_of

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
class Scope:
    """The series that a query may read and the window over which it takes rates.

    ``matchers`` are on labels that the scrape adds, such as ``job``; ``filters`` on LiteLLM's own,
    which every metric that is asked for must have. ``rate_window`` is a PromQL duration or
    Grafana's ``$__rate_interval``, which is never shorter than four scrape intervals.
    ``team_alias`` limits it to the traffic of one LiteLLM team.
    """

    matchers: tuple[Matcher, ...] = ()
    rate_window: str = "$__rate_interval"
    team_alias: str | None = None
    filters: tuple[Matcher, ...] = ()

    def narrowed(self, matchers: Iterable[Matcher]) -> Self:
        """The same scope, limited further by ``matchers`` on labels of the scrape."""
        return replace(self, matchers=(*self.matchers, *matchers))

    def where(self, label: str, operator: Operator, value: str | Variable) -> Self:
        """The same scope, limited further by a label of LiteLLM's."""
        return replace(self, filters=(*self.filters, Matcher(label, operator, value)))

    def selector(self) -> str:
        """The matchers as PromQL."""
        return ", ".join(map(str, [*self._own_matchers(), *self.matchers]))

    def series(self, metric: str) -> str:
        """The series of ``metric`` in this scope, under every name that a supported LiteLLM has
        for it.

        Raises:
            CatalogueError: where LiteLLM has no such series, as for every method that names one.

        """
        return _either([self.under(name) for name in names_of(metric)])

    def under(self, name: str) -> str:
        """The series of the very ``name``, whatever else LiteLLM calls it elsewhere."""
        family = family_of(name)
        for matcher in self._own_matchers():
            family.check_label(matcher.label)
        return f"{name}{{{self.selector()}}}"

    def rate(self, counter: str, *by: str) -> str:
        """The per-second rate of ``counter``, summed by the labels ``by``."""
        rate = _either(
            [f"rate({self.under(name)}[{self.rate_window}])" for name in names_of(counter)]
        )
        if not rate.startswith("("):
            rate = f"({rate})"
        return f"sum by ({', '.join(by)}) {rate}" if by else f"sum{rate}"

    def average(self, name: str) -> str:
        """The mean of what the histogram ``name`` has observed."""
        histogram(name)
        return f"{self.rate(f'{name}_sum')} / {self.rate(f'{name}_count')}"

    def quantile(self, quantile: float, name: str) -> str:
        """A quantile of the histogram ``name``, interpolated within a bucket."""
        histogram(name)
        return f"histogram_quantile({quantile}, {self.rate(f'{name}_bucket', 'le')})"

    def _own_matchers(self) -> list[Matcher]:
        of_team = (
            [Matcher("team_alias", Operator.EQUAL, self.team_alias)]
            if self.team_alias is not None
            else []
        )
        return [*of_team, *self.filters]


def _either(expressions: Sequence[str]) -> str:
    return f"({' or '.join(expressions)})" if len(expressions) > 1 else expressions[0]


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    escaped = _INTERPOLATED.sub(lambda found: _code_point(found[0]), escaped)
    return "".join(char if char.isprintable() else _code_point(char) for char in escaped)


def _code_point(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
