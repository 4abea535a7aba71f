"""Rules in Grafana's form, evaluated by Grafana on the data source
(https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litellm_monitoring.alerts.alert import Comparison, Component
from litellm_monitoring.alerts.rendering import requests
from litellm_monitoring.alerts.rendering.rule import Rule
from litellm_monitoring.alerts.rendering.text import template
from litellm_monitoring.signals.catalogue.recording import RuleGroup
from litellm_monitoring.signals.recording_rules import RecordingRule

_VALUE = ".Values.A.Value"
_HAS_VALUE = ".Values.A"
"""A rule without data has no value, and one whose query fails neither."""

_FAILED = "Grafana cannot query Prometheus: no alert on LiteLLM is evaluated"

_ROOT = "{{ externalURL }}"
"""The address of the Grafana that evaluates the rule, which ends with "/"."""

_QUERY, _CONDITION = "A", "B"
_EXPRESSIONS = "__expr__"
"""What Grafana calls its own data source of expressions."""

_LOOK_BACK_SECONDS = 600
_EVALUATOR = {Comparison.ABOVE: "gt", Comparison.BELOW: "lt"}


@dataclass(frozen=True)
class GrafanaQuery:
    """One step of a rule: a query of a data source, or an expression over others."""

    ref_id: str
    data_source_uid: str
    model: Mapping[str, Any]
    seconds: int = 0


@dataclass(frozen=True)
class Record:
    """Where a recording rule writes what its query returns."""

    metric: str
    data_source_uid: str


@dataclass(frozen=True)
class GrafanaRule:
    """An alert, or with ``record`` a recording rule. Notifications are of one value of what it
    ``carries``.
    """

    uid: str
    title: str
    queries: tuple[GrafanaQuery, ...]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    pending: str = "0s"
    keep_firing: str = "0s"
    condition: str = _QUERY
    if_it_fails: str = "KeepLast"
    record: Record | None = None
    carries: tuple[str, ...] = ()


@dataclass(frozen=True)
class GrafanaGroup:
    """Rules on one ``topic`` that are evaluated together, every ``interval`` seconds. ``stack`` is
    whose they are, where several stacks share a folder: it has one group of a name.
    """

    topic: str
    interval: int
    rules: tuple[GrafanaRule, ...]
    stack: str = ""

    @property
    def name(self) -> str:
        """Its name in Grafana."""
        return f"LiteLLM {self.topic}" + (f" ({self.stack})" if self.stack else "")

    @property
    def slug(self) -> str:
        """What names it among the stack's own."""
        return self.topic.replace(" ", "-")


def alert_groups(
    stack: str, interval: int, data_source_uid: str, rules: Sequence[Rule]
) -> list[GrafanaGroup]:
    """The alerts of a stack, a group for each component."""
    groups = []
    for component in Component:
        of_it = [rule for rule in rules if rule.component is component]
        if of_it:
            made = tuple(_alert(stack, data_source_uid, rule) for rule in of_it)
            groups.append(GrafanaGroup(str(component), interval, made))
    return groups


def recording_groups(
    stack: str,
    interval: int,
    data_source_uid: str,
    target_uid: str,
    recorded: Mapping[RuleGroup, Sequence[RecordingRule]],
) -> list[GrafanaGroup]:
    """What a stack records, a group for each of its own."""

    def group(name: str, every: int, rules: Iterable[RecordingRule]) -> GrafanaGroup:
        made = (_recording(stack, data_source_uid, target_uid, rule) for rule in rules)
        return GrafanaGroup(f"record {name}", every, tuple(made))

    groups = [
        group(name, interval, (rule for rule in rules if not rule.is_hourly))
        for name, rules in recorded.items()
    ]
    if hourly := [rule for rules in recorded.values() for rule in rules if rule.is_hourly]:
        groups.append(group("hourly", 3600, hourly))
    return groups


def _alert(stack: str, data_source_uid: str, rule: Rule) -> GrafanaRule:
    links = {"runbook_url": rule.runbook_url(f"{rule.grafana_url}/" if rule.grafana_url else _ROOT)}
    if rule.dashboard_uid and rule.panel_id is not None:
        links["__dashboardUid__"] = rule.dashboard_uid
        links["__panelId__"] = str(rule.panel_id)
    return GrafanaRule(
        uid=_uid(stack, rule.name),
        title=rule.name,
        queries=(_query(data_source_uid, rule.query.expr), _condition(rule)),
        labels=rule.labels(),
        annotations={
            **_texts(rule),
            **links,
            **requests.of_grafana(rule.requests, rule.team),
        },
        pending=rule.pending,
        keep_firing=rule.keep_firing,
        condition=_CONDITION,
        # One of all rules says that Grafana cannot ask Prometheus; more would say the same.
        if_it_fails="Error" if rule.alert.tells_of_failed_queries else "KeepLast",
        carries=rule.carries,
    )


def _texts(rule: Rule) -> dict[str, str]:
    value = _if_there_is_a_value(template(_VALUE, rule.unit), "an unknown number")
    texts = rule.texts(value)
    if not rule.alert.tells_of_failed_queries:
        return texts
    return {name: _if_there_is_a_value(text, _FAILED) for name, text in texts.items()}


def _if_there_is_a_value(text: str, otherwise: str) -> str:
    return f"{{{{ if {_HAS_VALUE} }}}}{text}{{{{ else }}}}{otherwise}{{{{ end }}}}"


def _recording(
    stack: str, data_source_uid: str, target_uid: str, rule: RecordingRule
) -> GrafanaRule:
    return GrafanaRule(
        uid=_uid(stack, rule.record),
        title=rule.record,
        queries=(_query(data_source_uid, rule.expr),),
        labels=rule.labels,
        annotations={},
        record=Record(rule.record, target_uid),
    )


def _query(data_source_uid: str, expr: str) -> GrafanaQuery:
    model = {"refId": _QUERY, "expr": expr, "instant": True, "range": False, "editorMode": "code"}
    return GrafanaQuery(_QUERY, data_source_uid, model, _LOOK_BACK_SECONDS)


def _condition(rule: Rule) -> GrafanaQuery:
    evaluator = {"type": _EVALUATOR[rule.compares], "params": [rule.threshold]}
    model = {
        "refId": _CONDITION,
        "type": "threshold",
        "expression": _QUERY,
        "conditions": [{"evaluator": evaluator}],
    }
    return GrafanaQuery(_CONDITION, _EXPRESSIONS, model)


def _uid(stack: str, name: str) -> str:
    """Names of rules are longer than a uid may be, so that it is a hash of both."""
    return f"litellm-{hashlib.sha256(f'{stack}/{name}'.encode()).hexdigest()[:24]}"
