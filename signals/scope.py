"""Which series a stack looks at: label matchers, and the window of its rates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from signals.catalogue import CatalogueError, MetricType, family_of, histogram

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

    ``rate_window`` is a PromQL duration or Grafana's ``$__rate_interval``, which is never
    shorter than four scrape intervals. ``team_alias`` limits it to the traffic of one LiteLLM
    team.
    """

    matchers: tuple[Matcher, ...] = ()
    rate_window: str = "$__rate_interval"
    team_alias: str | None = None

    def narrowed(self, matchers: Iterable[Matcher]) -> Self:
        """The same scope, limited further by ``matchers``."""
        return replace(self, matchers=(*self.matchers, *matchers))

    def selector(self) -> str:
        """The matchers as PromQL."""
        of_team = (
            [Matcher("team_alias", Operator.EQUAL, self.team_alias)]
            if self.team_alias is not None
            else []
        )
        return ", ".join(map(str, [*of_team, *self.matchers]))

    def series(self, metric: str) -> str:
        """The PromQL instant vector selector of ``metric`` in this scope.

        Raises:
            CatalogueError: where LiteLLM has no such series, as for every method that names one.

        """
        family = family_of(metric)
        if self.team_alias is not None:
            family.check_label("team_alias")
        return f"{metric}{{{self.selector()}}}"

    def rate(self, counter: str, *by: str) -> str:
        """The per-second rate of ``counter``, summed by the labels ``by``."""
        family = family_of(counter)
        if family.type is MetricType.GAUGE:
            raise CatalogueError(f"{counter} is a gauge, which has no rate")
        for label in by:
            if not (label == "le" and counter.endswith("_bucket")):
                family.check_label(label)
        rate = f"rate({self.series(counter)}[{self.rate_window}])"
        return f"sum by ({', '.join(by)}) ({rate})" if by else f"sum({rate})"

    def average(self, name: str) -> str:
        """The mean of what the histogram ``name`` has observed."""
        histogram(name)
        return f"{self.rate(f'{name}_sum')} / {self.rate(f'{name}_count')}"

    def quantile(self, quantile: float, name: str) -> str:
        """A quantile of the histogram ``name``, interpolated within a bucket."""
        histogram(name)
        return f"histogram_quantile({quantile}, {self.rate(f'{name}_bucket', 'le')})"


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    escaped = _INTERPOLATED.sub(lambda found: _code_point(found[0]), escaped)
    return "".join(char if char.isprintable() else _code_point(char) for char in escaped)


def _code_point(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
