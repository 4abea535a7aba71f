"""What a step of the engine's changes in a resource: what a person has changed or declared anew, and
nothing that the provider or Grafana add by themselves.

A step that is planned leads from what Grafana has, the old outputs, to what is declared, the new
inputs. One that a refresh has found leads from the old outputs to the new ones. The old inputs tell
neither: the bridge mixes what was declared last with what Grafana has.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pulumi.automation import PropertyDiff, StepEventMetadata, StepEventStateMetadata

from litellm_monitoring.tools.changes.dashboards import (
    Change,
    dashboard_changes,
    property_changes,
    rule_group_changes,
    value_changes,
)
from litellm_monitoring.tools.changes.properties import SECRET, holds_a_secret, plain

_PROPERTY = re.compile(r"[^.\[]+")
_KINDS = {"add": "added", "delete": "removed", "update": "changed"}


def step_changes(step: StepEventMetadata) -> list[Change]:
    """What ``step`` changes, in the order of its properties."""
    old, new = values(step.old), values(step.new)
    return [
        change
        for key, paths in _different(step).items()
        for change in _changes(key, old.get(key), new.get(key), paths)
    ]


def values(state: StepEventStateMetadata | None) -> Mapping[str, Any]:
    """What a resource is like in ``state``: in Grafana, or as declared where it is not there yet."""
    found: Mapping[str, Any] = plain((state.outputs or state.inputs or {}) if state else {})
    return found


def _different(step: StepEventMetadata) -> Mapping[str, Mapping[str, PropertyDiff | None]]:
    """The properties that differ, with the paths in them that do; the provider knows, which compares
    what is sealed too. Of what is replaced for another reason it tells nothing.
    """
    found: dict[str, dict[str, PropertyDiff | None]] = {}
    known = step.detailed_diff or dict.fromkeys(step.diffs or ())
    for path, difference in known.items():
        if named := _PROPERTY.match(path):
            found.setdefault(named[0], {})[path] = difference
    return dict(sorted(found.items()))


def _changes(
    key: str, old: Any, new: Any, paths: Mapping[str, PropertyDiff | None]
) -> Iterator[Change]:
    if SECRET in (old, new):
        yield from (_sealed(path, difference) for path, difference in paths.items())
        return
    found = _of_property(key, old, new)
    if not found:
        found = [
            Change("", f"{key}: secret, perhaps changed")
            if holds_a_secret([old, new])
            else Change("", f"{key}: the same in another form")
        ]
    yield from found


def _sealed(path: str, difference: PropertyDiff | None) -> Change:
    """What was sealed is not opened, not even to compare what is no secret in it."""
    kind = difference.diff_kind.value.removesuffix("-replace") if difference else "update"
    return Change("", f"{path}: {_KINDS[kind]}; not shown, since it is sealed as a secret")


def _of_property(key: str, old: Any, new: Any) -> list[Change]:
    match key:
        case "rules":
            return rule_group_changes(old or [], new or [])
        case "permissions":
            return value_changes(_granted(old), _granted(new))
        case "configJson":
            return _of_json(key, old, new, dashboard_changes)
        case _ if key.endswith("Encoded"):
            return _of_json(key, old, new, value_changes)
        case _ if _is_of_objects(old or new) and not (old and new):
            return [Change("", f"{key}: {'removed' if old else 'added'}")]
        case _:
            before, after = ({key: each} if each is not None else {} for each in (old, new))
            return property_changes(before, after)


def _is_of_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _of_json(
    key: str, old: str | None, new: str | None, compare: Callable[[Any, Any], list[Change]]
) -> list[Change]:
    try:
        before, after = (json.loads(each or "{}") for each in (old, new))
    except ValueError:
        # Asked to, the provider keeps a checksum of a dashboard in its place.
        return [Change("", f"{key}: changed")]
    return compare(before, after)


def _granted(permissions: list[Mapping[str, Any]] | None) -> dict[str, str]:
    """Who is granted what on a folder."""
    return {
        f"{key.removesuffix('Id')} {str(grant[key]).rpartition(':')[2]}": grant["permission"]
        for grant in permissions or ()
        for key in ("role", "teamId", "userId")
        if grant.get(key) not in (None, "", "0")
    }
