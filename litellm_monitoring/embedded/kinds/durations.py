"""Durations as Go writes them, which is how the Grafana provider has them."""

from typing import Any

from litellm_monitoring.signals.asking.promql import seconds


def go_duration(value: Any) -> Any:
    """``5m0s`` for ``5m``; what is no duration as it is."""
    try:
        left = seconds(str(value))
    except ValueError:
        return value
    minutes, rest = divmod(left, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
