"""Units as Grafana takes them: those of a few events have no name there."""

from grafana_foundation_sdk.models import dashboard

_PER_SECOND = "/s"

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

NOT_A_NUMBER = dashboard.SpecialValueMap(
    options=dashboard.DashboardSpecialValueMapOptions(
        match=dashboard.SpecialValueMatch.NA_N,
        result=dashboard.ValueMappingResult(text="–", index=0),
    )
)


def is_own(unit: str) -> bool:
    """Whether it is a unit of ours, such as ``tokens/s``."""
    return unit.endswith(_PER_SECOND)


def shown(unit: str) -> str:
    """``unit`` in Grafana's form
    (https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#custom-units).
    """
    return f"suffix:{unit}" if is_own(unit) else unit
