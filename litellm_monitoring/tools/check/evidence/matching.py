"""Which values a matcher of PromQL takes."""

import re

import promql_parser

from litellm_monitoring.signals.asking.promql import operator_of
from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS

_ANYTHING = (".*", "(.*)")


def matches(matcher: promql_parser.Matcher, value: str) -> bool:
    """Whether ``matcher`` takes ``value``; a label that is not there has an empty one."""
    operator = operator_of(matcher)
    if operator in ("=", "!="):
        return bool((value == matcher.value) == (operator == "="))
    return bool(re.fullmatch(matcher.value, value)) == (operator == "=~")


def tells_apart(matcher: promql_parser.Matcher) -> bool:
    """Whether there are values that ``matcher`` does not take, of what people ask for."""
    takes_all = operator_of(matcher) == "=~" and matcher.value in _ANYTHING
    return not (takes_all or leaves_out_health_checks(matcher))


def leaves_out_health_checks(matcher: promql_parser.Matcher) -> bool:
    """Whether it is the one that nearly every selector of ours has."""
    return operator_of(matcher) == "!=" and matcher.value == HEALTH_CHECKS


def text_of(matcher: promql_parser.Matcher) -> str:
    """The matcher as a person reads it."""
    return f'{matcher.name}{operator_of(matcher)}"{matcher.value}"'
