"""Why a panel is empty, told from a metrics page of any LiteLLM."""

import pytest
from packaging.version import Version

from litellm_monitoring.signals import Operator, Scope
from litellm_monitoring.signals.asking.matchers import choice_of
from litellm_monitoring.signals.catalogue.metrics import NEEDS_A_LICENCE, families
from litellm_monitoring.signals.catalogue.own_labels import of_metadata, of_tag
from litellm_monitoring.signals.catalogue.recording import Recording
from litellm_monitoring.signals.running import ledger
from litellm_monitoring.signals.serving.latency import FIRST_TOKEN
from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
from litellm_monitoring.tools.check.diagnosis.proxy import Proxy, proxy_seen_in
from litellm_monitoring.tools.check.evidence.finding import Cause, Finding, Status
from litellm_monitoring.tools.check.evidence.page import MetricsPage
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange
from tests.metrics_page import (
    FAILURES,
    LATENCY,
    LISTED,
    NEWEST,
    NOT_LISTED,
    OLDEST,
    ON,
    REQUESTS,
    one,
    page,
)

REMAINING = "litellm_remaining_requests_metric"
SCOPE = Scope(rate_window="5m")
RECORDED = Scope(recording=Recording("prod", 60, 15))
RATE = "team:litellm_proxy_total_requests_metric:rate75s"


def diagnosed(found: MetricsPage, expression: str) -> Finding:
    query = PanelQuery("d", "p", "A", expression, TimeRange(0, 60, 15))
    return Diagnosis(found, proxy_seen_in(found), "").of(query)


def with_user_email(name: str) -> str:
    """A sample that has the one label in place of the other."""
    return one(name, "api_key_alias").replace('le="', 'user_email="u",le="')


def buckets(*bounds: str) -> list[str]:
    return [one(LATENCY).replace('le="0.5"', f'le="{bound}"') for bound in bounds]


OF = 'litellm_stack="prod"'
RECORDED_FAILURES = [f"team:litellm_proxy_failed_requests_metric:rate75s{{{OF}}} 1"]


@pytest.mark.parametrize(
    ("found", "expression", "status", "cause", "explanation"),
    [
        pytest.param(
            page(NEWEST, one(REQUESTS)), SCOPE.rate(REQUESTS, "route"), Status.DATA, None, "", id="data"
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS)),
            f"{SCOPE.series('up')} and on (instance) {SCOPE.series(REQUESTS)}",
            Status.DATA,
            None,
            "",
            id="what a scrape would add",
        ),
        pytest.param(
            page(NEWEST, "process_open_fds 3"),
            SCOPE.series("process_open_fds"),
            Status.DATA,
            None,
            "",
            id="of the process",
        ),
        pytest.param(
            page(NEWEST, announces=False),
            SCOPE.series("process_open_fds"),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "no series of process_open_fds has the selected job and instance; it requires a proxy "
            "with one worker",
            id="of no single process",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS)),
            RECORDED.rate(REQUESTS),
            Status.EMPTY,
            Cause.NOT_RECORDED,
            f"{RATE} is not recorded, although {REQUESTS} exists; load the rules that `python -m "
            "tools render` writes, or set recordingRules: off",
            id="not recorded",
        ),
        pytest.param(
            page(NEWEST),
            RECORDED.rate(REQUESTS),
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            "nothing was recorded in the range; it requires requests (successful ones for "
            "latency, tokens and spend)",
            id="nothing to record",
        ),
        pytest.param(
            page(NEWEST, without=LISTED),
            RECORDED.rate(REQUESTS),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_exclude_metrics excludes it",
            id="what is to be recorded is left out",
        ),
        pytest.param(
            page("1.75.9", "litellm_remaining_requests 1"),
            SCOPE.series(REMAINING),
            Status.DATA,
            None,
            "",
            id="data under the former name",
        ),
        pytest.param(
            page("1.75.9", "litellm_remaining_requests 1"),
            SCOPE.under(REMAINING),
            Status.EMPTY,
            Cause.OTHER_VERSION,
            "this LiteLLM (1.75.0 or newer, older than 1.80.0) calls it "
            "litellm_remaining_requests, not litellm_remaining_requests_metric",
            id="former name",
        ),
        pytest.param(
            page("1.109.1"),
            ledger.oldest(SCOPE).expr,
            Status.EMPTY,
            Cause.OTHER_VERSION,
            "it was added in LiteLLM 1.110.2; this one is 1.106.0 or newer, older than 1.110.2; it "
            "requires a database and general_settings.use_spend_logs_ledger, which is on by default",
            id="the ledger before there was one",
        ),
        pytest.param(
            page(NEWEST, f"{REMAINING} 1"),
            SCOPE.under("litellm_remaining_requests"),
            Status.EMPTY,
            Cause.OTHER_VERSION,
            f"this LiteLLM (1.110.2 or newer) calls it {REMAINING}, not litellm_remaining_requests",
            id="present name",
        ),
        pytest.param(
            page("1.75.9"),
            SCOPE.series(REMAINING),
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            "nothing was recorded in the range; it requires a provider that sends rate-limit "
            "headers",
            id="nothing happened under either name",
        ),
        pytest.param(
            page("1.90.7"),
            SCOPE.rate("litellm_mcp_tool_calls_total"),
            Status.EMPTY,
            Cause.OTHER_VERSION,
            "it was added in LiteLLM 1.92.0; this one is 1.89.0 or newer, older than 1.91.0; "
            "it requires an MCP server whose tools are called",
            id="older",
        ),
        pytest.param(
            page("1.90.7", one(REQUESTS, "org_id", "status_code")),
            SCOPE.rate(REQUESTS, "status_code"),
            Status.PARTIAL,
            Cause.LABEL_EXCLUDED,
            "its label status_code is excluded by litellm_settings.prometheus_exclude_labels",
            id="label excluded everywhere",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS, "team"), one(FAILURES), without=NOT_LISTED),
            SCOPE.where("team", Operator.EQUAL, "t").rate(REQUESTS),
            Status.EMPTY,
            Cause.LABEL_EXCLUDED,
            "its label team is excluded by include_labels of "
            "litellm_settings.prometheus_metrics_config",
            id="label excluded here",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS, "model_id"), one(FAILURES)),
            SCOPE.where("model_id", Operator.NOT_EQUAL, "").rate(REQUESTS),
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            f'no series of {REQUESTS} has model_id!="" in the range',
            id="label without a value, since nothing excludes it here alone",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS, "model_id"), one(FAILURES)),
            SCOPE.rate(REQUESTS, "model_id"),
            Status.DATA,
            None,
            "",
            id="grouped by a label without a value",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class")),
            SCOPE.where("exception_class", Operator.NOT_MATCHES, ".*Bad.*").rate(FAILURES),
            Status.PARTIAL,
            Cause.LABEL_EXCLUDED,
            "cannot be determined: its label exception_class is excluded by "
            "litellm_settings.prometheus_exclude_labels",
            id="whose mistake it was",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class")),
            SCOPE.where("exception_class", Operator.MATCHES, ".+[.].+").rate(FAILURES),
            Status.EMPTY,
            Cause.LABEL_EXCLUDED,
            "its label exception_class is excluded by litellm_settings.prometheus_exclude_labels",
            id="the provider's mistakes alone",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class")),
            SCOPE.where("exception_class", Operator.MATCHES, ".*").rate(FAILURES),
            Status.DATA,
            None,
            "",
            id="all of a label that is left out",
        ),
        pytest.param(
            page("1.80.5", one(REQUESTS, version="1.80.5")),
            SCOPE.where("model_id", Operator.NOT_EQUAL, "m").rate(REQUESTS),
            Status.PARTIAL,
            Cause.OTHER_VERSION,
            "cannot be determined: its label model_id was added in LiteLLM 1.81.6; this one is "
            "1.80.0 or newer, older than 1.80.12",
            id="matches a label of a newer one",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class"), *RECORDED_FAILURES),
            f'sum(team:litellm_proxy_failed_requests_metric:rate75s{{exception_class!~"x", {OF}}})',
            Status.PARTIAL,
            Cause.LABEL_EXCLUDED,
            "cannot be determined: its label exception_class is excluded by "
            "litellm_settings.prometheus_exclude_labels",
            id="recorded from what lacks a label",
        ),
        pytest.param(
            page(NEWEST, one(FAILURES, "exception_class"), *RECORDED_FAILURES),
            f'sum(team:litellm_proxy_failed_requests_metric:rate75s{{exception_class=~".+x", {OF}}})',
            Status.EMPTY,
            Cause.LABEL_EXCLUDED,
            "its label exception_class is excluded by litellm_settings.prometheus_exclude_labels",
            id="needs what is recorded from what lacks a label",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS), with_user_email(LATENCY)),
            SCOPE.rate(f"{LATENCY}_bucket", "api_key_alias"),
            Status.PARTIAL,
            Cause.LABEL_EXCLUDED,
            "its label api_key_alias is excluded by "
            "litellm_settings.prometheus_deployment_and_latency_caller_identity: user_email, "
            "which has user_email in its place",
            id="another label says who calls",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS), one(LATENCY, "api_key_alias"), without=NOT_LISTED),
            SCOPE.rate(f"{LATENCY}_bucket", "api_key_alias"),
            Status.PARTIAL,
            Cause.LABEL_EXCLUDED,
            "its label api_key_alias is excluded by include_labels of "
            "litellm_settings.prometheus_metrics_config",
            id="nothing says who calls",
        ),
        pytest.param(
            page(NEWEST, *buckets("0.5", "60.0", "+Inf")),
            f'sum(rate({LATENCY}_bucket{{le="60.0"}}[5m]))',
            Status.DATA,
            None,
            "",
            id="bucket",
        ),
        pytest.param(
            page(NEWEST, *buckets("0.5", "60.0", "+Inf")),
            f'sum(rate({LATENCY}_bucket{{le=~"60([.]0)?"}}[5m]))',
            Status.DATA,
            None,
            "",
            id="bucket however it is written",
        ),
        pytest.param(
            page(NEWEST, *buckets("0.5", "120.0", "+Inf")),
            f'sum(rate({LATENCY}_bucket{{le=~"60([.]0)?"}}[5m]))',
            Status.EMPTY,
            Cause.NO_BUCKET,
            f'no series of {LATENCY}_bucket has le=~"60([.]0)?": the proxy has other buckets '
            "(litellm_settings.prometheus_latency_buckets), which end at 0.5, 120.0, +Inf",
            id="no such bucket",
        ),
        pytest.param(
            page(NEWEST, *buckets("0.5", "60", "+Inf")),
            f'sum(rate({LATENCY}_bucket{{le="60.0"}}[5m]))',
            Status.EMPTY,
            Cause.NO_BUCKET,
            f'no series of {LATENCY}_bucket has le="60.0": the bound is written 60',
            id="bucket written otherwise",
        ),
        pytest.param(
            page(
                NEWEST,
                *buckets("0.5", "+Inf"),
                f'team:{LATENCY}_bucket:rate75s{{le="0.5", {OF}}} 1',
            ),
            f'sum(team:{LATENCY}_bucket:rate75s{{le="60.0", {OF}}})',
            Status.EMPTY,
            Cause.NO_BUCKET,
            f'no series of team:{LATENCY}_bucket:rate75s has le="60.0": the proxy has other '
            'buckets '
            "(litellm_settings.prometheus_latency_buckets), which end at 0.5, +Inf",
            id="no such bucket is recorded",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS), one(REQUESTS, value="other")),
            SCOPE.rate(REQUESTS, "team_alias"),
            Status.PARTIAL,
            Cause.SERIES_CAP,
            f"{REQUESTS} has reached litellm_settings.prometheus_metrics_max_series_per_metric: "
            'what came later has team_alias="other", whatever it is',
            id="as many series as there may be",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS), one(REQUESTS, value="other")),
            SCOPE.rate(REQUESTS),
            Status.DATA,
            None,
            "",
            id="sums are right with as many series as there may be",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS), one(REQUESTS, value="other")),
            SCOPE.where("team", Operator.EQUAL, "t").rate(REQUESTS),
            Status.EMPTY,
            Cause.SERIES_CAP,
            f'no series of {REQUESTS} has team="t" in the range; it has reached '
            "litellm_settings.prometheus_metrics_max_series_per_metric",
            id="no series for what came later",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS)),
            SCOPE.where("team", Operator.EQUAL, "t").rate(REQUESTS),
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            f'no series of {REQUESTS} has team="t" in the range',
            id="no such team",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS)),
            SCOPE.where("team", Operator.MATCHES, "t.*").rate(REQUESTS),
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            f'no series of {REQUESTS} has team=~"t.*" in the range',
            id="no such teams",
        ),
        pytest.param(
            page(),
            SCOPE.rate(FAILURES),
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            "nothing was recorded in the range; it requires a failed request",
            id="nothing happened",
        ),
        pytest.param(
            page(),
            SCOPE.rate(REQUESTS),
            Status.EMPTY,
            Cause.NOTHING_HAPPENED,
            "nothing was recorded in the range; it requires requests (successful ones for "
            "latency, tokens and spend)",
            id="no request",
        ),
        pytest.param(
            page(),
            SCOPE.rate("litellm_redis_total_requests_total"),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            'it is enabled by litellm_settings.service_callback: ["prometheus_system"]; '
            "it requires Redis, as the cache or for the router",
            id="switched off",
        ),
        pytest.param(
            page(without=["litellm_spend_metric_total"]),
            SCOPE.rate("litellm_spend_metric_total"),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_exclude_metrics excludes it",
            id="excluded",
        ),
        pytest.param(
            page(without=NOT_LISTED, switches=[*ON, "prometheus_system"]),
            SCOPE.rate("litellm_spend_metric_total"),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_metrics_config does not list it",
            id="not listed",
        ),
        pytest.param(
            page(without=NOT_LISTED, switches=[*ON, "prometheus_system"]),
            SCOPE.series("litellm_total_users"),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_metrics_config is set, and it cannot list this one",
            id="not to be listed",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS), without=NOT_LISTED, announces=False),
            SCOPE.rate("litellm_spend_metric_total"),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_metrics_config does not list it",
            id="not listed, with several workers",
        ),
        pytest.param(
            page(NEWEST, one(REQUESTS), without=NOT_LISTED, announces=False),
            SCOPE.rate(FAILURES),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "litellm_settings.prometheus_metrics_config does not list it, or nothing was recorded "
            "so far: it requires a failed request",
            id="perhaps not listed, with several workers",
        ),
        pytest.param(
            MetricsPage(f"python_info 1\n{NEEDS_A_LICENCE} 1\n"),
            SCOPE.rate(REQUESTS),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            "this LiteLLM exposes metrics only with an enterprise licence; "
            "1.80.0 and newer do not need one",
            id="no licence",
        ),
        pytest.param(
            page(switches=["always"]),
            SCOPE.rate(REQUESTS),
            Status.EMPTY,
            Cause.NOT_EXPOSED,
            'it is enabled by litellm_settings.callbacks: ["prometheus"]',
            id="all off",
        ),
        pytest.param(
            MetricsPage("python_info 1\n"),
            SCOPE.rate(REQUESTS),
            Status.EMPTY,
            Cause.NOT_SCRAPED,
            "there are no LiteLLM metrics at all",
            id="no LiteLLM",
        ),
        pytest.param(
            page(),
            "sum(rate(litellm_x[5m]))",
            Status.WRONG,
            None,
            "LiteLLM has no metric litellm_x; metrics.yaml has all names",
            id="no such metric",
        ),
        pytest.param(page(), "sum(", Status.WRONG, None, "sum( is no PromQL: unclosed left "
        "parenthesis", id="no PromQL"),
    ],
)  # fmt: skip
def test_what_is_said(
    found: MetricsPage, expression: str, status: Status, cause: Cause | None, explanation: str
) -> None:
    finding = diagnosed(found, expression)
    assert (finding.status, finding.cause, finding.explanation) == (status, cause, explanation)


@pytest.mark.parametrize("name", [name for name, each in families().items() if each.labels])
def test_each_family_with_a_series_is_data(name: str) -> None:
    family = families()[name]
    (series, _, _) = one(name).partition("{")
    found = MetricsPage(f"{one(name)}\n")
    by = ", ".join(sorted(family.labels))
    assert diagnosed(found, f"sum by ({by}) ({series})").status is Status.DATA


VERSIONS = sorted({f.since for f in families().values() if f.since}, key=Version)


@pytest.mark.parametrize("version", [OLDEST, *VERSIONS])
@pytest.mark.parametrize("announces", [True, False])
def test_the_version_is_never_misjudged(version: str, announces: bool) -> None:
    proxy = proxy_seen_in(page(version, one(REQUESTS, version=version), announces=announces))
    assert Version(proxy.since) <= Version(version)
    assert not proxy.before or Version(version) < Version(proxy.before)


@pytest.mark.parametrize(
    ("found", "version"),
    [
        (page(switches=["prometheus_system", "always"]), "1.110.2 or newer"),
        (
            page("1.109.1", switches=["prometheus_system", "always"]),
            "1.106.0 or newer, older than 1.110.2",
        ),
        (page("1.76.3", f"{NEEDS_A_LICENCE} 1", switches=[]), "1.70.4 or newer, older than 1.80.0"),
        (page("1.81.0", switches=["prometheus_system"]), "1.80.10 or newer, older than 1.82.0"),
    ],
)
def test_what_is_off_says_nothing_of_the_version(found: MetricsPage, version: str) -> None:
    assert proxy_seen_in(found).version == version


@pytest.mark.parametrize(
    ("series", "fails"),
    [
        ([], False),
        (['litellm_redis_circuit_breaker_state{state="open"} 0'], False),
        (['litellm_redis_circuit_breaker_state{state="closed"} 1'], False),
        (['litellm_redis_circuit_breaker_state{state="open"} 1'], True),
        (['litellm_redis_failed_requests_total{redis="redis"} 1'], True),
    ],
)
def test_whether_redis_fails(series: list[str], fails: bool) -> None:
    found = page(NEWEST, *series, switches=[*ON, "prometheus_system"])
    assert proxy_seen_in(found).redis_fails is fails


@pytest.mark.parametrize(
    ("series", "added"),
    [
        ([], set()),
        ([one(REQUESTS)], set()),
        (['litellm_in_flight_requests{job="j"} 0', f'{REQUESTS}{{job="j",region="eu"}} 1'], {"region"}),
        (['litellm_in_flight_requests{pod="a"} 0', f'{REQUESTS}{{pod="a",tag_prod="true"}} 1'],
         {"tag_prod"}),
    ],
)  # fmt: skip
def test_labels_that_operators_add(series: list[str], added: set[str]) -> None:
    assert proxy_seen_in(page(NEWEST, *series)).added_labels == added


def test_labels_that_operators_add_where_none_is_known_to_be_the_scrapes() -> None:
    found = MetricsPage(f'{REQUESTS}{{job="j",pod="p",metadata_region="eu",tag_prod="true"}} 1\n')
    assert proxy_seen_in(found).added_labels == {"metadata_region", "tag_prod"}


@pytest.mark.parametrize(
    ("series", "capped"),
    [
        ([one(REQUESTS)], ()),
        ([one(REQUESTS, value="other")], (REQUESTS,)),
        ([one(LATENCY, value="other").replace("_bucket", "_count")], (LATENCY,)),
        ([one(REQUESTS).replace('requested_model="x"', 'requested_model="other"')], ()),
        ([f'{REQUESTS}{{requested_model="other"}} 1'], ()),
        (
            [one(FAILURES), one(REQUESTS, "api_key_alias", value="other")],
            (REQUESTS,),
        ),
    ],
)
def test_families_that_have_reached_the_cap(series: list[str], capped: tuple[str, ...]) -> None:
    assert proxy_seen_in(page(NEWEST, *series)).capped == capped


@pytest.mark.parametrize(
    ("series", "bounds"),
    [
        ([], ()),
        ([one(REQUESTS)], ()),
        (buckets("60.0", "0.5", "+Inf"), (0.5, 60)),
        # One proxy's page, and what a collector has passed on of another's.
        (buckets("60.0", "60", "1e+06", "+Inf"), (60, 1_000_000)),
        ([each.replace(LATENCY, FIRST_TOKEN) for each in buckets("2.0", "+Inf")], (2,)),
        ([one("litellm_deployment_latency_per_output_token")], ()),
        ([f"{LATENCY}_count 1"], ()),
    ],
)
def test_where_latency_buckets_end(series: list[str], bounds: tuple[float, ...]) -> None:
    assert proxy_seen_in(page(NEWEST, *series)).latency_buckets == bounds


def test_the_facts_of_the_newest() -> None:
    found = page(NEWEST, switches=[*ON, "prometheus_system", "admission_control"])
    assert proxy_seen_in(found) == Proxy(
        is_seen=True,
        needs_licence=False,
        since="1.110.2",
        before=None,
        switches=frozenset([*ON, "prometheus_system", "admission_control"]),
        filter=None,
        several_workers=False,
        redis_fails=False,
    )


COST_CENTER = of_metadata("metadata.cost_center")
OF_TAG = of_tag("batch")
SET = (
    "LiteLLM does not expose the label metadata_cost_center: set "
    'litellm_settings.custom_prometheus_metadata_labels: ["metadata.cost_center"], and leave it out '
    "of litellm_settings.prometheus_exclude_labels"
)


def with_label(name: str) -> str:
    return (
        one(name)
        .replace("{", 'metadata_cost_center="None",', 1)
        .replace(f"{name}metadata", f"{name}{{metadata")
    )


@pytest.mark.parametrize(
    ("found", "status", "cause", "explanation"),
    [
        (page(NEWEST, with_label(REQUESTS)), Status.DATA, None, ""),
        (page(NEWEST, one(REQUESTS)), Status.PARTIAL, Cause.NOT_EXPOSED, SET),
        # Known elsewhere, and not listed here.
        (
            page(NEWEST, one(REQUESTS), with_label(FAILURES), without=NOT_LISTED),
            Status.PARTIAL,
            Cause.LABEL_EXCLUDED,
            "its label metadata_cost_center is excluded by include_labels of "
            "litellm_settings.prometheus_metrics_config",
        ),
    ],
)
def test_labels_of_ones_own(
    found: MetricsPage, status: Status, cause: Cause | None, explanation: str
) -> None:
    scope = Scope(rate_window="5m", labels=(COST_CENTER, OF_TAG))
    query = PanelQuery("d", "p", "A", scope.rate(REQUESTS, COST_CENTER.name), TimeRange(0, 60, 15))
    finding = Diagnosis(found, proxy_seen_in(found), "", scope.labels).of(query)
    assert (finding.status, finding.cause, finding.explanation) == (status, cause, explanation)


def test_what_people_may_choose_is_no_reason_by_itself() -> None:
    """Of a label that is not exposed, every value is chosen."""
    scope = Scope(rate_window="5m", labels=(COST_CENTER,)).choosing(choice_of(COST_CENTER))
    asked = scope.rate(REQUESTS).replace("${metadata_cost_center:regex}", ".*")
    found = page(NEWEST, one(REQUESTS))
    query = PanelQuery("d", "p", "A", asked, TimeRange(0, 60, 15))
    assert Diagnosis(found, proxy_seen_in(found), "", scope.labels).of(query).status is Status.DATA
