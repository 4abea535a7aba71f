"""What is said of settings, with their keys as a Python program spells them."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from litellm_monitoring.infra.settings.loading.stack import models_in
from litellm_monitoring.infra.settings.models.stack import Settings


def _aliases(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        if field.alias and field.alias.lower() != field.alias:
            yield field.alias, name
        for nested in models_in(field.annotation):
            yield from _aliases(nested)


_SPELT = dict(_aliases(Settings))
_KEYS = re.compile(rf"\b({'|'.join(sorted(_SPELT, key=len, reverse=True))})\b")

_OF_STACKS = (
    (re.compile(r"; set it with: pulumi config set --secret \w+"), ""),
    (re.compile(r", unless `team\.platformStack` is"), ""),
    (re.compile(r"`?team\.platformStack`?"), "the component"),
    (
        re.compile(r"(team to create; by default `LiteLLM <title>) \(<environment>"),
        r"\1 (<identity>",
    ),
    (re.compile(r"<stack>"), "<identity>"),
)
"""What stacks have, and what it is to a component."""


def respelt(text: str) -> str:
    """``text`` about a stack's settings, about the arguments of a component."""
    for pattern, replacement in _OF_STACKS:
        text = pattern.sub(replacement, text)
    return _KEYS.sub(lambda found: _SPELT[found[0]], text)
