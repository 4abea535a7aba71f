"""What a person can set about the Prometheus data source."""

from enum import StrEnum

from infra import fields
from infra.model import Model


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
