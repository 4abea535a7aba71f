"""Runs the project's own program on the Pulumi engine, over its Automation API."""

import os
import re
import runpy
import sys
from enum import StrEnum
from pathlib import Path

import click
from pulumi import automation
from rich.console import Console
from rich.text import Text

from tools.backend import Backend, backend_for
from tools.project import PROJECT
from tools.report import Report
from tools.target import Target, target_of


_UNKNOWN_STACK = re.compile(r'unknown stack "(?:organization/[^/"]+/)?([^"]+)"')


class Operation(StrEnum):
    """What the engine is asked to do; drift is a preview that looks at Grafana first."""

    UP = "up"
    PREVIEW = "preview"
    DRIFT = "drift"
    REFRESH = "refresh"
    DESTROY = "destroy"


def run(
    operation: Operation,
    stack: str,
    root: Path,
    command: automation.PulumiCommand,
    console: Console,
) -> Report:
    """Does ``operation`` on ``stack`` of the project at ``root``, reporting as it goes.

    Raises:
        click.ClickException: saying what went wrong.

    """
    # The engine and this process talk over loopback, which gRPC would send to https_proxy.
    os.environ.setdefault("no_grpc_proxy", "127.0.0.1")
    backend = backend_for(stack, root)
    report = Report(console, planned=operation in (Operation.PREVIEW, Operation.DRIFT))
    with target_of(stack, root) as target:
        console.print(
            f"{operation} {PROJECT}/{stack}: {target.description}, state in {backend.description}"
        )
        try:
            engine_stack = _stack(operation, stack, root, backend, target, command)
            if backend.is_lock_abandoned(stack):
                engine_stack.cancel()
                console.print("The run that held the stack was killed; its lock is removed.")
            result = _operate(engine_stack, operation, report, refresh=target.is_gone)
        except automation.StackNotFoundError:
            raise click.ClickException(f"stack {stack} is not deployed") from None
        except automation.CommandError as error:
            raise click.ClickException(_explained(error, report, target)) from None
        console.print(report.summary() or "nothing there")
        if result:
            _print_outputs(result, target, console)
    return report


def _operate(
    engine_stack: automation.Stack, operation: Operation, report: Report, *, refresh: bool
) -> automation.UpResult | None:
    match operation:
        case Operation.UP:
            return engine_stack.up(on_event=report, color="never", refresh=refresh)
        case Operation.PREVIEW:
            engine_stack.preview(on_event=report, color="never", refresh=refresh)
        case Operation.DRIFT:
            engine_stack.preview(on_event=report, color="never", refresh=True)
        case Operation.REFRESH:
            engine_stack.refresh(on_event=report, color="never")
        case Operation.DESTROY:
            engine_stack.destroy(on_event=report, color="never")
    return None


def _stack(
    operation: Operation,
    stack: str,
    root: Path,
    backend: Backend,
    target: Target,
    command: automation.PulumiCommand,
) -> automation.Stack:
    """The engine's stack; made if there is something to put into it."""
    options = automation.LocalWorkspaceOptions(
        work_dir=str(backend.directory),
        pulumi_command=command,
        env_vars={
            **backend.environment,
            **target.environment,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        },
    )
    makes_it = operation in (Operation.UP, Operation.PREVIEW)
    find = automation.create_or_select_stack if makes_it else automation.select_stack
    return find(stack, PROJECT, _program(root), opts=options)


def _program(root: Path) -> automation.PulumiFn:
    """``__main__.py`` as an inline program, run as ``pulumi up`` runs it."""
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))

    def program() -> None:
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")

    return program


def _explained(error: automation.CommandError, report: Report, target: Target) -> str:
    """The engine's own errors, or else what it wrote, with what to do about the known ones."""
    text = "\n".join(report.errors) or _last_error(str(error))
    if isinstance(error, automation.ConcurrentUpdateError):
        return (
            f"{text}\nAnother run of this stack goes on. If it is on another machine and gone for "
            "good, run: pulumi cancel"
        )
    if unknown := _UNKNOWN_STACK.search(text):
        return (
            f"stack {unknown[1]}, which team.platformStack names, is not deployed; deploy it first"
        )
    if "pulumi-resource-grafana" in text and not target.directory:
        return (
            f"{text}\nThe Grafana provider's plugin could not be had. To deploy without it, to a "
            "directory, leave grafana:url and GRAFANA_URL unset."
        )
    return text


def _last_error(output: str) -> str:
    errors = [line.partition("error: ")[2] for line in output.splitlines() if "error: " in line]
    return "\n".join(dict.fromkeys(errors)) or output.strip()


def _print_outputs(result: automation.UpResult, target: Target, console: Console) -> None:
    urls: dict[str, str] = result.outputs["dashboardUrls"].value
    for slug, url in urls.items():
        console.print(Text.assemble((f"{slug}  ", "bold"), url))
    if not target.directory:
        return
    root = target.directory.root
    console.print(f"Grafana's provisioning directory: {root / 'provisioning'}")
    for variable in target.directory.variables(result.outputs["dataSourceUid"].value):
        state = "set" if variable in os.environ else "not set here"
        console.print(f"Set {variable} in Grafana's environment ({state}).")
