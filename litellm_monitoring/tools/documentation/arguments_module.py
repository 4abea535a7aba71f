"""The types of the component's arguments, as a module that is generated from the settings."""

import textwrap
from collections.abc import Iterator
from enum import Enum
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from litellm_monitoring.infra.arguments.accepted import accepted
from litellm_monitoring.infra.arguments.component import ComponentTeam
from litellm_monitoring.infra.arguments.reading import argument_fields
from litellm_monitoring.infra.arguments.spelling import respelt
from litellm_monitoring.infra.settings.loading.stack import models_in
from litellm_monitoring.infra.settings.models.alerts import TeamsSettings
from litellm_monitoring.infra.settings.models.links import LinksSettings
from litellm_monitoring.infra.settings.models.stack import Settings, TeamSettings
from litellm_monitoring.signals import Matcher
from litellm_monitoring.tools.documentation.field_descriptions import field_descriptions

FILE = "litellm_monitoring/infra/arguments/types.py"

_HEAD = '''\
"""The types of the component's arguments. Generated from the settings by `make reference`."""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypedDict

from pulumi import Input
'''

_NAMES: dict[type[BaseModel], str] = {
    Settings: "MonitoringArgs",
    ComponentTeam: "TeamArgs",
    TeamSettings: "OneTeamArgs",
    TeamsSettings: "MicrosoftTeamsArgs",
}
"""Those of classes that would be taken for others."""

_WIDTH = 100


def arguments_module() -> str:
    """The module's text."""
    made: dict[type[BaseModel], str] = {}
    for model in (Settings, ComponentTeam):
        _make(model, made)
    return "\n\n".join([_HEAD, *made.values()])


def _make(model: type[BaseModel], made: dict[type[BaseModel], str]) -> None:
    for field in argument_fields(model).values():
        for nested in models_in(field.annotation):
            if nested not in made:
                _make(nested, made)
    made[model] = "".join(f"{line}\n" for line in _class(model))


def _class(model: type[BaseModel]) -> Iterator[str]:
    yield f"class {_name(model)}(TypedDict, total=False):"
    yield from _docstring(respelt(str(model.__doc__)))
    yield ""
    said = field_descriptions(model)
    for name, field in argument_fields(model).items():
        kind = _type(model, name, field)
        line = f"    {name}: {f'Required[{kind}]' if field.is_required() else kind}"
        yield line if len(line) <= _WIDTH else _over_several_lines(line)
        yield from _docstring(respelt(said[name]))


def _over_several_lines(line: str) -> str:
    """``line``, which ends in a Literal, as the formatter breaks it."""
    before, _, values = line.partition("Literal[")
    outer, depth = before.removesuffix("Sequence["), 4
    made = [before] if outer == before else [f"{outer}Sequence["]
    if outer != before:
        depth += 4
        made.append(" " * depth)
    made[-1] += "Literal["
    made += [f"{' ' * (depth + 4)}{value}," for value in values.rstrip("]").split(", ")]
    made += [" " * depth + "]"] + (["    ]"] if outer != before else [])
    return "\n".join(made)


def _docstring(text: str) -> Iterator[str]:
    lines = textwrap.wrap(
        " ".join(text.split()), _WIDTH - 11, break_long_words=False, break_on_hyphens=False
    )
    if len(lines) == 1:
        yield f'    """{lines[0]}"""'
        return
    yield f'    """{lines[0]}'
    yield from (f"    {line}" for line in lines[1:])
    yield '    """'


def _name(model: type[BaseModel]) -> str:
    return _NAMES.get(model, f"{model.__name__.removesuffix('Settings')}Args")


def _type(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    if model is LinksSettings:
        return "str | Sequence[RequestsArgs]"
    return _written(field.annotation, is_input=accepted(model, name) is not None)


def _written(kind: Any, *, is_input: bool) -> str:
    arguments = [each for each in get_args(kind) if each is not NoneType]
    text = str(kind)
    if len(arguments) < len(get_args(kind)):
        return _written(arguments[0], is_input=is_input)
    if text.startswith("tuple"):
        if arguments[0] is Matcher:
            return "str"
        return f"Sequence[{_written(arguments[0], is_input=is_input)}]"
    if text.startswith("dict"):
        return f"Mapping[str, {_written(arguments[1], is_input=is_input)}]"
    if arguments:  # Of Annotated.
        return _written(arguments[0], is_input=is_input)
    if issubclass(kind, Enum):
        values = ", ".join(f'"{each.value}"' for each in kind)
        return f"Literal[{values}]"
    if issubclass(kind, BaseModel):
        return _name(kind)
    plain = "str" if kind is SecretStr else kind.__name__
    return f"Input[{plain}]" if is_input else plain
