"""The house style of panels: one function for each picture, on grafana-foundation-sdk's builders.

Every panel says what it shows, when to worry, what to do then and what enables it in its
description, and words where there is nothing to show; the last two come from the catalogue of
metrics unless a panel knows better.
"""

from collections.abc import Mapping, Sequence
from typing import Unpack

from grafana_foundation_sdk.builders import bargauge, heatmap, statetimeline, timeseries
from grafana_foundation_sdk.builders import common as common_builder
from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.builders import stat as stats
from grafana_foundation_sdk.builders import text as texts
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat
from grafana_foundation_sdk.models.text import TextMode

from litellm_monitoring.dashboards.kit import colors, units
from litellm_monitoring.dashboards.kit.finishing import (
    FULL_WIDTH,
    STAT_HEIGHT,
    STAT_WIDTH,
    Limits,
    Style,
    finished,
    ref_id,
    targets,
)
from litellm_monitoring.dashboards.kit.layout import identity
from litellm_monitoring.dashboards.kit.overrides import override
from litellm_monitoring.signals import Query
from litellm_monitoring.signals.asking.query import LABEL

_NAME_SIZE, _NUMBER_SIZE, _BAR_TEXT, _BAR_HEIGHT = 14, 30, 15, 40
"""In pixels: by itself, Grafana fills the room."""

_LINES_AT_ONCE = 20
"""Of a state timeline, before it gets pages."""


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
    every: str = "",
    **style: Unpack[Style],
) -> dashboard.Panel:
    """Lines, or areas ``stacked`` on each other, or ``bars`` of at least that length of time; points
    are at least so long apart, ``every`` now and then.
    """
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
        .targets(targets(queries, interval=bars or every))
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
        panel.decimals(1).mappings([units.A_YEAR])
    if most is not None:
        panel.max(most)
    if not limits:
        panel.color_scheme(colors.BLUE)
    made = finished(panel, title, queries, shows, limits, style)
    assert made.field_config
    if not in_days and queries[0].unit == "short":
        made.field_config.defaults.unit = units.WHOLE
    _name_bars(made, queries)
    return made


def _name_bars(panel: dashboard.Panel, queries: Sequence[Query]) -> None:
    """Names each bar after its labels: by the name of its series, Grafana leaves out that of a bar that
    is alone.
    """
    assert panel.field_config
    names = [LABEL.sub(r"${__field.labels.\1}", query.legend) for query in queries]
    if len(names) == 1:
        panel.field_config.defaults.display_name = names[0]
        return
    panel.field_config.overrides += [
        override("byFrameRefID", ref_id(position), "displayName", name)
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
