"""Terraform's language, as ``terraform fmt`` lays it out
(https://developer.hashicorp.com/terraform/language/syntax/configuration).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_INDENT = "  "


@dataclass(frozen=True)
class Expression:
    """What is written as it is, such as a reference."""

    text: str


@dataclass(frozen=True)
class Encoded:
    """``value`` as JSON that Terraform makes of it."""

    value: object


@dataclass(frozen=True)
class Block:
    """A block of a ``kind`` with ``labels``, and in it arguments and blocks by turns."""

    kind: str
    labels: Sequence[str]
    body: Sequence["Mapping[str, object] | Block"]


def document(blocks: Iterable[Block]) -> str:
    """The text of a file."""
    return "\n".join("".join(f"{line}\n" for line in _block(block)) for block in blocks)


def quoted(text: str) -> str:
    """``text`` as a literal, in which nothing is taken for a template."""
    text = re.sub(r'["\\]', r"\\\g<0>", text)
    text = re.sub(r"([$%])(?=\{)", r"\1\1", text)
    return f'"{"".join(map(_printable, text))}"'


def _printable(character: str) -> str:
    if character in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _block(block: Block) -> Iterable[str]:
    labels = "".join(f" {quoted(label)}" for label in block.labels)
    lines: list[str] = []
    for part in block.body:
        if lines and (isinstance(part, Block) or part):
            lines.append("")
        lines += _block(part) if isinstance(part, Block) else _arguments(part)
    if not lines:
        return [f"{block.kind}{labels} {{}}"]
    return [f"{block.kind}{labels} {{", *_indented(lines), "}"]


def _arguments(arguments: Mapping[str, object]) -> list[str]:
    """Lines whose ``=`` are below each other as long as each has a line of its own."""
    written = {key: _value(value) for key, value in arguments.items() if value is not None}
    lines: list[str] = []
    together: dict[str, str] = {}
    for key, value in written.items():
        if len(value) == 1:
            together[key] = value[0]
            continue
        lines += [*_aligned(together), f"{key} = {value[0]}", *value[1:]]
        together = {}
    return [*lines, *_aligned(together)]


def _aligned(arguments: Mapping[str, str]) -> list[str]:
    width = max(map(len, arguments), default=0)
    return [f"{key:{width}} = {value}" for key, value in arguments.items()]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"{_INDENT}{line}" if line else line for line in lines]


def _value(value: object) -> list[str]:
    """The lines of a value."""
    match value:
        case Expression():
            return [value.text]
        case Encoded():
            first, *more = _value(value.value)
            lines = [f"jsonencode({first}", *more]
            return [*lines[:-1], f"{lines[-1]})"]
        case str():
            return [quoted(value)]
        case bool() | int() | float() | None:
            return [json.dumps(value)]
        case Mapping():
            if not value:
                return ["{}"]
            entries = _arguments({_key(str(key)): each for key, each in value.items()})
            return ["{", *_indented(entries), "}"]
        case Sequence():
            return _list(value)
    raise TypeError(value)


def _list(values: Sequence[object]) -> list[str]:
    found = [_value(each) for each in values]
    if all(len(lines) == 1 for lines in found):
        return [f"[{', '.join(lines[0] for lines in found)}]"]
    entries = [line for lines in found for line in (*lines[:-1], f"{lines[-1]},")]
    return ["[", *_indented(entries), "]"]


def _key(key: str) -> str:
    return key if _IDENTIFIER.fullmatch(key) else quoted(key)
