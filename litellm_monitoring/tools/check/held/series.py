"""What the name of a series means: which of LiteLLM's families it is of, or of its pods', and what that
has.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import promql_parser

from litellm_monitoring.signals.asking.promql import operator_of
from litellm_monitoring.signals.catalogue.metrics import (
    PARTS_OF_A_HISTOGRAM,
    PREFIX,
    Family,
    MetricType,
    families,
    former_families,
    kubernetes_families,
)
from litellm_monitoring.signals.catalogue.recording import is_recorded, measured
from litellm_monitoring.tools.check.held.stand_ins import ANY

_LITELLM = PREFIX.rstrip("_")
_CREATED = "_created"
_LIKE = 0.75
"""How alike the name has to be that may have been meant."""


@dataclass(frozen=True)
class Series:
    """The series that LiteLLM exposes under one name; ``until`` is the last LiteLLM that does."""

    name: str
    family: Family
    type: MetricType
    labels: frozenset[str]
    until: str | None = None

    @property
    def is_bucket(self) -> bool:
        """Whether it counts what is no greater than the label ``le`` says."""
        return self.type is MetricType.HISTOGRAM

    @property
    def is_created(self) -> bool:
        """Whether it says when another series began."""
        return self.name.endswith(_CREATED) and self.name not in families()


class Known(StrEnum):
    """What can be said of a selector's name."""

    LITELLMS = "litellms"
    RECORDED_ELSEWHERE = "recorded-elsewhere"
    BARE_HISTOGRAM = "bare-histogram"
    UNKNOWN = "unknown"
    NOT_LITELLMS = "not-litellms"


@dataclass(frozen=True)
class Meaning:
    """What a selector selects: ``series`` of LiteLLM's or of pods, or what is wrong with its name."""

    known: Known
    series: tuple[Series, ...] = ()
    problem: str = ""

    @property
    def concerns_litellm(self) -> bool:
        """Whether it names anything of LiteLLM's, or of pods."""
        return self.known is not Known.NOT_LITELLMS


@cache
def exposed() -> Mapping[str, Series]:
    """Every series of every supported LiteLLM by its name."""
    found: dict[str, Series] = {}
    present = [(family, None) for family in families().values()]
    for family, until in [*former_families().values(), *present]:
        for name in _names(family):
            is_bucket = family.type is MetricType.HISTOGRAM and name.endswith("_bucket")
            bound = {"le"} if is_bucket else set()
            kind = _type(family, name, is_bucket)
            found[name] = Series(name, family, kind, family.labels | bound, until)
    return found


@cache
def of_pods() -> Mapping[str, Series]:
    """Every series that kube-state-metrics and cAdvisor are asked for, by its name; they have many
    more.
    """
    return {
        name: Series(name, family, family.type, family.labels)
        for name, family in kubernetes_families().items()
    }


@cache
def all_labels() -> frozenset[str]:
    """The labels that any of LiteLLM's families has."""
    return frozenset(label for series in exposed().values() for label in series.family.labels)


def meaning_of(node: promql_parser.VectorSelector, recorded: Collection[str]) -> Meaning:
    """What a selector selects, where rules record the series called ``recorded``."""
    names, patterns = _asked(node)
    for name in names:
        return _of_name(name, recorded)
    # Several matchers on the name have to match all at once; one that matches nothing will do.
    for pattern in patterns:
        if _LITELLM in pattern:
            return _of_pattern(pattern, recorded)
    return Meaning(Known.NOT_LITELLMS)


def _asked(node: promql_parser.VectorSelector) -> tuple[list[str], list[str]]:
    """The names that a selector gives in full, and the regular expressions for names."""
    written = [("=", str(node.name))] if node.name else []
    matchers = [*node.matchers.matchers, *(m for each in node.matchers.or_matchers for m in each)]
    written += [
        (operator_of(each), str(each.value)) for each in matchers if each.name == "__name__"
    ]
    names = [name for operator, name in written if operator == "=" and ANY not in name]
    patterns = [name for operator, name in written if operator == "=~"]
    patterns += [re.escape(name) for operator, name in written if operator == "=" and ANY in name]
    return names, [pattern.replace(ANY, ".*") for pattern in patterns]


def _of_name(name: str, recorded: Collection[str]) -> Meaning:
    if name in of_pods():
        return Meaning(Known.LITELLMS, (of_pods()[name],))
    if name in recorded or _LITELLM not in name:
        return Meaning(Known.NOT_LITELLMS)
    if name in exposed():
        return Meaning(Known.LITELLMS, (exposed()[name],))
    if is_recorded(name):
        is_ours = measured(name) in exposed()
        return Meaning(Known.NOT_LITELLMS if is_ours else Known.RECORDED_ELSEWHERE)
    if not name.startswith(PREFIX):
        return Meaning(Known.NOT_LITELLMS)
    family = families().get(name)
    if family and family.type is MetricType.HISTOGRAM:
        return Meaning(Known.BARE_HISTOGRAM, problem=_bare(family))
    return Meaning(Known.UNKNOWN, problem=_unknown(name))


def _of_pattern(pattern: str, recorded: Collection[str]) -> Meaning:
    try:
        matches = re.compile(pattern).fullmatch
    except re.error:
        return Meaning(Known.NOT_LITELLMS)
    if any(map(matches, recorded)):
        return Meaning(Known.NOT_LITELLMS)
    found = tuple(series for name, series in exposed().items() if matches(name))
    if found:
        return Meaning(Known.LITELLMS, found)
    if ":" in pattern:
        return Meaning(Known.RECORDED_ELSEWHERE)
    shown = pattern.replace("\\", "")
    return Meaning(Known.UNKNOWN, problem=f"LiteLLM has no metric that matches {shown}")


def _names(family: Family) -> list[str]:
    names = list(family.series_of(family.name))
    if family.type is not MetricType.GAUGE:
        names.append(family.name.removesuffix("_total") + _CREATED)
    return names


def _type(family: Family, name: str, is_bucket: bool) -> MetricType:
    """A histogram's parts but the buckets are counters."""
    if is_bucket or family.type is MetricType.GAUGE:
        return family.type
    return MetricType.GAUGE if name.endswith(_CREATED) else MetricType.COUNTER


def _bare(family: Family) -> str:
    parts = ", ".join(f"{family.name}{part}" for part in PARTS_OF_A_HISTOGRAM)
    return (
        f"{family.name} is a histogram, whose series are {parts}; one of its own name is there "
        "only if Prometheus converts it into a native histogram"
    )


@cache
def _unknown(name: str) -> str:
    counter = f"{name}_total"
    if counter in exposed():
        return f"{name} is a counter, whose series are called {counter}"
    close = difflib.get_close_matches(name, _present(), n=1, cutoff=_LIKE)
    right = (
        f"did you mean {close[0]}?"
        if close
        else "litellm_monitoring/signals/catalogue/metrics.yaml has all names"
    )
    return f"LiteLLM has no metric {name}; {right}"


@cache
def _present() -> list[str]:
    return [name for family in families().values() for name in family.series_of(family.name)]
