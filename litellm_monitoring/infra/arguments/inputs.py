"""Settings whose values are Pulumi Inputs: what stands in for them until they are known.

What is declared is computed from plain settings. In place of an Output, these have a *stand-in*, text that
passes the same checks; it is replaced in the properties of resources, by the engine, once the value is
known. A stand-in must reach them as it is: neither shortened, hashed nor told apart by its letters.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pulumi
from pydantic import SecretStr

_TOKEN_LENGTH = 24


class Form(StrEnum):
    """What a stand-in looks like: `{}` is made of lower-case letters and digits, which is text, a UID
    and what Kubernetes names things by.
    """

    TEXT = "{}"
    ADDRESS = "https://{}.invalid"
    BASE = "https://{}.base.invalid"
    """An address that paths are added to, so that it does not end in a slash."""
    EMAIL = "{}@stand-in.invalid"
    PEM = "-----BEGIN {}-----"


@dataclass(frozen=True)
class _Given:
    """The value of a setting at ``place``, checked as soon as it is known."""

    place: str
    value: pulumi.Output[str]


class Inputs:
    """The Outputs among somebody's settings, by what stands in for them."""

    def __init__(self) -> None:
        self._given: dict[str, _Given] = {}

    def stand_in(self, place: str, value: Any, form: Form, check: Callable[[object], str]) -> str:
        """What to put in place of the Input ``value`` of the setting at ``place``; once it is known,
        ``check`` makes of it what the setting would be.
        """
        token = "standin" + hashlib.sha256(place.encode()).hexdigest()[:_TOKEN_LENGTH]
        text = form.format(token)
        self._given[text] = _Given(place, pulumi.Output.from_input(value).apply(check))
        return text

    def place_of(self, text: str) -> str | None:
        """The setting whose value is not known yet and is part of ``text``, if there is one."""
        return next((self._given[each].place for each in self._in(text)), None)

    def filled(self, value: Any) -> Any:
        """``value``, JSON-like, with Outputs in place of text with stand-ins and of our secrets."""
        match value:
            case SecretStr():
                return pulumi.Output.secret(self.filled(value.get_secret_value()))
            case str():
                return self._replaced(value, str)
            case Mapping():
                return {key: self.filled(item) for key, item in value.items()}
            case list() | tuple():
                return [self.filled(item) for item in value]
            case _:
                return value

    def filled_json(self, text: str) -> pulumi.Input[str]:
        """``text``, which is JSON, with what stands in for an Input replaced inside its strings."""
        return self._replaced(text, _as_json)

    def _in(self, text: str) -> list[str]:
        return [stand_in for stand_in in self._given if stand_in in text]

    def _replaced(self, text: str, written: Callable[[str], str]) -> pulumi.Input[str]:
        if not (found := self._in(text)):
            return text
        pattern = re.compile("|".join(map(re.escape, found)))

        def replaced(values: Sequence[str]) -> str:
            known = dict(zip(found, values, strict=True))
            return pattern.sub(lambda match: written(known[match[0]]), text)

        return pulumi.Output.all(*(self._given[each].value for each in found)).apply(replaced)


def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
