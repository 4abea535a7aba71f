"""What a stack declares, as plain values: computed from settings alone, before any resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from dashboards import Frame, Link, dashboard_json
from infra.identity import dashboard_uids, stack_uid
from infra.settings import (
    AuthType,
    PrometheusSettings,
    PrometheusType,
    Settings,
    SigV4AuthType,
)
from signals import Scope


@dataclass(frozen=True)
class Folder:
    """A Grafana folder."""

    uid: str
    title: str
    parent_uid: str | None


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


@dataclass(frozen=True)
class Declaration:
    """Everything one stack deploys.

    Without ``folder`` or ``data_source``, the one named by ``folder_uid`` or ``data_source_uid``
    is there already.
    """

    folder_uid: str
    folder: Folder | None
    data_source_uid: str
    data_source: DataSource | None
    dashboards: Mapping[str, Dashboard]
    protect: bool


def declare(settings: Settings, stack: str) -> Declaration:
    """What ``settings`` declare for ``stack``."""
    folder = _folder(settings, stack)
    data_source = _data_source(settings, stack)
    folder_uid = folder.uid if folder else str(settings.folder.existing_uid)
    data_source_uid = data_source.uid if data_source else str(settings.prometheus.existing_uid)
    return Declaration(
        folder_uid=folder_uid,
        folder=folder,
        data_source_uid=data_source_uid,
        data_source=data_source,
        dashboards=_dashboards(
            settings, stack, data_source_uid, data_source.name if data_source else data_source_uid
        ),
        protect=settings.protect,
    )


def _folder(settings: Settings, stack: str) -> Folder | None:
    folder = settings.folder
    if folder.existing_uid:
        return None
    return Folder(
        uid=folder.uid or stack_uid(stack),
        title=folder.title or f"LiteLLM ({stack})",
        parent_uid=folder.parent_uid,
    )


def _dashboards(
    settings: Settings, stack: str, data_source_uid: str, data_source_name: str
) -> dict[str, Dashboard]:
    chosen = settings.dashboards
    uids = dashboard_uids(stack, chosen.include, chosen.uids, adopt=chosen.adopt)
    scope = Scope(settings.selector)
    return {
        slug: Dashboard(
            uid=uid,
            overwrite=chosen.adopt,
            config_json=dashboard_json(
                slug,
                scope,
                Frame(
                    uid=uid,
                    data_source_uid=data_source_uid,
                    data_source_name=data_source_name,
                    tags=(
                        "litellm",
                        f"environment:{settings.environment or stack}",
                        *chosen.tags,
                    ),
                    links=tuple(Link(link.title, link.url) for link in chosen.links),
                    refresh=chosen.refresh,
                    time_from=chosen.time_from,
                    time_to=chosen.time_to,
                    timezone=chosen.timezone,
                    editable=chosen.editable,
                ),
            ),
        )
        for slug, uid in uids.items()
    }


def _data_source(settings: Settings, stack: str) -> DataSource | None:
    prometheus = settings.prometheus
    if not prometheus.url:
        return None
    auth_json, auth_secure = _auth(settings)
    return DataSource(
        uid=prometheus.uid or stack_uid(stack, "prometheus"),
        name=prometheus.name or f"LiteLLM Prometheus ({stack})",
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
            options = {
                "sigV4Auth": True,
                "sigV4AuthType": (auth.source or SigV4AuthType.DEFAULT).value,
                "sigV4Region": auth.region,
                "sigV4Profile": auth.profile,
                "sigV4AssumeRoleArn": auth.assume_role_arn,
                "sigV4ExternalId": auth.external_id,
            }
            return {k: v for k, v in options.items() if v is not None}, _present(
                sigV4AccessKey=settings.prometheus_sig_v4_access_key,
                sigV4SecretKey=settings.prometheus_sig_v4_secret_key,
            )
        case AuthType.NONE | AuthType.BEARER:
            return {}, {}


def _present(**secrets: SecretStr | None) -> dict[str, SecretStr]:
    return {key: value for key, value in secrets.items() if value is not None}
