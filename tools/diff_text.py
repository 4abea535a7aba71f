"""A difference between stacks as text: for a terminal, for a comment in Markdown, or as JSON."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

from rich.text import Text

from infra.loading import printable
from tools.diff import Fate, ResourceDiff

COMMENT_LENGTH = 65_536
"""What GitHub takes in one comment, in characters."""

NO_DIFFERENCE = "No stack would change."
_STYLES = {
    Fate.CREATED: "green",
    Fate.UPDATED: "yellow",
    Fate.REPLACED: "bold magenta",
    Fate.DELETED: "bold red",
}
_OMITTED = "… {} more lines; they did not fit into one comment"
_BACKTICKS = re.compile("`+")


def as_terminal(differences: Sequence[ResourceDiff]) -> Text:
    """Lines by stack and resource, in colour."""
    if not differences:
        return Text(NO_DIFFERENCE)
    text = Text()
    for stack, of_stack in groupby(differences, lambda difference: difference.stack):
        text.append(f"{stack}\n", "bold")
        for difference in of_stack:
            text.append(f"  {_title(difference)}\n", _STYLES[difference.fate])
            for line in _lines(difference):
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
    bodies = [_lines(difference) for difference in differences]
    kept = [len(body) for body in bodies]
    text = _markdown(differences, bodies, kept)
    while len(text) > length and any(kept):
        # Halving the longest again and again comes to an end soon, whatever it holds.
        sizes = [sum(map(len, body[:keep])) for body, keep in zip(bodies, kept, strict=True)]
        longest = sizes.index(max(sizes))
        kept[longest] //= 2
        text = _markdown(differences, bodies, kept)
    return text if len(text) <= length else f"{len(differences)} resources would change.\n"


def _markdown(
    differences: Sequence[ResourceDiff], bodies: Sequence[list[str]], kept: Sequence[int]
) -> str:
    parts = [
        f"**In {_code(d.stack)}, {d.kind} {_code(d.name)} would be {d.fate}.**"
        for d in differences
        if d.is_destructive
    ]
    stack = None
    for difference, body, keep in zip(differences, bodies, kept, strict=True):
        if difference.stack != stack:
            stack = difference.stack
            parts.append(f"### {_code(stack)}")
        parts.append(f"{difference.kind} {_code(difference.name)} would be {difference.fate}")
        shown = body[:keep]
        if keep < len(body):
            shown.append(_OMITTED.format(len(body) - keep))
        if shown:
            parts.append(_fenced(shown))
    return "\n\n".join(parts) + "\n"


def _title(difference: ResourceDiff) -> str:
    return f"{difference.kind} {printable(difference.name)}: {difference.fate}"


def _lines(difference: ResourceDiff) -> list[str]:
    return [printable(line) for change in difference.changes for line in change.lines()]


def _code(text: str) -> str:
    """``text`` as a code span that it cannot end."""
    ticks = _longer_than_any_in([text], 1)
    # The spaces keep a backtick at either end apart; Markdown drops one of each.
    return f"{ticks} {printable(text)} {ticks}" if "`" in text else f"`{printable(text)}`"


def _fenced(lines: Sequence[str]) -> str:
    """``lines`` as a code block that they cannot end, additions and removals marked."""
    fence = _longer_than_any_in(lines, 3)
    marked = [line[2:] if line.startswith(("  - ", "  + ")) else f"  {line}" for line in lines]
    return "\n".join([f"{fence}diff", *marked, fence])


def _longer_than_any_in(texts: Sequence[str], least: int) -> str:
    longest = max((len(run) for text in texts for run in _BACKTICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)
