"""What of LiteLLM's metrics is kept, and by which settings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from litellm_monitoring.signals.asking.exposition import (
    ALIAS,
    OF_THE_LOGGER,
    SINCE,
    can_choose_labels,
    can_list,
    has,
    is_since,
    labels_in,
)
from litellm_monitoring.signals.catalogue.labels import CONFIGURED
from litellm_monitoring.signals.catalogue.metrics import Family, families
from litellm_monitoring.tools.exposure.uses import Uses


class Mechanism(StrEnum):
    """Which of LiteLLM's settings leave the rest out."""

    LIST = "prometheus_metrics_config"
    EXCLUDE = "prometheus_exclude_metrics and prometheus_exclude_labels"
    NONE = "none"


class Seen(Protocol):
    """What is known of the proxies that run."""

    def has_data(self, family: Family) -> bool:
        """Whether ``family`` measures something."""

    def labels_of(self, family: Family) -> frozenset[str]:
        """The labels that its series have."""

    def share_of_health_checks(self, family: Family) -> float:
        """Of what a histogram or counter counts, from 0 to 1."""


@dataclass(frozen=True)
class GivenUp:
    """What a person does without, although something reads it: ``pairs`` are of family and label."""

    families: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()

    def has(self, family: str, label: str) -> bool:
        """Whether that label of that family is given up."""
        return label in self.labels or (family, label) in self.pairs


@dataclass(frozen=True)
class Choice:
    """What LiteLLM of that ``version`` keeps: by family the labels.

    ``left_out`` are families that nothing reads, ``newer`` those that are read and that the version
    may not have, ``unlisted`` those that are read and that the list cannot name. ``with_health_checks``
    are those that no longer tell health checks apart, and ``for_health_checks`` those that keep a
    label for nothing else. ``added`` are labels of the operators' own.
    """

    version: str
    mechanism: Mechanism
    kept: Mapping[str, frozenset[str]]
    left_out: tuple[Family, ...]
    newer: tuple[Family, ...]
    unlisted: tuple[Family, ...]
    with_health_checks: tuple[Family, ...] = ()
    for_health_checks: tuple[Family, ...] = ()
    added: frozenset[str] = frozenset()

    @property
    def excluded_labels(self) -> frozenset[str]:
        """The labels that no family keeps."""
        every = frozenset(label for name in self.kept for label in families()[name].labels)
        return every.difference(*self.kept.values())

    def dropped(self, family: Family) -> frozenset[str]:
        """The labels that ``family`` loses."""
        kept = self.kept.get(family.name)
        if kept is None or self.mechanism is Mechanism.NONE:
            return frozenset()
        is_listed = self.mechanism is Mechanism.LIST and can_choose_labels(family, self.version)
        return labels_in(family, self.version).union(self.added if is_listed else ()) - kept

    def is_left_out(self, family: Family) -> bool:
        """Whether ``family`` is no longer exposed."""
        if family.switch != OF_THE_LOGGER or self.mechanism is Mechanism.NONE:
            return False
        if self.mechanism is Mechanism.LIST:
            return family.name not in self.kept
        return family in self.left_out


FEW_HEALTH_CHECKS = 0.05
"""A share of what is timed that does not show: with it, a p95 is a p94.7 of the rest."""

_LIKE_ONE = ("api_provider", "status_code", "service_tier", "exception_status", "route")
"""Labels with the fewest values first, for families of which none is read."""


def choose(
    uses: Mapping[str, Uses],
    version: str,
    seen: Seen | None,
    given_up: GivenUp,
    *,
    has_health_checks: bool = True,
    added: frozenset[str] = frozenset(),
    lists_anyway: bool = False,
) -> Choice:
    """What is kept for ``uses``, in the LiteLLM of ``version``, to whose labels its operators have
    ``added`` some.

    The list says for each family which labels it has, which the exclusions cannot, but leaves out
    families that it cannot name: it is chosen where those are not read or have no data, or if it
    ``lists_anyway``.
    """
    read = [
        each.family
        for name, each in uses.items()
        if each.family.switch == OF_THE_LOGGER and name not in given_up.families
    ]
    there = [family for family in read if has(family, version) or (seen and seen.has_data(family))]
    unlisted = tuple(family for family in there if not can_list(family, version))
    mechanism = Mechanism.LIST if lists_anyway else _mechanism(version, unlisted, seen)
    needed: dict[str, frozenset[str]] = {}
    with_them, for_them = list[Family](), list[Family]()
    for family in there:
        if mechanism is Mechanism.LIST and family in unlisted:
            continue
        labels = frozenset(
            label
            for label in _read(uses[family.name], added)
            if not given_up.has(family.name, label)
        )
        if ALIAS in uses[family.name].only_to_leave_out and not given_up.has(family.name, ALIAS):
            if _few_health_checks(family, seen, has_health_checks):
                with_them.append(family)
            else:
                for_them.append(family)
                labels |= {ALIAS}
        needed[family.name] = labels
    return Choice(
        version=version,
        mechanism=mechanism,
        kept={
            name: _kept(
                families()[name],
                labels,
                added | labels_in(families()[name], version) | _seen_labels(name, seen),
                version,
                mechanism,
                needed,
            )
            for name, labels in needed.items()
        },
        left_out=tuple(
            family
            for name, family in families().items()
            if family.switch == OF_THE_LOGGER
            and name not in needed
            and family not in unlisted
            and can_list(family, version)
        ),
        newer=tuple(family for family in read if family not in there),
        unlisted=unlisted,
        with_health_checks=tuple(with_them) if mechanism is Mechanism.LIST else (),
        for_health_checks=tuple(for_them) if mechanism is Mechanism.LIST else (),
        added=added,
    )


def _read(uses: Uses, added: frozenset[str]) -> frozenset[str]:
    return frozenset(uses.labels) | uses.implied | uses.others & added


def _mechanism(version: str, unlisted: Collection[Family], seen: Seen | None) -> Mechanism:
    if not any(seen is None or seen.has_data(family) for family in unlisted):
        return Mechanism.LIST
    if is_since(SINCE["prometheus_exclude_labels"], version):
        return Mechanism.EXCLUDE
    return Mechanism.NONE


def _few_health_checks(family: Family, seen: Seen | None, has_health_checks: bool) -> bool:
    if not has_health_checks:
        return True
    return seen is not None and seen.share_of_health_checks(family) < FEW_HEALTH_CHECKS


def _seen_labels(name: str, seen: Seen | None) -> frozenset[str]:
    family = families()[name]
    return seen.labels_of(family) & family.labels if seen else frozenset()


def _kept(
    family: Family,
    needed: frozenset[str],
    present: frozenset[str],
    version: str,
    mechanism: Mechanism,
    of_all: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The labels that ``family`` keeps where it needs those of the ``present`` ones."""
    match mechanism:
        case Mechanism.NONE:
            return present
        case Mechanism.EXCLUDE:
            return present & frozenset().union(*of_all.values())
    if not can_choose_labels(family, version):
        return present
    # An empty list stands for all labels.
    return needed & present or frozenset(_cheapest(present & family.labels)) or present


def _cheapest(labels: frozenset[str]) -> list[str]:
    """The label that adds the fewest series, where one has to stay."""
    order = [*_LIKE_ONE, *sorted(CONFIGURED), *sorted(labels)]
    return [label for label in order if label in labels][:1]
