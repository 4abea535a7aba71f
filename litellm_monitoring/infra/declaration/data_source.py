"""The Prometheus data source that settings ask for, in Grafana's words."""

from pydantic import SecretStr

from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.infra.identity import DATA_SOURCE, stack_uid
from litellm_monitoring.infra.settings.models.prometheus import (
    AuthSettings,
    AuthType,
    CredentialSource,
    PrometheusSettings,
    PrometheusType,
)
from litellm_monitoring.infra.settings.models.stack import Settings


def data_source(settings: Settings, stack: str) -> DataSource | None:
    """The data source to make, or None where one that is there is referred to."""
    prometheus = settings.prometheus
    if not prometheus.url:
        return None
    auth_json, auth_secure = _auth(settings)
    return DataSource(
        uid=prometheus.uid or stack_uid(stack, DATA_SOURCE),
        name=prometheus.name or f"LiteLLM Prometheus ({stack})",
        type=prometheus.plugin.value,
        url=prometheus.url,
        json_data={**_json_data(prometheus), **auth_json},
        basic_auth_username=prometheus.auth.username,
        secure_json_data={
            **auth_secure,
            **({"tlsCACert": SecretStr(ca)} if (ca := prometheus.ca_certificate) else {}),
        },
        http_headers=_http_headers(settings),
    )


def _json_data(prometheus: PrometheusSettings) -> dict[str, object]:
    """Grafana's options of a Prometheus data source
    (https://grafana.com/docs/grafana/latest/datasources/prometheus/configure/).
    """
    options: dict[str, object] = {
        "httpMethod": prometheus.http_method.value,
        "prometheusType": _grafana_type(prometheus.type),
        "queryTimeout": prometheus.query_timeout,
        "timeInterval": prometheus.scrape_interval,
    }
    if prometheus.ca_certificate:
        options["tlsAuthWithCACert"] = True
    if prometheus.server_name:
        options["serverName"] = prometheus.server_name
    if prometheus.exemplars:
        options["exemplarTraceIdDestinations"] = [
            {"name": exemplar.label, "datasourceUid": exemplar.data_source_uid}
            if exemplar.data_source_uid
            else {"name": exemplar.label, "url": exemplar.url}
            for exemplar in prometheus.exemplars
        ]
    return options


def _grafana_type(prometheus_type: PrometheusType) -> str:
    """Grafana has no type of its own for VictoriaMetrics, whose documentation says to use
    Prometheus.
    """
    if prometheus_type is PrometheusType.VICTORIA_METRICS:
        return PrometheusType.PROMETHEUS.value
    return prometheus_type.value


def _http_headers(settings: Settings) -> dict[str, SecretStr]:
    headers = {name: SecretStr(value) for name, value in settings.prometheus.headers.items()}
    headers |= settings.prometheus_secret_headers
    if settings.prometheus.tenant:
        headers["X-Scope-OrgID"] = SecretStr(settings.prometheus.tenant)
    if settings.prometheus_token:
        headers["Authorization"] = SecretStr(
            f"Bearer {settings.prometheus_token.get_secret_value()}"
        )
    return headers


def _auth(settings: Settings) -> tuple[dict[str, object], dict[str, SecretStr]]:
    """Grafana's plain and secret options for the chosen way to authenticate."""
    auth = settings.prometheus.auth
    match auth.type:
        case AuthType.BASIC:
            return {}, _present(basicAuthPassword=settings.prometheus_password)
        case AuthType.TLS:
            certificate = auth.client_certificate
            return {"tlsAuth": True}, _present(
                tlsClientCert=SecretStr(certificate) if certificate else None,
                tlsClientKey=settings.prometheus_tls_client_key,
            )
        case AuthType.SIGV4:
            return _signed(auth), _present(
                sigV4AccessKey=settings.prometheus_sig_v4_access_key,
                sigV4SecretKey=settings.prometheus_sig_v4_secret_key,
            )
        case AuthType.AZURE:
            return {"azureCredentials": _azure(auth)}, _present(
                azureClientSecret=settings.prometheus_azure_client_secret
            )
        case AuthType.NONE | AuthType.BEARER:
            return {}, {}


def _signed(auth: AuthSettings) -> dict[str, object]:
    options = {
        "sigV4Auth": True,
        "sigV4AuthType": (auth.source or CredentialSource.DEFAULT).value,
        "sigV4Region": auth.region,
        "sigV4Profile": auth.profile,
        "sigV4AssumeRoleArn": auth.assume_role_arn,
        "sigV4ExternalId": auth.external_id,
    }
    return {key: value for key, value in options.items() if value is not None}


def _azure(auth: AuthSettings) -> dict[str, str]:
    """Grafana's credentials object, which is the same for its own data source and the plugin
    (https://grafana.com/docs/plugins/grafana-azureprometheus-datasource/latest/configure/).
    """
    source = auth.source or CredentialSource.MANAGED_IDENTITY
    found = {"authType": source.value, "tenantId": auth.tenant_id, "clientId": auth.client_id}
    if source is CredentialSource.CLIENT_SECRET:
        found["azureCloud"] = auth.cloud or "AzureCloud"
    return {key: value for key, value in found.items() if value is not None}


def _present(**secrets: SecretStr | None) -> dict[str, SecretStr]:
    return {key: value for key, value in secrets.items() if value is not None}
