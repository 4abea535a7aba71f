"""Rules, and where alerts go, as properties of the Grafana provider's resources, in its own words."""

from typing import Any

from litellm_monitoring.alerts.alert import Severity
from litellm_monitoring.alerts.rendering.grafana import GrafanaGroup, GrafanaQuery, GrafanaRule
from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.resources import (
    ContactPoint,
    MessageTemplate,
    MuteTiming,
    TimeInterval,
)

Properties = dict[str, Any]

_GROUPED_BY = ["grafana_folder", "alertname"]
"""What Grafana groups notifications by at least."""


def rule_group(group: GrafanaGroup, alerting: Alerting, folder_uid: Any) -> Properties:
    """Of a ``RuleGroup``; ``folder_uid`` may be one that is not known yet."""
    return {
        "name": group.name,
        "folderUid": folder_uid,
        "intervalSeconds": group.interval,
        "rules": [_rule(rule, alerting) for rule in group.rules],
    }


def contact_point(point: ContactPoint) -> Properties:
    """Of a ``ContactPoint``, its secrets as they are."""
    # Left out, the provider takes these from Grafana, and what was changed by hand stays so, unseen.
    own = {"emails": {"disableResolveMessage": False, "singleEmail": False}}
    return {
        "name": point.name,
        **{
            kind: [{**own.get(kind, {"disableResolveMessage": False}), **way}]
            for kind, way in point.ways.items()
        },
    }


def message_template(template: MessageTemplate) -> Properties:
    """Of a ``MessageTemplate``."""
    return {"name": template.name, "template": template.template}


def mute_timing(timing: MuteTiming) -> Properties:
    """Of a ``MuteTiming``."""
    return {"name": timing.name, "intervals": [_interval(each) for each in timing.intervals]}


def _rule(rule: GrafanaRule, alerting: Alerting) -> Properties:
    common = {
        "uid": rule.uid,
        "name": rule.title,
        "datas": [_data(query) for query in rule.queries],
        "labels": dict(rule.labels),
        # Left out, the provider takes it from Grafana, and a rule paused by hand stays so, unseen.
        "isPaused": False,
    }
    if rule.record:
        record = {
            "from": rule.condition,
            "metric": rule.record.metric,
            "targetDatasourceUid": rule.record.data_source_uid,
        }
        return {**common, "record": record}
    return {
        **common,
        "condition": rule.condition,
        "for": rule.pending,
        **({"keepFiringFor": rule.keep_firing} if rule.keep_firing != "0s" else {}),
        "annotations": dict(rule.annotations),
        "noDataState": "OK",
        "execErrState": rule.if_it_fails,
        "notificationSettings": notification_settings(rule, alerting),
    }


def _data(query: GrafanaQuery) -> Properties:
    return {
        "refId": query.ref_id,
        "datasourceUid": query.data_source_uid,
        "model": to_canonical_json(query.model),
        "relativeTimeRange": {"from": query.seconds, "to": 0},
    }


def notification_settings(rule: GrafanaRule, alerting: Alerting) -> Properties:
    """Where a rule's notifications go, and when."""
    assert alerting.routes
    assert alerting.timing
    route = alerting.routes[Severity(rule.labels["severity"])]
    return {
        "contactPoint": route.contact_point,
        "groupBies": [*_GROUPED_BY, *rule.carries],
        **({"muteTimings": list(route.mute_timings)} if route.mute_timings else {}),
        "groupWait": alerting.timing.group_wait,
        "groupInterval": alerting.timing.group_interval,
        "repeatInterval": alerting.timing.repeat_interval,
    }


def _interval(interval: TimeInterval) -> Properties:
    found: Properties = {"location": interval.location}
    if interval.weekdays:
        found["weekdays"] = list(interval.weekdays)
    if interval.times:
        found["times"] = [{"start": start, "end": end} for start, end in interval.times]
    return found
