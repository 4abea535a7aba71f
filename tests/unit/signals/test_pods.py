"""Pods in Kubernetes: which names are the workload's, what is asked, and what is not there without."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.alerts import CATALOGUE as ALERTS
from litellm_monitoring.alerts.alert import Component
from litellm_monitoring.alerts.rendering.rule import Audience, rules
from litellm_monitoring.dashboards import CATALOGUE, dashboard_json
from litellm_monitoring.infra.declaration.stack import declare, scope_of
from litellm_monitoring.infra.settings.loading.stack import SettingsError, load_settings
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Matcher, Operator, Query, Scope, Workload
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import (
    CatalogueError,
    family_of,
    kubernetes_families,
)
from litellm_monitoring.signals.running import pods
from litellm_monitoring.signals.serving.targets import chosen
from tests.unit.dashboards.test_dashboards import FRAME, PANELS_IN_VIEW, QUERIES_IN_VIEW

WORKLOAD = Workload("llm", "litellm", autoscaler="litellm")
SCOPE = Scope(pods=WORKLOAD)
GENERATED = "bcdfghjklmnpqrstvwxz2456789"
GENERATED_HASHES = st.text(GENERATED, min_size=5, max_size=10)
GENERATED_ENDS = st.text(GENERATED, min_size=5, max_size=5)
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,20}){0,2}", fullmatch=True)


def is_of(pod: str, workload: str) -> bool:
    return bool(re.fullmatch(Workload("n", workload, workload).pods, pod))


@pytest.mark.parametrize(
    ("pod", "workload", "expected"),
    [
        ("litellm-7d9c8b5f4d-x2vkp", "litellm", True),
        ("litellm-59b8c-x2vkp", "litellm", True),
        ("litellm-0", "litellm", True),
        ("litellm-117", "litellm", True),
        ("litellm-admin-7d9c8b5f4d-x2vkp", "litellm", False),
        ("litellm-admin-7d9c8b5f4d-x2vkp", "litellm-admin", True),
        ("litellm-db-0", "litellm", False),
        ("litellm-migrations-x2vkp", "litellm", False),
        ("litellm-db-x2vkp", "litellm", False),
        ("my-litellm-7d9c8b5f4d-x2vkp", "litellm", False),
        ("litellmx7d9c8b5f4d-x2vkp", "litellm", False),
        ("litellm", "litellm", False),
        ("litellm.eu-7d9c8b5f4d-x2vkp", "litellm.eu", True),
        ("litellm-eu-7d9c8b5f4d-x2vkp", "litellm.eu", False),
    ],
)
def test_whose_a_pod_is(pod: str, workload: str, expected: bool) -> None:
    assert is_of(pod, workload) is expected


@given(
    st.from_regex(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True),
    GENERATED_HASHES,
    GENERATED_ENDS,
)
def test_a_deployments_pods_are_its_own_however_long_its_name(
    name: str, hashed: str, end: str
) -> None:
    """As Kubernetes makes names: it cuts what is too long before it adds the end."""
    assert is_of(f"{name}-{hashed}-"[:58] + end, name)


@given(NAMES, NAMES, GENERATED_HASHES, GENERATED_ENDS, st.integers(0, 200))
def test_another_workloads_pods_are_not(
    name: str, more: str, hashed: str, end: str, ordinal: int
) -> None:
    other = f"{name}-{more}"
    assert not is_of(f"{other}-{hashed}-{end}", name)
    if not re.fullmatch(f"[{GENERATED}]{{5,10}}", more) or not re.fullmatch(
        f"[{GENERATED}]{{5}}", str(ordinal)
    ):
        assert not is_of(f"{other}-{ordinal}", name)


def asked_of(scope: Scope) -> list[Query]:
    return [
        pods.wanted(scope),
        pods.available(scope),
        pods.unavailable(scope),
        pods.lastingly_unavailable(scope),
        pods.available_share(scope),
        pods.stuck_rollouts(scope),
        pods.unschedulable(scope),
        pods.waiting(scope),
        pods.ready(scope),
        pods.restarts(scope, "15m"),
        pods.out_of_memory(scope, "15m"),
        pods.memory(scope),
        pods.memory_share(scope),
        pods.cpu(scope),
        pods.throttled(scope),
        pods.age(scope),
        pods.autoscaler_maximum(scope),
        pods.autoscaler_headroom(scope),
        pods.inactive_autoscaler(scope),
        pods.absent(scope),
    ]


def test_what_is_asked_is_in_the_catalogue_and_in_its_unit() -> None:
    read = set()
    for query in asked_of(SCOPE):
        query.check()
        read |= {selector.metric for selector in selectors(parsed(query.expr))}
    assert kubernetes_families().keys() - read == {"kube_deployment_status_replicas_unavailable"}


def test_nothing_else_of_the_scope_limits_pods() -> None:
    limited = chosen(
        Scope(
            (Matcher("namespace", Operator.EQUAL, "other"),),
            pods=Workload(
                "llm", "litellm", "litellm", None, (Matcher("cluster", Operator.EQUAL, "eu"),)
            ),
        )
    )
    for query in asked_of(limited):
        for selector in selectors(parsed(query.expr)):
            first, second, *_ = selector.node.matchers.matchers
            matched = {each.name for each in selector.node.matchers.matchers}
            assert (first.name, first.value) == ("cluster", "eu")
            assert (second.name, second.value) == ("namespace", "llm")
            assert not matched & {"job", "instance"}, query.expr


def test_the_container_is_the_one_that_is_named() -> None:
    one = Scope(pods=Workload("llm", "litellm", "litellm", "proxy"))
    assert 'container="proxy"' in pods.memory(one).expr
    assert 'container="proxy"' in pods.restarts(one, "1h").expr
    assert pods.memory(one).legend == "{{pod}}"
    assert 'container!~"|POD"' in pods.memory(SCOPE).expr
    assert "container=" not in pods.restarts(SCOPE, "1h").expr
    assert pods.memory(SCOPE).legend == "{{pod}} · {{container}}"
    assert "container" not in pods.ready(one).expr


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (
            lambda: family_of("kube_pod_status_readyy"),
            "kubernetes.yaml has no metric kube_pod_status_readyy; did you mean "
            "kube_pod_status_ready?",
        ),
        (
            lambda: Query("sum by (pod) (kube_deployment_spec_replicas)", "", "short").check(),
            "kube_deployment_spec_replicas has no label pod; there are: deployment, namespace",
        ),
        (
            lambda: Query(
                'kube_pod_container_resource_limits{resource="cpu"}', "", "bytes"
            ).check(),
            'kube_pod_container_resource_limits{resource="cpu"} is not in bytes; its unit is short or '
            "none or percentunit or percent or locale or bool",
        ),
    ],
)
def test_what_kubernetes_does_not_tell_is_rejected(ask: Any, problem: str) -> None:
    with pytest.raises(CatalogueError) as error:
        ask()
    assert str(error.value) == problem


def model(slug: str, scope: Scope) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(dashboard_json(slug, scope, FRAME))["panels"]
    return found


@pytest.mark.parametrize("slug", ["overview", "internals"])
def test_pods_are_in_view_and_all_else_stays_the_same_panel(slug: str) -> None:
    with_pods, without = model(slug, SCOPE), model(slug, Scope())
    assert {panel["id"] for panel in without} < {panel["id"] for panel in with_pods}
    shown = [panel for panel in with_pods if panel["type"] != "row"]
    # Overview is full: the one number more is that of pods.
    assert len(shown) <= PANELS_IN_VIEW + (slug == "overview")
    assert sum(len(panel["targets"]) for panel in shown) <= QUERIES_IN_VIEW
    lines: dict[int, int] = {}
    for panel in shown:
        lines[panel["gridPos"]["y"]] = lines.get(panel["gridPos"]["y"], 0) + panel["gridPos"]["w"]
    assert set(lines.values()) <= {8, 12, 24}


def test_panels_of_pods_say_what_the_others_say() -> None:
    titles = {panel["title"] for slug in CATALOGUE for panel in model(slug, SCOPE)}
    row = next(i for i, panel in enumerate(model("internals", SCOPE)) if panel["title"] == "Pods")
    found = [panel for panel in model("internals", SCOPE)[row + 1 :] if panel["type"] != "row"]
    assert len(found) == 8
    for panel in found:
        shows, advice, requires = panel["description"].split("\n\n")
        assert re.fullmatch(r"[^?]+\.", shows), panel["title"]
        assert re.fullmatch(r"Worry when .+[^.]\. [A-Z0-9].+[^.]\.", advice), panel["title"]
        assert re.fullmatch(r"Requires (kube-state-metrics|cAdvisor|; )+\.", requires)
        assert set(re.findall(r"\*([^*]+)\*", panel["description"])) <= titles


def test_without_the_setting_there_is_no_trace() -> None:
    texts = [dashboard_json(slug, Scope(), FRAME) for slug in CATALOGUE]
    texts += [rule.query.expr for rule in rules(Scope(), {}, Audience("prod"))]
    for trace in ("kube", "Kube", "container_", "Pods"):
        assert [text for text in texts if trace in text and "kubectl" not in text] == []
    assert not {rule.component for rule in rules(Scope(), {}, Audience("p"))} & {Component.PODS}


def test_with_it_there_are_alerts_but_for_no_team() -> None:
    of_pods = {alert.name for alert in ALERTS.values() if alert.component is Component.PODS}
    assert len(of_pods) == 11
    assert of_pods <= {rule.name for rule in rules(SCOPE, {}, Audience("prod"))}
    of_team = Scope(team_alias="search", pods=WORKLOAD)
    assert not of_pods & {rule.name for rule in rules(of_team, {}, Audience("p", "search"))}


def loaded(kubernetes: object, **others: object) -> Settings:
    values = {"prometheus": {"url": "http://p"}, "kubernetes": kubernetes, **others}
    config = {f"x:{key}": json.dumps(value) for key, value in values.items()}
    return load_settings(config, (), "x", "dev")


def test_settings() -> None:
    minimal = loaded({"namespace": "llm", "workload": "litellm"})
    assert scope_of(minimal, "dev").pods == WORKLOAD
    whole = loaded(
        {
            "namespace": "llm",
            "workload": "litellm",
            "container": "proxy",
            "autoscaler": "keda-hpa-litellm",
            "selector": 'cluster="eu"',
        }
    )
    assert scope_of(whole, "dev").pods == Workload(
        "llm",
        "litellm",
        "keda-hpa-litellm",
        "proxy",
        (Matcher("cluster", Operator.EQUAL, "eu"),),
    )
    assert loaded({}).kubernetes is None
    declared = declare(minimal, "dev")
    assert '"Pods"' in declared.dashboards["internals"].config_json


@pytest.mark.parametrize(
    ("kubernetes", "others", "problem"),
    [
        ({"namespace": "llm"}, {}, "kubernetes.workload: must be set"),
        ({"workload": "litellm"}, {}, "kubernetes.namespace: must be set"),
        (
            {"namespace": "llm", "workload": "LiteLLM proxy"},
            {},
            'kubernetes.workload = "LiteLLM proxy": not a name of Kubernetes, which has lower-case '
            "letters, digits, - and . only; write it like litellm",
        ),
        (
            {"namespace": "llm", "workload": "litellm", "kind": "Deployment"},
            {},
            "kubernetes.kind: no such key; valid keys: namespace, workload, container, autoscaler, "
            "selector",
        ),
        (
            {"namespace": "llm", "workload": "litellm", "selector": 'namespace="a"'},
            {},
            'kubernetes.selector = "namespace=\\"a\\"": remove namespace; kubernetes.namespace selects '
            "by it",
        ),
        (
            {"namespace": "llm", "workload": "litellm"},
            {"team": {"alias": "search"}},
            "kubernetes: remove it; pods serve all teams, so that their row and alerts belong to the "
            "environment's stack",
        ),
    ],
)
def test_settings_that_need_correction(
    kubernetes: object, others: dict[str, object], problem: str
) -> None:
    with pytest.raises(SettingsError) as error:
        loaded(kubernetes, **others)
    assert error.value.corrections == [problem]
