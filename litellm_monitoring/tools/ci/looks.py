"""What other commands say of stacks, each in a process of its own: none takes another with it."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from litellm_monitoring import tools
from litellm_monitoring.tools.ci.page import Section
from litellm_monitoring.tools.fleet.teams import FILE, all_team_stacks


def looks(command: str, stacks: Iterable[str], root: Path) -> Iterator[Section]:
    """What ``command`` says of each of ``stacks``, and then of the teams in it."""
    with_teams = _environments_with_teams(root)
    for stack in stacks:
        yield _look(command, stack, ["--stack", stack], root)
        if stack in with_teams:
            yield _look(f"fleet {command}", stack, ["--environment", stack], root)


def _look(command: str, stack: str, options: list[str], root: Path) -> Section:
    done = subprocess.run(
        [sys.executable, "-m", tools.__name__, *command.split(), *options],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    section = Section(stack, command, done.stdout, done.returncode)
    # The job's log has all of it, whatever is cut from elsewhere.
    click.echo(f"{command} {stack}: exit status {done.returncode}\n{done.stdout}")
    return section


def _environments_with_teams(root: Path) -> set[str]:
    if not (root / FILE).exists():
        return set()
    try:
        return {team.environment for team in all_team_stacks(root)}
    except click.ClickException:
        # Each stack's own command goes on, and diff says what is wrong with the file.
        return set()
