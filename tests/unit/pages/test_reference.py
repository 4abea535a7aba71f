"""What is generated is up to date."""

import pytest

from litellm_monitoring.tools.documentation.pages import reference_files
from litellm_monitoring.tools.project import ROOT

GENERATED = reference_files(ROOT)


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == GENERATED[name], "run: make reference"


def test_no_runbook_is_left_of_an_alert_that_is_gone() -> None:
    there = {f"docs/runbooks/{path.name}" for path in (ROOT / "docs" / "runbooks").iterdir()}
    assert there == {name for name in GENERATED if "runbooks" in name}
