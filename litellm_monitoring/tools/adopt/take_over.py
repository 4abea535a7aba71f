"""Taking into a stack's state what its program declares and is in Grafana already."""

import copy
from collections.abc import Mapping
from pathlib import Path

import click
import pulumi
from pulumi import automation
from rich.console import Console

from litellm_monitoring.tools import engine, project
from litellm_monitoring.tools.adopt.states import without_organisation
from litellm_monitoring.tools.deploying.deployment import Deployment, engine_errors
from litellm_monitoring.tools.target_of_stack import target_of


def take_over(ids: Mapping[str, str], stack: str, root: Path, out: Console) -> None:
    """Takes over what has these ``ids``, by the name of the resource that it is to be. Grafana stays
    as it is until the next deployment.

    Raises:
        click.ClickException: where the engine cannot.

    """
    if not ids:
        return
    command = engine.find_or_install(project.ENGINES, out)
    with target_of(stack, root) as target:
        deployment = Deployment.of_project(stack, root, target, command)
        made = deployment.engine_stack(makes_it=True)
        program = made.workspace.program
        assert program

        def importing() -> None:
            pulumi.runtime.register_stack_transformation(_import(ids))
            program()

        made.workspace.program = importing
        try:
            made.up(target=[f"**{name}" for name in (*ids, f"litellm-{stack}")], color="never")
        except automation.CommandError as error:
            said = "\n".join(engine_errors(str(error)))
            raise click.ClickException(f"not taken over: {said}") from None
    out.print(
        f"{len(ids)} taken over. See what the next deployment would change: "
        f"{project.COMMAND} preview --stack {stack}"
    )


def _import(ids: Mapping[str, str]) -> pulumi.ResourceTransformation:
    """Has the engine read a resource and not make it, whatever differs from what is declared, and
    whether or not there is what it depends on.
    """

    def transformation(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        if args.name not in ids:
            return None
        options = copy.copy(args.opts)
        options.import_, options.ignore_changes, options.depends_on = ids[args.name], ["*"], []
        return pulumi.ResourceTransformationResult(_without_folder(args, ids), options)

    return transformation


def _without_folder(
    args: pulumi.ResourceTransformationArgs, ids: Mapping[str, str]
) -> pulumi.Inputs:
    """A rule group requires its folder, which its id has too."""
    properties = {**args.props}
    if "folder_uid" in properties:
        properties["folder_uid"] = without_organisation(ids[args.name]).partition(":")[0]
    properties.pop("folder", None)
    return properties
