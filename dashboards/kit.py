"""The house style of panels: one function for each picture, on grafana-foundation-sdk's builders.

Every panel says what it shows, when to worry, what to do then and what enables it in its
description, and words where there is nothing to show; the last two come from the catalogue of
metrics unless a panel knows better.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from grafana_foundation_sdk.builders import bargauge, heatmap, prometheus, statetimeline, timeseries
from grafana_foundation_sdk.builders import common as common_builder
from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.builders import stat as stats
from grafana_foundation_sdk.builders import text as texts
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode
from grafana_foundation_sdk.models.text import TextMode

from dashboards import colors, explain, links, units
from dashboards.layout import identity
from signals import Query
from signals.choices import INTERVAL
from signals.labels import NO_VALUE

STAT_WIDTH, STAT_HEIGHT = 6, 4
THIRD_WIDTH, HALF_WIDTH, FULL_WIDTH = 8, 12, 24
GRAPH_HEIGHT = 8

CHOSEN_DATA_SOURCE = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")

CHOSEN_INTERVAL = f"${INTERVAL.name}"
"""For bars of the length that people choose."""

_NAME_SIZE, _NUMBER_SIZE, _BAR_TEXT, _BAR_HEIGHT = 14, 30, 15, 40
"""In pixels: by itself, Grafana fills the room."""

_LINES_AT_ONCE = 20
"""Of a state timeline, before it gets pages."""

TODAY, THIS_MONTH = "now/d", "now/M"
"""Time ranges of a panel's own, from the beginning of the day or the month until now."""


class Style(TypedDict, total=False):
    """What every picture takes: when to ``worry``, how to ``act`` then, what to say where it is
    ``empty``, its size, the dashboard ``to`` which it links, by slug, and a time range of its own,
    ``time_from``. ``key`` is the first title of one whose title has changed
    (:func:`~dashboards.layout.identity`).
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


def stat(
    title: str,
    *queries: Query,
    shows: str,
    limits: Limits | None = None,
    decimals: int | None = None,
    at_once: bool = False,
    **style: Unpack[Style],
) -> dashboard.Panel:
    """Numbers of now, with a sparkline; ``at_once`` without one, and asked for this moment only."""
    panel = (
        stats.Panel()
        .graph_mode(common.BigValueGraphMode.NONE if at_once else common.BigValueGraphMode.AREA)
        .color_mode(common.BigValueColorMode.VALUE)
        .text_mode(
            common.BigValueTextMode.VALUE_AND_NAME
            if len(queries) > 1
            else common.BigValueTextMode.VALUE
        )
        .reduce_options(_last_value())
        .targets(targets(queries, instant=at_once))
    )
    if at_once:
        panel.text(_words_of(_NAME_SIZE, _NUMBER_SIZE))
    if not limits:
        panel.color_scheme(colors.BLUE)
    if decimals is not None:
        panel.decimals(decimals)
    size: Style = {"width": STAT_WIDTH, "height": STAT_HEIGHT}
    return finished(panel, title, queries, shows, limits, {**size, **style})


def time_series(
    title: str,
    *queries: Query,
    shows: str,
    limits: Limits | None = None,
    stacked: bool = False,
    bars: str = "",
    **style: Unpack[Style],
) -> dashboard.Panel:
    """Lines, or areas ``stacked`` on each other, or ``bars`` of at least that length of time."""
    panel = (
        timeseries.Panel()
        .min(0)
        .line_width(1)
        .fill_opacity(80 if bars else 40 if stacked else 10)
        .show_points(common.VisibilityMode.AUTO)
        .legend(_legend_below())
        .tooltip(
            common_builder.VizTooltipOptions()
            .mode(common.TooltipDisplayMode.MULTI)
            .sort(common.SortOrder.DESCENDING)
        )
        .targets(targets(queries, interval=bars))
    )
    if bars:
        panel.draw_style(common.GraphDrawStyle.BARS)
        if queries[0].unit == "short":
            panel.decimals(0)
    if stacked or bars:
        panel.stacking(common_builder.StackingConfig().mode(common.StackingMode.NORMAL).group("A"))
    if limits:
        panel.thresholds_style(
            common_builder.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
        )
    return finished(panel, title, queries, shows, limits, style)


def distribution(
    title: str, query: Query, *, shows: str, **style: Unpack[Style]
) -> dashboard.Panel:
    """A histogram's buckets over time, as a heatmap."""
    panel = (
        heatmap.Panel()
        .calculate(False)
        .color(
            heatmap.HeatmapColorOptions()
            .mode(HeatmapColorMode.SCHEME)
            .scheme("Oranges")
            .steps(64)
            .exponent(0.5)
            .fill("dark-orange")
        )
        .y_axis(heatmap.YAxisConfig().unit("s").axis_placement(common.AxisPlacement.LEFT))
        .cell_values(heatmap.CellValues().unit(query.unit))
        .rows_frame(heatmap.RowsHeatmapOptions().layout(common.HeatmapCellLayout.AUTO))
        .mode(common.TooltipDisplayMode.SINGLE)
        .show_legend()
        .targets(targets([query], form=PromQueryFormat.HEATMAP))
    )
    return finished(panel, title, [query], shows, None, style)


def states(
    title: str,
    query: Query,
    *,
    shows: str,
    meanings: Mapping[int, tuple[str, str]],
    **style: Unpack[Style],
) -> dashboard.Panel:
    """How something fares over time; ``meanings`` are the word and colour of each value."""
    words = {
        str(value): dashboard.ValueMappingResult(text=text, color=color, index=index)
        for index, (value, (text, color)) in enumerate(meanings.items())
    }
    # By thresholds, Grafana would leave the words and their colours aside.
    panel = (
        statetimeline.Panel()
        .mappings([dashboard.ValueMap(options=words)])
        .color_scheme(builder.FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC))
        .show_value(common.VisibilityMode.NEVER)
        .row_height(0.8)
        .per_page(_LINES_AT_ONCE)
        .fill_opacity(80)
        .line_width(0)
        .legend(_legend_below())
        .targets(targets([query]))
    )
    made = finished(panel, title, [query], shows, None, {"width": FULL_WIDTH, **style})
    assert made.field_config
    # It would be one of the legend's states.
    made.field_config.defaults.no_value = None
    return made


def ranking(
    title: str,
    *queries: Query,
    shows: str,
    limits: Limits | None = None,
    most: float | None = None,
    in_days: bool = False,
    **style: Unpack[Style],
) -> dashboard.Panel:
    """Who has most of something, as bars of which a full one is ``most``. Numbers are whole, but those
    ``in_days``.
    """
    panel = (
        bargauge.Panel()
        .orientation(common.VizOrientation.HORIZONTAL)
        .display_mode(common.BarGaugeDisplayMode.BASIC)
        .name_placement(common.BarGaugeNamePlacement.LEFT)
        .value_mode(common.BarGaugeValueMode.TEXT)
        .show_unfilled(False)
        .sizing(common.BarGaugeSizing.MANUAL)
        .max_viz_height(_BAR_HEIGHT)
        .text(_words_of(_BAR_TEXT, _BAR_TEXT))
        .min(0)
        .reduce_options(_last_value())
        .targets(targets(queries, instant=True))
    )
    if in_days:
        panel.decimals(1).mappings([A_YEAR])
    if most is not None:
        panel.max(most)
    if not limits:
        panel.color_scheme(colors.BLUE)
    made = finished(panel, title, queries, shows, limits, style)
    assert made.field_config
    if not in_days and queries[0].unit == "short":
        made.field_config.defaults.unit = WHOLE
    _name_bars(made, queries)
    return made


def _name_bars(panel: dashboard.Panel, queries: Sequence[Query]) -> None:
    """Names each bar after its labels: by the name of its series, Grafana leaves out that of a bar that
    is alone.
    """
    assert panel.field_config
    names = [_LABEL.sub(r"${__field.labels.\1}", query.legend) for query in queries]
    if len(names) == 1:
        panel.field_config.defaults.display_name = names[0]
        return
    panel.field_config.overrides += [
        dashboard.DashboardFieldConfigSourceOverrides(
            matcher=dashboard.MatcherConfig(id_val="byFrameRefID", options=ref_id(position)),
            properties=[dashboard.DynamicConfigValue(id_val="displayName", value=name)],
        )
        for position, name in enumerate(names)
    ]


def words(title: str, text: str, *, width: int, height: int = STAT_HEIGHT) -> dashboard.Panel:
    """Words in place of a picture that cannot be had."""
    panel = texts.Panel().mode(TextMode.MARKDOWN).content(text).build()
    panel.title, panel.id_val, panel.description = title, identity(title), text
    panel.transparent = False
    panel.grid_pos = dashboard.GridPos(w=width, h=height)
    panel.links = []
    return panel


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
        config.defaults.mappings = [*(config.defaults.mappings or []), _NOT_A_NUMBER]
    config.overrides = [*(config.overrides or []), *colors.overrides(queries)]
    config.defaults.no_value = style.get("empty") or explain.without_data(queries)
    if limits:
        config.defaults.thresholds = limits.thresholds()
    panel.field_config = config
    return panel


WHOLE = "locale"
"""The unit of counts, which are shown in full."""

A_YEAR = dashboard.RangeMap(
    options=dashboard.DashboardRangeMapOptions(
        from_val=365,
        to=None,
        result=dashboard.ValueMappingResult(text="more than a year", index=0),
    )
)
"""Days that nobody counts."""

_NOT_A_NUMBER = dashboard.SpecialValueMap(
    options=dashboard.DashboardSpecialValueMapOptions(
        match=dashboard.SpecialValueMatch.NA_N,
        result=dashboard.ValueMappingResult(text="–", index=0),
    )
)

_LABEL = re.compile(r"{{(\w+)}}")
_MADE_UP_ID = "/([0-9a-f]{8})[0-9a-f]{56}/"
"""An id that LiteLLM made, since the configuration has none: its beginning is enough for people."""


def _without_none(queries: Sequence[Query]) -> list[dashboard.DataTransformerConfig]:
    """Names of series as people read them, where LiteLLM writes ``None``, nothing, or a long id."""
    labels = {label for query in queries for label in _LABEL.findall(query.legend)}
    renamed = {}
    if none := labels & NO_VALUE.keys():
        alone = len(labels) == 1
        pattern = "^(None)?$" if alone else r"/\bNone\b/g"
        renamed[pattern] = NO_VALUE[none.pop()] if alone else "none"
    if "model_id" in labels:
        renamed[_MADE_UP_ID] = "$1"
    return [
        dashboard.DataTransformerConfig(
            id_val="renameByRegex", options={"regex": pattern, "renamePattern": name}
        )
        for pattern, name in renamed.items()
    ]


def _words_of(name: int, number: int) -> common_builder.VizTextDisplayOptions:
    return common_builder.VizTextDisplayOptions().title_size(name).value_size(number)


def _last_value() -> common_builder.ReduceDataOptions:
    return common_builder.ReduceDataOptions().values(False).calcs(["lastNotNull"]).fields("")


def _legend_below() -> common_builder.VizLegendOptions:
    return (
        common_builder.VizLegendOptions()
        .display_mode(common.LegendDisplayMode.LIST)
        .placement(common.LegendPlacement.BOTTOM)
        .show_legend(True)
    )
