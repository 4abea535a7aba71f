"""What operators have LiteLLM do to its series: labels that they add, and a cap."""

from collections import Counter
from collections.abc import Collection, Iterator

from signals.catalogue import Family, MetricType, families
from signals.promql import parsed, selectors
from tools.check.evidence import OF_ONE_OF_SEVERAL, Evidence

_ADDED_AS = ("metadata_", "tag_")
"""What LiteLLM has before the names of labels that it makes from metadata and tags."""

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
        return frozenset(label for label in unknown if label.startswith(_ADDED_AS))
    return unknown.difference(*map(evidence.labels_of, without_labels))


def capped_families(evidence: Evidence) -> tuple[str, ...]:
    """The families whose series have reached the cap, as far as that can be seen: a gauge then has
    no series for what comes later. One label can have the value for another reason.
    """
    return tuple(
        family.name
        for family in _perhaps_capped(_countable(evidence), evidence)
        if len(labels := family.labels & evidence.labels_of(_series(family))) > 1
        and _has_overflow(family, labels, evidence)
    )


def _countable(evidence: Evidence) -> list[Family]:
    return [
        family
        for family in families().values()
        if family.type is not MetricType.GAUGE and _series(family) in evidence.names
    ]


def _perhaps_capped(found: Collection[Family], evidence: Evidence) -> Iterator[Family]:
    """Those with a series of which one label has the value: few labels are asked for, that all
    families have one of.
    """
    rest = list(found)
    while rest:
        counted = Counter(label for family in rest for label in sorted(family.labels))
        if not counted:
            return
        ((label, _),) = counted.most_common(1)
        there = evidence.names_with(label, _OVERFLOW)
        yield from (each for each in rest if label in each.labels and _series(each) in there)
        rest = [each for each in rest if label not in each.labels]


def _has_overflow(family: Family, labels: Collection[str], evidence: Evidence) -> bool:
    matchers = ", ".join(f'{label}="{_OVERFLOW}"' for label in sorted(labels))
    (selector,) = selectors(parsed(f"{_series(family)}{{{matchers}}}"))
    return evidence.has(selector.node)


def _series(family: Family) -> str:
    return f"{family.name}_count" if family.type is MetricType.HISTOGRAM else family.name
