"""Which labels the result of an expression may have."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import promql_parser

from litellm_monitoring.signals.asking.promql import function_of, operands
from litellm_monitoring.tools.check.held.series import Series
from litellm_monitoring.tools.check.held.stand_ins import ANY

_SCALARS = frozenset({"scalar", "time", "pi", "step", "range", "start", "end"})
_WITH_OTHER_LABELS = frozenset({"absent", "absent_over_time", "histogram_quantiles", "info"})
_PASSED_ON = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_COMPARING = frozenset({"==", "!=", "<", ">", "<=", ">="})
_LABELLING = frozenset({"label_replace", "label_join"})


@dataclass(frozen=True)
class Carried:
    """The labels of what an expression returns.

    ``named`` may be there. ``is_closed``: no others can be; else also what the scrape adds.
    ``dropped`` cannot be there in any case. ``series`` are those of LiteLLM's that it is made of;
    ``is_known``: of nothing else.
    """

    named: frozenset[str] = frozenset()
    is_closed: bool = False
    dropped: frozenset[str] = frozenset()
    series: tuple[Series, ...] = ()
    is_known: bool = True

    def is_without(self, label: str) -> bool:
        """Whether ``label`` has been aggregated away, whoever added it."""
        if ANY in label:
            return False
        return (self.is_closed and label not in self.named) or label in self.dropped

    def limited(self, labels: frozenset[str]) -> "Carried":
        """What ``by`` leaves of it."""
        if any(ANY in label for label in labels):
            return replace(self, is_known=False)
        return replace(self, named=labels, is_closed=True, dropped=frozenset())

    def without(self, labels: frozenset[str]) -> "Carried":
        """What ``without`` leaves of it."""
        return replace(self, named=self.named - labels, dropped=self.dropped | labels)

    def with_added(self, labels: frozenset[str]) -> "Carried":
        """The same with more labels."""
        if any(ANY in label for label in labels):
            return replace(self, is_known=False, is_closed=False, dropped=frozenset())
        return replace(self, named=self.named | labels, dropped=self.dropped - labels)

    def joined(self, other: "Carried") -> "Carried":
        """What either has."""
        return Carried(
            named=self.named | other.named,
            is_closed=self.is_closed and other.is_closed,
            dropped=self.dropped & other.dropped,
            series=(*self.series, *other.series),
            is_known=self.is_known and other.is_known,
        )


_ANYTHING = Carried(is_known=False)
_NOTHING = Carried(is_closed=True)

SeriesOf = Callable[[promql_parser.VectorSelector], tuple[Series, ...] | None]
"""LiteLLM's series that a selector selects, or None where it may select others."""


def carried(node: Any, series_of: SeriesOf) -> Carried:
    """The labels that ``node`` returns."""
    match node:
        case promql_parser.VectorSelector():
            found = series_of(node)
            if found is None:
                return _ANYTHING
            return Carried(frozenset().union(*(each.labels for each in found)), series=found)
        case promql_parser.AggregateExpr():
            return _aggregated(node, carried(node.expr, series_of))
        case promql_parser.BinaryExpr():
            return _combined(node, series_of)
        case promql_parser.Call():
            return _returned(node, series_of)
        case _:
            return _all(operands(node), series_of)


def is_scalar(node: Any) -> bool:
    """Whether it is one number and no series."""
    match node:
        case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
            return True
        case promql_parser.Call():
            return function_of(node) in _SCALARS
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr() | promql_parser.BinaryExpr():
            return all(map(is_scalar, operands(node)))
        case _:
            return False


def text_of(node: Any) -> str:
    """What a string of PromQL says; a variable where that is not known."""
    while isinstance(node, promql_parser.ParenExpr):
        node = node.expr
    return str(node.val) if isinstance(node, promql_parser.StringLiteral) else ANY


def is_by(node: promql_parser.AggregateExpr) -> bool:
    """Whether it names the labels that it keeps, be they none."""
    return not node.modifier or node.modifier.type == promql_parser.AggModifierType.By


def listed(modifier: Any) -> frozenset[str]:
    """The labels that ``by``, ``without``, ``on`` or ``ignoring`` lists."""
    return frozenset(map(str, modifier.labels)) if modifier else frozenset()


def _all(nodes: list[Any], series_of: SeriesOf) -> Carried:
    found = [carried(each, series_of) for each in nodes if not is_scalar(each)]
    whole = found[0] if found else _NOTHING
    for each in found[1:]:
        whole = whole.joined(each)
    return whole


def _aggregated(node: promql_parser.AggregateExpr, of: Carried) -> Carried:
    operator = str(node.op)
    if operator in _PASSED_ON:
        return of
    labels = listed(node.modifier)
    found = of.limited(labels) if is_by(node) else of.without(labels)
    if operator == "count_values":
        return found.with_added(frozenset({text_of(node.param)}))
    return found


def _combined(node: promql_parser.BinaryExpr, series_of: SeriesOf) -> Carried:
    if is_scalar(node.lhs) or is_scalar(node.rhs):
        return _all([node.lhs, node.rhs], series_of)
    left, right = carried(node.lhs, series_of), carried(node.rhs, series_of)
    operator = str(node.op)
    if operator in ("and", "unless"):
        return left
    modifier = node.modifier
    if operator == "or":
        return left.joined(right)
    # All that is read counts as what it is made of, whichever side its labels are from.
    series = (*left.series, *right.series)
    is_known = left.is_known and right.is_known
    if modifier and modifier.card in _ONE_TO_MANY:
        many = left if modifier.card == promql_parser.VectorMatchCardinality.ManyToOne else right
        many = many.with_added(frozenset(map(str, modifier.group_labels or ())))
    elif modifier and modifier.matching:
        labels = listed(modifier.matching)
        is_on = modifier.matching.type == promql_parser.LabelModifierType.Include
        # Not all servers drop labels when they compare.
        if operator in _COMPARING:
            many = left
        else:
            many = left.limited(labels) if is_on else left.without(labels)
    else:
        many = left
    return replace(many, series=series, is_known=many.is_known and is_known)


_ONE_TO_MANY = (
    promql_parser.VectorMatchCardinality.ManyToOne,
    promql_parser.VectorMatchCardinality.OneToMany,
)


def _returned(node: promql_parser.Call, series_of: SeriesOf) -> Carried:
    function = function_of(node)
    if function in _WITH_OTHER_LABELS:
        return _ANYTHING
    if function == "vector":
        return _NOTHING
    of = _all(list(node.args), series_of)
    if function == "histogram_quantile":
        return of.without(frozenset({"le"}))
    if function in _LABELLING:
        return of.with_added(frozenset({text_of(node.args[1])}))
    return of
