"""The catalogue is what the LiteLLM that the tests run says of itself."""

import os
from pathlib import Path

import pytest
import yaml

from litellm_monitoring.tools.catalogue.commands import observed_by
from litellm_monitoring.tools.catalogue.merge import changes, merged
from tests.live.commands.test_check import FORMER, OLD
from tests.live.proxy.litellm import NEWEST, litellm_python

METRICS = yaml.safe_load(Path("litellm_monitoring/signals/catalogue/metrics.yaml").read_text())


VERSIONS = [NEWEST] if "TEST_LITELLM" in os.environ else [NEWEST, FORMER, OLD]

NOT_FREE = {
    "1.70.4": {
        "litellm.integrations.prometheus": "could not be made to register "
        "litellm_not_a_premium_user_metric"
    }
}
"""Before 1.80, the metric that says that there is no license takes the place of all others."""

CAME_AGAIN = {
    "1.70.4": ["changed  litellm_deployment_cooled_down_total: label exception_status came"]
}
"""1.80.5 has left it out, and 1.80.10 brought it back, from which the catalogue has it."""


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_has_to_be_taken_over(version: str) -> None:
    observed = observed_by(litellm_python(version))
    assert observed["litellm"] == version
    assert observed["unknown"] == NOT_FREE.get(version, {})
    assert changes(METRICS, observed) == CAME_AGAIN.get(version, [])
    if version not in CAME_AGAIN:
        assert merged(METRICS, observed) == METRICS
