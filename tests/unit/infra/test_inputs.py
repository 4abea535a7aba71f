"""Outputs among settings, and what is put in their place until they are known."""

import asyncio
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.infra.arguments.inputs import Form, Inputs

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


async def value_of(made: pulumi.Input[str]) -> object:
    return await pulumi.Output.from_input(made).future()


@given(TEXT, TEXT, st.sampled_from(Form))
def test_json_is_what_it_would_be(one: str, other: str, form: Form) -> None:
    async def check() -> None:
        inputs = Inputs()
        texts = [
            inputs.stand_in(place, value, form, str) for place, value in (("a", one), ("b", other))
        ]
        made = inputs.filled_json(to_canonical_json({"x": texts, "y": f"<{texts[0]}{texts[1]}>"}))
        assert await value_of(made) == to_canonical_json(
            {"x": [one, other], "y": f"<{one}{other}>"}
        )
        assert await value_of(inputs.filled({"k": [texts[0]]})) == {"k": [one]}

    asyncio.run(check())


def test_a_value_that_looks_like_a_stand_in_stays() -> None:
    """What is put in is not looked through again."""

    async def check() -> None:
        inputs = Inputs()
        second = inputs.stand_in("b", "two", Form.TEXT, str)
        first = inputs.stand_in("a", second, Form.TEXT, str)
        assert await value_of(inputs.filled(f"{first} {second}")) == f"{second} two"

    asyncio.run(check())


def test_secrets_stay_secret() -> None:
    async def check() -> None:
        inputs = Inputs()
        sealed = inputs.stand_in("a", pulumi.Output.secret("hunter2"), Form.TEXT, str)
        plain = inputs.stand_in("b", "two", Form.TEXT, str)
        for text, is_secret in ((f"x {sealed}", True), (f"x {plain}", False)):
            assert await inputs.filled(text).is_secret() is is_secret
            assert await inputs.filled_json(text).is_secret() is is_secret  # type: ignore[union-attr]
            assert await inputs.filled(SecretStr(text)).is_secret()
        assert inputs.filled("nothing") == "nothing"

    asyncio.run(check())


def test_what_is_not_known_is_not_made_up() -> None:
    async def check() -> None:
        inputs = Inputs()
        unknown = pulumi.Output[str](set(), _done(None), _done(False))
        text = inputs.stand_in("a", unknown, Form.TEXT, _never)
        assert not await inputs.filled(text).is_known()

    asyncio.run(check())


def _never(_: object) -> str:
    pytest.fail("a value that is not known cannot be checked")


def _done(value: Any) -> "asyncio.Future[Any]":
    made = asyncio.get_running_loop().create_future()
    made.set_result(value)
    return made
