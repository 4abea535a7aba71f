"""Which stacks read from the LiteLLM of one stack."""

from collections.abc import Iterator
from pathlib import Path

import click

from infra.settings import Settings
from tools.configuration import CannotOpenError
from tools.fleet.teams import FILE, settings_of_teams
from tools.project import stacks
from tools.settings_file import settings_of


def covered(stack: str, settings: Settings, root: Path) -> dict[str, Settings]:
    """``stack`` with its ``settings``, those of its teams, and those of the stack whose recorded
    series it reads.
    """
    found = {stack: settings}
    recorded_by = _own_name(settings.rules.recorded_by)
    for name, other in _others(stack, root):
        environment = other.team.platform_stack if other.team else None
        if name == recorded_by or _own_name(environment) == _own_name(stack):
            found[name] = other
    return found


def _others(stack: str, root: Path) -> Iterator[tuple[str, Settings]]:
    for name in stacks(root):
        if name != stack:
            try:
                yield name, settings_of(name, root)
            except CannotOpenError as error:
                click.echo(f"Stack {name} is left out: {error.message}", err=True)
    if (root / FILE).exists():
        try:
            yield from settings_of_teams(root).items()
        except CannotOpenError as error:
            click.echo(f"The teams are left out: {error.message}", err=True)


def _own_name(stack: str | None) -> str:
    """A stack's name without organization and project."""
    return (stack or "").rpartition("/")[2]
