"""Where people read."""

import sys

from rich.console import Console
from rich.table import Table

_WIDTH_OF_A_FILE = 200
"""Columns of a table that no terminal has to hold."""


def console() -> Console:
    """Standard output, in colour where it is a terminal."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    return Console(highlight=False, soft_wrap=True, width=width)


def plain_table(*columns: str) -> Table:
    """A table without lines."""
    return Table(*columns, box=None, padding=(0, 2, 0, 0))
