"""Rules in Prometheus's form: a rule file, the operator's ``PrometheusRule`` and Mimir's ruler.

Their format is that of https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
and of the pages beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from litellm_monitoring.alerts.alert import Component
from litellm_monitoring.alerts.rendering import requests
from litellm_monitoring.alerts.rendering.rule import Rule
from litellm_monitoring.alerts.rendering.text import template
from litellm_monitoring.signals.catalogue.recording import RuleGroup
from litellm_monitoring.signals.recording_rules import RecordingRule

_VALUE = ".Value"


def rule_groups(
    stack: str,
    interval: int,
    recorded: Mapping[RuleGroup, Sequence[RecordingRule]],
    alerts: Sequence[Rule],
) -> list[dict[str, Any]]:
    """The groups of a rule file, evaluated every ``interval`` seconds."""
    groups = []
    for name, rules in recorded.items():
        made = [_recording(rule) for rule in rules if not rule.is_hourly]
        groups.append(_group(f"record {name.value}", stack, interval, made))
    if hourly := [rule for rules in recorded.values() for rule in rules if rule.is_hourly]:
        groups.append(_group("record hourly", stack, 3600, list(map(_recording, hourly))))
    for component in Component:
        if found := [_alerting(rule) for rule in alerts if rule.component is component]:
            groups.append(_group(component.value, stack, interval, found))
    return groups


def prometheus_rule(
    name: str, namespace: str | None, labels: Mapping[str, str], groups: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The same as a resource of the Prometheus operator
    (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule).
    """
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = dict(labels)
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata,
        "spec": {"groups": list(groups)},
    }


def mimir_rules(namespace: str, groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The same for ``mimirtool rules load``."""
    return {"namespace": namespace, "groups": list(groups)}


def expression(rule: Rule) -> str:
    """PromQL that returns something where ``rule`` fires."""
    threshold = repr(float(rule.threshold)).removesuffix(".0")
    return f"({rule.query.expr}) {rule.compares} {threshold}"


def _group(
    name: str, stack: str, interval: int, rules: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {"name": f"litellm {stack}: {name}", "interval": f"{interval}s", "rules": list(rules)}


def _recording(rule: RecordingRule) -> dict[str, Any]:
    return {"record": rule.record, "expr": rule.expr, "labels": dict(rule.labels)}


def _alerting(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"alert": rule.name, "expr": expression(rule), "for": rule.pending}
    if rule.keep_firing != "0s":
        found["keep_firing_for"] = rule.keep_firing
    links = {"runbook_url": rule.runbook_url(f"{rule.grafana_url}/")}
    if rule.panel_id is not None:
        panel = f"/d/{rule.dashboard_uid}?viewPanel={rule.panel_id}"
        links["dashboard_url"] = f"{rule.grafana_url}{panel}"
    found["labels"] = rule.labels()
    links |= requests.of_prometheus(rule.requests, rule.team)
    found["annotations"] = {**rule.texts(template(_VALUE, rule.unit)), **links}
    return found
