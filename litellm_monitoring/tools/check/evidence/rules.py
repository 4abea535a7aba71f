"""The alerts and recording rules of a stack, as what evaluates them asks them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.tools.check.evidence.finding import Cause
from litellm_monitoring.tools.check.evidence.panels import TimeRange


class RuleStatus(StrEnum):
    """What becomes of a rule."""

    CAN_FIRE = "can fire"
    RECORDS = "records"
    CANNOT_FIRE = "cannot fire"
    CANNOT_RECORD = "cannot record"
    NOT_EVALUATED = "not evaluated"
    WRONG = "wrong"

    @property
    def is_good(self) -> bool:
        """Whether the rule does what it is there for."""
        return self in (RuleStatus.CAN_FIRE, RuleStatus.RECORDS)


@dataclass(frozen=True)
class RuleQuery:
    """What one rule asks at the end of ``range``. ``uid`` is that in Grafana, and empty where
    Prometheus evaluates it.
    """

    group: str
    name: str
    expression: str
    range: TimeRange
    records: bool
    uid: str = ""

    @property
    def is_instant(self) -> bool:
        """Rules are evaluated moment by moment."""
        return True


@dataclass(frozen=True)
class RuleFinding:
    """What becomes of one rule. A good one with an explanation cannot tell all that it is meant to."""

    rule: RuleQuery
    status: RuleStatus
    cause: Cause | None = None
    explanation: str = ""


def rules_of(alerting: Alerting, times: TimeRange) -> list[RuleQuery]:
    """The alerts of a stack, and then what it records."""
    found = [*_in_prometheus(alerting, times), *_in_grafana(alerting, times)]
    return sorted(found, key=lambda rule: rule.records)


def _in_prometheus(alerting: Alerting, times: TimeRange) -> Iterator[RuleQuery]:
    for group in alerting.prometheus:
        for rule in group["rules"]:
            name = rule.get("record") or rule["alert"]
            yield RuleQuery(group["name"], name, rule["expr"], times, "record" in rule)


def _in_grafana(alerting: Alerting, times: TimeRange) -> Iterator[RuleQuery]:
    for group in alerting.grafana:
        for rule in group.rules:
            # What comes after compares the value of the first.
            asked = rule.queries[0].model["expr"]
            yield RuleQuery(group.name, rule.title, asked, times, rule.record is not None, rule.uid)
