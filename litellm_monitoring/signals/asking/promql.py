"""PromQL as a tree: what an expression reads, with Grafana's variables in it or without.

The tree is promql-parser's, which follows Prometheus's own grammar.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import promql_parser

from litellm_monitoring.signals.catalogue.metrics import CatalogueError

_DURATION = re.compile(
    r"\$__(rate_interval|interval|range)\b|\$\{__(rate_interval|interval|range)\}"
)
_MILLISECONDS = re.compile(r"\$__(rate_interval|interval|range)_ms\b")
_SECONDS = re.compile(r"\$__range_s\b")
_OF_VICTORIA_METRICS = re.compile(r"\bincrease_(?:pure|prometheus)\(")
"""Functions that Prometheus does not have, which take what its own takes."""
_CHOSEN = re.compile(r'=~("\$\w+"|`\$\{\w+:regex\}`)')
"""A matcher on what people choose with a variable of Grafana's."""

_OVER_TIME = frozenset({"rate", "irate", "increase"})
_EVEN_OF_NOTHING = frozenset({"absent", "absent_over_time"})
_LABELLING = frozenset({"label_replace", "label_join"})
_ONLY_MATCHED = frozenset({"and", "unless"})
"""Operators whose result has nothing of the right side."""
_SUMMING = frozenset({"sum", "group"})

_STAND_INS = (
    (_MILLISECONDS, "60000"),
    (_SECONDS, "60"),
    (_DURATION, "1m"),
    (_CHOSEN, r"=\1"),
    (_OF_VICTORIA_METRICS, "increase("),
)

_OPERATORS = {
    "MatchOp.Equal": "=",
    "MatchOp.NotEqual": "!=",
    "MatchOp.Re": "=~",
    "MatchOp.NotRe": "!~",
}


@dataclass(frozen=True)
class Selector:
    """A selector in an expression.

    ``grouped`` are the labels by which the expression tells its series apart; ``function`` is what
    its range goes into, e.g. ``rate``, and empty for an instant vector. One that ``is_summed`` gives
    the same result where its series are fewer that count the same.
    """

    node: promql_parser.VectorSelector
    grouped: frozenset[str]
    window: timedelta | None = None
    function: str = ""
    is_summed: bool = False

    @property
    def metric(self) -> str:
        """The name of its series."""
        return str(self.node.name)


def parsed(expression: str) -> Any:
    """The tree of ``expression``, in which a minute stands for Grafana's durations, and a variable
    for itself: compiling it as a regular expression would take longer than all the rest. What
    VictoriaMetrics alone has is there as what it is like in Prometheus.

    Raises:
        CatalogueError: where it is no PromQL.

    """
    for pattern, stands_for in _STAND_INS:
        expression = pattern.sub(stands_for, expression)
    try:
        return promql_parser.parse(expression)
    except ValueError as error:
        raise CatalogueError(f"{expression} is no PromQL: {error}") from None


def selectors(node: Any) -> Iterator[Selector]:
    """The selectors below ``node``, from left to right."""
    return _selectors(node, frozenset(), is_summed=False)


def series_of(selector: promql_parser.VectorSelector) -> str:
    """The selector as text, whatever moment it is asked for (``@``, ``offset``)."""
    text = selector.prettify()
    return str(text[: text.rindex("}") + 1] if "}" in text else text.split(" ")[0])


def operands(node: Any) -> list[Any]:
    """The expressions that ``node`` is made of."""
    match node:
        case promql_parser.BinaryExpr():
            return [node.lhs, node.rhs]
        case promql_parser.Call():
            return list(node.args)
        case (
            promql_parser.AggregateExpr()
            | promql_parser.ParenExpr()
            | promql_parser.SubqueryExpr()
            | promql_parser.UnaryExpr()
        ):
            return [node.expr]
        case promql_parser.MatrixSelector():
            return [node.vector_selector]
        case _:
            return []


def missing(
    node: Any, has: Callable[[promql_parser.VectorSelector], bool]
) -> list[promql_parser.VectorSelector]:
    """The selectors that have no series, and without which ``node`` has no result."""
    match node:
        case promql_parser.VectorSelector():
            return [] if has(node) else [node]
        case promql_parser.BinaryExpr() if str(node.op) == "or":
            # Either side will do, so what is missing is the side that takes less.
            return min(missing(node.lhs, has), missing(node.rhs, has), key=len)
        case promql_parser.BinaryExpr() if str(node.op) == "unless":
            return missing(node.lhs, has)
        case promql_parser.Call() if function_of(node) in _EVEN_OF_NOTHING:
            return []
        case _:
            return [each for operand in operands(node) for each in missing(operand, has)]


def function_of(node: promql_parser.Call) -> str:
    """The name of the function that is called."""
    return str(node.func.name)


def operator_of(matcher: promql_parser.Matcher) -> str:
    """The operator of a label matcher, as PromQL writes it."""
    return _OPERATORS[str(matcher.op)]


def seconds(duration: str) -> int:
    """How long a PromQL duration is."""
    return int(promql_parser.parse_duration(duration).total_seconds())


def is_rate(function: str) -> bool:
    """Whether ``function`` takes the increase of counters."""
    return function in _OVER_TIME


def _made_from(node: promql_parser.Call) -> frozenset[str]:
    """The labels that ``label_replace`` or ``label_join`` make one from."""
    texts = [text.val for text in node.args[1:]]
    return frozenset(texts[2:3] if function_of(node) == "label_replace" else texts[2:])


def _selectors(node: Any, labels: frozenset[str], *, is_summed: bool) -> Iterator[Selector]:
    match node:
        case promql_parser.VectorSelector():
            yield Selector(node, labels, is_summed=is_summed)
            return
        case promql_parser.AggregateExpr(modifier=modifier):
            is_summed = str(node.op) in _SUMMING
            if modifier and modifier.type == promql_parser.AggModifierType.By:
                labels |= frozenset(modifier.labels)
            elif modifier:
                is_summed = False
        case promql_parser.BinaryExpr(modifier=modifier) if modifier and modifier.matching:
            if modifier.matching.type == promql_parser.LabelModifierType.Include:
                matched = frozenset(modifier.matching.labels)
                if str(node.op) in _ONLY_MATCHED:
                    yield from _selectors(node.lhs, labels | matched, is_summed=is_summed)
                    # What is only looked for may be fewer series, too.
                    yield from _selectors(node.rhs, matched, is_summed=True)
                    return
                labels |= matched
        case promql_parser.Call() if function_of(node) in _LABELLING:
            made, *_ = (text.val for text in node.args[1:])
            if made in labels:
                labels = labels - {made} | _made_from(node)
        case promql_parser.Call() if function_of(node) in _EVEN_OF_NOTHING:
            is_summed = True
    for operand in operands(node):
        if isinstance(operand, promql_parser.MatrixSelector):
            selector = operand.vector_selector
            function = function_of(node) if isinstance(node, promql_parser.Call) else ""
            yield Selector(selector, labels, operand.range, function, is_summed)
        else:
            yield from _selectors(operand, labels, is_summed=is_summed)
