"""A Prometheus server's HTTP API, asked politely: few queries at once, each with its time.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import json
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
from promql_parser import parse_duration

from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.tools.check.evidence.through_grafana import credentials_of

_TRIES = 3
_PAUSE_SECONDS = 0.5
_CONNECT_SECONDS = 5.0
_MORE_THAN_THE_SERVER_SECONDS = 5.0
"""So that a server which gives a query up in time is heard saying so."""
_WORTH_ANOTHER_TRY = frozenset({429, 502, 503, 504})

Parameters = Mapping[str, str | int]


class QueryError(Exception):
    """Prometheus answers that a query cannot be evaluated."""


class Prometheus:
    """A Prometheus server, or what speaks its API."""

    def __init__(
        self, client: httpx.Client, method: str, at_once: int, timeout: str, credentials: str
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._method = method
        self._timeout = timeout
        self._free = threading.BoundedSemaphore(at_once)

    @property
    def address(self) -> str:
        """Where it is."""
        return str(self._client.base_url).rstrip("/")

    def query_range(self, expression: str, start: int, end: int, step: int) -> list[Any]:
        """The series that ``expression`` returns; raises QueryError where it cannot be evaluated."""
        asked: Parameters = {
            "query": expression,
            "timeout": self._timeout,
            "start": start,
            "end": end,
            "step": step,
        }
        found: list[Any] = self._ask("/api/v1/query_range", asked)["result"]
        return found

    def query(self, expression: str, at: int) -> list[Any]:
        """The series that ``expression`` returns at one moment."""
        asked: Parameters = {"query": expression, "timeout": self._timeout, "time": at}
        found: list[Any] = self._ask("/api/v1/query", asked)["result"]
        return found

    def label_values(self, label: str, selector: str, start: int, end: int) -> list[str]:
        """The values of ``label`` that series have in that time."""
        asked: Parameters = {"match[]": selector, "start": start, "end": end}
        found: list[str] = self._ask(f"/api/v1/label/{label}/values", asked, method="GET")
        return found

    def labels(self, selector: str, start: int, end: int) -> list[str]:
        """The names of the labels that series have in that time."""
        asked: Parameters = {"match[]": selector, "start": start, "end": end}
        found: list[str] = self._ask("/api/v1/labels", asked)
        return found

    def families(self, targets: str) -> frozenset[str]:
        """The names of the metric families that the targets announce, with or without series:
        those of ``targets``, a selector, or of all where that is empty. Nothing where the server
        keeps no such thing.
        """
        if targets:
            found = self._optional("/api/v1/targets/metadata", match_target=targets) or ()
            return frozenset(entry["metric"] for entry in found)
        return frozenset(self._optional("/api/v1/metadata") or ())

    def targets(self) -> list[Any] | None:
        """What is scraped; None where the server does not scrape itself."""
        found = self._optional("/api/v1/targets", state="active")
        return None if found is None else found.get("activeTargets", [])

    def rules(self) -> list[Any] | None:
        """The groups of rules that are loaded; None where the server does not tell."""
        found = self._optional("/api/v1/rules")
        return None if found is None else found.get("groups", [])

    def _optional(self, path: str, **parameters: str) -> Any:
        try:
            return self._ask(path, parameters, method="GET") or None
        except (QueryError, click.ClickException):
            return None

    def _ask(self, path: str, parameters: Parameters, method: str | None = None) -> Any:
        """Raises click.ClickException where nothing useful answers."""
        for remaining in reversed(range(_TRIES)):
            try:
                with self._free:
                    response = self._send(method or self._method, path, parameters)
                if not remaining or not _is_passing(response):
                    return self._data(response)
            except httpx.TransportError as error:
                if not remaining:
                    raise click.ClickException(self._unreachable(error)) from None
            time.sleep(_PAUSE_SECONDS * (_TRIES - remaining))
        raise AssertionError("unreachable")

    def _send(self, method: str, path: str, parameters: Parameters) -> httpx.Response:
        if method == "POST":
            return self._client.post(path, data=dict(parameters))
        return self._client.get(path, params=dict(parameters))

    def _unreachable(self, error: httpx.TransportError) -> str:
        if isinstance(error, httpx.ConnectTimeout | httpx.ReadTimeout | httpx.PoolTimeout):
            return f"{self.address} does not respond in time, {_TRIES} times in a row"
        reason = str(error) or type(error).__name__
        return (
            f"{self.address} cannot be reached: {reason}; if you reach it at another address than "
            "Grafana does, pass that with --prometheus"
        )

    def _data(self, response: httpx.Response) -> Any:
        try:
            answer = response.json()
            status = answer["status"]
        except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
            raise click.ClickException(self._no_prometheus(response)) from None
        if status != "success":
            raise QueryError(str(answer.get("error", status)))
        return answer["data"]

    def _no_prometheus(self, response: httpx.Response) -> str:
        status, kind = response.status_code, response.headers.get("content-type", "no content type")
        if response.is_redirect:
            to = httpx.URL(response.headers["location"]).copy_with(query=None, userinfo=b"")
            return (
                f"{self.address} redirects to {response.url.join(to)}: use the address of "
                "Prometheus itself; if this is a login page, set prometheus.auth"
            )
        if status in (401, 403):
            return f"{self.address} rejects the request ({status}): check {self._credentials}"
        if status == 404:
            return f"{self.address} has no {response.url.path}: is a path missing in the address?"
        return (
            f"{self.address} answers {status} with {kind}, which is not Prometheus's API: is this "
            "the address of Prometheus?"
        )


def _is_passing(response: httpx.Response) -> bool:
    """Whether what ails the server may pass; Prometheus says 503 of a query that takes too long."""
    status = response.status_code
    is_answer = "json" in response.headers.get("content-type", "")
    return status in _WORTH_ANOTHER_TRY and not (status == 503 and is_answer)


_NOT_ASKED = {
    "sigV4Auth": "prometheus.auth.type = sigv4: check does not sign requests for AWS; pass with "
    "--prometheus an address that accepts unsigned ones, such as a signing proxy's",
    "azureCredentials": "prometheus.auth.type = azure: check gets no tokens from Microsoft Entra ID; "
    "pass with --prometheus an address that requires none, such as an authenticating proxy's",
}
"""Why a server that Grafana authenticates at in such a way is not asked."""


@contextmanager
def connected(source: DataSource, at_once: int) -> Iterator[Prometheus]:
    """The server that Grafana reaches through ``source``, with the same credentials.

    Raises:
        click.ClickException: where it cannot be asked.

    """
    options = source.json_data
    for key, problem in _NOT_ASKED.items():
        if options.get(key):
            raise click.ClickException(problem)
    timeout = str(options["queryTimeout"])
    seconds = parse_duration(timeout).total_seconds() + _MORE_THAN_THE_SERVER_SECONDS
    password = source.secure_json_data.get("basicAuthPassword")
    with httpx.Client(
        base_url=source.url.rstrip("/"),
        timeout=httpx.Timeout(seconds, connect=_CONNECT_SECONDS),
        headers={name: value.get_secret_value() for name, value in source.http_headers.items()},
        auth=(source.basic_auth_username or "", password.get_secret_value()) if password else None,
        verify=_trust(source),
        limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once),
        event_hooks={"request": [_named(options.get("serverName"))]},
    ) as client:
        prometheus = Prometheus(
            client, str(options["httpMethod"]), at_once, timeout, credentials_of(source)
        )
        try:
            # Says what is wrong with the address before anything else is asked.
            prometheus.query("1", int(time.time()))
        except QueryError as error:
            raise click.ClickException(f"{prometheus.address} answers: {error}") from None
        yield prometheus


def _named(server_name: object) -> Any:
    def name(request: httpx.Request) -> None:
        if server_name:
            request.extensions["sni_hostname"] = server_name

    return name


def _trust(source: DataSource) -> ssl.SSLContext:
    secrets = {name: value.get_secret_value() for name, value in source.secure_json_data.items()}
    try:
        context = ssl.create_default_context(cadata=secrets.get("tlsCACert"))
        if "tlsClientCert" in secrets:
            with tempfile.TemporaryDirectory() as scratch:
                pair = Path(scratch) / "client.pem"
                pair.touch(mode=0o600)
                pair.write_text(secrets["tlsClientKey"] + "\n" + secrets["tlsClientCert"], "utf-8")
                context.load_cert_chain(pair)
        if source.json_data.get("tlsSkipVerify"):
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    except ssl.SSLError as error:
        raise click.ClickException(f"prometheus: the certificate cannot be used: {error}") from None
    return context
