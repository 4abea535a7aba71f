"""What a change means for the stacks: resources and panels, not lines of JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tools.changes import Change, dashboard_changes, value_changes
from tools.declared import Declared


class Fate(StrEnum):
    """What would become of a resource."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    DELETED = "deleted"


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
        for difference in _stack_differences(stack, old.get(stack, {}), new.get(stack, {}))
    ]


def _stack_differences(stack: str, old: Declared, new: Declared) -> Iterator[ResourceDiff]:
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        if before is None and after is not None:
            yield ResourceDiff(stack, after["kind"], after["name"], Fate.CREATED)
        elif before is not None and after is None:
            yield ResourceDiff(stack, before["kind"], before["name"], Fate.DELETED)
        elif before is not None and after is not None and before != after:
            yield _resource_difference(stack, before, after)


def _resource_difference(
    stack: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> ResourceDiff:
    uid = value_changes({"uid": old["uid"]}, {"uid": new["uid"]})
    compare = dashboard_changes if new["kind"] == "dashboard" else value_changes
    return ResourceDiff(
        stack,
        new["kind"],
        new["name"],
        Fate.REPLACED if uid else Fate.UPDATED,
        (*uid, *compare(old["content"], new["content"])),
    )
