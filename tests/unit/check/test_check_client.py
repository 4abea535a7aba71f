"""How a Prometheus server is asked, and what is said where none answers."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import click
import pytest
from pydantic import SecretStr

from litellm_monitoring.infra.declaration.data_source import data_source
from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.check.evidence import client
from litellm_monitoring.tools.check.evidence.client import QueryError, connected
from tests.prometheus_server import NOTHING, Answer, Asked, failure, page, serving, success


def source(url: str, **settings: object) -> DataSource:
    """The data source that a stack with these settings has."""
    prometheus = {"url": url, "queryTimeout": "1s"}
    found = data_source(
        Settings.model_validate({**settings, "prometheus": {**prometheus, **_own(settings)}}), "dev"
    )
    assert found
    return found


def _own(settings: dict[str, object]) -> dict[str, object]:
    own = settings.pop("prometheus", {})
    assert isinstance(own, dict)
    return own


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_PAUSE_SECONDS", 0)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (page(), "{} answers 200 with text/html, which is not Prometheus's API: is this the "
        "address of Prometheus?"),
        (Answer("{}"), "{} answers 200 with application/json, which is not Prometheus's API: is "
        "this the address of Prometheus?"),
        (Answer("[1]"), "{} answers 200 with application/json, which is not Prometheus's API: is "
        "this the address of Prometheus?"),
        (page(302, Location="https://login.example.com/?token=s3cret"),
         "{} redirects to https://login.example.com/: use the address of Prometheus itself; if "
         "this is a login page, set prometheus.auth"),
        (page(301, Location="/login"), "{} redirects to {}/login: use the address of Prometheus "
        "itself; if this is a login page, set prometheus.auth"),
        (page(401), "{} rejects the request (401): check prometheus.auth and its secrets"),
        (page(403), "{} rejects the request (403): check prometheus.auth and its secrets"),
        (page(404), "{} has no /api/v1/query: is a path missing in the address?"),
        (page(502), "{} answers 502 with text/html, which is not Prometheus's API: is this the "
        "address of Prometheus?"),
        (failure("no such tenant", 422), "{} answers: no such tenant"),
    ],
)  # fmt: skip
def test_what_is_no_prometheus(answer: Answer, problem: str) -> None:
    with (
        serving(lambda _: answer) as server,
        pytest.raises(click.ClickException) as error,
        connected(source(server.url), at_once=1),
    ):
        pass
    assert error.value.message == problem.replace("{}", server.url)


def test_nothing_listens() -> None:
    with serving(lambda _: NOTHING) as server:
        pass
    with (
        pytest.raises(click.ClickException) as error,
        connected(source(server.url), at_once=1),
    ):
        pass
    assert error.value.message == (
        f"{server.url} cannot be reached: [Errno 111] Connection refused; if you reach it at "
        "another address than Grafana does, pass that with --prometheus"
    )


def test_a_server_that_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_MORE_THAN_THE_SERVER_SECONDS", -0.9)
    with (
        serving(lambda _: Answer("", after_seconds=0.5)) as server,
        pytest.raises(click.ClickException) as error,
        connected(source(server.url), at_once=1),
    ):
        pass
    assert error.value.message == f"{server.url} does not respond in time, 3 times in a row"
    assert len(server.asked) == 3


def after_the_first(answers: list[Answer]) -> Callable[[Asked], Answer]:
    """Lets the question that greets a server pass, then gives ``answers`` in turn."""
    turns = iter([NOTHING, *answers])
    return lambda _: next(turns)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_asked_again(status: int) -> None:
    answers = [page(status), page(status), success({"result": ["s"]})]
    with (
        serving(after_the_first(answers)) as server,
        connected(source(server.url), at_once=1) as prometheus,
    ):
        assert prometheus.query_range("up", 1, 2, 3) == ["s"]


def test_a_query_that_fails() -> None:
    answers = [failure("query timed out in expression evaluation", 503)]
    with (
        serving(after_the_first(answers)) as server,
        connected(source(server.url), at_once=1) as prometheus,
        pytest.raises(QueryError, match=r"^query timed out in expression evaluation$"),
    ):
        prometheus.query_range("up", 1, 2, 3)


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, {}),
        (
            {"prometheus": {"auth": {"type": "basic", "username": "me"}},
             "prometheusPassword": SecretStr("p")},
            {"Authorization": "Basic bWU6cA=="},
        ),
        (
            {"prometheus": {"auth": {"type": "bearer"}, "tenant": "prod"},
             "prometheusToken": SecretStr("t")},
            {"Authorization": "Bearer t", "X-Scope-Orgid": "prod"},
        ),
        (
            {"prometheus": {"headers": {"X-A": "a"}},
             "prometheusSecretHeaders": {"X-B": SecretStr("b")}},
            {"X-A": "a", "X-B": "b"},
        ),
    ],
)  # fmt: skip
def test_it_is_asked_as_grafana_asks(settings: dict[str, object], headers: dict[str, str]) -> None:
    with serving(lambda _: NOTHING) as server, connected(source(server.url, **settings), 1):
        pass
    sent = {name.title(): value for name, value in server.asked[0].headers.items()}
    assert {name: sent.get(name) for name in headers} == headers
    assert ("Authorization" in sent) == ("Authorization" in headers)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_method_is_the_data_sources(method: str) -> None:
    with (
        serving(lambda _: NOTHING) as server,
        connected(source(server.url, prometheus={"httpMethod": method}), 1) as prometheus,
    ):
        prometheus.query_range('up{a="+&="}', 1, 2, 3)
    assert {asked.method for asked in server.asked} == {method}
    assert server.asked[-1].parameters == {
        "query": 'up{a="+&="}',
        "start": "1",
        "end": "2",
        "step": "3",
        "timeout": "1s",
    }


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_address_with_a_path(slash: str) -> None:
    with (
        serving(lambda _: NOTHING) as server,
        connected(source(f"{server.url}/prometheus{slash}"), 1) as prometheus,
    ):
        assert prometheus.address == f"{server.url}/prometheus"
    assert [asked.path for asked in server.asked] == ["/prometheus/api/v1/query"]


def test_never_more_at_once_than_may_be() -> None:
    # Answers only come once there are three to answer, however slow the machine is.
    three = threading.Barrier(3, timeout=30)

    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/v1/query_range":
            three.wait()
        return NOTHING

    with (
        serving(answer) as server,
        connected(source(server.url), at_once=3) as prometheus,
        ThreadPoolExecutor(20) as pool,
    ):
        list(pool.map(lambda _: prometheus.query_range("up", 1, 2, 3), range(60)))
    assert server.most_at_once == 3


def test_requests_that_would_have_to_be_signed() -> None:
    signed = source("http://p", prometheus={"auth": {"type": "sigv4", "region": "eu-west-1"}})
    with pytest.raises(click.ClickException, match="does not sign"), connected(signed, 1):
        pass
