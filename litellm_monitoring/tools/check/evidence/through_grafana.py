"""A data source that is there already, asked through Grafana's proxy."""

from pydantic import SecretStr

from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
from litellm_monitoring.infra.settings.models.prometheus import PrometheusSettings

_PROXY = "/api/datasources/proxy/uid/"
_CERTIFICATES = {"tlsCACert": "caCert", "tlsClientCert": "tlsCert", "tlsClientKey": "tlsKey"}
"""What a data source calls the Grafana provider's settings."""


def proxied(prometheus: PrometheusSettings, access: GrafanaAccess) -> DataSource:
    """A data source whose server is Grafana: it passes questions on with what credentials it has
    itself (https://grafana.com/docs/grafana/latest/developers/http_api/data_source/).
    """
    uid = str(prometheus.existing_uid)
    return DataSource(
        uid=uid,
        name=uid,
        url=f"{access.url}{_PROXY}{uid}",
        json_data={
            "httpMethod": prometheus.http_method.value,
            "queryTimeout": prometheus.query_timeout,
            "timeInterval": prometheus.scrape_interval,
            "tlsSkipVerify": access.tls.get("insecureSkipVerify") == "true",
        },
        secure_json_data={
            name: SecretStr(access.tls[setting])
            for name, setting in _CERTIFICATES.items()
            if setting in access.tls
        },
        http_headers={name: SecretStr(value) for name, value in access.headers.items()},
    )


def credentials_of(source: DataSource) -> str:
    """What a person checks where the server of ``source`` refuses."""
    if _PROXY in source.url:
        return "Grafana's credentials, which must be allowed to query data sources"
    return "prometheus.auth and its secrets"
