"""Settings from stack files alone, without the engine: what it will find, found sooner."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from infra.declaration import declare
from infra.identity import stack_uid
from infra.loading import SettingsError, load_settings
from infra.platform import Platform, on_platform
from infra.settings import Settings
from tools.project import PROJECT, stack_file, stacks, with_namespace

SEALED = "(sealed)"
"""Stands for the value of a secret, which only the engine can open."""


def settings_of(stack: str, root: Path) -> Settings:
    """The settings in ``Pulumi.<stack>.yaml``, each secret as :data:`SEALED`; a team's with what
    its environment's stack file offers.

    Raises:
        click.ClickException: naming all mistakes.

    """
    config, secret_keys = config_of(stack, root)
    try:
        settings = load_settings(config, secret_keys, PROJECT, stack)
        if settings.team and (name := settings.team.platform_stack):
            return on_platform(settings, stack, platform_of(name, root))
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    return settings


def platform_of(name: str, root: Path) -> Platform:
    """What the stack ``name`` offers to its teams' stacks.

    One that has no file here is another project's: it is taken to have chosen no uids, and
    its latency buckets are not known.
    """
    if name in stacks(root):
        return declare(settings_of(name, root), name).platform
    stack = name.rpartition("/")[2]
    return Platform(
        environment=stack,
        selector="",
        folder_uid=stack_uid(stack),
        is_folder_restricted=True,
        data_source_uid=stack_uid(stack, "prometheus"),
        latency_buckets=None,
    )


def config_of(stack: str, root: Path) -> tuple[dict[str, str], set[str]]:
    """The configuration in ``Pulumi.<stack>.yaml`` as the engine hands it to a program, and the
    keys of what is secret in it.
    """
    try:
        return as_pulumi_hands_it(stack_file(stack, root)["config"])
    except RecursionError:
        raise click.ClickException(
            f"Pulumi.{stack}.yaml: config must not refer to itself"
        ) from None


def as_pulumi_hands_it(config: Mapping[str, object]) -> tuple[dict[str, str], set[str]]:
    """A stack file's ``config`` as the engine hands it to a program, and its secret keys."""
    full = with_namespace(config)
    return (
        {key: _text(value) for key, value in full.items()},
        {key for key, value in full.items() if _is_secret(value)},
    )


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


def _is_secret(value: object) -> bool:
    if isinstance(value, Mapping):
        return value.keys() == {"secure"} or any(map(_is_secret, value.values()))
    return isinstance(value, list) and any(map(_is_secret, value))
