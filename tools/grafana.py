"""The Grafana that a stack is deployed to, and the credentials for it, as a deployment has them."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from tools.secrets import opened_config
from tools.settings_file import config_of

_URL, _AUTH, _ORGANISATION = "grafana:url", "grafana:auth", "grafana:orgId"
_ANONYMOUS = "anonymous"
"""What the Grafana provider takes for no credentials."""


@dataclass(frozen=True)
class GrafanaAccess:
    """A Grafana's address, and the headers that it takes questions with."""

    url: str
    headers: Mapping[str, str] = field(repr=False)


def grafana_access(stack: str, root: Path, out: Console) -> GrafanaAccess | None:
    """The Grafana of ``stack``; None where its address or the credentials for it are not set.
    Credentials in the environment come first: no engine is needed to open them.

    Raises:
        click.ClickException: where what is sealed cannot be opened.

    """
    config, secret_keys = config_of(stack, root)
    given = {key: value for key, value in config.items() if key not in secret_keys}
    if auth := os.environ.get("GRAFANA_AUTH"):
        given[_AUTH] = auth
    is_named = _URL in config or bool(os.environ.get("GRAFANA_URL"))
    needed = {_URL, _AUTH, _ORGANISATION} & secret_keys - given.keys()
    if is_named and needed:
        opened = opened_config(stack, root, out)
        given |= {key: opened[key].value for key in needed if key in opened}
    url = given.get(_URL) or os.environ.get("GRAFANA_URL")
    if not url or not given.get(_AUTH):
        return None
    organisation = given.get(_ORGANISATION) or os.environ.get("GRAFANA_ORG_ID")
    return GrafanaAccess(
        url.rstrip("/"),
        {
            **authorization(given[_AUTH]),
            **({"X-Grafana-Org-Id": organisation} if organisation else {}),
        },
    )


def authorization(credentials: str) -> dict[str, str]:
    """The header for a token or ``user:password``; none where there are no credentials."""
    if not credentials or credentials == _ANONYMOUS:
        return {}
    if ":" not in credentials:
        return {"Authorization": f"Bearer {credentials}"}
    return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}
