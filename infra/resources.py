"""What a stack can deploy, as plain values: Grafana's resources without Pulumi."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from infra.settings import Permission, Role


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
    """What a role, a Grafana team that is there already, or else the stack's own team may do."""

    permission: Permission
    role: Role | None = None
    existing_team: str | None = None


@dataclass(frozen=True)
class DataSource:
    """A Grafana data source of type ``prometheus``.

    ``json_data`` and ``secure_json_data`` are Grafana's own maps of options; ``http_headers``
    may hold credentials, so all their values are secret.
    """

    uid: str
    name: str
    url: str
    json_data: Mapping[str, object]
    basic_auth_username: str | None = None
    secure_json_data: Mapping[str, SecretStr] = field(default_factory=dict)
    http_headers: Mapping[str, SecretStr] = field(default_factory=dict)


@dataclass(frozen=True)
class Dashboard:
    """A Grafana dashboard; ``config_json`` is its model, in canonical form."""

    uid: str
    config_json: str
    overwrite: bool
