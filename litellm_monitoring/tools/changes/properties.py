"""Properties of the Grafana provider's resources, as far as a person has set them.

What is declared and what Grafana has come in different forms: the Terraform bridge marks defaults,
the provider writes durations out, and Grafana fills in what was left out.
"""

import re
from collections.abc import Mapping
from typing import Any

from pulumi.runtime.rpc import UNKNOWN

from litellm_monitoring.embedded import bridge

SECRET = "[secret]"
"""What the engine shows in place of a secret, and we in place of any sealed value."""

_NOT_KNOWN = "known once deployed"
_DURATIONS = frozenset({"for", "keepFiringFor", "groupWait", "groupInterval", "repeatInterval"})
_PART = re.compile(r"(\d+)([a-z]+)")
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


def plain(value: Any) -> Any:
    """``value`` without the bridge's marks and what is not set, and with durations in their shortest
    form; what is sealed stays so.
    """
    match value:
        case str():
            return _NOT_KNOWN if value == UNKNOWN else value
        case dict() if value.get(bridge.SIGNATURE) == bridge.SECRET:
            return SECRET
        case dict():
            return {
                key: _duration(item) if key in _DURATIONS else plain(item)
                for key, item in value.items()
                if item is not None and not key.startswith(bridge.MARK)
            }
        case list():
            return [plain(item) for item in value]
        case _:
            return value


def holds_a_secret(value: Any) -> bool:
    """Whether anything in a :func:`plain` value is sealed."""
    match value:
        case Mapping():
            return any(map(holds_a_secret, value.values()))
        case list():
            return any(map(holds_a_secret, value))
        case _:
            return bool(value == SECRET)


def _duration(value: Any) -> Any:
    """``5m`` for ``5m0s``, ``90s`` and ``1m30s`` for each other; other values as they are."""
    if not isinstance(value, str) or "".join(map("".join, _PART.findall(value))) != value:
        return plain(value)
    try:
        left = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(value))
    except KeyError:
        return value
    parts = []
    for unit in ("h", "m", "s"):
        number, left = divmod(left, _SECONDS[unit])
        parts += [f"{number}{unit}"] if number else []
    return "".join(parts) or "0s"
