"""The Pulumi resources of a declaration's rules, and of where alerts go."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumiverse_grafana as grafana
from pydantic import SecretStr

from infra import alert_properties as properties
from infra.alerting import Alerting


def make_alerting(
    component: pulumi.ComponentResource,
    alerting: Alerting,
    folder: grafana.oss.Folder,
    awaited: Sequence[pulumi.Resource],
) -> None:
    """Makes what ``alerting`` declares as children of ``component``, with the rules in ``folder``
    once ``awaited`` are there.
    """
    name = component.pulumi_resource_name
    before, templates = [*awaited], list[pulumi.Resource]()
    if alerting.template:
        arguments = properties.message_template(alerting.template)
        options = pulumi.ResourceOptions(parent=component)
        templates.append(
            grafana.alerting.MessageTemplate(f"{name}-messages", opts=options, **arguments)
        )
    if alerting.contact_point:
        arguments = _with_secrets(properties.contact_point(alerting.contact_point))
        options = pulumi.ResourceOptions(parent=component, depends_on=templates)
        before.append(
            grafana.alerting.ContactPoint(f"{name}-contact-point", opts=options, **arguments)
        )
    for timing in alerting.mute_timings:
        arguments = properties.mute_timing(timing)
        options = pulumi.ResourceOptions(parent=component)
        before.append(
            grafana.alerting.MuteTiming(f"{name}-{timing.slug}", opts=options, **arguments)
        )
    for group in alerting.grafana:
        arguments = properties.rule_group(group, alerting, folder.uid)
        grafana.alerting.RuleGroup(
            f"{name}-rules-{group.slug}",
            name=arguments["name"],
            folder_uid=arguments["folderUid"],
            interval_seconds=arguments["intervalSeconds"],
            rules=arguments["rules"],
            opts=pulumi.ResourceOptions(parent=component, depends_on=before),
        )


def _with_secrets(value: Any) -> Any:
    """``value``, JSON-like, with Pulumi's secrets in place of ours."""
    match value:
        case SecretStr():
            return pulumi.Output.secret(value.get_secret_value())
        case dict():
            return {key: _with_secrets(item) for key, item in value.items()}
        case list():
            return [_with_secrets(item) for item in value]
        case _:
            return value
