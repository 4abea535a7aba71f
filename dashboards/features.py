"""Cache, guardrails, MCP, files and batches: each in a row that opens where it is in use."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import panels
from dashboards.kit import HALF_WIDTH, THIRD_WIDTH, above, ranking, stat, time_series
from dashboards.layout import Dashboard, Feature, Row
from signals import Scope, asking, choices
from signals import features as used


def features(scope: Scope) -> Dashboard:
    """A number for each of them, then a row for each."""
    offered = (choices.TEAM,)
    scope = scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Cache, guardrails, MCP, files and batches",
        [
            Row("In use", _in_use(scope), about="proxy/prometheus"),
            _row("Cache (it takes litellm_settings.cache: true)", Feature.CACHE, _cache(scope)),
            _row("Guardrails (it takes one)", Feature.GUARDRAILS, _guardrails(scope)),
            _row("MCP (it takes a server whose tools are called)", Feature.MCP, _mcp(scope)),
            _row(
                "Managed files and batches (they take a database)", Feature.BATCHES, _files(scope)
            ),
        ],
        choices=offered,
        description="What LiteLLM does besides passing requests on. Rows open where it is in use.",
    )


_ABOUT = {
    Feature.CACHE: "proxy/caching",
    Feature.GUARDRAILS: "proxy/guardrails/quick_start",
    Feature.MCP: "mcp",
    Feature.BATCHES: "proxy/managed_batches",
}


def _row(title: str, feature: Feature, shown: list[Panel]) -> Row:
    return Row(title, shown, collapsed=True, feature=feature, about=_ABOUT[feature])


def _in_use(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Cache hit ratio",
            used.cache_hit_ratio(scope),
            question="What share of what was looked up in the last 15 minutes did LiteLLM's cache "
            "answer?",
            worry="it falls: money is spent on answers that were there",
            empty="no lookups",
            width=6,
        ),
        stat(
            "Guardrail errors",
            asking.rate(scope.over(panels.NOW), used.GUARDRAIL_ERRORS, name="Errors"),
            question="How often a second did a guardrail end with an error in the last 5 minutes? One "
            "that refuses a request by an exception counts too.",
            worry="it rises: requests are refused, or pass unchecked",
            empty="none",
            limits=above(0.001, 1),
            width=6,
        ),
        stat(
            "MCP calls",
            asking.rate(scope.over(panels.NOW), used.MCP_CALLS, name="Calls"),
            question="How often a second were tools called through the proxy in the last 5 minutes?",
            worry="it jumps: an agent runs in circles",
            empty="no MCP calls",
            width=6,
        ),
        stat(
            "Batches whose cost is not known",
            used.batches_waiting(scope),
            question="How many batches wait for their cost to be looked up?",
            worry="it does not fall: their spend is missing",
            empty="no batches",
            width=6,
        ),
    ]


def _cache(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Hits and misses",
            asking.rate(scope, used.CACHE_HITS, name="Hits"),
            asking.rate(scope, used.CACHE_MISSES, name="Misses"),
            question="How often a second does the cache have an answer, and how often not?",
            worry="hits fall while requests do not",
            stacked=True,
        ),
        time_series(
            "Hit ratio by model",
            used.cache_hit_ratio(scope, "model"),
            question="For which models does the cache help?",
            worry="one falls to 0",
        ),
        ranking(
            "Tokens that the cache saved",
            asking.ranking(scope, used.CACHED_TOKENS, "team_alias"),
            question="How many tokens did LiteLLM's cache save each team in this time range?",
            worry="they are few while requests are many",
        ),
        time_series(
            "Providers' prompt caches",
            asking.rate(scope, used.PROMPT_CACHE_READ, name="Read", unit="cps"),
            asking.rate(scope, used.PROMPT_CACHE_WRITTEN, name="Written", unit="cps"),
            question="How many input tokens a second do providers read from and write to theirs?",
            worry="more is written than read: writing costs more than it saves",
        ),
    ]


def _guardrails(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Guardrail runs by outcome",
            asking.rate(scope, used.GUARDRAIL_REQUESTS, "guardrail_name", "status"),
            question="How often a second does each guardrail run, and how does it end?",
            worry="errors or blocked requests jump",
            stacked=True,
        ),
        time_series(
            "Share of runs that pass",
            used.guardrail_share(scope, "success"),
            question="What share of its runs does each guardrail let pass?",
            worry="one falls: callers are refused, or the guardrail is broken",
        ),
        time_series(
            "Guardrail latency, p95",
            used.guardrail_latency(scope, 0.95),
            question="How long does each guardrail take, in 95 of 100 runs?",
            worry="one takes longer than a request may wait",
        ),
        time_series(
            "Guardrail errors by type",
            asking.rate(scope, used.GUARDRAIL_ERRORS, "guardrail_name", "error_type"),
            question="What do guardrails fail or refuse with?",
            worry="a class appears that is not a refusal",
            empty="no errors",
        ),
    ]


def _mcp(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Tool calls by server and tool",
            asking.rate(scope, used.MCP_CALLS, "mcp_server_name", "mcp_tool_name"),
            question="Which tools are called how often a second?",
            worry="one jumps: an agent runs in circles",
            width=THIRD_WIDTH,
        ),
        ranking(
            "Tool calls by key",
            used.most_calls(scope),
            question="Which keys called most tools in this time range?",
            worry="one calls most of them",
            width=THIRD_WIDTH,
        ),
        ranking(
            "Spend on tools",
            used.most_tool_spend(scope),
            question="Which tools cost most in this time range?",
            worry="one costs most of it",
            width=THIRD_WIDTH,
        ),
    ]


def _files(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Since batches' costs were looked up",
            used.since_batch_cost_run(scope),
            question="How long ago did LiteLLM last look for the costs of batches?",
            worry="it grows beyond an hour: the job is stuck",
            empty="it has not run",
            limits=above(3600, 86400),
            width=6,
            height=8,
        ),
        time_series(
            "Batches made",
            asking.increase(scope, used.BATCHES_CREATED, "model", window="$__interval"),
            question="How many batches were made, by model?",
            worry="they jump",
            bars="5m",
            width=9,
        ),
        time_series(
            "Batches whose cost was looked up",
            asking.increase(scope, used.BATCHES_COSTED, "model", window="$__interval"),
            question="How many batches' cost became known, by model?",
            worry="they stop while batches are made",
            bars="5m",
            width=9,
        ),
        time_series(
            "How long batches take, p95",
            used.batch_duration(scope, 0.95),
            question="How long do batches take from their making to their end, by model?",
            worry="it nears the provider's 24 hours",
        ),
        time_series(
            "Errors when looking up costs",
            asking.rate(scope, used.BATCH_COST_ERRORS, "error_type"),
            question="What goes wrong when costs of batches are looked up?",
            worry="there are any: their spend is missing",
            empty="no errors",
            width=HALF_WIDTH,
        ),
        time_series(
            "Files made",
            asking.increase(scope, used.FILES_CREATED, "model", window="$__interval"),
            question="How many files were uploaded, by model?",
            worry="they jump",
            bars="5m",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Files deleted",
            asking.increase(scope, used.FILES_DELETED, "result", window="$__interval"),
            question="How many files were deleted, and how many were kept from it?",
            worry="many are blocked: something tries to delete others' files",
            bars="5m",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Size of the newest file",
            used.file_size(scope),
            question="How large was the last file of each purpose and model?",
            worry="it nears what the provider takes",
            width=THIRD_WIDTH,
        ),
    ]
