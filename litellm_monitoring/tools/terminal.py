"""Where people read."""

import os
import sys

from rich.console import Console
from rich.table import Table

_WIDTH_OF_A_FILE = 200
"""Columns of a table that no terminal has to hold."""


class _Console(Console):
    """Goes on where the reader has seen enough, as ``head`` has: a deployment that waits for what
    tells of it would wait for ever.
    """

    def on_broken_pipe(self) -> None:
        """Called for what could not be written."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console() -> Console:
    """Standard output, in colour where it is a terminal."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    return _Console(highlight=False, soft_wrap=True, width=width)


def plain_table(*columns: str) -> Table:
    """A table without lines."""
    return Table(*columns, box=None, padding=(0, 2, 0, 0))
