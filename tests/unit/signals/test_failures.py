"""Whose mistake a failure is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.signals import Matcher, Operator, Scope
from litellm_monitoring.signals.serving import failures
from litellm_monitoring.signals.serving.failures import OURS, Cause
from litellm_monitoring.signals.serving.traffic import REQUESTS

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
        if all(matches(matcher, labels[matcher.label]) for matcher in cause.value)
    ]


def matches(matcher: Matcher, value: str) -> bool:
    if matcher.operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        return (value == matcher.value) == (matcher.operator is Operator.EQUAL)
    found = bool(re.fullmatch(str(matcher.value), value))
    return found == (matcher.operator is Operator.MATCHES)


@pytest.mark.parametrize(
    ("exception_class", "status", "cause"),
    [
        # As LiteLLM 1.109.1 was seen to write them.
        ("BudgetExceededError", "422", Cause.REJECTED),
        ("HTTPException", "429", Cause.REJECTED),
        ("ProxyModelNotFoundError", "400", Cause.REJECTED),
        ("ProxyException", "401", Cause.REJECTED),
        ("Openai.BadRequestError", "400", Cause.INVALID),
        ("Azure.ContextWindowExceededError", "400", Cause.INVALID),
        ("Openai.ContentPolicyViolationError", "400", Cause.INVALID),
        ("Openai.InvalidRequestError", "400", Cause.INVALID),
        ("Openai.RejectedRequestError", "400", Cause.INVALID),
        ("Openai.UnprocessableEntityError", "422", Cause.INVALID),
        ("Openai.UnsupportedParamsError", "400", Cause.INVALID),
        ("Openai.BadGatewayError", "502", Cause.UPSTREAM),
        ("Openai.ServiceUnavailableError", "503", Cause.UPSTREAM),
        ("Openai.APIConnectionError", "500", Cause.UPSTREAM),
        ("Openai.PermissionDeniedError", "403", Cause.UPSTREAM),
        ("Openai.InternalServerError", "500", Cause.UPSTREAM),
        ("Openai.RateLimitError", "429", Cause.UPSTREAM),
        ("Openai.AuthenticationError", "401", Cause.UPSTREAM),
        ("Openai.Timeout", "408", Cause.UPSTREAM),
        ("Openai.NotFoundError", "404", Cause.UPSTREAM),
        ("ValueError", "None", Cause.UNKNOWN),
        ("RouterRateLimitError", "429", Cause.UPSTREAM),
        ("RouterRateLimitErrorBasic", "429", Cause.UPSTREAM),
        # A deployment at the limit that is configured for it, and no other to ask.
        ("RateLimitError", "429", Cause.REJECTED),
        # At the cap of series, and where settings leave a label out.
        ("other", "other", Cause.UNKNOWN),
        ("Openai.RateLimitError", "", Cause.UPSTREAM),
        ("HTTPException", "", Cause.UNKNOWN),
        ("", "429", Cause.UNNAMED),
        ("", "500", Cause.PROXY),
        ("HTTPException", "503", Cause.PROXY),
        ("", "", Cause.UNKNOWN),
    ],
)
def test_whose_mistake_it_is(exception_class: str, status: str, cause: Cause) -> None:
    assert causes(exception_class, status, CHAT) == [cause]


@pytest.mark.parametrize(
    ("exception_class", "status", "cause"),
    # By LiteLLM itself, and by a way to authenticate of one's own.
    [("ProxyException", "401", Cause.REJECTED), ("PermissionError", "None", Cause.SCRAPE)],
)
def test_a_scrape_without_a_key_is_the_scrapers_mistake(
    exception_class: str, status: str, cause: Cause
) -> None:
    assert causes(exception_class, status, METRICS) == [cause]
    assert cause not in OURS


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
classes = st.one_of(words, st.builds("{}.{}".format, words, words))
statuses = st.one_of(words, st.integers(100, 599).map(str))


@given(classes, statuses, st.one_of(words, st.sampled_from([CHAT, METRICS, "/metrics"])))
def test_every_failure_is_the_mistake_of_exactly_one(
    exception_class: str, status: str, route: str
) -> None:
    assert len(causes(exception_class, status, route)) == 1


def test_nothing_that_failed_is_a_whole_success() -> None:
    assert " or 0 * vector(1)) / (" in failures.success_ratio(Scope()).expr
    rejected = failures.caused_by(Scope(), Cause.REJECTED, name="Rejected")
    of_people = f'{REQUESTS}{{api_key_alias!="litellm-internal-health-check"}}'
    assert failures.or_none(Scope(), rejected).expr.endswith(f" or 0 * sum({of_people})")
