"""The Grafana that a stack is deployed to, as the Grafana provider is told to reach it.

The provider's settings are those of its namespace in a stack's configuration, and what that leaves
out is taken from the environment
(https://www.pulumi.com/registry/packages/grafana/installation-configuration/).
"""

import base64
import json
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

VARIABLES: Mapping[str, str] = {
    "url": "GRAFANA_URL",
    "auth": "GRAFANA_AUTH",
    "httpHeaders": "GRAFANA_HTTP_HEADERS",
    "orgId": "GRAFANA_ORG_ID",
    "caCert": "GRAFANA_CA_CERT",
    "tlsCert": "GRAFANA_TLS_CERT",
    "tlsKey": "GRAFANA_TLS_KEY",
    "insecureSkipVerify": "GRAFANA_INSECURE_SKIP_VERIFY",
    "retries": "GRAFANA_RETRIES",
    "retryStatusCodes": "GRAFANA_RETRY_STATUS_CODES",
    "retryWait": "GRAFANA_RETRY_WAIT",
    "storeDashboardSha256": "GRAFANA_STORE_DASHBOARD_SHA256",
}
"""The provider's settings by what they are called in its namespace, with the variables that stand for
them.
"""

SECRET_SETTINGS = ("auth", "httpHeaders", "tlsKey")
"""Those that are to be sealed."""

HOW_TO_AUTHENTICATE = (
    "set grafana:auth, or GRAFANA_AUTH, to the token of a service account, or to user:password"
)
HOW_TO_TRUST = "set grafana:caCert to the certificate of the authority that signed it"
NOT_GRAFANA = (
    "is it a login page of a proxy in front of Grafana (set grafana:httpHeaders), or is a path missing "
    "in grafana:url?"
)
"""What a person is told to do, whoever finds out."""

_ANONYMOUS = "anonymous"
"""What the provider takes for no credentials."""


@dataclass(frozen=True)
class GrafanaAccess:
    """A Grafana's address, the headers that it takes questions with, and how its certificate is
    checked: ``tls`` are the provider's settings of that, with certificates as PEM text.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    tls: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of_provider(cls, settings: Mapping[str, str]) -> Self | None:
        """That of a provider with these ``settings``, those of the environment included; None where
        the address or the credentials for it are not among them. Raises OSError where a file that
        they name cannot be read.
        """
        url, auth = settings.get("url"), settings.get("auth")
        if not url or not auth:
            return None
        organisation = settings.get("orgId")
        return cls(
            url.rstrip("/"),
            {
                **_further_headers(settings.get("httpHeaders", "")),
                **authorization(auth),
                **({"X-Grafana-Org-Id": organisation} if organisation else {}),
            },
            {name: _content(settings[name]) for name in _TLS if settings.get(name)},
        )

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """What its certificate is checked with, and this side's is shown; raises ssl.SSLError where
        one of them cannot be used.
        """
        context = ssl.create_default_context(cadata=self.tls.get("caCert"))
        if certificate := self.tls.get("tlsCert"):
            # Python's TLS asks for a file.
            with tempfile.NamedTemporaryFile("w", encoding="utf-8") as pair:
                pair.write(f"{self.tls.get('tlsKey', '')}\n{certificate}")
                pair.flush()
                context.load_cert_chain(pair.name)
        if self.tls.get("insecureSkipVerify") == "true":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


_TLS = ("caCert", "tlsCert", "tlsKey", "insecureSkipVerify")


def provider_settings(config: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The provider's settings in a stack's ``config``, by key with namespace, and else in the
    ``environment``.
    """
    found = {
        name: environment[variable]
        for name, variable in VARIABLES.items()
        if environment.get(variable)
    }
    return found | {name: config[key] for name in VARIABLES if config.get(key := f"grafana:{name}")}


def authorization(credentials: str) -> dict[str, str]:
    """The header for a token or ``user:password``; none where there are no credentials."""
    if not credentials or credentials == _ANONYMOUS:
        return {}
    if ":" not in credentials:
        return {"Authorization": f"Bearer {credentials}"}
    return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


def _further_headers(written: str) -> dict[str, str]:
    try:
        headers = json.loads(written)
    except ValueError:
        return {}
    if not isinstance(headers, dict):
        return {}
    return {str(name): str(value) for name, value in headers.items()}


def _content(value: str) -> str:
    """A certificate or a switch, which the provider takes as it is, or from the file of that name."""
    if "\n" in value or not Path(value).is_file():
        return value
    return Path(value).read_text("utf-8")
