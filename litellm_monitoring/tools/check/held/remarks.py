"""What there is to say of a query that is held against the catalogue."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """An error is wrong with every LiteLLM; a note matters with some versions or settings."""

    ERROR = "error"
    NOTE = "note"


class Problem(StrEnum):
    """What it is about."""

    NOT_PROMQL = "not-promql"
    NOT_READ = "not-read"
    NO_SUCH_METRIC = "no-such-metric"
    NO_SUCH_LABEL = "no-such-label"
    NO_SUCH_VALUE = "no-such-value"
    AGGREGATED_AWAY = "aggregated-away"
    WRONG_FUNCTION = "wrong-function"
    RECORDED_ELSEWHERE = "recorded-elsewhere"
    VERSION = "version"
    SETTING = "setting"


class Remark(NamedTuple):
    """One thing to say."""

    severity: Severity
    problem: Problem
    text: str


def error(problem: Problem, text: str) -> Remark:
    """What is wrong."""
    return Remark(Severity.ERROR, problem, text)


def note(problem: Problem, text: str) -> Remark:
    """What matters to some."""
    return Remark(Severity.NOTE, problem, text)
