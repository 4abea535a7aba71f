"""Which series a stack looks at: label matchers, and the window of its rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Operator(StrEnum):
    """PromQL's label matching operators."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    NOT_MATCHES = "!~"


@dataclass(frozen=True)
class Matcher:
    """One PromQL label matcher, e.g. ``namespace="llm-prod"``.

    ``value`` is the plain text; rendering escapes it as a PromQL string literal
    (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals).
    """

    label: str
    operator: Operator
    value: str

    def __str__(self) -> str:
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label}{self.operator}"{escaped}"'


@dataclass(frozen=True)
class Scope:
    """The series that a query may read and the window over which it takes rates.

    ``rate_window`` is a PromQL duration or Grafana's ``$__rate_interval``, which is never
    shorter than four scrape intervals.
    """

    matchers: tuple[Matcher, ...] = ()
    rate_window: str = "$__rate_interval"

    def narrowed(self, matchers: Iterable[Matcher]) -> Self:
        """The same scope, limited further by ``matchers``."""
        return type(self)((*self.matchers, *matchers), self.rate_window)

    def series(self, metric: str) -> str:
        """The PromQL instant vector selector of ``metric`` in this scope."""
        return f"{metric}{{{', '.join(map(str, self.matchers))}}}"

    def rate(self, counter: str) -> str:
        """The per-second rate of ``counter`` in this scope."""
        return f"rate({self.series(counter)}[{self.rate_window}])"
