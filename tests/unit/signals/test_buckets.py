"""Where latency buckets end, and how a bound is written."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.utils import floatToGoString

from litellm_monitoring.signals.catalogue.metrics import families
from litellm_monitoring.signals.serving.buckets import (
    default_bounds,
    has_them,
    nearest,
    pattern,
    spellings,
)
from litellm_monitoring.signals.serving.latency import (
    FIRST_TOKEN,
    PER_OUTPUT_TOKEN,
    TOTAL,
    UPSTREAM,
)

SECONDS = st.floats(min_value=0, exclude_min=True, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("bound", "written"),
    [
        (60.0, ("60.0", "60")),
        (0.5, ("0.5",)),
        (0.00625, ("0.00625",)),
        (123.456789, ("123.456789",)),
        (0.00005, ("5e-05",)),
        (100_000.0, ("100000.0", "100000")),
        (1_000_000.0, ("1e+06",)),
        (1_234_567.5, ("1.2345675e+06",)),
        (math.inf, ("+Inf",)),
    ],
)
def test_how_a_bound_is_written(bound: float, written: tuple[str, ...]) -> None:
    assert spellings(bound) == written


@settings(deadline=None)
@given(st.one_of(SECONDS, st.integers(1, 10**9).map(float)))
def test_what_the_client_library_writes_comes_first(bound: float) -> None:
    """LiteLLM's page is written by it."""
    assert spellings(bound)[0] == floatToGoString(bound)  # type: ignore[no-untyped-call]
    assert {float(each) for each in spellings(bound)} == {bound}


@settings(deadline=None)
@given(SECONDS, SECONDS)
def test_the_pattern_matches_every_spelling_of_the_bound_and_of_no_other(
    bound: float, other: float
) -> None:
    expression = re.compile(pattern(bound))
    assert all(expression.fullmatch(each) for each in spellings(bound))
    if other != bound:
        assert not any(expression.fullmatch(each) for each in spellings(other))


@pytest.mark.parametrize(
    ("seconds", "bounds", "found"),
    [
        (45, (10, 30, 60, 120), (30, 60)),
        (31, (10, 30, 60, 120), (30, 60)),
        (0.1, (10, 30, 60), (10, 30)),
        (61, (10, 30, 60), (30, 60)),
        (math.inf, (10, 30, 60), (30, 60)),
        (math.nan, (10, 30, 60), (10, 30)),
        (7, (5,), (5,)),
    ],
)
def test_the_nearest_two(
    seconds: float, bounds: tuple[float, ...], found: tuple[float, ...]
) -> None:
    assert nearest(seconds, bounds) == found


def test_which_histograms_have_them() -> None:
    """Those that LiteLLM makes with ``self.latency_buckets``, and no others."""
    others = {
        PER_OUTPUT_TOKEN,
        "litellm_accounting_batch_seconds",
        "litellm_managed_batch_duration_seconds",
        "litellm_spend_log_cleanup_batch_duration_seconds",
    }
    histograms = {name for name, family in families().items() if family.buckets}
    assert {name for name in histograms if has_them(families()[name])} == histograms - others
    assert {TOTAL, UPSTREAM, FIRST_TOKEN} <= histograms - others
    assert default_bounds() == families()[FIRST_TOKEN].buckets
