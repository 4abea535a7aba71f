"""The catalogue is what the LiteLLM that the tests run says of itself."""

from pathlib import Path

import pytest
import yaml

from litellm_monitoring.signals.catalogue.metrics import supported
from litellm_monitoring.tools.catalogue.commands import observed_by
from litellm_monitoring.tools.catalogue.merge import changes, merged
from tests.live.commands.test_check import FORMER, OLD
from tests.live.proxy.litellm import litellm_python

METRICS = yaml.safe_load(Path("litellm_monitoring/signals/catalogue/metrics.yaml").read_text())


@pytest.mark.parametrize("version", [supported()[1], FORMER, OLD])
def test_nothing_has_to_be_taken_over(version: str) -> None:
    observed = observed_by(litellm_python(version))
    assert observed["litellm"] == version
    assert observed["unknown"] == {}
    assert changes(METRICS, observed) == []
    assert merged(METRICS, observed) == METRICS
