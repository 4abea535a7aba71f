"""Where notifications go, in the Grafana provider's words."""

from collections.abc import Mapping, Sequence

from pydantic import SecretStr

from litellm_monitoring.alerts.rendering.requests import in_message
from litellm_monitoring.infra.declaration.resources import (
    ContactPoint,
    MessageTemplate,
    MuteTiming,
    TimeInterval,
)
from litellm_monitoring.infra.identity import slug_of, stack_uid
from litellm_monitoring.infra.settings.kinds.fields import is_email
from litellm_monitoring.infra.settings.models.alerts import ContactPointSettings, MuteTimingSettings
from litellm_monitoring.infra.settings.models.stack import Settings

_TEMPLATE = """\
{{ define "NAME.title" -}}
{{ .Status | toUpper }}: {{ .CommonLabels.alertname }} ({{ .CommonLabels.environment }})
{{- if gt (len .Alerts) 1 }}, {{ len .Alerts }} times{{ end }}
{{- end }}
{{ define "NAME.message" -}}
{{ if gt (len .Alerts) 1 }}{{ range .Alerts -}}
- {{ if eq .Status "resolved" }}Resolved: {{ end }}{{ .Annotations.summary }}
{{ end }}
{{ end }}{{ range .Alerts -}}
{{ if eq .Status "resolved" }}Resolved: {{ end }}{{ .Annotations.summary }}
{{ .Annotations.description }}
Severity: {{ .Labels.severity }}
{{ if .PanelURL }}Panel: {{ .PanelURL }}
{{ end }}{{ REQUESTS }}Runbook: {{ .Annotations.runbook_url }}
{{ if .SilenceURL }}Silence: {{ .SilenceURL }}
{{ end }}
{{ end }}
{{- end }}
"""

Way = Mapping[str, object]


def contact_point(settings: Settings, stack: str, template: MessageTemplate) -> ContactPoint | None:
    """The contact point to make, or None where one that is there is referred to."""
    point = settings.alerts.contact_point
    if point.existing:
        return None
    texts = {part: f'{{{{ template "{template.uid}.{part}" . }}}}' for part in ("title", "message")}
    ways: dict[str, Way] = {
        "emails": _email(point, settings, texts),
        "slacks": _slack(point, settings, texts),
        "pagerduties": _pagerduty(point, settings, texts),
        "teams": _teams(point, settings, texts),
        "webhooks": _webhook(point, settings, texts),
    }
    return ContactPoint(
        name=_name(stack, editable=settings.alerts.editable),
        ways={kind: _set(way) for kind, way in ways.items() if way},
    )


def has_somewhere_to_go(settings: Settings) -> bool:
    """Whether it is said where alerts go."""
    point = settings.alerts.contact_point
    return point != ContactPointSettings() or _contact_of_team(settings) is not None


def _contact_of_team(settings: Settings) -> str | None:
    contact = settings.team.contact if settings.team else None
    return contact if contact and is_email(contact) else None


def message_template(settings: Settings, stack: str) -> MessageTemplate:
    """The texts of notifications; a Grafana has one template of a name."""
    uid, editable = stack_uid(stack), settings.alerts.editable
    name = _name(stack, editable=editable)
    slug = "messages-editable" if editable else "messages"
    requests = in_message(settings.links.kept(), settings.team.alias if settings.team else None)
    text = _TEMPLATE.replace("NAME", uid).replace("{{ REQUESTS }}", requests)
    return MessageTemplate(name, uid, text.strip(), slug)


def _name(stack: str, *, editable: bool) -> str:
    """Who may edit them, Grafana does not change, and it deletes none that is in use: those that
    people may edit are others, made before the first are left.
    """
    return f"LiteLLM ({stack}, editable)" if editable else f"LiteLLM ({stack})"


def mute_timings(chosen: Sequence[MuteTimingSettings], stack: str) -> tuple[MuteTiming, ...]:
    """The mute timings to make: what is set under one name is one, with several times.

    No name is one that an earlier release gave, which named the resources by their position: the
    engine makes all of these before it deletes those, and Grafana has one mute timing of a name.
    """
    by_name: dict[str, list[MuteTimingSettings]] = {}
    for timing in chosen:
        by_name.setdefault(timing.name, []).append(timing)
    return tuple(
        MuteTiming(
            name=f"LiteLLM ({stack}) {name}",
            slug=f"mute-{slug_of(name)}",
            severities=frozenset(each for timing in timings for each in timing.severities),
            intervals=tuple(_interval(timing) for timing in timings),
        )
        for name, timings in by_name.items()
    )


def _interval(timing: MuteTimingSettings) -> TimeInterval:
    start, end = timing.start or "00:00", timing.end or "24:00"
    is_whole_day = (start, end) == ("00:00", "24:00")
    return TimeInterval(
        weekdays=timing.weekdays,
        times=() if is_whole_day else ((start, end),),
        location=timing.location,
    )


def _email(point: ContactPointSettings, settings: Settings, texts: Mapping[str, str]) -> Way:
    addresses: tuple[str, ...] = point.email.addresses if point.email else ()
    if point == ContactPointSettings() and (contact := _contact_of_team(settings)):
        addresses = (contact,)
    if not addresses:
        return {}
    return {"addresses": list(addresses), "subject": texts["title"], "message": texts["message"]}


def _slack(point: ContactPointSettings, settings: Settings, texts: Mapping[str, str]) -> Way:
    if not point.slack:
        return {}
    return {
        "url": settings.alerts_slack_url,
        "token": settings.alerts_slack_token,
        "recipient": point.slack.channel,
        "mentionUsers": point.slack.mention,
        "title": texts["title"],
        "text": texts["message"],
    }


def _pagerduty(point: ContactPointSettings, settings: Settings, texts: Mapping[str, str]) -> Way:
    if not point.pagerduty:
        return {}
    return {
        "integrationKey": settings.alerts_pager_duty_key,
        "severity": "{{ .CommonLabels.severity }}",
        "summary": texts["title"],
        "clientUrl": point.pagerduty.client_url,
    }


def _teams(point: ContactPointSettings, settings: Settings, texts: Mapping[str, str]) -> Way:
    if not point.teams:
        return {}
    return {
        "url": settings.alerts_teams_url,
        "title": texts["title"],
        "message": texts["message"],
        "sectionTitle": point.teams.section_title,
    }


def _webhook(point: ContactPointSettings, settings: Settings, texts: Mapping[str, str]) -> Way:
    if not point.webhook:
        return {}
    token = settings.alerts_webhook_token
    return {
        "url": point.webhook.url,
        "authorizationScheme": "Bearer" if token else None,
        "authorizationCredentials": token,
        "basicAuthUser": point.webhook.username,
        "basicAuthPassword": settings.alerts_webhook_password,
        "title": texts["title"],
        "message": texts["message"],
    }


def _set(way: Way) -> dict[str, str | list[str] | SecretStr]:
    found: dict[str, str | list[str] | SecretStr] = {}
    for key, value in way.items():
        if isinstance(value, str | list | SecretStr):
            found[key] = value
    return found
