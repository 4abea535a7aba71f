"""The Grafana that a stack is deployed to, and the credentials for it, as a deployment has them."""

import os
from collections.abc import Collection
from pathlib import Path

import click
from rich.console import Console

from litellm_monitoring.infra.program.readiness import cannot_answer
from litellm_monitoring.infra.settings.models.grafana_provider import (
    VARIABLES,
    GrafanaAccess,
    provider_settings,
)
from litellm_monitoring.tools.configuration.stack import config_of, opened_config

_AUTH = "grafana:auth"


def grafana_access(stack: str, root: Path, out: Console) -> GrafanaAccess | None:
    """The Grafana of ``stack``; None where its address or the credentials for it are not set.
    Credentials in the environment come first: no engine is needed to open them.

    Raises:
        click.ClickException: where what is sealed cannot be opened.

    """
    config, secret_keys = config_of(stack, root)
    given = {key: value for key, value in config.items() if key not in secret_keys}
    if auth := os.environ.get(VARIABLES["auth"]):
        given[_AUTH] = auth
    settings = provider_settings(given, os.environ)
    if "url" in settings or "grafana:url" in secret_keys:
        settings |= _opened(_of_provider(secret_keys) - given.keys(), stack, root, out)
    return GrafanaAccess.of_provider(settings)


def refuse_unless_it_answers(stack: str, root: Path, out: Console) -> None:
    """Asks the Grafana of ``stack`` before the engine does, which asks for long; whoever runs a program
    is refused by that.

    Raises:
        click.ClickException: where it does not answer, or rejects the credentials.

    """
    access = grafana_access(stack, root, out)
    if access and (problem := cannot_answer(access)):
        raise click.ClickException(problem)


def sealed_variables(secret_keys: Collection[str]) -> list[str]:
    """The variables that stand for what of the provider's settings is among ``secret_keys``."""
    return [variable for key, variable in _VARIABLES.items() if key in secret_keys]


def opened_variables(stack: str, root: Path, out: Console) -> dict[str, str]:
    """Those of ``stack`` that the environment does not hold yet, with what is sealed: only the stack
    itself can open it.

    Raises:
        click.ClickException: where it cannot be opened.

    """
    _, secret_keys = config_of(stack, root)
    sealed = {key for key in _of_provider(secret_keys) if not os.environ.get(_VARIABLES[key])}
    return {VARIABLES[name]: value for name, value in _opened(sealed, stack, root, out).items()}


def _of_provider(keys: set[str]) -> set[str]:
    return keys & _VARIABLES.keys()


_VARIABLES = {f"grafana:{name}": variable for name, variable in VARIABLES.items()}
"""By key with namespace."""


def _opened(sealed: set[str], stack: str, root: Path, out: Console) -> dict[str, str]:
    if not sealed:
        return {}
    opened = opened_config(stack, root, out)
    return {key.removeprefix("grafana:"): opened[key].value for key in sealed if key in opened}
