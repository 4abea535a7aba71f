"""YAML as Pulumi reads it: what the engine has made of a stack file, and what is written for it."""

import json
import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.embedded.storage import to_yaml
from litellm_monitoring.infra.settings.kinds.pulumi_yaml import (
    KEY,
    is_read_as_text,
    read_yaml,
    rewritten,
)

READ_BY_THE_ENGINE = """
{"+7": 7, "-0": 0, "-0.0": 0, "-5": -5, ".5": 0.5, "0.1": 0.1, "007": 7, "08": 8, "0b11": 3,
"0o7": 7, "0x10": 16, "1.0": 1, "1.5": 1.5, "1.50": 1.5, "1234567": 1234567,
"12345678901234567": 12345678901234567, "123456789012345678901234": 1.2345678901234569e+23,
"12:30": "12:30", "190:20:30": "190:20:30", "1E5": 100000, "1_000": 1000, "1_000.5": 1000.5,
"1e5": 100000, "2024-01-01": "2024-01-01 00:00:00 +0000 UTC",
"2024-01-01T10:00:00Z": "2024-01-01 10:00:00 +0000 UTC",
"2024-1-1": "2024-01-01 00:00:00 +0000 UTC", "5.": 5, "685_230.15": 685230.15, "=": "=",
"NULL": null, "No": "No", "TRUE": true, "True": true, "n": "n", "nan": "nan", "null": null,
"off": "off", "true": true, "y": "y", "yes": "yes", "~": null}
"""
"""What ``pulumi config --json`` has of each key's own text without quotes (Pulumi 3.259)."""


@pytest.mark.parametrize(("text", "value"), json.loads(READ_BY_THE_ENGINE).items())
def test_scalars_are_read_as_the_engine_does(text: str, value: object) -> None:
    found = read_yaml(text)
    assert (found, type(found)) == (value, type(value))
    assert is_read_as_text(text) == isinstance(value, str) or "2024" in text


def test_keys_are_text() -> None:
    text = "{7: a, true: b, 1.50: c, 007x: d, off: e, ~: f}"
    assert list(read_yaml(text)) == ["7", "true", "1.5", "007x", "off", "null"]


@pytest.mark.parametrize("text", ["9" * 5000, "1e400", ".inf"])
def test_numbers_without_end(text: str) -> None:
    assert read_yaml(text) == math.inf


@pytest.mark.parametrize("text", ["!!int x", "!!float x", "!!bool 7", "!!timestamp x", "{[a]: b}"])
def test_what_is_no_yaml_is_said_to_be_none(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml(text)


def test_what_does_not_look_as_it_was_written() -> None:
    text = 'a: &a [007, "007", 7, *a]\nb: {1_0: 1.50, x: no, y: True, z: {08: 8}}\nc: !!str 007'
    assert rewritten(text) == {
        ("a", "0"): "007",
        ("b", "10"): "1.50",
        ("b", "10", KEY): "1_0",
        ("b", "y"): "True",
        ("b", "z", "8", KEY): "08",
    }


looks_like_something_else = st.from_regex(
    r"[-+]?[0-9a-fxobE_.:eTZ-]{1,12}|true|True|~|null|<<|=|\.inf|[0-9]{4}-[0-9]{2}-[0-9]{2}",
    fullmatch=True,
)


@given(
    st.dictionaries(
        looks_like_something_else | st.text(max_size=5),
        looks_like_something_else | st.text(max_size=20) | st.integers() | st.booleans(),
        max_size=4,
    )
)
def test_what_is_written_for_go_is_read_as_it_was(content: dict[str, object]) -> None:
    text = to_yaml(content)
    assert yaml.safe_load(text) == content
    if not any(isinstance(value, int) and abs(value) >= 2**63 for value in content.values()):
        assert read_yaml(text) == content
    assert rewritten(text).keys() <= {
        (key,) for key, value in content.items() if isinstance(value, int)
    }
