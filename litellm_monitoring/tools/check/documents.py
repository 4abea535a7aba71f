"""JSON and YAML as people keep it: several documents in a file, and JSON in strings of JSON."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

# Each scalar stays the text that it is written as: no date in a file can be an invalid one.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_MOST_DEEPLY = 100
"""Levels of brackets; more would take the reader's stack."""


class FileError(Exception):
    """A file that cannot be looked at; the message names it and says why."""


def documents_of(path: Path) -> list[Any]:
    """What is in the file.

    Raises:
        FileError: where it cannot be read.

    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FileError(f"{path}: is not UTF-8 text") from None
    try:
        found = list(_documents(text))
    except (ValueError, yaml.YAMLError) as error:
        raise FileError(f"{path}: {_why_unreadable(text, error)}") from None
    except RecursionError:
        raise FileError(f"{path}: is nested too deeply") from None
    if not found:
        raise FileError(f"{path}: is empty")
    return found


def decoded(text: str) -> Any | None:
    """The object or list that ``text`` is as JSON or, of several lines, as YAML; else None."""
    start = text.lstrip()[:1]
    try:
        if start in ("{", "["):
            found = json.loads(text)
        elif "\n" in text and ":" in text:
            (found,) = _yaml(text)
        else:
            return None
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _documents(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
    except ValueError:
        yield from (each for each in _yaml(text) if each not in (None, ""))


def _yaml(text: str) -> list[Any]:
    # LibYAML makes objects until the stack is gone; its events take none.
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MOST_DEEPLY:
            raise RecursionError
    return list(yaml.load_all(text, Loader=_Loader))


def _why_unreadable(text: str, error: Exception) -> str:
    if "{{" in text and not text.lstrip().startswith("{"):
        return "is a template; render it first, e.g. with `helm template`"
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
        except ValueError as of_json:
            return f"is not JSON: {of_json}"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f"is neither JSON nor YAML: line {mark.line + 1}: {error.problem}"
    return f"is neither JSON nor YAML: {error}"
