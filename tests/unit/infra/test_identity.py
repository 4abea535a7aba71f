"""Uids: legal, distinct for distinct stacks, readable where they can be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.infra.identity import dashboard_uids, shortened_title, slug_of, stack_uid
from litellm_monitoring.infra.settings.kinds.fields import GRAFANA_UID

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


@given(stack_names, st.sampled_from([*CATALOGUE, "prometheus"]))
def test_a_stack_named_like_what_another_one_holds_has_its_own(stack: str, part: str) -> None:
    assert stack_uid(f"{stack}-{part}") != stack_uid(stack, part)


def test_the_uid_to_adopt_is_the_default_only_where_adopting() -> None:
    assert dashboard_uids("dev", ["prod-v2"], {}, adopt=False) == {"prod-v2": "litellm-dev-prod-v2"}
    assert dashboard_uids("dev", ["prod-v2"], {}, adopt=True) == {"prod-v2": "be059pwgrlg5cf"}
    assert dashboard_uids("dev", ["prod-v2"], {"prod-v2": "x"}, adopt=True) == {"prod-v2": "x"}


aliases = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@pytest.mark.parametrize(
    ("alias", "slug"),
    [
        ("search", "search"),
        ("search-eu-2", "search-eu-2"),
        ("Search", "search-49c266ba"),
        ("Équipe données", "equipe-donnees-bd03df22"),
        ("日本", "cf2abf0c"),
        ('"} or vector(1) or {a="', "or-vector-1-or-a-ea49698b"),
        ("a" * 300, "aaaaaaaaaaaaaaaaaaaaaaa-9835fa6b"),
        ("team-dc627329", "team-dc627329-1381ee6d"),
    ],
)
def test_slugs_of_teams(alias: str, slug: str) -> None:
    assert slug_of(alias) == slug


@given(aliases)
def test_every_slug_can_stand_in_a_stacks_name(alias: str) -> None:
    slug = slug_of(alias)
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 32


@given(aliases, aliases)
def test_distinct_teams_have_distinct_slugs(one: str, other: str) -> None:
    assert (slug_of(one) == slug_of(other)) == (one == other)
    assert slug_of(slug_of(one)) != slug_of(one) or slug_of(one) == one


@given(aliases, aliases)
def test_titles_are_shown_as_written_unless_grafana_could_not_store_them(
    one: str, other: str
) -> None:
    title = shortened_title(one)
    assert len(title) <= 120
    assert (title == one) == (len(one) <= 120)
    assert (title == shortened_title(other)) == (one == other)
