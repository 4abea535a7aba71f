"""Questions to Grafana's HTTP API. Only ever reads
(https://grafana.com/docs/grafana/latest/developers/http_api/).

The standard library asks them: a program that changes nothing would wait longer for the import of an
HTTP library than for the answers.
"""

import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from litellm_monitoring.infra.settings.models.grafana_provider import (
    HOW_TO_TRUST,
    NOT_GRAFANA,
    GrafanaAccess,
)

_CONNECT_SECONDS = 1.5
_ANSWER_SECONDS = 15.0


class UnreachableError(Exception):
    """Nothing answers at a Grafana's address, or what answers is no Grafana."""


@dataclass(frozen=True)
class Answer:
    """What Grafana says: the ``status``, and the JSON; None where it is not JSON."""

    status: int
    content: Any

    @property
    def found(self) -> Any:
        """The content of an answer that is none of an error; None for an error."""
        return self.content if self.status == http.HTTPStatus.OK else None


class GrafanaApi:
    """The API of one Grafana; several threads may ask at once."""

    def __init__(self, access: GrafanaAccess) -> None:
        self._access = access
        try:
            secure = _SecureHandler(access.ssl_context)
        except ssl.SSLError as error:
            raise UnreachableError(
                "grafana:caCert, grafana:tlsCert or grafana:tlsKey cannot be used: "
                f"{error.reason or error}"
            ) from None
        self._opener = urllib.request.build_opener(_PlainHandler, secure)

    def ask(self, *path: str, **parameters: str) -> Answer:
        """What it answers to a GET of ``path``.

        Raises:
            UnreachableError: where nothing answers, or a web page does.

        """
        query = f"?{urlencode(parameters)}" if parameters else ""
        url = f"{self._access.url}/{'/'.join(quote(part, safe='') for part in path)}{query}"
        request = urllib.request.Request(url, headers=dict(self._access.headers))
        try:
            with self._opener.open(request) as response:
                return self._answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return self._answer(error.code, error.headers, error.read())
        except urllib.error.URLError as error:
            raise UnreachableError(self._unreachable(error.reason)) from None
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(self._unreachable(error)) from None

    def _answer(self, status: int, headers: Any, body: bytes) -> Answer:
        kind = headers.get_content_type()
        if kind == "application/json":
            try:
                return Answer(status, json.loads(body))
            except ValueError:
                pass
        if status in (401, 403):
            return Answer(status, None)
        raise UnreachableError(
            f"{self._access.url} answers {status} with {kind}, which is not Grafana's API: "
            f"{NOT_GRAFANA}"
        )

    def _unreachable(self, reason: object) -> str:
        if isinstance(reason, TimeoutError):
            return (
                f"{self._access.url} does not respond: check grafana:url, and that this machine may "
                "connect to it"
            )
        if isinstance(reason, ssl.SSLCertVerificationError):
            return (
                f"{self._access.url} has a certificate that is not trusted ({reason.verify_message}): "
                f"{HOW_TO_TRUST}"
            )
        text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        return f"{self._access.url} cannot be reached ({text}): check grafana:url"


class _PlainConnection(http.client.HTTPConnection):
    """Given up soon where nobody is; who is there has longer to answer."""

    def connect(self) -> None:
        self.timeout = _CONNECT_SECONDS
        super().connect()
        self.sock.settimeout(_ANSWER_SECONDS)


class _SecureConnection(_PlainConnection, http.client.HTTPSConnection):
    pass


class _PlainHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PlainConnection, req)


class _SecureHandler(urllib.request.HTTPSHandler):
    def __init__(self, trust: ssl.SSLContext) -> None:
        super().__init__()
        self._trust = trust

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_SecureConnection, req, context=self._trust)
