"""What all settings have in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """Frozen, with camelCase keys, and strict about which there are."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: to_camel(name.rstrip("_")),
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )
