"""The pods that run LiteLLM in Kubernetes: whether there are enough, and what each of them takes."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import FULL_WIDTH, HALF_WIDTH, THIRD_WIDTH, above
from litellm_monitoring.dashboards.kit.layout import Row
from litellm_monitoring.dashboards.kit.visualizations import stat, states, time_series
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.running import pods as asked

_READY = {0: ("not ready", "red"), 1: ("ready", "green")}
_DESCRIBE = "`kubectl describe pod` gives the reason"


def rows(scope: Scope) -> list[Row]:
    """None where the workload is not known."""
    if not scope.pods:
        return []
    return [Row("Pods", [*_whether_ready(scope), *_what_they_use(scope)], about="proxy/deploy")]


def unavailable(scope: Scope, to: str) -> Panel:
    """The one number of them."""
    return stat(
        "Pods unavailable",
        asked.unavailable(scope),
        shows="Pods that Kubernetes is to run for LiteLLM and that do not serve requests.",
        worry="it stays above 0 while no rollout is in progress",
        act="Find the pod in *Pod readiness* on Proxy internals.",
        empty="workload not found",
        limits=above(1, 2),
        to=to,
    )


def _whether_ready(scope: Scope) -> list[Panel]:
    return [
        states(
            "Pod readiness",
            asked.ready(scope),
            shows="When each pod was ready to serve requests.",
            worry="one is red for longer than LiteLLM needs to start",
            act=f"Read its log, and its events: {_DESCRIBE}.",
            meanings=_READY,
            width=FULL_WIDTH,
            height=6,
        ),
        time_series(
            "Pods wanted and available",
            asked.wanted(scope),
            asked.available(scope),
            asked.autoscaler_maximum(scope),
            asked.unschedulable(scope),
            asked.waiting(scope),
            shows="Pods that are to run and pods that serve requests, the autoscaler's maximum, pods "
            "that no node has room for, and containers that wait to be started, by Kubernetes's reason.",
            worry="fewer are available than wanted, or the wanted ones reach the maximum",
            act=f"CrashLoopBackOff, ImagePullBackOff and others: {_DESCRIBE}. At the maximum, raise "
            "`maxReplicas`.",
            width=HALF_WIDTH,
        ),
        time_series(
            "Pod restarts",
            asked.restarts(scope, asked.RECENTLY),
            asked.out_of_memory(scope, asked.RECENTLY),
            shows="How often each container was restarted within 15 minutes, and how often because "
            "it, or a worker in it, had used up its memory.",
            worry="one restarts again and again, or runs out of memory: its requests are lost each time",
            act="Read the log of the container before (`kubectl logs --previous`); for memory, see *Pod "
            "memory, share of limit*.",
            empty="none",
            width=HALF_WIDTH,
        ),
    ]


def _what_they_use(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Pod memory",
            asked.memory(scope),
            shows="Memory of each container that cannot be freed (its working set).",
            worry="it rises for days: the kernel kills the container at its limit",
            act="Restart the pods one by one, and report the leak with its LiteLLM version.",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Pod memory, share of limit",
            asked.memory_share(scope),
            shows="The same as a share of the container's memory limit.",
            worry="it approaches 100%: the kernel then kills the container",
            act="Raise the memory limit, or run fewer workers in a pod and more pods.",
            empty="no memory limit",
            limits=above(0.8, 0.9),
            width=THIRD_WIDTH,
        ),
        time_series(
            "Pod uptime",
            asked.age(scope),
            shows="Time since each container was started.",
            worry="it falls back to 0 again and again",
            act="See *Pod restarts*.",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Pod CPU usage",
            asked.cpu(scope),
            shows="CPU cores used by each container.",
            worry="it stays near the number of workers, all that they can use",
            act="Add workers or pods.",
            width=HALF_WIDTH,
        ),
        time_series(
            "Pod CPU throttling",
            asked.throttled(scope),
            shows="Share of the time slices, a tenth of a second each, in which a container had used up "
            "its CPU limit and was stopped until the next one.",
            worry="it is above a few percent: every request of the pod waits",
            act="Raise the CPU limit, or remove it and keep the CPU request.",
            empty="no CPU limit",
            limits=above(0.1, 0.25),
            width=HALF_WIDTH,
        ),
    ]
