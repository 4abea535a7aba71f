"""One stack on the Pulumi engine, over its Automation API, running the project's own program."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import click
from pulumi import automation

from litellm_monitoring.tools.changes.report import Report
from litellm_monitoring.tools.deploying.backend import Backend, backend_for, write_stack_file
from litellm_monitoring.tools.deploying.program import inline_program
from litellm_monitoring.tools.deploying.provider_errors import REJECTED, in_words
from litellm_monitoring.tools.deploying.recovery import Resource, made_late, recover
from litellm_monitoring.tools.deploying.retries import retries
from litellm_monitoring.tools.deploying.taken import how_to_take_over, taken
from litellm_monitoring.tools.deploying.target import Target
from litellm_monitoring.tools.project import COMMAND, stack_file

_UNKNOWN_STACK = re.compile(r'unknown stack "(?:organization/[^/"]+/)?([^"]+)"')


class Operation(StrEnum):
    """What the engine is asked to do; drift is a preview that looks at Grafana first."""

    UP = "up"
    PREVIEW = "preview"
    DRIFT = "drift"
    REFRESH = "refresh"
    DESTROY = "destroy"


class _Workspace(automation.LocalWorkspace):
    """Where the engine runs. What can be seen in the state of ``backend`` is not asked of it: each
    question is a command, and every command names its stack anyway.
    """

    def __init__(self, backend: Backend, **options: Any) -> None:
        super().__init__(work_dir=str(backend.directory), **options)
        self._backend = backend

    def select_stack(self, stack_name: str) -> None:
        if not self._backend.has(stack_name):
            super().select_stack(stack_name)

    def stack_outputs(self, stack_name: str) -> automation.OutputMap:
        outputs = self._backend.outputs(stack_name)
        if outputs is None:
            return super().stack_outputs(stack_name)
        # None of ours is secret.
        return {key: automation.OutputValue(value, secret=False) for key, value in outputs.items()}


class AnotherRunError(click.ClickException):
    """Another run holds the stack."""


@dataclass(frozen=True)
class Deployment:
    """What it takes to deploy ``stack``: its state, its Grafana and an engine. ``file`` is what its
    stack file is to hold, where that is not the project's own.
    """

    stack: str
    root: Path
    backend: Backend
    target: Target
    command: automation.PulumiCommand
    file: Mapping[str, Any] | None = None
    _missing: list[Resource] = field(default_factory=list, init=False)
    """What a killed run had begun to make and Grafana did not have, when a preview or an ``up`` of
    this deployment looked.
    """

    @classmethod
    def of_project(
        cls, stack: str, root: Path, target: Target, command: automation.PulumiCommand
    ) -> Self:
        """Of a stack that has a file in the project at ``root``."""
        backend = backend_for(root)
        # Logged in, the engine reads the project's own files.
        file = None if backend.directory == root else stack_file(stack, root)
        return cls(stack, root, backend, target, command, file)

    def operate(
        self, operation: Operation, report: Report, *, refresh: bool = False
    ) -> automation.UpResult | None:
        """Does ``operation``, telling ``report`` as it goes; with ``refresh``, ``up`` and ``preview``
        look at Grafana first, as ``drift`` always does.

        Raises:
            click.ClickException: saying what went wrong.

        """
        try:
            stack = self.engine_stack(makes_it=operation in (Operation.UP, Operation.PREVIEW))
            self._missing.extend(recover(stack, self.backend, report))
            return self._tried(stack, operation, report, refresh or self.target.is_gone)
        except automation.StackNotFoundError:
            raise click.ClickException(f"stack {self.stack} is not deployed") from None
        except automation.ConcurrentUpdateError as error:
            raise AnotherRunError(
                f"{_explained(error, report, self.target, self.stack)}\nAnother run of this stack is in "
                "progress. If it ran on another machine and has ended, run: pulumi cancel"
            ) from None
        except automation.CommandError as error:
            text = _explained(error, report, self.target, self.stack)
            if operation is Operation.DESTROY and REJECTED in text:
                text += (
                    "\nThe engine deletes with the credentials of the latest run that had the program; "
                    f"give it the present ones: {COMMAND} refresh --stack {self.stack}"
                )
            raise click.ClickException(text) from None

    def engine_stack(self, *, makes_it: bool = False) -> automation.Stack:
        """The engine's stack; where there is none it is made, or StackNotFoundError raised."""
        self.backend.mend(self.stack)
        if self.file is not None:
            write_stack_file(self.backend.directory, self.stack, self.file)
        if makes_it and not self.backend.has(self.stack):
            return automation.Stack.create_or_select(self.stack, self.workspace())
        return automation.Stack.select(self.stack, self.workspace())

    def workspace(self) -> automation.LocalWorkspace:
        """Where the engine runs, with the program and the environment that it is run with."""
        # The engine and this process talk over loopback, which gRPC would send to https_proxy.
        os.environ.setdefault("no_grpc_proxy", "127.0.0.1")
        return _Workspace(
            self.backend,
            program=inline_program(self.root),
            pulumi_command=self.command,
            env_vars={
                **self.backend.environment,
                **self.target.environment,
                **retries(),
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            },
        )

    def _tried(
        self, stack: automation.Stack, operation: Operation, report: Report, refresh: bool
    ) -> automation.UpResult | None:
        """Does it once more where it failed over what a killed run has made after all."""
        try:
            return self._operate(stack, operation, report, refresh)
        except automation.CommandError:
            if operation is not Operation.UP or not made_late(stack, self.backend, self._missing):
                raise
        report.begin_again()
        return self._operate(stack, operation, report, refresh)

    def _operate(
        self, stack: automation.Stack, operation: Operation, report: Report, refresh: bool
    ) -> automation.UpResult | None:
        # Not running the program, a refresh would look with the credentials of the latest up.
        match operation:
            case Operation.UP:
                return stack.up(
                    on_event=report, color="never", refresh=refresh, run_program=refresh
                )
            case Operation.PREVIEW:
                stack.preview(on_event=report, color="never", refresh=refresh, run_program=refresh)
            case Operation.DRIFT:
                stack.preview(on_event=report, color="never", refresh=True, run_program=True)
            case Operation.REFRESH:
                stack.refresh(on_event=report, color="never", run_program=True)
            case Operation.DESTROY:
                stack.destroy(on_event=report, color="never")
        return None


def _explained(error: automation.CommandError, report: Report, target: Target, stack: str) -> str:
    """The engine's own errors, or else what it wrote, with what to do about the known ones."""
    found = [taken(each.resource_type, each.name, each.text) for each in report.errors]
    said = [
        words or in_words(each.resource_type, each.name, each.text)
        for words, each in zip(found, report.errors, strict=True)
    ]
    if any(found):
        said.append(how_to_take_over(stack, target.directory.root if target.directory else None))
    text = "\n".join(dict.fromkeys(said)) or "\n".join(engine_errors(str(error)))
    if unknown := _UNKNOWN_STACK.search(text):
        return (
            f"stack {unknown[1]}, which team.platformStack names, is not deployed; deploy it first"
        )
    if "pulumi-resource-grafana" in text and not target.directory:
        return (
            f"{text}\nThe Grafana provider's plugin could not be installed. To deploy without it, "
            "to a directory, leave grafana:url and GRAFANA_URL unset."
        )
    return text


def engine_errors(output: str) -> list[str]:
    """The errors in what the engine wrote, each once, or else all that it wrote."""
    errors = [line.partition("error: ")[2] for line in output.splitlines() if "error: " in line]
    return list(dict.fromkeys(errors)) or [output.strip()]
