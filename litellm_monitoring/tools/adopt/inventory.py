"""What a Grafana holds, as far as LiteLLM's monitoring is concerned. Only ever reads."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import click
import httpx

from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
from litellm_monitoring.infra.settings.models.prometheus import is_of_prometheus
from litellm_monitoring.signals.catalogue.metrics import PREFIX
from litellm_monitoring.tools.deploying.resource_types import (
    CONTACT_POINT,
    DASHBOARD,
    DATA_SOURCE,
    FOLDER,
    MESSAGE_TEMPLATE,
    MUTE_TIMING,
    RULE_GROUP,
    TEAM,
)

_TIMEOUT_SECONDS = 30.0
_PAGE = 1000
_CONNECTIONS = 8

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class FoundDashboard:
    """A dashboard: ``expressions`` are its queries', ``data_sources`` the uids that they go to."""

    uid: str
    title: str
    folder_uid: str
    folder_title: str
    is_provisioned: bool
    tags: frozenset[str]
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
    """The dashboards, and the Prometheus data sources. ``ids`` are, by Pulumi type and uid or name,
    what ``pulumi import`` finds each thing by, and ``remarks`` say what could not be read.
    """

    dashboards: Sequence[FoundDashboard]
    data_sources: Sequence[FoundDataSource]
    ids: Mapping[str, Mapping[str, str]]
    remarks: Sequence[str] = ()


def inventory(grafana: GrafanaAccess) -> Inventory:
    """Reads ``grafana``, and goes on where a part of it cannot be read.

    Raises:
        click.ClickException: where nothing can.

    """
    remarks: list[str] = []
    headers = {"Accept": "application/json", **grafana.headers}
    with httpx.Client(
        base_url=grafana.url,
        timeout=_TIMEOUT_SECONDS,
        headers=headers,
        verify=grafana.ssl_context,
    ) as client:
        found = _dashboards(client, remarks)

        def dashboard(entry: Mapping[str, Any]) -> FoundDashboard | None:
            called = f"dashboard {entry.get('title') or entry['uid']}"
            return _or_none(lambda: _dashboard(client, entry), called, remarks)

        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            dashboards = [each for each in pool.map(dashboard, found) if each]
        read = _or_none(lambda: list(_data_sources(client)), "data sources", remarks)
        ids = {DASHBOARD: {entry["uid"]: entry["uid"] for entry in found}}
        for resource_type, (called, listed) in _LISTED.items():
            ids[resource_type] = _or_none(partial(listed, client), called, remarks) or {}
        return Inventory(dashboards, read or [], ids, list(dict.fromkeys(remarks)))


def _dashboards(client: httpx.Client, remarks: list[str]) -> list[Mapping[str, Any]]:
    """All dashboards; where Grafana is below the address, ``client`` goes there from now on."""
    try:
        return list(_search(client, "dash-db"))
    except _UnreadableError:
        if not (moved := _below(client)):
            raise
    client.base_url = moved
    remarks.append(f"Grafana is at {moved}")
    return list(_search(client, "dash-db"))


def _below(client: httpx.Client) -> str | None:
    """The address with the path that Grafana is served under, where it leads there itself."""
    leads_to = client.get("/").next_request
    if not leads_to or leads_to.url.host != client.base_url.host:
        return None
    path = leads_to.url.path
    return str(leads_to.url).rstrip("/") if path.endswith("/") and path != "/" else None


def _or_none(read: Callable[[], _Read], called: str, remarks: list[str]) -> _Read | None:
    """What is ``read``; where it cannot be, None, and ``remarks`` says so."""
    try:
        return read()
    except _UnreadableError as error:
        remarks.append(f"{called} could not be read: {error.why}")
        return None


class _UnreadableError(click.ClickException):
    """A part of Grafana that cannot be read; ``why`` is what it answers."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


def _search(client: httpx.Client, kind: str) -> Iterator[Mapping[str, Any]]:
    page = 1
    while found := _get(client, "/api/search", type=kind, limit=_PAGE, page=page):
        yield from found
        if len(found) < _PAGE:
            return
        page += 1


def _folders(client: httpx.Client) -> dict[str, str]:
    return {entry["uid"]: entry["uid"] for entry in _search(client, "dash-folder")}


def _all_data_sources(client: httpx.Client) -> dict[str, str]:
    return {source["uid"]: source["uid"] for source in _get(client, "/api/datasources")}


def _teams(client: httpx.Client) -> dict[str, str]:
    found = _get(client, "/api/teams/search", perpage=_PAGE)["teams"]
    return {team["name"]: str(team["id"]) for team in found}


def _provisioned(path: str) -> Callable[[httpx.Client], dict[str, str]]:
    def listed(client: httpx.Client) -> dict[str, str]:
        found = _get(client, f"/api/v1/provisioning/{path}") or []
        return {each["name"]: each["name"] for each in found}

    return listed


def _rule_groups(client: httpx.Client) -> dict[str, str]:
    rules = _get(client, "/api/v1/provisioning/alert-rules") or []
    groups = {f"{rule['folderUID']}:{rule['ruleGroup']}" for rule in rules}
    return {group: group for group in groups}


_LISTED: Mapping[str, tuple[str, Callable[[httpx.Client], dict[str, str]]]] = {
    FOLDER: ("folders", _folders),
    DATA_SOURCE: ("data sources", _all_data_sources),
    TEAM: ("Grafana teams", _teams),
    MUTE_TIMING: ("mute timings", _provisioned("mute-timings")),
    CONTACT_POINT: ("contact points", _provisioned("contact-points")),
    MESSAGE_TEMPLATE: ("message templates", _provisioned("templates")),
    RULE_GROUP: ("rule groups", _rule_groups),
}
"""By Pulumi type: what people call them, and how Grafana lists them."""


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
        tags=frozenset(map(str, model.get("tags") or [])),
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
    asked = client.build_request("GET", path, params=parameters)
    problem = str(asked.url.copy_with(query=None))
    try:
        response = client.send(asked)
    except httpx.HTTPError as error:
        raise click.ClickException(f"{problem}: {error or type(error).__name__}") from None
    if response.status_code in (401, 403):
        raise _UnreadableError(
            f"{problem}: {response.status_code}; set GRAFANA_AUTH to a token, or to "
            "user:password, that may read dashboards and data sources",
            f"{response.status_code}, these credentials may not",
        )
    try:
        if response.is_success:
            return response.json()
    except json.JSONDecodeError:
        pass
    raise _UnreadableError(_not_a_grafana(problem, response), _why(response))


def _not_a_grafana(problem: str, response: httpx.Response) -> str:
    if response.next_request:
        return f"{problem} leads to {response.next_request.url}; is that where Grafana is?"
    return (
        f"{problem} answers {response.status_code} with {response.headers.get('content-type')}; "
        "is it a Grafana's address?"
    )


def _why(response: httpx.Response) -> str:
    """The status, and what Grafana says of it, if it does."""
    try:
        said = str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        said = ""
    return f"{response.status_code}, {said}" if said else str(response.status_code)
