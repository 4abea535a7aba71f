"""What a change means for the stacks: resources and panels, not lines of JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from litellm_monitoring.tools.changes.dashboards import (
    Change,
    dashboard_changes,
    rule_changes,
    value_changes,
)
from litellm_monitoring.tools.difference.declared import Declared


class Fate(StrEnum):
    """What would become of a resource."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    DELETED = "deleted"
    LEFT = "left behind"
    """Of a whole stack: nothing declares it any more, and what it has deployed stays."""


@dataclass(frozen=True)
class ResourceDiff:
    """One resource that differs, and how."""

    stack: str
    kind: str
    name: str
    fate: Fate
    changes: tuple[Change, ...] = ()

    @property
    def is_destructive(self) -> bool:
        """Whether what is in Grafana now would be gone, addresses and links to it included."""
        return self.fate in (Fate.REPLACED, Fate.DELETED)


def differences(old: Mapping[str, Declared], new: Mapping[str, Declared]) -> list[ResourceDiff]:
    """Every resource that differs, by stack, in the order that they are declared."""
    return [
        difference
        for stack in dict.fromkeys([*new, *old])
        for difference in (
            _stack_differences(stack, old.get(stack, {}), new[stack])
            if stack in new
            else [ResourceDiff(stack, "stack", stack, Fate.LEFT)]
        )
    ]


def alike(found: Sequence[ResourceDiff]) -> list[list[list[ResourceDiff]]]:
    """``found`` by stack, and the stacks together that differ in the same way; what resources are
    called may be each stack's own.
    """
    groups: dict[object, list[list[ResourceDiff]]] = {}
    for _, of_stack in groupby(found, lambda difference: difference.stack):
        differences = list(of_stack)
        way = tuple((each.kind, each.fate, each.changes) for each in differences)
        groups.setdefault(way, []).append(differences)
    return list(groups.values())


def _stack_differences(stack: str, old: Declared, new: Declared) -> Iterator[ResourceDiff]:
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        if before is None and after is not None:
            yield ResourceDiff(stack, after["kind"], after["name"], Fate.CREATED)
        elif before is not None and after is None:
            yield ResourceDiff(stack, before["kind"], before["name"], Fate.DELETED)
        elif before is not None and after is not None and _differ(before, after):
            yield _resource_difference(stack, before, after)


def _differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether more differs than what the resource is called here."""
    return any(old[key] != new[key] for key in ("uid", "content"))


_COMPARED = {
    "dashboard": dashboard_changes,
    "alert": rule_changes,
    "recording rule": rule_changes,
}
"""How two versions of a kind are compared that people do not read as mere values."""


def _resource_difference(
    stack: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> ResourceDiff:
    uid = value_changes({"uid": old["uid"]}, {"uid": new["uid"]})
    compare = _COMPARED.get(new["kind"], value_changes)
    return ResourceDiff(
        stack,
        new["kind"],
        new["name"],
        Fate.REPLACED if uid else Fate.UPDATED,
        (*uid, *compare(old["content"], new["content"])),
    )
