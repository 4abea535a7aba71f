"""YAML as Pulumi reads it, which is not as Python's library does, and where it reads other text than
was written.

To Pulumi, ``off`` and ``12:30`` are text, ``007`` and ``1_000`` are the numbers 7 and 1000, and a
date is a date with a time.
"""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import yaml

_LONGEST_INTEGER = 2**63 - 1
_LONGEST_WITHOUT_EXPONENT = 1e21
"""From here on, JSON as Go writes it has an exponent."""

_LONGEST_NUMBER = 100
_BASES = {"0x": 16, "0b": 2, "0o": 8}
_RESOLVED = {
    f"tag:yaml.org,2002:{kind}": re.compile(rf"(?:{pattern})\Z")
    for kind, pattern in {
        "bool": r"true|True|TRUE|false|False|FALSE",
        "null": r"~|null|Null|NULL|",
        "int": r"[-+]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][0-9_]*|0)",
        "float": r"[-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "timestamp": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
        r"([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?",
        "merge": r"<<",
    }.items()
}
"""What is no text without quotes, by its tag; the first that matches is meant."""
_BOOLEAN, _, _INTEGER, _FLOAT, _TIMESTAMP, _ = _RESOLVED

Path = tuple[str, ...]
KEY = "[key]"


class _Loader(yaml.SafeLoader):
    """Resolves plain scalars as Go's ``yaml.v3`` does, and has text for every key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, dict | list):
                raise yaml.constructor.ConstructorError(
                    None, None, "found unhashable key", key_node.start_mark
                )
            key = key if isinstance(key, str) else _as_key(key)
            if key in found:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} is there twice", key_node.start_mark
                )
            found[key] = self.construct_object(value_node, deep=deep)
        return found


_Loader.yaml_implicit_resolvers = {None: list(_RESOLVED.items())}


def read_yaml(text: str) -> Any:
    """What ``text`` says; raises yaml.YAMLError where it is no YAML."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506: it is a safe loader
    except (ValueError, KeyError, AttributeError) as error:  # Such as !!int x.
        raise yaml.YAMLError(f"a value is not what its tag says: {error}") from None


def is_read_as_text(text: str) -> bool:
    """Whether ``text`` without quotes is text."""
    return not any(pattern.match(text) for pattern in _RESOLVED.values())


def rewritten(text: str) -> dict[Path, str]:
    """What was written where ``text`` has numbers, truth values or dates that do not look as they
    were written once they are read, such as ``007``; by the path to it. The path of a key is that of
    what it holds, and :data:`KEY`.

    Raises:
        yaml.YAMLError: where it is no YAML.

    """
    node = yaml.compose(text, _Loader)
    return dict(_rewritten(node, (), frozenset())) if node else {}


def _rewritten(node: yaml.Node, path: Path, above: frozenset[int]) -> Iterator[tuple[Path, str]]:
    if id(node) in above:
        return
    above |= {id(node)}
    match node:
        case yaml.MappingNode():
            for key_node, value_node in node.value:
                key = _read(key_node)
                yield from _rewritten(value_node, (*path, key), above)
                if isinstance(key_node, yaml.ScalarNode) and key != key_node.value:
                    yield (*path, key, KEY), key_node.value
        case yaml.SequenceNode():
            for position, item in enumerate(node.value):
                yield from _rewritten(item, (*path, str(position)), above)
        case yaml.ScalarNode() if node.value != _read(node):
            yield path, node.value


def _read(node: yaml.Node) -> str:
    """The text that is left of a scalar once it was read."""
    changes = (_BOOLEAN, _INTEGER, _FLOAT, _TIMESTAMP)
    if not isinstance(node, yaml.ScalarNode) or node.tag not in changes:
        return str(node.value)
    try:
        return _as_key(_Loader("").construct_object(node))
    except (ValueError, KeyError, AttributeError):
        return str(node.value)


def _as_key(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _construct_integer(loader: _Loader, node: yaml.ScalarNode) -> int | float:
    text = loader.construct_scalar(node).replace("_", "").lower()
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    base = _BASES.get(digits[:2], 8 if digits[0] == "0" and len(digits) > 1 else 10)
    # Python reads no number of thousands of digits, and nobody keeps one that is this long.
    number = int(digits, base) if len(digits) < _LONGEST_NUMBER else math.inf
    return sign * number if number <= _LONGEST_INTEGER else _as_json(sign * float(number))


def _construct_float(loader: _Loader, node: yaml.ScalarNode) -> int | float:
    text = loader.construct_scalar(node).replace("_", "").lower()
    return _as_json(float(text.replace(".inf", "inf").replace(".nan", "nan")))


def _as_json(number: float) -> int | float:
    is_whole = math.isfinite(number) and number == int(number)
    return int(number) if is_whole and abs(number) < _LONGEST_WITHOUT_EXPONENT else number


def _construct_timestamp(loader: _Loader, node: yaml.ScalarNode) -> str:
    text = loader.construct_scalar(node)
    try:
        found = yaml.SafeLoader("").construct_yaml_timestamp(node)
    except ValueError:
        return text  # Such as 2024-13-01.
    moment = (
        datetime(found.year, found.month, found.day) if not isinstance(found, datetime) else found
    )
    offset = moment.replace(tzinfo=moment.tzinfo or UTC)
    return offset.strftime("%Y-%m-%d %H:%M:%S %z UTC")


_Loader.add_constructor(_INTEGER, _construct_integer)
_Loader.add_constructor(_FLOAT, _construct_float)
_Loader.add_constructor(_TIMESTAMP, _construct_timestamp)
