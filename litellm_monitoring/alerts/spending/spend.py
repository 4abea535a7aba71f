"""Money: budgets that run out, and unusual spend."""

from collections.abc import Callable, Iterator, Mapping

from litellm_monitoring.alerts.alert import (
    Alert,
    Component,
    Link,
    Severity,
    Threshold,
    Thresholds,
    carried,
)
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.spending import budgets, spend
from litellm_monitoring.signals.spending.budgets import Holder

_HOLDERS: Mapping[str, tuple[Holder, str, str]] = {
    "Key": (budgets.KEY, "key {api_key_alias}", "Budgets of keys"),
    "Team": (budgets.TEAM, "team {team_alias}", "Budgets of teams"),
    "User": (budgets.USER, "user {user}", "Budgets of users"),
    "Organization": (budgets.ORGANIZATION, "organization {org_alias}", "Budgets of organizations"),
}
"""Whose budget it is, what they are called in a sentence, and the panel that shows it."""

_CLOSE = Threshold(
    0.9, "percentunit", "leaves time to raise a budget before requests are rejected", most=1
)
_LOOK = (
    "*Spend by key* and *Top models by spend* on Spend and tokens: who spends it, on which model?",
    "Check whether the spend is intended: a retry loop or a larger model looks the same.",
    "Raise the budget in LiteLLM, or accept that requests are rejected until it resets.",
)


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name.lower()}"


def _of(
    ask: Callable[[Scope, Holder], Query], holder: Holder
) -> Callable[[Scope, Thresholds], Query]:
    return lambda scope, _: ask(scope, holder)


def _nearly_spent() -> Iterator[Alert]:
    for name, (holder, who, panel) in _HOLDERS.items():
        yield Alert(
            name=f"LiteLLM{name}BudgetNearlySpent",
            question=f"Is the budget of {_a(name)} almost exhausted?",
            ask=_of(budgets.used_by_each, holder),
            thresholds={"share": _CLOSE},
            severity=Severity.WARNING,
            component=Component.SPEND,
            summary=f"The budget of {who} is almost exhausted",
            description=f"{{value}} of the budget of {who} is used. Once it is exhausted, LiteLLM "
            "rejects requests.",
            shown_on=Link("budgets", panel),
            shown_to_teams_on=Link("team-overview", "Budget used"),
            meaning="LiteLLM rejects requests beyond a budget.",
            look=_LOOK,
            names_team="team_alias" if holder is budgets.TEAM else None,
            is_for_teams=holder is budgets.TEAM,
        )


def _runs_out() -> Iterator[Alert]:
    for name, (holder, who, panel) in _HOLDERS.items():
        yield Alert(
            name=f"LiteLLM{name}BudgetRunsOut",
            question=f"Will the budget of {_a(name)} be exhausted before it resets?",
            ask=_of(budgets.overspend, holder),
            thresholds={
                "share": Threshold(
                    1,
                    "percentunit",
                    "at 100% the budget is exhausted just when it resets",
                    least=0.1,
                )
            },
            severity=Severity.WARNING,
            component=Component.SPEND,
            pending="1h",
            keep_firing="30m",
            summary=f"The budget of {who} will be exhausted before it resets",
            description=f"At the spend of the last 24 hours, {who} will have used {{value}} of "
            "the remaining budget by the time it resets.",
            shown_on=Link("budgets", panel),
            shown_to_teams_on=Link("team-overview", "Days until the budget is spent"),
            meaning="At the spend of the last 24 hours, the budget is exhausted before it resets.",
            look=_LOOK,
            names_team="team_alias" if holder is budgets.TEAM else None,
            is_for_teams=holder is budgets.TEAM,
        )


ALERTS = (
    *_nearly_spent(),
    Alert(
        name="LiteLLMProviderBudgetNearlySpent",
        question="Is the budget for a provider almost exhausted?",
        ask=lambda scope, _: budgets.used_of_most(scope, budgets.PROVIDER),
        thresholds={"share": _CLOSE},
        severity=Severity.WARNING,
        component=Component.SPEND,
        summary="The budget for provider {api_provider} is almost exhausted",
        description="{value} of the budget for {api_provider} is used. Once it is exhausted, the "
        "router skips the provider's deployments.",
        shown_on=Link("budgets", "Left of providers' budgets"),
        meaning="`router_settings.provider_budget_config` sets the budget for a provider. LiteLLM "
        "exposes only what remains of it: the highest value of the last 30 days stands for the "
        "whole budget.",
        look=_LOOK,
    ),
    *_runs_out(),
    Alert(
        name="LiteLLMSpendSurge",
        counts=(spend.SPEND,),
        question="Does a team spend far more than a week ago?",
        ask=lambda scope, numbers: spend.surge(
            scope, numbers["dollars"], "team_alias", *carried(scope, spend.SPEND)
        ),
        thresholds={
            "times": Threshold(3, "short", "a factor of two between weeks is normal", least=1),
            "dollars": Threshold(10, "currencyUSD", "a cheaper hour is not worth an alert"),
        },
        severity=Severity.WARNING,
        component=Component.SPEND,
        pending="10m",
        keep_firing="15m",
        summary="Team {team_alias} spends {value} times as much as a week ago",
        description="In the last hour team {team_alias} spent {value} times as much as in the "
        "same hour of last week, and more than {dollars}.",
        shown_on=Link("spend", "Spend by team"),
        shown_to_teams_on=Link("team-overview", "Spend by key"),
        meaning="The spend of an hour is far above that of the same hour of last week. A team "
        "without spend at that time is not compared.",
        look=_LOOK,
        names_team="team_alias",
        is_for_teams=True,
    ),
    Alert(
        name="LiteLLMTeamDailySpend",
        counts=(spend.SPEND,),
        question="Has a team exceeded its daily spend limit?",
        ask=lambda scope, _: spend.above_daily_limits(
            scope, "team_alias", scope.daily_spend_limits, *carried(scope, spend.SPEND)
        ),
        applies=lambda scope: bool(scope.daily_spend_limits),
        thresholds={
            "dollars": Threshold(
                0, "currencyUSD", "each team's limit is set in `alerts.dailySpendLimits`", most=0
            )
        },
        severity=Severity.WARNING,
        component=Component.SPEND,
        pending="0s",
        keep_firing="30m",
        summary="Team {team_alias} spent {value} in 24 hours",
        description="Team {team_alias} spent {value} in 24 hours, more than its limit in "
        "`alerts.dailySpendLimits`.",
        shown_on=Link("spend", "Spend by team"),
        shown_to_teams_on=Link("team-overview", "Spend today"),
        meaning="`alerts.dailySpendLimits` sets what each team may spend in 24 hours. LiteLLM "
        "itself does not enforce it.",
        look=_LOOK,
        names_team="team_alias",
        is_for_teams=True,
    ),
)
