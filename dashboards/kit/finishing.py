"""What all panels have in common, whatever they draw: size, limits, queries, words and colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

from litellm_monitoring.dashboards.kit import colors, explain, links, units
from litellm_monitoring.dashboards.kit.layout import identity
from litellm_monitoring.signals import Query
from litellm_monitoring.signals.asking.choices import INTERVAL
from litellm_monitoring.signals.catalogue import own_labels
from litellm_monitoring.signals.catalogue.labels import NO_VALUE

STAT_WIDTH, STAT_HEIGHT = 6, 4
THIRD_WIDTH, HALF_WIDTH, FULL_WIDTH = 8, 12, 24
GRAPH_HEIGHT = 8

CHOSEN_DATA_SOURCE = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")

CHOSEN_INTERVAL = f"${INTERVAL.name}"
"""For bars of the length that people choose."""

TODAY, THIS_MONTH = "now/d", "now/M"
"""Time ranges of a panel's own, from the beginning of the day or the month until now."""


class Style(TypedDict, total=False):
    """What every picture takes: when to ``worry``, how to ``act`` then, what to say where it is
    ``empty``, its size, the dashboard ``to`` which it links, by slug, and a time range of its own,
    ``time_from``. ``key`` is the first title of one whose title has changed
    (:func:`~litellm_monitoring.dashboards.kit.layout.identity`).
    """

    worry: str
    act: str
    empty: str
    width: int
    height: int
    to: str
    time_from: str
    key: str


@dataclass(frozen=True)
class Limits:
    """From which values on a panel turns amber and red; with ``is_floor``, below which."""

    warning: float
    bad: float
    is_floor: bool = False

    def thresholds(self) -> dashboard.ThresholdsConfig:
        """In Grafana's form: ascending, the first without a value."""
        steps: list[tuple[str, float | None]] = (
            [("red", None), ("orange", self.bad), ("green", self.warning)]
            if self.is_floor
            else [("green", None), ("orange", self.warning), ("red", self.bad)]
        )
        return dashboard.ThresholdsConfig(
            mode=dashboard.ThresholdsMode.ABSOLUTE,
            steps=[dashboard.Threshold(color=color, value=value) for color, value in steps],
        )


def below(warning: float, bad: float) -> Limits:
    """Worrying below ``warning``, and bad below ``bad``."""
    return Limits(warning, bad, is_floor=True)


def above(warning: float, bad: float) -> Limits:
    """Worrying from ``warning`` on, and bad from ``bad`` on."""
    return Limits(warning, bad)


_MADE_UP_ID = "/([0-9a-f]{8})[0-9a-f]{56}/"
"""An id that LiteLLM made, since the configuration has none: its beginning is enough for people."""


def targets(
    queries: Sequence[Query],
    *,
    instant: bool = False,
    form: PromQueryFormat | None = None,
    interval: str = "",
) -> list[Builder[Dataquery]]:
    """The queries of a panel, in Grafana's form."""
    found: list[Builder[Dataquery]] = []
    for position, query in enumerate(queries):
        target = (
            prometheus.Dataquery()
            .ref_id(ref_id(position))
            .datasource(CHOSEN_DATA_SOURCE)
            .editor_mode(QueryEditorMode.CODE)
            .expr(query.expr)
            .legend_format(query.legend)
        )
        if form:
            target.format(form)
        if interval:
            target.interval(interval)
        found.append(target.instant() if instant else target.range())
    return found


def without_value(label: str, queries: Sequence[Query]) -> str | None:
    """What people read where ``label`` has no value, if it may have none."""
    is_own = any(own.name == label for query in queries for own in query.labels)
    return own_labels.NO_VALUE if is_own else NO_VALUE.get(label)


def ref_id(position: int) -> str:
    """What a panel calls the query at ``position``: A, B, C, …"""
    return chr(ord("A") + position)


def finished(
    made: Builder[dashboard.Panel],
    title: str,
    queries: Sequence[Query],
    shows: str,
    limits: Limits | None,
    style: Style,
) -> dashboard.Panel:
    """``made`` with what all pictures have in common."""
    panel = made.build()
    panel.title, panel.id_val = title, identity(style.get("key") or title)
    panel.description = explain.description(
        shows, style.get("worry", ""), style.get("act", ""), queries
    )
    panel.datasource = CHOSEN_DATA_SOURCE
    panel.time_from = style.get("time_from")
    # The badge would take the title's room.
    panel.hide_time_override = True if panel.time_from else None
    panel.grid_pos = dashboard.GridPos(
        w=style.get("width", HALF_WIDTH), h=style.get("height", GRAPH_HEIGHT)
    )
    panel.links = [links.details(to)] if (to := style.get("to")) else []
    panel.transformations = panel.transformations or _without_none(queries)
    config = panel.field_config or dashboard.FieldConfigSource()
    config.defaults.unit = units.shown(queries[0].unit)
    if units.is_own(queries[0].unit):
        # Grafana's linter takes its own units alone, but where values are mapped.
        config.defaults.mappings = [*(config.defaults.mappings or []), units.NOT_A_NUMBER]
    config.overrides = [*(config.overrides or []), *colors.overrides(queries)]
    config.defaults.no_value = style.get("empty") or explain.without_data(queries)
    if limits:
        config.defaults.thresholds = limits.thresholds()
    panel.field_config = config
    return panel


def _without_none(queries: Sequence[Query]) -> list[dashboard.DataTransformerConfig]:
    """Names of series as people read them, where LiteLLM writes ``None``, nothing, or a long id."""
    labels = {label for query in queries for label in query.told_apart_by}
    renamed = {}
    if none := [word for word in (without_value(label, queries) for label in labels) if word]:
        alone = len(labels) == 1
        pattern = "^(None)?$" if alone else r"/\bNone\b/g"
        renamed[pattern] = none[0] if alone else "none"
    if "model_id" in labels:
        renamed[_MADE_UP_ID] = "$1"
    return [
        dashboard.DataTransformerConfig(
            id_val="renameByRegex", options={"regex": pattern, "renamePattern": name}
        )
        for pattern, name in renamed.items()
    ]
