"""What rules record for which stack."""

from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import is_litellms
from litellm_monitoring.signals.catalogue.recording import FORMS, Recording, RuleGroup, close_name
from litellm_monitoring.signals.recording_rules import CLOSE_GAUGES, recording_rules

RECORDING = Recording("prod", 60, 15)


def test_a_stack_records_every_form_once() -> None:
    groups = recording_rules(Scope(recording=RECORDING))
    assert set(groups) == set(RuleGroup)
    names = [rule.record for rules in groups.values() for rule in rules]
    assert set(names) == {
        *(RECORDING.name(form) for form in FORMS),
        *(RECORDING.increase_name(form) for form in FORMS if form.is_asked_for_many_days),
        *map(close_name, CLOSE_GAUGES),
    }
    assert len(names) == len(set(names))


def test_a_team_that_records_for_itself_records_its_own_traffic_alone() -> None:
    groups = recording_rules(Scope(team_alias="search", recording=RECORDING))
    recorded = [rule for rules in groups.values() for rule in rules]
    assert {rule.record for rule in recorded} == {
        name
        for form in FORMS
        if "team_alias" in form.labels
        for name in (
            RECORDING.name(form),
            *([RECORDING.increase_name(form)] if form.is_asked_for_many_days else []),
        )
    }
    for rule in recorded:
        if rule.record.endswith("increase1h"):
            continue
        for selector in selectors(parsed(rule.expr)):
            matchers = {(each.name, each.value) for each in selector.node.matchers.matchers}
            assert ("team_alias", "search") in matchers or not is_litellms(selector.metric)
