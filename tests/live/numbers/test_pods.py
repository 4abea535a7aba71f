"""Panels and alerts on pods, on a Prometheus that holds what kube-state-metrics and cAdvisor expose,
and what ``check`` says where some of it is missing.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.signals import Matcher, Operator, Query, Scope, Workload
from litellm_monitoring.signals.running import pods
from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
from litellm_monitoring.tools.check.diagnosis.proxy import proxy_seen_in
from litellm_monitoring.tools.check.evidence.client import connected
from litellm_monitoring.tools.check.evidence.finding import Cause, Status
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange
from litellm_monitoring.tools.check.evidence.scraped import ScrapedEvidence
from tests.live.kinds import KIND
from tests.live.servers import Prometheus, prometheus_holding
from tests.project_copy import copy_project, set_settings
from tests.rules.pod_series import (
    CONTAINER,
    FIRST,
    GIB,
    LAST_REASON,
    RESTARTS,
    SECOND,
    SIDECAR,
    Input,
    deployment,
    healthy,
    of_container,
    of_pod,
    of_state,
)

MINUTES = 60
END = int(time.time()) // 60 * 60
START = END - 60 * MINUTES
STARTED = START - 7200
LITELLM = Input('litellm_in_flight_requests{job="litellm", instance="10.42.0.3:4000"}', "1+0x60")
SCOPE = Scope(pods=Workload("llm", "litellm", autoscaler="litellm"))

_PART = re.compile(r"(?P<first>_|-?[\d.]+)?(?:\+(?P<step>[\d.]+))?(?:x(?P<times>\d+))?")


def samples(inputs: Sequence[Input]) -> str:
    """Promtool's notation, a sample a minute, as OpenMetrics text that ends now."""
    lines = [
        # OpenMetrics has no blank between labels.
        f"{each.series.replace(BETWEEN, CLOSE)} {value} {moment}\n"
        for each in inputs
        for moment, value in values_of(each.values)
    ]
    return "".join([*lines, "# EOF\n"])


BETWEEN, CLOSE = '", ', '",'


def values_of(notation: str) -> Iterator[tuple[int, float]]:
    """Each value and its moment, in Unix seconds."""
    moment = START
    for part in notation.split():
        found = _PART.fullmatch(part)
        assert found, part
        step, times = float(found["step"] or 0), int(found["times"] or 0)
        is_nothing = found["first"] == "_"
        for position in range(max(times, 1) if is_nothing else times + 1):
            if moment <= END and not is_nothing:
                yield moment, float(found["first"]) + position * step
            moment += 60


def started() -> list[Input]:
    return [
        each
        for pod in (FIRST, SECOND)
        for container in (CONTAINER, SIDECAR)
        for each in of_pod(
            "kube_pod_container_state_started", f"{STARTED}+0x60", pod, container=container
        )
    ]


def running() -> list[Input]:
    return [*healthy(), *started(), LITELLM]


def result(server: Prometheus, query: Query) -> dict[str, float]:
    """By what a legend shows."""
    found = {}
    for each in server.query(query.expr, END):
        name = query.legend
        for label, value in each["metric"].items():
            name = name.replace(f"{{{{{label}}}}}", value)
        assert name not in found
        found[name] = float(each["value"][1])
    return found


def of_each(litellm: float, sidecar: float) -> dict[str, float]:
    return {
        f"{pod} · {container}": value
        for pod in (FIRST, SECOND)
        for container, value in ((CONTAINER, litellm), (SIDECAR, sidecar))
    }


@pytest.fixture(scope="module")
def healthy_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with prometheus_holding(tmp_path_factory.mktemp("healthy"), samples(running())) as server:
        yield server


def test_each_is_counted_once_and_nobody_elses(healthy_server: Prometheus) -> None:
    server = healthy_server
    assert result(server, pods.wanted(SCOPE)) == {"Wanted": 3}
    assert result(server, pods.available(SCOPE)) == {"Available": 3}
    assert result(server, pods.unavailable(SCOPE)) == {"Unavailable": 0}
    assert result(server, pods.ready(SCOPE)) == {FIRST: 1, SECOND: 1}
    assert result(server, pods.memory(SCOPE)) == of_each(2 * GIB, GIB // 2)
    assert result(server, pods.memory_share(SCOPE)) == of_each(0.5, 0.5)
    assert result(server, pods.cpu(SCOPE)) == pytest.approx(of_each(0.5, 0.5))
    assert result(server, pods.throttled(SCOPE)) == pytest.approx(of_each(0.01, 0.01))
    assert result(server, pods.age(SCOPE)) == of_each(*[END - STARTED] * 2)
    assert result(server, pods.restarts(SCOPE, "15m")) == of_each(0, 0)
    assert result(server, pods.out_of_memory(SCOPE, "15m")) == {
        f"{name} · out of memory": 0 for name in of_each(0, 0)
    }
    assert result(server, pods.autoscaler_maximum(SCOPE)) == {"Maximum": 5}
    assert result(server, pods.autoscaler_headroom(SCOPE)) == {"Headroom": 2}
    assert result(server, pods.unschedulable(SCOPE)) == {}
    assert result(server, pods.absent(SCOPE)) == {}


def test_a_container_that_is_started_anew(tmp_path: Path) -> None:
    """Its counters begin anew under another id, and both are there for a while."""
    held = samples(
        [
            *of_pod(RESTARTS, "3+0x50 4 4 5+0x8", container=CONTAINER),
            *of_pod(LAST_REASON, "_x51 1+0x9", container=CONTAINER, reason="OOMKilled"),
            *of_container("container_cpu_usage_seconds_total", "0+30x57", cpu="total"),
            *of_container("container_cpu_usage_seconds_total", "_x57 0+30x4", start=2, cpu="total"),
            *of_container("container_memory_working_set_bytes", f"{3 * GIB}+0x57"),
            *of_container("container_memory_working_set_bytes", f"_x57 {GIB}+0x4", start=2),
        ]
    )
    name = f"{FIRST} · {CONTAINER}"
    with prometheus_holding(tmp_path, held) as server:
        assert result(server, pods.restarts(SCOPE, "15m")) == {name: 2}
        assert result(server, pods.out_of_memory(SCOPE, "15m")) == {f"{name} · out of memory": 2}
        assert set(result(server, pods.memory(SCOPE))) == {name}
        assert 0.4 < result(server, pods.cpu(SCOPE))[name] < 1.1


def without(*names: str) -> list[Input]:
    return [each for each in running() if not each.series.startswith(names)]


def relabelled(old: str, new: str, begin: str) -> list[Input]:
    return [
        Input(each.series.replace(old, new), each.values) if each.series.startswith(begin) else each
        for each in running()
    ]


def workload(**changed: object) -> Workload:
    return Workload(**{"namespace": "llm", "name": "litellm", "autoscaler": "litellm", **changed})  # type: ignore[arg-type]


def cluster(name: str) -> Workload:
    return workload(matchers=(Matcher("cluster", Operator.EQUAL, name),))


HONOR = "install it, and have Prometheus scrape it with honor_labels: true"
KUBELETS = "have Prometheus scrape /metrics/cadvisor of each kubelet"
LIMIT = "it requires a limit in the container's resources"

ABSENT: dict[str, tuple[list[Input], Workload, Callable[[Scope], Query], Cause, str]] = {
    "no kube-state-metrics": (
        without("kube_"),
        workload(),
        pods.ready,
        Cause.NOT_SCRAPED,
        f"there are no series of kube-state-metrics: {HONOR}",
    ),
    "no cAdvisor": (
        without("container_"),
        workload(),
        pods.memory_share,
        Cause.NOT_SCRAPED,
        f"there are no series of cAdvisor: {KUBELETS}",
    ),
    "no kubelet of these pods": (
        [each for each in running() if "container_" not in each.series or "admin" in each.series],
        workload(),
        pods.memory,
        Cause.NOT_SCRAPED,
        "there are no series of cAdvisor for these pods, which kube-state-metrics has: have Prometheus "
        "scrape /metrics/cadvisor of the kubelets of their nodes",
    ),
    "another namespace": (
        running(),
        workload(namespace="llms"),
        pods.wanted,
        Cause.OUTSIDE_SELECTOR,
        'no series of kube-state-metrics has namespace="llms" (kubernetes.namespace); did you mean llm?',
    ),
    "another namespace, of cAdvisor": (
        running(),
        workload(namespace="ai"),
        pods.cpu,
        Cause.OUTSIDE_SELECTOR,
        'no series of cAdvisor has namespace="ai" (kubernetes.namespace); there are: llm',
    ),
    "the namespace is renamed": (
        relabelled('namespace="llm"', 'namespace="monitoring", exported_namespace="llm"', "kube_"),
        workload(),
        pods.ready,
        Cause.NOT_EXPOSED,
        "kube-state-metrics's label namespace is called exported_namespace here: scrape it with "
        "honor_labels: true",
    ),
    "another workload": (
        running(),
        workload(name="litelm"),
        pods.wanted,
        Cause.OUTSIDE_SELECTOR,
        "there is no Deployment or StatefulSet litelm in the namespace (kubernetes.workload); did you "
        "mean litellm?",
    ),
    "another workload, by its pods": (
        running(),
        workload(name="gateway"),
        pods.memory,
        Cause.OUTSIDE_SELECTOR,
        "there is no Deployment or StatefulSet gateway in the namespace (kubernetes.workload); there "
        "are: litellm, litellm-admin",
    ),
    "no pod": (
        [*deployment("0+0x60", "0+0x60"), *of_pod(RESTARTS, "0+0x60", "other-0"), LITELLM],
        workload(),
        pods.ready,
        Cause.NOTHING_HAPPENED,
        "the workload has no pod in the range",
    ),
    "another cluster": (
        relabelled('namespace="llm"', 'namespace="llm", cluster="eu-1"', "kube_"),
        cluster("eu-2"),
        pods.ready,
        Cause.OUTSIDE_SELECTOR,
        'no series of kube-state-metrics has cluster="eu-2" (kubernetes.selector); did you mean eu-1?',
    ),
    "no autoscaler": (
        without("kube_horizontalpodautoscaler"),
        workload(),
        pods.autoscaler_headroom,
        Cause.NOT_EXPOSED,
        "there is no HorizontalPodAutoscaler litellm in the namespace (kubernetes.autoscaler)",
    ),
    "another autoscaler": (
        running(),
        workload(autoscaler="keda-hpa-litellm"),
        pods.autoscaler_maximum,
        Cause.NOT_EXPOSED,
        "there is no HorizontalPodAutoscaler keda-hpa-litellm in the namespace "
        "(kubernetes.autoscaler); did you mean litellm?",
    ),
    "another container": (
        running(),
        workload(container="lite-llm"),
        pods.memory,
        Cause.OUTSIDE_SELECTOR,
        "the pods have no container lite-llm (kubernetes.container); did you mean litellm?",
    ),
    "containers have no name": (
        [
            each
            for each in running()
            if not each.series.startswith("container_") or 'container=""' in each.series
        ],
        workload(),
        pods.memory,
        Cause.NOT_EXPOSED,
        "the series of cAdvisor for these pods do not name their containers",
    ),
    "no limit": (
        without("kube_pod_container_resource_limits", "container_cpu_cfs"),
        workload(),
        pods.memory_share,
        Cause.NOT_EXPOSED,
        f'no series of kube_pod_container_resource_limits has resource="memory" in the range; {LIMIT}',
    ),
    "a limit of others": (
        [
            each
            for each in running()
            if "cfs" not in each.series or 'pod="litellm-admin' in each.series
        ],
        workload(),
        pods.throttled,
        Cause.NOT_EXPOSED,
        "no series of container_cpu_cfs_throttled_periods_total is of it in the range; it requires a "
        "CPU limit in the container's resources",
    ),
    "not exposed": (
        without("kube_pod_container_state_started"),
        workload(),
        pods.age,
        Cause.NOT_EXPOSED,
        "kube-state-metrics is scraped, but without kube_pod_container_state_started: its --resources, "
        "--metric-allowlist or --metric-denylist, or Prometheus's metric_relabel_configs leaves it out",
    ),
    "all pods find a node": (
        running(),
        workload(),
        pods.unschedulable,
        Cause.NOTHING_HAPPENED,
        "no series of kube_pod_status_unschedulable is of it in the range; it requires a pod that "
        "cannot be scheduled",
    ),
    "a StatefulSet has no such condition": (
        [
            *without(
                'kube_deployment_spec_replicas{job="kube-state-metrics", deployment="litellm"'
            ),
            *of_state("kube_statefulset_replicas", "3+0x60", statefulset="gateway"),
        ],
        workload(name="gateway"),
        pods.stuck_rollouts,
        Cause.NOT_EXPOSED,
        'no series of kube_deployment_status_condition has condition="Progressing", status="false" in '
        "the range; it requires a Deployment",
    ),
}


@pytest.mark.parametrize("case", ABSENT)
def test_check_says_what_is_missing(case: str, tmp_path: Path) -> None:
    inputs, of, ask, cause, explanation = ABSENT[case]
    query = ask(Scope(pods=of))
    times = TimeRange(START, END, 60)
    with prometheus_holding(tmp_path, samples(inputs)) as server:
        source = DataSource("p", "p", server.url, {"httpMethod": "POST", "queryTimeout": "60s"})
        with connected(source, 4) as prometheus:
            # What the stack selects of LiteLLM's series does not concern these.
            selector = 'namespace="elsewhere"'
            evidence = ScrapedEvidence(prometheus, selector, times)
            diagnosis = Diagnosis(evidence, proxy_seen_in(evidence), selector)
            found = diagnosis.of(PanelQuery("d", "p", "A", query.expr, times))
    assert (found.status, found.cause, found.explanation) == (Status.EMPTY, cause, explanation)


def test_check_of_a_stack(healthy_server: Prometheus, tmp_path: Path) -> None:
    copy_project(tmp_path)
    set_settings(
        tmp_path,
        "dev",
        prometheus={"type": KIND.type, "url": healthy_server.url, "scrapeInterval": "60s"},
        kubernetes={"namespace": "llm", "workload": "litellm", "autoscaler": "keda-hpa-litellm"},
        dashboards={"include": ["overview", "internals"], "timeFrom": "now-1h"},
        alerts={"managedBy": "prometheus"},
    )
    done = subprocess.run(
        [sys.executable, "-m", "tools", "check", "--format", "json"],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 1)
    report = json.loads(done.stdout)
    found = {
        f"{query['panel']} {query['ref']}": (query["status"], query["cause"])
        for query in report["queries"]
        if query["panel"].startswith("Pod")
    }
    assert found == {
        "Pods unavailable A": ("data", None),
        "Pod readiness A": ("data", None),
        "Pods wanted and available A": ("data", None),
        "Pods wanted and available B": ("data", None),
        "Pods wanted and available C": ("empty", "not-exposed"),
        "Pods wanted and available D": ("empty", "nothing-happened"),
        "Pods wanted and available E": ("empty", "nothing-happened"),
        "Pod restarts A": ("data", None),
        "Pod restarts B": ("data", None),
        "Pod memory A": ("data", None),
        "Pod memory, share of limit A": ("data", None),
        "Pod uptime A": ("data", None),
        "Pod CPU usage A": ("data", None),
        "Pod CPU throttling A": ("data", None),
    }
    of_pods = {rule["name"]: rule for rule in report["rules"] if rule["group"].endswith(": pods")}
    assert len(of_pods) == 11
    cannot = {
        name
        for name, rule in of_pods.items()
        if "cannot fire" in (rule["status"] if KIND.leaves_rules else rule["explanation"])
    }
    assert cannot == {"LiteLLMAutoscalerAtMaximum", "LiteLLMAutoscalerInactive"}
