"""Whose mistake a failure is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import Matcher, Objective, Operator, Scope, failures
from signals.failures import OURS, Cause
from signals.traffic import REQUESTS

CHAT, METRICS = "/v1/chat/completions", "/metrics/"


def causes(exception_class: str, exception_status: str, route: str) -> list[Cause]:
    """Those whose selections a failure with these labels is in, once for each."""
    labels = {
        "exception_class": exception_class,
        "exception_status": exception_status,
        "route": route,
    }
    return [
        cause
        for cause in Cause
        for selection in cause.value
        if all(matches(matcher, labels[matcher.label]) for matcher in selection)
    ]


def matches(matcher: Matcher, value: str) -> bool:
    found = bool(re.fullmatch(str(matcher.value), value))
    return found == (matcher.operator is Operator.MATCHES)


@pytest.mark.parametrize(
    ("exception_class", "status", "cause"),
    [
        # As LiteLLM 1.109.1 was seen to write them.
        ("BudgetExceededError", "422", Cause.CALLER),
        ("HTTPException", "429", Cause.CALLER),
        ("ProxyModelNotFoundError", "400", Cause.CALLER),
        ("ProxyException", "401", Cause.CALLER),
        ("Openai.BadRequestError", "400", Cause.CALLER),
        ("Azure.ContextWindowExceededError", "400", Cause.CALLER),
        ("Openai.InternalServerError", "500", Cause.UPSTREAM),
        ("Openai.RateLimitError", "429", Cause.UPSTREAM),
        ("Openai.AuthenticationError", "401", Cause.UPSTREAM),
        ("Openai.Timeout", "408", Cause.UPSTREAM),
        ("Openai.NotFoundError", "404", Cause.UPSTREAM),
        ("ValueError", "None", Cause.PROXY),
        ("HTTPException", "503", Cause.PROXY),
        ("", "", Cause.PROXY),
    ],
)
def test_whose_mistake_it_is(exception_class: str, status: str, cause: Cause) -> None:
    assert causes(exception_class, status, CHAT) == [cause]


@pytest.mark.parametrize(
    ("exception_class", "status"),
    # By LiteLLM itself, and by a way to authenticate of one's own.
    [("ProxyException", "401"), ("PermissionError", "None")],
)
def test_a_scrape_without_a_key_is_the_scrapers_mistake(exception_class: str, status: str) -> None:
    assert causes(exception_class, status, METRICS) == [Cause.CALLER]


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
classes = st.one_of(words, st.builds("{}.{}".format, words, words))
statuses = st.one_of(words, st.integers(100, 599).map(str))


@given(classes, statuses, st.one_of(words, st.sampled_from([CHAT, METRICS, "/metrics"])))
def test_every_failure_is_the_mistake_of_exactly_one(
    exception_class: str, status: str, route: str
) -> None:
    assert len(causes(exception_class, status, route)) == 1


def test_the_error_budget_is_over_the_objectives_window() -> None:
    query = failures.error_budget_left(Scope(objective=Objective(0.999, "7d"))).expr
    assert re.findall(r"\[(\w+)\]", query) == ["7d"] * 3
    assert query.endswith(" > 0) / 0.001")


def test_nothing_that_failed_is_a_whole_success() -> None:
    ratio = failures.success_ratios(Scope(rate_window="5m"), "team_alias").expr
    assert " or 0 * sum by (Team)" in ratio
    total = f"sum(rate({REQUESTS}{{}}[$__rate_interval]))"
    assert failures.caused_by(Scope(), *OURS, name="Ours").expr.endswith(f" or 0 * {total}")
