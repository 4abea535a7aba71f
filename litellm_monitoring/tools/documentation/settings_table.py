"""The settings as a table."""

from collections.abc import Iterator
from enum import Enum

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from litellm_monitoring.infra.settings.loading.stack import models_in
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.documentation.field_descriptions import field_descriptions


def settings_table(model: type[BaseModel] = Settings) -> str:
    """All settings as a Markdown table."""
    rows = [f"| `{key}` | {default} | {meaning} |" for key, default, meaning in _rows(model)]
    return "\n".join(["| key | default | meaning |", "| --- | --- | --- |", *rows]) + "\n"


def _rows(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    descriptions = field_descriptions(model)
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias}"
        nested = list(models_in(field.annotation))
        is_list = "tuple" in str(field.annotation)
        if nested and not is_list:
            yield from _rows(nested[0], f"{key}.")
            continue
        yield key, _default(field), descriptions[name]
        if nested:
            yield from _rows(nested[0], f"{key}[].")


def _default(field: FieldInfo) -> str:
    default = field.default
    if field.is_required():
        return "required"
    if isinstance(default, Enum):
        return f"`{default.value}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, str | int | float) and default:
        return f"`{default}`"
    if isinstance(default, tuple) and default:
        return ", ".join(f"`{item}`" for item in default)
    return ""
