"""Text that was written without quotes, and which YAML takes for a number, a truth value or a date.

``pulumi config set --path prometheus.auth.username 1234567`` writes such text: Pulumi keeps whole
numbers and ``true`` as what they look like. These are taken as the text they are. What may not look
as it was written is refused: 1.5 may have been 1.50.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BeforeValidator

from litellm_monitoring.infra.settings.kinds import pulumi_yaml

_LONGEST_INTEGER = 2**63 - 1
"""Pulumi rounds longer ones."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9.]+ [-+][0-9]{4} \S+")
"""What Pulumi makes of a date."""


class _Rewritten:
    """A value that was written as ``written``, which it does not look like."""

    written: str


class _Integer(_Rewritten, int): ...


class _Float(_Rewritten, float): ...


class _Text(_Rewritten, str): ...


def rewritten_in(file: Path) -> dict[pulumi_yaml.Path, str]:
    """What was written in a file that does not look so once it is read, by the path to it; nothing
    where the file cannot be read, which is said elsewhere.
    """
    try:
        return pulumi_yaml.rewritten(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return {}


def rewritten_settings(stack_file: Path, project: str) -> dict[pulumi_yaml.Path, str]:
    """What :func:`rewritten_in` finds in the settings of a stack's file."""
    return {
        (path[0].removeprefix(f"{project}:"), *path[1:]): written
        for path, written in below(rewritten_in(stack_file), "config").items()
    }


def below(rewritten: Mapping[pulumi_yaml.Path, str], *above: str) -> dict[pulumi_yaml.Path, str]:
    """Of what is ``rewritten``, that below the path ``above``, by the rest of its path."""
    depth = len(above)
    return {
        path[depth:]: written
        for path, written in rewritten.items()
        if path[:depth] == above and len(path) > depth
    }


def marked(values: object, rewritten: Mapping[pulumi_yaml.Path, str]) -> object:
    """``values`` that know how they were written where that is in ``rewritten``."""
    return _marked(values, rewritten, ()) if rewritten else values


def _marked(
    value: object, rewritten: Mapping[pulumi_yaml.Path, str], path: tuple[str, ...]
) -> object:
    if isinstance(value, Mapping):
        found = {}
        for key, item in value.items():
            inside = (*path, str(key))
            known = _known_as(key, rewritten.get((*inside, pulumi_yaml.KEY)))
            found[known] = _marked(item, rewritten, inside)
        return found
    if isinstance(value, list):
        return [_marked(item, rewritten, (*path, str(n))) for n, item in enumerate(value)]
    return _known_as(value, rewritten.get(path))


def _known_as(value: object, written: str | None) -> object:
    if written is None or not isinstance(value, int | float | str):
        return value
    found: _Integer | _Float | _Text
    if isinstance(value, int):
        found = _Integer(value)
    else:
        found = _Float(value) if isinstance(value, float) else _Text(value)
    found.written = written
    return found


def as_text(value: object) -> object:
    """``value`` as the text that was meant; raises ValueError where that is not known."""
    if isinstance(value, _Rewritten):
        better = f'as "{value.written}"' if value.written else "in quotes"
        raise ValueError(f"not text to YAML without quotes; write it {better}")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) <= _LONGEST_INTEGER:
        return str(value)
    if isinstance(value, int | float):
        raise ValueError("a number to YAML, which changes how it looks; write it in quotes")
    if isinstance(value, str) and _DATE.fullmatch(value):
        raise ValueError("a date to YAML, which changes how it looks; write it in quotes")
    return value


Written = Annotated[str, BeforeValidator(as_text)]
"""Text, with or without quotes."""
