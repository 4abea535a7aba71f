"""The catalogue is what the LiteLLM that the tests run says of itself."""

import os
from pathlib import Path

import pytest
import yaml

from tests.live.proxy.litellm import NEWEST, litellm_python
from tests.live.test_check import FORMER, OLD
from tools.catalogue.commands import observed_by
from tools.catalogue.merge import changes, merged

METRICS = yaml.safe_load(Path("signals/metrics.yaml").read_text())


VERSIONS = [NEWEST] if "TEST_LITELLM" in os.environ else [NEWEST, FORMER, OLD]


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_has_to_be_taken_over(version: str) -> None:
    observed = observed_by(litellm_python(version))
    assert observed["litellm"] == version
    assert observed["unknown"] == {}
    assert changes(METRICS, observed) == []
    assert merged(METRICS, observed) == METRICS
