"""What an expression reads."""

import contextlib
from datetime import timedelta

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.signals.asking.promql import missing, parsed, selectors, series_of
from litellm_monitoring.signals.catalogue.metrics import CatalogueError


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("a", [("a", set(), None, "")]),
        ("sum by (x) (rate(a[5m]))", [("a", {"x"}, timedelta(minutes=5), "rate")]),
        ("rate(a[$__rate_interval])", [("a", set(), timedelta(minutes=1), "rate")]),
        (
            "sum by (x) (a) / on (y) group_left (z) b",
            [("a", {"x", "y"}, None, ""), ("b", {"y"}, None, "")],
        ),
        ('a{job=~"$job", b=~"c.*"}', [("a", set(), None, "")]),
        ("sum without (x) (a)", [("a", set(), None, "")]),
        ("sum by (x) (a) / ignoring (y) b", [("a", {"x"}, None, ""), ("b", set(), None, "")]),
        ('sum by (new) (label_replace(a, "new", "$1", "old", "(.*)"))', [("a", {"old"}, None, "")]),
        ('sum by (x) (label_replace(a, "x", "none", "x", "|None"))', [("a", {"x"}, None, "")]),
        ('sum by (x) (label_replace(a, "y", "none", "z", ""))', [("a", {"x"}, None, "")]),
        ('sum by (k) (label_join(a, "k", "-", "x", "y"))', [("a", {"x", "y"}, None, "")]),
        ("max_over_time(rate(a[5m])[1h:1m])", [("a", set(), timedelta(minutes=5), "rate")]),
        ("topk(5, a) and -(b) or vector(1)", [("a", set(), None, ""), ("b", set(), None, "")]),
        ("1 + time()", []),
    ],
)
def test_selectors(
    expression: str, read: list[tuple[str, set[str], timedelta | None, str]]
) -> None:
    assert [
        (each.metric, set(each.grouped), each.window, each.function)
        for each in selectors(parsed(expression))
    ] == read


@pytest.mark.parametrize(
    ("expression", "there", "lacking"),
    [
        ("a", "", ["a"]),
        ("a", "a", []),
        ("a / b", "a", ["b"]),
        ("a or b", "b", []),
        ("a or b", "", ["a"]),
        ("(a or b) / c", "c", ["a"]),
        ("(a and b) or c", "", ["c"]),
        ("a or (b and c)", "", ["a"]),
        ("(a and b) or c", "ab", []),
        ("a unless b", "a", []),
        ("a unless b", "b", ["a"]),
        ("a and b", "a", ["b"]),
        ("sum(rate(a[5m])) or vector(0)", "", []),
        ("absent(a)", "", []),
        ("histogram_quantile(0.5, sum by (le) (rate(a[5m])))", "", ["a"]),
    ],
)
def test_what_is_missing(expression: str, there: str, lacking: list[str]) -> None:
    def has(selector: promql_parser.VectorSelector) -> bool:
        return str(selector.name) in there

    assert [str(each.name) for each in missing(parsed(expression), has)] == lacking


@pytest.mark.parametrize(
    "moment", ["", " @ end()", " @ start()", " offset 5m", " @ end() offset 1h"]
)
@pytest.mark.parametrize("selector", ["a", "a{}", 'a{b="c"}', 'a{b="} @ end()"}', 'a{b="\\""}'])
def test_a_selector_without_its_moment(selector: str, moment: str) -> None:
    (read,) = selectors(parsed(selector + moment))
    (alone,) = selectors(parsed(series_of(read.node)))
    assert alone.node.at is None
    assert alone.node.offset is None
    assert str(alone.node.matchers) == str(read.node.matchers)


@given(st.text())
def test_what_is_no_promql_is_refused_and_nothing_else_happens(text: str) -> None:
    with contextlib.suppress(CatalogueError):
        list(selectors(parsed(text)))
