"""Uids: legal, distinct for distinct stacks, readable where they can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.fields import GRAFANA_UID
from infra.identity import dashboard_uids, stack_uid

stack_names = st.text(min_size=1, max_size=100)


@pytest.mark.parametrize(
    ("stack", "parts", "uid"),
    [
        ("dev", (), "litellm-dev"),
        ("prod", ("prometheus",), "litellm-prod-prometheus"),
        ("eu_1", ("prod-v2",), "litellm-eu_1-prod-v2"),
        ("team.a", (), "litellm-team-a-dc627329"),
        ("a" * 100, ("prod-v2",), "litellm-aaaaaaaaaaaaaaa-28165978-prod-v2"),
        ("日本", (), "litellm-cf2abf0c"),
    ],
)
def test_examples(stack: str, parts: tuple[str, ...], uid: str) -> None:
    assert stack_uid(stack, *parts) == uid


@given(stack_names, st.sampled_from([(), ("prometheus",), ("prod-v2",)]))
def test_every_uid_is_legal(stack: str, parts: tuple[str, ...]) -> None:
    assert GRAFANA_UID.fullmatch(stack_uid(stack, *parts))


@given(stack_names, stack_names)
def test_distinct_stacks_have_distinct_uids(one: str, other: str) -> None:
    assert (stack_uid(one) == stack_uid(other)) == (one == other)


def test_a_stack_named_like_another_ones_uid_has_its_own() -> None:
    assert stack_uid("team-a-dc627329") != stack_uid("team.a")
    assert stack_uid("cf2abf0c") != stack_uid("日本")


def test_the_uid_to_adopt_is_the_default_only_where_adopting() -> None:
    assert dashboard_uids("dev", ["prod-v2"], {}, adopt=False) == {"prod-v2": "litellm-dev-prod-v2"}
    assert dashboard_uids("dev", ["prod-v2"], {}, adopt=True) == {"prod-v2": "be059pwgrlg5cf"}
    assert dashboard_uids("dev", ["prod-v2"], {"prod-v2": "x"}, adopt=True) == {"prod-v2": "x"}
