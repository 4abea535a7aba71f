"""A query from a file, held against what LiteLLM measures."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import promql_parser

from litellm_monitoring.signals.asking.promql import function_of, operands
from litellm_monitoring.signals.catalogue.metrics import PREFIX
from litellm_monitoring.tools.check.held import functions, versions
from litellm_monitoring.tools.check.held import labels as held_labels
from litellm_monitoring.tools.check.held.carried import carried
from litellm_monitoring.tools.check.held.files import FileQuery, Kind
from litellm_monitoring.tools.check.held.remarks import Problem, Remark, error, note
from litellm_monitoring.tools.check.held.series import (
    Known,
    Meaning,
    Series,
    exposed,
    meaning_of,
    of_pods,
)
from litellm_monitoring.tools.check.held.stand_ins import ANY, filled
from litellm_monitoring.tools.check.variable_queries import (
    LABEL_NAMES,
    LABEL_VALUES,
    METRICS,
    QUERY_RESULT,
)

_MOST_CHARACTERS = 100_000
_MOST_DEEPLY = 100
_MOST_OPERATORS = 1000
"""Levels of brackets, and operators in a row: the parser's stack is not endless."""
_OPERATOR = re.compile(r"[-+*/%^<>=!\[]|\b(?:and|or|unless|offset|atan2)\b", re.IGNORECASE)
_TEXT = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)""", re.DOTALL)

_NOT_KNOWN_HERE = re.compile(
    r"\b(?:anchored|smoothed|fill|fill_left|fill_right)\b|\[[^\]]*\d\s*[-+*/%^][^\]]*\]"
)
"""What Prometheus can be told to allow and the parser does not know."""
_UNKNOWN_FUNCTION = "unknown function"
_NOT_IN_METRICS = re.compile(r"\$\{[^}]*\}|\$\w+")
_OF_NATIVE_HISTOGRAMS = "histogram_"


@dataclass(frozen=True)
class Held:
    """What there is to say of a query; nothing where it ``reads`` nothing of LiteLLM's or of pods."""

    query: FileQuery
    reads: bool
    remarks: Sequence[Remark] = ()


def held(query: FileQuery, recorded: Collection[str]) -> Held:
    """Holds ``query`` against the catalogue, where rules record the series called ``recorded``."""
    if not any(name in query.expression for name in (PREFIX, *of_pods())):
        return Held(query, reads=False)
    try:
        found = _held(query, recorded)
    except RecursionError:
        found = [_not_read("it is nested too deeply")]
    if found is None:
        return Held(query, reads=False)
    # The same label may be wrong in several places of one query.
    return Held(query, reads=True, remarks=list(dict.fromkeys(found)))


def _held(query: FileQuery, recorded: Collection[str]) -> list[Remark] | None:
    expression, listed = query.expression, ""
    if query.kind is Kind.VARIABLE:
        if pattern := METRICS.fullmatch(expression):
            return list(_metrics(pattern[1], recorded))
        if values := LABEL_VALUES.fullmatch(expression):
            expression, listed = values[1] or "", values[2]
        elif result := QUERY_RESULT.fullmatch(expression):
            expression = result[1]
        elif LABEL_NAMES.fullmatch(expression) or not query.is_certain:
            return None
    tree = _parsed(expression)
    if isinstance(tree, Remark):
        return [tree] if query.is_certain else None
    return _of_tree(query, tree, listed, recorded)


def _of_tree(
    query: FileQuery, tree: Any, listed: str, recorded: Collection[str]
) -> list[Remark] | None:
    selected = [(meaning_of(node, recorded), function) for node, function in _selectors(tree, "")]
    if not any(meaning.concerns_litellm for meaning, _ in selected):
        return None

    def series_of(node: promql_parser.VectorSelector) -> tuple[Series, ...] | None:
        return meaning_of(node, recorded).series or None

    of = carried(tree, series_of)
    return [
        *(remark for each in selected for remark in _name(*each)),
        *held_labels.of_expression(tree, series_of),
        *held_labels.of_legend(query.legend, of),
        *(held_labels.of_values(listed, of) if listed and "$" not in listed else ()),
        *functions.of_expression(tree, series_of),
        *_versions([meaning for meaning, _ in selected], {*held_labels.labels_in(tree), listed}),
    ]


def _parsed(expression: str) -> Any:
    """The tree of an expression, or what is to be said in place of it."""
    if _is_too_much(expression):
        return _not_read("it is too long or nested too deeply")
    candidates = filled(expression)
    reasons = []
    for candidate in candidates:
        try:
            return promql_parser.parse(candidate)
        except ValueError as failure:
            reasons.append(str(failure))
    reason = reasons[0].replace(ANY, "$…")
    if reason.startswith(_UNKNOWN_FUNCTION):
        return _not_read(f"Prometheus has no such function ({reason})")
    if len(candidates) > 1:
        return _not_read("the values of its variables are unknown")
    if "{{" in expression:
        return _not_read("it is a template; render it first")
    if _NOT_KNOWN_HERE.search(expression):
        return _not_read(f"it uses an experimental feature of Prometheus ({reason})")
    return error(Problem.NOT_PROMQL, f"Prometheus cannot parse it: {reason}")


def _not_read(why: str) -> Remark:
    return note(Problem.NOT_READ, f"not checked: {why}")


def _is_too_much(expression: str) -> bool:
    if len(expression) > _MOST_CHARACTERS:
        return True
    bare = _TEXT.sub("", expression)
    return _depth(bare) > _MOST_DEEPLY or len(_OPERATOR.findall(bare)) > _MOST_OPERATORS


def _depth(expression: str) -> int:
    depth = most = 0
    for char in expression:
        depth += (char in "([{") - (char in ")]}")
        most = max(most, depth)
    return most


def _selectors(node: Any, function: str) -> Iterator[tuple[promql_parser.VectorSelector, str]]:
    """The selectors of an expression, each with the histogram function that it goes into."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node, function
        return
    if isinstance(node, promql_parser.Call):
        called = function_of(node)
        function = called if called.startswith(_OF_NATIVE_HISTOGRAMS) else function
    for operand in operands(node):
        yield from _selectors(operand, function)


def _name(meaning: Meaning, function: str) -> Iterator[Remark]:
    """What there is to say of a selector's name."""
    match meaning.known:
        case Known.UNKNOWN:
            yield error(Problem.NO_SUCH_METRIC, meaning.problem)
        case Known.BARE_HISTOGRAM:
            say = note if function else error
            yield say(Problem.NO_SUCH_METRIC, meaning.problem)
        case Known.RECORDED_ELSEWHERE:
            yield note(
                Problem.RECORDED_ELSEWHERE,
                "not checked: it reads series recorded by rules that are not in these files",
            )


def _versions(meanings: Sequence[Meaning], labels: Collection[str]) -> Iterator[Remark]:
    asked = {each.name for meaning in meanings for each in meaning.series}
    for meaning in meanings:
        # Of what a regular expression matches, something is there with any version.
        if len(meaning.series) == 1:
            yield from versions.of_series(meaning.series[0], labels, asked)


def _metrics(pattern: str, recorded: Collection[str]) -> Iterator[Remark]:
    """Of a variable that lists names, of which some part has to match."""
    try:
        matches = re.compile(_NOT_IN_METRICS.sub(".*", pattern.strip())).search
    except re.error:
        return
    if not any(map(matches, [*exposed(), *recorded])):
        yield error(Problem.NO_SUCH_METRIC, f"LiteLLM has no metric that matches {pattern}")
