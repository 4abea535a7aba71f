"""``python -m tools check`` as a person runs it, against what stands in for Prometheus."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.project import ROOT
from tests.project_copy import copy_project, only_prod_v2, set_settings, set_teams
from tests.prometheus_server import NOTHING, Answer, Asked, page, serving, success

NAME = "litellm_proxy_total_requests_metric_total"
SERIES = {"metric": {}, "values": [[1, "1"]]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy_project(tmp_path)
    only_prod_v2(tmp_path)
    return tmp_path


def check(project: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools", "check", *arguments],
        cwd=project,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def with_data(asked: Asked) -> Answer:
    """A Prometheus that has something for every query."""
    match asked.path:
        case "/api/v1/query_range":
            return success({"resultType": "matrix", "result": [SERIES]})
        case "/api/v1/query":
            return success({"resultType": "vector", "result": []})
        case "/api/v1/labels":
            return success(["exception_class", "api_key_alias", "team_alias", "job"])
        case "/api/v1/label/__name__/values":
            # Nothing has been counted together for want of series.
            return success([] if '="other"' in asked.parameters["match[]"] else [NAME])
        case "/api/v1/targets":
            return success({"activeTargets": []})
        case _:
            return success([])


def test_all_data(project: Path) -> None:
    with serving(with_data) as server:
        done = check(project, "--prometheus", server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "8 queries of stack dev: 8 data"


def test_a_failing_query_is_wrong(project: Path) -> None:
    def answer(asked: Asked) -> Answer:
        if "histogram_quantile" in asked.parameters.get("query", ""):
            body = {"status": "error", "errorType": "execution", "error": "too many samples"}
            return Answer(json.dumps(body), 422)
        return with_data(asked)

    with serving(answer) as server:
        done = check(project, "--prometheus", server.url, "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [query["explanation"] for query in found["queries"] if query["status"] == "wrong"] == [
        "too many samples"
    ]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ["--prometheus", "{}"],
            "{} rejects the request (401): check prometheus.auth and its secrets",
        ),
        (
            ["--metrics-url", "{}/metrics"],
            "{}/metrics rejects the request (401): pass a key of the proxy in LITELLM_API_KEY, or "
            "set litellm_settings.require_auth_for_metrics_endpoint: false",
        ),
        (
            ["--prometheus", "{}", "--stack", "none"],
            "there is no Pulumi.none.yaml; the stacks are: dev, prod, staging",
        ),
    ],
)
def test_could_not_look(project: Path, arguments: list[str], problem: str) -> None:
    with serving(lambda _: page(401)) as server:
        done = check(project, *[each.replace("{}", server.url) for each in arguments])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: {problem.replace('{}', server.url)}\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--prometheus", "localhost:9090"], "Invalid value for --prometheus"),
        (["--prometheus", "http://a", "--metrics-url", "http://b"], "exclude each other"),
        (["--parallel", "0"], "Invalid value for '--parallel'"),
    ],
)
def test_what_cannot_be_meant(project: Path, arguments: list[str], problem: str) -> None:
    done = check(project, *arguments)
    assert done.returncode == 2
    assert problem in done.stderr


def test_an_existing_data_source_has_no_address(project: Path) -> None:
    set_settings(project, "dev", prometheus={"existingUid": "p"})
    done = check(project, GRAFANA_URL="", GRAFANA_AUTH="")
    assert (done.returncode, done.stderr) == (
        2,
        "Error: prometheus.existingUid does not tell the server's address: pass it with "
        "--prometheus, or set Grafana's credentials (GRAFANA_URL and GRAFANA_AUTH, or grafana:url "
        "and grafana:auth), to query through Grafana\n",
    )
    with serving(with_data) as server:
        assert check(project, "--prometheus", server.url).returncode == 0


@pytest.mark.parametrize(
    ("credentials", "header"),
    [("glsa_x", "Bearer glsa_x"), ("me:p", "Basic bWU6cA=="), ("anonymous", None)],
)
def test_an_existing_data_source_is_asked_through_grafana(
    project: Path, credentials: str, header: str | None
) -> None:
    prefix = "/g/api/datasources/proxy/uid/p"

    def answer(asked: Asked) -> Answer:
        assert asked.path.startswith(prefix)
        return with_data(replace(asked, path=asked.path.removeprefix(prefix)))

    set_settings(project, "dev", prometheus={"existingUid": "p"})
    with serving(answer) as server:
        grafana = {"GRAFANA_URL": f"{server.url}/g/", "GRAFANA_ORG_ID": "7"}
        done = check(project, GRAFANA_AUTH=credentials, **grafana)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines()[0].endswith(f"seen through {server.url}{prefix}")
    assert {asked.headers.get("Authorization") for asked in server.asked} == {header}
    assert {asked.headers.get("X-Grafana-Org-Id") for asked in server.asked} == {"7"}


def test_grafana_refuses(project: Path) -> None:
    set_settings(project, "dev", prometheus={"existingUid": "p"})
    with serving(lambda _: page(403)) as server:
        done = check(project, GRAFANA_AUTH="x", GRAFANA_URL=server.url)
    assert (done.returncode, done.stderr) == (
        2,
        f"Error: {server.url}/api/datasources/proxy/uid/p rejects the request (403): check "
        "Grafana's credentials, which must be allowed to query data sources\n",
    )


def rules_loaded(*left_out: str, **of_rule: str) -> Callable[[Asked], Answer]:
    """A Prometheus that has the rules of the stack ``dev``, but for some."""
    groups = [
        {
            "name": group["name"],
            "rules": [
                {"name": name, "health": "ok", **(of_rule if name == "LiteLLMProxyDown" else {})}
                for rule in group["rules"]
                if (name := rule.get("record") or rule["alert"]) not in left_out
            ],
        }
        for group in declare(Settings.model_validate(WITH_ALERTS), "dev").alerting.prometheus
    ]

    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/v1/rules":
            return success({"groups": groups})
        if asked.path == "/api/v1/query" and asked.parameters["query"] != "1":
            return success({"resultType": "vector", "result": [{"metric": {}, "value": [1, "1"]}]})
        return with_data(asked)

    return answer


WITH_ALERTS: dict[str, Any] = {
    "prometheus": {"url": "http://p"},
    "alerts": {"managedBy": "prometheus"},
}


@pytest.mark.parametrize(
    ("answer", "returncode", "found"),
    [
        (rules_loaded(), 0, []),
        (
            rules_loaded("LiteLLMProxyDown"),
            1,
            [(
                "LiteLLMProxyDown",
                "not evaluated",
                'no rule of this name is in a group "litellm dev: proxy" there: load the file '
                'that '
                "`python -m tools render` writes",
            )],
        ),
        (
            rules_loaded(health="err", lastError="many-to-many matching"),
            1,
            [("LiteLLMProxyDown", "wrong", "many-to-many matching")],
        ),
    ],
)  # fmt: skip
def test_rules_that_prometheus_has(
    project: Path, answer: Callable[[Asked], Answer], returncode: int, found: list[Any]
) -> None:
    with serving(answer) as server:
        prometheus = {"url": server.url}
        set_settings(project, "dev", **{**WITH_ALERTS, "prometheus": prometheus})
        done = check(project, "--format", "json")
    said = json.loads(done.stdout)
    assert (done.stderr, done.returncode, said["unknown"]) == ("", returncode, [])
    assert len(said["rules"]) > 90
    assert [
        (each["name"], each["status"], each["explanation"])
        for each in said["rules"]
        if each["status"] not in ("can fire", "records")
    ] == found


def test_rules_without_a_rules_api(project: Path) -> None:
    def answer(asked: Asked) -> Answer:
        return page(404) if asked.path == "/api/v1/rules" else rules_loaded()(asked)

    with serving(answer) as server:
        prometheus = {"url": server.url}
        set_settings(project, "dev", **{**WITH_ALERTS, "prometheus": prometheus})
        done = check(project)
    assert (done.stderr, done.returncode) == ("", 0)
    said = f"{server.url} does not list its rules: whether its rules are evaluated is unknown"
    assert said in done.stdout.splitlines()


IN_GRAFANA: dict[str, Any] = {
    "alerts": {
        "managedBy": "grafana",
        "contactPoint": {"email": {"addresses": ["ops@example.com"]}},
    }
}


@pytest.mark.parametrize(
    ("environment", "returncode", "status", "unknown"),
    [
        ({"GRAFANA_AUTH": "glsa_x"}, 1, "not evaluated", []),
        (
            {"GRAFANA_AUTH": ""},
            0,
            "can fire",
            [
                "No credentials for Grafana: whether its rules are evaluated is unknown; set "
                "GRAFANA_URL and GRAFANA_AUTH, or grafana:url and grafana:auth"
            ],
        ),
    ],
)
def test_rules_that_grafana_has(
    project: Path, environment: dict[str, str], returncode: int, status: str, unknown: list[str]
) -> None:
    settings = Settings.model_validate({"prometheus": {"url": "http://p"}, **IN_GRAFANA})
    groups = [
        {"name": group.name, "rules": [{"uid": rule.uid, "health": "ok"} for rule in group.rules]}
        for group in declare(settings, "dev").alerting.grafana
    ]
    first, *others = groups

    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/prometheus/grafana/api/v1/rules":
            return success({"groups": others})
        return rules_loaded()(asked)

    with serving(answer) as server:
        set_settings(project, "dev", prometheus={"url": server.url}, **IN_GRAFANA)
        done = check(project, "--format", "json", GRAFANA_URL=server.url, **environment)
    found = json.loads(done.stdout)
    assert (done.stderr, done.returncode, found["unknown"]) == ("", returncode, unknown)
    assert {(rule["group"] == first["name"], rule["status"]) for rule in found["rules"]} == {
        (True, status),
        (False, "can fire"),
    }


def test_rules_without_a_prometheus(project: Path) -> None:
    text = f'python_info 1\n# TYPE {NAME} counter\n{NAME}{{route="/"}} 1\n'
    set_settings(project, "dev", **WITH_ALERTS)
    with serving(lambda _: Answer(text, headers={"Content-Type": "text/plain"})) as server:
        done = check(project, "--metrics-url", f"{server.url}/metrics", "--format", "json")
    found = json.loads(done.stdout)
    assert {asked.path for asked in server.asked} == {"/metrics"}
    assert {rule["kind"] for rule in found["rules"]} == {"alert"}
    assert {rule["status"] for rule in found["rules"]} == {"can fire", "cannot fire"}


@pytest.mark.parametrize(
    ("bounds", "fact", "cannot_fire"),
    [
        (("2.0", "10.0", "45.0"), "", 0),
        (("2", "10", "45"), "", 0),
        (
            ("2.0", "10.0", "30.0"),
            "The latency buckets differ from litellm.latencyBuckets: set it to [2, 10, 30], which the "
            "proxy has, or correct litellm_settings.prometheus_latency_buckets",
            4,
        ),
    ],
)
def test_latency_buckets_of_the_operators_own(
    project: Path, bounds: tuple[str, ...], fact: str, cannot_fire: int
) -> None:
    histograms = ("request_total_latency_metric", "llm_api_time_to_first_token_metric")
    text = "python_info 1\n" + "".join(
        f'# TYPE litellm_{name} histogram\nlitellm_{name}_count{{route="/"}} 9\n'
        + "".join(
            f'litellm_{name}_bucket{{le="{bound}",route="/"}} 9\n' for bound in (*bounds, "+Inf")
        )
        for name in histograms
    )
    set_settings(
        project,
        "dev",
        **WITH_ALERTS,
        litellm={"latencyBuckets": [2, 10, 45]},
        objective={"latency": {"within": 45}},
    )
    with serving(lambda _: Answer(text, headers={"Content-Type": "text/plain"})) as server:
        page_of = ("--metrics-url", f"{server.url}/metrics")
        found = json.loads(check(project, *page_of, "--format", "json").stdout)
        told = check(project, *page_of).stdout
    assert found["litellm"]["otherLatencyBuckets"] is bool(fact)
    assert fact in told.splitlines() or not fact
    without = [rule for rule in found["rules"] if rule["cause"] == "no-bucket"]
    assert {rule["name"][:18] for rule in without} == ({"LiteLLMLatencyBurn"} if fact else set())
    assert len(without) == cannot_fire


def test_a_teams_data_source_is_its_environments(project: Path) -> None:
    with serving(with_data) as server:
        set_settings(project, "prod", prometheus={"url": server.url, "tenant": "t"})
        team = {"alias": "search", "platformStack": "prod"}
        (project / "Pulumi.prod-search.yaml").write_text("config: {}\n")
        set_settings(project, "prod-search", team=team, dashboards={"include": ["prod-v2"]})
        done = check(project, "--stack", "prod-search", "--format", "json")
    assert (done.stderr, done.returncode) == ("", 0)
    assert {asked.headers.get("X-Scope-OrgID") for asked in server.asked} == {"t"}
    queries = [query["expression"] for query in json.loads(done.stdout)["queries"]]
    assert len(queries) == 6
    assert all('team_alias="search"' in query for query in queries)


def test_a_team_of_the_fleet(project: Path) -> None:
    set_teams(project, {"alias": "search"}, environments=["prod"])
    with serving(with_data) as server:
        set_settings(project, "prod", prometheus={"url": server.url})
        done = check(project, "--stack", "prod-search")
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines()[-1] == "6 queries of stack prod-search: 6 data"


@pytest.mark.parametrize(
    ("samples_in_a_window", "cause", "explanation"),
    [
        ("0", "nothing-happened", f"{NAME} has no sample in the range"),
        (
            "1",
            "scraped-too-seldom",
            f"{NAME} has fewer than two samples within 120s: set prometheus.scrapeInterval to the "
            "actual scrape interval, or wait if LiteLLM has just started",
        ),
        (
            "4",
            "nothing-happened",
            "its series exist, but did not increase between scrapes in the range",
        ),
    ],
)
def test_series_that_show_nothing(
    project: Path, samples_in_a_window: str, cause: str, explanation: str
) -> None:
    def answer(asked: Asked) -> Answer:
        query = asked.parameters.get("query", "")
        if asked.path != "/api/v1/query_range":
            return with_data(asked)
        values = [[1, samples_in_a_window]] if "count_over_time" in query else [[1, "NaN"]]
        return success({"resultType": "matrix", "result": [{"metric": {}, "values": values}]})

    with serving(answer) as server:
        done = check(project, "--prometheus", server.url, "--format", "json")
    first = json.loads(done.stdout)["queries"][0]
    assert (first["status"], first["cause"], first["explanation"]) == ("empty", cause, explanation)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("connection refused", ""),
        ('scraping "http://l:40123": 500', ""),
        (
            'scraping "http://l:4000": 401; expecting 200',
            " (give the scrape a key of the proxy, or set "
            "litellm_settings.require_auth_for_metrics_endpoint: false)",
        ),
        (
            "server returned HTTP status 401 Unauthorized",
            " (give the scrape a key of the proxy, or set "
            "litellm_settings.require_auth_for_metrics_endpoint: false)",
        ),
        (
            "server returned HTTP status 404 Not Found",
            ' (LiteLLM has the page only with litellm_settings.callbacks: ["prometheus"])',
        ),
        (
            "context deadline exceeded",
            " (the proxy hangs: look at its Redis and its database first)",
        ),
    ],
)
def test_nothing_is_scraped(project: Path, error: str, advice: str) -> None:
    target = {
        "scrapeUrl": "http://l:4000/metrics",
        "lastError": error,
        "health": "down",
        "labels": {"job": "litellm", "instance": "l:4000"},
    }

    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/v1/targets":
            return success({"activeTargets": [target, {**target, "health": "up"}]})
        if asked.path in ("/api/v1/query_range", "/api/v1/query"):
            return NOTHING
        return success([])

    with serving(answer) as server:
        done = check(project, "--prometheus", server.url)
    assert done.returncode == 1
    assert done.stdout.splitlines()[:2] == [
        f"No LiteLLM found through {server.url}",
        f"Not scraped: http://l:4000/metrics: {error}{advice}",
    ]
    assert f"there are no LiteLLM metrics at all; http://l:4000/metrics: {error}" in done.stdout


def test_a_metrics_page_is_read_with_a_key(project: Path) -> None:
    text = f'# TYPE {NAME} counter\n{NAME}{{route="/"}} 1\n'
    with serving(lambda _: Answer(text, headers={"Content-Type": "text/plain"})) as server:
        done = check(project, "--metrics-url", server.url, LITELLM_API_KEY="sk-1")
    assert done.returncode == 1
    assert {asked.headers.get("Authorization") for asked in server.asked} == {"Bearer sk-1"}


def test_no_metric_is_named_outside_signals() -> None:
    """As a string in code; text for people may name one."""
    from litellm_monitoring.signals.catalogue.metrics import families

    names = [name for family in families().values() for name in family.names]
    inner = [f"litellm_monitoring/{each}" for each in ("infra", "embedded", "tools")]
    for package in ("dashboards", *inner, "bench"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text()
            assert [name for name in names if f'"{name}' in text] == [], path
