"""Labels of one's own: what they are called, where they are asked by, and what they leave alone."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_monitoring.alerts.rendering.rule import Audience, rules
from litellm_monitoring.dashboards import CATALOGUE, dashboard_json
from litellm_monitoring.infra.settings.combinations.labels import MOST_CHARACTERS, TAKEN_TITLES
from litellm_monitoring.signals import Operator, Query, Scope
from litellm_monitoring.signals.asking import forms as asking
from litellm_monitoring.signals.asking.counting import Prometheus, VictoriaMetrics
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue import own_labels
from litellm_monitoring.signals.catalogue.metrics import CatalogueError, families
from litellm_monitoring.signals.catalogue.own_labels import (
    OptIn,
    OwnLabel,
    of_metadata,
    of_tag,
    opted_in,
)
from litellm_monitoring.signals.catalogue.recording import FORMS, Recording, is_recorded
from litellm_monitoring.signals.recording_rules import recording_rules
from litellm_monitoring.signals.serving.failures import FAILURES
from litellm_monitoring.signals.serving.traffic import REQUESTS
from litellm_monitoring.signals.spending.spend import spent
from litellm_monitoring.tools.check.held.report import as_json, report_of
from tests.unit.dashboards.test_dashboards import FRAME, LONGEST_QUERY, model, panels

COST_CENTER = of_metadata("metadata.cost_center")
BATCH = of_tag("batch")
STREAM = opted_in(OptIn.STREAM)
LENGTH = opted_in(OptIn.INPUT_SEQUENCE_LENGTH)
RATE_LIMIT = opted_in(OptIn.RATE_LIMIT_TYPE)
LABELS = (COST_CENTER, BATCH, STREAM, LENGTH, RATE_LIMIT)
WITH = Scope(labels=LABELS)
RECORDED = replace(WITH, recording=Recording("prod", 60, 15, own=LABELS))
BOARDS = ("traffic", "spend", "latency", "team-overview")


@pytest.mark.parametrize(
    ("label", "name", "title", "setting"),
    # As LiteLLM 1.109.1 names them: sanitize_prometheus_label_name.
    [
        (
            COST_CENTER,
            "metadata_cost_center",
            "Cost center",
            'litellm_settings.custom_prometheus_metadata_labels: ["metadata.cost_center"]',
        ),
        (
            of_metadata("department.name"),
            "department_name",
            "Department name",
            'litellm_settings.custom_prometheus_metadata_labels: ["department.name"]',
        ),
        (
            of_metadata("metadata.Kostenstelle-Ä", "Kostenstelle"),
            "metadata_Kostenstelle__",
            "Kostenstelle",
            'litellm_settings.custom_prometheus_metadata_labels: ["metadata.Kostenstelle-Ä"]',
        ),
        (
            of_metadata("2nd"),
            "_2nd",
            "2nd",
            'litellm_settings.custom_prometheus_metadata_labels: ["2nd"]',
        ),
        (
            of_tag("User-Agent: curl/*"),
            "tag_User_Agent__curl__",
            "Tag User-Agent: curl/*",
            'litellm_settings.custom_prometheus_tags: ["User-Agent: curl/*"]',
        ),
        (
            LENGTH,
            "input_sequence_length",
            "Input sequence length",
            "litellm_settings.prometheus_emit_input_sequence_length_label: true",
        ),
    ],
)
def test_names(label: OwnLabel, name: str, title: str, setting: str) -> None:
    assert (label.name, label.title, label.setting) == (name, title, setting)


@given(st.text(min_size=1))
def test_any_entry_makes_a_name_that_prometheus_takes(entry: str) -> None:
    for label in (of_metadata(entry), of_tag(entry)):
        assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", label.name)
        assert label.title


@pytest.mark.parametrize("label", [*LABELS, opted_in(OptIn.RATE_LIMIT_CATEGORY)])
def test_labels_are_of_families_that_there_are(label: OwnLabel) -> None:
    assert label.told_by <= families().keys()
    assert all(families()[each].listable for each in label.told_by)
    assert label.where_listed.removesuffix("_count") in label.told_by


def test_a_query_may_be_by_what_it_has_alone() -> None:
    query = spent(WITH, COST_CENTER.name)
    with pytest.raises(CatalogueError, match="has no label metadata_cost_center"):
        Query(query.expr, query.legend, query.unit)
    # LiteLLM writes "None" of all failed requests.
    with pytest.raises(CatalogueError, match="has no label metadata_cost_center"):
        asking.rate(WITH, FAILURES, COST_CENTER.name)
    assert asking.rate(WITH, FAILURES, BATCH.name)
    with pytest.raises(CatalogueError, match="has no label tag_batch"):
        Scope().where(BATCH.name, Operator.EQUAL, "true").rate(REQUESTS)
    assert WITH.where(BATCH.name, Operator.EQUAL, "true").rate(REQUESTS)


def variables(slug: str, scope: Scope) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in model(slug, scope)["templating"]["list"]}


@pytest.mark.parametrize("scope", [WITH, RECORDED], ids=["raw", "recorded"])
@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("traffic", ["metadata_cost_center", "tag_batch", "stream", "rate_limit_type"]),
        ("spend", ["metadata_cost_center", "tag_batch"]),
        ("latency", ["metadata_cost_center", "tag_batch", "input_sequence_length"]),
        ("team-overview", [each.name for each in LABELS]),
        ("overview", []),
    ],
)
def test_each_is_a_variable_where_it_tells_something_apart(
    slug: str, names: list[str], scope: Scope
) -> None:
    found = variables(slug, scope)
    known = {label.name: label for label in LABELS}
    assert [name for name in found if name in known] == names
    for name in names:
        query = found[name]["query"]["query"]
        assert found[name]["label"] == known[name].title
        assert found[name]["allValue"] == ".*"
        assert known[name].setting in found[name]["description"]
        assert query.endswith(f", {name})")
        read = next(selectors(parsed(query[len("label_values(") : query.rindex(",")])))
        assert is_recorded(read.metric) == (scope is RECORDED)


def test_values_with_quotes_can_be_chosen() -> None:
    """Grafana escapes no quotes for what is in quotes; for raw text it need not."""
    query = variables("traffic", Scope(labels=(COST_CENTER, BATCH)))["tag_batch"]["query"]["query"]
    assert "metadata_cost_center=~`${metadata_cost_center:regex}`" in query


PANELS = {
    "traffic": [
        "Successful requests by Cost center",
        "Top Cost center by requests",
        "Requests by Tag batch",
        "Error ratio by Tag batch",
        "Requests by Stream",
        "Top Stream by requests",
        "Failed requests by Rate limit type",
    ],
    "spend": [
        "Spend by Cost center",
        "Top Cost center by spend",
        "Spend by Tag batch",
        "Top Tag batch by spend",
    ],
    "latency": [
        "End-to-end latency by Cost center, p95",
        "Time to first token by Cost center, p95",
        "End-to-end latency by Tag batch, p95",
        "Time to first token by Tag batch, p95",
        "End-to-end latency by Input sequence length, p95",
        "Time to first token by Input sequence length, p95",
    ],
    "team-overview": [
        "Successful requests by Cost center",
        "Spend by Cost center",
        "End-to-end latency by Cost center, p95",
        "Requests by Tag batch",
        "Spend by Tag batch",
        "End-to-end latency by Tag batch, p95",
        "Requests by Stream",
        "End-to-end latency by Input sequence length, p95",
        "Failed requests by Rate limit type",
    ],
}


@pytest.mark.parametrize("scope", [WITH, RECORDED], ids=["raw", "recorded"])
@pytest.mark.parametrize("slug", BOARDS)
def test_panels_by_each(slug: str, scope: Scope) -> None:
    before = {panel["title"] for panel in panels(slug, without_labels(scope))}
    added = [panel for panel in panels(slug, scope) if panel["title"] not in before]
    assert [panel["title"] for panel in added] == PANELS[slug]
    for panel in added:
        for target in panel["targets"]:
            (name,) = re.findall(r"{{(\w+)}}", target["legendFormat"])
            assert f"by ({name})" in target["expr"]
            assert f"`{name}`" in panel["description"]
        assert "no value" in json.dumps(panel)


@pytest.mark.parametrize("team", [None, "search"])
@pytest.mark.parametrize("counting", [Prometheus(15), VictoriaMetrics(15)], ids=["prom", "vm"])
def test_with_recording_rules_labels_are_read_from_what_is_recorded(
    counting: Prometheus | VictoriaMetrics, team: str | None
) -> None:
    """All but what is recorded for nobody, with labels or without."""
    scope = replace(RECORDED, counting=counting, team_alias=team)
    for slug in BOARDS if team is None else ("team-overview",):
        before = {panel["title"]: panel for panel in panels(slug, without_labels(scope))}
        for panel in panels(slug, scope):
            queries = panel["targets"]
            was = before.get(panel["title"], {"targets": queries})["targets"]
            for target, once in zip(queries, was, strict=True):
                if ":regex}" in target["expr"] and is_read_recorded(once["expr"]):
                    assert is_read_recorded(target["expr"]), panel["title"]
            if panel["title"] not in before:
                assert all(is_read_recorded(target["expr"]) for target in queries)


def is_read_recorded(expression: str) -> bool:
    return any(is_recorded(each.metric) for each in selectors(parsed(expression)))


def without_labels(scope: Scope) -> Scope:
    recording = scope.recording and replace(scope.recording, own=())
    return replace(scope, labels=(), recording=recording)


def test_only_what_is_told_apart_is_recorded_by_a_label() -> None:
    forms = Recording("prod", 60, 15, own=LABELS).forms
    names = {label.name for label in LABELS}
    for before, form in zip(FORMS, forms, strict=True):
        assert form.labels[: len(before.labels)] == before.labels
        told = [label.name for label in LABELS if label.is_told_by(form.family)]
        assert [each for each in form.labels if each in names] == told
    of_failures = next(form for form in forms if form.family == FAILURES)
    assert {"tag_batch", "rate_limit_type"} <= set(of_failures.labels)
    assert not any(names.intersection(form.labels) for form in forms if form.group == "deployments")


def test_what_is_recorded_without_a_label_is_not_read_by_it() -> None:
    """A team names a label that its environment does not."""
    scope = Scope(labels=(COST_CENTER, BATCH), recording=Recording("prod", 60, 15, own=(BATCH,)))
    assert is_read_recorded(spent(scope, BATCH.name).expr)
    assert not is_read_recorded(spent(scope, COST_CENTER.name).expr)


def stripped(found: dict[str, Any]) -> dict[str, Any]:
    """A dashboard without what labels add."""
    names = {label.name for label in LABELS}
    found["templating"]["list"] = [
        each for each in found["templating"]["list"] if each["name"] not in names
    ]
    kept, is_ours = [], False
    for panel in found["panels"]:
        if panel["type"] == "row":
            is_ours = panel["title"].split(" (")[0] in (
                *("Requests by label", "Spend by label", "Latency by label", "By label"),
            )
            panel["title"] = re.sub(
                r"(?:, | \()any (?:[^,)]+)(?:, any [^,)]+)*(?=\))", "", panel["title"]
            )
            panel["title"] = re.sub(r"^(Client errors|Errors)\)$", r"\1", panel["title"])
        if not is_ours:
            kept.append(panel)
    for panel in kept:
        for each in (panel, *(panel.get("panels") or ())):
            each["gridPos"] = ""
    found["panels"] = kept
    text = json.dumps(found, sort_keys=True)
    return dict(json.loads(re.sub(r", \w+=~`\$\{\w+:regex\}`", "", text)))


@pytest.mark.parametrize("scope", [WITH, RECORDED], ids=["raw", "recorded"])
@pytest.mark.parametrize("slug", CATALOGUE)
def test_labels_change_nothing_else(slug: str, scope: Scope) -> None:
    assert stripped(model(slug, scope)) == stripped(model(slug, without_labels(scope)))


@pytest.mark.parametrize("slug", CATALOGUE)
def test_shares_are_of_the_same_requests(slug: str) -> None:
    """What limits the whole and not the part, since LiteLLM does not know it of failures, would make
    more than all requests fail.
    """
    for panel in panels(slug, WITH):
        for target in panel["targets"]:
            read = [
                (each.metric, frozenset(m.name for m in each.node.matchers.matchers))
                for each in selectors(parsed(target["expr"]))
            ]
            if not {REQUESTS, FAILURES} <= {metric for metric, _ in read}:
                continue
            for metric, labels in read:
                if metric in (REQUESTS, FAILURES):
                    assert not labels & {"metadata_cost_center", "stream", "rate_limit_type"}


@pytest.mark.parametrize("slug", BOARDS)
def test_a_person_can_read_queries_by_a_label(slug: str) -> None:
    for panel in panels(slug, Scope(labels=(COST_CENTER,))):
        for target in panel["targets"]:
            assert len(target["expr"]) <= LONGEST_QUERY, panel["title"]


@settings(deadline=None, max_examples=50)
@given(st.text(min_size=1, max_size=MOST_CHARACTERS).filter(str.isprintable).filter(str.strip))
def test_any_title_is_shown_as_it_is(title: str) -> None:
    if " ".join(title.casefold().split()) in TAKEN_TITLES:
        return
    label = of_metadata("metadata.cost_center", title)
    for slug in ("traffic", "spend"):
        found = panels(slug, Scope(labels=(label,)))
        titles = [each["title"] for each in found if "metadata_cost_center" in str(each["title"])]
        assert not titles
        shown = [each["title"].replace("\u2060", "") for each in found]
        assert any(title in each for each in shown)
        for each in found:
            if title in each["title"].replace("\u2060", ""):
                assert not re.search(r"\$\w|\$\{|\[\[", each["title"])


def test_titles_that_other_panels_have_are_taken() -> None:
    """Two panels of one title could not be told apart."""
    for slug in BOARDS:
        for panel in panels(slug):
            by = re.search(
                r"^(?:(?:Successful |Failed )?Requests|Error ratio|Spend|End-to-end latency|"
                r"Time to first token) by (.+?)(?:, p95)?$",
                panel["title"],
                re.IGNORECASE,
            )
            top = re.search(r"^Top (.+) by (?:requests|spend)$", panel["title"])
            for found in filter(None, (by, top)):
                assert found[1].lower() in TAKEN_TITLES, panel["title"]


def test_rows_say_what_cannot_be_chosen_there() -> None:
    def titles(slug: str, *labels: OwnLabel) -> set[str]:
        found = model(slug, Scope(labels=labels))["panels"]
        return {row["title"] for row in found if row["type"] == "row"}

    assert {
        "Proxy and upstream errors (all keys, any Cost center)",
        "Client errors (any Cost center)",
    } <= titles("traffic", COST_CENTER, BATCH, LENGTH, RATE_LIMIT)
    assert "Errors (any Cost center, any Stream)" in titles("team-overview", COST_CENTER, STREAM)
    assert "Client errors (any value of 3 labels)" in titles(
        "traffic", *(of_metadata(f"metadata.{each}") for each in "abc")
    )
    assert "Client errors" in titles("traffic", BATCH)


IN_ALERTS = tuple(replace(label, in_alerts=True) for label in LABELS)
CARRY = {
    "LiteLLMAvailabilityBurn": ("tag_batch",),
    "LiteLLMLatencyBurn": ("metadata_cost_center", "tag_batch", "input_sequence_length"),
    "LiteLLMFirstTokenBurn": ("metadata_cost_center", "tag_batch", "input_sequence_length"),
    **{
        f"LiteLLM{each}": ("metadata_cost_center", "tag_batch")
        for each in (
            *("SpendSurge", "ModelSpendSurge", "ProviderSpendSurge"),
            *("TeamDailySpend", "ModelDailySpend", "ProviderDailySpend"),
        )
    },
}


@pytest.mark.parametrize("recording", [None, Recording("prod", 60, 15, own=IN_ALERTS)])
def test_alerts_that_can_be_told_apart_carry_labels(recording: Recording | None) -> None:
    limits = {"search": 5.0}
    plain = Scope(
        daily_spend_limits=limits,
        daily_model_spend_limits=limits,
        daily_provider_spend_limits=limits,
        recording=recording and replace(recording, own=()),
    )
    scope = replace(plain, labels=IN_ALERTS, recording=recording)
    before = {rule.name: rule for rule in rules(plain, {}, Audience("prod"))}
    for rule in rules(scope, {}, Audience("prod")):
        carries = CARRY.get(re.sub(r"\d[hd]$", "", rule.name), ())
        assert rule.carries == carries, rule.name
        description = rule.texts("V")["description"]
        if not carries:
            assert rule == replace(before[rule.name], query=rule.query)
            assert rule.query.expr == before[rule.name].query.expr
            continue
        grouped = re.findall(r"by \(([^)]*)\)", rule.query.expr)
        assert all(each in ", ".join(grouped) for each in carries)
        assert all(f"{each}: {{{{ .Labels.{each} }}}}." in description for each in carries)


def test_labels_that_are_not_for_alerts_are_in_none() -> None:
    for rule, plain in zip(
        rules(WITH, {}, Audience("prod")), rules(Scope(), {}, Audience("prod")), strict=True
    ):
        assert rule.query.expr == plain.query.expr
        assert not rule.carries


def test_without_labels_nothing_is_recorded_by_one() -> None:
    assert recording_rules(Scope(recording=Recording("prod", 60, 15))) == recording_rules(
        Scope(recording=Recording("prod", 60, 15, own=()))
    )


def test_the_settings_of_labels_that_are_opted_into() -> None:
    assert own_labels.setting_of_opt_in("stream", REQUESTS) == (
        "litellm_settings.prometheus_emit_stream_label: true"
    )
    assert own_labels.setting_of_opt_in("stream", FAILURES) is None
    assert own_labels.setting_of_opt_in("user_alias", "litellm_user_max_budget_metric") == (
        "litellm_settings.prometheus_user_budget_label_include_email_alias: true"
    )


def test_a_dashboard_of_every_label_at_once() -> None:
    everything = (*LABELS, opted_in(OptIn.RATE_LIMIT_CATEGORY), of_tag("a"), of_metadata("b"))
    for slug in CATALOGUE:
        assert dashboard_json(slug, Scope(labels=everything), FRAME)


@pytest.mark.parametrize("scope", [WITH, RECORDED], ids=["raw", "recorded"])
def test_check_finds_nothing_wrong_in_our_own_files(scope: Scope, tmp_path: Path) -> None:
    for slug in CATALOGUE:
        (tmp_path / f"{slug}.json").write_text(dashboard_json(slug, scope, FRAME))
    report = report_of([tmp_path / f"{slug}.json" for slug in CATALOGUE])
    assert not report.has_errors, as_json(report)
