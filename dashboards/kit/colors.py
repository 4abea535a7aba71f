"""What colours mean, on every dashboard: red is bad, and one thing has one colour."""

from collections.abc import Iterable, Mapping

from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.models import dashboard

from litellm_monitoring.dashboards.kit.overrides import override
from litellm_monitoring.signals import Query

_FIXED, _SHADES = dashboard.FieldColorModeId.FIXED, dashboard.FieldColorModeId.SHADES

_OF_SERIES: Mapping[str, str] = {
    **{"Succeeded": "green", "Rejected": "yellow", "Invalid": "light-yellow"},
    **{"Proxy errors": "red", "Upstream errors": "orange"},
    **{"Failed, no status": "light-purple", "Failed, unknown cause": "purple"},
    **{"Failed": "red", "Errors": "red", "Failures": "red", "Dropped": "red"},
    **{"p50": "light-blue", "p95": "blue", "p99": "dark-purple"},
    **{"Median": "light-blue", "Average": "green"},
    **{"In": "light-blue", "Out": "blue", "Hits": "green", "Misses": "yellow"},
    **{"Queue and authentication": "purple", "LiteLLM overhead": "yellow"},
    **{"Guardrails": "green", "Upstream": "blue"},
}
"""By the name of a series."""

_OF_CAUSES: Mapping[str, str] = {
    "rejected": "yellow",
    "invalid": "purple",
    "proxy": "red",
    "upstream": "orange",
}
"""By the word that ends the names of several series, which get shades of it."""

BLUE = builder.FieldColor().mode(_FIXED).fixed_color("blue")
"""Of what is neither good nor bad."""


def overrides(queries: Iterable[Query]) -> list[dashboard.DashboardFieldConfigSourceOverrides]:
    """The colours of the series of ``queries`` that have one of their own."""
    found = []
    for legend in dict.fromkeys(query.legend for query in queries):
        cause = legend.rpartition(" · ")[2]
        if legend in _OF_SERIES:
            found.append(_colored("byName", legend, _FIXED, _OF_SERIES[legend]))
        elif cause != legend and cause in _OF_CAUSES:
            pattern = f"/ · {cause}$/"
            found.append(_colored("byRegexp", pattern, _SHADES, _OF_CAUSES[cause]))
    return found


def _colored(
    matcher: str, options: str, mode: dashboard.FieldColorModeId, color: str
) -> dashboard.DashboardFieldConfigSourceOverrides:
    return override(matcher, options, "color", {"mode": mode.value, "fixedColor": color})
