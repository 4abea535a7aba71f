"""What rules record for which stack."""

from signals import Scope
from signals.promql import parsed, selectors
from signals.recording import FORMS, Recording, RuleGroup
from signals.rules import recording_rules

RECORDING = Recording("prod", 60, 15)


def test_a_stack_records_every_form_once() -> None:
    groups = recording_rules(Scope(recording=RECORDING))
    assert set(groups) == set(RuleGroup)
    names = [rule.record for rules in groups.values() for rule in rules]
    assert len(names) == len(set(names)) == len(FORMS) + 2


def test_a_team_that_records_for_itself_records_its_own_traffic_alone() -> None:
    groups = recording_rules(Scope(team_alias="search", recording=RECORDING))
    recorded = [rule for rules in groups.values() for rule in rules]
    assert [rule.record for rule in recorded] == [
        RECORDING.name(form) for form in FORMS if "team_alias" in form.labels
    ]
    for rule in recorded:
        for selector in selectors(parsed(rule.expr)):
            matchers = {(each.name, each.value) for each in selector.node.matchers.matchers}
            assert ("team_alias", "search") in matchers
