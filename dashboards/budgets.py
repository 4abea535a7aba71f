"""Budgets and rate limits: what is left, who runs out first, and when."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.kit import HALF_WIDTH, THIRD_WIDTH, above, below, ranking, stat, time_series
from dashboards.layout import Dashboard, Feature, Row
from dashboards.tables import Column, Drill, table
from signals import Choice, Scope, choices, limits
from signals import budgets as left
from signals.budgets import Holder
from signals.limits import Limit
from signals.recording import CLOSE

USED = above(0.8, 1)
DAYS = below(7, 1)


def budgets(scope: Scope) -> Dashboard:
    """Who runs out first, then every budget and limit there is."""
    offered = (choices.TEAM, choices.KEY)
    scope = scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Budgets and rate limits",
        [
            Row("Close to the end", _close(scope), about="proxy/users"),
            Row("Who runs out first", _first(scope), about="proxy/users"),
            Row("Budgets", _budgets(scope), about="proxy/users"),
            Row("Rate limits", _limits(scope), about="proxy/users"),
            *_rows_of_features(scope),
        ],
        choices=offered,
        description="What is left of budgets and rate limits. Who has none does not appear.",
    )


def budget_table(
    title: str, head: str, holder: Holder, scope: Scope, choice: Choice | None
) -> Panel:
    """All that is known of the budgets of one kind of holder, the most used first."""
    return table(
        title,
        {holder.label: head},
        Column("Used", left.used_share(scope, holder), limits=USED, bar=True),
        Column("Left", left.remaining(scope, holder)),
        Column("Budget", left.maximum(scope, holder)),
        Column("Days left", left.days_left(scope, holder), limits=DAYS, decimals=1),
        Column("Hours to reset", left.hours_to_reset(scope, holder), decimals=1),
        question="How much of each budget is used, how long does it last at the rate of the last "
        "24 hours, and when does it begin anew?",
        worry="a budget is nearly used, or is used before it begins anew: requests are then refused",
        empty="no budgets set",
        drill=Drill("spend", choice) if choice else None,
    )


def limit_panel(title: str, limit: Limit, scope: Scope, width: int = HALF_WIDTH) -> Panel:
    """Who uses most of their limits."""
    return ranking(
        title,
        limits.most_used(scope, limit),
        question="What share of the requests or tokens allowed in a minute is used, by the ten "
        "that use most?",
        worry="it stays at 100 %: requests beyond the limit are refused",
        empty="no rate limits set",
        limits=USED,
        most=1,
        width=width,
    )


def _close(scope: Scope) -> list[Panel]:
    share = f"{100 * CLOSE:g} %"
    spent = [
        stat(
            f"{name} near budget",
            left.close_to_limit(scope, holder, name),
            question=f"How many have used {share} of their budget, or more?",
            worry="it is not 0: requests beyond the budget are refused",
            empty="no budgets set",
            limits=above(1, 5),
            at_once=True,
        )
        for name, holder in (("Keys", left.KEY), ("Teams", left.TEAM), ("Users", left.USER))
    ]
    limited = [
        stat(
            f"{name} near limit",
            limits.close_to_limit(scope, limit, name),
            question=f"How many use {share} of a limit on requests or tokens a minute, or more?",
            worry="it stays above 0: requests beyond the limit are refused",
            empty="no limits set",
            limits=above(1, 5),
        )
        for name, limit in (
            ("Keys", limits.KEY),
            ("Teams", limits.TEAM),
            ("Projects", limits.PROJECT),
        )
    ]
    return [*spent, *limited]


def _first(scope: Scope) -> list[Panel]:
    return [
        ranking(
            f"Days until {name} run out",
            left.first_to_run_out(scope, holder),
            question="Whose budget is spent first, in how many days, if they go on as in the last "
            "24 hours?",
            worry="it is fewer days than until the budget begins anew",
            empty="no budgets set, or nothing spent",
            limits=DAYS,
            most=30,
            width=THIRD_WIDTH,
        )
        for name, holder in (("keys", left.KEY), ("teams", left.TEAM), ("users", left.USER))
    ]


def _budgets(scope: Scope) -> list[Panel]:
    return [
        budget_table("Budgets of keys", "Key", left.KEY, scope, choices.KEY),
        budget_table("Budgets of teams", "Team", left.TEAM, scope, choices.TEAM),
        budget_table("Budgets of users", "User", left.USER, scope, None),
    ]


def _limits(scope: Scope) -> list[Panel]:
    return [
        limit_panel("Rate limits of keys, used", limits.KEY, scope),
        limit_panel("Rate limits of teams, used", limits.TEAM, scope),
        *(
            ranking(
                f"{what} left for keys with limits for a model",
                limits.left_for_keys(scope, metric, 10),
                question=f"How many {what.lower()} a minute do keys have left for single models, "
                "of the ten with least?",
                worry="one nears 0: requests beyond the limit are refused",
                empty="no limits for single models set",
            )
            for what, metric in (
                ("Requests", limits.KEYS_MODEL_REQUESTS),
                ("Tokens", limits.KEYS_MODEL_TOKENS),
            )
        ),
    ]


def _rows_of_features(scope: Scope) -> list[Row]:
    return [
        Row(
            "Organizations (they take a database)",
            [
                budget_table(
                    "Budgets of organizations", "Organization", left.ORGANIZATION, scope, None
                )
            ],
            collapsed=True,
            feature=Feature.ORGANIZATIONS,
            about="proxy/users",
        ),
        Row(
            "Customers (they take a database)",
            [budget_table("Budgets of customers", "Customer", left.CUSTOMER, scope, None)],
            collapsed=True,
            feature=Feature.CUSTOMERS,
            about="proxy/customers",
        ),
        Row(
            "Projects (they take limits for models)",
            [limit_panel("Rate limits of projects, used", limits.PROJECT, scope)],
            collapsed=True,
            feature=Feature.PROJECTS,
            about="proxy/users",
        ),
        Row(
            "Providers (they take router_settings.provider_budget_config)",
            [_provider_budgets(scope)],
            collapsed=True,
            feature=Feature.PROVIDER_BUDGETS,
            about="proxy/provider_budget_routing",
        ),
    ]


def _provider_budgets(scope: Scope) -> Panel:
    return time_series(
        "Left of providers' budgets",
        left.remaining(scope, left.PROVIDER),
        question="How many dollars may still be spent at each provider?",
        worry="a line nears 0: the router then leaves the provider out",
        empty="no budgets of providers set",
        limits=below(10, 0),
    )
