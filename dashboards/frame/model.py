"""What surrounds the panels of every dashboard: uid, variables, links, annotations, JSON form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.prometheus import Dataquery

from litellm_monitoring.dashboards.frame import requests
from litellm_monitoring.dashboards.frame.variables import variables
from litellm_monitoring.dashboards.kit.finishing import CHOSEN_DATA_SOURCE
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature, placed
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.asking.counting import INTERVAL
from litellm_monitoring.signals.serving import deployments, targets
from litellm_monitoring.signals.serving.requests import Requests


@dataclass(frozen=True)
class Link:
    """A link at the top of a dashboard, opened in a new tab."""

    title: str
    url: str


@dataclass(frozen=True)
class Frame:
    """What a stack, and not a dashboard's module, decides about a dashboard.

    ``refresh`` is a Grafana interval, or empty for none; ``time_from`` and ``time_to`` are
    Grafana time expressions, e.g. ``now-6h``. ``audience`` is added to the title; empty for
    everybody. ``siblings`` are the uids of the stack's dashboards by slug, and ``family_tag`` is
    the tag that they alone have. The rows of the features in ``without`` are left out. ``requests``
    is where the requests are kept that panels count.
    """

    uid: str
    data_source_uid: str
    data_source_name: str
    tags: tuple[str, ...]
    links: tuple[Link, ...]
    refresh: str
    time_from: str
    time_to: str
    timezone: str
    editable: bool
    audience: str = ""
    description: str = ""
    family_tag: str = ""
    siblings: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[Feature] = frozenset()
    requests: tuple[Requests, ...] = ()


def framed_json(board: Dashboard, scope: Scope, frame: Frame) -> str:
    """The dashboard model as Grafana takes it, canonical, for the series in ``scope``.

    ``id`` and ``version`` belong to the Grafana instance and are left out.
    """
    made = builder.Dashboard(board.title).uid(frame.uid).tags(list(frame.tags))
    made.timezone(frame.timezone).refresh(frame.refresh)
    if board.time_from:
        made.time(board.time_from, "now")
    else:
        made.time(frame.time_from, frame.time_to)
    made.tooltip(board.crosshair)
    if frame.audience:
        made.title(f"{board.title} · {frame.audience}")
    if description := frame.description or board.description:
        made.description(description)
    made.links([*_navigation(frame), *(_link(link) for link in frame.links)])
    asked_for = requests.places(frame.requests)
    made.variables(
        variables(board, scope, frame.data_source_uid, frame.data_source_name, asked_for)
        if board.has_queries
        else []
    )
    made = made.editable() if frame.editable else made.readonly()
    built = made.build()
    built.panels = placed(board.without(frame.without), frame.siblings)
    _widen_steps(built.panels, scope)
    requests.link(built.panels, frame.requests, requests.chosen(board, scope))
    built.id_val = built.version = None
    return to_canonical_json({**built.to_json(), "annotations": _annotations(board, scope)})


def _widen_steps(panels: Sequence[dashboard.Panel | dashboard.RowPanel], scope: Scope) -> None:
    """Has graphs no more points than say something."""
    for panel in panels:
        if isinstance(panel, dashboard.RowPanel):
            _widen_steps(panel.panels, scope)
            continue
        for target in panel.targets or ():
            assert isinstance(target, Dataquery)
            if target.instant and INTERVAL in target.expr:
                target.interval = scope.finest_step()
            elif not target.instant:
                target.interval = target.interval or scope.least_step(target.expr)


def to_canonical_json(value: object) -> str:
    """JSON whose bytes depend on the value alone: sorted keys, fixed separators."""
    return json.dumps(
        value, cls=JSONEncoder, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def _link(link: Link) -> builder.DashboardLink:
    return (
        builder.DashboardLink(link.title)
        .type(dashboard.DashboardLinkType.LINK)
        .url(link.url)
        .icon("external link")
        .target_blank(True)
    )


def _navigation(frame: Frame) -> list[builder.DashboardLink]:
    """A menu of the stack's dashboards that keeps the time range and what was chosen."""
    if not frame.family_tag:
        return []
    return [
        builder.DashboardLink("LiteLLM dashboards")
        .type(dashboard.DashboardLinkType.DASHBOARDS)
        .tags([frame.family_tag])
        .as_dropdown(True)
        .keep_time(True)
        .include_vars(True)
        .icon("external link")
    ]


def _annotations(board: Dashboard, scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """The first is in every dashboard saved in Grafana: without it Grafana adds it, and the
    dashboard differs from what was deployed.
    """
    built_in: dict[str, Any] = {
        "builtIn": 1,
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }
    # None of the others is told of a team alone.
    if not board.is_annotated or scope.team_alias is not None:
        return {"list": [built_in]}
    chosen = targets.chosen(scope)
    marked = [
        _annotation("Proxy restarts and outages", targets.restarts(chosen), "purple"),
        _annotation("Firing alerts", targets.firing_alerts(chosen), "red"),
    ]
    if board.offers_cooldowns:
        cooldowns = deployments.cooling_down(chosen)
        marked.append(_annotation("Deployments in cooldown", cooldowns, "blue", enable=False))
    return {"list": [built_in, *marked]}


def _annotation(name: str, query: Query, color: str, *, enable: bool = True) -> dict[str, Any]:
    return {
        "datasource": CHOSEN_DATA_SOURCE,
        "enable": enable,
        "expr": query.expr,
        "hide": False,
        "iconColor": color,
        "name": name,
        "titleFormat": f"{name}: {query.legend}",
    }
