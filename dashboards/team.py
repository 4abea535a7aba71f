"""Team: one team's whole picture on one page, for the people of that team."""

from grafana_foundation_sdk.models.dashboard import GridPos, Panel

from litellm_monitoring.dashboards.budgets import DAYS, USED
from litellm_monitoring.dashboards.kit.finishing import (
    CHOSEN_INTERVAL,
    HALF_WIDTH,
    STAT_HEIGHT,
    THIRD_WIDTH,
)
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature, Row
from litellm_monitoring.dashboards.kit.tables import Column, table
from litellm_monitoring.dashboards.kit.visualizations import ranking, stat, time_series
from litellm_monitoring.dashboards.rows import own_labels, panels
from litellm_monitoring.dashboards.spend import money
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices, forms
from litellm_monitoring.signals.running import features
from litellm_monitoring.signals.serving import failures, latency, traffic
from litellm_monitoring.signals.spending import budgets, limits, spend


def team(scope: Scope) -> Dashboard:
    """Whether its requests are served, what they cost, and what remains of budgets and limits."""
    own = own_labels.choices_of(scope, traffic.REQUESTS, failures.FAILURES, latency.TOTAL)
    offered = (choices.TEAM, choices.MODEL_GROUP, choices.KEY)
    # How long answers take is not recorded by key, and a key has too few to say.
    of_all_keys = scope.choosing(*offered[:2])
    scope = of_all_keys.choosing(choices.KEY)
    return Dashboard(
        "LiteLLM Team overview",
        [
            Row(
                "Right now (all keys)",
                _now(of_all_keys),
                about="proxy/users",
                key="Right now, of all keys",
            ),
            Row(
                "Spend and budget",
                [*money(own_labels.chosen(scope, spend.SPEND)), *_budget(scope)],
                about="proxy/users",
            ),
            Row("Requests", _requests(scope, of_all_keys), about="proxy/prometheus"),
            Row(
                f"Errors{own_labels.of_all(own, failures.FAILURES)}",
                _errors(scope, of_all_keys),
                about="proxy/error_diagnosis",
                key="What goes wrong",
            ),
            Row(
                "Latency (all keys)",
                _speed(of_all_keys),
                about="proxy/prometheus",
                key="Speed, of all keys",
            ),
            *own_labels.row("By label", own_labels.of_team(of_all_keys), "proxy/users"),
            Row(
                "Cache and MCP tools (requires litellm_settings.cache: true or an MCP server)",
                _extras(scope),
                key="Cache and tools (they take litellm_settings.cache: true, and MCP servers)",
                collapsed=True,
                feature=Feature.CACHE,
                about="proxy/caching",
            ),
        ],
        choices=(*offered[:2], *own, choices.KEY),
        has_interval=True,
        description="One team's requests, spend, budget and limits.",
    )


def _now(of_all_keys: Scope) -> list[Panel]:
    found = [
        stat(
            "Request rate",
            traffic.requests(of_all_keys.over(panels.NOW)),
            shows="Requests per second of the team over the last 5 minutes.",
            worry="it falls to zero while its applications run",
            act="Check that the applications can reach the proxy, and that their keys are valid.",
            key="Requests",
            empty="no requests",
        ),
        panels.success_ratio(of_all_keys),
        panels.rejected(of_all_keys),
        stat(
            "Latency, p95",
            latency.quantile(of_all_keys.over(panels.NOW), 0.95, latency.TOTAL),
            shows="Duration of the successful requests of the last 5 minutes, across all keys: 95 "
            "% took less.",
            worry="it is far above its usual value",
            act="Find the model group in *Latency by model group, p95*.",
            empty="no successful requests",
        ),
        panels.first_token(of_all_keys),
        panels.tokens_per_second(of_all_keys),
    ]
    for panel in found:
        panel.grid_pos = GridPos(w=THIRD_WIDTH, h=STAT_HEIGHT)
    return found


def _budget(scope: Scope) -> list[Panel]:
    return [
        ranking(
            "Budget usage",
            budgets.most_used(scope, budgets.TEAM),
            shows="Share of the team's budget that is used.",
            worry="it approaches 100%: the proxy then rejects requests",
            act="Ask for a larger budget, or find the key that spends most in *Spend by key*.",
            key="Budget used",
            empty="no budget configured",
            limits=USED,
            most=1,
            width=6,
            height=6,
        ),
        ranking(
            "Days until exhausted",
            budgets.first_to_run_out(scope, budgets.TEAM),
            shows="Days until nothing remains of the budget, at the spend of the last 24 hours.",
            worry="it is fewer days than until the budget resets",
            act="Ask for a larger budget, or find the key that spends most in *Spend by key*.",
            key="Days until the budget is spent",
            empty="no budget configured, or no spend",
            limits=DAYS,
            most=30,
            in_days=True,
            width=6,
            height=6,
        ),
        ranking(
            "Hours until budget reset",
            budgets.hours_to_reset(scope, budgets.TEAM),
            shows="Hours until the budget resets.",
            worry="it is long while little of the budget remains",
            act="Compare it with *Days until exhausted*.",
            key="Hours until the budget begins anew",
            empty="no budget that resets",
            width=6,
            height=6,
        ),
        ranking(
            "Rate limit usage",
            limits.most_used(scope, limits.TEAM),
            shows="Share of the requests or tokens per minute that the team may use.",
            worry="it stays at 100%: the proxy rejects requests beyond the limit",
            act="Have clients slow down on status 429, or ask for a higher limit.",
            key="Rate limits used",
            empty="no rate limits configured",
            limits=USED,
            most=1,
            width=6,
            height=6,
        ),
        ranking(
            "Spend by key",
            spend.biggest_spenders(scope, "api_key_alias"),
            shows="The team's keys with the most spend in this time range.",
            worry="one accounts for most of the spend",
            act="Check the application that uses it for retry loops and long prompts.",
            empty="no spend",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Spend by model group",
            spend.most_spent_each_interval(scope, "requested_model"),
            shows="US dollars spent on each model group, per bar.",
            worry="an expensive model takes over",
            act="Check whether a cheaper model does for these requests.",
            empty="no spend",
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
            shows="The team's requests per second by model group.",
            worry="one falls to zero",
            act="Check the application that uses it, and *Top failed requests*.",
            empty="no requests",
            width=6,
        ),
        ranking(
            "Requests by key",
            traffic.busiest(scope, "api_key_alias"),
            shows="The ten keys of the team with the most requests in this time range.",
            worry="one crowds out the others",
            act="Check the application that uses it for loops.",
            empty="no requests",
            width=6,
        ),
    ]


def _errors(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    by = ("api_key_alias", "requested_model", "exception_class", "exception_status")
    return [
        panels.client_errors(of_all_keys),
        panels.failures_by_class(of_all_keys),
        table(
            "Top failed requests",
            {
                "api_key_alias": "Key",
                "requested_model": "Model group",
                "exception_class": "Exception",
                "exception_status": "Status",
            },
            Column("Failures", failures.most_failing(scope, by=by), decimals=0),
            shows="The team's most frequent failed requests in this time range, with key, model "
            "group and exception.",
            worry="one line stands out",
            act="Status 4xx: correct the application that uses the key. Status 5xx: tell whoever "
            "runs the proxy.",
            key="What failed",
            empty="no errors",
        ),
    ]


def _speed(scope: Scope) -> list[Panel]:
    return [
        panels.quantiles(
            "End-to-end latency",
            scope,
            latency.TOTAL,
            "Duration of requests, from arrival to the end of the answer.",
            worry="p95 moves away from the median",
            act="Find the model group in *Latency by model group, p95*.",
            key="Latency, end to end",
        ),
        time_series(
            "Latency by model group, p95",
            latency.quantile(scope, 0.95, latency.TOTAL, "requested_model"),
            shows="Duration of successful requests to each model group: 95% took less.",
            worry="one is far above its usual value",
            act="Try another model group, or tell whoever runs the proxy.",
            empty="no successful requests",
        ),
    ]


def _extras(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Cache hit ratio by model",
            features.cache_hit_ratio(scope, "model"),
            shows="Share of the cache lookups for each model that found an answer.",
            worry="one falls to 0",
            act="Check whether the application's prompts still repeat.",
            width=HALF_WIDTH,
        ),
        time_series(
            "MCP tool calls",
            forms.rate(
                scope, features.MCP_CALLS, "mcp_server_name", "mcp_tool_name", unit="calls/s"
            ),
            shows="Calls per second to each MCP tool.",
            worry="one jumps: an agent may be looping",
            act="Check the agent that uses the tool.",
            key="Tool calls",
            width=HALF_WIDTH,
        ),
    ]
