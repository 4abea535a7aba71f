"""The setting for labels of one's own: what is refused, with what advice, and what teams get."""

from dataclasses import replace
from typing import Any

import pytest

from litellm_monitoring.infra.declaration.platform import Platform, on_platform
from litellm_monitoring.infra.declaration.stack import declare, scope_of
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals.catalogue.metrics import families
from litellm_monitoring.signals.catalogue.own_labels import METADATA, OptIn
from tests.unit.settings.test_settings import URL, load, message

COST_CENTER = {"metadata": "metadata.cost_center", "title": "Cost center", "inAlerts": True}
BATCH = {"tag": "batch"}
OTHER = f"; put it under another name into the metadata and {METADATA}"
TEAM = {"team": {"alias": "search", "platformStack": "prod"}}
PLATFORM = Platform("prod", "", "litellm-prod", True, "litellm-prod-prometheus")


def labels(*entries: object, **more: Any) -> dict[str, Any]:
    return {"prometheus": URL, "labels": list(entries), **more}


@pytest.mark.parametrize(
    ("entries", "advice"),
    [
        ([{}], ".0: set exactly one of metadata, tag, optIn"),
        ([{"title": "X"}], ".0: set exactly one of metadata, tag, optIn"),
        ([{"optIn": None}], ".0: set exactly one of metadata, tag, optIn"),
        ([{**COST_CENTER, "tag": "x"}], ".0: set exactly one of metadata, tag, optIn"),
        (["m.x"], '.0 = "m.x": must be a mapping of keys to values'),
        ([{"metadata": ""}], '.0.metadata = "": must be one line of non-blank text'),
        (
            [{"optIn": "streams"}],
            ".0.optIn = \"streams\": must be one of 'stream', 'input_sequence_length', "
            "'rate_limit_category' or 'rate_limit_type'",
        ),
        (
            [{"name": "x"}],
            ".0.name: no such key; valid keys: metadata, tag, optIn, title, inAlerts",
        ),
        (
            [{"metadata": "team_alias", "title": "X"}],
            '.0.metadata = "team_alias": is the label team_alias, which LiteLLM has anyway'
            f"{OTHER}, such as metadata.own_team_alias",
        ),
        (
            [{"metadata": "instance", "title": "X"}],
            f'.0.metadata = "instance": is the label instance, which every series has from the scrape'
            f"{OTHER}",
        ),
        (
            [{"metadata": "namespace"}],
            '.0.metadata = "namespace": is the label namespace, which every series has from the '
            f"scrape{OTHER}",
        ),
        (
            [{"metadata": "key", "title": "X"}],
            '.0.metadata = "key": is the label key, which is the name of another variable'
            f"{OTHER}, such as metadata.key",
        ),
        (
            [{"metadata": "ÄÖ"}],
            f'.0.metadata = "ÄÖ": is the label __, which Prometheus reserves for itself{OTHER}',
        ),
        (
            [{"metadata": "metadata.a-b"}, {"metadata": "metadata.a_b", "title": "X"}],
            '.1.metadata = "metadata.a_b": is the label metadata_a_b, as labels.0 is; remove one',
        ),
        (
            [COST_CENTER, {**BATCH, "title": "cost  Center"}],
            '.1.title = "cost  Center": labels.0 has the title cost  Center too; set another title',
        ),
        (
            [{"metadata": "metadata.team"}],
            ".0.title: Team is what other panels are called; set another title",
        ),
        (
            [{"tag": "User-Agent: claude-code/*"}],
            ".0.title: Tag User-Agent: claude-code/* has 29 characters; set one of at most 28",
        ),
        (
            [{"metadata": "severity", "inAlerts": True}],
            ".0.inAlerts = true: remove it; alerts have a label severity of their own",
        ),
        (
            [{"metadata": f"metadata.{each}"} for each in "abcdefghi"],
            ": has 9 labels; at most 8 are possible, since each is in most queries",
        ),
    ],
)
def test_labels_that_will_not_do(entries: list[object], advice: str) -> None:
    config = labels(*entries, selector='namespace="llm"')
    assert message(config)[1:] == [f"  labels{advice}"]


def test_labels_must_be_a_list() -> None:
    assert message({"prometheus": URL, "labels": COST_CENTER})[1:] == ["  labels: must be a list"]


@pytest.mark.parametrize(
    "title", ["Kostenstelle für “Ä”", "$team ${team} [[team]]", 'a "quoted" \\ one', "費用部門 💶"]
)
def test_titles_are_any_text(title: str) -> None:
    settings = load(labels({**COST_CENTER, "title": title}))
    assert [each.title for each in scope_of(settings, "dev").labels] == [title]
    assert declare(settings, "dev").dashboards


def test_every_opt_in_and_none_of_litellms_labels_by_default() -> None:
    settings = load(labels(*({"optIn": each.value} for each in OptIn)))
    assert [each.name for each in scope_of(settings, "dev").labels] == [
        each.value for each in OptIn
    ]
    known = {label for family in families().values() for label in family.labels}
    # Of other families, and by default.
    assert known & set(OptIn) == {"rate_limit_type"}


def names(settings: Settings) -> list[str]:
    return [each.label.name for each in settings.labels]


def recorded(settings: Settings) -> list[str]:
    recording = scope_of(settings, "prod-search").recording
    return [label.name for label in recording.own] if recording else []


def test_a_team_has_its_environments_labels_and_reads_what_that_records() -> None:
    environment = load(labels(COST_CENTER, BATCH, recordingRules="prometheus"))
    platform = declare(environment, "prod").platform
    offered = Platform.from_outputs(platform.outputs())
    assert offered == platform
    offered = replace(offered, is_folder_restricted=True)
    team = on_platform(load(TEAM), "prod-search", offered)
    assert team.labels == environment.labels
    assert recorded(team) == ["metadata_cost_center", "tag_batch"]


def test_a_team_may_have_labels_of_its_own() -> None:
    environment = load(labels(COST_CENTER, recordingRules="prometheus"))
    platform = replace(declare(environment, "prod").platform, is_folder_restricted=True)
    own = load({**TEAM, "labels": [{**COST_CENTER, "title": "Center"}, BATCH]})
    team = on_platform(own, "prod-search", platform)
    assert names(team) == ["metadata_cost_center", "tag_batch"]
    assert scope_of(team, "prod-search").labels[0].title == "Center"
    assert recorded(team) == ["metadata_cost_center"]


def test_an_empty_list_is_none() -> None:
    """It is the default in ``Pulumi.yaml``, which the engine gives to every stack."""
    platform = replace(declare(load(labels(BATCH)), "prod").platform, is_folder_restricted=True)
    assert names(on_platform(load({**TEAM, "labels": []}), "prod-search", platform)) == [
        "tag_batch"
    ]
    assert load(labels()).labels == ()


def test_without_labels_nothing_is_said_of_them() -> None:
    assert "labels" not in PLATFORM.outputs()
    assert Platform.from_outputs(PLATFORM.outputs()) == PLATFORM
    assert on_platform(load(TEAM), "prod-search", PLATFORM).labels == ()


def test_notifications_are_of_one_value_of_a_label() -> None:
    from litellm_monitoring.infra.program.alert_properties import rule_group

    alerts = {"managedBy": "grafana", "contactPoint": {"existing": "ops"}}
    declaration = declare(load(labels(COST_CENTER, alerts=alerts)), "dev")
    found = {
        rule["name"]: rule["notificationSettings"]["groupBies"]
        for group in declaration.alerting.grafana
        for rule in rule_group(group, declaration.alerting, "f")["rules"]
    }
    assert found["LiteLLMSpendSurge"] == ["grafana_folder", "alertname", "metadata_cost_center"]
    assert found["LiteLLMProxyDown"] == ["grafana_folder", "alertname"]
