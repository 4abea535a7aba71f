"""A difference between stacks as text: for a terminal, for a comment in Markdown, or as JSON."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict

from rich.text import Text

from litellm_monitoring.infra.settings.loading.stack import printable
from litellm_monitoring.tools.difference.fitting import fitting
from litellm_monitoring.tools.difference.stacks import Fate, ResourceDiff, alike

COMMENT_LENGTH = 65_536
"""What GitHub takes in one comment, in characters."""

NO_DIFFERENCE = "No stack would change."
_STYLES = {
    Fate.CREATED: "green",
    Fate.UPDATED: "yellow",
    Fate.REPLACED: "bold magenta",
    Fate.DELETED: "bold red",
    Fate.LEFT: "yellow",
}
_NAMES_SHOWN = 3
_OMITTED = "… {} more lines; they did not fit into one comment"
_BACKTICKS = re.compile("`+")


def as_terminal(differences: Sequence[ResourceDiff]) -> Text:
    """Lines by stack and resource, in colour."""
    if not differences:
        return Text(NO_DIFFERENCE)
    text = Text()
    for stacks in alike(differences):
        text.append(f"{_named([of_stack[0].stack for of_stack in stacks])}\n", "bold")
        for same in zip(*stacks, strict=True):
            title = f"{same[0].kind} {_named(_names(same))}: {same[0].fate}"
            text.append(f"  {title}\n", _STYLES[same[0].fate])
            for line in _lines(same[0]):
                text.append(f"    {line}\n")
    text.rstrip()
    return text


def as_json(differences: Sequence[ResourceDiff]) -> str:
    """The differences as a JSON list."""
    return json.dumps([asdict(difference) for difference in differences], indent=2)


def as_markdown(differences: Sequence[ResourceDiff], length: int = COMMENT_LENGTH) -> str:
    """A comment of at most ``length`` characters, what would be lost in bold at its top.

    Where it is too long, the longest lists of changes are cut first, and say so.
    """
    if not differences:
        return f"{NO_DIFFERENCE}\n"
    groups = alike(differences)
    bodies = [_lines(same[0]) for stacks in groups for same in zip(*stacks, strict=True)]
    kept = fitting(bodies, lambda kept: len(_markdown(groups, bodies, kept)) <= length)
    text = _markdown(groups, bodies, kept)
    return text if len(text) <= length else _counted(differences)


def _counted(differences: Sequence[ResourceDiff]) -> str:
    lost = sum(difference.is_destructive for difference in differences)
    return (
        f"{len(differences)} resources would change, **{lost} of them be deleted or replaced**; "
        "what changes did not fit into one comment.\n"
    )


def _markdown(
    groups: Sequence[Sequence[Sequence[ResourceDiff]]],
    bodies: Sequence[list[str]],
    kept: Sequence[int],
) -> str:
    lost, parts = [], []
    left = iter(zip(bodies, kept, strict=True))
    for stacks in groups:
        where = _named([code(of_stack[0].stack) for of_stack in stacks])
        parts.append(f"### {where}")
        for same in zip(*stacks, strict=True):
            title = f"{same[0].kind} {_named([code(name) for name in _names(same)])} would be"
            if same[0].is_destructive:
                lost.append(f"**In {where}, {title} {same[0].fate}.**")
            parts.append(f"{title} {same[0].fate}")
            body, keep = next(left)
            shown = body[:keep]
            if keep < len(body):
                shown.append(_OMITTED.format(len(body) - keep))
            if shown:
                parts.append(_fenced(shown))
    return "\n\n".join([*lost, *parts]) + "\n"


def _names(same: Sequence[ResourceDiff]) -> list[str]:
    return list(dict.fromkeys(printable(difference.name) for difference in same))


def _named(names: Sequence[str]) -> str:
    """As many of ``names`` as one reads, and how many more there are."""
    if len(names) <= _NAMES_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES_SHOWN])} and {len(names) - _NAMES_SHOWN} more"


def _lines(difference: ResourceDiff) -> list[str]:
    return [printable(line) for change in difference.changes for line in change.lines()]


def code(text: str) -> str:
    """``text`` as a code span that it cannot end."""
    ticks = _longer_than_any_in([text], 1)
    # The spaces keep a backtick at either end apart; Markdown drops one of each.
    return f"{ticks} {printable(text)} {ticks}" if "`" in text else f"`{printable(text)}`"


def _fenced(lines: Sequence[str]) -> str:
    """``lines`` as a code block that they cannot end, additions and removals marked."""
    fence = fence_around(lines)
    marked = [line[2:] if line.startswith(("  - ", "  + ")) else f"  {line}" for line in lines]
    return "\n".join([f"{fence}diff", *marked, fence])


def fence_around(lines: Sequence[str]) -> str:
    """A fence of backticks that none of ``lines`` can end."""
    return _longer_than_any_in(lines, 3)


def _longer_than_any_in(texts: Sequence[str], least: int) -> str:
    longest = max((len(run) for text in texts for run in _BACKTICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)
