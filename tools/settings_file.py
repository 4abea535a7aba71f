"""Settings from a stack's file alone, without the engine: what it will find, found sooner."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from infra.loading import SettingsError, load_settings
from infra.settings import Settings
from tools.project import PROJECT, stack_file

SEALED = "(sealed)"
"""Stands for the value of a secret, which only the engine can open."""


def settings_of(stack: str, root: Path) -> Settings:
    """The settings in ``Pulumi.<stack>.yaml``, each secret as :data:`SEALED`.

    Raises:
        click.ClickException: naming all mistakes.

    """
    config, secret_keys = config_of(stack, root)
    try:
        return load_settings(config, secret_keys, PROJECT, stack)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def config_of(stack: str, root: Path) -> tuple[dict[str, str], set[str]]:
    """The configuration in ``Pulumi.<stack>.yaml`` as the engine hands it to a program, and the
    keys of what is secret in it.
    """
    declared = {
        key if ":" in key else f"{PROJECT}:{key}": value
        for key, value in stack_file(stack, root)["config"].items()
    }
    try:
        config = {key: _as_pulumi_hands_it(value) for key, value in declared.items()}
    except RecursionError:
        raise click.ClickException(
            f"Pulumi.{stack}.yaml: config must not refer to itself"
        ) from None
    return config, {key for key, value in declared.items() if _is_secret(value)}


def _as_pulumi_hands_it(value: object) -> str:
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
