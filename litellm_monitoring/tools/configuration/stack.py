"""A stack's configuration as ``pulumi up`` sees it: from its stack file, from ``Pulumi.yaml``, and from
Pulumi ESC, of which only the engine can tell.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from litellm_monitoring.tools import project
from litellm_monitoring.tools.project import project_file, stack_file, with_namespace
from litellm_monitoring.tools.terminal import console

if TYPE_CHECKING:
    from pulumi.automation import ConfigValue

SEALED = "(sealed)"
"""Stands for the value of a secret, which only the engine can open."""


class CannotOpenError(click.ClickException):
    """What the engine alone can tell of a stack's configuration, it cannot."""


def config_of(stack: str, root: Path) -> tuple[dict[str, str], set[str]]:
    """The configuration of ``stack`` as the engine hands it to a program, each secret as
    :data:`SEALED`, and the keys of what is secret in it.

    Raises:
        click.ClickException: where a file cannot be read.
        CannotOpenError: where it has settings in Pulumi ESC that the engine cannot open.

    """
    if esc_environments(stack, root):
        opened = opened_config(stack, root, console())
        secret = {key for key, entry in opened.items() if entry.secret}
        return {k: SEALED if k in secret else str(v.value) for k, v in opened.items()}, secret
    try:
        return as_pulumi_hands_it({**_of_project(root), **_of_file(stack, root)})
    except RecursionError:
        raise click.ClickException(
            f"Pulumi.{stack}.yaml: config must not refer to itself"
        ) from None


def with_command_at_hand(message: str, stack: str) -> str:
    """``message``, which names ``pulumi`` for setting a secret, with our own command where there is no
    ``pulumi`` on the PATH.
    """
    if shutil.which("pulumi"):
        return message
    ours = f"{project.COMMAND} config set --stack {stack} "
    return message.replace("pulumi config set --secret ", ours)


def esc_environments(stack: str, root: Path) -> list[str]:
    """The environments of Pulumi ESC that its stack file names
    (https://www.pulumi.com/docs/esc/integrations/infrastructure/pulumi-iac/).
    """
    named = stack_file(stack, root).get("environment") or []
    if isinstance(named, Mapping):
        named = named.get("imports") or [*named]
    return [next(iter(name)) if isinstance(name, Mapping) else str(name) for name in named]


def is_grafana_configured(stack: str, root: Path, environment: Mapping[str, str]) -> bool:
    """Whether ``stack`` has a Grafana: that ``grafana:url`` or ``GRAFANA_URL`` names, or that of its
    environments of Pulumi ESC, which may set either.
    """
    if environment.get("GRAFANA_URL") or esc_environments(stack, root):
        return True
    return bool(config_of(stack, root)[0].get("grafana:url"))


def as_pulumi_hands_it(config: Mapping[str, object]) -> tuple[dict[str, str], set[str]]:
    """A stack file's ``config`` as the engine hands it to a program, and its secret keys."""
    full = with_namespace(config)
    return (
        {key: _text(value) for key, value in full.items()},
        {key for key, value in full.items() if is_secret(value)},
    )


def is_secret(value: object) -> bool:
    """Whether a value in a stack file is sealed, or holds something that is."""
    if isinstance(value, Mapping):
        return value.keys() == {"secure"} or any(map(is_secret, value.values()))
    return isinstance(value, list) and any(map(is_secret, value))


def opened_config(stack: str, root: Path, out: Console) -> "Mapping[str, ConfigValue]":
    """The configuration of ``stack``, in which secrets have their values.

    Raises:
        CannotOpenError: where they cannot be opened.

    """
    # The engine's SDK takes long to import, which those who have no secrets need not wait for.
    from pulumi import automation

    from litellm_monitoring.tools import engine
    from litellm_monitoring.tools.deploying.deployment import Deployment, engine_errors
    from litellm_monitoring.tools.deploying.target import Target

    command = engine.find_or_install(project.ENGINES, out)
    deployment = Deployment.of_project(stack, root, Target({}, None, ""), command)
    names = esc_environments(stack, root)
    if names and deployment.backend.state:
        raise CannotOpenError(
            f"stack {stack} has settings in Pulumi ESC ({', '.join(names)}), which takes an account: "
            "run pulumi login, or set PULUMI_ACCESS_TOKEN"
        )
    what = f"the environments {', '.join(names)}" if names else "its secrets"
    try:
        return deployment.engine_stack().get_all_config()
    except automation.StackNotFoundError:
        raise CannotOpenError(
            f"stack {stack} does not exist, so {what} cannot be opened; create it with: "
            f"pulumi stack init {stack}"
        ) from None
    except automation.CommandError as error:
        raise CannotOpenError(
            f"stack {stack}: {what} cannot be opened: {engine_errors(str(error))[-1]}"
        ) from None


def _of_project(root: Path) -> dict[str, object]:
    """What ``Pulumi.yaml`` sets for all stacks that say nothing else
    (https://www.pulumi.com/docs/iac/concepts/config/#project-level-configuration).
    """
    if not (root / "Pulumi.yaml").exists():
        return {}
    found = dict[str, object]()
    for key, entry in with_namespace(project_file(root).get("config") or {}).items():
        value = entry.get("value", entry.get("default")) if isinstance(entry, Mapping) else entry
        if value is not None:
            found[key] = value
    return found


def _of_file(stack: str, root: Path) -> dict[str, object]:
    return with_namespace(stack_file(stack, root)["config"])


def _text(value: object) -> str:
    opened = _opened(value)
    return opened if isinstance(opened, str) else json.dumps(opened, default=str)


def _opened(value: object) -> object:
    if isinstance(value, Mapping):
        if value.keys() == {"secure"}:
            return SEALED
        return {key: _opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_opened(item) for item in value]
    return value
