"""Rules, and where alerts go, as blocks of Terraform's Grafana provider: the same arguments as those of
Pulumi's, which is made from it, under its own names.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from litellm_monitoring.alerts.rendering.grafana import GrafanaGroup
from litellm_monitoring.embedded.kinds.alerting_forms import RECEIVERS
from litellm_monitoring.exports.export import secret_names
from litellm_monitoring.exports.hcl import Block, Encoded, Expression
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.resources import ContactPoint, DataSource
from litellm_monitoring.infra.program import alert_properties as properties

_BLOCKS = {
    "rules": "rule",
    "datas": "data",
    "relativeTimeRange": "relative_time_range",
    "record": "record",
    "notificationSettings": "notification_settings",
    "intervals": "intervals",
    "times": "times",
    "emails": "email",
    "slacks": "slack",
    "pagerduties": "pagerduty",
    "teams": "teams",
    "webhooks": "webhook",
}
"""What is a block there, with its name."""

_PLURALS = {"groupBies": "group_by"}
"""What Pulumi has made plural of."""


def alerting_blocks(alerting: Alerting) -> Iterator[Block]:
    """The contact point, the message template and the mute timings."""
    common = {"disable_provenance": alerting.editable or None}
    if template := alerting.template:
        text = Expression('file("${path.module}/message_template.tmpl")')
        # Of this one the provider reads back that nobody may edit it, and calls itself inconsistent.
        arguments = {"name": template.name, "template": text}
        yield Block("resource", ("grafana_message_template", "litellm"), [arguments])
    if point := alerting.contact_point:
        found = _with_variables(point)
        awaited = [Expression("grafana_message_template.litellm")] if alerting.template else None
        body = _body({**found, **common, "depends_on": awaited}, {})
        yield Block("resource", ("grafana_contact_point", "litellm"), body)
    for timing in alerting.mute_timings:
        body = _body({**properties.mute_timing(timing), **common}, {})
        yield Block("resource", ("grafana_mute_timing", identifier(timing.slug)), body)


def rule_group_blocks(
    group: GrafanaGroup, alerting: Alerting, folder_uid: object, source: DataSource | None
) -> list[Block]:
    """A group of rules in the folder, which refer to what this module makes."""
    references: dict[str, Expression] = {}
    if source:
        references[source.uid] = Expression("grafana_data_source.prometheus.uid")
    if point := alerting.contact_point:
        references[point.name] = Expression("grafana_contact_point.litellm.name")
    for timing in alerting.mute_timings:
        name = f"grafana_mute_timing.{identifier(timing.slug)}.name"
        references[timing.name] = Expression(name)
    found = properties.rule_group(group, alerting, folder_uid)
    body = _body({**found, "disable_provenance": alerting.editable or None}, references)
    return [Block("resource", ("grafana_rule_group", identifier(group.slug)), body)]


def variables(point: ContactPoint | None) -> Iterator[Block]:
    """The variables that hold a contact point's secrets."""
    for kind, way in point.ways.items() if point else ():
        for key, name in _names(kind, way).items():
            description = f"{key} of the contact point's {RECEIVERS[kind][0]}"
            arguments = {
                "type": Expression("string"),
                "description": description,
                "sensitive": True,
            }
            yield Block("variable", (name,), [arguments])


def identifier(slug: str) -> str:
    """``slug`` as a name in Terraform."""
    return re.sub(r"[^A-Za-z0-9]+", "_", slug)


def _names(kind: str, way: Mapping[str, object]) -> dict[str, str]:
    secret = [key for key, value in way.items() if isinstance(value, SecretStr)]
    return secret_names(f"alerts_{RECEIVERS[kind][0]}", secret)


def _with_variables(point: ContactPoint) -> dict[str, Any]:
    """The properties of a contact point with variables in place of its secrets."""
    found: dict[str, Any] = {"name": point.name}
    for kind, ways in properties.contact_point(point).items():
        if kind != "name":
            names = _names(kind, ways[0])
            secrets = {key: Expression(f"var.{name}") for key, name in names.items()}
            found[kind] = [{**ways[0], **secrets}]
    return found


def _body(
    found: Mapping[str, Any], references: Mapping[str, Expression]
) -> list[Mapping[str, object] | Block]:
    """Arguments, and after them blocks, of a resource's ``found`` properties."""
    arguments = {
        _argument(key): _referring(key, value, references)
        for key, value in found.items()
        if key not in _BLOCKS
    }
    blocks = [
        Block(_BLOCKS[key], (), _body(each, references))
        for key, value in found.items()
        if key in _BLOCKS
        for each in (value if isinstance(value, list) else [value])
    ]
    return [arguments, *blocks] if arguments else [*blocks]


def _referring(key: str, value: Any, references: Mapping[str, Expression]) -> object:
    match key:
        case "model":
            return Encoded(json.loads(value))
        case "datasourceUid" | "targetDatasourceUid" | "contactPoint":
            return references.get(value, value)
        case "muteTimings":
            return [references.get(name, name) for name in value]
        case _:
            return value


def _argument(key: str) -> str:
    return _PLURALS.get(key) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()
