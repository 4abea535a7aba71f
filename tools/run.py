"""One operation on one stack, told to a person."""

import os
from pathlib import Path

import click
from pulumi import automation
from rich.console import Console
from rich.text import Text

from embedded.alerting_kinds import contact_point_variables
from tools.deployment import Deployment, Operation
from tools.project import PROJECT
from tools.report import Report
from tools.target import Target, target_of


def run(
    operation: Operation,
    stack: str,
    root: Path,
    command: automation.PulumiCommand,
    console: Console,
    *,
    refresh: bool = False,
) -> Report:
    """Does ``operation`` on ``stack`` of the project at ``root``, reporting as it goes; with
    ``refresh``, after a look at Grafana.

    Raises:
        click.ClickException: saying what went wrong.

    """
    report = Report(console, planned=operation in (Operation.PREVIEW, Operation.DRIFT))
    with target_of(stack, root) as target:
        deployment = Deployment.of_project(stack, root, target, command)
        backend = deployment.backend
        if operation is Operation.DESTROY and (teams := backend.stacks_of_teams_in(stack)):
            # Grafana deletes a folder with the folders in it.
            raise click.ClickException(
                f"the team stacks {', '.join(teams)} depend on stack {stack}. Delete them first: "
                f"python -m tools fleet destroy --environment {stack}"
            )
        console.print(
            f"{operation} {PROJECT}/{stack}: {target.description}, state in {backend.description}"
        )
        result = deployment.operate(operation, report, refresh=refresh)
        if operation is Operation.DRIFT and report.changes:
            console.print(put_right(f"up --stack {stack} --refresh"))
        console.print(report.summary() or "nothing there")
        if result:
            _print_outputs(result, target, console)
    return report


def put_right(command: str) -> str:
    """How to read what ``drift`` has found, and the command that reverts it."""
    return (
        "Arrows lead from what Grafana has to what is declared. "
        f"To put it right: python -m tools {command}"
    )


def _print_outputs(result: automation.UpResult, target: Target, console: Console) -> None:
    urls: dict[str, str] = result.outputs["dashboardUrls"].value
    for slug, url in urls.items():
        console.print(Text.assemble((f"{slug}  ", "bold"), url))
    if not target.directory:
        return
    root = target.directory.root
    console.print(f"Grafana's provisioning directory: {root / 'provisioning'}")
    variables = target.directory.variables(result.outputs["dataSourceUid"].value)
    if "contactPoint" in result.outputs:
        variables += contact_point_variables(target.directory, result.outputs["contactPoint"].value)
    for variable in variables:
        state = "set" if variable in os.environ else "not set here"
        console.print(f"Set {variable} in Grafana's environment ({state}).")
