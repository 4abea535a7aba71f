"""Which settings may be Pulumi Inputs in a program: those whose value goes into properties of resources
as it is. All others decide which resources there are, what these are called, or how queries are written.
"""

from collections.abc import Mapping

from pydantic import BaseModel

from litellm_monitoring.infra.arguments.inputs import Form
from litellm_monitoring.infra.settings.models.alerts import (
    AlertSettings,
    ContactPointSettings,
    EmailSettings,
    PagerDutySettings,
    RuleSettings,
    SlackSettings,
    TeamsSettings,
    WebhookSettings,
)
from litellm_monitoring.infra.settings.models.kubernetes import KubernetesSettings
from litellm_monitoring.infra.settings.models.prometheus import (
    AuthSettings,
    ExemplarSettings,
    PrometheusSettings,
)
from litellm_monitoring.infra.settings.models.stack import (
    FolderPermissionSettings,
    FolderSettings,
    GrafanaTeamSettings,
    LinkSettings,
    Settings,
)

_SECRETS = {
    name: Form.TEXT
    for name, field in Settings.model_fields.items()
    if "SecretStr" in str(field.annotation)
}

ACCEPTED: Mapping[type[BaseModel], Mapping[str, Form]] = {
    Settings: _SECRETS,
    FolderSettings: {
        "title": Form.TEXT,
        "parent_uid": Form.TEXT,
        "existing_uid": Form.TEXT,
    },
    FolderPermissionSettings: {"team": Form.TEXT, "team_id": Form.TEXT},
    GrafanaTeamSettings: {
        "name": Form.TEXT,
        "existing_name": Form.TEXT,
        "existing_id": Form.TEXT,
        "members": Form.EMAIL,
    },
    PrometheusSettings: {
        "url": Form.ADDRESS,
        "existing_uid": Form.TEXT,
        "name": Form.TEXT,
        "tenant": Form.TEXT,
        "ca_certificate": Form.PEM,
        "server_name": Form.TEXT,
        "headers": Form.TEXT,
    },
    AuthSettings: {
        "username": Form.TEXT,
        "client_certificate": Form.PEM,
        "region": Form.TEXT,
        "profile": Form.TEXT,
        "assume_role_arn": Form.TEXT,
        "external_id": Form.TEXT,
        "tenant_id": Form.TEXT,
        "client_id": Form.TEXT,
    },
    ExemplarSettings: {"data_source_uid": Form.TEXT, "url": Form.ADDRESS},
    KubernetesSettings: {
        "namespace": Form.TEXT,
        "container": Form.TEXT,
        "autoscaler": Form.TEXT,
    },
    LinkSettings: {"url": Form.ADDRESS},
    RuleSettings: {"target_uid": Form.TEXT},
    AlertSettings: {
        "critical_contact_point": Form.TEXT,
        "grafana_url": Form.BASE,
        "runbooks": Form.BASE,
    },
    ContactPointSettings: {"existing": Form.TEXT},
    EmailSettings: {"addresses": Form.EMAIL},
    SlackSettings: {"channel": Form.TEXT, "mention": Form.TEXT},
    PagerDutySettings: {"client_url": Form.ADDRESS},
    TeamsSettings: {"section_title": Form.TEXT},
    WebhookSettings: {"url": Form.ADDRESS, "username": Form.TEXT},
}
"""By model and field, with what stands in for the value. Of a list or mapping, each item may be one."""


def accepted(model: type[BaseModel], field: str) -> Form | None:
    """What stands in for an Input as ``field`` of ``model``; None where it takes none."""
    return ACCEPTED.get(model, {}).get(field)
