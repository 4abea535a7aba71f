"""Whether rules can fire and record, told from a metrics page of any LiteLLM."""

from collections.abc import Callable

import click
import pytest
from pydantic import SecretStr

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.check.diagnosis.proxy import proxy_seen_in
from litellm_monitoring.tools.check.diagnosis.rules import RuleDiagnosis
from litellm_monitoring.tools.check.evidence.client import QueryError, connected
from litellm_monitoring.tools.check.evidence.finding import Cause
from litellm_monitoring.tools.check.evidence.loaded import (
    Loaded,
    LoadedRules,
    in_grafana,
    in_prometheus,
    loaded_rules,
)
from litellm_monitoring.tools.check.evidence.page import MetricsPage
from litellm_monitoring.tools.check.evidence.panels import TimeRange
from litellm_monitoring.tools.check.evidence.rules import (
    RuleFinding,
    RuleQuery,
    RuleStatus,
    rules_of,
)
from litellm_monitoring.tools.check.evidence.seen import Question
from tests.metrics_page import (
    FAILURES,
    LATENCY,
    LISTED,
    NEWEST,
    NOT_LISTED,
    ON,
    REQUESTS,
    one,
    page,
)
from tests.prometheus_server import Answer, Asked, failure, serving, success
from tests.prometheus_server import page as web_page
from tests.unit.check.test_check_client import source

TIMES = TimeRange(0, 60, 15)
ADMITTED = "litellm_admission_queued_requests"
REDIS = "litellm_redis_failed_requests_total"
SWITCH = 'it is enabled by litellm_settings.service_callback: ["prometheus_system"]'
REDIS_OFF = f"{SWITCH}; it requires Redis, as the cache or for the router"
LEFT_OUT = "its label exception_class is excluded by litellm_settings.prometheus_exclude_labels"
RECORDED = "team:litellm_proxy_total_requests_metric:rate75s"
UNKNOWN = "whether its rules are evaluated is unknown"


RECORDING = [RuleQuery("h", RECORDED, REQUESTS, TimeRange(0, 60, 15), records=True)]


def rule(expression: str, *, records: bool = False, uid: str = "") -> RuleQuery:
    return RuleQuery("g", "r", expression, TIMES, records, uid)


def diagnosed(found: MetricsPage, asked: RuleQuery, loaded: LoadedRules) -> RuleFinding:
    return RuleDiagnosis(found, proxy_seen_in(found), "", loaded, [asked, *RECORDING]).of(asked)


@pytest.mark.parametrize(
    ("found", "expression", "status", "cause", "explanation"),
    [
        pytest.param(
            page(NEWEST, one(REQUESTS)), f"rate({REQUESTS}[5m]) > 1",
            RuleStatus.CAN_FIRE, None, "", id="all there",
        ),
        pytest.param(
            page(), f"rate({FAILURES}[5m]) > 1",
            RuleStatus.CAN_FIRE, None, "", id="nothing happened so far",
        ),
        pytest.param(
            page(), f"rate({REDIS}[5m]) > 1",
            RuleStatus.CANNOT_FIRE, Cause.NOT_EXPOSED, REDIS_OFF, id="switched off",
        ),
        pytest.param(
            page(), f"rate({REDIS}[5m]) > 1 or {FAILURES}",
            RuleStatus.CAN_FIRE, None, "", id="one side is enough",
        ),
        pytest.param(
            page(), f"{FAILURES} or rate({REDIS}[5m]) > 1",
            RuleStatus.CAN_FIRE, None, "", id="the other side is enough",
        ),
        pytest.param(
            page(), f"{FAILURES} / ({REDIS} or {ADMITTED}) > 1",
            RuleStatus.CANNOT_FIRE, Cause.NOT_EXPOSED, REDIS_OFF, id="neither side",
        ),
        pytest.param(
            page(), f"{FAILURES} unless {REDIS}",
            RuleStatus.CAN_FIRE, None, "", id="unless there is what is off",
        ),
        pytest.param(
            page(), f"absent({REDIS}) > 0",
            RuleStatus.CAN_FIRE, None, "", id="absent",
        ),
        pytest.param(
            page(), f"{FAILURES} and {REDIS}",
            RuleStatus.CANNOT_FIRE, Cause.NOT_EXPOSED, REDIS_OFF, id="and",
        ),
        pytest.param(
            page(without=LISTED), f"rate({REQUESTS}[5m]) > 1",
            RuleStatus.CANNOT_FIRE, Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_exclude_metrics excludes it", id="excluded",
        ),
        pytest.param(
            page(without=NOT_LISTED, switches=[*ON, "prometheus_system"]),
            "rate(litellm_spend_metric_total[5m]) > 1",
            RuleStatus.CANNOT_FIRE, Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_metrics_config does not list it", id="not listed",
        ),
        pytest.param(
            page("1.90.7"), "rate(litellm_mcp_tool_calls_total[5m]) > 1",
            RuleStatus.CANNOT_FIRE, Cause.OTHER_VERSION,
            "it was added in LiteLLM 1.92.0; this one is 1.89.0 or newer, older than 1.91.0; it "
            "requires an MCP server whose tools are called", id="older",
        ),
        pytest.param(
            page("1.109.1"), "max(litellm_accounting_parked) > 0",
            RuleStatus.CANNOT_FIRE, Cause.OTHER_VERSION,
            "it was added in LiteLLM 1.110.2; this one is 1.106.0 or newer, older than 1.110.2; it "
            "requires a database and general_settings.use_spend_logs_ledger, which is on by default",
            id="before the ledger",
        ),
        pytest.param(
            page(NEWEST), "max(litellm_accounting_parked) > 0",
            RuleStatus.CAN_FIRE, None, "", id="with the ledger",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class")),
            f'rate({FAILURES}{{exception_class=~".+[.].+"}}[5m]) > 1',
            RuleStatus.CANNOT_FIRE, Cause.LABEL_EXCLUDED, LEFT_OUT, id="needs a label",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class")),
            f'rate({FAILURES}{{exception_class!~".+[.]Bad.+"}}[5m]) > 1',
            RuleStatus.CAN_FIRE, Cause.LABEL_EXCLUDED, f"cannot be determined: {LEFT_OUT}",
            id="takes all for want of a label",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class")),
            f"sum by (exception_class) (rate({FAILURES}[5m])) > 1",
            RuleStatus.CAN_FIRE, Cause.LABEL_EXCLUDED, LEFT_OUT, id="groups by a label",
        ),
        pytest.param(
            page(NEWEST, one(LATENCY)), f'rate({LATENCY}_bucket{{le="60.0"}}[5m]) > 1',
            RuleStatus.CANNOT_FIRE, Cause.NO_BUCKET,
            f'no series of {LATENCY}_bucket has le="60.0": the proxy has other buckets '
            "(litellm_settings.prometheus_latency_buckets), which end at 0.5", id="no bucket",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS)), f'sum({RECORDED}{{litellm_stack="prod"}}) > 1',
            RuleStatus.CANNOT_FIRE, Cause.NOT_RECORDED,
            f"{RECORDED} is not recorded, although {REQUESTS} exists; load the rules that `python "
            "-m tools render` writes, or set recordingRules: off", id="not recorded",
        ),
        pytest.param(
            page(), f'sum({RECORDED}{{litellm_stack="prod"}}) > 1',
            RuleStatus.CAN_FIRE, None, "", id="nothing to record so far",
        ),
        pytest.param(
            MetricsPage("python_info 1\n"), f"rate({REQUESTS}[5m]) > 1",
            RuleStatus.CANNOT_FIRE, Cause.NOT_SCRAPED, "there are no LiteLLM metrics at all",
            id="no LiteLLM",
        ),
        pytest.param(
            page(announces=False), "changes(process_start_time_seconds[1h]) > 2",
            RuleStatus.CANNOT_FIRE, Cause.NOT_EXPOSED,
            "no series of process_start_time_seconds has the selected job and instance; it "
            "requires a proxy with one worker", id="of no single process",
        ),
        pytest.param(
            page(), "sum(", RuleStatus.WRONG, None, "sum( is no PromQL: unclosed left parenthesis",
            id="no PromQL",
        ),
    ],
)  # fmt: skip
def test_alerts(
    found: MetricsPage, expression: str, status: RuleStatus, cause: Cause | None, explanation: str
) -> None:
    asked = rule(expression)
    assert diagnosed(found, asked, LoadedRules()) == RuleFinding(asked, status, cause, explanation)


@pytest.mark.parametrize(
    ("found", "expression", "status", "cause", "explanation"),
    [
        (page(), f"sum(rate({REQUESTS}[75s]))", RuleStatus.RECORDS, None, ""),
        (
            page(),
            f"sum(rate({REDIS}[75s]))",
            RuleStatus.CANNOT_RECORD,
            Cause.NOT_EXPOSED,
            REDIS_OFF,
        ),
    ],
)
def test_recording_rules(
    found: MetricsPage, expression: str, status: RuleStatus, cause: Cause | None, explanation: str
) -> None:
    asked = rule(expression, records=True)
    assert diagnosed(found, asked, LoadedRules()) == RuleFinding(asked, status, cause, explanation)


class CannotEvaluate(MetricsPage):
    """What answers that a query cannot be evaluated."""

    def shows(self, query: Question) -> bool:
        raise QueryError("found duplicate series for the match group")


def test_a_query_that_cannot_be_evaluated() -> None:
    finding = diagnosed(CannotEvaluate(""), rule("a / b"), LoadedRules())
    assert (finding.status, finding.explanation) == (
        RuleStatus.WRONG,
        "found duplicate series for the match group",
    )


NOT_LOADED = (
    'no rule of this name is in a group "g" there: load the file that `python -m tools render` '
    "writes"
)


@pytest.mark.parametrize(
    ("loaded", "uid", "status", "explanation"),
    [
        (LoadedRules(), "", RuleStatus.CAN_FIRE, ""),
        (LoadedRules(), "u", RuleStatus.CAN_FIRE, ""),
        (LoadedRules(prometheus={}), "u", RuleStatus.CAN_FIRE, ""),
        (LoadedRules(grafana={}), "", RuleStatus.CAN_FIRE, ""),
        (LoadedRules(prometheus={("g", "r"): Loaded()}), "", RuleStatus.CAN_FIRE, ""),
        (LoadedRules(prometheus={("h", "r"): Loaded()}), "", RuleStatus.NOT_EVALUATED, NOT_LOADED),
        (LoadedRules(prometheus={("g", "r"): Loaded("bad")}), "", RuleStatus.WRONG, "bad"),
        (LoadedRules(grafana={"u": Loaded()}), "u", RuleStatus.CAN_FIRE, ""),
        (
            LoadedRules(grafana={}),
            "u",
            RuleStatus.NOT_EVALUATED,
            "Grafana does not have it, or these credentials may not see it: deploy the stack",
        ),
        (
            LoadedRules(grafana={"u": Loaded(is_paused=True)}),
            "u",
            RuleStatus.NOT_EVALUATED,
            "it is paused in Grafana",
        ),
    ],
)
def test_whether_rules_are_loaded(
    loaded: LoadedRules, uid: str, status: RuleStatus, explanation: str
) -> None:
    finding = diagnosed(page(), rule(REQUESTS, uid=uid), loaded)
    assert (finding.status, finding.cause, finding.explanation) == (status, None, explanation)


def test_a_rule_that_is_not_loaded_and_could_not_fire() -> None:
    finding = diagnosed(page(), rule(REDIS), LoadedRules(prometheus={}))
    assert (finding.status, finding.cause) == (RuleStatus.NOT_EVALUATED, Cause.NOT_EXPOSED)
    assert finding.explanation == f"{NOT_LOADED}; it cannot fire either: {REDIS_OFF}"


@pytest.mark.parametrize(
    ("recording", "status"),
    [
        ({}, RuleStatus.CANNOT_FIRE),
        ({("h", RECORDED): Loaded("bad")}, RuleStatus.CANNOT_FIRE),
        ({("h", RECORDED): Loaded()}, RuleStatus.CAN_FIRE),
    ],
)
def test_an_alert_on_what_is_not_recorded_yet(
    recording: dict[tuple[str, str], Loaded], status: RuleStatus
) -> None:
    loaded = LoadedRules(prometheus={("g", "r"): Loaded(), **recording})
    asked = rule(f'sum({RECORDED}{{litellm_stack="prod"}}) > 1')
    assert diagnosed(page(NEWEST, one(REQUESTS)), asked, loaded).status is status


GROUPS = [{"name": "g", "rules": [
    {"name": "a", "health": "ok"},
    {"name": "b", "health": "unknown"},
    {"name": "c", "health": "err", "lastError": "bad"},
]}]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "evaluates_itself", "found", "unknown"),
    [
        (success({"groups": GROUPS}), True,
         {("g", "a"): Loaded(), ("g", "b"): Loaded(), ("g", "c"): Loaded("bad")}, []),
        (success({"groups": []}), True, {}, []),
        (success({"groups": []}), False, None, [f"{{}} has no rules: {UNKNOWN}"]),
        (web_page(404), True, None, [f"{{}} does not list its rules: {UNKNOWN}"]),
        (web_page(405), True, None, [f"{{}} does not list its rules: {UNKNOWN}"]),
        (failure("no ruler", 500), True, None, [f"{{}} does not list its rules: {UNKNOWN}"]),
    ],
)  # fmt: skip
def test_rules_that_prometheus_has(
    answer: Answer, evaluates_itself: bool, found: object, unknown: list[str]
) -> None:
    def answers(asked: Asked) -> Answer:
        return answer if asked.path == "/api/v1/rules" else success({"result": []})

    with serving(answers) as server, connected(source(server.url), 1) as prometheus:
        loaded = in_prometheus(prometheus, evaluates_itself=evaluates_itself)
    assert loaded.prometheus == found
    assert list(loaded.unknown) == [each.replace("{}", server.url) for each in unknown]


HEALTH = "/api/prometheus/grafana/api/v1/rules"
PROVISIONED = "/api/v1/provisioning/alert-rules"


def groups(*rules: dict[str, object]) -> Answer:
    return success({"groups": [{"name": "LiteLLM proxy", "rules": list(rules)}]})


@pytest.mark.parametrize(
    ("answers", "found", "unknown"),
    [
        (
            {HEALTH: groups(
                {"name": "A", "uid": "a", "health": "ok"},
                {"name": "B", "uid": "b", "health": "error", "lastError": "bad"},
                {"name": "C", "uid": "c", "health": "ok", "isPaused": True},
            )},
            {"a": Loaded(), "b": Loaded("bad"), "c": Loaded(is_paused=True)},
            [],
        ),
        (
            {HEALTH: groups({"name": "A", "health": "ok"}),
             PROVISIONED: Answer('[{"uid": "a"}, {"uid": "b", "isPaused": true}]')},
            {"a": Loaded(), "b": Loaded(is_paused=True)},
            [],
        ),
        ({HEALTH: groups(), PROVISIONED: Answer("[]")}, {}, []),
        ({HEALTH: web_page(403)}, None, [f"{{}} does not list its rules (403): {UNKNOWN}"]),
        (
            {HEALTH: groups(), PROVISIONED: web_page(404)},
            None,
            [f"{{}} does not list its rules (404): {UNKNOWN}"],
        ),
        (
            {HEALTH: web_page()},
            None,
            [f"{{}} does not list its rules (it returns something else): {UNKNOWN}"],
        ),
    ],
)  # fmt: skip
def test_rules_that_grafana_has(
    answers: dict[str, Answer], found: object, unknown: list[str]
) -> None:
    with serving(lambda asked: answers[asked.path]) as server:
        loaded = in_grafana(GrafanaAccess(server.url, {"Authorization": "Bearer t"}))
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer t"}
    assert loaded.grafana == found
    assert list(loaded.unknown) == [each.replace("{}", server.url) for each in unknown]


def sealed() -> GrafanaAccess | None:
    raise click.ClickException("the secrets of stack dev cannot be opened")


@pytest.mark.parametrize(
    ("grafana", "unknown"),
    [
        (
            lambda: None,
            f"No credentials for Grafana: {UNKNOWN}; set GRAFANA_URL and GRAFANA_AUTH, or "
            "grafana:url and grafana:auth",
        ),
        (sealed, f"the secrets of stack dev cannot be opened: {UNKNOWN}"),
    ],
)
def test_without_credentials_for_grafana(
    grafana: Callable[[], GrafanaAccess | None], unknown: str
) -> None:
    rules = [rule(REQUESTS, uid="u"), rule(REQUESTS)]
    with (
        serving(lambda _: success({"groups": [], "result": []})) as server,
        connected(source(server.url), 1) as prometheus,
    ):
        loaded = loaded_rules(rules, prometheus, grafana, evaluates_itself=True)
    assert loaded == LoadedRules(prometheus={}, grafana=None, unknown=[unknown])


@pytest.mark.parametrize("managed_by", ["prometheus", "grafana"])
def test_every_rule_of_a_stack(managed_by: str) -> None:
    settings = Settings.model_validate(
        {
            "prometheus": {"url": "http://p"},
            "alerts": {"managedBy": managed_by, "contactPoint": {"webhook": {"url": "http://w"}}},
            "recordingRules": managed_by,
            "alertsWebhookToken": SecretStr("t"),
        }
    )
    alerting = declare(settings, "prod").alerting
    rules = rules_of(alerting, TIMES)
    declared = [rule for group in alerting.prometheus for rule in group["rules"]]
    declared += [rule for group in alerting.grafana for rule in group.rules]
    assert len(rules) == len(declared) > 90
    assert [rule.records for rule in rules] == sorted(rule.records for rule in rules)
    assert {bool(rule.uid) for rule in rules} == {managed_by == "grafana"}


@pytest.mark.parametrize("managed_by", ["prometheus", "grafana"])
def test_no_alert_is_given_up_on_a_proxy_where_all_is_on(managed_by: str) -> None:
    from litellm_monitoring.signals.catalogue.metrics import families

    settings = Settings.model_validate(
        {
            "prometheus": {"url": "http://p"},
            "alerts": {"managedBy": managed_by, "contactPoint": {"webhook": {"url": "http://w"}}},
            "recordingRules": "off",
        }
    )
    found = page(switches={family.switch for family in families().values()})
    rules = rules_of(declare(settings, "prod").alerting, TIMES)
    findings = [diagnosed(found, each, LoadedRules()) for each in rules]
    assert [each for each in findings if each.status is not RuleStatus.CAN_FIRE] == []
