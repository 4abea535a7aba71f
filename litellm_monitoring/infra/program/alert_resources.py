"""The Pulumi resources of a declaration's rules, and of where alerts go."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumiverse_grafana as grafana

from litellm_monitoring.infra.arguments.inputs import Inputs
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.program import alert_properties as properties


def make_alerting(
    component: pulumi.ComponentResource,
    alerting: Alerting,
    folder: grafana.oss.Folder,
    awaited: Sequence[pulumi.Resource],
    inputs: Inputs,
) -> None:
    """Makes what ``alerting`` declares as children of ``component``, with the rules in ``folder``
    once ``awaited`` are there, and with what its ``inputs`` turn out to be.
    """
    name = component.pulumi_resource_name
    editable = True if alerting.editable else None
    before, templates = [*awaited], list[pulumi.Resource]()
    if alerting.template:
        arguments = properties.message_template(alerting.template)
        # The provider does not read who may edit it, and would find it changed each time.
        options = pulumi.ResourceOptions(parent=component, ignore_changes=["disableProvenance"])
        templates.append(
            grafana.alerting.MessageTemplate(
                f"{name}-{alerting.template.slug}",
                disable_provenance=editable,
                opts=options,
                **arguments,
            )
        )
    if alerting.contact_point:
        arguments = inputs.filled(properties.contact_point(alerting.contact_point))
        before.append(
            grafana.alerting.ContactPoint(
                f"{name}-contact-point",
                disable_provenance=editable,
                # Grafana deletes none that rules name, so that they must name the new one first.
                opts=pulumi.ResourceOptions(
                    parent=component, depends_on=templates, delete_before_replace=False
                ),
                **arguments,
            )
        )
    for timing in alerting.mute_timings:
        arguments = properties.mute_timing(timing)
        before.append(
            grafana.alerting.MuteTiming(
                f"{name}-{timing.slug}",
                disable_provenance=editable,
                opts=_deleted_first(component, ()),
                **arguments,
            )
        )
    for group in alerting.grafana:
        arguments = properties.rule_group(group, alerting, folder.uid)
        grafana.alerting.RuleGroup(
            f"{name}-rules-{group.slug}",
            name=arguments["name"],
            folder_uid=arguments["folderUid"],
            interval_seconds=arguments["intervalSeconds"],
            rules=[_filled(rule, inputs) for rule in arguments["rules"]],
            disable_provenance=editable,
            opts=_deleted_first(component, before),
        )


def _deleted_first(
    component: pulumi.ComponentResource, before: Sequence[pulumi.Resource]
) -> pulumi.ResourceOptions:
    """Of what keeps its name, or its rules' uids, when it is replaced: made first, the new one
    would be overwritten or refused, or deleted with the old one.
    """
    return pulumi.ResourceOptions(
        parent=component, depends_on=[*before], delete_before_replace=True
    )


def _filled(rule: properties.Properties, inputs: Inputs) -> Any:
    """``rule`` with the models of its queries, which are JSON, filled in as such."""
    return {
        **inputs.filled(rule),
        "datas": [
            {**inputs.filled(data), "model": inputs.filled_json(data["model"])}
            for data in rule["datas"]
        ],
    }
