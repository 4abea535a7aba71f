"""What a Grafana holds, as far as LiteLLM's monitoring is concerned. Only ever reads."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import click
import httpx

from infra.grafana import authorization
from infra.prometheus_settings import is_of_prometheus
from signals.catalogue import PREFIX

_TIMEOUT_SECONDS = 30.0
_PAGE = 1000
_CONNECTIONS = 8


@dataclass(frozen=True)
class FoundDashboard:
    """A dashboard: ``expressions`` are its queries', ``data_sources`` the uids that they go to."""

    uid: str
    title: str
    folder_uid: str
    folder_title: str
    is_provisioned: bool
    panel_titles: frozenset[str]
    expressions: tuple[str, ...]
    data_sources: frozenset[str]

    @property
    def is_litellms(self) -> bool:
        """Whether it asks for LiteLLM's metrics."""
        return any(PREFIX in expression for expression in self.expressions)


@dataclass(frozen=True)
class FoundDataSource:
    """A data source that asks a Prometheus; ``type`` is its plugin."""

    uid: str
    name: str
    url: str
    type: str
    is_read_only: bool


@dataclass(frozen=True)
class Inventory:
    """All dashboards, and all Prometheus data sources."""

    dashboards: Sequence[FoundDashboard]
    data_sources: Sequence[FoundDataSource]


def inventory(url: str) -> Inventory:
    """Reads the Grafana at ``url`` with the credentials in ``GRAFANA_AUTH``.

    Raises:
        click.ClickException: where it cannot be read.

    """
    with httpx.Client(
        base_url=url.rstrip("/"),
        timeout=_TIMEOUT_SECONDS,
        headers={
            "Accept": "application/json",
            **authorization(os.environ.get("GRAFANA_AUTH", "")),
        },
    ) as client:
        found = list(_search(client))
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            dashboards = list(pool.map(lambda entry: _dashboard(client, entry), found))
        return Inventory(dashboards, list(_data_sources(client)))


def _search(client: httpx.Client) -> Iterator[Mapping[str, Any]]:
    page = 1
    while found := _get(client, "/api/search", type="dash-db", limit=_PAGE, page=page):
        yield from found
        if len(found) < _PAGE:
            return
        page += 1


def _dashboard(client: httpx.Client, entry: Mapping[str, Any]) -> FoundDashboard:
    read = _get(client, f"/api/dashboards/uid/{entry['uid']}")
    model = read["dashboard"]
    panels = list(_panels(model))
    variables = {
        variable.get("name"): (variable.get("current") or {}).get("value")
        for variable in (model.get("templating") or {}).get("list", [])
    }
    targets = [
        (panel, target) for panel in panels for target in panel.get("targets") or [] if target
    ]
    return FoundDashboard(
        uid=entry["uid"],
        title=entry.get("title", ""),
        folder_uid=entry.get("folderUid", ""),
        folder_title=entry.get("folderTitle", ""),
        is_provisioned=bool(read.get("meta", {}).get("provisioned")),
        panel_titles=frozenset(panel.get("title") or "" for panel in panels),
        expressions=tuple(str(target.get("expr", "")) for _, target in targets),
        data_sources=frozenset(
            uid
            for panel, target in targets
            if (
                uid := _data_source_uid(
                    target.get("datasource") or panel.get("datasource"), variables
                )
            )
        ),
    )


def _panels(model: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for panel in model.get("panels") or []:
        yield panel
        yield from _panels(panel)


def _data_source_uid(reference: Any, variables: Mapping[Any, Any]) -> str | None:
    uid = reference.get("uid") if isinstance(reference, dict) else reference
    if not isinstance(uid, str):
        return None
    if uid.startswith("$"):
        chosen = variables.get(uid.strip("${}"))
        return chosen if isinstance(chosen, str) else None
    return uid


def _data_sources(client: httpx.Client) -> Iterator[FoundDataSource]:
    for source in _get(client, "/api/datasources"):
        if is_of_prometheus(source.get("type", "")):
            yield FoundDataSource(
                source["uid"],
                source.get("name", ""),
                source.get("url", ""),
                source["type"],
                bool(source.get("readOnly")),
            )


def _get(client: httpx.Client, path: str, **parameters: Any) -> Any:
    problem = str(client.base_url.join(path))
    try:
        response = client.get(path, params=parameters)
    except httpx.HTTPError as error:
        raise click.ClickException(f"{problem}: {error or type(error).__name__}") from None
    if response.status_code in (401, 403):
        raise click.ClickException(
            f"{problem}: {response.status_code}; set GRAFANA_AUTH to a token, or to "
            "user:password, that may read dashboards and data sources"
        )
    try:
        if response.is_success:
            return response.json()
    except json.JSONDecodeError:
        pass
    raise click.ClickException(
        f"{problem} answers {response.status_code} with {response.headers.get('content-type')}; "
        "is it a Grafana's address?"
    )
