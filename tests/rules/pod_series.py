"""Pods as kube-state-metrics and cAdvisor expose them, with all labels that a scrape by the Prometheus
operator's usual configuration gives their series.

Three replicas of kube-state-metrics say the same; the kubelet is scraped by two jobs. Beside LiteLLM's
pods are those of litellm-admin, which fare badly all the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

KUBERNETES = {"namespace": "llm", "workload": "litellm"}
FIRST, SECOND = "litellm-7d9c8b5f4d-x2vkp", "litellm-7d9c8b5f4d-q8hmz"
NEW, NEW_TWIN = "litellm-59b8c6dd7f-t4wzn", "litellm-59b8c6dd7f-b7kfd"
OTHER = "litellm-admin-6c5f9d8b7c-zz9pl"
CONTAINER, SIDECAR = "litellm", "istio-proxy"

_UIDS = {FIRST: "5a3c", SECOND: "91be", NEW: "c0de", NEW_TWIN: "d1ce", OTHER: "ad31"}
_STATE_METRICS = ("10.42.0.7:8080", "10.42.1.9:8080", "10.42.2.4:8080")
GIB = 2**30


@dataclass(frozen=True)
class Input:
    """A series of promtool's tests."""

    series: str
    values: str

    def as_promtool(self) -> dict[str, str]:
        return {"series": self.series, "values": self.values}


def _text(name: str, labels: dict[str, str]) -> str:
    matchers = [f'{key}="{value}"' for key, value in labels.items()]
    return f"{name}{{{', '.join(matchers)}}}"


def of_state(
    name: str, values: str, replicas: Sequence[str] = _STATE_METRICS, **labels: str
) -> list[Input]:
    """A series of kube-state-metrics, from each of its replicas."""
    return [
        Input(
            _text(
                name,
                {
                    "job": "kube-state-metrics",
                    "instance": instance,
                    "endpoint": "http",
                    "service": "kube-state-metrics",
                    "namespace": "llm",
                    **labels,
                },
            ),
            values,
        )
        for instance in replicas
    ]


def of_pod(
    name: str,
    values: str,
    pod: str = FIRST,
    replicas: Sequence[str] = _STATE_METRICS,
    uid: str = "",
    **labels: str,
) -> list[Input]:
    """One of a pod."""
    uid = uid or _UIDS.get(pod, "0b0d")
    return of_state(name, values, replicas, pod=pod, uid=uid, **labels)


def of_container(
    name: str,
    values: str,
    pod: str = FIRST,
    container: str = CONTAINER,
    start: int = 1,
    **labels: str,
) -> list[Input]:
    """A series of cAdvisor's, from each job, with those of the whole pod and of what holds its network
    beside it. ``start`` counts how often the container was started: each time it gets another id.
    """
    found = []
    for job in ("kubelet", "integrations/kubernetes/cadvisor"):
        for held, id_, image in (
            (container, f"cri-{start}", "ghcr.io/berriai/litellm"),
            ("", "", ""),
            ("POD", "sandbox", "registry.k8s.io/pause"),
        ):
            id_ = f"/kubepods.slice/pod{_UIDS.get(pod, '0b0d')}/{id_}"
            of_held = {"container": held, "id": id_, "image": image, "name": id_.rpartition("/")[2]}
            scrape = {"job": job, "instance": "10.0.3.4:10250", "metrics_path": "/metrics/cadvisor"}
            of_all = {**scrape, "namespace": "llm", "pod": pod, "node": "n1", **labels, **of_held}
            found.append(Input(_text(name, of_all), values))
    return found


def deployment(wanted: str, available: str, updated: str = "3+0x600") -> list[Input]:
    """LiteLLM's Deployment, and litellm-admin's, which has no pod available."""
    found = []
    for name, numbers in (
        ("litellm", (wanted, available, updated)),
        ("litellm-admin", ("3+0x600", "0+0x600", "3+0x600")),
    ):
        for what, values in zip(
            ("spec_replicas", "status_replicas_available", "status_replicas_updated"),
            numbers,
            strict=True,
        ):
            found += of_state(f"kube_deployment_{what}", values, deployment=name)
    return found


def progressing(values: str) -> list[Input]:
    """Whether the rollout makes progress: 1 where not."""
    return [
        *of_state(
            "kube_deployment_status_condition",
            values,
            deployment="litellm",
            condition="Progressing",
            status="false",
            reason="ProgressDeadlineExceeded",
        ),
        *of_state(
            "kube_deployment_status_condition",
            "1+0x600",
            deployment="litellm",
            condition="Available",
            status="true",
            reason="MinimumReplicasAvailable",
        ),
    ]


def autoscaler(
    desired: str, *, least: int = 2, most: int = 5, inactive: str = "0+0x600"
) -> list[Input]:
    named = {"horizontalpodautoscaler": "litellm"}
    conditions = {"true": "1+0x600", "unknown": "0+0x600", "false": inactive}
    return [
        *of_state("kube_horizontalpodautoscaler_spec_min_replicas", f"{least}+0x600", **named),
        *of_state("kube_horizontalpodautoscaler_spec_max_replicas", f"{most}+0x600", **named),
        *of_state("kube_horizontalpodautoscaler_status_desired_replicas", desired, **named),
        *(
            each
            for status, values in conditions.items()
            for each in of_state(
                "kube_horizontalpodautoscaler_status_condition",
                values,
                **named,
                condition="ScalingActive",
                status=status,
            )
        ),
    ]


RESTARTS = "kube_pod_container_status_restarts_total"
LAST_REASON = "kube_pod_container_status_last_terminated_reason"


def healthy(without: Sequence[str] = ()) -> list[Input]:
    """Three pods wanted and available, and all that goes with them, but for the names in ``without``."""
    # What holds the network of a pod is there once, whatever runs beside it.
    found = {each.series: each for each in reversed([*_healthy()])}
    begins = tuple(without)
    return [each for each in reversed(found.values()) if not each.series.startswith(begins)]


def _healthy() -> Iterator[Input]:
    yield from deployment("3+0x600", "3+0x600")
    yield from progressing("0+0x600")
    yield from autoscaler("3+0x600")
    for pod in (FIRST, SECOND):
        yield from of_pod("kube_pod_status_ready", "1+0x600", pod, condition="true")
        for container, limit in ((CONTAINER, 4 * GIB), (SIDECAR, GIB)):
            named = {"container": container}
            yield from of_pod(RESTARTS, "0+0x600", pod, **named)
            of_memory = {"resource": "memory", "unit": "byte", "node": "n1"}
            yield from of_pod(
                "kube_pod_container_resource_limits", f"{limit}+0x600", pod, **named, **of_memory
            )
            of_cpu = {"resource": "cpu", "unit": "core", "node": "n1"}
            yield from of_pod(
                "kube_pod_container_resource_limits", "2+0x600", pod, **named, **of_cpu
            )
            yield from of_container(
                "container_memory_working_set_bytes", f"{limit // 2}+0x600", pod, container
            )
            yield from of_container("container_oom_events_total", "0+0x600", pod, container)
            yield from of_container(
                "container_cpu_usage_seconds_total", "0+30x600", pod, container, cpu="total"
            )
            yield from of_container("container_cpu_cfs_periods_total", "0+600x600", pod, container)
            yield from of_container(
                "container_cpu_cfs_throttled_periods_total", "0+6x600", pod, container
            )
    # Another workload that begins alike restarts, runs out of memory and is never ready.
    yield from of_pod("kube_pod_status_ready", "0+0x600", OTHER, condition="true")
    yield from of_pod("kube_pod_status_unschedulable", "1+0x600", OTHER)
    yield from of_pod(RESTARTS, "0+1x600", OTHER, container=CONTAINER)
    yield from of_pod(LAST_REASON, "1+0x600", OTHER, container=CONTAINER, reason="OOMKilled")
    yield from of_container("container_memory_working_set_bytes", f"{GIB}+0x600", OTHER)
    yield from of_pod(
        "kube_pod_container_resource_limits",
        f"{GIB}+0x600",
        OTHER,
        container=CONTAINER,
        resource="memory",
    )
    yield from of_container("container_cpu_cfs_periods_total", "0+600x600", OTHER)
    yield from of_container("container_cpu_cfs_throttled_periods_total", "0+600x600", OTHER)
