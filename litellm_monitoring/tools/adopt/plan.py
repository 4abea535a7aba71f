"""What adopting would do to each thing of LiteLLM's that is in a Grafana and not yet ours."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.infra.declaration.stack import Declaration
from litellm_monitoring.infra.settings.models.prometheus import Plugin
from litellm_monitoring.signals import Scope
from litellm_monitoring.tools.adopt.declared import Declared, declared_resources
from litellm_monitoring.tools.adopt.inventory import FoundDashboard, FoundDataSource, Inventory
from litellm_monitoring.tools.adopt.states import Held
from litellm_monitoring.tools.deploying.resource_types import DASHBOARD, DATA_SOURCE, FOLDER
from litellm_monitoring.tools.project import PROJECT

_ALIKE = 0.5
"""The share of panel titles that a copy of a dashboard has kept at least."""

_STAYS = "stays as it is"
_COMPONENT = "litellm:monitoring:LiteLLMMonitoring"


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


def findings(found: Inventory, declaration: Declaration, stack: str, states: Held) -> list[Finding]:
    """What adopting into ``stack`` would do to what is LiteLLM's; ``states`` are those of the
    project's stacks, which know what they have made.
    """
    declared = list(declared_resources(declaration, stack))
    own = _declared(found, declared, stack, states)
    has = {each.resource_name for each in declared if _is_there(each, found)}
    ours = {each.key for each in declared} | {key for ids in states.values() for _, key in ids}
    theirs = [
        dashboard
        for dashboard in found.dashboards
        if dashboard.is_litellms and dashboard.uid not in ours
    ]
    copies = _copies(theirs, declaration, stack, has)
    dashboards = [_dashboard(each, copies.get(each.uid), stack) for each in theirs]
    return [
        *own,
        *dashboards,
        *_folders(found, theirs, copies, stack, ours, has),
        *_data_sources(found, theirs, stack, ours, has),
    ]


def _is_there(each: Declared, found: Inventory) -> bool:
    return each.key in found.ids.get(each.resource_type, {})


def _declared(
    found: Inventory, declared: Iterable[Declared], stack: str, states: Held
) -> list[Finding]:
    """What ``stack`` declares, and is in Grafana without being in its state."""
    findings = []
    for each in declared:
        if not _is_there(each, found):
            continue
        id_ = found.ids[each.resource_type][each.key]
        holders = [name for name, ids in states.items() if (each.resource_type, id_) in ids]
        if stack in holders:
            continue
        finding = Finding(each.kind, each.title, id_, each.becomes)
        if holders:
            fate = f"{_STAYS}: it is in the state of stack {holders[0]}"
            findings.append(replace(finding, fate=fate))
        else:
            resource = (each.resource_type, each.resource_name)
            findings.append(replace(finding, resource=resource))
    return findings


def import_ids(adopted: Iterable[Finding], organisation: str) -> dict[str, str]:
    """What the engine finds each of ``adopted`` by, in that ``organisation`` if one is named, by the
    name of the resource that it is to be.
    """
    before = f"{organisation}:" if organisation else ""
    return {each.resource[1]: f"{before}{each.uid}" for each in adopted if each.resource}


def import_file(
    adopted: Sequence[Finding], stack: str, states: Held, organisation: str = ""
) -> dict[str, Any]:
    """The content of the file for ``pulumi import --file``, with the resources as children of the
    component that the program makes, or has made.
    """
    ids = import_ids(adopted, organisation)
    component = f"litellm-{stack}"
    resources: list[dict[str, object]] = [
        {
            "type": finding.resource[0],
            "name": finding.resource[1],
            "id": ids[finding.resource[1]],
            "parent": component,
        }
        for finding in adopted
        if finding.resource
    ]
    if states.get(stack):
        urn = f"urn:pulumi:{stack}::{PROJECT}::{_COMPONENT}::{component}"
        return {"nameTable": {component: urn}, "resources": resources}
    made = {"type": _COMPONENT, "name": component, "component": True}
    return {"resources": [made, *resources]}


def settings_to_set(adopted: Iterable[Finding]) -> dict[str, Any]:
    """The settings that all of ``adopted`` need together."""
    merged: dict[str, Any] = {}
    for finding in adopted:
        for section, values in finding.settings.items():
            merged[section] = {**merged.get(section, {}), **values}
    return merged


def _copies(
    theirs: Sequence[FoundDashboard], declaration: Declaration, stack: str, has: Collection[str]
) -> dict[str, str]:
    """By uid, the slug of the dashboard of ours that each is a copy of, if the stack has it not yet:
    of several copies the one with LiteLLM's own uid, else the one most like it.
    """
    copies = {}
    for slug in declaration.dashboards:
        if f"litellm-{stack}-{slug}" in has or slug not in CATALOGUE:
            continue
        titles = _panel_titles(slug)
        alike = [
            (dashboard.uid == CATALOGUE[slug].imported_uid, share, dashboard.uid)
            for dashboard in theirs
            if not dashboard.is_provisioned
            and not _maker(dashboard)
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
    if maker := _maker(dashboard):
        return finding(f"{_STAYS}: a stack with the tag {maker} made it, and its state is not here")
    if slug is None:
        return finding(f"{_STAYS}: no dashboard of the stack replaces it")
    return finding(
        f"becomes {slug}: same address, its panels replaced",
        resource=(DASHBOARD, f"litellm-{stack}-{slug}"),
        settings={"dashboards": {"uids": {slug: dashboard.uid}}},
    )


def _maker(dashboard: FoundDashboard) -> str | None:
    """The tag of the stack that has made a dashboard; a copy has the tag, and another uid."""
    tags = (tag for tag in sorted(dashboard.tags) if tag.startswith("litellm-"))
    return next((tag for tag in tags if dashboard.uid.startswith(f"{tag}-")), None)


def _folders(
    found: Inventory,
    theirs: Sequence[FoundDashboard],
    copies: Mapping[str, str],
    stack: str,
    ours: set[str],
    has: Collection[str],
) -> Iterator[Finding]:
    """The folders around what is LiteLLM's; one of those that hold nothing else is adopted, if the
    stack has none yet.
    """
    adopted = f"litellm-{stack}-folder" in has
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
                resource=(FOLDER, f"litellm-{stack}-folder"),
                settings={"folder": {"uid": uid, "title": title}},
            )
            continue
        yield Finding("folder", title, uid, fate)


def _data_sources(
    found: Inventory,
    theirs: Sequence[FoundDashboard],
    stack: str,
    ours: set[str],
    has: Collection[str],
) -> Iterator[Finding]:
    """The data sources that LiteLLM's dashboards read. One that they alone read is adopted, if the
    stack has none yet; any other is better referred to.
    """
    read = {uid for dashboard in theirs for uid in dashboard.data_sources}
    by_others = {
        uid
        for dashboard in found.dashboards
        if not dashboard.is_litellms
        for uid in dashboard.data_sources
    }
    decided = f"litellm-{stack}-prometheus" in has
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
        resource=(DATA_SOURCE, f"litellm-{stack}-prometheus"),
        settings={
            "prometheus": {"uid": source.uid, "name": source.name, "url": source.url, **plugin}
        },
    )
