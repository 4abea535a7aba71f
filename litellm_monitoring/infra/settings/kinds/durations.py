"""Durations that settings are made of, as Prometheus and Grafana both take them."""

import re
from typing import Annotated

from pydantic import AfterValidator

from litellm_monitoring.infra.settings.kinds.written import Written

_DURATION = re.compile(r"([1-9][0-9]*)(ms|s|m|h|d|w)")
"""Of Prometheus's durations, those that Grafana takes as well: one unit."""

_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_LONGEST = 2**63 // 10**6
"""Grafana and Prometheus count nanoseconds in 63 bits."""

_SHORTEST_REFRESH = 5000
"""Grafana's default of ``min_refresh_interval``."""


def milliseconds(value: str) -> int:
    """How long the duration ``value`` is; raises ValueError if it is none."""
    found = _DURATION.fullmatch(value)
    if not found:
        raise ValueError("not a duration; write it like 15s, 1m or 2h")
    # Python refuses to read thousands of digits, and the first twenty are too long already.
    length = int(found[1][:20]) * _MILLISECONDS[found[2]]
    if length > _LONGEST:
        raise ValueError("longer than Grafana and Prometheus can take, which is 292 years")
    return length


def duration(value: str) -> str:
    """``value``, if it is a duration; raises ValueError if not."""
    milliseconds(value)
    return value


def whole_seconds(value: str) -> str:
    """``value``, if it is a duration of whole seconds; raises ValueError if not."""
    if milliseconds(value) % 1000:
        raise ValueError("must be whole seconds; write it like 15s, 1m or 2h")
    return value


def _refresh(value: str) -> str:
    if value and milliseconds(value) < _SHORTEST_REFRESH:
        raise ValueError("too short; Grafana takes 5s or longer")
    return value


Duration = Annotated[Written, AfterValidator(duration)]
Seconds = Annotated[Written, AfterValidator(whole_seconds)]
Refresh = Annotated[Written, AfterValidator(_refresh)]
