"""``check --file``: anybody's dashboards and rules, held against the catalogue."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from litellm_monitoring.alerts.rendering.prometheus import mimir_rules, prometheus_rule
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.tools.check.commands import check
from litellm_monitoring.tools.check.documents import FileError
from litellm_monitoring.tools.check.held.against import held
from litellm_monitoring.tools.check.held.files import FileQuery, Kind, Place, content_of
from litellm_monitoring.tools.check.held.query_language import is_logql
from litellm_monitoring.tools.check.held.report import report_of
from litellm_monitoring.tools.check.held.stand_ins import ANY, filled
from litellm_monitoring.tools.configuration.settings_file import settings_of
from tests.project_copy import copy_project, set_settings

SPEND = "sum(rate(litellm_spend_metric_total[5m]))"
STATE = "litellm_deployment_state"
NO_TEAM = (
    f"{STATE} has no label team; there are: api_base, api_provider, litellm_model_name, model_id"
)


def remarks(expression: str, legend: str = "", recorded: tuple[str, ...] = ()) -> list[str]:
    """What is said of an expression, but that it requires some event or setting."""
    found = held(FileQuery(Place("f"), expression, legend=legend), recorded)
    return [f"{each.severity}: {each.text}" for each in found.remarks if each.problem != "setting"]


@pytest.mark.parametrize(
    "expression",
    [
        SPEND,
        "sum by (team, model) (increase(litellm_spend_metric_total[1h]))",
        'litellm_in_flight_requests{pod="a", custom_label="b", exported_job="c"} or vector(0)'
        " or litellm_deployment_state",
        "sum by (team_of_the_scrape) (litellm_deployment_state)",
        "sum without (team) (litellm_deployment_state)",
        "histogram_quantile(0.95, sum by (le) (rate(litellm_llm_api_latency_metric_bucket[5m])))",
        "histogram_quantile(0.95, sum without (model) "
        "(rate(litellm_llm_api_latency_metric_bucket[5m])))",
        'litellm_llm_api_latency_metric_bucket{le="60.0"}',
        'litellm_llm_api_latency_metric_bucket{le=~"60|60.0"}',
        'litellm_llm_api_latency_metric_bucket{le="+Inf"}',
        'litellm_llm_api_latency_metric_bucket{le="$bound"}',
        "litellm_total_tokens_metric_total or litellm_total_tokens_total",
        '{__name__=~"litellm_.*_total"}',
        '{__name__=~"litellm_(spend|total_tokens)_metric_total", team="a"}',
        "litellm_${kind}_tokens_metric_total",
        'sum by (team) (label_replace(litellm_deployment_state, "team", "$1", "api_base", "(.*)"))',
        "sum by (team) (litellm_deployment_state * on (model_id) group_left (team) owners)",
        "sum by (team) (litellm_deployment_state or litellm_spend_metric_total)",
        "sum by ($group) (litellm_deployment_state)",
        "$agg by (team) (rate(litellm_spend_metric_total[$w]))",
        'topk($n, sum by (team) (litellm_spend_metric_total{model=~"$m", $more}))',
        "litellm_spend_metric_total > $threshold",
        "sum by (team) (team:litellm_spend_metric:rate75s)",
        'count by (team) (absent(litellm_spend_metric_total{team="a"}))',
        "rate(litellm_deployment_latency_per_output_token_sum[5m])",
        "avg by (le) (litellm_llm_api_latency_metric_count)",
        "litellm_deployment_state == 2",
        "sum by (tag_requested_model, metadata_user_email) (litellm_spend_metric_total)",
        'sum by (rate_limit_type) (litellm_proxy_failed_requests_metric_total{rate_limit_type!=""})',
        "sum by (stream) (litellm_proxy_total_requests_metric_total)",
        "max by (user_alias) (litellm_user_max_budget_metric)",
    ],
)
def test_nothing_is_wrong(expression: str) -> None:
    assert [each for each in remarks(expression) if each.startswith("error")] == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (
            "litellm_spend_metrc_total",
            "error: LiteLLM has no metric litellm_spend_metrc_total; did you mean "
            "litellm_spend_metric_total?",
        ),
        (
            "litellm_nothing_of_the_kind",
            "error: LiteLLM has no metric litellm_nothing_of_the_kind; litellm_monitoring/signals/catalogue/metrics.yaml has "
            "all "
            "names",
        ),
        (
            "rate(litellm_spend_metric[5m])",
            "error: litellm_spend_metric is a counter, whose series are called "
            "litellm_spend_metric_total",
        ),
        (
            "rate(litellm_llm_api_latency_metric[5m])",
            "error: litellm_llm_api_latency_metric is a histogram, whose series are "
            "litellm_llm_api_latency_metric_bucket, litellm_llm_api_latency_metric_sum, "
            "litellm_llm_api_latency_metric_count; one of its own name is there only if "
            "Prometheus "
            "converts it into a native histogram",
        ),
        (
            '{__name__=~"litellm_spent_.*"}',
            "error: LiteLLM has no metric that matches litellm_spent_.*",
        ),
        (
            "litellm_${kind}_tokens_metrics_total",
            "error: LiteLLM has no metric that matches litellm_.*_tokens_metrics_total",
        ),
        (
            "litellm_total_tokens_total",
            "note: litellm_total_tokens_total is the name up to LiteLLM 1.74.15.post2; newer "
            "ones "
            "call it litellm_total_tokens_metric_total",
        ),
        (
            "litellm_total_tokens_metric_total",
            "note: litellm_total_tokens_metric_total is the name since LiteLLM 1.75.0; older "
            "ones "
            "call it litellm_total_tokens_total",
        ),
        (
            "litellm_deployment_failure_by_tag_responses_total",
            "note: litellm_deployment_failure_by_tag_responses_total is gone: LiteLLM "
            "1.74.0.post2 "
            "was the last to have it",
        ),
        (
            "litellm_in_flight_requests",
            "note: litellm_in_flight_requests was added in LiteLLM 1.82.0",
        ),
        (
            "sum by (client_ip) (litellm_spend_metric_total)",
            "note: litellm_spend_metric_total has the label client_ip since LiteLLM 1.81.6",
        ),
        (
            "mine:litellm_spend:sum",
            "note: not checked: it reads series recorded by rules that are not in these files",
        ),
        ('litellm_deployment_state{team="a"}', f"error: {NO_TEAM}"),
        ('litellm_deployment_state{team!=""}', f"error: {NO_TEAM}"),
        (
            'litellm_deployment_state{team=~"$team"}',
            f"error: {NO_TEAM} (nothing is left once a value is chosen)",
        ),
        (
            'litellm_deployment_state{team!="a"}',
            f"note: {NO_TEAM} (the matcher leaves nothing out)",
        ),
        ("sum by (team) (litellm_deployment_state)", f"error: {NO_TEAM}"),
        (
            "sum by (team_alais) (litellm_spend_metric_total)",
            "error: litellm_spend_metric_total has no label team_alais; did you mean team_alias?",
        ),
        (
            "sum by (route) (litellm_deployment_state or litellm_provider_remaining_budget_metric)",
            "error: none of litellm_deployment_state, litellm_provider_remaining_budget_metric "
            "has a "
            "label route; "
            "there are: api_base, api_provider, litellm_model_name, model_id",
        ),
        (
            'label_replace(litellm_deployment_state, "t", "$1", "team", "(.*)")',
            f"error: {NO_TEAM}",
        ),
        ("litellm_deployment_state * on (team) group_left (a) owners", f"error: {NO_TEAM}"),
        (
            "owners * on (model_id) group_left (team) litellm_deployment_state",
            f"error: {NO_TEAM}",
        ),
        (
            "sum by (team) (sum by (model) (litellm_spend_metric_total))",
            "error: is grouped by team, which is aggregated away",
        ),
        (
            "rate(litellm_deployment_state[5m])",
            "error: rate of litellm_deployment_state, which is a gauge: whenever it falls, that "
            "counts as a restart; use delta or deriv",
        ),
        (
            "delta(litellm_spend_metric_total[5m])",
            "error: delta of litellm_spend_metric_total, which is a counter: it falls to 0 when a "
            "proxy restarts; use increase",
        ),
        (
            "histogram_quantile(0.95, sum by (model) "
            "(rate(litellm_llm_api_latency_metric_bucket[5m])))",
            "error: histogram_quantile needs the label le, which is aggregated away; add it to by "
            "(…)",
        ),
        (
            "histogram_quantile(0.95, rate(litellm_llm_api_latency_metric_sum[5m]))",
            "error: histogram_quantile of litellm_llm_api_latency_metric_sum: use "
            "litellm_llm_api_latency_metric_bucket",
        ),
        (
            "histogram_quantile(95, rate(litellm_llm_api_latency_metric_bucket[5m]))",
            "error: histogram_quantile(95, …): a quantile is between 0 and 1",
        ),
        (
            'litellm_deployment_latency_per_output_token_bucket{le="0.3"}',
            "error: litellm_deployment_latency_per_output_token_bucket has no bucket le=0.3; "
            "there "
            "are: 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10",
        ),
        (
            'litellm_auth_latency_bucket{le="0.3"}',
            "note: litellm_auth_latency_bucket has no bucket le=0.3; there are: 0.005, 0.01, "
            "0.025, "
            "0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 420, 600, unless "
            "litellm_settings.prometheus_latency_buckets or a LiteLLM before 1.83.7 has others",
        ),
        (
            'litellm_auth_latency_bucket{le="60"}',
            'note: LiteLLM exposes le="60.0" for 60: le of 60 matches only what an OpenTelemetry '
            "collector has passed on",
        ),
        (
            'litellm_auth_latency_count{le="60.0"}',
            "error: litellm_auth_latency_count has no label le",
        ),
        (
            "sum(litellm_deployment_state",
            "error: Prometheus cannot parse it: unclosed left parenthesis",
        ),
        (
            "histogram_share(1, litellm_deployment_state)",
            "note: not checked: Prometheus has no such function (unknown function with name "
            "'histogram_share')",
        ),
        (
            "litellm_deployment_state{{ .Values.x }}",
            "note: not checked: it is a template; render it first",
        ),
    ],
)
def test_what_is_said(expression: str, said: str) -> None:
    assert remarks(expression) == [said]


@pytest.mark.parametrize(
    ("expression", "legend", "said"),
    [
        ("sum by (team) (litellm_spend_metric_total)", "{{team}} {{ instance }}", "instance"),
        ("sum by (team) (litellm_spend_metric_total)", "{{model}}", "model"),
        ("sum(litellm_spend_metric_total)", "all of {{__name__}}: {{team}}", "team"),
    ],
)
def test_a_legend_of_what_is_aggregated_away(expression: str, legend: str, said: str) -> None:
    lines = remarks(expression, legend)
    assert f"error: the legend shows {said}, which is aggregated away" in lines


@pytest.mark.parametrize(
    "endless",
    [
        "litellm_a" + "+a" * 49_000,
        "-" * 90_000 + "litellm_a",
        "litellm_a" + "[5m:1m]" * 9000,
        "(" * 5000 + "litellm_a" + ")" * 5000,
        "litellm_a" * 90_000,
        "litellm_a" + " + a" * 900,
    ],
)
def test_what_no_parser_would_survive(endless: str) -> None:
    (remark,) = remarks(endless)
    assert remark.startswith("note: not checked: it is ")


def test_settings_and_needs() -> None:
    query = FileQuery(Place("f"), "rate(litellm_auth_latency_created[5m])")
    assert [each.text for each in held(query, ()).remarks] == [
        "rate of litellm_auth_latency_created, which is a gauge: whenever it falls, that counts "
        "as a "
        "restart; use delta or deriv",
        "litellm_auth_latency is enabled by litellm_settings.service_callback: "
        '["prometheus_system"]; requires a database or a cache that authentication reads',
        "litellm_auth_latency_created exists only with one worker",
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("label_values(litellm_spend_metric_total, team)", []),
        ('label_values(litellm_deployment_state{api_base=~"$b"}, team)', [NO_TEAM]),
        ("label_values(team)", None),
        ("query_result(litellm_deployment_state{team='a'})", [NO_TEAM]),
        ("metrics(litellm_spend)", []),
        ("metrics(litellm_spent)", ["LiteLLM has no metric that matches litellm_spent"]),
        ("select litellm_x from spend", None),
    ],
)
def test_a_variables_query(query: str, said: list[str] | None) -> None:
    found = held(FileQuery(Place("f"), query, Kind.VARIABLE, is_certain=False), ())
    assert found.reads is (said is not None)
    assert [each.text for each in found.remarks if each.severity == "error"] == (said or [])


@pytest.mark.parametrize(
    ("query", "promql"),
    [
        ("rate(a[$__rate_interval])", "rate(a[5m])"),
        ("rate(a[${n}m:[[step]]])", "rate(a[5m:5m])"),
        ("a offset -$o", "a offset -5m"),
        ("a / $__range_s", "a / 60"),
        ('a{b=~"x$y|${z:regex}"}', f'a{{b=~"x{ANY}|{ANY}"}}'),
        ("a{b=~${z:doublequote}}", f'a{{b=~"{ANY}"}}'),
        ('a{$l="x", $m}', f'a{{{ANY}="x", {ANY}=~".*"}}'),
        ("sum by (a, $b) (c)", f"sum by (a, {ANY}) (c)"),
        ("$agg(a)", "sum(a)"),
        ("a_${b}_c", f"a_{ANY}_c"),
        ("rate(a[$${w}])", "rate(a[5m])"),
    ],
)
def test_variables_are_filled_in(query: str, promql: str) -> None:
    assert filled(query) == [promql]


def panel(title: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "targets": [{"refId": "A", "expr": expression}], **more}


def board(*panels: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": "Board", "panels": list(panels), **more}


PANEL = panel("Panel", SPEND)
RULES = {"name": "Group", "rules": [{"alert": "Alert", "expr": SPEND}]}
RULE_DATA = {"refId": "A", "datasourceUid": "x", "model": {"expr": SPEND}}
RULE_GROUP = {
    "name": "Group",
    "rule": [{"name": "Alert", "data": [{"ref_id": "A", "model": json.dumps({"expr": SPEND})}]}],
}
V2_QUERY = {
    "kind": "PanelQuery",
    "spec": {"query": {"kind": "prometheus", "spec": {"expr": SPEND}}},
}
V2 = {
    "title": "Board",
    "elements": {
        "panel-1": {
            "kind": "Panel",
            "spec": {
                "title": "Panel",
                "data": {"kind": "QueryGroup", "spec": {"queries": [V2_QUERY]}},
            },
        }
    },
}
IN_BOARD, IN_GROUP = ("Board", "Panel"), ("Group", "Alert")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (board(PANEL), IN_BOARD),
        ({"dashboard": board(PANEL), "meta": {}}, IN_BOARD),
        ([board(PANEL), {"title": "Other", "panels": []}], IN_BOARD),
        (board({"type": "row", "title": "Row", "panels": [PANEL]}), IN_BOARD),
        ({"title": "Board", "rows": [{"title": "Row", "panels": [PANEL]}]}, IN_BOARD),
        ({"kind": "ConfigMap", "data": {"a.json": json.dumps(board(PANEL))}}, IN_BOARD),
        ({"kind": "GrafanaDashboard", "spec": {"json": json.dumps(board(PANEL))}}, IN_BOARD),
        ({"kind": "Dashboard", "spec": V2}, IN_BOARD),
        ({"groups": [RULES]}, IN_GROUP),
        ({"kind": "PrometheusRule", "spec": {"groups": [RULES]}}, IN_GROUP),
        ({"namespace": "n", "groups": [RULES]}, IN_GROUP),
        ({"kind": "ConfigMap", "data": {"r.yaml": yaml.safe_dump({"groups": [RULES]})}}, IN_GROUP),
        (
            {
                "apiVersion": 1,
                "groups": [{"name": "Group", "rules": [{"title": "Alert", "data": [RULE_DATA]}]}],
            },
            IN_GROUP,
        ),
        (
            {
                "planned_values": {"r": {"values": {"config_json": json.dumps(board(PANEL))}}},
                "prior_state": board(PANEL),
            },
            IN_BOARD,
        ),
        ({"values": {"root_module": {"resources": [{"values": RULE_GROUP}]}}}, IN_GROUP),
        ({"resource": {"grafana_rule_group": {"x": RULE_GROUP}}}, IN_GROUP),
    ],
)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_kinds_of_files(tmp_path: Path, content: Any, place: tuple[str, str], form: str) -> None:
    path = tmp_path / "file"
    path.write_text(json.dumps(content) if form == "json" else yaml.safe_dump(content))
    (query,) = content_of(path).queries
    assert ((query.place.group, query.place.title), query.expression) == (place, SPEND)


def test_variables_annotations_and_several_documents(tmp_path: Path) -> None:
    annotation = {"name": "Restarts", "enable": True, "iconColor": "red", "expr": "litellm_a"}
    variables = [
        {"name": "t", "type": "query", "query": {"query": "label_values(litellm_b, c)"}},
        {"name": "u", "type": "query", "query": "label_values(litellm_d, e)"},
        {"name": "v", "type": "custom", "query": "litellm_f,litellm_g"},
    ]
    first = board(annotations={"list": [annotation]}, templating={"list": variables})
    path = tmp_path / "file.yaml"
    path.write_text(yaml.safe_dump_all([first, {"groups": [RULES]}]))
    assert [
        (query.place.group, query.place.title, query.expression, query.kind)
        for query in content_of(path).queries
    ] == [
        ("Board", "annotation Restarts", "litellm_a", Kind.QUERY),
        ("Board", "variable t", "label_values(litellm_b, c)", Kind.VARIABLE),
        ("Board", "variable u", "label_values(litellm_d, e)", Kind.VARIABLE),
        ("Group", "Alert", SPEND, Kind.QUERY),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"datasource": {"type": "loki", "uid": "l"}},
        {"datasource": {"type": "mysql"}},
        {"datasource": {"uid": "__expr__", "type": "__expr__"}},
    ],
)
def test_other_data_sources_are_left_out(tmp_path: Path, more: dict[str, Any]) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(board(panel("Other", "select litellm_x", **more), PANEL)))
    assert [query.place.title for query in content_of(path).queries] == ["Panel"]


def test_logs_are_not_metrics() -> None:
    assert is_logql('sum(rate({app="litellm"} |= "litellm_x" [5m]))')
    assert is_logql('{app="litellm"} | json | level="error"')
    assert not is_logql('litellm_x{a="b"} != 2')
    assert not is_logql('litellm_x{a="|= b"}')


def test_what_rules_record_is_known_in_all_files(tmp_path: Path) -> None:
    rules, dashboard = tmp_path / "rules.yaml", tmp_path / "board.json"
    recorded = {"record": "litellm_mine", "expr": SPEND}
    rules.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": [recorded]}]}))
    dashboard.write_text(json.dumps(board(panel("P", "sum by (x) (litellm_mine)"))))
    assert report_of([dashboard]).has_errors
    assert not report_of([dashboard, rules]).has_errors


def test_what_terraform_computes_is_said_to_be_unread(tmp_path: Path) -> None:
    path = tmp_path / "main.tf.json"
    resource = {"grafana_dashboard": {"a": {"config_json": '${file("a.json")}'}}}
    path.write_text(json.dumps({"resource": resource}))
    assert report_of([path]).unread == [
        f"{path}: config_json is computed by Terraform; check the output of `terraform show "
        "-json` instead"
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b'{"a": ', "is not JSON: Expecting value: line 1 column 7"),
        (b"a: b: c", "is neither JSON nor YAML: line 1: mapping values are not allowed"),
        (b"expr: {{ .Values.x }}\n", "is a template; render it first"),
        (b"just text", "has no query"),
        (b'{"a": 1}', "has no query"),
        (b"[" * 200_000, "is nested too deeply"),
        (b"- " * 60_000 + b"x", "is nested too deeply"),
        (
            b"a: &a [x]\n"
            + b"".join(
                b"a%d: &a%d [%s]\n"
                % (n, n, b", ".join([b"*a" + (b"%d" % (n - 1) if n else b"")] * 9))
                for n in range(9)
            ),
            "is too large",
        ),
    ],
)
def test_what_cannot_be_looked_at(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(FileError, match=why):
        content_of(path)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(check, list(map(str, arguments)))


def test_the_command(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    right.write_text(json.dumps(board(PANEL, panel("Up", "up"))))
    wrong.write_text(json.dumps(board(panel("P|Q", "litellm_spend_metric"))))

    done = run("--file", right)
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        0,
        "1 query of LiteLLM's metrics in 1 file: 0 with errors, 0 with notes; 1 of other things",
    )
    done = run("--file", right, "--file", wrong, "--format", "json")
    said = "litellm_spend_metric is a counter, whose series are called litellm_spend_metric_total"
    assert done.exit_code == 1
    assert json.loads(done.output)["findings"] == [
        {
            "file": str(wrong),
            "group": "Board",
            "title": "P|Q",
            "expression": "litellm_spend_metric",
            "severity": "error",
            "problem": "no-such-metric",
            "explanation": said,
        }
    ]
    done = run("--file", wrong, "--format", "markdown")
    escaped = said.replace("_", "\\_")
    assert f"| error | P\\|Q | {escaped} | litellm\\_spend\\_metric |" in done.output.splitlines()
    done = run("--file", wrong)
    assert done.exit_code == 1
    assert said in done.output


def test_the_command_cannot_look(tmp_path: Path) -> None:
    done = run("--file", tmp_path / "none.json")
    assert (done.exit_code, done.output) == (
        2,
        f"Error: {tmp_path / 'none.json'}: No such file or directory\n",
    )
    for option, url in (("--prometheus", "http://p"), ("--metrics-url", "http://m")):
        done = run("--file", tmp_path / "none.json", option, url)
        assert done.exit_code == 2
        assert "--file checks files only: remove the address" in done.output


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_our_own_dashboards_and_rules_are_right(tmp_path: Path, stack: str) -> None:
    copy_project(tmp_path)
    set_settings(
        tmp_path,
        stack,
        recordingRules="prometheus",
        alerts={"contactPoint": {"email": {"addresses": ["a@example.com"]}}},
    )
    declaration = declare(settings_of(stack, tmp_path), stack)
    groups = declaration.alerting.prometheus
    contents = [
        *(each.config_json for each in declaration.dashboards.values()),
        *map(yaml.safe_dump, ({"groups": groups}, prometheus_rule("n", None, {}, groups))),
        yaml.safe_dump(mimir_rules("n", groups)),
    ]
    paths = []
    for number, content in enumerate(contents):
        paths.append(tmp_path / f"{number}.yaml")
        paths[-1].write_text(content)
    report = report_of(paths)
    assert len(groups) > 0
    assert report.unread == []
    assert [
        (each.query.expression, remark.text)
        for each in report.held
        for remark in each.remarks
        if remark.severity == "error" or remark.problem in ("not-read", "recorded-elsewhere")
    ] == []


PIECES = st.sampled_from(
    [
        *("litellm_spend_metric_total", "litellm_deployment_state", "litellm_x", "a", "1", "5m"),
        *("(", ")", "[", "]", "{", "}", ",", "=", "=~", "!=", '"', "'", "`", "\\", ":", "@", "#"),
        *(" by ", " on ", " group_left ", " offset ", " and ", "+", "-", "sum", "rate", "topk"),
        *("label_replace", "histogram_quantile", "le", "$v", "${v:x}", "[[v]]", "$__range", "\n"),
        *("label_values(", "metrics(", "query_result("),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(), st.text(), st.sampled_from(Kind))
@settings(deadline=None)
def test_no_text_is_too_odd_to_hold(text: str, legend: str, kind: Kind) -> None:
    query = FileQuery(Place("f"), f"litellm_{text}", kind, legend)
    held(query, ())
    held(FileQuery(Place("f"), text + " or litellm_y", kind, legend), ("litellm_y",))


JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.just(SPEND),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.text()
            | st.sampled_from(
                [
                    "expr",
                    "query",
                    "panels",
                    "rules",
                    "datasource",
                    "type",
                    "title",
                    "name",
                    "data",
                    "spec",
                ]
            ),
            inner,
        )
    ),
)


@given(st.text() | JSON.map(json.dumps) | JSON.map(yaml.safe_dump))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(text="query:\ntype: []")
def test_no_file_is_too_odd_to_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, "utf-8", errors="ignore")
    with contextlib.suppress(FileError):
        report_of([path])


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (
            "sum by (rate_limit_type) (litellm_proxy_failed_requests_metric_total)",
            "litellm_proxy_failed_requests_metric_total has the label rate_limit_type only with "
            "litellm_settings.prometheus_emit_rate_limit_labels: true",
        ),
        (
            'litellm_request_total_latency_metric_count{input_sequence_length="64k+"}',
            "litellm_request_total_latency_metric has the label input_sequence_length only with "
            "litellm_settings.prometheus_emit_input_sequence_length_label: true",
        ),
        (
            "max by (user_email) (litellm_user_max_budget_metric)",
            "litellm_user_max_budget_metric has the label user_email only with "
            "litellm_settings.prometheus_user_budget_label_include_email_alias: true",
        ),
    ],
)
def test_the_settings_of_labels_that_litellm_leaves_out_otherwise(
    expression: str, said: str
) -> None:
    found = held(FileQuery(Place("f"), expression), ()).remarks
    assert said in [each.text for each in found if each.problem == "setting"]
    assert not [each for each in found if each.severity == "error"]


def test_a_label_that_is_opted_into_elsewhere_is_wrong() -> None:
    assert remarks("sum by (rate_limit_type) (litellm_spend_metric_total)")[0].startswith(
        "error: litellm_spend_metric_total has no label rate_limit_type"
    )
