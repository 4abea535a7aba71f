"""What a person can set about the Prometheus data source."""

from enum import StrEnum

from litellm_monitoring.infra.settings.kinds import durations, fields, grafana
from litellm_monitoring.infra.settings.models.base import Model


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


class Plugin(StrEnum):
    """The Grafana plugin that asks the server: the type of the data source."""

    PROMETHEUS = "prometheus"
    AMAZON = "grafana-amazonprometheus-datasource"
    AZURE = "grafana-azureprometheus-datasource"


def is_of_prometheus(data_source_type: str) -> bool:
    """Whether Grafana's data sources of that type ask a Prometheus."""
    return data_source_type in list(Plugin)


class AuthType(StrEnum):
    """How Grafana authenticates at the Prometheus server."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    TLS = "tls"
    SIGV4 = "sigv4"
    AZURE = "azure"


class CredentialSource(StrEnum):
    """Where the credentials for AWS or Azure come from, in Grafana's words."""

    DEFAULT = "default"
    KEYS = "keys"
    CREDENTIALS = "credentials"
    EC2_IAM_ROLE = "ec2_iam_role"
    WORKSPACE_IAM_ROLE = "workspace-iam-role"
    GRAFANA_ASSUME_ROLE = "grafana_assume_role"
    MANAGED_IDENTITY = "msi"
    WORKLOAD_IDENTITY = "workloadidentity"
    CLIENT_SECRET = "clientsecret"


class AuthSettings(Model):
    """How Grafana authenticates at the server."""

    type: AuthType = AuthType.NONE
    """`none`, `basic`, `bearer`, `tls` (client certificate), `sigv4` (AWS) or `azure` (Microsoft Entra ID)."""
    username: grafana.SourceUser | None = None
    """For `basic`: the user name; the password is `prometheusPassword`."""
    client_certificate: fields.Pem | None = None
    """For `tls`: the PEM client certificate; its key is `prometheusTlsClientKey`."""
    region: fields.Text | None = None
    """For `sigv4`: the AWS region."""
    source: CredentialSource | None = None
    """The source of the credentials. For `sigv4`: `default` (the AWS SDK's chain), `keys`, `credentials` (a profile), `ec2_iam_role`, `workspace-iam-role` (in Amazon Managed Grafana) or `grafana_assume_role` (in Grafana Cloud); by default `default`. For `azure`: `msi` (managed identity), `workloadidentity` or `clientsecret`; by default `msi`."""
    profile: fields.Text | None = None
    """For `sigv4` with `credentials`: the profile's name."""
    assume_role_arn: fields.Text | None = None
    """For `sigv4`: the ARN of a role to assume; required with `grafana_assume_role`."""
    external_id: fields.Text | None = None
    """For `sigv4`: the external ID of the role to assume."""
    tenant_id: fields.Text | None = None
    """For `azure`: the ID of the directory (tenant); required with `clientsecret`."""
    client_id: fields.Text | None = None
    """For `azure`: the ID of the application (client); required with `clientsecret`, whose secret is `prometheusAzureClientSecret`."""
    cloud: fields.Text | None = None
    """For `azure` with `clientsecret`: `AzureCloud`, `AzureChinaCloud`, `AzureUSGovernment` or another that Grafana knows; by default `AzureCloud`."""


class ExemplarSettings(Model):
    """Where an exemplar's trace is found; either `dataSourceUid` or `url`."""

    label: fields.Text
    """The exemplar label that holds the trace ID."""
    data_source_uid: fields.Uid | None = None
    """UID of the tracing data source that opens the trace."""
    url: fields.HttpUrl | None = None
    """Address that opens the trace; `${__value.raw}` stands for its ID."""


class PrometheusSettings(Model):
    """The Prometheus data source; either `url` or `existingUid`."""

    url: grafana.SourceUrl | None = None
    """Address of the Prometheus server, as Grafana reaches it."""
    existing_uid: fields.Uid | None = None
    """UID of an existing data source to use, instead of creating one."""
    name: grafana.SourceName | None = None
    """Name; by default `LiteLLM Prometheus (<stack>)`."""
    uid: fields.Uid | None = None
    """UID; by default `litellm-<stack>-prometheus`."""
    scrape_interval: durations.Seconds = "15s"
    """Prometheus's scrape interval for LiteLLM; the shortest step of any query."""
    query_timeout: durations.Duration = "60s"
    """Timeout of a query."""
    http_method: HttpMethod = HttpMethod.POST
    """`POST`, or `GET` if a proxy in between does not allow `POST`."""
    type: PrometheusType = PrometheusType.PROMETHEUS
    """The server: `Prometheus`, `Mimir`, `Thanos`, `Cortex` or `VictoriaMetrics`."""
    plugin: Plugin = Plugin.PROMETHEUS
    """The Grafana plugin that asks the server: `prometheus`, Grafana's own, or for `auth.type: sigv4` `grafana-amazonprometheus-datasource`, and for `azure` `grafana-azureprometheus-datasource`, which Grafana 13.1 and newer require; `docs/deploying.md` says what each Grafana takes."""
    tenant: fields.Text | None = None
    """Tenant, sent as the header `X-Scope-OrgID`."""
    ca_certificate: fields.Pem | None = None
    """PEM certificate of the authority that signed the server's certificate; by default the system's authorities."""
    server_name: fields.Text | None = None
    """Host name expected in the server's certificate; by default that of `url`."""
    headers: dict[fields.PlainHeaderName, fields.Text] = {}
    """Additional HTTP headers without secrets."""
    exemplars: tuple[ExemplarSettings, ...] = ()
    """Where to find the traces of exemplars."""
    auth: AuthSettings = AuthSettings()
    """How Grafana authenticates at the server."""
