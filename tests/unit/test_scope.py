"""Selectors: whatever text a person's labels hold, PromQL reads the same text back."""

import promql_parser
from hypothesis import given
from hypothesis import strategies as st

from signals import Matcher, Operator, Scope

any_text = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(any_text)
def test_a_matchers_value_survives(value: str) -> None:
    scope = Scope((Matcher("label", Operator.EQUAL, value),))
    parsed = promql_parser.parse(scope.series("metric"))
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert [(m.name, m.value) for m in parsed.matchers.matchers] == [("label", value)]


def test_rendering() -> None:
    scope = Scope((Matcher("a", Operator.NOT_MATCHES, "b|c"),), rate_window="5m")
    narrowed = scope.narrowed([Matcher("d", Operator.NOT_EQUAL, "")])
    assert narrowed.rate("requests_total") == 'rate(requests_total{a!~"b|c", d!=""}[5m])'
    assert Scope().series("requests_total") == "requests_total{}"
