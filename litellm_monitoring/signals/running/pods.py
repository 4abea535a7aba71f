"""How LiteLLM's pods fare, from what kube-state-metrics and cAdvisor tell of a Kubernetes workload.

These series are scraped from others than LiteLLM: no ``job`` or ``instance`` that people choose limits
them, nor does what the stack selects of LiteLLM's. Each may be there several times, from replicas of
the exporter or of Prometheus, and counts once: by the largest. Exporters are scraped more seldom than
LiteLLM, so that rates are over :data:`_WINDOW`.
"""

from litellm_monitoring.signals.asking.matchers import Matcher, Operator
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.asking.workload import Workload
from litellm_monitoring.signals.catalogue.metrics import family_of

_WINDOW = "5m"
RECENTLY = "15m"
"""How far back restarts and out-of-memory kills are looked for."""

_STEP = "1m"
_ROLLOUT = "10m"
"""For so long a rollout replaces no further pod before it counts as stuck: Kubernetes's own default
(``progressDeadlineSeconds``).
"""

POD, CONTAINER = ("pod",), ("pod", "container")
_ID = "id"
"""cAdvisor's label that tells a container from the one that it was started anew from."""

_CADVISOR = "cAdvisor"
_NO_CONTAINER = "|POD"
"""The values of ``container`` on cAdvisor's series of a whole pod, and of what holds its network."""


def wanted(scope: Scope) -> Query:
    """How many pods there are to be."""
    return Query(_replicas(scope, "deployment_spec_replicas", "replicas"), "Wanted", "short")


def available(scope: Scope) -> Query:
    """How many pods serve requests."""
    expression = _replicas(scope, "deployment_status_replicas_available", "status_replicas_ready")
    return Query(expression, "Available", "short")


def unavailable(scope: Scope) -> Query:
    """How many of the pods that are wanted do not serve requests."""
    missing = f"{wanted(scope).expr} - {available(scope).expr}"
    return Query(f"clamp_min({missing}, 0)", "Unavailable", "short")


def lastingly_unavailable(scope: Scope) -> Query:
    """The same while no rollout replaces pods."""
    updated = _replicas(scope, "deployment_status_replicas_updated", "status_replicas_updated")
    expression = f"{unavailable(scope).expr} unless changes({updated}[{_ROLLOUT}:{_STEP}]) > 0"
    return Query(expression, "Unavailable", "short")


def available_share(scope: Scope) -> Query:
    """The share of the pods that are wanted which serve requests; nothing where none is wanted."""
    return Query(
        f"{available(scope).expr} / ({wanted(scope).expr} > 0)", "Available", "percentunit"
    )


def stuck_rollouts(scope: Scope) -> Query:
    """1 where Kubernetes has given up on a rollout: new pods do not become ready. Of StatefulSets it
    does not say so.
    """
    series = _of_deployment(
        scope,
        "kube_deployment_status_condition",
        Matcher("condition", Operator.EQUAL, "Progressing"),
        Matcher("status", Operator.EQUAL, "false"),
    )
    return Query(f"max({series})", "Rollout stuck", "short")


def unschedulable(scope: Scope) -> Query:
    """How many pods no node has room for."""
    series = _largest(_of_pods(scope, "kube_pod_status_unschedulable"), *POD)
    return Query(f"sum({series})", "Unschedulable", "short")


def waiting(scope: Scope) -> Query:
    """How many containers wait to be started, by Kubernetes's reason."""
    series = _of_pods(scope, "kube_pod_container_status_waiting_reason")
    each = _largest(series, *CONTAINER, "reason")
    return Query(f"sum by (reason) ({each}) > 0", "{{reason}}", "short")


def ready(scope: Scope) -> Query:
    """Whether each pod is ready: 1 or 0; nothing of one that has ended, such as one that was evicted."""
    is_ready = Matcher("condition", Operator.EQUAL, "true")
    has_ended = Matcher("phase", Operator.MATCHES, "Failed|Succeeded")
    series = _largest(_of_pods(scope, "kube_pod_status_ready", is_ready), *POD)
    ended = _of_pods(scope, "kube_pod_status_phase", has_ended)
    return Query(f"{series} unless on (pod) {ended} == 1", "{{pod}}", "short")


def restarts(scope: Scope, window: str) -> Query:
    """How often each container was started anew over ``window``."""
    return Query(_restarts(scope, window), _legend(scope), "short")


def out_of_memory(scope: Scope, window: str) -> Query:
    """How often the kernel killed a container for want of memory over ``window``, or a worker in one
    that went on.
    """
    reason = Matcher("reason", Operator.EQUAL, "OOMKilled")
    last = _of_pods(scope, "kube_pod_container_status_last_terminated_reason", reason)
    killed = f"{_restarts(scope, window)} > 0 and on (pod, container) {last} == 1"
    workers = _growth(_of_pods(scope, "container_oom_events_total"), window)
    expression = _largest(f"{killed} or {_largest(workers, *CONTAINER)}", *CONTAINER)
    return Query(expression, f"{_legend(scope)} · out of memory", "short")


def memory(scope: Scope) -> Query:
    """Bytes that each container holds and cannot give back: what the kernel kills by."""
    return Query(_memory(scope), _legend(scope), "bytes")


def memory_share(scope: Scope) -> Query:
    """The same as a share of the container's limit; nothing where it has none."""
    of_memory = Matcher("resource", Operator.EQUAL, "memory")
    limit = _largest(_of_pods(scope, "kube_pod_container_resource_limits", of_memory), *CONTAINER)
    expression = f"{_memory(scope)} / ({limit} > 0)"
    return Query(expression, _legend(scope), "percentunit")


def cpu(scope: Scope) -> Query:
    """How many CPU cores each container uses."""
    return Query(_rate(scope, "container_cpu_usage_seconds_total"), _legend(scope), "short")


def throttled(scope: Scope) -> Query:
    """The share of the time slices in which each container had used up its CPU limit, and stood still."""
    periods = _rate(scope, "container_cpu_cfs_periods_total")
    held_up = _rate(scope, "container_cpu_cfs_throttled_periods_total")
    return Query(f"{held_up} / ({periods} > 0)", _legend(scope), "percentunit")


def age(scope: Scope) -> Query:
    """Seconds since each container was started."""
    started = _largest(_of_pods(scope, "kube_pod_container_state_started"), *CONTAINER)
    return Query(f"time() - {started}", _legend(scope), "s")


def autoscaler_maximum(scope: Scope) -> Query:
    """How many pods the autoscaler may ask for."""
    return Query(f"max({_of_autoscaler(scope, 'spec_max_replicas')})", "Maximum", "short")


def autoscaler_headroom(scope: Scope) -> Query:
    """How many pods more the autoscaler may ask for; nothing where its minimum is its maximum."""
    maximum = autoscaler_maximum(scope).expr
    desired, minimum = (
        f"max({_of_autoscaler(scope, name)})"
        for name in ("status_desired_replicas", "spec_min_replicas")
    )
    return Query(f"{maximum} - {desired} and {maximum} > {minimum}", "Headroom", "short")


def inactive_autoscaler(scope: Scope) -> Query:
    """1 where the autoscaler cannot compute how many pods it takes, for want of its metrics."""
    series = _of_autoscaler(
        scope,
        "status_condition",
        Matcher("condition", Operator.EQUAL, "ScalingActive"),
        Matcher("status", Operator.EQUAL, "false"),
    )
    return Query(f"max({series})", "Inactive", "short")


def absent(scope: Scope) -> Query:
    """1 where nothing is known of the workload."""
    of_either = " or ".join(
        (
            _of_deployment(scope, "kube_deployment_spec_replicas"),
            _of_stateful_set(scope, "kube_statefulset_replicas"),
        )
    )
    return Query(f"absent({of_either})", "Absent", "short")


def _replicas(scope: Scope, of_deployment: str, of_stateful_set: str) -> str:
    """Whichever of both the workload is."""
    deployment = _of_deployment(scope, f"kube_{of_deployment}")
    stateful_set = _of_stateful_set(scope, f"kube_statefulset_{of_stateful_set}")
    return f"max({deployment} or {stateful_set})"


def _restarts(scope: Scope, window: str) -> str:
    """From samples that are the largest of all replicas' at each moment: one that is replaced begins
    where the other ended. A pod that is made anew under its old name has another ``uid``.
    """
    counted = _of_pods(scope, "kube_pod_container_status_restarts_total")
    each = _largest(counted, *CONTAINER, "uid")
    return _largest(_growth(each, window, f":{_STEP}"), *CONTAINER)


def _growth(counter: str, window: str, step: str = "") -> str:
    """By how much a counter that never begins anew has grown, in whole numbers and on every server
    alike.
    """
    return f"max_over_time({counter}[{window}{step}]) - min_over_time({counter}[{window}{step}])"


def _memory(scope: Scope) -> str:
    return _largest(_of_pods(scope, "container_memory_working_set_bytes"), *CONTAINER)


def _rate(scope: Scope, counter: str) -> str:
    """Of a container, what became of it before and after it was started anew belongs together."""
    rate = f"rate({_of_pods(scope, counter)}[{_WINDOW}])"
    return f"sum by (pod, container) ({_largest(rate, *CONTAINER, _ID)})"


def _largest(expression: str, *by: str) -> str:
    return f"max by ({', '.join(by)}) ({expression})"


def _legend(scope: Scope) -> str:
    return "{{pod}}" if _workload(scope).container else "{{pod}} · {{container}}"


def _of_deployment(scope: Scope, metric: str, *also: Matcher) -> str:
    name = Matcher("deployment", Operator.EQUAL, _workload(scope).name)
    return _series(scope, metric, name, *also)


def _of_stateful_set(scope: Scope, metric: str) -> str:
    return _series(scope, metric, Matcher("statefulset", Operator.EQUAL, _workload(scope).name))


def _of_autoscaler(scope: Scope, name: str, *also: Matcher) -> str:
    autoscaler = _workload(scope).autoscaler
    named = Matcher("horizontalpodautoscaler", Operator.EQUAL, autoscaler)
    return _series(scope, f"kube_horizontalpodautoscaler_{name}", named, *also)


def _of_pods(scope: Scope, metric: str, *also: Matcher) -> str:
    workload, family = _workload(scope), family_of(metric)
    limits = [Matcher("pod", Operator.MATCHES, workload.pods)]
    if "container" in family.labels and workload.container:
        limits.append(Matcher("container", Operator.EQUAL, workload.container))
    elif family.exporter == _CADVISOR:
        limits.append(Matcher("container", Operator.NOT_MATCHES, _NO_CONTAINER))
    return _series(scope, metric, *limits, *also)


def _series(scope: Scope, metric: str, *limits: Matcher) -> str:
    workload, family = _workload(scope), family_of(metric)
    of_namespace = Matcher("namespace", Operator.EQUAL, workload.namespace)
    for limit in limits:
        family.check_label(limit.label)
    return f"{metric}{{{', '.join(map(str, (*workload.matchers, of_namespace, *limits)))}}}"


def _workload(scope: Scope) -> Workload:
    assert scope.pods, "asked only where the workload is known"
    return scope.pods
