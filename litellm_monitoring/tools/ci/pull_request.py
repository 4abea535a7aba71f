"""What a pull request would change, in the lengths that GitHub takes."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from litellm_monitoring.tools.ci.page import Section, fenced, page, whole
from litellm_monitoring.tools.difference.declared import chosen, declared_at, declared_now
from litellm_monitoring.tools.difference.diff_text import as_markdown
from litellm_monitoring.tools.difference.stacks import ResourceDiff, differences

COMMENT_LENGTH = 65_000
"""Characters of a comment or an issue: GitHub takes 65,536, with what marks it as ours."""
SUMMARY_BYTES = 1_000_000
"""Of a step's summary: GitHub takes 1 MiB, or nothing at all."""
_BYTES_OF_A_CHARACTER = 4
_PROBLEM_LINES = 40
_UNBOUNDED = 1 << 60


@dataclass(frozen=True)
class Changes:
    """What the stacks declare now and did not, or ``problem`` why that cannot be told."""

    found: tuple[ResourceDiff, ...] = ()
    problem: str = ""

    def text(self, length: int = _UNBOUNDED) -> str:
        """In at most ``length`` characters of Markdown."""
        if not self.problem:
            return as_markdown(self.found, length)
        lines = self.problem.splitlines()
        if len(lines) > _PROBLEM_LINES:
            more = len(lines) - _PROBLEM_LINES
            lines = [*lines[:_PROBLEM_LINES], f"… {more} more lines are left out"]
        return f"What changes cannot be told:\n\n{fenced(lines)}\n"


@dataclass(frozen=True)
class Preview:
    """``changes``, what the engine says, and where the ``place`` is that all of it can be read."""

    changes: Changes
    sections: tuple[Section, ...]
    place: str

    @cached_property
    def whole(self) -> str:
        """All of it."""
        return self.changes.text() + whole(self.sections)

    @cached_property
    def comment(self) -> str:
        """What fits into a comment."""
        return self._within(COMMENT_LENGTH)

    @cached_property
    def summary(self) -> str:
        """What fits into a step's summary."""
        if len(self.whole.encode()) <= SUMMARY_BYTES:
            return self.whole
        return self._within(SUMMARY_BYTES // _BYTES_OF_A_CHARACTER)

    def _within(self, length: int) -> str:
        if len(self.whole) <= length:
            return self.whole
        note = f"> This was cut to fit. All of it is in the artifact `preview` of {self.place}.\n\n"
        left = length - len(note)
        changes = self.changes.text(max(left // 2, left - len(whole(self.sections))))
        return note + changes + page(self.sections, left - len(changes))


def difference(base: str, names: Collection[str], root: Path) -> tuple[Changes, bool]:
    """What has changed since ``base``, and whether the stacks of today cannot be used. What could
    not be used at ``base`` is not the fault of who repairs it.
    """
    try:
        now = declared_now(root)
    except click.ClickException as error:
        return Changes(problem=error.message), True
    try:
        before = declared_at(base, root)
    except click.ClickException as error:
        return Changes(problem=error.message), False
    return Changes(tuple(differences(chosen(before, names), chosen(now, names)))), False
