"""Whether Kubernetes runs the pods that it is to run, and whether they have what they need."""

from collections.abc import Callable

from litellm_monitoring.alerts.alert import (
    Alert,
    Comparison,
    Component,
    Link,
    Severity,
    Threshold,
    Thresholds,
)
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.running import pods

_ENOUGH = Link("internals", "Pods wanted and available")
_RESTARTS = Link("internals", "Pod restarts")


def _runs_in_kubernetes(scope: Scope) -> bool:
    return scope.pods is not None


def _now(ask: Callable[[Scope], Query]) -> Callable[[Scope, Thresholds], Query]:
    """What has no thresholds but the one that it is compared with."""
    return lambda scope, _: ask(scope)


ALERTS = (
    Alert(
        name="LiteLLMFewPodsAvailable",
        question="Are most of the pods unavailable?",
        ask=_now(pods.available_share),
        thresholds={
            "share": Threshold(
                0.5,
                "percentunit",
                "a rollout keeps at least three quarters, Kubernetes's default",
                most=1,
            )
        },
        compares=Comparison.BELOW,
        severity=Severity.CRITICAL,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="5m",
        summary="Only {value} of LiteLLM's pods are available",
        description="Only {value} of the pods that Kubernetes is to run for LiteLLM have been available "
        "for five minutes. The others receive no requests.",
        shown_on=_ENOUGH,
        meaning="The pods that are left receive all requests, and may fail under them. Five minutes are "
        "longer than LiteLLM needs to start.",
        look=(
            "*Pod readiness* on Proxy internals: since when? If since a rollout, undo it (`kubectl rollout "
            "undo`).",
            "Check the events of a pod that is not ready (`kubectl describe pod`): image, secret, probe, "
            "node?",
            "Check the pod's log (`kubectl logs --previous`): LiteLLM ends at startup when it cannot reach "
            "its database.",
        ),
    ),
    Alert(
        name="LiteLLMPodsUnavailable",
        question="Are fewer pods available than wanted?",
        ask=_now(pods.lastingly_unavailable),
        thresholds={
            "pods": Threshold(
                0, "short", "whoever set the number of pods wants all of them", least=0
            )
        },
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="15m",
        summary="{value} of LiteLLM's pods are unavailable",
        description="{value} of the pods that Kubernetes is to run for LiteLLM have been unavailable for "
        "15 minutes, and no rollout is in progress.",
        shown_on=_ENOUGH,
        meaning="Pods cannot be created (a quota), scheduled (no node has room) or started, or their "
        "readiness probe fails. A node that is added for them takes a few minutes, not 15.",
        look=(
            "*Pods wanted and available* on Proxy internals: are pods unschedulable, or do containers wait, "
            "and why?",
            "Check the events of the pod (`kubectl describe pod`), or, where it does not exist, of the "
            "ReplicaSet: an exceeded quota?",
            "Check the readiness probe (`/health/readiness`): it fails when LiteLLM cannot reach its "
            "database.",
        ),
    ),
    Alert(
        name="LiteLLMRolloutStuck",
        question="Has a rollout stopped halfway?",
        ask=_now(pods.stuck_rollouts),
        thresholds={
            "rollouts": Threshold(
                0, "short", "1 means that Kubernetes has given up waiting for new pods", most=0
            )
        },
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="2m",
        summary="The rollout of LiteLLM is stuck",
        description="New pods of LiteLLM did not become ready within the Deployment's "
        "`progressDeadlineSeconds`. Old pods serve the requests, with the old version and settings.",
        shown_on=_ENOUGH,
        meaning="Kubernetes's condition *Progressing* is false: by default after ten minutes without "
        "progress. It does not undo the rollout. StatefulSets have no such condition.",
        look=(
            "Check the events and the log of a new pod: image, secret, configuration, migration of the "
            "database?",
            "*Pods wanted and available* on Proxy internals: are the new pods unschedulable?",
            "Undo it (`kubectl rollout undo`), or repair what was deployed.",
        ),
    ),
    Alert(
        name="LiteLLMPodUnschedulable",
        question="Is there no node for a pod?",
        ask=_now(pods.unschedulable),
        thresholds={"pods": Threshold(0, "short", "a single one is one proxy too few", least=0)},
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="10m",
        summary="{value} of LiteLLM's pods cannot be scheduled",
        description="No node has had room for {value} of LiteLLM's pods for ten minutes.",
        shown_on=_ENOUGH,
        meaning="The scheduler finds no node that meets the pod's requests, affinity, topology and "
        "tolerations. A cluster autoscaler adds a node within ten minutes if it can.",
        look=(
            "Check the events of the pod (`kubectl describe pod`): they say what each node lacks.",
            "Check the cluster autoscaler, and the cloud's quota.",
            "Check whether the pod's requests have grown beyond any node.",
        ),
    ),
    Alert(
        name="LiteLLMPodRestarting",
        question="Does a container restart again and again?",
        ask=lambda scope, _: pods.restarts(scope, "1h"),
        thresholds={
            "restarts": Threshold(
                2,
                "short",
                "one or two are a crash or a failed probe; a crash loop has ten, at Kubernetes's longest "
                "pause of five minutes",
                least=0,
            )
        },
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="0s",
        keep_firing="15m",
        summary="{container} of pod {pod} restarted {value} times within an hour",
        description="The container {container} of pod {pod} restarted {value} times within an hour. Each "
        "time, the requests that it was processing were lost.",
        shown_on=_RESTARTS,
        meaning="The container ends, or Kubernetes ends it because its liveness probe fails, and starts "
        "again. A rollout makes new pods, and restarts none.",
        look=(
            "Check why it ended: the log before (`kubectl logs --previous`), and `Last State` in `kubectl "
            "describe pod`.",
            "*Pod restarts* on Proxy internals: did it run out of memory?",
            "A failing liveness probe: *In-flight requests by proxy* and *Pod CPU throttling* on Proxy "
            "internals, since a worker that is busy or stopped does not respond in time.",
        ),
    ),
    Alert(
        name="LiteLLMPodOutOfMemory",
        question="Does a container run out of memory?",
        ask=lambda scope, _: pods.out_of_memory(scope, pods.RECENTLY),
        thresholds={"kills": Threshold(0, "short", "each one loses requests", least=0)},
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="0s",
        keep_firing="15m",
        summary="{container} of pod {pod} ran out of memory",
        description="The kernel killed the container {container} of pod {pod}, or a worker in it, {value} "
        "times within 15 minutes, because it had reached its memory limit. The requests that it was "
        "processing were lost.",
        shown_on=_RESTARTS,
        meaning="The container held more memory than its limit allows (OOMKilled). Spend updates in its "
        "memory that were not written yet are lost as well.",
        look=(
            "*Pod memory* on Proxy internals: did it rise slowly (a leak), or at once (large requests, or "
            "many of them)?",
            "Raise the memory limit, or run fewer workers in a pod: each has its own copy of everything.",
            "Check what was deployed last, and report a leak with LiteLLM's version.",
        ),
    ),
    Alert(
        name="LiteLLMPodMemoryNearLimit",
        question="Is a container about to run out of memory?",
        ask=_now(pods.memory_share),
        thresholds={
            "share": Threshold(
                0.9,
                "percentunit",
                "the kernel kills it at 100%; large requests need the rest",
                most=1,
            )
        },
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="10m",
        summary="{container} of pod {pod} uses {value} of its memory limit",
        description="The container {container} of pod {pod} has used more than {share} of its memory limit "
        "for ten minutes, now {value}. At 100% the kernel kills it, and its requests are lost.",
        shown_on=Link("internals", "Pod memory, share of limit"),
        meaning="The working set, which is the memory that cannot be freed, approaches the limit. A "
        "container without a limit does not fire it.",
        look=(
            "*Pod memory* on Proxy internals: does it rise for days? Then restart the pods one by one, "
            "before the kernel does.",
            "Raise the memory limit, or run fewer workers in a pod.",
            "Check LiteLLM's `max_requests_before_restart`, which restarts workers that leak.",
        ),
    ),
    Alert(
        name="LiteLLMPodThrottled",
        question="Does a CPU limit slow a pod down?",
        ask=_now(pods.throttled),
        thresholds={
            "share": Threshold(
                0.25,
                "percentunit",
                "in a quarter of all time slices every request of the pod waits, up to a tenth of a second",
                most=1,
            )
        },
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="15m",
        summary="{container} of pod {pod} is throttled: {value} of the time slices",
        description="The container {container} of pod {pod} used up its CPU limit in {value} of the time "
        "slices, and was stopped until the next one. All its requests wait meanwhile.",
        shown_on=Link("internals", "Pod CPU throttling"),
        meaning="The limit is enforced in slices of a tenth of a second, so that a container can be "
        "throttled though its average use is below the limit.",
        look=(
            "*Pod CPU usage* on Proxy internals: is it near the limit? Add pods.",
            "Raise the CPU limit, or remove it and keep the CPU request.",
            "Check that the limit is at least one core for each worker.",
        ),
    ),
    Alert(
        name="LiteLLMAutoscalerAtMaximum",
        question="Has the autoscaler no more pods to add?",
        ask=_now(pods.autoscaler_headroom),
        thresholds={
            "headroom": Threshold(
                1, "short", "pods that it may still add; fewer than one is none", least=1
            )
        },
        compares=Comparison.BELOW,
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="30m",
        summary="The autoscaler of LiteLLM is at its maximum",
        description="The autoscaler has wanted its maximum number of pods for half an hour, and can add "
        "{value} more. If the load grows, requests slow down.",
        shown_on=_ENOUGH,
        meaning="`maxReplicas` is reached. Half an hour is more than a peak that passes by itself. An "
        "autoscaler whose minimum is its maximum does not fire it.",
        look=(
            "*Request rate* on Overview: more traffic than usual, or more CPU for the same?",
            "*Pod CPU usage* on Proxy internals: do the pods need what the autoscaler takes for load?",
            "Raise `maxReplicas`, after checking that the nodes, Redis and the database have room.",
        ),
    ),
    Alert(
        name="LiteLLMAutoscalerInactive",
        question="Is the autoscaler unable to scale?",
        ask=_now(pods.inactive_autoscaler),
        thresholds={
            "inactive": Threshold(0, "short", "1 means that it cannot read its metrics", most=0)
        },
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="15m",
        summary="The autoscaler of LiteLLM cannot scale",
        description="The autoscaler has been unable for 15 minutes to compute how many pods LiteLLM needs. "
        "Their number stays as it is, whatever the load.",
        shown_on=_ENOUGH,
        meaning="Its condition *ScalingActive* is false: it cannot read the metric that it scales by, or "
        "the workload was scaled to 0 by hand. New pods have no metrics for a minute or two.",
        look=(
            "Check its events (`kubectl describe hpa`): which metric cannot be read?",
            "Check metrics-server, or the adapter that serves custom and external metrics.",
            "Check that every container of the pod has a CPU request, which a utilization is a share of.",
        ),
    ),
    Alert(
        name="LiteLLMPodMetricsAbsent",
        question="Is there no information about the pods?",
        ask=_now(pods.absent),
        thresholds={"absent": Threshold(0, "short", "1 means that no metric is present", most=0)},
        severity=Severity.WARNING,
        component=Component.PODS,
        applies=_runs_in_kubernetes,
        pending="15m",
        summary="Prometheus knows nothing of LiteLLM's pods",
        description="Prometheus has no series of kube-state-metrics for LiteLLM's workload. No alert on its "
        "pods can fire.",
        shown_on=_ENOUGH,
        meaning="kube-state-metrics is down or not scraped, or the workload has another name or namespace "
        "than in the stack's `kubernetes`.",
        look=(
            "Run `make check STACK=<stack>`: it says which of these it is.",
            "Check the *Targets* page in Prometheus: is kube-state-metrics up?",
            "Check whether the Deployment was renamed, or moved to another namespace.",
        ),
    ),
)
