"""What the engine does, as one line a resource, with its differences below."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.automation import (
    DiagnosticEvent,
    EngineEvent,
    OpType,
    StepEventMetadata,
    StepEventStateMetadata,
)
from rich.console import Console
from rich.text import Text

from infra.loading import printable
from tools.changes import Change, dashboard_changes, rule_group_changes, value_changes

_STYLES = {
    OpType.CREATE: ("+ create ", "green"),
    OpType.UPDATE: ("~ update ", "yellow"),
    OpType.REPLACE: ("± replace", "magenta"),
    OpType.DELETE: ("- delete ", "red"),
}
_COUNTED = {
    OpType.CREATE: ("created", "to create"),
    OpType.UPDATE: ("updated", "to update"),
    OpType.REPLACE: ("replaced", "to replace"),
    OpType.DELETE: ("deleted", "to delete"),
    OpType.SAME: ("unchanged", "unchanged"),
}
"""What a count of operations is called, once done and while planned."""

_UNHANDLED = "an unhandled error occurred: "
_SAID_ANYWAY = ("update failed", "preview failed", "refresh failed", "destroy failed")
_SECRET = "[secret]"
_COLOUR_DIRECTIVE = re.compile(r"<\{%.*?%\}>")


@dataclass(frozen=True)
class Failure:
    """What the engine says went wrong, with the type and the name of the resource that it says it
    of, empty if it is none of ours.
    """

    text: str
    resource_type: str = ""
    name: str = ""


class Report:
    """Prints what happens to the stack's Grafana resources, and keeps the errors for the end."""

    def __init__(self, console: Console, *, planned: bool) -> None:
        self._console = console
        self._planned = planned
        self._operations: dict[str, OpType] = {}
        self._said: set[str] = set()
        self._named: dict[str, tuple[str, str]] = {}
        self.errors: list[Failure] = []

    def __call__(self, event: EngineEvent) -> None:
        """Takes the engine's next event."""
        if event.diagnostic_event:
            self._diagnostic(event.diagnostic_event)
        elif event.resource_pre_event:
            self._step(event.resource_pre_event.metadata)
        # What a refresh finds is known only after it has read the resource.
        elif event.res_outputs_event:
            self._step(event.res_outputs_event.metadata)

    def say(self, text: str) -> None:
        """Tells the person something that is no operation on a resource."""
        self._console.print(text)

    @property
    def changes(self) -> int:
        """How many resources were, or in a preview would be, made different."""
        return sum(op is not OpType.SAME for op in self._operations.values())

    @property
    def only_creates(self) -> bool:
        """Whether all that happened was making something, where nothing had been."""
        return set(self._operations.values()) == {OpType.CREATE}

    def summary(self) -> str:
        """Counts by operation, e.g. ``2 created, 1 unchanged``; empty where there were none."""
        counts = Counter(self._operations.values())
        words = {op: planned if self._planned else done for op, (done, planned) in _COUNTED.items()}
        return ", ".join(f"{counts[op]} {word}" for op, word in words.items() if counts[op])

    def _diagnostic(self, said: DiagnosticEvent) -> None:
        text = _COLOUR_DIRECTIVE.sub("", said.message).strip().removeprefix(_UNHANDLED)
        if text in _SAID_ANYWAY or text in self._said:
            return
        self._said.add(text)
        if said.severity == "error":
            self.errors.append(Failure(text, *self._named.get(said.urn or "", ())))
        elif said.severity == "warning":
            self._console.print(Text.assemble(("warning: ", "yellow"), text))

    def _step(self, step: StepEventMetadata) -> None:
        if not step.type.startswith("grafana:") or step.op not in _COUNTED:
            return
        self._named[step.urn] = (step.type, _name(_inputs(step.new or step.old)))
        if self._operations.get(step.urn) is step.op:
            return
        self._operations[step.urn] = step.op
        if step.op in _STYLES:
            self._print(step)

    def _print(self, step: StepEventMetadata) -> None:
        old, new = _inputs(step.old), _inputs(step.new)
        mark, style = _STYLES[step.op]
        kind = step.type.rpartition(":")[2]
        self._console.print(
            Text.assemble((mark, style), f"  {kind:<16}  ", (printable(_name(new or old)), "bold"))
        )
        if old and new:
            for change in _changes(old, new):
                for line in change.lines():
                    self._console.print(Text(f"             {printable(line)}"))


def _inputs(state: StepEventStateMetadata | None) -> Mapping[str, Any]:
    return (state.inputs if state else None) or {}


def _name(inputs: Mapping[str, Any]) -> str:
    """What a person calls the resource: its title or name, or the folder's that it is about."""
    if "configJson" in inputs:
        return str(json.loads(inputs["configJson"]).get("title", ""))
    return str(inputs.get("title") or inputs.get("name") or inputs.get("folderUid") or "")


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before == after:
            if before == _SECRET:
                yield Change("", f"{key}: secret, perhaps changed")
        elif key == "configJson":
            yield from dashboard_changes(json.loads(before or "{}"), json.loads(after or "{}"))
        elif key == "rules" and isinstance(before, list) and isinstance(after, list):
            yield from rule_group_changes(before, after)
        elif key.endswith("Encoded") and _SECRET not in (before, after):
            yield from value_changes(json.loads(before or "{}"), json.loads(after or "{}"))
        else:
            yield from value_changes({key: before}, {key: after})
