"""The metric families that LiteLLM exposes, from ``metrics.yaml``.

Queries are built through it, so that none can name a metric or a label that LiteLLM does not have.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("metrics.yaml")
_FEW = 30
_PARTS_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")

# Ten times as fast, where PyYAML was built with it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogueError(ValueError):
    """A query that LiteLLM has no series for; the message says what would be right."""


class MetricType(StrEnum):
    """Prometheus's types of metrics."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Family:
    """One metric family.

    ``unit`` is a Grafana unit id, ``short`` for counts. ``needs`` is what turns it on, where
    ``callbacks: [prometheus]`` does not. ``renamed_from`` is its name in an older LiteLLM.
    """

    name: str
    type: MetricType
    help: str
    labels: frozenset[str]
    unit: str = "short"
    needs: str | None = None
    enterprise: bool = False
    deprecated: bool = False
    before_first_event: bool = False
    renamed_from: str | None = None

    @property
    def series(self) -> tuple[str, ...]:
        """The names that its series are exposed under, those of older proxies included."""
        names = [self.name, *([self.renamed_from] if self.renamed_from else [])]
        if self.type is MetricType.HISTOGRAM:
            return tuple(f"{name}{part}" for name in names for part in _PARTS_OF_A_HISTOGRAM)
        return tuple(names)

    def check_label(self, label: str) -> None:
        """Raises CatalogueError where the family's series do not carry ``label``."""
        if label not in self.labels:
            raise CatalogueError(
                f"{self.name} has no label {label}; {_suggestion(label, sorted(self.labels))}"
            )


def histogram(name: str) -> Family:
    """The histogram ``name``; raises CatalogueError where that is none."""
    histograms = [each.name for each in families().values() if each.type is MetricType.HISTOGRAM]
    if name not in histograms:
        raise CatalogueError(f"{name} is no histogram; {_suggestion(name, histograms)}")
    return families()[name]


def family_of(series: str) -> Family:
    """The family of a series' name; raises CatalogueError where there is none."""
    try:
        return _families_by_series()[series]
    except KeyError:
        raise CatalogueError(
            f"LiteLLM has no metric {series}; {_suggestion(series, list(_families_by_series()))}"
        ) from None


@cache
def families() -> Mapping[str, Family]:
    """All families by name."""
    content = yaml.load(_FILE.read_text("utf-8"), Loader=_Loader)
    return {
        name: Family(
            name=name,
            type=MetricType(entry["type"]),
            help=entry["help"],
            labels=frozenset(entry["labels"]),
            unit=entry.get("unit", "short"),
            needs=entry.get("needs"),
            enterprise=entry.get("enterprise", False),
            deprecated=entry.get("deprecated", False),
            before_first_event=entry.get("beforeFirstEvent", False),
            renamed_from=entry.get("renamedFrom"),
        )
        for name, entry in content["families"].items()
    }


@cache
def _families_by_series() -> Mapping[str, Family]:
    return {series: family for family in families().values() for series in family.series}


def _suggestion(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join(known)}" if len(known) <= _FEW else "metrics.yaml has all names"
