"""What a stack can deploy, as plain values: Grafana's resources without Pulumi."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from litellm_monitoring.alerts.alert import Severity
from litellm_monitoring.infra.settings.models.stack import Permission, Role


@dataclass(frozen=True)
class Folder:
    """A Grafana folder."""

    uid: str
    title: str
    parent_uid: str | None


@dataclass(frozen=True)
class GrafanaTeam:
    """A Grafana team; without ``members`` those are left to people."""

    name: str
    email: str | None = None
    members: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Grant:
    """What a role, a Grafana team that is there already, by its name or ID, or else the stack's own
    team may do.
    """

    permission: Permission
    role: Role | None = None
    existing_team: str | None = None
    existing_team_id: str | None = None


@dataclass(frozen=True)
class DataSource:
    """A Grafana data source of Prometheus's kind; ``type`` is the plugin's id.

    ``json_data`` and ``secure_json_data`` are Grafana's own maps of options; ``http_headers``
    may hold credentials, so all their values are secret.
    """

    uid: str
    name: str
    url: str
    json_data: Mapping[str, object]
    type: str = "prometheus"
    basic_auth_username: str | None = None
    secure_json_data: Mapping[str, SecretStr] = field(default_factory=dict)
    http_headers: Mapping[str, SecretStr] = field(default_factory=dict)


@dataclass(frozen=True)
class Dashboard:
    """A Grafana dashboard; ``config_json`` is its model, in canonical form."""

    uid: str
    config_json: str
    overwrite: bool


@dataclass(frozen=True)
class ContactPoint:
    """A Grafana contact point; ``ways`` are the Grafana provider's arguments by kind, such as
    ``emails``.
    """

    name: str
    ways: Mapping[str, Mapping[str, str | list[str] | SecretStr]]


@dataclass(frozen=True)
class MessageTemplate:
    """A Grafana notification template group; the names that it defines begin with ``uid``, and
    ``slug`` names its resource.
    """

    name: str
    uid: str
    template: str
    slug: str


@dataclass(frozen=True)
class TimeInterval:
    """Days of the week, all if none, and times of the day, all if none."""

    weekdays: tuple[str, ...]
    times: tuple[tuple[str, str], ...]
    location: str


@dataclass(frozen=True)
class MuteTiming:
    """A Grafana mute timing, for alerts of these ``severities``; ``slug`` names its resource, and
    is the same wherever it stands among others.
    """

    name: str
    slug: str
    severities: frozenset[Severity]
    intervals: tuple[TimeInterval, ...]
