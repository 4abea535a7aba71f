"""Rules, and where alerts go, as the specs of grafana-operator's resources."""

import json
import re
from typing import Any

from pydantic import SecretStr

from litellm_monitoring.alerts.rendering.grafana import GrafanaGroup, GrafanaQuery, GrafanaRule
from litellm_monitoring.embedded.kinds.alerting_forms import RECEIVERS, interval_entry
from litellm_monitoring.exports.export import secret_names
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.resources import ContactPoint, MessageTemplate, MuteTiming
from litellm_monitoring.infra.program import alert_properties as properties
from litellm_monitoring.signals.asking.promql import seconds

Spec = dict[str, Any]

_OF_GO = re.compile(r"([0-9]+(ms|s|m|h))+")

_NOT_SETTINGS = ("disableResolveMessage", "singleEmail")
"""What is no setting of a receiver, or is one that is left at what Grafana takes it for."""


def rule_group_spec(group: GrafanaGroup, alerting: Alerting) -> Spec:
    """Of a ``GrafanaAlertRuleGroup``, apart from its folder."""
    return {
        "name": group.name,
        "interval": f"{group.interval}s",
        "editable": alerting.editable,
        "rules": [_rule(rule, alerting) for rule in group.rules],
    }


def template_spec(template: MessageTemplate, *, editable: bool) -> Spec:
    """Of a ``GrafanaNotificationTemplate``."""
    return {"name": template.name, "editable": editable, "template": template.template}


def mute_timing_spec(timing: MuteTiming, *, editable: bool) -> Spec:
    """Of a ``GrafanaMuteTiming``."""
    intervals = properties.mute_timing(timing)["intervals"]
    return {
        "name": timing.name,
        "editable": editable,
        "time_intervals": [interval_entry(interval) for interval in intervals],
    }


def contact_point_spec(point: ContactPoint, secret: str, *, editable: bool) -> Spec:
    """Of a ``GrafanaContactPoint`` whose secrets are in the Secret of that name."""
    receivers = [
        _receiver(kind, ways[0], secret)
        for kind, ways in properties.contact_point(point).items()
        if kind != "name"
    ]
    return {"name": point.name, "editable": editable, "receivers": receivers}


def _receiver(kind: str, way: Spec, secret: str) -> Spec:
    receiver_type, called, _ = RECEIVERS[kind]
    hidden = [key for key, value in way.items() if isinstance(value, SecretStr)]
    names = secret_names(f"alerts_{receiver_type}", hidden)
    settings = {
        called.get(key, key): ";".join(value) if isinstance(value, list) else value
        for key, value in way.items()
        if key not in (*_NOT_SETTINGS, *hidden)
    }
    found: Spec = {"type": receiver_type, "settings": settings}
    if hidden:
        found["valuesFrom"] = [
            {
                "targetPath": called.get(key, key),
                "valueFrom": {"secretKeyRef": {"name": secret, "key": names[key]}},
            }
            for key in hidden
        ]
    return found


def _rule(rule: GrafanaRule, alerting: Alerting) -> Spec:
    found: Spec = {
        "uid": rule.uid,
        "title": rule.title,
        "condition": rule.condition,
        "data": [_data(query) for query in rule.queries],
        "for": _duration(rule.pending),
        "noDataState": "OK",
        "execErrState": rule.if_it_fails,
        "labels": dict(rule.labels),
        "annotations": dict(rule.annotations),
    }
    if rule.record:
        found["record"] = {
            "from": rule.condition,
            "metric": rule.record.metric,
            "targetDatasourceUid": rule.record.data_source_uid,
        }
        return found
    if rule.keep_firing != "0s":
        found["keepFiringFor"] = _duration(rule.keep_firing)
    found["notificationSettings"] = _notification_settings(rule, alerting)
    return found


def _data(query: GrafanaQuery) -> Spec:
    return {
        "refId": query.ref_id,
        "datasourceUid": query.data_source_uid,
        "relativeTimeRange": {"from": query.seconds, "to": 0},
        "model": json.loads(json.dumps(query.model)),
    }


def _notification_settings(rule: GrafanaRule, alerting: Alerting) -> Spec:
    said = properties.notification_settings(rule, alerting)
    return {
        "receiver": said["contactPoint"],
        "group_by": said["groupBies"],
        **({"mute_time_intervals": said["muteTimings"]} if "muteTimings" in said else {}),
        "group_wait": said["groupWait"],
        "group_interval": said["groupInterval"],
        "repeat_interval": said["repeatInterval"],
    }


def _duration(value: str) -> str:
    """``value`` as Go has it, which knows neither days nor weeks."""
    return value if _OF_GO.fullmatch(value) else f"{seconds(value)}s"
