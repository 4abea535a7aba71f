"""Units as Grafana takes them: those of a few events have no name there."""

_PER_SECOND = "/s"


def is_own(unit: str) -> bool:
    """Whether it is a unit of ours, such as ``tokens/s``."""
    return unit.endswith(_PER_SECOND)


def shown(unit: str) -> str:
    """``unit`` in Grafana's form
    (https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#custom-units).
    """
    return f"suffix:{unit}" if is_own(unit) else unit
