"""What ``check`` knows of pods without a Prometheus: from files, and from LiteLLM's own page."""

import json
from pathlib import Path

import pytest
import yaml

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope, Workload
from litellm_monitoring.signals.catalogue.metrics import kubernetes_families
from litellm_monitoring.signals.running import pods
from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
from litellm_monitoring.tools.check.diagnosis.proxy import proxy_seen_in
from litellm_monitoring.tools.check.evidence.finding import Cause, Status
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange
from litellm_monitoring.tools.check.held.against import held
from litellm_monitoring.tools.check.held.files import FileQuery, Place
from litellm_monitoring.tools.check.held.report import report_of
from tests.metrics_page import page

RESTARTS = "kube_pod_container_status_restarts_total"
MEMORY = "container_memory_working_set_bytes"


def remarks(expression: str, legend: str = "") -> list[str]:
    found = held(FileQuery(Place("f"), expression, legend=legend), ())
    return [f"{each.severity}: {each.text}" for each in found.remarks]


@pytest.mark.parametrize(
    "expression",
    [
        f'increase({RESTARTS}{{namespace="llm", pod=~"litellm-.*"}}[1h]) > 3',
        f"sum by (cluster, node, pod) ({MEMORY}) / on (pod) group_left () "
        "max by (pod) (container_spec_memory_limit_bytes)",
        'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff", '
        'job="kube-state-metrics"}[5m]) >= 1',
        "kube_deployment_spec_replicas > kube_deployment_status_replicas_available and "
        "changes(kube_deployment_status_replicas_updated[10m]) == 0",
        f"sum by (pod) (rate({RESTARTS}[15m])) * on (pod) group_left (label_app) kube_pod_labels",
        "kube_pod_status_reason == 1",
        'sum(container_network_receive_bytes_total{pod="a"})',
    ],
)
def test_nothing_is_wrong(expression: str) -> None:
    assert remarks(expression) == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (
            f"sum by (pods) ({RESTARTS})",
            f"error: {RESTARTS} has no label pods; did you mean pod?",
        ),
        (
            "sum by (team_alias) (kube_deployment_spec_replicas)",
            "error: kube_deployment_spec_replicas has no label team_alias; there are: deployment, "
            "namespace",
        ),
        (
            f"rate({MEMORY}[5m])",
            f"error: rate of {MEMORY}, which is a gauge: whenever it falls, that counts as a "
            "restart; use delta or deriv",
        ),
        (
            f"max by (container) ({MEMORY})",
            "error: the legend shows pod, which is aggregated away",
        ),
    ],
)
def test_what_is_wrong(expression: str, said: str) -> None:
    assert remarks(expression, legend="{{pod}}" if "legend" in said else "") == [said]


def test_a_file_of_ours_has_nothing_wrong(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "prometheus": {"url": "http://p"},
            "kubernetes": {"namespace": "llm", "workload": "litellm"},
            "alerts": {"managedBy": "prometheus"},
        }
    )
    declared = declare(settings, "dev")
    (tmp_path / "rules.yaml").write_text(
        yaml.safe_dump(json.loads(json.dumps({"groups": declared.alerting.prometheus})))
    )
    (tmp_path / "internals.json").write_text(declared.dashboards["internals"].config_json)
    report = report_of([tmp_path / "rules.yaml", tmp_path / "internals.json"])
    assert not report.has_errors
    of_pods = [each for each in report.held if each.query.place.group.endswith(": pods")]
    assert len(of_pods) == 11
    assert all(each.reads and not each.remarks for each in of_pods)


def test_pods_are_not_on_litellms_own_page() -> None:
    scope = Scope(pods=Workload("llm", "litellm", autoscaler="litellm"))
    found = page()
    diagnosis = Diagnosis(found, proxy_seen_in(found), "")
    for query, exporter in (
        (pods.ready(scope), "kube-state-metrics"),
        (pods.memory(scope), "cAdvisor"),
    ):
        finding = diagnosis.of(PanelQuery("d", "p", "A", query.expr, TimeRange(0, 60, 15)))
        assert (finding.status, finding.cause) == (Status.EMPTY, Cause.NOT_SCRAPED)
        assert finding.explanation == (
            f"{exporter} is not on LiteLLM's own page: check this with a Prometheus"
        )


def test_each_family_is_of_an_exporter_that_check_can_name() -> None:
    for family in kubernetes_families().values():
        assert family.exporter in ("kube-state-metrics", "cAdvisor"), family.name
        assert family.name.startswith("kube_" if family.exporter[0] == "k" else "container_")
        assert {"namespace"} < family.labels
        assert family.before_first_event or family.needs, family.name
        assert family.help
