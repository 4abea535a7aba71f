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
        # Each model's validator is built once it is asked for, and only the whole one's is.
        defer_build=True,
    )
