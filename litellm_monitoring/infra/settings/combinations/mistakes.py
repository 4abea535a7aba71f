"""How it is told which settings do not go together, and what is looked at."""

from collections.abc import Mapping
from typing import NamedTuple


class Mistake(NamedTuple):
    """A wrong combination: the path of the key it is about, and what would be right."""

    path: tuple[str, ...]
    advice: str


Values = Mapping[str, object]
"""Settings as a person wrote them: nested mappings by camelCase key."""


def section(values: Values, key: str) -> Values:
    """The mapping at ``key``; empty where there is none."""
    found = values.get(key)
    return found if isinstance(found, Mapping) else {}
