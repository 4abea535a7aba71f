"""The command line: ``python -m tools --help``."""

import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litellm_monitoring.tools import project
from litellm_monitoring.tools.adopt.commands import adopt
from litellm_monitoring.tools.catalogue.commands import catalogue
from litellm_monitoring.tools.check.commands import check
from litellm_monitoring.tools.ci.commands import ci
from litellm_monitoring.tools.configuration.commands import config
from litellm_monitoring.tools.exposure.commands import litellm_settings
from litellm_monitoring.tools.fleet.commands import fleet
from litellm_monitoring.tools.looking import DIFFERS, LookingCommand
from litellm_monitoring.tools.terminal import console

if TYPE_CHECKING:
    from pulumi.automation import PulumiCommand

    from litellm_monitoring.infra.settings.models.stack import Settings
    from litellm_monitoring.tools.changes.report import Report

_stack_option = click.option(
    "--stack", default="dev", show_default=True, help="Stack, as in Pulumi.<stack>.yaml."
)
_yes_option = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


_HELP = ["-h", "--help"]
_OF_ANY_VERSION = ("ci", "config", "declared", "diff", "engine")
"""Commands that need not be of the version that the project pins, or see to it themselves."""


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from litellm_monitoring.tools.version import version

        click.echo(f"litellm-monitoring {version()}")
        context.exit()


@click.group(context_settings={"help_option_names": _HELP})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(context: click.Context) -> None:
    """LiteLLM's monitoring in Grafana, deployed by Pulumi."""
    if set(_HELP) & set(sys.argv):
        return
    project.check_that_there_is_one(project.ROOT)
    if not project.IS_CHECKOUT and context.invoked_subcommand not in _OF_ANY_VERSION:
        from litellm_monitoring.tools.pinned import check_that_it_is_installed

        check_that_it_is_installed(project.ROOT)


main.add_command(fleet)
main.add_command(adopt)
if project.IS_CHECKOUT:
    main.add_command(catalogue)
main.add_command(check)
main.add_command(config)
main.add_command(litellm_settings)
main.add_command(ci)


@main.command()
@_stack_option
@_yes_option
@click.option(
    "--refresh", is_flag=True, help="Look at Grafana first, and revert changes made by hand."
)
def up(stack: str, yes: bool, refresh: bool) -> None:
    """Deploy a stack.

    One whose settings say protect: true is previewed and asked about first. Without --refresh,
    Grafana is taken to be as it was last deployed.
    """
    engine, settings = _engine_and_settings(stack)
    if settings.protect and not yes:
        if not _run("preview", stack, engine, refresh=refresh).changes:
            return
        click.confirm("Deploy this?", abort=True)
    _run("up", stack, engine, refresh=refresh)


@main.command()
@_stack_option
def preview(stack: str) -> None:
    """Show what up would change, without changing anything."""
    _run("preview", stack, _engine_and_settings(stack)[0])


@main.command(cls=LookingCommand)
@_stack_option
def drift(stack: str) -> None:
    """Detect changes made by hand; exit status 1 if there are any, 2 if it could not look.

    Prints what up --refresh would do to put it right. A secret that was replaced by hand is not
    found: Grafana does not give it out.
    """
    if _run("drift", stack, _engine_and_settings(stack)[0]).changes:
        sys.exit(DIFFERS)


@main.command()
@_stack_option
def refresh(stack: str) -> None:
    """Update the state with changes made by hand; the next up reverts them."""
    _run("refresh", stack, _engine_and_settings(stack)[0])


@main.command()
@_stack_option
@_yes_option
def destroy(stack: str, yes: bool) -> None:
    """Delete everything a stack has deployed."""
    from litellm_monitoring.tools.configuration.stack import is_grafana_configured
    from litellm_monitoring.tools.lasting import check_that_it_lasts

    check_that_it_lasts(stack, project.ROOT)
    if is_grafana_configured(stack, project.ROOT, os.environ) and not yes:
        click.confirm(f"Delete everything that stack {stack} has deployed?", abort=True)
    _run("destroy", stack, _engine())


@main.command()
@_stack_option
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory to write into; what was rendered into it before and is no more is deleted.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(
        ["provisioning", "config-maps", "grafana-operator", "import", "git-sync", "terraform"]
    ),
    default="provisioning",
    show_default=True,
    help="What reads the files; docs/exports.md has a section on each.",
)
def render(stack: str, out: Path, form: str) -> None:
    """Write what a stack declares as files, without an engine.

    provisioning: Grafana's provisioning files, rule files for what Prometheus evaluates, and with
    litellm.scrape what has Prometheus, its operator or Grafana Alloy scrape LiteLLM.

    config-maps: a ConfigMap for each dashboard, for the sidecar of Grafana's Helm chart.

    grafana-operator: custom resources of grafana-operator.

    import: JSON that asks for the data source when it is imported.

    git-sync: a directory of a repository that Grafana's Git Sync reads.

    terraform: a module for Terraform's Grafana provider.

    What a format cannot hold, and what it requires, is printed to stderr.
    """
    from litellm_monitoring.tools.rendering import render_to

    for path in render_to(out, stack, project.ROOT, form):
        click.echo(path)


@main.command()
@click.argument("base", required=False)
@click.option("--stack", "names", multiple=True, help="Only this stack; can be repeated.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "markdown", "json"]),
    default="terminal",
    show_default=True,
    help="Output format; markdown fits into a comment.",
)
def diff(base: str | None, names: tuple[str, ...], form: str) -> None:
    """Show what has changed since BASE, a git commit (default: HEAD).

    Named with two --stack and no BASE, how these two stacks differ.
    """
    from litellm_monitoring.tools.difference import declared, diff_text
    from litellm_monitoring.tools.difference.stacks import differences

    now = declared.declared_now(project.ROOT)
    for name in set(names) - now.keys():
        project.stack_file(name, project.ROOT)
    if base is None and len(names) == 2:
        one, other = (declared.without_identity(now[name], name) for name in names)
        found = differences({" → ".join(names): one}, {" → ".join(names): other})
    else:
        before = declared.declared_at(base or "HEAD", project.ROOT)
        found = differences(declared.chosen(before, names), declared.chosen(now, names))
    match form:
        case "json":
            click.echo(diff_text.as_json(found))
        case "markdown":
            click.echo(diff_text.as_markdown(found), nl=False)
        case _:
            console().print(diff_text.as_terminal(found))


@main.command("declared", hidden=True)
def declared_command() -> None:
    """Print what every stack declares, as JSON; diff asks an earlier commit for it."""
    from litellm_monitoring.tools.difference.declared import declared

    click.echo(json.dumps(declared(project.ROOT)))


@main.command("engine")
def engine_command() -> None:
    """Show which Pulumi engine is used; install one if there is none."""
    found = _engine()
    click.echo(f"Pulumi {found.version}: {shutil.which(found.command)}")


@main.command()
@click.option(
    "--write",
    is_flag=True,
    help="Update the generated files instead.",
)
def settings(write: bool) -> None:
    """Print the table of all settings."""
    if write:
        if not project.IS_CHECKOUT:
            raise click.UsageError("--write is for those who develop it, in a checkout")
        from litellm_monitoring.tools.documentation.pages import write_reference

        write_reference(project.ROOT)
    else:
        from litellm_monitoring.tools.documentation.settings_table import settings_table

        click.echo(settings_table())


def _engine() -> "PulumiCommand":
    # The engine's SDK takes half a second to import, which --help need not wait for.
    from litellm_monitoring.tools import engine

    return engine.find_or_install(project.ENGINES, console())


def _engine_and_settings(stack: str) -> "tuple[PulumiCommand, Settings]":
    """The engine, and the settings once checked; the one is looked for while the other is."""
    from litellm_monitoring.tools import engine

    with ThreadPoolExecutor(max_workers=1) as pool:
        finding = pool.submit(engine.find, project.ENGINES)
        from litellm_monitoring.tools.configuration.settings_file import settings_of

        settings = settings_of(stack, project.ROOT)
        from litellm_monitoring.tools.lasting import check_that_it_lasts

        check_that_it_lasts(stack, project.ROOT)
        # The program's modules, too, are loaded while the engine is being asked for its version.
        from litellm_monitoring.infra.program import component  # noqa: F401

        found = finding.result()
    return found or engine.install(project.ENGINES, console()), settings


def _run(operation: str, stack: str, engine: "PulumiCommand", *, refresh: bool = False) -> "Report":
    from litellm_monitoring.tools import run
    from litellm_monitoring.tools.deploying.deployment import Operation

    return run.run(Operation(operation), stack, project.ROOT, engine, console(), refresh=refresh)


def run_main() -> None:
    """Runs a command: what the console script ``litellm-monitoring`` calls."""
    try:
        main()
    except OSError as problem:
        sys.exit(f"Error: {problem.filename}: {problem.strerror}")


if __name__ == "__main__":
    run_main()
