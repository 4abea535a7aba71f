"""Money: budgets that run out, and spend that is not as it was."""

from collections.abc import Callable, Iterator, Mapping

from alerts.alert import Alert, Component, Link, Severity, Threshold, Thresholds
from signals import Query, Scope, budgets, spend
from signals.budgets import Holder

_HOLDERS: Mapping[str, tuple[Holder, str, str]] = {
    "Key": (budgets.KEY, "key {api_key_alias}", "Budgets of keys"),
    "Team": (budgets.TEAM, "team {team_alias}", "Budgets of teams"),
    "User": (budgets.USER, "user {user}", "Budgets of users"),
    "Organization": (budgets.ORGANIZATION, "organization {org_alias}", "Budgets of organizations"),
}
"""Whose budget it is, what they are called in a sentence, and the panel that shows it."""

_CLOSE = Threshold(
    0.9, "percentunit", "time enough to raise a budget before requests are refused", most=1
)
_LOOK = (
    "*Spend by key* and *Models* on Spend and tokens: who spends it, on which model?",
    "Is it what they are meant to do? A loop that retries, or a larger model, looks the same.",
    "Raise the budget in LiteLLM, or let requests be refused until it begins anew.",
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
            question=f"Is the budget of {_a(name)} nearly spent?",
            ask=_of(budgets.used_by_each, holder),
            thresholds={"share": _CLOSE},
            severity=Severity.WARNING,
            component=Component.SPEND,
            summary=f"The budget of {who} is nearly spent",
            description=f"{{value}} of the budget of {who} is spent. Beyond it, requests are "
            "refused.",
            shown_on=Link("budgets", panel),
            shown_to_teams_on=Link("team-overview", "Budget used"),
            meaning="LiteLLM refuses requests beyond a budget. Who has no budget does not appear.",
            look=_LOOK,
            names_team="team_alias" if holder is budgets.TEAM else None,
            is_for_teams=holder is budgets.TEAM,
        )


def _runs_out() -> Iterator[Alert]:
    for name, (holder, who, panel) in _HOLDERS.items():
        yield Alert(
            name=f"LiteLLM{name}BudgetRunsOut",
            question=f"Will the budget of {_a(name)} be spent before it begins anew?",
            ask=_of(budgets.overspend, holder),
            thresholds={
                "share": Threshold(
                    1,
                    "percentunit",
                    "at 100 % the last dollar goes as the budget begins anew",
                    least=0.1,
                )
            },
            severity=Severity.WARNING,
            component=Component.SPEND,
            pending="1h",
            keep_firing="30m",
            summary=f"The budget of {who} will be spent before it begins anew",
            description=f"If {who} goes on as in the last 24 hours, it will have spent {{value}} of "
            "what is left by the time its budget begins anew.",
            shown_on=Link("budgets", panel),
            shown_to_teams_on=Link("team-overview", "Days until the budget is spent"),
            meaning="What was spent in the last 24 hours, carried on until the budget begins anew, is "
            "more than is left.",
            look=_LOOK,
            names_team="team_alias" if holder is budgets.TEAM else None,
            is_for_teams=holder is budgets.TEAM,
        )


ALERTS = (
    *_nearly_spent(),
    Alert(
        name="LiteLLMProviderBudgetNearlySpent",
        question="Is the budget for a provider nearly spent?",
        ask=lambda scope, _: budgets.used_of_most(scope, budgets.PROVIDER),
        thresholds={"share": _CLOSE},
        severity=Severity.WARNING,
        component=Component.SPEND,
        summary="The budget for provider {api_provider} is nearly spent",
        description="{value} of the budget for {api_provider} is spent. Beyond it, the router leaves "
        "out the provider's deployments.",
        shown_on=Link("budgets", "Left of providers' budgets"),
        meaning="`router_settings.provider_budget_config` sets what may be spent at a provider. "
        "LiteLLM tells only what is left: the most that was left within 30 days stands for the "
        "whole.",
        look=_LOOK,
    ),
    *_runs_out(),
    Alert(
        name="LiteLLMSpendSurge",
        question="Does a team spend far more than a week ago?",
        ask=lambda scope, numbers: spend.surge(scope, "team_alias", numbers["dollars"]),
        thresholds={
            "times": Threshold(
                3, "short", "weeks differ by a factor of two without anything being wrong", least=1
            ),
            "dollars": Threshold(
                10, "currencyUSD", "an hour that costs less is not worth waking anybody for"
            ),
        },
        severity=Severity.WARNING,
        component=Component.SPEND,
        pending="10m",
        keep_firing="15m",
        summary="Team {team_alias} spends {value} times as much as a week ago",
        description="In the last hour team {team_alias} spent {value} times as much as in the same "
        "hour of last week, and more than {dollars}.",
        shown_on=Link("spend", "Spend by team"),
        shown_to_teams_on=Link("team-overview", "Spend by key"),
        meaning="Spend of an hour is far above that of the same hour of last week. A team that spent "
        "nothing then has nothing to be compared with.",
        look=_LOOK,
        names_team="team_alias",
        is_for_teams=True,
    ),
    Alert(
        name="LiteLLMTeamDailySpend",
        question="Has a team spent more in 24 hours than it may?",
        ask=lambda scope, _: spend.above_daily_limits(scope),
        applies=lambda scope: bool(scope.daily_spend_limits),
        thresholds={
            "dollars": Threshold(
                0, "currencyUSD", "what each team may is set in `alerts.dailySpendLimits`", most=0
            )
        },
        severity=Severity.WARNING,
        component=Component.SPEND,
        pending="0s",
        keep_firing="30m",
        summary="Team {team_alias} spent {value} in 24 hours",
        description="Team {team_alias} spent {value} in 24 hours, which is more than "
        "`alerts.dailySpendLimits` has for it.",
        shown_on=Link("spend", "Spend by team"),
        shown_to_teams_on=Link("team-overview", "Spend today"),
        meaning="`alerts.dailySpendLimits` has what each team may spend in 24 hours. LiteLLM itself "
        "does not keep to it.",
        look=_LOOK,
        names_team="team_alias",
        is_for_teams=True,
    ),
)
