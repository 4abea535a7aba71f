"""Labels of one's own, as LiteLLM itself names them and gives them to its families: no proxy is needed
to ask it.
"""

import json
import subprocess
from typing import Any

import pytest

from litellm_monitoring.signals.catalogue.metrics import families, supported
from litellm_monitoring.signals.catalogue.own_labels import (
    OptIn,
    OwnLabel,
    of_metadata,
    of_tag,
    opted_in,
)
from litellm_monitoring.signals.serving.failures import FAILURES
from litellm_monitoring.signals.serving.traffic import REQUESTS
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


COUNTED = """
import asyncio, json
import litellm
litellm.custom_prometheus_metadata_labels = ["metadata.cost_center"]
litellm.custom_prometheus_tags = ["batch"]
litellm.prometheus_emit_stream_label = True
litellm.prometheus_emit_input_sequence_length_label = True
litellm.prometheus_emit_rate_limit_labels = True
from litellm.integrations.prometheus import PrometheusLogger
from litellm.proxy._types import UserAPIKeyAuth
from prometheus_client import REGISTRY

logger = PrometheusLogger()
litellm.callbacks = [logger]
known = {"cost_center": "R&D"}
metadata = {
    "user_api_key_hash": "h", "user_api_key_alias": "k", "user_api_key_team_id": "t",
    "user_api_key_team_alias": "team", "user_api_key_user_id": "u",
    "user_api_key_auth_metadata": known, "tags": ["batch"], "model_group": "fast",
}
asked = {"model": "fast", "metadata": metadata}

async def main():
    await litellm.acompletion(
        model="openai/gpt-4o", messages=[{"role": "user", "content": "hi"}], api_key="x",
        mock_response="hello", metadata=dict(metadata),
    )
    error = litellm.RateLimitError("no", "openai", "gpt-4o")
    who = UserAPIKeyAuth(api_key="h", key_alias="k", metadata=known)
    await logger.async_post_call_failure_hook(asked, error, who)
    await asyncio.sleep(2)

asyncio.run(main())
found = {}
for family in REGISTRY.collect():
    for sample in family.samples:
        if sample.value and sample.name.endswith(("_total", "_count")):
            found.setdefault(sample.name, []).append(sample.labels)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def counted() -> dict[str, list[dict[str, str]]]:
    """The labels of what is counted of one request that is answered and one that is not."""
    done = subprocess.run(
        [litellm_python(supported()[1]), "-W", "ignore", "-c", COUNTED],
        env={"LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_an_answered_request_has_the_values(counted: dict[str, list[dict[str, str]]]) -> None:
    center, batch = of_metadata("metadata.cost_center"), of_tag("batch")
    seen = 0
    for family in center.told_by:
        name = family if family.endswith("_total") else f"{family}_count"
        for labels in counted.get(name, []):
            if labels.get("status_code", "200") == "200":
                seen += 1
                assert (labels[center.name], labels[batch.name]) == ("R&D", "true"), name
    assert seen >= 6
    (requests,) = (each for each in counted[REQUESTS] if each["status_code"] == "200")
    assert requests["stream"] in ("True", "False", "None")
    (latency,) = counted["litellm_request_total_latency_metric_count"]
    assert latency["input_sequence_length"] == "0-1k"


def test_of_a_failed_request_the_tags_are_known_alone(
    counted: dict[str, list[dict[str, str]]],
) -> None:
    failed = [each for each in counted[REQUESTS] if each["status_code"] != "200"]
    for labels in (*failed, *counted[FAILURES]):
        assert (labels["metadata_cost_center"], labels["tag_batch"]) == ("None", "true")
    assert len(failed) == len(counted[FAILURES]) == 1
    assert counted[FAILURES][0]["rate_limit_category"] == "vendor_rate_limit"
