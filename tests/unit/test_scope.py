"""Selectors: whatever text a person's labels hold, PromQL reads the same text back."""

import promql_parser
from hypothesis import given
from hypothesis import strategies as st

from signals import Matcher, Operator, Scope, Variable

REQUESTS = "litellm_proxy_total_requests_metric_total"

any_text = st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["$job", "${job}", "[[job]]", "[[[job]]]", '"} or vector(1) or {a="', "\\u0024", "\n"]
)


@given(any_text)
def test_a_matchers_value_survives(value: str) -> None:
    scope = Scope((Matcher("label", Operator.EQUAL, value),))
    parsed = promql_parser.parse(scope.series(REQUESTS))
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert [(m.name, m.value) for m in parsed.matchers.matchers] == [("label", value)]


@given(any_text)
def test_grafana_finds_no_variable_in_a_matchers_value(value: str) -> None:
    rendered = str(Matcher("label", Operator.EQUAL, value))
    assert "$" not in rendered
    assert "[[" not in rendered
    assert rendered.isprintable()


def test_a_variable_is_left_to_grafana() -> None:
    assert str(Matcher("job", Operator.MATCHES, Variable("job"))) == 'job=~"$job"'


@given(any_text)
def test_a_team_is_one_more_matcher(alias: str) -> None:
    scope = Scope((Matcher("a", Operator.EQUAL, "b"),), team_alias=alias)
    parsed = promql_parser.parse(scope.series(REQUESTS))
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert {m.name: m.value for m in parsed.matchers.matchers} == {"team_alias": alias, "a": "b"}


def test_rendering() -> None:
    scope = Scope((Matcher("a", Operator.NOT_MATCHES, "b|c"),), rate_window="5m")
    narrowed = scope.narrowed([Matcher("d", Operator.NOT_EQUAL, "")])
    assert narrowed.rate(REQUESTS) == f'sum(rate({REQUESTS}{{a!~"b|c", d!=""}}[5m]))'
    assert Scope().series(REQUESTS) == f"{REQUESTS}{{}}"
