"""How the Terraform bridge, which the Grafana provider is made with, hands properties to the engine:
what was left out is filled in and named in ``__defaults``, and what may hold a secret is sealed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime.proto import provider_pb2

MARK = "__defaults"
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""The key, and its value, by which Pulumi knows what is sealed."""


@dataclass(frozen=True)
class Defaults:
    """What is filled in: values ``own`` to an object, and those of objects ``inside`` it, by key."""

    own: Mapping[str, Any] = field(default_factory=dict)
    inside: Mapping[str, "Defaults"] = field(default_factory=dict)


def sealed(value: Any) -> dict[str, Any]:
    """``value`` as a secret."""
    return {SIGNATURE: SECRET, "value": value}


def filled(value: Any, defaults: Defaults, *, empty_marks: bool = True) -> Any:
    """``value`` with ``defaults`` where it has nothing, and their names in ``__defaults``; there
    are no ``empty_marks`` on what was read from Grafana.
    """
    if isinstance(value, list):
        return [filled(item, defaults, empty_marks=empty_marks) for item in value]
    if not isinstance(value, dict):
        return value
    added = {key: each for key, each in defaults.own.items() if value.get(key, each) == each}
    found = {
        key: filled(item, defaults.inside[key], empty_marks=empty_marks)
        if key in defaults.inside
        else item
        for key, item in {**value, **added}.items()
    }
    return found | ({MARK: sorted(added)} if added or empty_marks else {})


def unmarked(value: Any) -> Any:
    """``value`` without the names of defaults."""
    match value:
        case dict():
            return {key: unmarked(item) for key, item in value.items() if key != MARK}
        case list():
            return [unmarked(item) for item in value]
        case _:
            return value


Difference = provider_pb2.PropertyDiff


def differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Where ``old`` and ``new`` differ, by path, and how."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            inside = f"{path}.{key}" if key.isidentifier() else f'{path}["{key}"]'
            yield from differences(old.get(key), new.get(key), inside)
    elif isinstance(old, list) and isinstance(new, list):
        for position in range(max(len(old), len(new))):
            before, after = (dict(enumerate(each)).get(position) for each in (old, new))
            yield from differences(before, after, f"{path}[{position}]")
    elif old is None:
        yield path, Difference(kind=Difference.ADD)
    else:
        yield path, Difference(kind=Difference.DELETE if new is None else Difference.UPDATE)
