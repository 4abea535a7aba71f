"""What surrounds the panels of every dashboard: uid, variables, links, time range, JSON form."""

import json
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard

from dashboards.kit import CHOSEN_DATA_SOURCE
from signals import Scope, targets

ANY_VALUE = ".+"


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
    everybody.
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


def framed(board: builder.Dashboard, scope: Scope, frame: Frame) -> builder.Dashboard:
    """Adds ``frame``, and the variables that the panels' queries refer to, to ``board``."""
    board.uid(frame.uid).tags(list(frame.tags)).timezone(frame.timezone)
    board.time(frame.time_from, frame.time_to).refresh(frame.refresh)
    if frame.audience:
        board.title(f"{board.build().title} · {frame.audience}")
    if frame.description:
        board.description(frame.description)
    board.links([_link(link) for link in frame.links])
    board.annotation(_alerts_annotation())
    board.variables([_data_source_variable(frame), *_target_variables(scope)])
    return board.editable() if frame.editable else board.readonly()


def canonical_json(board: builder.Dashboard) -> str:
    """The dashboard model as Grafana takes it, in canonical form.

    ``id`` and ``version`` belong to the Grafana instance and are left out.
    """
    model = json.loads(JSONEncoder().encode(board.build()))
    return to_canonical_json({k: v for k, v in model.items() if k not in ("id", "version")})


def to_canonical_json(value: object) -> str:
    """JSON whose bytes depend on the value alone: sorted keys, fixed separators."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _link(link: Link) -> builder.DashboardLink:
    return (
        builder.DashboardLink(link.title)
        .type(dashboard.DashboardLinkType.LINK)
        .url(link.url)
        .icon("external link")
        .target_blank(True)
    )


def _alerts_annotation() -> builder.AnnotationQuery:
    """The annotation that every dashboard saved in Grafana has: without it Grafana adds it, and
    the dashboard differs from what was deployed.
    """
    return (
        builder.AnnotationQuery()
        .built_in(1)
        .name("Annotations & Alerts")
        .datasource(dashboard.DataSourceRef(type_val="grafana", uid="-- Grafana --"))
        .enable(True)
        .hide(True)
        .icon_color("rgba(0, 211, 255, 1)")
        .type("dashboard")
    )


def _data_source_variable(frame: Frame) -> builder.DatasourceVariable:
    return (
        builder.DatasourceVariable("datasource")
        .label("Data source")
        .type("prometheus")
        .current(
            dashboard.VariableOption(
                selected=True, text=frame.data_source_name, value=frame.data_source_uid
            )
        )
    )


def _target_variables(scope: Scope) -> list[builder.QueryVariable]:
    """One variable each for ``job`` and ``instance``.

    Their form is what Grafana's dashboard linter asks for: multi-value, "All" as ``.+``,
    refreshed when the time range changes.
    """
    return [
        builder.QueryVariable(name)
        .label(label)
        .datasource(CHOSEN_DATA_SOURCE)
        .query({"query": query, "refId": f"{name}-variable"})
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(ANY_VALUE)
        .current(dashboard.VariableOption(selected=True, text="All", value="$__all"))
        for name, label, query in (
            ("job", "Job", targets.jobs(scope)),
            ("instance", "Instance", targets.instances(scope)),
        )
    ]
