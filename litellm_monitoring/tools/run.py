"""One operation on one stack, told to a person."""

import os
from pathlib import Path

import click
from pulumi import automation
from rich.console import Console
from rich.text import Text

from litellm_monitoring.embedded.kinds.alerting import contact_point_variables
from litellm_monitoring.infra.declaration.stack import folder_uid
from litellm_monitoring.tools.changes.report import Report
from litellm_monitoring.tools.configuration.grafana import refuse_unless_it_answers
from litellm_monitoring.tools.configuration.settings_file import settings_of
from litellm_monitoring.tools.deploying.backend import Backend
from litellm_monitoring.tools.deploying.deployment import Deployment, Operation
from litellm_monitoring.tools.deploying.target import Target
from litellm_monitoring.tools.project import COMMAND, PROJECT
from litellm_monitoring.tools.target_of_stack import target_of


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
        _spare_teams(operation, stack, root, backend)
        console.print(
            f"{operation} {PROJECT}/{stack}: {target.description}, state in {backend.description}"
        )
        if operation is Operation.DESTROY and not target.directory:
            refuse_unless_it_answers(stack, root, console)
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
        f"To put it right: {COMMAND} {command}"
    )


def _spare_teams(operation: Operation, stack: str, root: Path, backend: Backend) -> None:
    """Refuses what would delete the folder that teams' folders are in: Grafana deletes these too."""
    left = _folder_left(stack, root, backend) if operation is Operation.UP else None
    if not left and operation is not Operation.DESTROY:
        return
    # To know its teams, the states of all stacks are read.
    teams = ", ".join(backend.stacks_of_teams_in(stack))
    if not teams:
        return
    problem = f"the team stacks {teams} depend on stack {stack}"
    if left:
        deployed, declared = left
        problem = (
            f"the folder {deployed} of stack {stack} would be deleted for {declared}, and with it "
            f"the folders of the team stacks {teams}"
        )
    raise click.ClickException(
        f"{problem}. Delete them first: {COMMAND} fleet destroy --environment {stack}"
    )


def _folder_left(stack: str, root: Path, backend: Backend) -> tuple[str, str] | None:
    """The folder that ``stack`` has deployed and the one that it declares, where that is another."""
    deployed = (backend.outputs(stack) or {}).get("folderUid")
    if deployed is None:
        return None
    declared = folder_uid(settings_of(stack, root), stack)
    return (deployed, declared) if deployed != declared else None


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
