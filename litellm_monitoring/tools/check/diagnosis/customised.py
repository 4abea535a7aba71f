"""What operators have LiteLLM do to its series: labels that they add, a cap, and other buckets."""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import (
    Family,
    MetricType,
    families,
    family_of,
    supported,
)
from litellm_monitoring.signals.catalogue.own_labels import PREFIXES
from litellm_monitoring.signals.serving import buckets
from litellm_monitoring.signals.serving.latency import FIRST_TOKEN, TOTAL
from litellm_monitoring.tools.check.evidence.seen import OF_ONE_OF_SEVERAL, Evidence

_OF_FORMATS = frozenset({"__name__", "le", "quantile", OF_ONE_OF_SEVERAL})
_OVERFLOW = "other"
"""The value of all labels of the series that counts what comes once the cap is reached."""


def added_labels(evidence: Evidence) -> frozenset[str]:
    """The labels that operators have added. Those of a scrape are not among them: the series that
    have no label of LiteLLM's have them too.
    """
    known = {label for family in families().values() for label in family.labels}
    unknown = evidence.labels - known - _OF_FORMATS
    without_labels = [
        family.name
        for family in families().values()
        if not family.labels and family.name in evidence.names
    ]
    if not without_labels:
        return frozenset(label for label in unknown if label.startswith(PREFIXES))
    return unknown.difference(*map(evidence.labels_of, without_labels))


def capped_families(evidence: Evidence) -> tuple[str, ...]:
    """The families whose series have reached the cap, as far as that can be seen: a gauge then has
    no series for what comes later.
    """
    labels = {
        series: family.labels & evidence.labels_of(series)
        for series, family in _countable(evidence).items()
    }
    # Of a single label, the value may have another reason.
    several = {series: found for series, found in labels.items() if len(found) > 1}
    return tuple(
        family_of(series).name
        for series in _perhaps_capped(several, evidence)
        if _has_overflow(series, several[series], evidence)
    )


def latency_buckets(evidence: Evidence) -> tuple[float, ...]:
    """The bounds, but ``+Inf``, of the buckets that objectives are about: those that any proxy has."""
    for name in (f"{TOTAL}_bucket", f"{FIRST_TOKEN}_bucket"):
        if name in evidence.names:
            found = set(map(float, evidence.values_of(name, "le")))
            return tuple(sorted(found - {math.inf}))
    return ()


def other_buckets(seen: Sequence[float], stated: Sequence[float] | None) -> str | None:
    """What to do where the buckets that are ``seen`` are not those that settings reckon with."""
    if not seen or tuple(seen) == tuple(stated or buckets.default_bounds()):
        return None
    these = f"[{', '.join(map(buckets.shortest, seen))}]"
    if stated:
        return (
            f"The latency buckets differ from litellm.latencyBuckets: set it to {these}, which the "
            f"proxy has, or correct {buckets.SETTING}"
        )
    _, newest = supported()
    return (
        f"The latency buckets differ from the defaults of LiteLLM {newest}, by {buckets.SETTING} or a "
        f"LiteLLM before {buckets.SETTING_SINCE}: set litellm.latencyBuckets to {these}"
    )


def _countable(evidence: Evidence) -> Mapping[str, Family]:
    """The counters and histograms that are there, by a series of theirs."""
    found = {
        f"{family.name}_count" if family.type is MetricType.HISTOGRAM else family.name: family
        for family in families().values()
        if family.type is not MetricType.GAUGE
    }
    return {series: family for series, family in found.items() if series in evidence.names}


def _perhaps_capped(labels: Mapping[str, Collection[str]], evidence: Evidence) -> Iterator[str]:
    """The series of which one label has the value: few labels are asked for, that all have one of."""
    rest = dict(labels)
    while rest:
        counted = Counter(label for found in rest.values() for label in sorted(found))
        ((label, _),) = counted.most_common(1)
        there = evidence.names_with(label, _OVERFLOW)
        yield from (series for series in rest if label in rest[series] and series in there)
        rest = {series: found for series, found in rest.items() if label not in found}


def _has_overflow(series: str, labels: Collection[str], evidence: Evidence) -> bool:
    matchers = ", ".join(f'{label}="{_OVERFLOW}"' for label in sorted(labels))
    (selector,) = selectors(parsed(f"{series}{{{matchers}}}"))
    return evidence.has(selector.node)
