"""What the states of the project's stacks hold, whatever their files say."""

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from litellm_monitoring.tools import project
from litellm_monitoring.tools.deploying.backend import Backend, backend_for

Held = Mapping[str, frozenset[tuple[str, str]]]
"""By stack: the Pulumi type of each of its resources, and its id without the organisation."""

_AT_ONCE = 4
_ORGANISATION = re.compile(r"^\d+:")


def held(root: Path, out: Console) -> Held:
    """What each stack of the project at ``root`` has made, as far as its backend tells.

    Raises:
        click.ClickException: where the backend cannot be read.

    """
    backend = backend_for(root)
    names = backend.stacks()
    if names is None:
        return _told_by_engine(backend, out)
    return {name: _ids(backend.resources(name)) for name in names}


def without_organisation(id_: str) -> str:
    """The provider's ``id_`` of a resource, without the organisation that it may lead with."""
    return _ORGANISATION.sub("", id_)


def _told_by_engine(backend: Backend, out: Console) -> Held:
    # The engine's SDK takes long to import, which those whose state is a directory need not wait for.
    from pulumi import automation

    from litellm_monitoring.tools import engine
    from litellm_monitoring.tools.deploying.deployment import engine_errors

    command = engine.find_or_install(project.ENGINES, out)

    def told(*question: str) -> Any:
        said = command.run([*question], str(backend.directory), dict(backend.environment))
        return json.loads(said.stdout)

    def resources(name: str) -> frozenset[tuple[str, str]]:
        exported = told("stack", "export", "--stack", name)
        return _ids((exported.get("deployment") or {}).get("resources") or [])

    try:
        names = [stack["name"] for stack in told("stack", "ls", "--json")]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = dict(zip(names, pool.map(resources, names), strict=True))
    except automation.CommandError as error:
        raise click.ClickException(
            f"the states of stacks cannot be read: {engine_errors(str(error))[-1]}"
        ) from None
    return {name.rpartition("/")[2]: ids for name, ids in found.items()}


def _ids(resources: Iterable[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (resource["type"], without_organisation(resource["id"]))
        for resource in resources
        if resource.get("id") and not resource.get("external")
    )
