"""What the engine does, as one line a resource, with its differences below."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.automation import DiagnosticEvent, EngineEvent, OpType, StepEventMetadata
from rich.console import Console
from rich.text import Text

from litellm_monitoring.infra.settings.loading.stack import printable
from litellm_monitoring.tools.changes.steps import step_changes, values

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
    """Prints what happens to the stack's Grafana resources, and keeps it as ``lines``, and the errors
    for the end.
    """

    def __init__(self, console: Console, *, planned: bool) -> None:
        self._console = console
        self._planned = planned
        self._operations: dict[str, OpType] = {}
        self._said: set[str] = set()
        self._named: dict[str, tuple[str, str]] = {}
        self._earlier: set[str] = set()
        self.lines: list[str] = []
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

    def begin_again(self) -> None:
        """What comes is a second try: what the first did is done, what failed there has not."""
        self._said.clear()
        self.errors.clear()
        self._earlier = {urn for urn, op in self._operations.items() if op is not OpType.SAME}

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
        self._named[step.urn] = (step.type, _name(values(step.new or step.old)))
        known = self._operations.get(step.urn)
        # Of what a refresh has found to be gone, the program that then runs makes no news.
        is_old_news = known is OpType.DELETE or step.urn in self._earlier
        if known is step.op or (is_old_news and step.op is OpType.SAME):
            return
        self._operations[step.urn] = step.op
        if step.op in _STYLES:
            self._print(step)

    def _print(self, step: StepEventMetadata) -> None:
        mark, style = _STYLES[step.op]
        kind = step.type.rpartition(":")[2]
        name = _name(values(step.new or step.old))
        self._line(Text.assemble((mark, style), f"  {kind:<16}  ", (printable(name), "bold")))
        if step.old and step.new:
            for change in step_changes(step):
                for line in change.lines():
                    self._line(Text(f"             {printable(line)}"))

    def _line(self, line: Text) -> None:
        self.lines.append(line.plain)
        self._console.print(line)


def _name(properties: Mapping[str, Any]) -> str:
    """What a person calls the resource: its title or name, or the folder's that it is about."""
    if "configJson" in properties:
        return str(json.loads(properties["configJson"]).get("title", ""))
    found = (properties.get(key) for key in ("title", "name", "folderUid"))
    return str(next(filter(None, found), ""))
