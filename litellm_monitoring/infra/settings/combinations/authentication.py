"""Which settings go together where Grafana authenticates at the Prometheus server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values, section
from litellm_monitoring.infra.settings.models.prometheus import AuthType, CredentialSource, Plugin


@dataclass(frozen=True)
class _Way:
    """A way to authenticate: keys of ``prometheus.auth`` and secrets that it needs or ``may`` have."""

    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()


_WAYS: Mapping[AuthType, _Way] = {
    AuthType.NONE: _Way(),
    AuthType.BASIC: _Way(frozenset({"username"}), secrets=frozenset({"prometheusPassword"})),
    AuthType.BEARER: _Way(secrets=frozenset({"prometheusToken"})),
    AuthType.TLS: _Way(
        frozenset({"clientCertificate"}), secrets=frozenset({"prometheusTlsClientKey"})
    ),
}

_ROLE = frozenset({"assumeRoleArn", "externalId"})
_SIGNED = _Way(frozenset({"region"}), _ROLE)
_APPLICATION = frozenset({"tenantId", "clientId"})

_SOURCES: Mapping[AuthType, Mapping[CredentialSource, _Way]] = {
    AuthType.SIGV4: {
        CredentialSource.DEFAULT: _SIGNED,
        CredentialSource.KEYS: _Way(
            _SIGNED.needs,
            _ROLE,
            frozenset({"prometheusSigV4AccessKey", "prometheusSigV4SecretKey"}),
        ),
        CredentialSource.CREDENTIALS: _Way(_SIGNED.needs, _ROLE | {"profile"}),
        CredentialSource.EC2_IAM_ROLE: _SIGNED,
        CredentialSource.WORKSPACE_IAM_ROLE: _SIGNED,
        CredentialSource.GRAFANA_ASSUME_ROLE: _Way(
            _SIGNED.needs | {"assumeRoleArn"}, frozenset({"externalId"})
        ),
    },
    AuthType.AZURE: {
        CredentialSource.MANAGED_IDENTITY: _Way(),
        CredentialSource.WORKLOAD_IDENTITY: _Way(may=_APPLICATION),
        CredentialSource.CLIENT_SECRET: _Way(
            _APPLICATION, frozenset({"cloud"}), frozenset({"prometheusAzureClientSecret"})
        ),
    },
}
"""For each type that has them, the sources of credentials; the first is the default."""

_ALL = (*_WAYS.values(), *(way for ways in _SOURCES.values() for way in ways.values()))
_KEYS = frozenset[str]().union(*(way.needs | way.may for way in _ALL), {"source"})

AUTH_SECRETS = frozenset[str]().union(*(way.secrets for way in _ALL))
"""The secrets of all ways to authenticate."""

_PLUGINS: Mapping[Plugin, AuthType] = {
    Plugin.AMAZON: AuthType.SIGV4,
    Plugin.AZURE: AuthType.AZURE,
}
"""The only way to authenticate that a plugin has."""


def mistakes_in_authentication(values: Values) -> Iterator[Mistake]:
    """What does not go together in ``values``."""
    prometheus = section(values, "prometheus")
    auth = section(prometheus, "auth")
    try:
        auth_type = AuthType(str(auth.get("type", AuthType.NONE)))
    except ValueError:
        return
    yield from _plugin(prometheus.get("plugin"), auth_type)
    sources = _SOURCES.get(auth_type)
    if sources is None:
        yield from _way(values, auth, _WAYS[auth_type], f"prometheus.auth.type: {auth_type}")
        return
    try:
        source = CredentialSource(str(auth.get("source", next(iter(sources)))))
    except ValueError:
        return
    if source not in sources:
        yield Mistake(
            ("prometheus", "auth", "source"),
            f"prometheus.auth.type: {auth_type} has {_either(sources)}",
        )
        return
    of_source = f"prometheus.auth.source: {source}" if "source" in auth else ""
    way = replace(sources[source], may=sources[source].may | {"source"})
    yield from _way(values, auth, way, of_source or f"prometheus.auth.type: {auth_type}")


def _plugin(plugin: object, auth_type: AuthType) -> Iterator[Mistake]:
    needed = next((needed for each, needed in _PLUGINS.items() if each == plugin), None)
    if needed and needed is not auth_type:
        yield Mistake(
            ("prometheus", "plugin"), f"it authenticates by prometheus.auth.type: {needed} alone"
        )


def _way(values: Values, auth: Values, way: _Way, called: str) -> Iterator[Mistake]:
    for key in sorted(way.needs - auth.keys()):
        yield Mistake(("prometheus", "auth", key), f"required by {called}")
    for key in sorted(way.secrets - values.keys()):
        yield Mistake(
            (key,), f"required by {called}; set it with: pulumi config set --secret {key}"
        )
    for key in sorted((auth.keys() & _KEYS) - way.needs - way.may):
        yield Mistake(("prometheus", "auth", key), f"not used by {called}; remove it")
    for key in sorted((values.keys() & AUTH_SECRETS) - way.secrets):
        yield Mistake((key,), f"not used by {called}; remove it")


def _either(sources: Mapping[CredentialSource, _Way]) -> str:
    *others, last = sources
    return f"{', '.join(others)} or {last}"
