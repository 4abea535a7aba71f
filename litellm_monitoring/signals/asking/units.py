"""Whether what a query returns is in the unit that it is shown in.

A value's dimension is the powers of the base units that it is made of: seconds per token are
``{"s": 1}``, since a count has none; a rate of dollars is ``{"USD": 1, "s": -1}``.
"""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import promql_parser

from litellm_monitoring.signals.asking.promql import function_of, operands, selectors
from litellm_monitoring.signals.catalogue.metrics import (
    PARTS_OF_A_HISTOGRAM,
    CatalogueError,
    MetricType,
    family_of,
)
from litellm_monitoring.signals.catalogue.recording import (
    is_recorded,
    is_recorded_increase,
    is_recorded_rate,
    measured,
)

_Dimension = Mapping[str, int]

_COUNT: _Dimension = MappingProxyType({})
_PER_SECOND: _Dimension = MappingProxyType({"s": -1})
_DIMENSIONS: Mapping[str, _Dimension] = {
    **dict.fromkeys(("short", "none", "percentunit", "percent", "locale", "bool"), _COUNT),
    **dict.fromkeys(("reqps", "tokens/s", "errors/s", "calls/s", "events/s"), _PER_SECOND),
    "s": {"s": 1},
    "h": {"h": 1},
    "bytes": {"B": 1},
    "decbytes": {"B": 1},
    "Bps": {"B": 1, "s": -1},
    "currencyUSD": {"USD": 1},
    "dateTimeAsIso": {"timestamp": 1},
}
"""Grafana's units (https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts)
as far as LiteLLM's metrics have values in them, and some of our own that count events."""

_COUNTING = frozenset({"count", "count_values", "group"})
_COUNTING_OVER_TIME = frozenset({"changes", "resets", "count_over_time", "absent", "sgn"})
_PER_SECOND_FUNCTIONS = frozenset({"rate", "irate", "deriv"})
_TIME = frozenset({"time", "timestamp"})
_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


def check_unit(node: Any, unit: str) -> None:
    """Raises CatalogueError where what the expression ``node`` returns is not in ``unit``."""
    dimension = _dimension(node)
    known = _DIMENSIONS.get(unit)
    if known is None or dimension not in (None, known):
        right = [name for name, known in _DIMENSIONS.items() if dimension in (None, known)]
        advice = f"its unit is {' or '.join(right)}" if right else "no unit fits it"
        raise CatalogueError(f"{node} is not in {unit}; {advice}")


def _dimension(node: Any) -> _Dimension | None:
    """None for a number, which goes with everything."""
    match node:
        case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
            return None
        case promql_parser.VectorSelector():
            return _of_resource(node) or _of_series(str(node.name))
        case promql_parser.AggregateExpr() if str(node.op) in _COUNTING:
            return _COUNT
        case promql_parser.Call():
            return _of_call(node)
        case promql_parser.BinaryExpr():
            return _of_operation(node)
        case _:
            (operand,) = operands(node)
            return _dimension(operand)


def _of_resource(node: promql_parser.VectorSelector) -> _Dimension | None:
    """That of a series which has another unit for each resource, such as limits of memory and CPU."""
    units = family_of(str(node.name)).units
    resources = [each.value for each in node.matchers.matchers if each.name == "resource"]
    found = [_DIMENSIONS[units[each]] for each in resources if each in units]
    return found[0] if found else None


def _of_series(series: str) -> _Dimension:
    family = family_of(series)
    if is_recorded_rate(series):
        return _product(_of_series(measured(series)), _PER_SECOND, 1)
    if is_recorded(series) and not is_recorded_increase(series):
        return _COUNT
    counted = family.type is MetricType.HISTOGRAM and not series.endswith(PARTS_OF_A_HISTOGRAM[1])
    return _COUNT if counted else _DIMENSIONS[family.unit]


def _of_call(node: promql_parser.Call) -> _Dimension | None:
    function = function_of(node)
    if function in _TIME:
        return _DIMENSIONS["dateTimeAsIso"]
    if function in _COUNTING_OVER_TIME:
        return _COUNT
    if function == "histogram_quantile":
        return _of_quantile(node.args[1])
    dimensions = [found for each in node.args if (found := _dimension(each)) is not None]
    if not dimensions:
        return None
    if function in _PER_SECOND_FUNCTIONS:
        return _product(dimensions[0], _PER_SECOND, 1)
    return dimensions[0]


def _of_quantile(buckets: Any) -> _Dimension | None:
    dimension = None
    found = list(selectors(buckets))
    # What is told apart otherwise only says which proxies are known.
    for selector in [each for each in found if "le" in each.grouped] or found:
        bucket = measured(selector.metric)
        if not bucket.endswith("_bucket"):
            raise CatalogueError(f"{bucket} has no quantiles: it is no bucket of a histogram")
        dimension = _DIMENSIONS[family_of(bucket).unit]
    return dimension


def _of_operation(node: promql_parser.BinaryExpr) -> _Dimension | None:
    left, operator = _dimension(node.lhs), str(node.op)
    if operator == "*" and isinstance(node.lhs, promql_parser.NumberLiteral) and not node.lhs.val:
        # Nothing of something goes with everything.
        return None
    if operator in ("and", "unless"):
        return left
    right = _dimension(node.rhs)
    if operator == "*" and _is_increase(node):
        return _product(left or _COUNT, _PER_SECOND, -1)
    if operator == "/" and _is_in_days(node, left):
        return _COUNT
    if operator == "/" and _is_by_the_window(node):
        return _product(left or _COUNT, _PER_SECOND, 1)
    if operator in ("*", "/"):
        return _product(left or _COUNT, right or _COUNT, 1 if operator == "*" else -1)
    if right is None:
        return left
    if operator == "-" and left == right == _DIMENSIONS["dateTimeAsIso"]:
        return _DIMENSIONS["s"]
    if left is not None and left != right:
        raise CatalogueError(f"{node.lhs} and {node.rhs} are in different units")
    if operator in _COMPARISONS and node.modifier and node.modifier.return_bool:
        return _COUNT
    return right


def _is_increase(node: promql_parser.BinaryExpr) -> bool:
    """Whether recorded rates are added up and multiplied by the seconds from one to the next."""
    return isinstance(node.lhs, promql_parser.Call) and function_of(node.lhs) == "sum_over_time"


def _is_in_days(node: promql_parser.BinaryExpr, left: _Dimension | None) -> bool:
    """Whether hours are made a number of days."""
    return left == _DIMENSIONS["h"] and str(node.rhs) == "24"


def _is_by_the_window(node: promql_parser.BinaryExpr) -> bool:
    """Whether what has grown in a window is divided by its length, in seconds or, a thousand times
    as much, in milliseconds: that is a rate.
    """
    if not isinstance(node.rhs, promql_parser.NumberLiteral):
        return False
    windows = {
        length.total_seconds()
        for selector in selectors(node.lhs)
        for length in (selector.window, selector.node.offset)
        if length
    }
    return bool(windows & {node.rhs.val, node.rhs.val / 1000})


def _product(one: _Dimension, other: _Dimension, power: int) -> _Dimension:
    powers = Counter(one)
    for base, exponent in other.items():
        powers[base] += power * exponent
    return {base: exponent for base, exponent in powers.items() if exponent}
