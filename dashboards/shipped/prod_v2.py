"""LiteLLM Prod v2: the dashboard that LiteLLM ships as JSON, with what was broken repaired.

What differs from the shipped one, and why:

- The remaining-limit queries ask for the metrics under their present names, ``or`` the old ones:
  LiteLLM renamed them, and the shipped panels stay empty. ``sort()`` is gone from them: over a
  range it only shuffles equal values.
- Rows are expanded and hold the panels below them: the shipped rows 2 and 3 are marked collapsed
  while their panels lie outside, which Grafana draws as "(0 panels)".
- Rates are taken over ``$__interval``, of at least eight scrapes, not over a fixed ``[2m]``, so that
  they follow the scrape interval and the zoom; and with what new series begin with.
- Variables ``datasource``, ``job`` and ``instance``, matched by every query, let one dashboard
  serve several proxies; Grafana's dashboard linter asks for them by these names.
- Every panel has a unit and a description that says when to worry; legends are words, where the
  shipped ones show the query.
- The latency names are bound to the query, not to its text, which the window changes.
- The latency panel fills its line of the grid, of which the shipped one leaves half empty.
"""

from grafana_foundation_sdk.builders import common as common_builder
from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from litellm_monitoring.dashboards.kit.finishing import (
    CHOSEN_DATA_SOURCE,
    FULL_WIDTH,
    GRAPH_HEIGHT,
    HALF_WIDTH,
    targets,
)
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.serving import failures, latency, traffic
from litellm_monitoring.signals.spending import limits

IMPORTED_UID = "be059pwgrlg5cf"
"""The uid in LiteLLM's JSON, and so of every copy imported by hand with its uid kept."""

_SERIES_SHOWN = 5


def litellm_prod_v2(scope: Scope) -> Dashboard:
    """Requests, failures and latency of the proxy; provider limits; requests by key and team.

    One team's has no provider limits, which are shared by all.
    """
    rows = [_proxy(scope), _keys_and_teams(scope)]
    if scope.team_alias is None:
        rows.insert(1, _provider_limits(scope))
    return Dashboard(
        "LiteLLM Prod v2",
        rows,
        is_annotated=False,
        crosshair=dashboard.DashboardCursorSync.OFF,
    )


def _proxy(scope: Scope) -> Row:
    return Row(
        "LiteLLM Proxy Level Metrics",
        [
            _time_series(
                "Proxy - Requests per second (success + failure)",
                traffic.requests(scope),
                panel_id=1,
                description="Requests per second to the proxy, successful and failed. "
                "Worry when it falls to zero while clients are active.",
            ).build(),
            _time_series(
                "Proxy Failure Responses / Second By Exception Class",
                failures.failures(scope, "exception_class"),
                panel_id=2,
                description="Failed requests per second by the class of exception that LiteLLM "
                "raised. Worry when a class that is not a client error keeps rising. "
                "No data means that no request has failed since the proxy started.",
            ).build(),
            _time_series(
                "Proxy - Average & Median Response Latency (seconds)",
                latency.mean(scope),
                latency.median(scope),
                panel_id=5,
                width=FULL_WIDTH,
                tooltip=common.TooltipDisplayMode.MULTI,
                description="Time from request to response, of successful requests only. An "
                "average far above the median means that a few requests are very slow.",
            )
            .override_by_query("A", _display_name("Average Latency (seconds)"))
            .override_by_query("B", _display_name("Median Latency (seconds)"))
            .build(),
        ],
        id=3,
    )


def _provider_limits(scope: Scope) -> Row:
    return Row(
        "LLM API Metrics",
        [
            _time_series(
                "x-ratelimit-remaining-requests",
                limits.remaining_requests(scope, _SERIES_SHOWN),
                panel_id=6,
                description=_remaining("Requests"),
            ).build(),
            _time_series(
                "x-ratelimit-remaining-tokens",
                limits.remaining_tokens(scope, _SERIES_SHOWN),
                panel_id=8,
                description=_remaining("Tokens"),
            ).build(),
        ],
        id=7,
    )


def _keys_and_teams(scope: Scope) -> Row:
    return Row(
        "LiteLLM Metrics by Virtual Key and Team",
        [
            _time_series(
                "Requests per second by Key Alias",
                traffic.requests(scope, "api_key_alias"),
                panel_id=9,
                description="Requests per second by virtual key alias. None: the key "
                "has no alias. Worry when one key crowds out the others.",
            ).build(),
            _time_series(
                "Requests per second by Team Alias",
                traffic.requests(scope, "team_alias"),
                panel_id=10,
                description="Requests per second by the alias of the team. None: the key belongs "
                "to no team, or its team has no alias. Worry when one team crowds out the others.",
            ).build(),
        ],
        id=4,
    )


def _remaining(what: str) -> str:
    return (
        f"{what} remaining in the provider's rate-limit window, from its last response; the five "
        "series with the most remaining. Worry when a line approaches zero. Providers that do not "
        "send this header do not appear."
    )


def _time_series(
    title: str,
    *queries: Query,
    panel_id: int,
    description: str,
    width: int = HALF_WIDTH,
    tooltip: common.TooltipDisplayMode = common.TooltipDisplayMode.SINGLE,
) -> timeseries.Panel:
    """A line chart in the shipped dashboard's style, which is not the house's."""
    return (
        timeseries.Panel()
        .title(title)
        .id(panel_id)
        .description(description)
        .datasource(CHOSEN_DATA_SOURCE)
        .unit(queries[0].unit)
        .span(width)
        .height(GRAPH_HEIGHT)
        .tooltip(common_builder.VizTooltipOptions().mode(tooltip).sort(common.SortOrder.NONE))
        .legend(
            common_builder.VizLegendOptions()
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .targets(targets(queries))
    )


def _display_name(name: str) -> list[DynamicConfigValue]:
    return [DynamicConfigValue(id_val="displayName", value=name)]
