"""``python -m tools fleet``: the stacks of all teams in an environment."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from litellm_monitoring.tools import project
from litellm_monitoring.tools.looking import COULD_NOT_LOOK, DIFFERS, LookingCommand
from litellm_monitoring.tools.terminal import console, plain_table

if TYPE_CHECKING:
    from litellm_monitoring.tools.fleet.run import FleetRunner, Result
    from litellm_monitoring.tools.fleet.teams import TeamStack

_environment_option = click.option(
    "--environment", required=True, help="The environment's stack, as in Pulumi.<stack>.yaml."
)
_team_option = click.option(
    "--team",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this team, by name or alias; can be repeated.",
)
_parallel_option = click.option(
    "--parallel",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 2,
    show_default="the number of processors",
    help="How many stacks to run at a time.",
)
_yes_option = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


@click.group()
def fleet() -> None:
    """The stacks of the teams in teams.yaml."""


@fleet.command("list")
@click.option("--environment", help="Only this environment.")
def list_command(environment: str | None) -> None:
    """List the teams and their stacks."""
    from rich.text import Text

    from litellm_monitoring.infra.settings.loading.stack import printable
    from litellm_monitoring.tools.fleet.teams import all_team_stacks

    table = plain_table("environment", "name", "team", "stack")
    for team in all_team_stacks(project.ROOT):
        if environment in (None, team.environment):
            table.add_row(team.environment, team.team, Text(printable(team.alias)), team.stack)
    console().print(table)


@fleet.command()
@_environment_option
@_team_option
@_parallel_option
def preview(environment: str, names: tuple[str, ...], parallel: int) -> None:
    """Show what up would change, without changing anything."""
    teams, all_teams = _teams(environment, names)
    with _runner(environment, teams, parallel) as runner:
        orphans = runner.orphans(all_teams)
        _finish(runner.preview(_stacks(teams)), teams, orphans, environment)


@fleet.command(cls=LookingCommand)
@_environment_option
@_team_option
@_parallel_option
def drift(environment: str, names: tuple[str, ...], parallel: int) -> None:
    """Detect changes made by hand; exit status 1 if there are any, 2 if it could not look.

    Prints what up --refresh would do to put it right.
    """
    from litellm_monitoring.tools.fleet.run import Outcome
    from litellm_monitoring.tools.run import put_right

    teams, _ = _teams(environment, names)
    with _runner(environment, teams, parallel) as runner:
        results = runner.drift(_stacks(teams))
        if any(result.outcome is Outcome.DRIFTED for result in results):
            console().print(put_right(f"fleet up --environment {environment} --refresh"))
        statuses: dict[str, int] = {Outcome.FAILED: COULD_NOT_LOOK, Outcome.DRIFTED: DIFFERS}
        _finish(results, teams, [], environment, statuses)


@fleet.command()
@_environment_option
@_team_option
@_parallel_option
@_yes_option
@click.option(
    "--refresh", is_flag=True, help="Look at Grafana first, and revert changes made by hand."
)
def up(environment: str, names: tuple[str, ...], parallel: int, yes: bool, refresh: bool) -> None:
    """Create or update the stack of each team.

    Where the settings of the environment's stack say protect: true, what would change is shown
    and asked about first.
    """
    from litellm_monitoring.tools.configuration.settings_file import settings_of
    from litellm_monitoring.tools.fleet.run import Outcome
    from litellm_monitoring.tools.fleet.text import print_results

    protect = settings_of(environment, project.ROOT).protect
    teams, all_teams = _teams(environment, names)
    with _runner(environment, teams, parallel) as runner:
        orphans = runner.orphans(all_teams)
        if protect and not yes:
            planned = runner.preview(_stacks(teams), refresh=refresh)
            if all(result.outcome is Outcome.UNCHANGED for result in planned):
                _finish(planned, teams, orphans, environment)
                return
            print_results(planned, _aliases(teams), console())
            click.confirm("Deploy this?", abort=True)
        _finish(runner.up(_stacks(teams), refresh=refresh), teams, orphans, environment)


@fleet.command()
@_environment_option
@_team_option
@click.option(
    "--orphans", is_flag=True, help="The stacks of teams no longer in teams.yaml, instead."
)
@_parallel_option
@_yes_option
def destroy(
    environment: str, names: tuple[str, ...], orphans: bool, parallel: int, yes: bool
) -> None:
    """Delete everything that the teams' stacks have deployed, and the stacks."""
    if orphans and names:
        raise click.UsageError("--team and --orphans exclude each other")
    teams, all_teams = _teams(environment, names)
    with _runner(environment, teams, parallel) as runner:
        stacks = runner.orphans(all_teams) if orphans else _stacks(teams)
        if not stacks:
            click.echo("nothing there")
            return
        if not yes:
            click.echo("\n".join(stacks))
            click.confirm("Delete everything that these stacks have deployed?", abort=True)
        _finish(runner.destroy(stacks), teams, [], environment)


@fleet.command()
@click.option("--environment", help="Only this environment.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=256,
    show_default=True,
    help="Maximum number of entries; teams share one if there are more.",
)
def matrix(environment: str | None, jobs: int) -> None:
    """Print the JSON of a matrix of CI jobs.

    Each runs: python -m tools fleet up --environment ENVIRONMENT TEAMS
    """
    from litellm_monitoring.tools.fleet.elsewhere import matrix_json
    from litellm_monitoring.tools.fleet.teams import all_team_stacks

    teams = all_team_stacks(project.ROOT)
    click.echo(matrix_json([t for t in teams if environment in (None, t.environment)], jobs))


@fleet.command()
@_environment_option
@click.option("--repository", required=True, help="Git address that the operator clones.")
@click.option("--branch", default="main", show_default=True, help="Branch to follow.")
@click.option(
    "--organization",
    default="organization",
    show_default=True,
    help="Organisation in the Pulumi backend.",
)
@click.option(
    "--secret",
    default="litellm-monitoring",
    show_default=True,
    help="Kubernetes secret with GRAFANA_AUTH, what else the environment seals, and the backend's credentials.",
)
def operator(
    environment: str, repository: str, branch: str, organization: str, secret: str
) -> None:
    """Print the Stack resources of the Pulumi Kubernetes Operator (2.3 or newer)."""
    from litellm_monitoring.tools.fleet.elsewhere import operator_yaml
    from litellm_monitoring.tools.fleet.teams import team_stacks

    teams = team_stacks(project.ROOT, environment)
    click.echo(
        operator_yaml(teams, repository, branch, organization, secret),
        nl=False,
    )


@fleet.command()
@click.argument("stack")
def write(stack: str) -> None:
    """Write the stack file of a team, for plain pulumi in a checkout of its own."""
    from litellm_monitoring.embedded.storage import write_yaml
    from litellm_monitoring.infra.settings.loading.stack import printable
    from litellm_monitoring.tools.fleet.teams import all_team_stacks

    for team in all_team_stacks(project.ROOT):
        if team.stack == stack:
            path = project.ROOT / f"Pulumi.{stack}.yaml"
            write_yaml(path, team.content)
            click.echo(path)
            for variable in team.variables:
                click.echo(
                    f"Set {variable}: stack {team.environment} seals it, and no other can open it.",
                    err=True,
                )
            return
    raise click.ClickException(f"no team has the stack {printable(stack)}")


def _teams(environment: str, names: Sequence[str]) -> tuple[list["TeamStack"], list["TeamStack"]]:
    """The chosen teams of an environment, and all of them."""
    from litellm_monitoring.tools.fleet.teams import chosen, team_stacks

    everyone = team_stacks(project.ROOT, environment)
    return chosen(everyone, names), everyone


@contextmanager
def _runner(
    environment: str, teams: Sequence["TeamStack"], parallel: int
) -> Iterator["FleetRunner"]:
    from litellm_monitoring.tools import engine
    from litellm_monitoring.tools.fleet.run import fleet_runner
    from litellm_monitoring.tools.lasting import check_that_it_lasts

    check_that_it_lasts(environment, project.ROOT)
    command = engine.find_or_install(project.ENGINES, console())
    with fleet_runner(environment, teams, project.ROOT, command, parallel, console()) as runner:
        yield runner


def _stacks(teams: Sequence["TeamStack"]) -> list[str]:
    return [team.stack for team in teams]


def _aliases(teams: Sequence["TeamStack"]) -> dict[str, str]:
    return {team.stack: team.alias for team in teams}


def _finish(
    results: Sequence["Result"],
    teams: Sequence["TeamStack"],
    orphans: Sequence[str],
    environment: str,
    statuses: Mapping[str, int] = MappingProxyType({"failed": 1}),
) -> None:
    """Prints what has become of the stacks; the exit status is that of the worst outcome."""
    from litellm_monitoring.tools.fleet.text import print_orphans, print_results

    print_results(results, _aliases(teams), console())
    print_orphans(orphans, environment, console())
    if status := max((statuses.get(result.outcome, 0) for result in results), default=0):
        sys.exit(status)
