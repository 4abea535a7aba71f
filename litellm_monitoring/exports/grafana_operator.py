"""Custom resources of grafana-operator (https://grafana.github.io/grafana-operator/docs/api/), for the
``Grafana`` resources that ``exports.instanceSelector`` selects.
"""

from collections.abc import Iterator
from typing import Any

from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.exports.export import Export, Part, Stack, left_out, secret_names
from litellm_monitoring.exports.kubernetes import (
    Resource,
    manifest,
    resource,
    resource_name,
    rules_of_prometheus,
    too_large_to_apply,
    with_dashboard,
)
from litellm_monitoring.exports.operator_alerting import (
    contact_point_spec,
    mute_timing_spec,
    rule_group_spec,
    template_spec,
)
from litellm_monitoring.infra.declaration.resources import DataSource, Folder
from litellm_monitoring.infra.settings.models.stack import Permission

API_VERSION = "grafana.integreatly.org/v1beta1"

_HELD = frozenset(Part) - {Part.PERMISSIONS, Part.TEAM, Part.SCRAPE, Part.PROTECTION}
_PERMISSIONS = {Permission.VIEW: 1, Permission.EDIT: 2, Permission.ADMIN: 4}
"""What Grafana's HTTP API calls them
(https://grafana.com/docs/grafana/latest/developers/http_api/folder_permissions/).
"""


def grafana_operator(stack: Stack) -> Export:
    """The custom resources of ``stack``, and a ``PrometheusRule`` of what Prometheus evaluates."""
    resources = dict(_resources(stack))
    remarks = [
        *left_out(stack, "a resource of grafana-operator", {*_HELD, Part.PERMISSIONS}),
        *_teams(stack),
        *filter(None, map(too_large_to_apply, resources.values())),
    ]
    if keys := sorted(_secret_keys(list(resources.values()))):
        remarks.append(f"required: the Secret {secret_of(stack)} with {', '.join(keys)}")
    return Export(
        {f"{stack.uid}/{name}.yaml": manifest(each) for name, each in resources.items()},
        tuple(remarks),
    )


def secret_of(stack: Stack) -> str:
    """The name of the Secret that holds the stack's secrets."""
    return stack.settings.exports.secret or resource_name(stack.uid)


def _resources(stack: Stack) -> Iterator[tuple[str, Resource]]:
    """By the name of the file."""
    declaration = stack.declaration
    alerting = declaration.alerting
    if source := declaration.data_source:
        spec = _data_source_spec(source, secret_of(stack))
        yield "data-source", _custom(stack, "GrafanaDatasource", "prometheus", spec)
    in_folder: Resource = {"folderUID": declaration.platform.folder_uid}
    if folder := declaration.folder:
        made = _custom(stack, "GrafanaFolder", "", _folder_spec(stack, folder))
        in_folder = {"folderRef": made["metadata"]["name"]}
        yield "folder", made
    for slug, dashboard in declaration.dashboards.items():
        custom = _custom(stack, "GrafanaDashboard", slug, {"uid": dashboard.uid, **in_folder})
        yield (
            f"dashboard-{slug}",
            with_dashboard(custom, ("spec", "json"), dashboard.config_json),
        )
    if template := alerting.template:
        spec = template_spec(template, editable=alerting.editable)
        yield "message-template", _alerting(stack, "GrafanaNotificationTemplate", "messages", spec)
    if point := alerting.contact_point:
        spec = contact_point_spec(point, secret_of(stack), editable=alerting.editable)
        yield "contact-point", _alerting(stack, "GrafanaContactPoint", "alerts", spec)
    for timing in alerting.mute_timings:
        spec = mute_timing_spec(timing, editable=alerting.editable)
        yield timing.slug, _alerting(stack, "GrafanaMuteTiming", timing.slug, spec)
    for group in alerting.grafana:
        spec = {**in_folder, **rule_group_spec(group, alerting)}
        name = resource_name(group.slug)
        yield f"rules-{name}", _alerting(stack, "GrafanaAlertRuleGroup", f"rules-{name}", spec)
    if alerting.prometheus:
        yield "prometheus-rule", rules_of_prometheus(stack)


def _custom(stack: Stack, kind: str, name: str, spec: Resource) -> Resource:
    selector = {"matchLabels": dict(stack.settings.exports.instance_selector)}
    return {
        **resource(stack, API_VERSION, kind, name),
        "spec": {"instanceSelector": selector, **spec},
    }


def _alerting(stack: Stack, kind: str, name: str, spec: Resource) -> Resource:
    """A resource of which Kubernetes lets nobody change whether it is editable."""
    ending = "-editable" if stack.declaration.alerting.editable else ""
    return _custom(stack, kind, f"{name}{ending}", spec)


def _folder_spec(stack: Stack, folder: Folder) -> Resource:
    spec: Resource = {"uid": folder.uid, "title": folder.title}
    if folder.parent_uid:
        spec["parentFolderUID"] = folder.parent_uid
    grants = stack.declaration.grants
    if grants is not None:
        # Without a role it is a team's, which the API names by a number that only Grafana knows.
        items = [
            {"role": grant.role.value, "permission": _PERMISSIONS[grant.permission]}
            for grant in grants
            if grant.role
        ]
        spec["permissions"] = to_canonical_json({"items": items})
    return spec


def _teams(stack: Stack) -> Iterator[str]:
    """What the folder's permissions lack: those of teams."""
    own = stack.declaration.grafana_team
    for grant in stack.declaration.grants or ():
        if not grant.role:
            team = grant.existing_team or (own.name if own else "")
            yield (
                f"left out: the permission {grant.permission} of the team {team}, which the folder's "
                "spec.permissions name by the number that Grafana gives it; add an item with teamId"
            )


def _data_source_spec(source: DataSource, secret: str) -> Resource:
    headers = dict(enumerate(sorted(source.http_headers), start=1))
    names = secret_names("prometheus", [*source.secure_json_data, *headers.values()])
    fields = {key: names[key] for key in sorted(source.secure_json_data)}
    fields |= {f"httpHeaderValue{number}": names[name] for number, name in headers.items()}
    named = {f"httpHeaderName{number}": name for number, name in headers.items()}
    made: Resource = {
        "name": source.name,
        "type": source.type,
        "access": "proxy",
        "url": source.url,
        "editable": False,
        "jsonData": {**source.json_data, **named},
    }
    if source.basic_auth_username is not None:
        made["basicAuth"] = True
        made["basicAuthUser"] = source.basic_auth_username
    if not fields:
        return {"uid": source.uid, "datasource": made}
    made["secureJsonData"] = {field: f"${{{key}}}" for field, key in fields.items()}
    values = [
        {
            "targetPath": f"secureJsonData.{field}",
            "valueFrom": {"secretKeyRef": {"name": secret, "key": key}},
        }
        for field, key in fields.items()
    ]
    return {"uid": source.uid, "datasource": made, "valuesFrom": values}


def _secret_keys(value: Any) -> Iterator[str]:
    """The keys of the Secret that resources refer to."""
    match value:
        case {"secretKeyRef": {"key": str(key)}}:
            yield key
        case dict():
            for each in value.values():
                yield from _secret_keys(each)
        case list():
            for each in value:
                yield from _secret_keys(each)
