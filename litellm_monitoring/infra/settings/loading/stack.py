"""From configuration as Pulumi or a stack file holds it to :class:`Settings`, or to one message
that names every mistake.
"""

import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from litellm_monitoring.infra.settings.combinations.all import mistakes_in_combinations
from litellm_monitoring.infra.settings.combinations.mistakes import Mistake
from litellm_monitoring.infra.settings.combinations.prometheus_url import (
    as_set,
    mistakes_in_url,
    with_url,
)
from litellm_monitoring.infra.settings.kinds.fields import http_url
from litellm_monitoring.infra.settings.kinds.pulumi_yaml import KEY, Path
from litellm_monitoring.infra.settings.kinds.written import marked
from litellm_monitoring.infra.settings.models.grafana_provider import SECRET_SETTINGS
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS, Settings

_SHOWN_VALUE_LENGTH = 60
_PROVIDER_SECRET_KEYS = frozenset(f"grafana:{name}" for name in SECRET_SETTINGS)
_UNSET = ("", "{}", "[]")
"""What ``Pulumi.yaml`` gives as defaults, since without one a key would be compulsory."""
_NO_SUCH_KEY = "no such key; "


class SettingsError(Exception):
    """Settings that cannot be used: each of ``corrections`` is a line that names a key, its value
    unless it is secret, and what would be right.
    """

    def __init__(self, corrections: Sequence[str], stack: str) -> None:
        self.corrections = [printable(line) for line in corrections]
        super().__init__(needing(self.corrections, f"the configuration of stack {stack}"))


def needing(corrections: Sequence[str], place: str) -> str:
    """The one message about all ``corrections`` that settings in ``place`` need."""
    count = "1 setting needs" if len(corrections) == 1 else f"{len(corrections)} settings need"
    return "\n".join([f"{count} correction in {place}:", *(f"  {line}" for line in corrections)])


def load_settings(
    config: Mapping[str, str],
    secret_keys: Collection[str],
    project: str,
    stack: str,
    rewritten: Mapping[Path, str] = MappingProxyType({}),
) -> Settings:
    """Checks a stack's configuration as a whole.

    ``config`` has strings by key with namespace, objects as JSON, which is how Pulumi hands it to
    a program; ``secret_keys`` are the keys that it holds encrypted. The project's own keys are
    the settings; of the Grafana provider's, the address and the credentials are checked.
    ``rewritten`` is what was written of settings that do not look so any more.

    Raises:
        SettingsError: naming all mistakes at once.

    """
    secret = {key.removeprefix(f"{project}:") for key in secret_keys}
    values = _own(config, project)
    if sealed := sorted(secret & values.keys() - SECRET_KEYS):
        # Nothing is said of their values, and without them of nothing else.
        advice = "encrypted, but Grafana would store it in plain text; set it without --secret"
        mistakes = [Mistake((key,), advice) for key in sealed]
        raise SettingsError(described(mistakes, values, secret), stack)
    settings, parsed, mistakes = _validated(values, _without_secrets(rewritten))
    mistakes += mistakes_in_url(parsed)
    mistakes += (as_set(each, parsed) for each in mistakes_in_combinations(with_url(parsed), stack))
    mistakes += [
        Mistake((key,), f"given in plain text; set it with: pulumi config set --secret {key}")
        for key in sorted(
            (SECRET_KEYS & parsed.keys() | _PROVIDER_SECRET_KEYS & config.keys()) - secret
        )
    ]
    mistakes += _mistakes_around({k: v for k, v in config.items() if k not in secret_keys}, project)
    if mistakes or settings is None:
        secret |= SECRET_KEYS | _PROVIDER_SECRET_KEYS
        raise SettingsError(described(mistakes, {**config, **parsed}, secret), stack)
    return settings


def mistakes_in_values(config: Mapping[str, str], project: str) -> list[tuple[Mistake, str]]:
    """What is wrong with single values in a stack's configuration, whatever goes together; each mistake
    with the line that describes it.
    """
    _, parsed, mistakes = _validated(_own(config, project), {})
    mistakes += _mistakes_around(config, project)
    shown = {**config, **parsed}
    return [(each, printable(*described([each], shown, SECRET_KEYS))) for each in mistakes]


def _own(config: Mapping[str, str], project: str) -> dict[str, str]:
    """The project's own part of ``config``, by key without namespace."""
    own = f"{project}:"
    return {key.removeprefix(own): value for key, value in config.items() if key.startswith(own)}


def _validated(
    values: Mapping[str, str], rewritten: Mapping[Path, str]
) -> tuple[Settings | None, dict[str, object], list[Mistake]]:
    """The settings, where each of ``values`` is right, what was read of them, and what is wrong."""
    parsed, mistakes = _parsed(values)
    try:
        return Settings.model_validate(marked(with_url(parsed), rewritten)), parsed, mistakes
    except ValidationError as error:
        found = (as_set(each, parsed) for each in mistakes_in(error, Settings))
        return None, parsed, [*mistakes, *found]


def _without_secrets(rewritten: Mapping[Path, str]) -> dict[Path, str]:
    """Only that something was written, where it may be a credential, and is shown to nobody."""
    return {
        path: "" if path[:2] == ("prometheus", "headers") else written
        for path, written in rewritten.items()
        if path[0] not in SECRET_KEYS
    }


def _mistakes_around(config: Mapping[str, str], project: str) -> Iterator[Mistake]:
    """Mistakes in what is not secret and not the project's own."""
    if url := config.get("grafana:url"):
        try:
            http_url(url)
        except ValueError as error:
            yield Mistake(("grafana:url",), str(error))
    for key in config:
        namespace, _, name = key.partition(":")
        # Other namespaces may be those of other providers.
        if namespace != project and difflib.get_close_matches(namespace, [project]):
            yield Mistake((key,), f"{_NO_SUCH_KEY}did you mean {project}:{name}?")


def _parsed(values: Mapping[str, str]) -> tuple[dict[str, object], list[Mistake]]:
    known = _known_keys((), Settings)
    objects = {field.alias for field in Settings.model_fields.values() if _is_object(field)}
    parsed: dict[str, object] = {}
    mistakes = []
    for key, value in values.items():
        if key in known and value in _UNSET:
            continue
        if key not in objects:
            parsed[key] = value
            continue
        try:
            parsed[key] = json.loads(value)
        except ValueError:
            mistakes.append(Mistake((key,), "must be a mapping of keys to values"))
    return parsed, mistakes


def _is_object(field: FieldInfo) -> bool:
    return any(models_in(field.annotation)) or "dict" in str(field.annotation)


def mistakes_in(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """What pydantic found wrong with the values of ``model``."""
    return [_mistake(detail, model) for detail in error.errors(include_url=False)]


def _mistake(detail: ErrorDetails, model: type[BaseModel]) -> Mistake:
    path = tuple(str(part) for part in detail["loc"] if part != KEY)
    match detail["type"]:
        case "extra_forbidden":
            return Mistake(path, unknown_key(path[-1], _known_keys(path[:-1], model)))
        case "missing":
            return Mistake(path, "must be set")
        case "value_error":
            return Mistake(path, str(detail["ctx"]["error"]))
        case "model_type" | "dict_type":
            return Mistake(path, "must be a mapping of keys to values")
        case "tuple_type":
            return Mistake(path, "must be a list")
        case "float_type" | "float_parsing":
            return Mistake(path, "must be a number")
        case "string_type":
            return Mistake(path, "must be text")
        case "bool_parsing" | "bool_type":
            return Mistake(path, "must be true or false")
        case "enum":
            return Mistake(path, f"must be one of {detail['ctx']['expected']}")
        case _:
            return Mistake(path, detail["msg"])


def unknown_key(key: str, known: Sequence[str]) -> str:
    """What is said of ``key``, which is none of those ``known``."""
    close = difflib.get_close_matches(key, known, n=1)
    return _NO_SUCH_KEY + (
        f"did you mean {close[0]}?" if close else f"valid keys: {', '.join(known)}"
    )


def _known_keys(path: Sequence[str], model: type[BaseModel]) -> list[str]:
    parts = iter(path)
    for part in parts:
        if part.isdigit():
            continue
        annotation = next(f for f in model.model_fields.values() if f.alias == part).annotation
        (model,) = models_in(annotation)
        if "dict" in str(annotation):
            next(parts, None)  # A key of the person's choosing.
    return [field.alias or "" for field in model.model_fields.values()]


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The pydantic models that a type annotation mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from models_in(argument)


def correction(key: str, value: object, advice: str, stack: str) -> SettingsError:
    """The error that one setting, which is no secret, causes beside other stacks."""
    return SettingsError([f"{key} = {_as_shown(value)}: {advice}"], stack)


def described(
    mistakes: Iterable[Mistake], values: Mapping[str, object], secret: Collection[str] = ()
) -> list[str]:
    """A line for each mistake; the values of ``secret`` keys are not shown."""
    return [_described(mistake, values, secret) for mistake in mistakes]


def printable(text: str) -> str:
    """``text`` on one line, with characters that terminals act upon or cannot take escaped."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _described(mistake: Mistake, values: Mapping[str, object], secret: Collection[str]) -> str:
    # The value of a key that does not exist may be a misplaced credential.
    unknown = mistake.advice.startswith(_NO_SUCH_KEY)
    shown = "" if unknown else _shown_value(mistake.path, values, secret)
    return f"{'.'.join(mistake.path)}{shown}: {mistake.advice}"


def _shown_value(path: Sequence[str], values: object, secret: Collection[str]) -> str:
    if path[0] in secret:
        return " = (secret)" if isinstance(values, Mapping) and path[0] in values else ""
    if path[:2] == ("prometheus", "headers"):
        return ""  # What somebody puts into a header may be a credential.
    for part in path:
        if isinstance(values, Mapping) and part in values:
            values = values[part]
        elif isinstance(values, list) and part.isdigit() and int(part) < len(values):
            values = values[int(part)]
        else:
            return ""
    if isinstance(values, Mapping | list):
        return ""
    if (
        isinstance(values, str)
        and "@" in values
        and ("//" in values or path[-1].lower().endswith("url"))
    ):
        values = f"…@{values.rpartition('@')[2]}"  # What stands before it may be a password.
    return f" = {_as_shown(values)}"


def _as_shown(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _SHOWN_VALUE_LENGTH else shown[: _SHOWN_VALUE_LENGTH - 1] + "…"
