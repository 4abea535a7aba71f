"""Labels that a query uses, held against those that LiteLLM's families have.

Nothing is said of a label that none of them has, since the scrape or an operator's own settings may
add it, unless it is all but the name of one that the family has.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import promql_parser

from litellm_monitoring.signals.asking.promql import function_of, operands, operator_of
from litellm_monitoring.signals.catalogue.own_labels import PREFIXES, setting_of_opt_in
from litellm_monitoring.tools.check.held.carried import (
    Carried,
    SeriesOf,
    carried,
    is_by,
    is_scalar,
    listed,
    text_of,
)
from litellm_monitoring.tools.check.held.remarks import Problem, Remark, error, note
from litellm_monitoring.tools.check.held.series import Series, all_labels
from litellm_monitoring.tools.check.held.stand_ins import ANY

_OF_THE_SCRAPE = frozenset(
    {"job", "instance", "pod", "namespace", "container", "service", "endpoint", "cluster", "node"}
)
_NEVER_LACKING = _OF_THE_SCRAPE | {"__name__", "le", "pid"}
_EXPORTED = "exported_"
"""What Prometheus puts before a label that the scrape has too."""
_MADE_WITH = (_EXPORTED, *PREFIXES)
"""What begins the names of labels that others than LiteLLM's code decide."""
_ALL_BUT = 0.85
"""How alike two names are of which one is the other misspelt."""
_FEW = 3
_IN_LEGEND = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")


def of_expression(node: Any, series_of: SeriesOf) -> Iterator[Remark]:
    """What is wrong with the labels in an expression."""
    match node:
        case promql_parser.VectorSelector():
            yield from _matched(node, series_of(node) or ())
        case promql_parser.AggregateExpr() if is_by(node):
            of = carried(node.expr, series_of)
            yield from _each(listed(node.modifier), of, "by")
        case promql_parser.BinaryExpr() if node.modifier and node.modifier.matching:
            yield from _joined(node, series_of)
        case promql_parser.Call() if function_of(node) == "label_replace":
            source = text_of(node.args[3])
            yield from _each([source] if source else [], carried(node.args[0], series_of), "from")
        case promql_parser.Call() if function_of(node) == "label_join":
            sources = [text_of(each) for each in node.args[3:]]
            yield from _each(sources, carried(node.args[0], series_of), "from")
    for operand in operands(node):
        yield from of_expression(operand, series_of)


def of_legend(legend: str, of: Carried) -> Iterator[Remark]:
    """What is wrong with the labels in the template of a legend."""
    return _each(_IN_LEGEND.findall(legend), of, "legend")


def of_values(label: str, of: Carried) -> Iterator[Remark]:
    """What is wrong with the label whose values a variable lists."""
    return _each([label], of, "label_values")


def labels_in(node: Any) -> frozenset[str]:
    """Every label that an expression names."""
    found: frozenset[str] = frozenset()
    match node:
        case promql_parser.VectorSelector():
            return frozenset(matcher.name for matcher in matchers_of(node))
        case promql_parser.AggregateExpr() if is_by(node):
            found = listed(node.modifier)
        case promql_parser.BinaryExpr() if node.modifier and node.modifier.matching:
            if node.modifier.matching.type == promql_parser.LabelModifierType.Include:
                found = listed(node.modifier.matching)
    return found.union(*map(labels_in, operands(node)))


def matchers_of(node: promql_parser.VectorSelector) -> list[promql_parser.Matcher]:
    """The matchers of a selector, those of alternatives included."""
    either = [matcher for each in node.matchers.or_matchers for matcher in each]
    return [*node.matchers.matchers, *either]


def _each(labels: Iterable[str], of: Carried, where: str) -> Iterator[Remark]:
    if not of.series:
        return
    for label in sorted(labels):
        if of.is_without(label) and label not in _NEVER_LACKING - _OF_THE_SCRAPE:
            yield error(
                Problem.AGGREGATED_AWAY, f"{_WHERE[where]} {label}, which is aggregated away"
            )
        elif of.is_known and (lacking := _lacking(label, of)):
            yield error(Problem.NO_SUCH_LABEL, lacking)


_WHERE = {
    "by": "is grouped by",
    "legend": "the legend shows",
    "from": "a label is made from",
    "label_values": "lists the values of",
    "on": "is matched on",
    "group": "is to bring",
}


def _lacking(label: str, of: Carried) -> str | None:
    """Why nothing in ``of`` has the label, if that can be said."""
    if label in of.named or of.is_closed:
        return None
    return lacking(label, of.series)


def lacking(label: str, series: Sequence[Series]) -> str | None:
    """Why none of ``series`` has the label, as far as LiteLLM decides that."""
    if not series or any(label in each.labels for each in series):
        return None
    if label in _NEVER_LACKING or ANY in label or label.startswith(_MADE_WITH):
        return None
    if any(setting_of_opt_in(label, each.family.name) for each in series):
        return None
    own = sorted({known for each in series for known in each.family.labels})
    close = difflib.get_close_matches(label, own, n=1, cutoff=_ALL_BUT)
    if not close and label not in all_labels():
        return None
    close = close or difflib.get_close_matches(label, own, n=1)
    names = list(dict.fromkeys(each.name for each in series))
    named = ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if names[_FEW:] else "")
    begin = f"none of {named} has" if len(names) > 1 else f"{named} has no"
    right = f"did you mean {close[0]}?" if close else _those_there(own)
    return f"{begin} {'a ' if len(names) > 1 else ''}label {label}; {right}"


def _those_there(labels: Sequence[str]) -> str:
    return f"there are: {', '.join(labels)}" if labels else "LiteLLM gives it none"


def _matched(node: promql_parser.VectorSelector, series: Sequence[Series]) -> Iterator[Remark]:
    for matcher in matchers_of(node):
        why = lacking(matcher.name, series)
        if not why:
            continue
        # A label that is not there is matched as an empty one.
        if ANY in matcher.value:
            yield error(Problem.NO_SUCH_LABEL, f"{why} (nothing is left once a value is chosen)")
        elif matches(matcher, ""):
            yield note(Problem.NO_SUCH_LABEL, f"{why} (the matcher leaves nothing out)")
        else:
            yield error(Problem.NO_SUCH_LABEL, why)


def matches(matcher: promql_parser.Matcher, value: str) -> bool:
    """Whether a label of that value is matched; where it cannot be told, it is."""
    operator = operator_of(matcher)
    if operator in ("=", "!="):
        return (matcher.value == value) is (operator == "=")
    try:
        found = re.fullmatch(matcher.value, value) is not None
    except re.error:
        return True
    return found is (operator == "=~")


def _joined(node: promql_parser.BinaryExpr, series_of: SeriesOf) -> Iterator[Remark]:
    """A label that only one side of a join lacks lets nothing match."""
    if is_scalar(node.lhs) or is_scalar(node.rhs):
        return
    sides = carried(node.lhs, series_of), carried(node.rhs, series_of)
    modifier: Any = node.modifier
    if modifier.matching.type == promql_parser.LabelModifierType.Include and str(node.op) != "or":
        for label in sorted(listed(modifier.matching)):
            found = [list(_each([label], side, "on")) for side in sides]
            lacks = [
                bool(each) or side.is_without(label)
                for each, side in zip(found, sides, strict=True)
            ]
            if not all(lacks):
                yield from (each for remarks in found for each in remarks)
    if brings := [*map(str, modifier.group_labels or ())]:
        is_left = modifier.card == promql_parser.VectorMatchCardinality.ManyToOne
        yield from _each(brings, sides[1] if is_left else sides[0], "group")
