"""One operation on the stacks of many teams, side by side."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import click
from pulumi import automation
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from litellm_monitoring.tools.changes.report import Report
from litellm_monitoring.tools.configuration.grafana import (
    opened_variables,
    refuse_unless_it_answers,
)
from litellm_monitoring.tools.deploying.backend import workspace_backend
from litellm_monitoring.tools.deploying.deployment import AnotherRunError, Deployment, Operation
from litellm_monitoring.tools.deploying.program import import_program
from litellm_monitoring.tools.fleet.teams import TeamStack
from litellm_monitoring.tools.project import COMMAND
from litellm_monitoring.tools.target_of_stack import target_of

_ANOTHER_RUN_SECONDS = 60.0
"""How long another run of a stack is waited for: that of a fleet that was killed goes on for some
seconds.
"""


class Outcome(StrEnum):
    """What has become of a stack, or in a preview would."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DESTROYED = "destroyed"
    DRIFTED = "drifted"
    TO_CREATE = "to create"
    TO_CHANGE = "to change"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What has become of a stack; ``detail`` says how much, or why it failed."""

    stack: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True)
class FleetRunner:
    """Runs operations on stacks of one environment, ``parallel`` of them at a time."""

    template: Deployment
    """Deploys a stack, once it is given the stack's name and file."""
    files: Mapping[str, Mapping[str, Any]]
    """What stack files are to hold, by stack."""
    parallel: int
    console: Console

    def orphans(self, teams: Sequence[TeamStack]) -> list[str]:
        """Stacks of teams of the environment that are none of ``teams``.

        Raises:
            click.ClickException: where there are teams, but not the environment's stack.

        """
        found, environment = self._known_stacks(), self.template.stack
        if teams and environment not in found:
            raise click.ClickException(
                f"stack {environment} is not deployed; deploy it first: "
                f"{COMMAND} up --stack {environment}"
            )
        expected = {team.stack for team in teams}
        return sorted(
            name
            for name in found
            if name.startswith(f"{environment}-")
            and name not in expected
            and self._platform_stack(name) == environment
        )

    def _known_stacks(self) -> list[str]:
        found = self.template.backend.stacks()
        if found is None:
            workspace = self.template.workspace()
            found = [stack.name.rpartition("/")[2] for stack in workspace.list_stacks()]
        return found

    def _platform_stack(self, stack: str) -> object:
        outputs = replace(self.template, stack=stack).engine_stack().outputs()
        return outputs["platformStack"].value if "platformStack" in outputs else None

    def preview(self, stacks: Sequence[str], *, refresh: bool = False) -> list[Result]:
        """What deploying ``stacks`` would change, with ``refresh`` after a look at Grafana."""
        return self._each(stacks, partial(self._preview, refresh=refresh))

    def drift(self, stacks: Sequence[str]) -> list[Result]:
        """Looks for what was changed by hand in what ``stacks`` have deployed."""
        return self._each(stacks, self._drift)

    def up(self, stacks: Sequence[str], *, refresh: bool = False) -> list[Result]:
        """Deploys those of ``stacks`` that would change, with ``refresh`` after a look at Grafana."""
        return self._each(stacks, partial(self._up, refresh=refresh))

    def destroy(self, stacks: Sequence[str]) -> list[Result]:
        """Deletes everything that ``stacks`` have deployed, and then the stacks."""
        return self._each(stacks, self._destroy)

    def _preview(self, deployment: Deployment, *, refresh: bool) -> Result:
        is_new = deployment.backend.has(deployment.stack) is False
        report = _operate(deployment, Operation.PREVIEW, refresh=refresh)
        if is_new:
            # The engine has made it, to have something to preview.
            deployment.workspace().remove_stack(deployment.stack)
        if not report.changes:
            return Result(deployment.stack, Outcome.UNCHANGED, report.summary())
        outcome = Outcome.TO_CREATE if report.only_creates else Outcome.TO_CHANGE
        return Result(deployment.stack, outcome, report.summary())

    def _drift(self, deployment: Deployment) -> Result:
        report = _operate(deployment, Operation.DRIFT)
        outcome = Outcome.DRIFTED if report.changes else Outcome.UNCHANGED
        return Result(deployment.stack, outcome, "\n".join([report.summary(), *report.lines]))

    def _up(self, deployment: Deployment, *, refresh: bool) -> Result:
        if deployment.backend.has(deployment.stack) is not False:
            # Looking first costs a stack that would not change less than deploying it does.
            previewed = self._preview(deployment, refresh=refresh)
            if previewed.outcome is Outcome.UNCHANGED:
                return previewed
        report = _operate(deployment, Operation.UP, refresh=refresh)
        outcome = Outcome.CREATED if report.only_creates else Outcome.CHANGED
        return Result(deployment.stack, outcome, report.summary())

    def _destroy(self, deployment: Deployment) -> Result:
        if deployment.backend.has(deployment.stack) is False:
            return Result(deployment.stack, Outcome.UNCHANGED, "nothing there")
        report = _operate(deployment, Operation.DESTROY)
        deployment.workspace().remove_stack(deployment.stack)
        return Result(deployment.stack, Outcome.DESTROYED, report.summary())

    def _each(self, stacks: Sequence[str], work: Callable[[Deployment], Result]) -> list[Result]:
        results = {}
        with self._progress(len(stacks)) as advance, ThreadPoolExecutor(self.parallel) as pool:
            running = [pool.submit(_result, work, self._deployment(stack)) for stack in stacks]
            try:
                for done in as_completed(running):
                    result = done.result()
                    results[result.stack] = result
                    advance(result)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return [results[stack] for stack in stacks]

    def _deployment(self, stack: str) -> Deployment:
        return replace(self.template, stack=stack, file=self.files.get(stack))

    @contextmanager
    def _progress(self, total: int) -> Iterator[Callable[[Result], None]]:
        """Shows a bar where a person looks on, and each stack that is not as it was."""
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        ) as progress:
            task = progress.add_task("stacks", total=total)

            def advance(result: Result) -> None:
                progress.advance(task)
                if result.outcome is not Outcome.UNCHANGED and self.console.is_terminal:
                    first_line = result.detail.partition("\n")[0]
                    progress.console.print(f"{result.stack}: {result.outcome}, {first_line}")

            yield advance


@contextmanager
def fleet_runner(
    environment: str,
    teams: Sequence[TeamStack],
    root: Path,
    command: automation.PulumiCommand,
    parallel: int,
    console: Console,
) -> Iterator[FleetRunner]:
    """A runner for the stacks of ``teams`` and for others of ``environment``, whose Grafana it
    shares.
    """
    import_program(root)
    backend = workspace_backend(root)
    files = {team.stack: team.content for team in teams}
    with target_of(environment, root) as target:
        template = Deployment(environment, root, backend, target, command)
        # Engines and programs of all stacks are run with what only the environment's can open.
        opened = {} if target.directory else opened_variables(environment, root, console)
        os.environ |= opened
        try:
            if not target.directory:
                refuse_unless_it_answers(environment, root, console)
            console.print(
                f"{'1 team' if len(teams) == 1 else f'{len(teams)} teams'} in {environment}: "
                f"{target.description}, state in {backend.description}, {parallel} at a time"
            )
            yield FleetRunner(template, files, parallel, console)
        finally:
            for variable in opened:
                del os.environ[variable]


def _result(work: Callable[[Deployment], Result], deployment: Deployment) -> Result:
    """What ``work`` comes to; one stack that fails does not stop the others."""
    deadline = time.monotonic() + _ANOTHER_RUN_SECONDS
    while True:
        try:
            return work(deployment)
        except AnotherRunError as error:
            if time.monotonic() > deadline:
                return Result(deployment.stack, Outcome.FAILED, error.message)
            time.sleep(1)
        except click.ClickException as error:
            return Result(deployment.stack, Outcome.FAILED, error.message)
        except Exception as error:
            return Result(deployment.stack, Outcome.FAILED, f"{type(error).__name__}: {error}")


def _operate(deployment: Deployment, operation: Operation, *, refresh: bool = False) -> Report:
    planned = operation in (Operation.PREVIEW, Operation.DRIFT)
    report = Report(Console(quiet=True), planned=planned)
    deployment.operate(operation, report, refresh=refresh)
    return report
