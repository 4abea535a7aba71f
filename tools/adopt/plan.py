"""What adopting would do to each thing of LiteLLM's that is in a Grafana and not yet ours."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards import CATALOGUE
from infra.declaration import Declaration
from infra.prometheus_settings import Plugin
from signals import Scope
from tools.adopt.inventory import FoundDashboard, FoundDataSource, Inventory

_ALIKE = 0.5
"""The share of panel titles that a copy of a dashboard has kept at least."""

_STAYS = "stays as it is"


@dataclass(frozen=True)
class Finding:
    """One thing, and what adopting would do to it. With ``resource`` it can be imported, as the
    resource of that name and type, once ``settings`` are set, which are nested like those of a
    stack file.
    """

    kind: str
    title: str
    uid: str
    fate: str
    resource: tuple[str, str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def findings(
    found: Inventory, declaration: Declaration, stack: str, ours: set[str]
) -> list[Finding]:
    """What adopting into ``stack`` would do to what is LiteLLM's; ``ours`` are the uids of what
    the project's stacks have made.
    """
    theirs = [
        dashboard
        for dashboard in found.dashboards
        if dashboard.is_litellms and dashboard.uid not in ours
    ]
    copies = _copies(theirs, declaration)
    dashboards = [_dashboard(each, copies.get(each.uid), stack) for each in theirs]
    return [
        *dashboards,
        *_folders(found, theirs, copies, stack, ours),
        *_data_sources(found, theirs, stack, ours),
    ]


def import_file(adopted: Sequence[Finding], stack: str) -> str:
    """The file for ``pulumi import --file``, with the resources as children of the component that
    the program makes.
    """
    component = f"litellm-{stack}"
    resources: list[dict[str, object]] = [
        {"type": "litellm:monitoring:LiteLLMMonitoring", "name": component, "component": True}
    ]
    resources += [
        {
            "type": finding.resource[0],
            "name": finding.resource[1],
            "id": finding.uid,
            "parent": component,
        }
        for finding in adopted
        if finding.resource
    ]
    return json.dumps({"resources": resources}, indent=2) + "\n"


def settings_to_set(adopted: Iterable[Finding]) -> dict[str, Any]:
    """The settings that all of ``adopted`` need together."""
    merged: dict[str, Any] = {}
    for finding in adopted:
        for section, values in finding.settings.items():
            merged[section] = {**merged.get(section, {}), **values}
    return merged


def _copies(theirs: Sequence[FoundDashboard], declaration: Declaration) -> dict[str, str]:
    """By uid, the slug of the dashboard of ours that each is a copy of: of several copies the one
    with LiteLLM's own uid, else the one most like it.
    """
    copies = {}
    for slug in declaration.dashboards:
        titles = _panel_titles(slug)
        alike = [
            (dashboard.uid == CATALOGUE[slug].imported_uid, share, dashboard.uid)
            for dashboard in theirs
            if not dashboard.is_provisioned
            and (share := _share(titles, dashboard.panel_titles)) >= _ALIKE
        ]
        if alike:
            copies[max(alike)[2]] = slug
    return copies


def _panel_titles(slug: str) -> frozenset[str]:
    rows = CATALOGUE[slug].panels(Scope()).rows
    titles = [row.title for row in rows] + [
        panel.title or "" for row in rows for panel in row.panels
    ]
    return frozenset(titles)


def _share(ours: frozenset[str], theirs: frozenset[str]) -> float:
    return len(ours & theirs) / len(ours | theirs)


def _dashboard(dashboard: FoundDashboard, slug: str | None, stack: str) -> Finding:
    def finding(fate: str, **more: Any) -> Finding:
        return Finding("dashboard", dashboard.title, dashboard.uid, fate, **more)

    if dashboard.is_provisioned:
        return finding(f"{_STAYS}: Grafana provisions it from a file; remove the file first")
    if slug is None:
        return finding(f"{_STAYS}: no dashboard of the stack replaces it")
    return finding(
        f"becomes {slug}: same address, its panels replaced",
        resource=("grafana:oss/dashboard:Dashboard", f"litellm-{stack}-{slug}"),
        settings={"dashboards": {"uids": {slug: dashboard.uid}}},
    )


def _folders(
    found: Inventory,
    theirs: Sequence[FoundDashboard],
    copies: Mapping[str, str],
    stack: str,
    ours: set[str],
) -> Iterator[Finding]:
    """The folders around what is LiteLLM's; one of those that hold nothing else is adopted."""
    adopted = False
    for dashboard in sorted(theirs, key=lambda each: each.uid not in copies):
        uid, title = dashboard.folder_uid, dashboard.folder_title
        if not uid or uid in ours:
            continue
        ours = ours | {uid}
        others = [
            each.title
            for each in found.dashboards
            if each.folder_uid == uid and not each.is_litellms
        ]
        if others:
            fate = f"{_STAYS}: it also holds {', '.join(sorted(others)[:3])}"
        elif dashboard.uid not in copies or adopted:
            fate = f"{_STAYS}: the stack's dashboards move out of it"
        else:
            adopted = True
            yield Finding(
                "folder",
                title,
                uid,
                "becomes the stack's folder",
                resource=("grafana:oss/folder:Folder", f"litellm-{stack}-folder"),
                settings={"folder": {"uid": uid, "title": title}},
            )
            continue
        yield Finding("folder", title, uid, fate)


def _data_sources(
    found: Inventory, theirs: Sequence[FoundDashboard], stack: str, ours: set[str]
) -> Iterator[Finding]:
    """The data sources that LiteLLM's dashboards read. One that they alone read is adopted; any
    other is better referred to.
    """
    read = {uid for dashboard in theirs for uid in dashboard.data_sources}
    by_others = {
        uid
        for dashboard in found.dashboards
        if not dashboard.is_litellms
        for uid in dashboard.data_sources
    }
    decided = False
    for source in found.data_sources:
        if source.uid not in read or source.uid in ours:
            continue
        yield _data_source(source, stack, source.uid in by_others, decided)
        decided = True


def _data_source(source: FoundDataSource, stack: str, is_shared: bool, is_another: bool) -> Finding:
    def finding(fate: str, **more: Any) -> Finding:
        return Finding("data source", source.name, source.uid, fate, **more)

    if is_another:
        return finding(f"{_STAYS}: a stack has one data source")
    if is_shared or source.is_read_only:
        why = "other dashboards read it too" if is_shared else "Grafana reads it from a file"
        return finding(
            f"{_STAYS}, and the stack refers to it: {why}",
            settings={"prometheus": {"existingUid": source.uid}},
        )
    plugin = {} if source.type == Plugin.PROMETHEUS else {"plugin": source.type}
    return finding(
        "becomes the stack's data source; its credentials, if it has any, must be set again",
        resource=("grafana:oss/dataSource:DataSource", f"litellm-{stack}-prometheus"),
        settings={
            "prometheus": {"uid": source.uid, "name": source.name, "url": source.url, **plugin}
        },
    )
