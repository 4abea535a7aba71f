"""What a person can set in ``Pulumi.<stack>.yaml``, as one frozen, validated model.

Field descriptions are the documentation: ``Pulumi.yaml`` and README's settings table are
generated from them (``python -m tools settings``).
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.alias_generators import to_camel

from dashboards import Feature
from infra import fields


class Model(BaseModel):
    """Frozen, with camelCase keys, and strict about which there are."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


class Role(StrEnum):
    """Grafana's basic roles that a folder can be opened to; admins see every folder."""

    VIEWER = "Viewer"
    EDITOR = "Editor"


class Permission(StrEnum):
    """What can be granted on a folder, in Grafana's words."""

    VIEW = "View"
    EDIT = "Edit"
    ADMIN = "Admin"


class FolderPermissionSettings(Model):
    """What somebody may do in the folder; either `role` or `team`."""

    role: Role | None = None
    """A basic role: `Viewer` or `Editor`."""
    team: fields.Text | None = None
    """Name of a Grafana team that is there already."""
    permission: Permission = Permission.VIEW
    """`View`, `Edit` or `Admin`."""


class FolderSettings(Model):
    """The Grafana folder that holds the stack's dashboards."""

    title: fields.Text | None = None
    """Title; by default `LiteLLM (<stack>)`, or for a team `LiteLLM <title> (<environment>)`."""
    uid: fields.Uid | None = None
    """Uid; by default `litellm-<stack>`."""
    parent_uid: fields.Uid | None = None
    """Uid of the folder that it lies in; by default none, or for a team that of `team.platformStack`."""
    existing_uid: fields.Uid | None = None
    """Uid of a folder that is there already, to use in place of making one."""
    permissions: tuple[FolderPermissionSettings, ...] | None = None
    """Who sees the folder besides Grafana's admins and the stack's team; by default whom Grafana lets see a new folder. An empty list is nobody else."""


class PrometheusType(StrEnum):
    """The server behind the data source."""

    PROMETHEUS = "Prometheus"
    MIMIR = "Mimir"
    THANOS = "Thanos"
    CORTEX = "Cortex"
    VICTORIA_METRICS = "VictoriaMetrics"


class HttpMethod(StrEnum):
    """How Grafana sends queries."""

    POST = "POST"
    GET = "GET"


class AuthType(StrEnum):
    """How Grafana authenticates at the Prometheus server."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    TLS = "tls"
    SIGV4 = "sigv4"


class SigV4AuthType(StrEnum):
    """Where the AWS credentials come from, in Grafana's words."""

    DEFAULT = "default"
    KEYS = "keys"
    CREDENTIALS = "credentials"
    EC2_IAM_ROLE = "ec2_iam_role"


class AuthSettings(Model):
    """How Grafana authenticates at the Prometheus server."""

    type: AuthType = AuthType.NONE
    """`none`, `basic`, `bearer`, `tls` (client certificate) or `sigv4` (AWS)."""
    username: fields.Text | None = None
    """For `basic`: the user name; the password is `prometheusPassword`."""
    client_certificate: fields.Pem | None = None
    """For `tls`: the PEM client certificate; its key is `prometheusTlsClientKey`."""
    region: fields.Text | None = None
    """For `sigv4`: the AWS region."""
    source: SigV4AuthType | None = None
    """For `sigv4`: where the AWS credentials come from: `default` (the AWS SDK's chain), `keys`, `credentials` (a profile) or `ec2_iam_role`; by default `default`."""
    profile: fields.Text | None = None
    """For `sigv4` with `credentials`: the profile's name."""
    assume_role_arn: fields.Text | None = None
    """For `sigv4`: the ARN of a role to assume."""
    external_id: fields.Text | None = None
    """For `sigv4`: the external id of the role to assume."""


class ExemplarSettings(Model):
    """Where an exemplar's trace is found; either `dataSourceUid` or `url`."""

    label: fields.Text
    """The exemplar's label that holds the trace id."""
    data_source_uid: fields.Uid | None = None
    """Uid of the tracing data source that opens the trace."""
    url: fields.HttpUrl | None = None
    """Address that opens the trace; `${__value.raw}` stands for its id."""


class PrometheusSettings(Model):
    """The Prometheus data source; either `url` or `existingUid`."""

    url: fields.HttpUrl | None = None
    """Address of the Prometheus server, as Grafana reaches it."""
    existing_uid: fields.Uid | None = None
    """Uid of a data source that is there already, to use in place of making one."""
    name: fields.Text | None = None
    """Name; by default `LiteLLM Prometheus (<stack>)`."""
    uid: fields.Uid | None = None
    """Uid; by default `litellm-<stack>-prometheus`."""
    scrape_interval: fields.Duration = "15s"
    """How often Prometheus scrapes LiteLLM; the shortest step of any query."""
    query_timeout: fields.Duration = "60s"
    """How long a query may take."""
    http_method: HttpMethod = HttpMethod.POST
    """`POST`, or `GET` where a proxy in between refuses it."""
    type: PrometheusType = PrometheusType.PROMETHEUS
    """The server: `Prometheus`, `Mimir`, `Thanos`, `Cortex` or `VictoriaMetrics`."""
    tenant: fields.Text | None = None
    """Tenant, sent as the header `X-Scope-OrgID`."""
    ca_certificate: fields.Pem | None = None
    """PEM certificate of the authority that signed the server's; by default the system's."""
    server_name: fields.Text | None = None
    """Host name expected in the server's certificate; by default the address's."""
    headers: dict[fields.PlainHeaderName, fields.Text] = {}
    """Further HTTP headers that hold no secret."""
    exemplars: tuple[ExemplarSettings, ...] = ()
    """Where exemplars' traces are found."""
    auth: AuthSettings = AuthSettings()
    """How Grafana authenticates at the server."""


class LinkSettings(Model):
    """A link at the top of every dashboard."""

    title: fields.Text
    """Text of the link."""
    url: fields.HttpUrl
    """Address that it opens, in a new tab."""


class GrafanaTeamSettings(Model):
    """The Grafana team whose members see the stack's folder."""

    name: fields.Text | None = None
    """Name of the team to make; by default `LiteLLM <title> (<environment>)`."""
    existing_name: fields.Text | None = None
    """Name of a team that is there already, to use in place of making one."""
    members: tuple[fields.Text, ...] | None = None
    """E-mail addresses of its members, who must be Grafana users; by default they are added in Grafana."""


class TeamIdentity(Model):
    """A LiteLLM team, and who its people are."""

    alias: fields.TeamAlias
    """The team's alias in LiteLLM: the value of the label `team_alias`."""
    title: fields.Text | None = None
    """What people call the team; by default its alias."""
    contact: fields.Contact | None = None
    """E-mail or web address where the team is reached."""
    can_edit: bool = False
    """Let the team edit what is in its folder, rather than only see it."""
    grafana_team: GrafanaTeamSettings = GrafanaTeamSettings()
    """The Grafana team whose members see the folder."""


class TeamSettings(TeamIdentity):
    """The LiteLLM team to which everything in the stack is limited."""

    platform_stack: fields.StackName | None = None
    """Stack of the environment, e.g. `prod`: the team's folder lies in its folder, and data source, environment and selector are taken from it."""


class DashboardSettings(Model):
    """Which dashboards there are and how they open."""

    include: tuple[fields.Slug, ...] | None = None
    """Dashboards to deploy, by slug; by default all, or for a team those that can be limited to it."""
    without_features: tuple[Feature, ...] = ()
    """Parts of LiteLLM that are not in use, whose rows are left out: `admission`, `batches`, `cache`, `cleanup`, `customers`, `database`, `federation`, `guardrails`, `lens`, `mcp`, `media`, `organizations`, `projects`, `provider-budgets`, `provider-limits`, `redis` or `services`."""
    uids: dict[fields.Slug, fields.Uid] = {}
    """Uids by slug; by default `litellm-<stack>-<slug>`."""
    adopt: bool = False
    """Take over dashboards that exist with the same uid, such as ones imported by hand: they are overwritten, and the uid of LiteLLM's own JSON is the default."""
    editable: bool = False
    """Let people edit the dashboards in Grafana; the next deployment overwrites what they saved."""
    refresh: fields.Refresh = ""
    """How often an open dashboard reloads, e.g. `30s`; by default never."""
    time_from: fields.TimeExpression = "now-6h"
    """Start of the time range that a dashboard opens with."""
    time_to: fields.TimeExpression = "now"
    """End of that time range."""
    timezone: fields.Timezone = "browser"
    """`browser`, `utc` or an IANA time zone."""
    tags: tuple[fields.Text, ...] = ()
    """Further tags, beside `litellm` and `environment:<environment>`."""
    links: tuple[LinkSettings, ...] = ()
    """Links at the top of every dashboard."""


class ObjectiveSettings(Model):
    """What the proxy promises, against which errors are measured."""

    availability: fields.Percentage = 99.5
    """Percentage of requests that are to be answered; callers' own mistakes count as answered."""
    window: fields.Duration = "30d"
    """The time over which it is measured."""


class Settings(Model):
    """Everything a person can set for one stack."""

    environment: fields.Text | None = None
    """The environment that the stack watches; by default the stack's name, or for a team that of `team.platformStack`."""
    team: TeamSettings | None = None
    """The LiteLLM team that the stack is for; by default the stack is for all of them."""
    folder: FolderSettings = FolderSettings()
    """The Grafana folder that holds the stack's dashboards."""
    prometheus: PrometheusSettings = PrometheusSettings()
    """The Prometheus data source; either `url` or `existingUid` must be set, unless `team.platformStack` is."""
    prometheus_password: SecretStr | None = None
    """Password for `prometheus.auth.type: basic`."""
    prometheus_token: SecretStr | None = None
    """Token for `prometheus.auth.type: bearer`."""
    prometheus_tls_client_key: SecretStr | None = None
    """PEM key for `prometheus.auth.type: tls`."""
    prometheus_sig_v4_access_key: SecretStr | None = None
    """AWS access key id for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_sig_v4_secret_key: SecretStr | None = None
    """AWS secret access key for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_secret_headers: dict[fields.HeaderName, SecretStr] = {}
    """HTTP headers with secret values."""
    selector: fields.Selector = ()
    """PromQL label matchers put into every query, e.g. `namespace="llm-prod"`."""
    objective: ObjectiveSettings = ObjectiveSettings()
    """What the proxy promises, against which errors are measured."""
    dashboards: DashboardSettings = DashboardSettings()
    """Which dashboards there are and how they open."""
    protect: bool = False
    """Refuse to delete or replace the stack's resources, and the folder while it holds anything."""


SECRET_KEYS = frozenset(
    field.alias
    for field in Settings.model_fields.values()
    if field.alias and "SecretStr" in str(field.annotation)
)
"""Keys whose values Pulumi must hold as secrets."""
