"""Where the buckets of LiteLLM's latency histograms end, and how a bound is written."""

import math
import re
from bisect import bisect_left
from collections.abc import Sequence

from litellm_monitoring.signals.catalogue.metrics import Family, families
from litellm_monitoring.signals.serving.latency import TOTAL

SETTING = "litellm_settings.prometheus_latency_buckets"
"""With what operators have them end elsewhere."""

SETTING_SINCE = "1.83.7"
"""The LiteLLM that brought the setting, and with it the present defaults."""


def default_bounds() -> tuple[float, ...]:
    """The bounds, in seconds and without ``+Inf``, that the newest LiteLLM has by default."""
    return families()[TOTAL].buckets


def has_them(family: Family) -> bool:
    """Whether ``family`` is one of the histograms that :data:`SETTING` is for, which have the same
    bounds by default.
    """
    return family.buckets == default_bounds()


def nearest(seconds: float, bounds: Sequence[float]) -> tuple[float, ...]:
    """The two of ``bounds`` that ``seconds`` lies between, or else is closest to."""
    above = min(max(bisect_left(bounds, seconds), 1), max(len(bounds) - 1, 1))
    return tuple(bounds[above - 1 : above + 1])


def spellings(bound: float) -> tuple[str, ...]:
    """How a bound is written as the value of ``le``: 60 is 60.0 on LiteLLM's page and in Prometheus
    3, and 60 where an OpenTelemetry collector has passed it on.
    """
    if math.isinf(bound):
        return ("+Inf",)
    text = shortest(bound)
    return (f"{text}.0", text) if text.isdecimal() else (text,)


def pattern(bound: float) -> str:
    """A regular expression of all its spellings."""
    *with_point, plain = spellings(bound)
    return f"{plain}(\\.0)?" if with_point else re.escape(plain)


def shortest(bound: float) -> str:
    """A bound as Go writes it, which unlike Python has an exponent from a million on."""
    text = repr(float(bound)).removesuffix(".0")
    whole, _, part = text.partition(".")
    if "e" in text or len(whole) <= len("999999"):
        return text
    mantissa = f"{whole[0]}.{whole[1:]}{part}".rstrip("0").rstrip(".")
    return f"{mantissa}e+{len(whole) - 1:02}"
