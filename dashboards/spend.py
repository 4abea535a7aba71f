"""Spend and tokens: who spends what on which models, and where the month will end."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import (
    CHOSEN_INTERVAL,
    HALF_WIDTH,
    STAT_WIDTH,
    THIRD_WIDTH,
    THIS_MONTH,
    above,
    below,
)
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature, Row
from litellm_monitoring.dashboards.kit.tables import Column, Drill, table
from litellm_monitoring.dashboards.kit.visualizations import ranking, stat, time_series, words
from litellm_monitoring.dashboards.rows import own_labels, panels
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.spending import spend as spending

_REQUIRES_RULES = (
    "This month's spend and its forecast require recording rules (`recordingRules`): adding up a "
    "month of every series would take Prometheus minutes."
)


def spend(scope: Scope) -> Dashboard:
    """Dollars by who and what, then tokens, then what is rare."""
    own = own_labels.choices_of(scope, spending.SPEND)
    offered = (choices.MODEL_GROUP, choices.TEAM, choices.KEY)
    # By key it would be read key by key, whether or not one is chosen.
    of_all_keys = scope.choosing(*offered[:2], *own)
    scope = of_all_keys.choosing(choices.KEY)
    return Dashboard(
        "LiteLLM Spend and tokens",
        [
            Row("Spend", _now(scope, of_all_keys), about="proxy/cost_tracking", key="In dollars"),
            Row(
                "Top spenders",
                _who(scope, of_all_keys),
                about="proxy/cost_tracking",
                key="Who spends",
            ),
            *own_labels.row(
                "Spend by label", own_labels.spending(of_all_keys), "proxy/cost_tracking"
            ),
            Row(
                "Tokens (all keys)",
                _tokens(of_all_keys),
                about="proxy/cost_tracking",
                key="Tokens, of all keys",
            ),
            Row(
                "Images, audio and video (requires models for them)",
                _media(scope),
                key="Images, audio and video (it takes models of theirs)",
                collapsed=True,
                feature=Feature.MEDIA,
                about="proxy/cost_tracking",
            ),
            Row(
                "Organizations (requires a database)",
                [_most("organization", "org_alias", scope)],
                key="Organizations (it takes a database)",
                collapsed=True,
                feature=Feature.ORGANIZATIONS,
                about="proxy/cost_tracking",
            ),
            Row(
                "Customers (requires enable_end_user_cost_tracking_prometheus_only: true)",
                [_most("end user", "end_user", scope)],
                key="Customers (it takes enable_end_user_cost_tracking_prometheus_only: true)",
                collapsed=True,
                feature=Feature.CUSTOMERS,
                about="proxy/customers",
            ),
            Row(
                "Untracked spend",
                _counted(scope),
                collapsed=True,
                about="proxy/custom_pricing",
                key="Is it all counted?",
            ),
        ],
        choices=(*offered[:2], *own, choices.KEY),
        has_interval=True,
        description="What requests cost, as LiteLLM tracks it in its metrics. For billing, use "
        "its database.",
    )


def money(scope: Scope) -> list[Panel]:
    """What was spent, and what will be."""
    return [panels.spend_today(scope), *_month(scope), panels.spend_a_day(scope)]


def _month(scope: Scope) -> list[Panel]:
    so_far, forecast = spending.in_many_days(scope), spending.this_month(scope)
    if not so_far or not forecast:
        return [words("Spend this month", _REQUIRES_RULES, width=2 * STAT_WIDTH)]
    return [
        stat(
            "Spend this month",
            so_far,
            shows="US dollars spent since the beginning of the month, up to the last full hour.",
            worry="it is ahead of your monthly plan",
            act="Find the team, key or model that spends most, and set a budget.",
            empty="no spend",
            at_once=True,
            time_from=THIS_MONTH,
        ),
        stat(
            "Monthly forecast",
            forecast,
            shows="US dollars that the whole month costs if its remaining days (in UTC) are like "
            "the last 24 hours.",
            worry="it is above your monthly budget",
            act="Find the team, key or model that spends most, and set a budget.",
            key="Month's forecast",
            empty="no spend",
            at_once=True,
            time_from=THIS_MONTH,
        ),
    ]


def _now(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    return [
        *money(scope),
        stat(
            "Cost per 1K tokens",
            spending.per_thousand_tokens_in_range(of_all_keys),
            shows="Mean price in US dollars of 1,000 tokens, input and output, in this time "
            "range, across all keys.",
            worry="it rises: more expensive models are in use",
            act="Find the model in *Cost per 1K tokens by model group*.",
            key="Per 1k tokens",
            empty="no tokens",
            decimals=4,
            at_once=True,
            width=HALF_WIDTH,
        ),
        stat(
            "Cached input tokens",
            spending.cached_input_share(of_all_keys),
            shows="Share of the input tokens of the last 15 minutes that providers read from "
            "their prompt cache, at a lower price, across all keys.",
            worry="it falls: prompts no longer begin with the same text",
            act="Ask the team with the most input tokens what changed in its prompts.",
            key="Cached input",
            empty="none reported",
            width=HALF_WIDTH,
        ),
    ]


def _who(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    return [
        time_series(
            "Spend by team",
            spending.most_spent_each_interval(of_all_keys, "team_alias"),
            shows="US dollars spent by each team, per bar, across all keys.",
            worry="a team spends far more than usual",
            act="Open the team in *Top teams by spend*, and check for retry loops.",
            empty="no spend",
            bars=CHOSEN_INTERVAL,
        ),
        time_series(
            "Spend by model group",
            spending.most_spent_each_interval(scope, "requested_model"),
            shows="US dollars spent on each model group, per bar.",
            worry="an expensive model takes over",
            act="Find the team that switched to it in *Tokens by model group* and *Spend by team*.",
            empty="no spend",
            bars=CHOSEN_INTERVAL,
        ),
        table(
            "Top teams by spend",
            {"team_alias": "Team"},
            Column("Spend", spending.spent(of_all_keys, "team_alias")),
            Column("Tokens", spending.tokens_in_range(of_all_keys, "team_alias"), decimals=0),
            Column(
                "Cost per 1K tokens",
                spending.per_thousand_tokens_in_range(of_all_keys, "team_alias"),
            ),
            shows="Spend, tokens and price of each team in this time range, across all keys.",
            worry="one accounts for most of the spend",
            act="Open the team, and set a budget for it.",
            key="Teams",
            empty="no spend",
            drill=Drill("team-overview", choices.TEAM),
            width=HALF_WIDTH,
        ),
        table(
            "Top models by spend",
            {"requested_model": "Model group", "model": "Model"},
            Column("Spend", spending.spent(scope, "requested_model", "model")),
            shows="Spend on each model in this time range.",
            worry="an expensive model takes over",
            act="Check whether a cheaper model does for these requests.",
            key="Models",
            empty="no spend",
            drill=Drill("models", choices.MODEL_GROUP),
            width=HALF_WIDTH,
        ),
        _most("key", "api_key_alias", scope),
        _most("user", "user", scope),
        _most("provider", "api_provider", scope),
    ]


def _most(name: str, label: str, scope: Scope) -> Panel:
    return ranking(
        f"Spend by {name}",
        spending.biggest_spenders(scope, label),
        shows=f"The ten with the most spend in this time range, by {name}.",
        worry="one accounts for most of the spend",
        act="Check it for retry loops and expensive models, and set a budget.",
        empty="no spend",
        width=THIRD_WIDTH,
    )


def _tokens(scope: Scope) -> list[Panel]:
    return [
        panels.tokens_in_and_out(scope),
        time_series(
            "Cached and reasoning tokens",
            spending.tokens(scope, spending.CACHED_INPUT_TOKENS, "Read from prompt caches"),
            spending.tokens(scope, spending.WRITTEN_INPUT_TOKENS, "Written to prompt caches"),
            spending.tokens(scope, spending.REASONING_TOKENS, "Reasoning"),
            shows="Tokens per second that providers read from and write to their prompt caches, "
            "and that models use for reasoning.",
            worry="reasoning tokens grow: they are billed, and not part of the answer",
            act="Lower the reasoning effort for the model group that uses them.",
            key="Kinds of tokens",
            empty="not reported by any provider",
        ),
        time_series(
            "Tokens by model group",
            spending.tokens_by(scope, "requested_model"),
            shows="Tokens per second, input and output, by model group.",
            worry="an expensive model takes over",
            act="Find the team behind it in *Top teams by spend*.",
            empty="no tokens",
        ),
        time_series(
            "Cost per 1K tokens by model group",
            spending.per_thousand_tokens(scope, "requested_model"),
            shows="Mean price in US dollars of 1,000 tokens of each model group.",
            worry="one changes: its prices did, or its share of more expensive output tokens",
            act="Compare the configured prices with the provider's price list.",
            key="Price by model group",
            empty="no tokens",
        ),
    ]


def _media(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Audio tokens",
            spending.tokens(scope, spending.AUDIO_INPUT_TOKENS, "In"),
            spending.tokens(scope, spending.AUDIO_OUTPUT_TOKENS, "Out"),
            shows="Audio tokens per second, input and output.",
            worry="they appear where no audio is expected",
            act="Find the model and the key in *Top models by spend* and *Spend by key*.",
            width=THIRD_WIDTH,
        ),
        stat(
            "Images generated",
            spending.generated(scope, spending.IMAGES, "Images"),
            shows="Images generated in this time range.",
            worry="they appear where no images are expected",
            act="Find the model and the key in *Top models by spend* and *Spend by key*.",
            key="Images",
            empty="no images",
            decimals=0,
            at_once=True,
            width=THIRD_WIDTH,
            height=8,
        ),
        stat(
            "Video generated",
            spending.generated(scope, spending.VIDEO_SECONDS, "Video"),
            shows="Seconds of video generated in this time range.",
            worry="it appears where no video is expected",
            act="Find the model and the key in *Top models by spend* and *Spend by key*.",
            key="Video",
            empty="no video",
            at_once=True,
            width=THIRD_WIDTH,
            height=8,
        ),
    ]


def _counted(scope: Scope) -> list[Panel]:
    return [
        ranking(
            "Zero-cost requests",
            spending.zero_cost_requests(scope),
            shows="Requests to models with a price that were tracked at zero cost, by model group "
            "and reason.",
            worry="there are any: they are missing from all spend, budgets included",
            act="Check the model's prices in LiteLLM's configuration.",
            key="Requests that cost nothing",
            empty="none: all requests to models with a price have a cost",
            limits=above(1, 100),
        ),
        time_series(
            "Spend capture rate",
            spending.capture_rate(scope),
            shows="Share of each provider's bill that LiteLLM tracked as spend.",
            worry="it is below 1: prices are wrong, or requests bypass the proxy",
            act="Compare the configured prices with the bill, and look for keys used outside the "
            "proxy.",
            key="Share of the providers' bills that was counted",
            limits=below(0.98, 0.9),
        ),
    ]
