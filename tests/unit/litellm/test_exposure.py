"""``litellm-settings``: what is read, what is kept, and how it is written."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from rich.console import Console

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals.asking.exposition import (
    can_choose_labels,
    can_list,
    labels_in,
    listed_as,
    readings,
)
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import (
    Family,
    MetricType,
    families,
    family_of,
    is_litellms,
)
from litellm_monitoring.tools import project
from litellm_monitoring.tools.exposure import report
from litellm_monitoring.tools.exposure.choice import Choice, GivenUp, Mechanism, choose
from litellm_monitoring.tools.exposure.commands import litellm_settings
from litellm_monitoring.tools.exposure.series import Saving, Series, saved_by, saving
from litellm_monitoring.tools.exposure.uses import Kind, Uses, uses_of
from litellm_monitoring.tools.exposure.written import LEAST_CAP, Wanted, cap, written
from tests.project_copy import copy_project, set_settings, set_teams

NEWEST = "1.109.1"
SPEND = "litellm_spend_metric_total"
TOTAL = "litellm_request_total_latency_metric"
QUEUE = "litellm_request_queue_time_seconds"
KEY_BUDGET = "litellm_remaining_api_key_budget_metric"
PROVIDER_BUDGET = "litellm_provider_remaining_budget_metric"
USERS = "litellm_total_users"
NO_CHECKS = 'api_key_alias!="litellm-internal-health-check"'


def read(expression: str) -> dict[str, tuple[set[str], set[str], set[str], set[str]]]:
    return {
        each.family.name: (
            set(each.labels),
            set(each.others),
            set(each.implied),
            set(each.only_to_leave_out),
        )
        for each in readings(expression)
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            f"sum by (team_alias) (rate({SPEND}[5m]))",
            {SPEND: ({"team_alias"}, set(), set(), set())},
        ),
        (f'sum(rate({SPEND}{{model=~"$model"}}[5m]))', {SPEND: ({"model"}, set(), set(), set())}),
        (
            "sum_over_time(team:litellm_spend_metric:rate75s[1h] offset -1s) * 60",
            {SPEND: (set(), set(), set(), set())},
        ),
        (
            "key:litellm_remaining_api_key_budget_metric:close",
            {KEY_BUDGET: (set(), set(), set(), set())},
        ),
        (
            f'sum by (job, cost_centre) (rate({SPEND}{{namespace="a"}}[5m]))',
            {SPEND: (set(), {"job", "cost_centre", "namespace"}, set(), set())},
        ),
        (
            f"histogram_quantile(0.9, sum by (le, requested_model) (rate({TOTAL}_bucket"
            f"{{{NO_CHECKS}}}[5m])))",
            {TOTAL: ({"requested_model"}, {"le"}, set(), {"api_key_alias"})},
        ),
        (
            f"sum by (api_key_alias) (rate({TOTAL}_count{{{NO_CHECKS}}}[5m]))",
            {TOTAL: ({"api_key_alias"}, set(), set(), set())},
        ),
        (
            f"team:{SPEND.removesuffix('_total')}:rate75s",
            {SPEND: (set(), set(), set(), set())},
        ),
        (
            f"sum by (team_alias) (team:{SPEND.removesuffix('_total')}:rate75s)",
            {SPEND: ({"team_alias"}, set(), set(), set())},
        ),
        (
            f"min by (api_key_alias) ({KEY_BUDGET})",
            {KEY_BUDGET: ({"api_key_alias"}, set(), {"api_key_alias", "hashed_api_key"}, set())},
        ),
        (
            f"count by (team_alias) ({SPEND})",
            {SPEND: ({"team_alias"}, set(), set(families()[SPEND].labels), set())},
        ),
        (
            f"sum without (model) (rate({SPEND}[5m]))",
            {SPEND: (set(), set(), set(families()[SPEND].labels), set())},
        ),
        (
            f'sum by (x) (label_replace(rate({SPEND}[5m]), "x", "$1", "user_agent", "(.*)/.*"))',
            {SPEND: ({"user_agent"}, set(), set(), set())},
        ),
        (f"absent({SPEND})", {SPEND: (set(), set(), set(), set())}),
        (
            "sum(rate(litellm_spend_metric_total[5m])) and on (job) up",
            {SPEND: (set(), {"job"}, set(), set())},
        ),
        ("up == 0", {}),
        ("max by (model_group) (litellm_remaining_requests_metric)", None),
    ],
)
def test_what_a_query_reads(expression: str, expected: dict[str, Any] | None) -> None:
    found = read(expression)
    if expected is None:
        (named, _, implied, _) = found["litellm_remaining_requests_metric"]
        assert named == {"model_group"}
        assert "api_key_alias" not in implied
        assert {"api_base", "model_id"} <= implied
    else:
        assert found == expected


def stack(**values: Any) -> Settings:
    return Settings.model_validate({"prometheus": {"url": "http://p"}, **values})


def uses(**values: Any) -> dict[str, Uses]:
    return uses_of([declare(stack(**values), "dev")])


EVERYTHING: dict[str, Any] = {
    "alerts": {"managedBy": "prometheus"},
    "recordingRules": "prometheus",
}
STACKS: tuple[dict[str, Any], ...] = (
    {},
    EVERYTHING,
    {"alerts": {"managedBy": "grafana", "contactPoint": {"existing": "a"}}},
    {"recordingRules": "grafana"},
    {"dashboards": {"include": ["prod-v2"]}},
    {"dashboards": {"include": ["spend", "models"]}, "selector": 'cluster="eu"'},
)


class Seen:
    """A proxy that runs: without what cannot be listed unless ``everything`` has data, if
    ``anything`` has.
    """

    def __init__(
        self, *, everything: bool = False, anything: bool = True, checks: float = 0.0
    ) -> None:
        self.everything = everything
        self.anything = anything
        self.checks = checks

    def has_data(self, family: Family) -> bool:
        return self.anything and (self.everything or family.listable)

    def labels_of(self, family: Family) -> frozenset[str]:
        return family.labels

    def share_of_health_checks(self, family: Family) -> float:
        return self.checks


@pytest.mark.parametrize("values", STACKS)
@pytest.mark.parametrize("everything", [False, True])
def test_nothing_that_a_query_names_is_dropped(values: dict[str, Any], everything: bool) -> None:
    found = uses(**values)
    choice = choose(found, NEWEST, Seen(everything=everything), GivenUp())
    lost = list(choice.with_health_checks)
    for use in found.values():
        family = use.family
        if family.switch != "prometheus":
            continue
        if choice.mechanism is Mechanism.LIST and family in choice.unlisted:
            assert not Seen().has_data(family)
            continue
        assert not choice.is_left_out(family)
        assert choice.dropped(family).isdisjoint(use.labels)
        if family.type is MetricType.GAUGE and not family.name.startswith("litellm_remaining_"):
            assert not choice.dropped(family) or choice.mechanism is Mechanism.EXCLUDE
        if family not in lost:
            assert choice.dropped(family).isdisjoint(use.only_to_leave_out)


def test_every_query_of_every_dashboard_is_walked() -> None:
    declaration = declare(stack(**EVERYTHING), "dev")
    found = uses_of([declaration])
    kinds = {place.kind for use in found.values() for place in use.places}
    assert kinds == set(Kind)
    for group in declaration.alerting.prometheus:
        for rule in group["rules"]:
            for selector in selectors(parsed(rule["expr"])):
                family = family_of(selector.metric)
                if is_litellms(family.name):
                    assert family.name in found


def test_a_list_where_it_can_name_all_that_has_data() -> None:
    choice = choose(uses(), NEWEST, Seen(), GivenUp())
    assert choice.mechanism is Mechanism.LIST
    assert {PROVIDER_BUDGET, USERS} <= {each.name for each in choice.unlisted}
    assert choice.kept[QUEUE] == {"requested_model", "team_alias"}
    assert choice.kept[TOTAL] == {
        "api_key_alias",
        "api_provider",
        "requested_model",
        "service_tier",
        "team_alias",
    }
    left_out = {each.name for each in choice.left_out}
    assert left_out == {
        "litellm_llm_api_failed_requests_metric_total",
        "litellm_requests_metric_total",
    }


@pytest.mark.parametrize(
    ("version", "seen", "mechanism"),
    [
        (NEWEST, Seen(everything=True), Mechanism.EXCLUDE),
        (NEWEST, None, Mechanism.EXCLUDE),
        ("1.95.0", None, Mechanism.NONE),
        ("1.95.0", Seen(anything=False), Mechanism.LIST),
    ],
)
def test_the_mechanism(version: str, seen: Seen | None, mechanism: Mechanism) -> None:
    assert choose(uses(), version, seen, GivenUp()).mechanism is mechanism


def test_without_the_features_that_cannot_be_listed_there_is_a_list() -> None:
    without = {"withoutFeatures": ["database", "provider-budgets"]}
    choice = choose(uses(dashboards=without), NEWEST, None, GivenUp())
    assert (choice.mechanism, choice.unlisted) == (Mechanism.LIST, ())


@pytest.mark.parametrize(
    ("share", "has_checks", "keeps"),
    [(0.0, True, False), (0.04, True, False), (0.06, True, True), (0.5, False, False)],
)
def test_few_health_checks_are_worth_no_label(share: float, has_checks: bool, keeps: bool) -> None:
    seen = Seen(checks=share)
    choice = choose(uses(), NEWEST, seen, GivenUp(), has_health_checks=has_checks)
    assert ("api_key_alias" in choice.kept[QUEUE]) == keeps
    assert (families()[QUEUE] in choice.for_health_checks) == keeps
    assert (families()[QUEUE] in choice.with_health_checks) == (not keeps)
    assert "api_key_alias" in choice.kept[TOTAL]


def test_nothing_is_known_of_health_checks_without_prometheus() -> None:
    without = {"withoutFeatures": ["database", "provider-budgets"]}
    choice = choose(uses(dashboards=without), NEWEST, None, GivenUp())
    assert "api_key_alias" in choice.kept[QUEUE]


def test_what_is_given_up() -> None:
    given = GivenUp(
        families=frozenset({SPEND}),
        labels=frozenset({"user_agent"}),
        pairs=frozenset({(TOTAL, "service_tier")}),
    )
    choice = choose(uses(), NEWEST, Seen(), given)
    assert SPEND not in choice.kept
    assert families()[SPEND] in choice.left_out
    assert all("user_agent" not in labels for labels in choice.kept.values())
    assert choice.kept[TOTAL] == {
        *("api_key_alias", "api_provider", "requested_model", "team_alias")
    }


def test_labels_that_operators_add_are_kept_where_they_are_read() -> None:
    found = uses(selector='cost_centre="a"')
    added = frozenset({"cost_centre", "application"})
    choice = choose(found, NEWEST, Seen(), GivenUp(), added=added)
    assert choice.kept[QUEUE] == {"requested_model", "team_alias", "cost_centre"}
    assert "application" in choice.dropped(families()[QUEUE])


def test_a_list_of_labels_is_never_empty() -> None:
    """LiteLLM takes an empty one for all labels."""
    found = {QUEUE: Uses(families()[QUEUE])}
    assert choose(found, NEWEST, Seen(), GivenUp()).kept == {QUEUE: {"api_provider"}}


@pytest.mark.parametrize(
    "version", ["1.80.0", "1.80.5", "1.82.0", "1.90.0", "1.100.0", "1.106.0", "1.109.1", "1.110.2"]
)
def test_no_version_is_told_what_it_does_not_know(version: str) -> None:
    """LiteLLM does not start with names that it does not know."""

    class OfThatVersion(Seen):
        def has_data(self, family: Family) -> bool:
            return False

        def labels_of(self, family: Family) -> frozenset[str]:
            return labels_in(family, version)

    choice = choose(uses(**EVERYTHING), version, OfThatVersion(), GivenUp())
    known = {listed_as(each): each for each in families().values() if can_list(each, version)}
    settings = yaml.safe_load(text(choice))["litellm_settings"]
    groups = settings["prometheus_metrics_config"]
    listed = [name for group in groups for name in group["metrics"]]
    assert len(set(listed)) == len(listed)
    assert len({group["group"] for group in groups}) == len(groups)
    for group in groups:
        for name in group["metrics"]:
            labels = set(group.get("include_labels", ()))
            assert labels <= labels_in(known[name], version)
            assert not labels or can_choose_labels(known[name], version)
    if version == "1.80.5":
        assert "litellm_remaining_api_key_requests_for_model" not in listed
        assert "litellm_zero_cost_requests_total" in {each.name for each in choice.newer}


def test_what_litellm_has_fixed_keeps_its_labels() -> None:
    choice = choose(uses(), NEWEST, Seen(), GivenUp())
    for name in ("litellm_deployment_cooled_down_total", "litellm_guardrail_latency_seconds"):
        assert choice.kept[name] == families()[name].labels
    old = choose(uses(), "1.80.5", Seen(), GivenUp())
    first_token = families()["litellm_llm_api_time_to_first_token_metric"]
    assert old.dropped(first_token) == frozenset()


def text(choice: Choice, **more: Any) -> str:
    wanted = {
        "stacks": ["dev"],
        "uses": uses(),
        "own": (),
        "latency_buckets": None,
        "largest": None,
    }
    return written(choice, Wanted(**{**wanted, **more}))


def test_a_list_as_yaml() -> None:
    found = text(choose(uses(), NEWEST, Seen(), GivenUp()), latency_buckets=(0.5, 10.0, 60.0))
    settings = yaml.safe_load(found)["litellm_settings"]
    assert settings["callbacks"] == ["prometheus"]
    assert settings["service_callback"] == ["prometheus_system"]
    assert settings["prometheus_latency_buckets"] == [0.5, 10.0, 60.0]
    assert settings["prometheus_metrics_ttl_seconds"] == 604800
    assert "prometheus_metrics_max_series_per_metric" not in settings
    labels_of = {
        name: group.get("include_labels")
        for group in settings["prometheus_metrics_config"]
        for name in group["metrics"]
    }
    assert labels_of[QUEUE] == ["requested_model", "team_alias"]
    assert labels_of["litellm_deployment_state"] is None
    assert labels_of["litellm_zero_cost_requests_total"] == ["reason", "requested_model"]
    assert PROVIDER_BUDGET not in labels_of
    assert max(map(len, found.splitlines())) <= 100 or "include_labels" in found


def test_exclusions_as_yaml() -> None:
    choice = choose(uses(dashboards={"include": ["budgets"]}), NEWEST, None, GivenUp())
    settings = yaml.safe_load(text(choice))["litellm_settings"]
    assert "prometheus_metrics_config" not in settings
    assert "litellm_requests_metric" in settings["prometheus_exclude_metrics"]
    assert {"user_agent", "client_ip", "service_tier"} <= set(settings["prometheus_exclude_labels"])
    assert {"team_alias", "hashed_api_key"}.isdisjoint(settings["prometheus_exclude_labels"])


@pytest.mark.parametrize(
    ("largest", "expected"), [(0, LEAST_CAP), (900, LEAST_CAP), (1001, 100_000), (9_000, 100_000)]
)
def test_the_cap_is_far_away(largest: int, expected: int) -> None:
    assert cap(largest) == expected


class FakePrometheus:
    """Answers the questions of counting from ``series``, names with label sets."""

    def __init__(self, series: Mapping[str, list[dict[str, str]]]) -> None:
        self.series = series

    def query(self, expression: str, at: int) -> list[Any]:
        if expression.startswith("count by (__name__)"):
            return [
                {"metric": {"__name__": name}, "value": [at, str(len(found))]}
                for name, found in self.series.items()
            ]
        (selector,) = (each.node for each in selectors(parsed(expression)))
        found = self.series[str(selector.name)]
        _, _, rest = expression.partition("without (")
        dropped = rest.partition(")")[0].split(", ")
        left = {frozenset((k, v) for k, v in each.items() if k not in dropped) for each in found}
        return [{"metric": {}, "value": [at, str(len(left))]}]


def test_series_before_and_after() -> None:
    keys = [
        {"api_key_alias": f"k{key}", "model": f"m{key % 2}", "team_alias": "t"} for key in range(10)
    ]
    server = FakePrometheus(
        {
            f"{QUEUE}_bucket": [{**each, "le": le} for each in keys for le in ("1", "+Inf")],
            f"{QUEUE}_count": keys,
            f"{QUEUE}_created": keys,
            "litellm_requests_metric_total": keys,
            "litellm_in_flight_requests": [{}],
            "litellm_something_new": [{}, {"a": "b"}],
        }
    )
    series = Series(server, "", 0, 2)  # type: ignore[arg-type]
    choice = choose(uses(), NEWEST, Seen(), GivenUp())
    saved = saving(series, choice)
    assert (saved.before, saved.after, saved.created) == (53, 7, 1)
    assert saved.share == pytest.approx(1 - 7 / 53)
    kept = choose(uses(), NEWEST, Seen(checks=1), GivenUp())
    assert saving(series, kept).after == 43
    assert saved_by(series, kept, {QUEUE: ["api_key_alias"]}) == 36


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy_project(tmp_path)
    monkeypatch.setattr(project, "ROOT", tmp_path)
    # Nothing listens there.
    set_settings(tmp_path, "dev", prometheus={"url": "http://127.0.0.1:9"})
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(litellm_settings, list(arguments))


@pytest.mark.usefixtures("root")
def test_without_prometheus() -> None:
    done = run("--give-up", "database", "--give-up", "provider-budgets")
    assert done.exit_code == 0, done.output
    settings = yaml.safe_load(done.stdout)["litellm_settings"]
    assert settings["prometheus_metrics_config"]
    assert "Without Prometheus: http://127.0.0.1:9 cannot be reached" in done.stderr
    assert "user_agent" in done.stderr
    assert "keep api_key_alias only to leave background health checks out" in done.stderr


@pytest.mark.usefixtures("root")
def test_a_prometheus_that_is_named_must_answer() -> None:
    done = run("--prometheus", "http://127.0.0.1:9")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "cannot be reached" in done.stderr


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--give-up", "user_agnt"), "did you mean user_agent?"),
        (("--give-up", f"{QUEUE}:route"), "is no label, metric or feature"),
        (("--litellm", "1.70.4"), "is no version from 1.80.0 on"),
        (("--litellm", "newest"), "is no version from 1.80.0 on"),
        (("--prometheus", "localhost"), "not a web address"),
    ],
)
def test_mistakes(arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert says in done.stderr


@pytest.mark.usefixtures("root")
def test_a_label_of_one_metric_is_given_up() -> None:
    names = ("database", "provider-budgets", "health-checks", "litellm_spend_metric:user")
    done = run(*(part for name in names for part in ("--give-up", name)))
    (labels,) = (
        group["include_labels"]
        for group in yaml.safe_load(done.stdout)["litellm_settings"]["prometheus_metrics_config"]
        if "litellm_spend_metric" in group["metrics"]
    )
    assert "user" not in labels
    assert "keep api_key_alias" not in done.stderr


def test_labels_of_ones_own_are_asked_for_and_kept(root: Path) -> None:
    labels = [
        {"metadata": "metadata.cost_center"},
        {"metadata": 'metadata.the "app"'},
        {"tag": "batch"},
        {"optIn": "stream"},
    ]
    set_settings(root, "dev", labels=labels, prometheus={"url": "http://127.0.0.1:9"})
    done = run("--give-up", "database", "--give-up", "provider-budgets")
    settings = yaml.safe_load(done.stdout)["litellm_settings"]
    assert settings["custom_prometheus_metadata_labels"] == [
        "metadata.cost_center",
        'metadata.the "app"',
    ]
    assert settings["custom_prometheus_tags"] == ["batch"]
    assert settings["prometheus_emit_stream_label"] is True
    kept = {
        metric: set(group.get("include_labels", ()))
        for group in settings["prometheus_metrics_config"]
        for metric in group["metrics"]
    }
    assert {"metadata_cost_center", "tag_batch"} <= kept["litellm_spend_metric"]
    assert "stream" in kept["litellm_proxy_total_requests_metric"]
    assert "metadata_cost_center" not in kept["litellm_proxy_failed_requests_metric"]


def test_teams_are_served_by_the_same_proxy(root: Path) -> None:
    set_settings(
        root, "prod", dashboards={"include": ["prod-v2"]}, prometheus={"url": "http://127.0.0.1:9"}
    )
    alone = run("--stack", "prod", "--litellm", NEWEST)
    of_team = {"dashboards": {"include": ["team-overview"]}}
    set_teams(root, {"alias": "search", "settings": of_team}, environments=["prod"])
    union = run("--stack", "prod", "--litellm", NEWEST)
    assert "litellm_team_max_budget_metric" not in alone.stdout
    assert "litellm_team_max_budget_metric" in union.stdout
    assert "for stack prod and " in union.stdout
    (team,) = (name for name in union.stdout.splitlines()[0].split() if "search" in name)
    only = run("--stack", team.rstrip("."), "--litellm", NEWEST)
    assert "This is what the team alone reads" in only.stderr


def said(choice: Choice, listed: Saving | None = None) -> str:
    saved = Saving(before=1000, after=900, created=100, largest=10)
    console = Console(width=1000, record=True, file=StringIO())
    console.print(report.as_terminal(choice, uses(), [], saved, listed, ["A note."]))
    return console.export_text()


def test_the_report_says_what_the_list_would_save() -> None:
    choice = choose(uses(), NEWEST, Seen(everything=True), GivenUp())
    listed = Saving(before=1000, after=300, created=50, largest=10)
    text_of_all = said(choice, listed)
    assert "Series now 1,000, after 900: 10% less; without the ..._created ones 800." in text_of_all
    assert "own labels and leave 300 series (70% less), but it cannot list" in text_of_all
    assert "2 panels (Remaining provider budgets, Users and teams)" in text_of_all
    assert "A note." in text_of_all


def test_the_report_says_what_the_list_leaves_out() -> None:
    chosen = choose(uses(), NEWEST, Seen(everything=True), GivenUp(), lists_anyway=True)
    assert chosen.mechanism is Mechanism.LIST
    assert (
        f"{PROVIDER_BUDGET} cannot be listed and is left out; it has no data or only zeros. Read by "
        "1 panel (Remaining provider budgets)." in said(chosen)
    )
    with_checks = choose(uses(), NEWEST, Seen(checks=0.5), GivenUp())
    assert "--give-up health-checks removes it" in said(with_checks)
    old = choose(uses(), "1.100.0", Seen(anything=False), GivenUp())
    assert "pass the version that you run with --litellm" in said(old)
