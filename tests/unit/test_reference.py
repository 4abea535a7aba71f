"""What is generated is up to date."""

import pytest

from tools.project import ROOT
from tools.reference import reference_files


@pytest.mark.parametrize("name", ["README.md", "Pulumi.yaml", "docs/dashboards.md"])
def test_generated_parts_are_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == reference_files(ROOT)[name], "run: make reference"
