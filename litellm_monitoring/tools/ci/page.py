"""What commands have printed, as one page of Markdown that is as long as its reader takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from litellm_monitoring.tools.difference.diff_text import code, fence_around
from litellm_monitoring.tools.difference.fitting import fitting, largest

_ENDS = 6
"""Lines that are kept at the end of what was cut: the counts, or what went wrong, are there."""
_LONGEST_LINE = 2_000
_TITLES_NAMED = 20


@dataclass(frozen=True)
class Section:
    """What ``command`` has printed about ``stack``."""

    stack: str
    command: str
    text: str
    status: int = 0

    @property
    def heading(self) -> str:
        """Its title, in which the stack's name cannot be anything but a name."""
        return f"#### {self.command} of {code(self.stack)}"


def whole(sections: Sequence[Section]) -> str:
    """``sections`` with all that they hold."""
    return _text(sections, [section.text.rstrip().splitlines() for section in sections])


def page(sections: Sequence[Section], length: int) -> str:
    """``sections`` in at most ``length`` characters. Where that is too little the longest are cut
    in the middle first, and then whole ones left out; both is said.
    """
    if len(whole(sections)) <= length:
        return whole(sections)
    bodies = [[*map(_shortened, section.text.rstrip().splitlines())] for section in sections]

    def shown(count: int, kept: Sequence[int]) -> str:
        cut = _text(sections[:count], [*map(_cut, bodies, kept)])
        return cut + (_left_out(sections[count:]) if count < len(sections) else "")

    everything = len(sections)
    kept = fitting(bodies, lambda kept: len(shown(everything, kept)) <= length)
    count = largest(everything, lambda count: len(shown(count, kept)) <= length)
    return shown(count, kept) if count >= 0 else ""


def _text(sections: Sequence[Section], bodies: Sequence[Sequence[str]]) -> str:
    return "".join(
        f"\n{section.heading}\n\n{fenced(body)}\n"
        for section, body in zip(sections, bodies, strict=False)
    )


def _cut(lines: list[str], keep: int) -> list[str]:
    """The first of ``lines`` and the last."""
    start, end = lines[: max(0, keep - _ENDS)], lines[-_ENDS:]
    left_out = len(lines) - len(start) - len(end)
    if keep >= len(lines) or left_out <= 0:
        return lines
    return [*start, f"… {left_out} more lines are left out here …", *end]


def _shortened(line: str) -> str:
    more = len(line) - _LONGEST_LINE
    return line if more <= 0 else f"{line[:_LONGEST_LINE]} … {more} more characters are left out"


def fenced(lines: Sequence[str]) -> str:
    """``lines`` as a code block that they cannot end."""
    fence = fence_around(lines)
    return "\n".join([f"{fence}text", *lines, fence])


def _left_out(sections: Sequence[Section]) -> str:
    names = [f"{section.command} of {code(section.stack)}" for section in sections]
    named = ", ".join(names[:_TITLES_NAMED])
    more = f" and {len(names) - _TITLES_NAMED} more" if len(names) > _TITLES_NAMED else ""
    return f"\nLeft out: {named}{more}.\n"
