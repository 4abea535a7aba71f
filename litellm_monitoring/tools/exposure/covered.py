"""Which stacks read from the LiteLLM of one stack."""

from collections.abc import Iterator
from pathlib import Path

import click

from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.configuration.settings_file import settings_of
from litellm_monitoring.tools.configuration.stack import CannotOpenError
from litellm_monitoring.tools.fleet.teams import FILE, settings_of_teams
from litellm_monitoring.tools.project import stacks


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
