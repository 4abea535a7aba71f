"""Dashboard JSON: its bytes depend on the settings alone."""

import json
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.dashboards import dashboard_json
from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.signals import Scope
from tests.unit.dashboards.test_prod_v2 import PLAIN

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


@given(json_values)
def test_canonical_json_is_the_same_value_and_a_fixed_point(value: object) -> None:
    text = to_canonical_json(value)
    assert json.loads(text) == value
    assert to_canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert to_canonical_json(dict(reversed(list(value.items())))) == to_canonical_json(value)


def test_form() -> None:
    assert to_canonical_json({"b": [1, 2.5, None], "a": "ü"}) == '{"a":"ü","b":[1,2.5,null]}'


def test_dashboard_has_neither_id_nor_version() -> None:
    model = json.loads(dashboard_json("prod-v2", Scope(), PLAIN))
    assert model.keys().isdisjoint({"id", "version"})


def test_another_process_makes_the_same_bytes() -> None:
    program = (
        "from tests.unit.dashboards.test_prod_v2 import PLAIN; from litellm_monitoring.signals import Scope;"
        "from litellm_monitoring.dashboards import dashboard_json;"
        "import sys; sys.stdout.write(dashboard_json('prod-v2', Scope(), PLAIN))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"},
    ).stdout
    assert other == dashboard_json("prod-v2", Scope(), PLAIN)
