"""From a program's arguments to settings: the same keys in Python's spelling, whose values may be Pulumi
Inputs.
"""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Annotated, Any, get_args

import pulumi
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from litellm_monitoring.infra.arguments.accepted import accepted
from litellm_monitoring.infra.arguments.inputs import Form, Inputs
from litellm_monitoring.infra.settings.combinations.mistakes import Mistake
from litellm_monitoring.infra.settings.loading.stack import mistakes_in, models_in, unknown_key
from litellm_monitoring.infra.settings.models.alerts import RuleSettings
from litellm_monitoring.infra.settings.models.stack import LiteLLMSettings, Settings, TeamSettings

LEFT_OUT: Collection[tuple[type[BaseModel], str]] = (
    (TeamSettings, "platform_stack"),
    (LiteLLMSettings, "scrape"),
    (RuleSettings, "namespace"),
    (RuleSettings, "labels"),
    (Settings, "prometheus_url"),
)
"""Settings of stacks, and of files that the command line writes, which a program's arguments lack."""

_NOT_KNOWN = (
    "is an Output, and must be plain: it decides which resources there are, what they are called or "
    "how queries are written; docs/package.md lists what may be an Output"
)
_NOT_AS_A_WHOLE = "is an Output as a whole, and must be plain; its items may be Outputs"


class Arguments:
    """Reads arguments: what is wrong with them is added to ``mistakes``, and the Outputs among them to
    ``inputs``, under ``place``, by which messages name the component.
    """

    def __init__(self, inputs: Inputs, place: str) -> None:
        self.mistakes: list[Mistake] = []
        self._inputs = inputs
        self._place = place

    def values(
        self, model: type[BaseModel], given: Mapping[str, Any], path: tuple[str, ...] = ()
    ) -> dict[str, object]:
        """``given`` for ``model`` as settings are written in a stack's file."""
        found: dict[str, object] = {}
        for key, value in given.items():
            if value is None:
                continue
            field, inside = argument_fields(model).get(key), (*path, str(key))
            if field is None:
                advice = unknown_key(str(key), list(argument_fields(model)))
                self.mistakes.append(Mistake(inside, advice))
            elif (read := self._value(model, key, field, value, inside)) is not None:
                found[str(field.alias)] = read
        return found

    def _value(
        self,
        model: type[BaseModel],
        key: str,
        field: FieldInfo,
        value: Any,
        path: tuple[str, ...],
    ) -> object:
        nested = next(models_in(field.annotation), None)
        is_list, is_mapping = (kind in str(field.annotation) for kind in ("tuple", "dict"))
        form = accepted(model, key)
        if is_input(value):
            if form and (is_list or is_mapping):
                self.mistakes.append(Mistake(path, _NOT_AS_A_WHOLE))
                return None
            return self._scalar(value, path, form, field)
        if isinstance(value, Mapping):
            if nested and not is_mapping and not is_list:
                return self.values(nested, value, path)
            return {
                name: self._item(each, (*path, str(name)), nested, form, field)
                for name, each in value.items()
                if each is not None
            }
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return [
                self._item(each, (*path, str(position)), nested, form, field)
                for position, each in enumerate(value)
            ]
        return self._scalar(value, path, form, field)

    def _item(
        self,
        value: Any,
        path: tuple[str, ...],
        nested: type[BaseModel] | None,
        form: Form | None,
        field: FieldInfo,
    ) -> object:
        if nested and isinstance(value, Mapping):
            return self.values(nested, value, path)
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return [
                self._item(each, (*path, str(position)), nested, None, field)
                for position, each in enumerate(value)
            ]
        return self._scalar(value, path, form, field)

    def _scalar(
        self, value: Any, path: tuple[str, ...], form: Form | None, field: FieldInfo
    ) -> object:
        if not is_input(value):
            return value.value if isinstance(value, Enum) else value
        if not form:
            self.mistakes.append(Mistake(path, _NOT_KNOWN))
            return None
        place = ".".join(path)
        check = _check(f"{place} of {self._place}", form, field)
        return self._inputs.stand_in(place, value, form, check)


@cache
def argument_fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """What an argument for ``model`` can hold, by key."""
    return {
        name: field for name, field in model.model_fields.items() if (model, name) not in LEFT_OUT
    }


def is_input(value: object) -> bool:
    """Whether ``value`` is one that only the engine may know."""
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


def _check(place: str, form: Form, field: FieldInfo) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value is None or value == "":
            raise pulumi.RunError(f"{place}: the Output has no value")
        try:
            found = _of_one(field).validate_python(value)
        except ValidationError as error:
            (mistake, *_) = mistakes_in(error, BaseModel)
            raise pulumi.RunError(f"{place}: {mistake.advice}") from None
        text = found.get_secret_value() if isinstance(found, SecretStr) else str(found)
        return text.rstrip("/") if form is Form.BASE else text

    return check


def _of_one(field: FieldInfo) -> TypeAdapter[Any]:
    """What checks one value of ``field``, or one item of the list or mapping that it is."""
    kind: Any = field.annotation
    if type(None) in get_args(kind):
        (kind, *_) = get_args(kind)
    elif field.metadata and "tuple" not in str(kind):
        kind = Annotated[(kind, *field.metadata)]
    if "dict" in str(kind):
        kind = get_args(kind)[1]
    elif "tuple" in str(kind):
        kind = get_args(kind)[0]
    return TypeAdapter(kind)
