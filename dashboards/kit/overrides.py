"""What some of a panel's fields have otherwise than the rest."""

from grafana_foundation_sdk.models import dashboard


def override(
    matcher: str, options: str, option: str, value: object
) -> dashboard.DashboardFieldConfigSourceOverrides:
    """The ``value`` of an ``option`` of the fields that Grafana's ``matcher`` takes by ``options``
    (https://grafana.com/docs/grafana/latest/panels-visualizations/configure-overrides/).
    """
    return dashboard.DashboardFieldConfigSourceOverrides(
        matcher=dashboard.MatcherConfig(id_val=matcher, options=options),
        properties=[dashboard.DynamicConfigValue(id_val=option, value=value)],
    )
