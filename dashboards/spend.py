"""Spend and tokens: who spends what on which models, and where the month will end."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import panels
from dashboards.kit import (
    CHOSEN_INTERVAL,
    HALF_WIDTH,
    THIRD_WIDTH,
    THIS_MONTH,
    above,
    below,
    ranking,
    stat,
    time_series,
    words,
)
from dashboards.layout import Dashboard, Feature, Row
from dashboards.tables import Column, Drill, table
from signals import Scope, choices
from signals import spend as spending

_TAKES_RULES = (
    "Spend of the month so far, and its forecast, require recording rules (`recordingRules`): "
    "to add up a month of every series would take Prometheus minutes."
)


def spend(scope: Scope) -> Dashboard:
    """Dollars by who and what, then tokens, then what is rare."""
    offered = (choices.MODEL_GROUP, choices.TEAM, choices.KEY)
    # By key it would be read key by key, whether or not one is chosen.
    of_all_keys = scope.choosing(*offered[:2])
    scope = of_all_keys.choosing(choices.KEY)
    return Dashboard(
        "LiteLLM Spend and tokens",
        [
            Row("In dollars", _now(scope, of_all_keys), about="proxy/cost_tracking"),
            Row("Who spends", _who(scope, of_all_keys), about="proxy/cost_tracking"),
            Row("Tokens, of all keys", _tokens(of_all_keys), about="proxy/cost_tracking"),
            Row(
                "Images, audio and video (it takes models of theirs)",
                _media(scope),
                collapsed=True,
                feature=Feature.MEDIA,
                about="proxy/cost_tracking",
            ),
            Row(
                "Organizations (it takes a database)",
                [_most("organization", "org_alias", scope)],
                collapsed=True,
                feature=Feature.ORGANIZATIONS,
                about="proxy/cost_tracking",
            ),
            Row(
                "Customers (it takes enable_end_user_cost_tracking_prometheus_only: true)",
                [_most("end user", "end_user", scope)],
                collapsed=True,
                feature=Feature.CUSTOMERS,
                about="proxy/customers",
            ),
            Row(
                "Is it all counted?", _counted(scope), collapsed=True, about="proxy/custom_pricing"
            ),
        ],
        choices=offered,
        has_interval=True,
        description="What requests cost, as LiteLLM counts it in its metrics. What is billed is in "
        "its database.",
    )


def money(scope: Scope, width: int = 4) -> list[Panel]:
    """What was spent, and what will be."""
    return [
        panels.spend_today(scope, width),
        *_month(scope, width),
        panels.spend_a_day(scope, width),
    ]


def _month(scope: Scope, width: int) -> list[Panel]:
    so_far, forecast = spending.in_many_days(scope), spending.this_month(scope)
    if not so_far or not forecast:
        return [words("Spend this month", _TAKES_RULES, width=2 * width)]
    return [
        stat(
            "Spend this month",
            so_far,
            question="How many dollars were spent since the month began, until the last full hour?",
            worry="it is ahead of the month",
            empty="nothing spent",
            at_once=True,
            time_from=THIS_MONTH,
            width=width,
        ),
        stat(
            "Month's forecast",
            forecast,
            question="How many dollars will the month cost if the days left (in UTC) are like the "
            "last 24 hours?",
            worry="it is more than the month may cost",
            empty="nothing spent",
            at_once=True,
            time_from=THIS_MONTH,
            width=width,
        ),
    ]


def _now(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    return [
        *money(scope),
        stat(
            "Per 1k tokens",
            spending.per_thousand_tokens_in_range(of_all_keys),
            question="How many dollars do a thousand tokens, in and out, cost in this time range? Of "
            "all keys.",
            worry="it rises: dearer models are asked",
            empty="no tokens",
            decimals=4,
            at_once=True,
        ),
        stat(
            "Cached input",
            spending.cached_input_share(of_all_keys),
            question="What share of the input tokens of the last 15 minutes did providers read from "
            "their prompt cache, for less money? Of all keys.",
            worry="it falls: prompts no longer begin alike",
            empty="none reported",
        ),
    ]


def _who(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    return [
        time_series(
            "Spend by team",
            spending.most_spent_each_interval(of_all_keys, "team_alias"),
            question="Which teams spend how many dollars, for each bar? Of all keys.",
            worry="a team spends far more than it used to",
            empty="nothing spent",
            bars=CHOSEN_INTERVAL,
        ),
        time_series(
            "Spend by model group",
            spending.most_spent_each_interval(scope, "requested_model"),
            question="On which model groups is how much spent, for each bar?",
            worry="a dear model takes over",
            empty="nothing spent",
            bars=CHOSEN_INTERVAL,
        ),
        table(
            "Teams",
            {"team_alias": "Team"},
            Column("Spend", spending.spent(of_all_keys, "team_alias")),
            Column("Tokens", spending.tokens_in_range(of_all_keys, "team_alias"), decimals=0),
            Column(
                "Per 1k tokens", spending.per_thousand_tokens_in_range(of_all_keys, "team_alias")
            ),
            question="What did each team spend in this time range, and at what price? Of all keys.",
            worry="one spends most of it",
            empty="nothing spent",
            drill=Drill("team-overview", choices.TEAM),
            width=HALF_WIDTH,
        ),
        table(
            "Models",
            {"requested_model": "Model group", "model": "Model"},
            Column("Spend", spending.spent(scope, "requested_model", "model")),
            question="What did each model cost in this time range?",
            worry="a dear model takes over",
            empty="nothing spent",
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
        question=f"Which ten spent most in this time range, by {name}?",
        worry="one spends most of it",
        empty="nothing spent",
        width=THIRD_WIDTH,
    )


def _tokens(scope: Scope) -> list[Panel]:
    return [
        panels.tokens_in_and_out(scope),
        time_series(
            "Kinds of tokens",
            spending.tokens(scope, spending.CACHED_INPUT_TOKENS, "Read from prompt caches"),
            spending.tokens(scope, spending.WRITTEN_INPUT_TOKENS, "Written to prompt caches"),
            spending.tokens(scope, spending.REASONING_TOKENS, "Reasoning"),
            question="How many of them do providers cache, and how many go into reasoning?",
            worry="reasoning grows: callers pay for thinking that they do not see",
            empty="no provider reports them",
        ),
        time_series(
            "Tokens by model group",
            spending.tokens_by(scope, "requested_model"),
            question="Which model groups get through most tokens?",
            worry="a dear model takes over",
            empty="no tokens",
        ),
        time_series(
            "Price by model group",
            spending.per_thousand_tokens(scope, "requested_model"),
            question="How many dollars do a thousand tokens of each model group cost?",
            worry="one changes: prices, or the share of dear output tokens, have",
            empty="no tokens",
        ),
    ]


def _media(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Audio tokens",
            spending.tokens(scope, spending.AUDIO_INPUT_TOKENS, "In"),
            spending.tokens(scope, spending.AUDIO_OUTPUT_TOKENS, "Out"),
            question="How many audio tokens a second go in and come out?",
            worry="they appear where nobody should use audio",
            width=THIRD_WIDTH,
        ),
        stat(
            "Images",
            spending.generated(scope, spending.IMAGES, "Images"),
            question="How many images were made in this time range?",
            worry="they appear where nobody should make images",
            empty="no images",
            decimals=0,
            at_once=True,
            width=THIRD_WIDTH,
            height=8,
        ),
        stat(
            "Video",
            spending.generated(scope, spending.VIDEO_SECONDS, "Video"),
            question="How many seconds of video were made in this time range?",
            worry="they appear where nobody should make video",
            empty="no video",
            at_once=True,
            width=THIRD_WIDTH,
            height=8,
        ),
    ]


def _counted(scope: Scope) -> list[Panel]:
    return [
        ranking(
            "Requests that cost nothing",
            spending.zero_cost_requests(scope),
            question="Which model groups have a price, but requests that cost nothing, and why?",
            worry="there are any: their spend is missing everywhere, budgets included",
            empty="none: every priced model's requests cost something",
            limits=above(1, 100),
        ),
        time_series(
            "Share of the providers' bills that was counted",
            spending.capture_rate(scope),
            question="How much of what each provider bills did LiteLLM count as spend?",
            worry="it is below 1: prices are wrong, or requests go around the proxy",
            limits=below(0.98, 0.9),
        ),
    ]
