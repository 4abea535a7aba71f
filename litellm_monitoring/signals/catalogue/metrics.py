"""The metric families that LiteLLM exposes, from ``metrics.yaml``, those that every scrape of it has
besides, from ``scrape.yaml``, and what Kubernetes tells of its pods, from ``kubernetes.yaml``.

Queries are built through it, so that none can name a metric or a label that is not there.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from litellm_monitoring.signals.catalogue.recording import measured

PREFIX = "litellm_"
"""What the names of all families begin with."""

NEEDS_A_LICENCE = "litellm_not_a_premium_user_metric_total"
"""What an old LiteLLM exposes in place of everything else where it has no licence."""

NEEDS_NO_LICENCE_SINCE = "1.80.0"

_FILE = Path(__file__).with_name("metrics.yaml")
_SCRAPE_FILE = Path(__file__).with_name("scrape.yaml")
_KUBERNETES_FILE = Path(__file__).with_name("kubernetes.yaml")
_OF_KUBERNETES = ("kube_", "container_")
"""What the names of all families in that begin with."""
_FEW = 30
PARTS_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")

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
    """One metric family, as the newest LiteLLM of the catalogue has it.

    ``unit`` is a Grafana unit id, ``short`` for counts. ``switch`` is the setting that turns it on
    and ``needs`` what there must be besides for it to have data. ``since`` is None where the
    oldest LiteLLM of the catalogue has it, as ``labels_since`` leaves out labels that were always
    there. ``listable`` families are those that ``prometheus_metrics_config`` and
    ``prometheus_exclude_metrics`` can name. ``per_worker`` ones have, with several workers, a
    series for each, told apart by a label ``pid``. ``buckets`` are a histogram's upper bounds but
    ``+Inf``. ``sentinels`` are values that measure nothing, with what they mean.
    ``former_name`` is its name in the oldest LiteLLM that the catalogue covers. ``exporter`` is
    whose it is, if it is not LiteLLM's, and ``units`` are by the value of its label ``resource``.
    """

    name: str
    type: MetricType
    help: str
    labels: frozenset[str]
    labels_since: Mapping[str, str]
    since: str | None
    switch: str
    listable: bool
    per_worker: bool
    before_first_event: bool
    buckets: tuple[float, ...]
    unit: str
    needs: str | None
    enterprise: bool
    replaced_by: str | None
    former_name: str | None
    sentinels: Mapping[str, str]
    exporter: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, and the one that older proxies have for it."""
        return (self.name, self.former_name) if self.former_name else (self.name,)

    @property
    def series(self) -> tuple[str, ...]:
        """The names that its series are exposed under, those of older proxies included."""
        return tuple(series for name in self.names for series in self.series_of(name))

    def series_of(self, name: str) -> tuple[str, ...]:
        """The names of its series in a LiteLLM that calls it ``name``."""
        if self.type is MetricType.HISTOGRAM:
            return tuple(f"{name}{part}" for part in PARTS_OF_A_HISTOGRAM)
        return (name,)

    def check_label(self, label: str) -> None:
        """Raises CatalogueError where the family's series do not carry ``label``."""
        if label not in self.labels:
            raise CatalogueError(
                f"{self.name} has no label {label}; {_suggestion(label, sorted(self.labels))}"
            )


def histogram(name: str) -> Family:
    """The histogram ``name``; raises CatalogueError where that is none."""
    family = families().get(name)
    if family and family.type is MetricType.HISTOGRAM:
        return family
    histograms = [each.name for each in families().values() if each.type is MetricType.HISTOGRAM]
    raise CatalogueError(f"{name} is no histogram; {_suggestion(name, histograms)}")


@cache
def family_of(series: str) -> Family:
    """The family of a series' name, be it LiteLLM's, of every scrape, of its pods or recorded from
    one of LiteLLM's; raises CatalogueError where there is none.
    """
    series = measured(series)
    if series.startswith(_OF_KUBERNETES):
        return _family_of_kubernetes(series)
    try:
        return _families_by_series().get(series) or _scrape_families()[series]
    except KeyError:
        present = [name for family in families().values() for name in family.series_of(family.name)]
        raise CatalogueError(
            f"LiteLLM has no metric {series}; {_suggestion(series, present)}"
        ) from None


def names_of(series: str) -> tuple[str, ...]:
    """``series`` under every name that a supported LiteLLM has for it, the present one first;
    raises CatalogueError where there is none.
    """
    family = family_of(series)
    if family.type is not MetricType.HISTOGRAM:
        return family.names
    part = next(part for part in PARTS_OF_A_HISTOGRAM if series.endswith(part))
    return tuple(f"{name}{part}" for name in family.names)


def is_litellms(series: str) -> bool:
    """Whether LiteLLM exposes ``series``, and not the scrape or the process."""
    return series.startswith(PREFIX)


@cache
def families() -> Mapping[str, Family]:
    """All families of the newest LiteLLM by name."""
    entries = _content()["families"]
    return {
        name: _family(name, entry, entries)
        for name, entry in entries.items()
        if "until" not in entry
    }


@cache
def former_families() -> Mapping[str, tuple[Family, str]]:
    """Families that the newest LiteLLM does not have by that name, and the last one that has."""
    entries = _content()["families"]
    return {
        name: (_family(name, entry, entries), str(entry["until"]))
        for name, entry in entries.items()
        if "until" in entry
    }


@cache
def _scrape_families() -> Mapping[str, Family]:
    """What a scrape has besides LiteLLM's own families, by name."""
    entries = yaml.load(_SCRAPE_FILE.read_text("utf-8"), Loader=_Loader)["families"]
    return {name: _family(name, entry, entries) for name, entry in entries.items()}


@cache
def kubernetes_families() -> Mapping[str, Family]:
    """What kube-state-metrics and cAdvisor have, as far as it is asked for, by name."""
    entries = yaml.load(_KUBERNETES_FILE.read_text("utf-8"), Loader=_Loader)["families"]
    return {
        name: _family(name, {**entry, "switch": "always"}, entries)
        for name, entry in entries.items()
    }


def _family_of_kubernetes(series: str) -> Family:
    known = kubernetes_families()
    if series in known:
        return known[series]
    raise CatalogueError(
        f"kubernetes.yaml has no metric {series}; {_suggestion(series, list(known))}"
    )


@cache
def switches() -> Mapping[str, str]:
    """What turns a group of families on, by the switch's name."""
    found: Mapping[str, str] = _content()["switches"]
    return found


def supported() -> tuple[str, str]:
    """The oldest and the newest LiteLLM that the catalogue, and so every query, covers."""
    versions = _content()["litellm"]
    return versions["oldest"], versions["newest"]


def _family(name: str, entry: Mapping[str, Any], entries: Mapping[str, Any]) -> Family:
    # A former name is asked for only as long as a LiteLLM is supported that still has it.
    former = entry.get("renamedFrom")
    former = former if former in entries else None
    return Family(
        name=name,
        type=MetricType(entry["type"]),
        help=entry["help"],
        labels=frozenset(entry["labels"]),
        labels_since=entry.get("labelsSince", {}),
        since=entry.get("since"),
        switch=entry["switch"],
        listable=entry.get("listable", False),
        per_worker=entry.get("perWorker", False),
        before_first_event=entry.get("beforeFirstEvent", False),
        buckets=tuple(entry.get("buckets", ())),
        unit=entry.get("unit", "short"),
        needs=entry.get("needs"),
        enterprise=entry.get("enterprise", False),
        replaced_by=entry.get("replacedBy"),
        former_name=former,
        sentinels=entry.get("sentinels", {}),
        exporter=entry.get("exporter"),
        units=entry.get("units", {}),
    )


@cache
def _content() -> Any:
    return yaml.load(_FILE.read_text("utf-8"), Loader=_Loader)


@cache
def _families_by_series() -> Mapping[str, Family]:
    return {series: family for family in families().values() for series in family.series}


def _suggestion(name: str, known: list[str]) -> str:
    # What all names begin with makes any two of them alike.
    by_rest = {each.removeprefix(PREFIX): each for each in known}
    close = difflib.get_close_matches(name.removeprefix(PREFIX), by_rest, n=1, cutoff=0.5)
    if close:
        return f"did you mean {by_rest[close[0]]}?"
    return f"there are: {', '.join(known)}" if len(known) <= _FEW else "metrics.yaml has all names"
