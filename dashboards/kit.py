"""The house style of panels and rows, on grafana-foundation-sdk's builders.

The builders' own auto-layout places what is added: panels left to right, wrapping at the
grid's 24 columns.
"""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import common as common_builder
from grafana_foundation_sdk.builders import dashboard as dashboard_builder
from grafana_foundation_sdk.builders import prometheus, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.prometheus import QueryEditorMode

from signals import Query

HALF_WIDTH = 12
FULL_WIDTH = 24
PANEL_HEIGHT = 8

CHOSEN_DATA_SOURCE = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")


def time_series(
    title: str,
    *queries: Query,
    panel_id: int,
    description: str,
    width: int = HALF_WIDTH,
    tooltip: common.TooltipDisplayMode = common.TooltipDisplayMode.SINGLE,
) -> timeseries.Panel:
    """A line chart of ``queries``, which share one unit; their ref ids are A, B, C, …"""
    (unit,) = {query.unit for query in queries}
    panel = (
        timeseries.Panel()
        .title(title)
        .id(panel_id)
        .description(description)
        .datasource(CHOSEN_DATA_SOURCE)
        .unit(unit)
        .span(width)
        .height(PANEL_HEIGHT)
        .tooltip(common_builder.VizTooltipOptions().mode(tooltip).sort(common.SortOrder.NONE))
        .legend(
            common_builder.VizLegendOptions()
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
    )
    return panel.targets(_targets(queries))


def row(title: str, row_id: int) -> dashboard_builder.Row:
    """An expanded row; the panels added after it are its own."""
    return dashboard_builder.Row(title).id(row_id).collapsed(False)


def _targets(queries: Sequence[Query]) -> list[Builder[Dataquery]]:
    return [
        prometheus.Dataquery()
        .ref_id(chr(ord("A") + position))
        .datasource(CHOSEN_DATA_SOURCE)
        .editor_mode(QueryEditorMode.CODE)
        .expr(query.expr)
        .legend_format(query.legend)
        .range()
        for position, query in enumerate(queries)
    ]
