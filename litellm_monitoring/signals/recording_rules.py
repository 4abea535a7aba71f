"""The rules that record: one for each form of :mod:`litellm_monitoring.signals.catalogue.recording`, and how many keys are close
to their limits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.catalogue.recording import (
    CLOSE,
    HOUR,
    STACK_LABEL,
    TOOL,
    Form,
    Recording,
    RuleGroup,
    close_name,
)
from litellm_monitoring.signals.spending import budgets, limits
from litellm_monitoring.signals.spending.user_agents import USER_AGENT, by_tool

_TEAM = "team_alias"


@dataclass(frozen=True)
class RecordingRule:
    """What is recorded under the name ``record``, with ``labels`` besides those of ``expr``; of some,
    each hour is enough.
    """

    record: str
    expr: str
    labels: Mapping[str, str]
    is_hourly: bool = False


def recording_rules(scope: Scope) -> dict[RuleGroup, Sequence[RecordingRule]]:
    """The rules by which what ``scope`` reads is recorded; none where nothing is. What knows no
    team is not recorded for one.
    """
    recording = scope.recording
    if not recording:
        return {}
    raw = replace(scope, recording=None)
    labels = {STACK_LABEL: recording.stack}
    found: dict[RuleGroup, list[RecordingRule]] = {}
    is_of_team = scope.team_alias is not None
    for form in recording.forms:
        if is_of_team and _TEAM not in form.labels:
            continue
        rate = _rate(raw, form, recording)
        rules = found.setdefault(form.group, [])
        rules.append(RecordingRule(recording.name(form), rate, labels))
        if form.is_asked_for_many_days:
            name, hourly = recording.increase_name(form), _hourly(form, scope)
            rules.append(RecordingRule(name, hourly, labels, is_hourly=True))
    if recording.counts_close_keys and not is_of_team:
        found[RuleGroup.LIMITS] = [
            RecordingRule(close_name(gauge), expr, labels)
            for gauge, expr in _close_keys(raw, recording).items()
        ]
    return {group: tuple(rules) for group, rules in found.items()}


def _rate(raw: Scope, form: Form, recording: Recording) -> str:
    labels = (*recording.kept, *form.labels)

    def told_apart(*by: str) -> str:
        return raw.smoothed_rate(form.series, recording.window, recording.overlap, *by)

    if TOOL not in labels:
        return told_apart(*labels)
    of_header = (USER_AGENT if label == TOOL else label for label in labels)
    return raw.aggregated("sum", by_tool(told_apart(*of_header)), *labels)


def _hourly(form: Form, scope: Scope) -> str:
    recording = scope.recording
    assert recording
    rate = f'{recording.name(form)}{{{STACK_LABEL}="{recording.stack}"}}'
    # A window that ends on an evaluation begins on one too, which is not to be added up.
    return f"sum_over_time({rate}[{HOUR}] offset -1s) * {recording.interval}"


CLOSE_GAUGES = (budgets.KEY.remaining, limits.KEY.used)
"""What it is recorded about how many keys are close."""


def _close_keys(raw: Scope, recording: Recording) -> dict[str, str]:
    """By the gauge that it is about. Each proxy has its own view of a key: a key is counted once, of
    the proxy that saw it last.
    """
    kept, budget, limit = ", ".join(recording.kept), budgets.KEY, limits.KEY
    whose = ", ".join((*recording.kept, *budget.each))
    spent = budgets.used_lately(raw, budget)
    used = f"max by ({whose}) ({limits.used_by_each(raw, limit)})"
    # Who is not awake is close to nothing, and still has a budget.
    return {
        gauge: f"sum by ({kept}) (({share}) >= bool {CLOSE}) or 0 * count by ({kept}) ({there})"
        for gauge, share, there in zip(
            CLOSE_GAUGES,
            (spent, used),
            (raw.series(str(budget.maximum)), raw.series(limit.allowed)),
            strict=True,
        )
    }
