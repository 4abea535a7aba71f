"""Budgets and rate limits: usage, what remains, and when it is exhausted."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import HALF_WIDTH, THIRD_WIDTH, above, below
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature, Row
from litellm_monitoring.dashboards.kit.tables import Column, Drill, table
from litellm_monitoring.dashboards.kit.visualizations import ranking, stat, time_series
from litellm_monitoring.signals import Choice, Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.catalogue.recording import CLOSE
from litellm_monitoring.signals.spending import budgets as left
from litellm_monitoring.signals.spending import limits
from litellm_monitoring.signals.spending.budgets import Holder
from litellm_monitoring.signals.spending.limits import Limit

USED = above(0.8, 1)
DAYS = below(7, 1)


def budgets(scope: Scope) -> Dashboard:
    """Which are at risk, then every budget and limit there is."""
    offered = (choices.TEAM, choices.KEY)
    scope = scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Budgets and rate limits",
        [
            Row("At risk", _close(scope), about="proxy/users", key="Close to the end"),
            Row("Budget forecast", _first(scope), about="proxy/users", key="Who runs out first"),
            Row("Budgets", _budgets(scope), about="proxy/users"),
            Row("Rate limits", _limits(scope), about="proxy/users"),
            *_rows_of_features(scope),
        ],
        choices=offered,
        description="Usage of budgets and rate limits, and when they are exhausted. Those without "
        "a budget or limit do not appear.",
    )


def budget_table(
    title: str, head: str, holder: Holder, scope: Scope, choice: Choice | None, key: str
) -> Panel:
    """All that is known of the budgets of one kind of holder, the most used first."""
    return table(
        title,
        {holder.label: head},
        Column("Used", left.used_share(scope, holder), limits=USED, bar=True),
        Column("Remaining", left.remaining(scope, holder)),
        Column("Budget", left.maximum(scope, holder)),
        Column(
            "Days until exhausted",
            left.days_left(scope, holder),
            limits=DAYS,
            decimals=1,
            in_days=True,
        ),
        Column("Hours until reset", left.hours_to_reset(scope, holder), decimals=1),
        shows="Usage of each budget, the days until it is exhausted at the spend of the last 24 "
        "hours, and the hours until it resets.",
        worry="a budget is exhausted, or will be before it resets: the proxy rejects requests "
        "beyond it",
        act="Raise the budget, or tell its owner.",
        empty="no budgets configured",
        key=key,
        drill=Drill("spend", choice) if choice else None,
    )


def limit_panel(title: str, limit: Limit, scope: Scope, key: str, width: int = HALF_WIDTH) -> Panel:
    """Who uses most of their limits."""
    return ranking(
        title,
        limits.most_used(scope, limit),
        shows="Share of the requests or tokens allowed per minute that is used, for the ten with "
        "the highest usage.",
        worry="it stays at 100%: the proxy rejects requests beyond the limit",
        act="Raise the limit, or have the client slow down on status 429.",
        empty="no rate limits configured",
        key=key,
        limits=USED,
        most=1,
        width=width,
    )


def _close(scope: Scope) -> list[Panel]:
    share = f"{100 * CLOSE:g}%"
    spent = [
        stat(
            f"{name} near budget",
            left.close_to_limit(scope, holder, name),
            shows=f"{name} that have used {share} of their budget, or more.",
            worry="it is not 0: the proxy rejects requests beyond the budget",
            act="Find them in the tables below, and raise the budget or tell its owner.",
            empty="no budgets configured",
            limits=above(1, 5),
            at_once=True,
            width=THIRD_WIDTH,
        )
        for name, holder in (("Keys", left.KEY), ("Teams", left.TEAM), ("Users", left.USER))
    ]
    limited = [
        stat(
            f"{name} near limit",
            limits.close_to_limit(scope, limit, name),
            shows=f"{name} that use {share} of a limit on requests or tokens per minute, or more.",
            worry="it stays above 0: the proxy rejects requests beyond the limit",
            act="Find them in the panels below, and raise the limit or have the client slow down.",
            empty="no rate limits configured",
            limits=above(1, 5),
            width=THIRD_WIDTH,
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
            f"Days until {name} budgets are exhausted",
            left.first_to_run_out(scope, holder),
            shows="Days until each budget is exhausted at the spend of the last 24 hours, the soonest "
            "first.",
            worry="it is fewer days than until the budget resets",
            act="Raise the budget, or tell its owner.",
            empty="no budgets configured, or no spend",
            key=f"Days until {name}s run out",
            limits=DAYS,
            most=30,
            in_days=True,
            width=THIRD_WIDTH,
        )
        for name, holder in (("key", left.KEY), ("team", left.TEAM), ("user", left.USER))
    ]


def _budgets(scope: Scope) -> list[Panel]:
    return [
        budget_table("Key budgets", "Key", left.KEY, scope, choices.KEY, "Budgets of keys"),
        budget_table("Team budgets", "Team", left.TEAM, scope, choices.TEAM, "Budgets of teams"),
        budget_table("User budgets", "User", left.USER, scope, None, "Budgets of users"),
    ]


def _limits(scope: Scope) -> list[Panel]:
    return [
        limit_panel("Key rate limit usage", limits.KEY, scope, "Rate limits of keys, used"),
        limit_panel("Team rate limit usage", limits.TEAM, scope, "Rate limits of teams, used"),
        *(
            ranking(
                f"Remaining {what.lower()} by key and model",
                limits.left_for_keys(scope, metric, 10),
                shows=f"{what} per minute remaining for keys with a limit per model, the ten with "
                "the fewest.",
                worry="one approaches 0: the proxy rejects requests beyond the limit",
                act="Raise the key's limit for the model, or have the client slow down.",
                empty="no limits per model configured",
                key=f"{what} left for keys with limits for a model",
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
            "Organizations (requires a database)",
            [
                budget_table(
                    "Organization budgets",
                    "Organization",
                    left.ORGANIZATION,
                    scope,
                    None,
                    "Budgets of organizations",
                )
            ],
            key="Organizations (they take a database)",
            collapsed=True,
            feature=Feature.ORGANIZATIONS,
            about="proxy/users",
        ),
        Row(
            "Customers (requires a database)",
            [
                budget_table(
                    "Customer budgets",
                    "Customer",
                    left.CUSTOMER,
                    scope,
                    None,
                    "Budgets of customers",
                )
            ],
            key="Customers (they take a database)",
            collapsed=True,
            feature=Feature.CUSTOMERS,
            about="proxy/customers",
        ),
        Row(
            "Projects (requires limits per model)",
            [
                limit_panel(
                    "Project rate limit usage",
                    limits.PROJECT,
                    scope,
                    "Rate limits of projects, used",
                )
            ],
            key="Projects (they take limits for models)",
            collapsed=True,
            feature=Feature.PROJECTS,
            about="proxy/users",
        ),
        Row(
            "Providers (requires router_settings.provider_budget_config)",
            key="Providers (they take router_settings.provider_budget_config)",
            panels=[_provider_budgets(scope)],
            collapsed=True,
            feature=Feature.PROVIDER_BUDGETS,
            about="proxy/provider_budget_routing",
        ),
    ]


def _provider_budgets(scope: Scope) -> Panel:
    return time_series(
        "Remaining provider budgets",
        left.remaining(scope, left.PROVIDER),
        shows="US dollars remaining of each provider's budget.",
        worry="a line approaches 0: the router then skips the provider's deployments",
        act="Raise the budget in `router_settings.provider_budget_config`, or add another "
        "provider.",
        key="Left of providers' budgets",
        empty="no provider budgets configured",
        limits=below(10, 0),
    )
