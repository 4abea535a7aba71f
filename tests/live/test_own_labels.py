"""Labels of one's own, as LiteLLM itself names them and gives them to its families: no proxy is needed
to ask it.
"""

import json
import subprocess
from typing import Any

import pytest

from signals.catalogue import families, supported
from signals.own_labels import OptIn, OwnLabel, of_metadata, of_tag, opted_in
from tests.live.proxy.litellm import litellm_python

METADATA = ["metadata.cost_center", "department.name", "metadata.Kostenstelle-Ä", "2nd"]
TAGS = ["batch", "User-Agent: curl/*", "ünï"]

ASKED = """
import json, sys
from typing import get_args
import litellm
from litellm.types.integrations.prometheus import DEFINED_PROMETHEUS_METRICS, PrometheusMetricLabels
asked = json.load(sys.stdin)
litellm.custom_prometheus_metadata_labels = asked["metadata"]
litellm.custom_prometheus_tags = asked["tags"]
litellm.prometheus_emit_stream_label = True
litellm.prometheus_emit_input_sequence_length_label = True
litellm.prometheus_emit_rate_limit_labels = True
found = {}
for name in get_args(DEFINED_PROMETHEUS_METRICS):
    try:
        found[name] = PrometheusMetricLabels.get_labels(name)
    except AttributeError:
        pass
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def exposed() -> dict[str, list[str]]:
    """The labels of each family, where all settings for labels are on."""
    done = subprocess.run(
        [litellm_python(supported()[1]), "-c", ASKED],
        input=json.dumps({"metadata": METADATA, "tags": TAGS}),
        env={"LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


LABELS = [
    *map(of_metadata, METADATA),
    *map(of_tag, TAGS),
    *map(opted_in, OptIn),
]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_litellm_names_a_label_so_and_gives_it_to_what_tells_of_it(
    label: OwnLabel, exposed: dict[str, list[str]]
) -> None:
    for name in label.told_by:
        assert label.name in exposed[name.removesuffix("_total")], name


@pytest.mark.parametrize("label", list(OptIn))
def test_nothing_else_has_a_label_that_is_opted_into(
    label: OptIn, exposed: dict[str, list[str]]
) -> None:
    has_it = {name for name, labels in exposed.items() if label.value in labels}
    told = {name.removesuffix("_total") for name in opted_in(label).told_by}
    by_default = {
        name.removesuffix("_total")
        for name, family in families().items()
        if label.value in family.labels
    }
    assert has_it - by_default == told
