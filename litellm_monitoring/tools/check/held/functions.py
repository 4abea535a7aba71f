"""Functions that are wrong for what they are given."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import promql_parser

from litellm_monitoring.signals.asking.promql import function_of, is_rate, operands
from litellm_monitoring.signals.catalogue.metrics import MetricType
from litellm_monitoring.signals.serving import buckets
from litellm_monitoring.tools.check.held.carried import SeriesOf, carried
from litellm_monitoring.tools.check.held.labels import matchers_of, matches
from litellm_monitoring.tools.check.held.remarks import Problem, Remark, error, note
from litellm_monitoring.tools.check.held.series import Series
from litellm_monitoring.tools.check.held.stand_ins import ANY

_OF_GAUGES = frozenset({"delta", "idelta", "deriv"})


def of_expression(node: Any, series_of: SeriesOf) -> Iterator[Remark]:
    """What is wrong with the functions in an expression."""
    match node:
        case promql_parser.VectorSelector():
            yield from _bounds(node, series_of(node) or ())
        case promql_parser.Call() if function_of(node) == "histogram_quantile":
            yield from _quantile(node, series_of)
        case promql_parser.Call() if selector := _of_range(node):
            yield from _over_time(function_of(node), series_of(selector) or ())
    for operand in operands(node):
        yield from of_expression(operand, series_of)


def _of_range(node: promql_parser.Call) -> promql_parser.VectorSelector | None:
    """The selector of whose samples a function takes a range."""
    for argument in node.args:
        while isinstance(argument, promql_parser.ParenExpr):
            argument = argument.expr
        match argument:
            case promql_parser.MatrixSelector():
                return argument.vector_selector
            case promql_parser.SubqueryExpr(expr=promql_parser.VectorSelector() as selector):
                return selector
    return None


def _over_time(function: str, series: Sequence[Series]) -> Iterator[Remark]:
    if not series:
        return
    name = series[0].name
    is_gauge = [each.type is MetricType.GAUGE for each in series]
    if is_rate(function) and all(is_gauge):
        yield error(
            Problem.WRONG_FUNCTION,
            f"{function} of {name}, which is a gauge: whenever it falls, that counts as a "
            "restart; use delta or deriv",
        )
    if function in _OF_GAUGES and not any(is_gauge):
        right = {"delta": "increase", "idelta": "irate"}.get(function, "rate")
        yield error(
            Problem.WRONG_FUNCTION,
            f"{function} of {name}, which is a counter: it falls to 0 when a proxy restarts; "
            f"use {right}",
        )


def _quantile(node: promql_parser.Call, series_of: SeriesOf) -> Iterator[Remark]:
    quantile, of = node.args[0], carried(node.args[1], series_of)
    if not of.series or not of.is_known:
        return
    if isinstance(quantile, promql_parser.NumberLiteral) and not 0 <= quantile.val <= 1:
        yield error(
            Problem.WRONG_FUNCTION,
            f"histogram_quantile({quantile.val:g}, …): a quantile is between 0 and 1",
        )
    if not any(each.is_bucket for each in of.series):
        named = ", ".join(dict.fromkeys(each.name for each in of.series))
        yield error(Problem.WRONG_FUNCTION, f"histogram_quantile of {named}: {_buckets(of.series)}")
    elif of.is_without("le"):
        yield error(
            Problem.AGGREGATED_AWAY,
            "histogram_quantile needs the label le, which is aggregated away; add it to by (…)",
        )


def _buckets(series: Sequence[Series]) -> str:
    buckets = dict.fromkeys(
        f"{each.family.name}_bucket" for each in series if each.family.type is MetricType.HISTOGRAM
    )
    return f"use {', '.join(buckets)}" if buckets else "LiteLLM has no buckets of it"


def _bounds(node: promql_parser.VectorSelector, series: Sequence[Series]) -> Iterator[Remark]:
    """Of matchers on ``le``, those that match no bound of a bucket."""
    for matcher in matchers_of(node):
        if matcher.name != "le" or not series or ANY in matcher.value:
            continue
        if not any(each.is_bucket for each in series):
            if not matches(matcher, ""):
                yield error(Problem.NO_SUCH_LABEL, f"{series[0].name} has no label le")
            continue
        yield from _bound(matcher, [each for each in series if each.is_bucket])


def _bound(matcher: promql_parser.Matcher, series: Sequence[Series]) -> Iterator[Remark]:
    bounds = sorted({bound for each in series for bound in each.family.buckets})
    exposed = [buckets.spellings(bound)[0] for bound in (*bounds, math.inf)]
    if not bounds or any(matches(matcher, bound) for bound in exposed):
        return
    written = re.sub(r"\\", "", matcher.value)
    if any(matches(matcher, each) for bound in bounds for each in buckets.spellings(bound)):
        yield note(
            Problem.NO_SUCH_VALUE,
            f'LiteLLM exposes le="60.0" for 60: le of {written} matches only what an '
            "OpenTelemetry collector has passed on",
        )
        return
    shown = ", ".join(f"{bound:g}" for bound in bounds)
    what = f"{series[0].name} has no bucket le={written}; there are: {shown}"
    if any(buckets.has_them(each.family) for each in series):
        others = f"unless {buckets.SETTING} or a LiteLLM before {buckets.SETTING_SINCE} has others"
        yield note(Problem.NO_SUCH_VALUE, f"{what}, {others}")
    else:
        yield error(Problem.NO_SUCH_VALUE, what)
