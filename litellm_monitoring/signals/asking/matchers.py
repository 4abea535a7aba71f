"""Label matchers, and what people choose by them on a dashboard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from litellm_monitoring.signals.catalogue.labels import spellings
from litellm_monitoring.signals.catalogue.metrics import Family
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel

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
    """A variable of a Grafana dashboard, which stands for what a person chose. The values of one that
    is ``of_any_text`` may have quotes in them, which Grafana escapes in no other form.
    """

    name: str
    of_any_text: bool = False

    @property
    def in_quotes(self) -> str:
        """As a PromQL string, a regular expression of what is chosen."""
        return f"`${{{self.name}:regex}}`" if self.of_any_text else f'"${self.name}"'


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
            return f"{self.label}{self.operator}{self.value.in_quotes}"
        return f"{self.label}{self.operator}{quoted(self.value)}"


def quoted(text: str) -> str:
    """``text`` as a PromQL string literal in which Grafana finds no variable."""
    return f'"{_escaped(text)}"'


def matcher_of_name(label: str, name: str) -> Matcher:
    """The matcher of what people call ``name``, however LiteLLM writes it."""
    written = spellings(name)
    if len(written) == 1:
        return Matcher(label, Operator.EQUAL, name)
    return Matcher(label, Operator.MATCHES, "|".join(map(re.escape, written)))


@dataclass(frozen=True)
class Choice:
    """A dashboard's variable with which people choose among the values of a label.

    It limits what has one of ``labels``, by the first that a metric has, and nothing else. Where the
    label is one of people's ``own``, it limits what that tells apart.
    """

    variable: Variable
    labels: tuple[str, ...]
    own: OwnLabel | None = None

    def matchers(self, family: Family) -> Iterator[Matcher]:
        """What limits the series of ``family``."""
        for label in self.labels:
            if label in family.labels or (self.own and self.own.is_told_by(family.name)):
                yield Matcher(label, Operator.MATCHES, self.variable)
                return


def choice_of(label: OwnLabel) -> Choice:
    """The choice among the values of a label of people's own."""
    return Choice(Variable(label.name, of_any_text=True), (label.name,), label)


@lru_cache(maxsize=1024)
def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    escaped = _INTERPOLATED.sub(lambda found: _code_point(found[0]), escaped)
    return "".join(char if char.isprintable() else _code_point(char) for char in escaped)


def _code_point(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
