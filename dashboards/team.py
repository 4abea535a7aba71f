"""Team: one team's whole picture on one page, for the people of that team."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import panels
from dashboards.budgets import DAYS, USED
from dashboards.kit import CHOSEN_INTERVAL, HALF_WIDTH, THIRD_WIDTH, ranking, stat, time_series
from dashboards.layout import Dashboard, Feature, Row
from dashboards.spend import money
from dashboards.tables import Column, table
from signals import (
    Scope,
    asking,
    budgets,
    choices,
    failures,
    features,
    latency,
    limits,
    spend,
    traffic,
)


def team(scope: Scope) -> Dashboard:
    """Whether its requests are served, what they cost, and what is left of budgets and limits."""
    offered = (choices.TEAM, choices.MODEL_GROUP, choices.KEY)
    # How long answers take is not recorded by key, and a key has too few to say.
    of_all_keys = scope.choosing(*offered[:2])
    scope = of_all_keys.choosing(choices.KEY)
    return Dashboard(
        "LiteLLM Team overview",
        [
            Row("Right now, of all keys", _now(of_all_keys), about="proxy/users"),
            Row("Spend and budget", [*money(scope, width=6), *_budget(scope)], about="proxy/users"),
            Row("Requests", _requests(scope, of_all_keys), about="proxy/prometheus"),
            Row("What goes wrong", _errors(scope, of_all_keys), about="proxy/error_diagnosis"),
            Row("Speed, of all keys", _speed(of_all_keys), about="proxy/prometheus"),
            Row(
                "Cache and tools (they take litellm_settings.cache: true, and MCP servers)",
                _extras(scope),
                collapsed=True,
                feature=Feature.CACHE,
                about="proxy/caching",
            ),
        ],
        choices=offered,
        has_interval=True,
        description="One team's requests, spend, budget and limits.",
    )


def _now(of_all_keys: Scope) -> list[Panel]:
    return [
        stat(
            "Requests",
            traffic.requests(of_all_keys.over(panels.NOW)),
            question="How many requests a second did the team make in the last 5 minutes?",
            worry="it falls to zero while its programs run",
            empty="no requests",
        ),
        panels.success_ratio(of_all_keys),
        panels.rejected(of_all_keys),
        stat(
            "Latency, p95",
            latency.quantile(of_all_keys.over(panels.NOW), 0.95, latency.TOTAL),
            question="How long did 95 of 100 successful requests of the last 5 minutes take at most? "
            "Of all keys.",
            worry="it is far above its usual value",
            empty="no successful requests",
        ),
        panels.first_token(of_all_keys),
        panels.tokens_per_second(of_all_keys),
    ]


def _budget(scope: Scope) -> list[Panel]:
    return [
        ranking(
            "Budget used",
            budgets.most_used(scope, budgets.TEAM),
            question="How much of its budget has the team spent?",
            worry="it nears 100 %: requests are then refused",
            empty="no budget set",
            limits=USED,
            most=1,
            width=6,
            height=6,
        ),
        ranking(
            "Days until the budget is spent",
            budgets.first_to_run_out(scope, budgets.TEAM),
            question="How many days does the budget last, if the team goes on as in the last 24 "
            "hours?",
            worry="it is fewer days than until the budget begins anew",
            empty="no budget set, or nothing spent",
            limits=DAYS,
            most=30,
            width=6,
            height=6,
        ),
        ranking(
            "Hours until the budget begins anew",
            budgets.hours_to_reset(scope, budgets.TEAM),
            question="When does the budget begin anew?",
            worry="it is long while little is left",
            empty="no budget that begins anew",
            width=6,
            height=6,
        ),
        ranking(
            "Rate limits used",
            limits.most_used(scope, limits.TEAM),
            question="What share of the requests or tokens that it may send in a minute does the "
            "team use?",
            worry="it stays at 100 %: requests beyond the limit are refused",
            empty="no rate limits set",
            limits=USED,
            most=1,
            width=6,
            height=6,
        ),
        ranking(
            "Spend by key",
            spend.biggest_spenders(scope, "api_key_alias"),
            question="Which of the team's keys spent most in this time range?",
            worry="one spends most of it",
            empty="nothing spent",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Spend by model group",
            spend.most_spent_each_interval(scope, "requested_model"),
            question="On which model groups is how much spent, for each bar?",
            worry="a dear model takes over",
            empty="nothing spent",
            bars=CHOSEN_INTERVAL,
            width=16,
        ),
    ]


def _requests(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    return [
        panels.outcomes(of_all_keys),
        time_series(
            "Requests by model group",
            traffic.requests(of_all_keys, "requested_model"),
            question="Which model groups does the team ask most?",
            worry="one falls to zero",
            empty="no requests",
            width=6,
        ),
        ranking(
            "Requests by key",
            traffic.busiest(scope, "api_key_alias"),
            question="Which ten of the team's keys asked most in this time range?",
            worry="one crowds out the others",
            empty="no requests",
            width=6,
        ),
    ]


def _errors(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    by = ("api_key_alias", "requested_model", "exception_class", "exception_status")
    return [
        panels.callers_mistakes(of_all_keys),
        panels.failures_by_class(of_all_keys),
        table(
            "What failed",
            {
                "api_key_alias": "Key",
                "requested_model": "Model group",
                "exception_class": "Exception",
                "exception_status": "Status",
            },
            Column("Failures", failures.most_failing(scope, by=by), decimals=0),
            question="What failed most in this time range, with which key and model?",
            worry="one line stands out",
            empty="nothing failed",
        ),
    ]


def _speed(scope: Scope) -> list[Panel]:
    return [
        panels.quantiles("Latency, end to end", scope, latency.TOTAL, "How long do requests take?"),
        time_series(
            "Latency by model group, p95",
            latency.quantile(scope, 0.95, latency.TOTAL, "requested_model"),
            question="Which model groups are slow? Of successful requests only.",
            worry="one is far above its usual value",
            empty="no successful requests",
        ),
    ]


def _extras(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Cache hit ratio by model",
            features.cache_hit_ratio(scope, "model"),
            question="For which models does LiteLLM's cache help?",
            worry="one falls to 0",
            width=HALF_WIDTH,
        ),
        time_series(
            "Tool calls",
            asking.rate(scope, features.MCP_CALLS, "mcp_server_name", "mcp_tool_name"),
            question="Which tools does the team call how often a second?",
            worry="one jumps: an agent runs in circles",
            width=HALF_WIDTH,
        ),
    ]
