"""How LiteLLM writes what people call things."""

import pytest

from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.catalogue.labels import spellings
from litellm_monitoring.signals.serving.traffic import REQUESTS


@pytest.mark.parametrize(
    ("name", "written"),
    # The first as LiteLLM 1.109.1 writes it, the second as 1.80.5 does.
    [
        ("search", ("search",)),
        ("CORP\\search", ("CORP\\\\search", "CORP\\search")),
        ('Ads "Core"', ('Ads \\"Core\\"', 'Ads "Core"')),
        ("two\nlines", ("two lines", "two\nlines")),
        ("a\r\nb", ("a b", "a\r\nb")),
        ("c\u2028d", ("cd", "c\u2028d")),
    ],
)
def test_names_as_litellm_writes_them(name: str, written: tuple[str, ...]) -> None:
    assert spellings(name) == written


def test_a_team_is_found_however_it_is_written() -> None:
    assert Scope(team_alias="a.b").series(REQUESTS) == f'{REQUESTS}{{team_alias="a.b"}}'
    assert Scope(team_alias="A\\b.c").series(REQUESTS) == (
        f'{REQUESTS}{{team_alias=~"A\\\\\\\\\\\\\\\\b\\\\.c|A\\\\\\\\b\\\\.c"}}'
    )
