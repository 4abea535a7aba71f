"""Changes to a stack's configuration, by the engine: it seals secrets, and keeps what stands beside a
value in the file.
"""

import os
import re
import subprocess
from pathlib import Path

import click
from pulumi import automation
from rich.console import Console

from litellm_monitoring.infra.settings.loading.stack import mistakes_in_values
from litellm_monitoring.infra.settings.models.grafana_provider import SECRET_SETTINGS
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS
from litellm_monitoring.tools import engine, project
from litellm_monitoring.tools.configuration.stack import config_of
from litellm_monitoring.tools.deploying.backend import Backend
from litellm_monitoring.tools.deploying.deployment import Deployment, engine_errors
from litellm_monitoring.tools.deploying.target import Target
from litellm_monitoring.tools.project import PROJECT

_SALT = re.compile(r"^encryptionsalt: \S+\n", re.MULTILINE)
_PATH = re.compile(r"[.\[\]\"]+")
"""What stands between the parts of a key (https://www.pulumi.com/docs/iac/concepts/config/)."""
_STACK_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)


def is_secret(key: str) -> bool:
    """Whether the value of ``key`` is sealed: a key of the settings or of the Grafana provider's, which
    may lead into it, as in ``prometheusSecretHeaders.X-Key``.
    """
    first = _PATH.split(key.removeprefix(f"{PROJECT}:"))[0]
    return first in SECRET_KEYS or first in {f"grafana:{name}" for name in SECRET_SETTINGS}


def set_value(key: str, value: str, stack: str, root: Path, out: Console) -> None:
    """Sets ``key``, sealed if it is a secret, and makes the stack if there is none.

    Raises:
        click.ClickException: where the value is wrong, or the engine cannot set it; the file is as it
            was then.

    """
    path = _file(stack, root)
    before = path.read_text("utf-8") if path.exists() else None
    sealing = "--secret" if is_secret(key) else "--plaintext"
    try:
        deployment = _deployment(stack, root, out, makes_it=True)
        if is_secret(key):
            _keep_salt(deployment.backend, path)
        _run(deployment, path, "set", key, sealing, value=value)
        if mistakes := _mistakes(key, stack, root):
            raise click.ClickException("\n".join(mistakes))
    except click.ClickException:
        _write(path, before)
        raise


def remove_value(key: str, stack: str, root: Path, out: Console) -> None:
    """Removes ``key``; raises click.ClickException where the engine cannot."""
    project.stack_file(stack, root)
    deployment = _deployment(stack, root, out, makes_it=False)
    _run(deployment, _file(stack, root), "rm", key)


def _file(stack: str, root: Path) -> Path:
    if not _STACK_NAME.fullmatch(stack):
        raise click.ClickException(
            f"{stack!r} is not the name of a stack: letters, digits, -, _ and . are"
        )
    return root / f"Pulumi.{stack}.yaml"


def _write(path: Path, content: str | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(content, "utf-8")


def _deployment(stack: str, root: Path, out: Console, *, makes_it: bool) -> Deployment:
    """The engine at the stack, whose file it is about to change."""
    path = _file(stack, root)
    if not path.exists():
        path.write_text("config:\n", "utf-8")
    command = engine.find_or_install(project.ENGINES, out)
    deployment = Deployment.of_project(stack, root, Target({}, None, ""), command)
    try:
        deployment.engine_stack(makes_it=makes_it)
    except automation.StackNotFoundError:
        raise click.ClickException(f"stack {stack} is not there") from None
    except automation.CommandError as error:
        raise click.ClickException("\n".join(engine_errors(str(error)))) from None
    return deployment


def _keep_salt(backend: Backend, path: Path) -> None:
    """Puts the salt that the engine seals with into the file that is to hold what it has sealed."""
    beside = backend.directory / path.name
    if beside == path or _SALT.search(path.read_text("utf-8")):
        return
    if salt := _SALT.search(beside.read_text("utf-8")):
        path.write_text(salt[0] + path.read_text("utf-8"), "utf-8")


def _run(deployment: Deployment, path: Path, *arguments: str, value: str = "") -> None:
    """Runs ``pulumi config``. What is set goes to its standard input: processes see each other's
    arguments.
    """
    done = subprocess.run(
        [
            deployment.command.command,
            *("config", *arguments, "--path", "--non-interactive"),
            *("--stack", deployment.stack, "--config-file", str(path)),
        ],
        input=value,
        cwd=deployment.backend.directory,
        env={
            **os.environ,
            **deployment.backend.environment,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException("\n".join(engine_errors(done.stderr)))


def _mistakes(key: str, stack: str, root: Path) -> list[str]:
    """What is wrong with what ``key`` has been set to; what else is wrong is for another time."""
    config, secret_keys = config_of(stack, root)
    opened = {name: value for name, value in config.items() if name not in secret_keys}
    path = [part for part in _PATH.split(key.removeprefix(f"{PROJECT}:")) if part]
    return [
        line
        for mistake, line in mistakes_in_values(opened, PROJECT)
        if all(one == other for one, other in zip(mistake.path, path, strict=False))
    ]
