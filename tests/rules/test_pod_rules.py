"""Alerts on pods, as Prometheus evaluates them on what kube-state-metrics and cAdvisor expose."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.alerts.alert import Component
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from tests.rules.pod_series import (
    CONTAINER,
    FIRST,
    GIB,
    KUBERNETES,
    LAST_REASON,
    NEW,
    NEW_TWIN,
    RESTARTS,
    SIDECAR,
    Input,
    autoscaler,
    deployment,
    healthy,
    of_container,
    of_pod,
    of_state,
    progressing,
)
from tests.rules.test_alert_rules import STACK, firing, labelled, promtool

MINUTES = 300
NAMES = [alert.name for alert in CATALOGUE.values() if alert.component is Component.PODS]
OF_FIRST = {"pod": FIRST, "container": CONTAINER}


def groups(kubernetes: Mapping[str, object] = KUBERNETES) -> list[dict[str, Any]]:
    """The rules on pods of a stack."""
    settings = Settings.model_validate(
        {
            "prometheus": {"url": "http://prometheus:9090"},
            "selector": 'namespace="elsewhere"',
            "kubernetes": kubernetes,
            "alerts": {"managedBy": "prometheus"},
        }
    )
    found = [dict(each) for each in declare(settings, STACK).alerting.prometheus]
    return [each for each in found if each["name"].endswith(": pods")]


def with_(*others: Sequence[Input]) -> list[Input]:
    """A healthy workload in which what ``others`` name is as they have it."""
    instead = [each for some in others for each in some]
    replaced = {each.series for each in instead}
    return [*(each for each in healthy() if each.series not in replaced), *instead]


def test_each_has_a_fault() -> None:
    assert {name for _, fires, _ in CASES.values() for name in fires} == set(NAMES)


STARTED_ANEW = [
    *of_container("container_memory_working_set_bytes", f"{GIB}+0x100 stale"),
    *of_container("container_memory_working_set_bytes", f"_x101 {GIB}+0x500", start=2),
]

CASES: dict[str, tuple[list[Input], Mapping[str, Mapping[str, str]], Mapping[str, object]]] = {
    "all is well": (healthy(), {}, {}),
    "one of three pods is not available": (
        with_(deployment("3+0x600", "3+0x100 2+0x500")),
        {"LiteLLMPodsUnavailable": {}},
        {},
    ),
    "one is available": (
        with_(deployment("3+0x600", "3+0x100 1+0x500")),
        {"LiteLLMPodsUnavailable": {}, "LiteLLMFewPodsAvailable": {}},
        {},
    ),
    "none is wanted": (with_(deployment("3+0x100 0+0x500", "3+0x100 0+0x500")), {}, {}),
    "a rollout of many pods takes an hour": (
        with_(
            deployment("60+0x600", "60+0x100 45+0x500", "60+0x100 0+0.25x200 50+0.25x40 60+0x200")
        ),
        {},
        {},
    ),
    "a rollout is stuck": (
        with_(progressing("0+0x100 1+0x500"), deployment("3+0x600", "3+0x600", "3+0x100 1+0x500")),
        {"LiteLLMRolloutStuck": {}},
        {},
    ),
    "no node has room": (
        with_(of_pod("kube_pod_status_unschedulable", "_x200 1+0x300", NEW)),
        {"LiteLLMPodUnschedulable": {}},
        {},
    ),
    "a node is added within minutes": (
        with_(of_pod("kube_pod_status_unschedulable", f"_x{MINUTES - 5} 1+0x100", NEW)),
        {},
        {},
    ),
    "a crash loop": (
        with_(of_pod(RESTARTS, "0+0x250 1 1 2 2 2 3 3 3 3 4+0x300", container=CONTAINER)),
        {"LiteLLMPodRestarting": OF_FIRST},
        {},
    ),
    "a crash loop of a sidecar": (
        with_(of_pod(RESTARTS, "0+0x250 1 1 2 2 2 3 3 3 3 4+0x300", container=SIDECAR)),
        {"LiteLLMPodRestarting": {"pod": FIRST, "container": SIDECAR}},
        {},
    ),
    "a sidecar that nobody asks for": (
        with_(of_pod(RESTARTS, "0+0x250 1 1 2 2 2 3 3 3 3 4+0x300", container=SIDECAR)),
        {},
        {"container": CONTAINER},
    ),
    "a restart": (
        with_(of_pod(RESTARTS, "0+0x280 1+0x300", container=CONTAINER)),
        {},
        {},
    ),
    "a crash loop of a new pod": (
        with_(of_pod(RESTARTS, "_x260 0 0 1 1 2 2 3 3 4+0x300", NEW, container=CONTAINER)),
        {"LiteLLMPodRestarting": {"pod": NEW, "container": CONTAINER}},
        {},
    ),
    "kube-state-metrics is replaced amid a crash loop": (
        with_(
            of_pod(RESTARTS, "0+0x250 1 1 2 2 2 stale", replicas=("a:80",), container=CONTAINER),
            of_pod(RESTARTS, "_x257 3 3 3+0x300", replicas=("b:80",), container=CONTAINER),
        ),
        {"LiteLLMPodRestarting": OF_FIRST},
        {},
    ),
    "Prometheus meets pods that restarted long ago": (
        [
            *healthy(without=[RESTARTS]),
            *of_pod(RESTARTS, "_x250 40+0x300", container=CONTAINER),
        ],
        {},
        {},
    ),
    "rollouts replace pods": (
        with_(
            of_pod(RESTARTS, "_x20 2+0x100 stale", NEW, container=CONTAINER),
            of_pod(RESTARTS, "_x120 0+0x400", NEW_TWIN, container=CONTAINER),
            of_container("container_memory_working_set_bytes", f"_x20 {GIB}+0x100 stale", NEW),
            of_container("container_memory_working_set_bytes", f"_x120 {GIB}+0x300", NEW_TWIN),
        ),
        {},
        {},
    ),
    "it runs out of memory": (
        with_(
            of_pod(RESTARTS, f"0+0x{MINUTES - 10} 1+0x300", container=CONTAINER),
            of_pod(
                LAST_REASON, f"_x{MINUTES - 10} 1+0x300", container=CONTAINER, reason="OOMKilled"
            ),
        ),
        {"LiteLLMPodOutOfMemory": OF_FIRST},
        {},
    ),
    "it ran out of memory long ago, and restarts for another reason": (
        with_(
            of_pod(RESTARTS, f"0+0x100 1+0x{MINUTES - 110} 2+0x300", container=CONTAINER),
            of_pod(
                LAST_REASON,
                f"_x100 1+0x{MINUTES - 110} stale",
                container=CONTAINER,
                reason="OOMKilled",
            ),
            of_pod(LAST_REASON, f"_x{MINUTES - 10} 1+0x300", container=CONTAINER, reason="Error"),
        ),
        {},
        {},
    ),
    "a worker runs out of memory, and its container goes on": (
        with_(of_container("container_oom_events_total", f"0+0x{MINUTES - 10} 1+0x300")),
        {"LiteLLMPodOutOfMemory": OF_FIRST},
        {},
    ),
    "memory is short": (
        with_(
            of_container("container_memory_working_set_bytes", f"{GIB}+0x100 {3.8 * GIB:.0f}+0x500")
        ),
        {"LiteLLMPodMemoryNearLimit": OF_FIRST},
        {},
    ),
    "memory is short until it is started anew": (with_(STARTED_ANEW), {}, {}),
    "there are no limits": (
        [
            *healthy(without=["kube_pod_container_resource_limits", "container_cpu_cfs"]),
            *of_container("container_memory_working_set_bytes", f"{9 * GIB}+0x600", NEW),
        ],
        {},
        {},
    ),
    "the CPU limit is too low": (
        with_(
            of_container("container_cpu_cfs_throttled_periods_total", "0+6x100 600+240x500"),
        ),
        {"LiteLLMPodThrottled": OF_FIRST},
        {},
    ),
    "the autoscaler is at its maximum": (
        with_(autoscaler("3+0x100 5+0x500")),
        {"LiteLLMAutoscalerAtMaximum": {}},
        {},
    ),
    "the autoscaler peaks": (with_(autoscaler(f"3+0x{MINUTES - 20} 5+0x500")), {}, {}),
    "the autoscaler has one size": (with_(autoscaler("3+0x600", least=3, most=3)), {}, {}),
    "another autoscaler is at its maximum": (
        with_(autoscaler("5+0x600")),
        {},
        {"autoscaler": "keda-hpa-litellm"},
    ),
    "the autoscaler has no metrics": (
        with_(autoscaler("3+0x600", inactive="0+0x100 1+0x500")),
        {"LiteLLMAutoscalerInactive": {}},
        {},
    ),
    "kube-state-metrics is gone": (
        [
            each
            for each in healthy()
            if not each.series.startswith("kube_") or 'deployment="litellm-admin"' in each.series
        ],
        {"LiteLLMPodMetricsAbsent": {}},
        {},
    ),
    "a StatefulSet makes a pod anew that restarted long ago": (
        with_(
            of_pod(RESTARTS, "5+0x270 stale", "litellm-0", container=CONTAINER),
            of_pod(RESTARTS, "_x272 0+0x300", "litellm-0", container=CONTAINER, uid="0b0e"),
        ),
        {},
        {},
    ),
    "a StatefulSet lacks pods": (
        [
            *healthy(without=["kube_deployment"]),
            *of_state("kube_statefulset_replicas", "3+0x600", statefulset="litellm"),
            *of_state("kube_statefulset_status_replicas_ready", "2+0x600", statefulset="litellm"),
            *of_state("kube_statefulset_status_replicas_updated", "3+0x600", statefulset="litellm"),
            *of_pod(
                RESTARTS, "0+0x250 1 1 2 2 2 3 3 3 3 4+0x300", "litellm-0", container=CONTAINER
            ),
        ],
        {
            "LiteLLMPodsUnavailable": {},
            "LiteLLMPodRestarting": {"pod": "litellm-0", "container": CONTAINER},
        },
        {},
    ),
}
"""What is there, the alerts that fire in the end, each with its labels, and settings of one's own."""

FROM_THE_START = {"kube-state-metrics is gone", "a StatefulSet lacks pods"}


@pytest.mark.parametrize("case", CASES)
def test_it_fires_on_its_fault_alone(tmp_path: Path, case: str) -> None:
    inputs, fires, changed = CASES[case]
    test = {
        "interval": "1m",
        "input_series": [each.as_promtool() for each in inputs],
        "promql_expr_test": [
            *([] if case in FROM_THE_START else [firing(99)]),
            firing(MINUTES, *fires),
            *(labelled(MINUTES, name, labels) for name, labels in fires.items()),
        ],
    }
    assert promtool(tmp_path, groups({**KUBERNETES, **changed}), test) == ""
