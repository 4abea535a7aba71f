"""What Grafana would send when a dashboard opens."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.tools.check.evidence.panels import TimeRange, filled_in, queries_of

NOW = datetime(2026, 11, 24, 15, 37, 20, tzinfo=UTC)


def at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("now-6h", "now", (at(2026, 11, 24, 9, 37, 20), at(2026, 11, 24, 15, 37, 20))),
        ("now/d", "now/d", (at(2026, 11, 24), at(2026, 11, 24, 23, 59, 59))),
        ("now-1d/d", "now-1d/d", (at(2026, 11, 23), at(2026, 11, 23, 23, 59, 59))),
        ("now/w", "now", (at(2026, 11, 23), at(2026, 11, 24, 15, 37, 20))),
        ("now/M", "now/h", (at(2026, 11, 1), at(2026, 11, 24, 15, 59, 59))),
        ("now/Q", "now/m", (at(2026, 10, 1), at(2026, 11, 24, 15, 37, 59))),
        ("now/y", "now/s", (at(2026, 1, 1), at(2026, 11, 24, 15, 37, 20))),
        ("now-1M", "now", (at(2026, 10, 25, 15, 37, 20), at(2026, 11, 24, 15, 37, 20))),
        ("now-1h+30m", "now", (at(2026, 11, 24, 15, 7, 20), at(2026, 11, 24, 15, 37, 20))),
    ],
)
def test_times(start: str, end: str, expected: tuple[int, int]) -> None:
    times = TimeRange.of({"time": {"from": start, "to": end}}, NOW, "15s")
    assert (times.start, times.end) == expected


@pytest.mark.parametrize(
    ("start", "scrape_interval", "step"),
    [("now-15m", "15s", 15), ("now-6h", "15s", 25), ("now-7d", "1m", 605), ("now-1h", "1m", 60)],
)
def test_the_step_is_no_shorter_than_the_scrape_interval(
    start: str, scrape_interval: str, step: int
) -> None:
    model = {"time": {"from": start, "to": "now"}}
    assert TimeRange.of(model, NOW, scrape_interval).step == step


def model(*panels: dict[str, Any], variables: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "title": "Board",
        "time": {"from": "now-6h", "to": "now"},
        "panels": list(panels),
        "templating": {"list": list(variables)},
    }


def panel(title: str, *expressions: str) -> dict[str, Any]:
    targets = [
        {"refId": ref, "expr": expression}
        for ref, expression in zip("ABC", expressions, strict=False)
    ]
    return {"title": title, "targets": targets}


def test_every_query_of_every_panel() -> None:
    row = {"type": "row", "title": "Row", "collapsed": True, "panels": [panel("Inside", "c")]}
    found = queries_of(model(panel("One", "a", "b"), row, {"type": "text"}), NOW, "15s")
    assert [(query.panel, query.ref, query.expression) for query in found] == [
        ("One", "A", "a"),
        ("One", "B", "b"),
        ("Inside", "A", "c"),
    ]


ALL = {"selected": True, "text": "All", "value": "$__all"}


@pytest.mark.parametrize(
    ("expression", "sent"),
    [
        ('x{job=~"$job"}', 'x{job=~".+"}'),
        ('x{job=~"${job}", a="[[job]]"}', 'x{job=~".+", a=".+"}'),
        ('x{job=~"${job:regex}", a="[[job:raw]]"}', 'x{job=~".+", a=".+"}'),
        ('x{model=~"$model"}', 'x{model=~".*"}'),
        ('x{team=~"$team"}', r'x{team=~"a\.b|c"}'),
        ('x{key="$key"}', 'x{key="k"}'),
        ("rate(x[$__rate_interval])", "rate(x[60s])"),
        ("rate(x[${__rate_interval}])", "rate(x[60s])"),
        ("increase(x[$__range]) / $__range_s", "increase(x[21600s]) / 21600"),
        ("max_over_time(x[$__interval])", "max_over_time(x[25s])"),
        ("x offset $every", "x offset 1h"),
        ('x{a="$1"}', 'x{a="$1"}'),
    ],
)
def test_variables(expression: str, sent: str) -> None:
    variables: tuple[dict[str, Any], ...] = (
        {"name": "datasource", "type": "datasource"},
        {"name": "job", "type": "query", "multi": True, "current": ALL, "allValue": ".+"},
        {"name": "model", "type": "query", "multi": True, "current": {"value": ["$__all"]}},
        {"name": "team", "type": "query", "multi": True, "current": {"value": ["a.b", "c"]}},
        {"name": "key", "type": "query", "current": {"value": "k"}},
        {"name": "every", "type": "interval", "current": {"value": "1h"}},
    )
    (query,) = queries_of(model(panel("P", expression), variables=variables), NOW, "15s")
    assert query.expression == sent


@given(st.text())
def test_what_is_no_variable_is_left_as_it_is(text: str) -> None:
    assert filled_in(text, {}) == text


def test_a_panels_own_time_range_moment_and_least_interval() -> None:
    today = {**panel("Today", "increase(x[$__range])"), "timeFrom": "now/d"}
    today["targets"][0] |= {"instant": True, "range": False}
    bars = panel("Bars", "increase(x[$__interval])")
    bars["targets"][0] |= {"instant": False, "range": True, "interval": "$every"}
    variables = ({"name": "every", "type": "interval", "current": {"value": "1h"}},)
    first, second = queries_of(model(today, bars, variables=variables), NOW, "15s")
    assert (first.expression, first.is_instant) == ("increase(x[56240s])", True)
    assert (first.range.start, first.range.end) == (
        at(2026, 11, 24),
        at(2026, 11, 24, 15, 37, 20),
    )
    assert (second.expression, second.is_instant) == ("increase(x[3600s])", False)
    assert second.range.step == 3600
