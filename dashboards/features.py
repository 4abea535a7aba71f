"""Cache, guardrails, MCP, files and batches: each in a row that opens where it is in use."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import HALF_WIDTH, THIRD_WIDTH, above
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature, Row
from litellm_monitoring.dashboards.kit.visualizations import ranking, stat, time_series
from litellm_monitoring.dashboards.rows import panels
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices, forms
from litellm_monitoring.signals.running import features as used


def features(scope: Scope) -> Dashboard:
    """A number for each of them, then a row for each."""
    offered = (choices.TEAM,)
    scope = scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Cache, guardrails, MCP, files and batches",
        [
            Row("Usage", _in_use(scope), about="proxy/prometheus", key="In use"),
            _row(
                "Cache (requires litellm_settings.cache: true)",
                Feature.CACHE,
                _cache(scope),
                key="Cache (it takes litellm_settings.cache: true)",
            ),
            _row(
                "Guardrails (requires a guardrail)",
                Feature.GUARDRAILS,
                _guardrails(scope),
                key="Guardrails (it takes one)",
            ),
            _row(
                "MCP (requires an MCP server)",
                Feature.MCP,
                _mcp(scope),
                key="MCP (it takes a server whose tools are called)",
            ),
            _row(
                "Managed files and batches (requires a database)",
                Feature.BATCHES,
                _files(scope),
                key="Managed files and batches (they take a database)",
            ),
        ],
        choices=offered,
        description="Cache, guardrails, MCP tools, files and batches. Open the rows that you use.",
    )


_ABOUT = {
    Feature.CACHE: "proxy/caching",
    Feature.GUARDRAILS: "proxy/guardrails/quick_start",
    Feature.MCP: "mcp",
    Feature.BATCHES: "proxy/managed_batches",
}


def _row(title: str, feature: Feature, shown: list[Panel], key: str) -> Row:
    return Row(title, shown, collapsed=True, feature=feature, about=_ABOUT[feature], key=key)


def _in_use(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Cache hit ratio",
            used.cache_hit_ratio(scope),
            shows="Share of the cache lookups of the last 15 minutes that found an answer.",
            worry="it falls: cached answers are being paid for again",
            act="Check that Redis is up, and the cache's time to live.",
            empty="no lookups",
            width=6,
        ),
        stat(
            "Guardrail errors",
            forms.rate(
                scope.over(panels.NOW), used.GUARDRAIL_ERRORS, name="Errors", unit="errors/s"
            ),
            shows="Guardrail errors per second over the last 5 minutes. A guardrail that blocks a "
            "request by an exception counts as well.",
            worry="it rises: requests are blocked, or pass unchecked",
            act="Find the guardrail in *Guardrail errors by type*.",
            empty="no errors",
            limits=above(0.001, 1),
            width=6,
        ),
        stat(
            "MCP tool calls",
            forms.rate(scope.over(panels.NOW), used.MCP_CALLS, name="Calls", unit="calls/s"),
            shows="Calls per second to MCP tools through the proxy over the last 5 minutes.",
            worry="it jumps: an agent may be looping",
            act="Find the tool and the key in *MCP tool calls by server and tool* and *MCP tool "
            "calls by key*.",
            key="MCP calls",
            empty="no MCP calls",
            width=6,
        ),
        stat(
            "Batches pending cost",
            used.batches_waiting(scope),
            shows="Batches whose cost has not been looked up yet.",
            worry="it does not fall: their spend is missing",
            act="Look at *Batch cost errors by type*, and at the proxy's log.",
            key="Batches whose cost is not known",
            empty="no batches",
            width=6,
        ),
    ]


def _cache(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Cache hits and misses",
            forms.rate(scope, used.CACHE_HITS, name="Hits"),
            forms.rate(scope, used.CACHE_MISSES, name="Misses"),
            shows="Cache lookups per second that found an answer (hits) and that did not (misses).",
            worry="hits fall while the request rate does not",
            act="Check that Redis is up, and whether prompts have changed.",
            key="Hits and misses",
            stacked=True,
        ),
        time_series(
            "Cache hit ratio by model",
            used.cache_hit_ratio(scope, "model"),
            shows="Share of the cache lookups for each model that found an answer.",
            worry="one falls to 0",
            act="Check whether the cache is enabled for that model's requests.",
            key="Hit ratio by model",
        ),
        ranking(
            "Tokens saved by cache, by team",
            forms.ranking(scope, used.CACHED_TOKENS, "team_alias"),
            shows="Tokens in this time range that the cache saved each team.",
            worry="they are few while the team sends many requests",
            act="Check whether the team's prompts repeat, and whether it turned caching off.",
            key="Tokens that the cache saved",
        ),
        time_series(
            "Provider prompt cache tokens",
            forms.rate(scope, used.PROMPT_CACHE_READ, name="Read", unit="tokens/s"),
            forms.rate(scope, used.PROMPT_CACHE_WRITTEN, name="Written", unit="tokens/s"),
            shows="Input tokens per second that providers read from and write to their prompt "
            "caches.",
            worry="more are written than read: writing costs more than it saves",
            act="Put the part of the prompt that does not change first.",
            key="Providers' prompt caches",
        ),
    ]


def _guardrails(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Guardrail runs by outcome",
            forms.rate(scope, used.GUARDRAIL_REQUESTS, "guardrail_name", "status"),
            shows="Runs per second of each guardrail, by outcome.",
            worry="errors or blocked requests jump",
            act="Look at *Guardrail errors by type*, and at the guardrail's own log.",
            stacked=True,
        ),
        time_series(
            "Guardrail pass ratio",
            used.guardrail_share(scope, "success"),
            shows="Share of each guardrail's runs that let the request pass.",
            worry="one falls: requests are blocked, or the guardrail is broken",
            act="Look at *Guardrail errors by type*, and at the guardrail's own log.",
            key="Share of runs that pass",
        ),
        time_series(
            "Guardrail latency, p95",
            used.guardrail_latency(scope, 0.95),
            shows="Duration of each guardrail: 95% of its runs took less.",
            worry="one takes longer than a request may wait",
            act="Check the guardrail's service, or run it in parallel with the call to the model.",
        ),
        time_series(
            "Guardrail errors by type",
            forms.rate(
                scope, used.GUARDRAIL_ERRORS, "guardrail_name", "error_type", unit="errors/s"
            ),
            shows="Errors per second of each guardrail, by type of exception.",
            worry="a type appears that does not mean a blocked request",
            act="Check that the guardrail's service is up and its credentials are valid.",
            empty="no errors",
        ),
    ]


def _mcp(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "MCP tool calls by server and tool",
            forms.rate(scope, used.MCP_CALLS, "mcp_server_name", "mcp_tool_name", unit="calls/s"),
            shows="Calls per second to each MCP tool.",
            worry="one jumps: an agent may be looping",
            act="Find the key in *MCP tool calls by key*.",
            key="Tool calls by server and tool",
            width=THIRD_WIDTH,
        ),
        ranking(
            "MCP tool calls by key",
            used.most_calls(scope),
            shows="Keys with the most MCP tool calls in this time range.",
            worry="one accounts for most of them",
            act="Talk to the key's owner, or limit the key's tools.",
            key="Tool calls by key",
            width=THIRD_WIDTH,
        ),
        ranking(
            "MCP tool spend",
            used.most_tool_spend(scope),
            shows="MCP tools that cost the most in this time range.",
            worry="one accounts for most of the spend",
            act="Find the key in *MCP tool calls by key*.",
            key="Spend on tools",
            width=THIRD_WIDTH,
        ),
    ]


def _files(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Time since last batch cost check",
            used.since_batch_cost_run(scope),
            shows="Time since LiteLLM last looked up the costs of batches.",
            worry="it exceeds an hour: the job is stuck",
            act="Look at *Batch cost errors by type*, and at the proxy's log.",
            key="Since batches' costs were looked up",
            empty="not run yet",
            limits=above(3600, 86400),
            width=6,
            height=8,
        ),
        time_series(
            "Batches created",
            forms.increase(scope, used.BATCHES_CREATED, "model", window="$__interval"),
            shows="Batches created, by model.",
            worry="they jump",
            act="Find the key in the proxy's log, and check the spend on the model.",
            key="Batches made",
            bars="5m",
            width=9,
        ),
        time_series(
            "Batches with cost tracked",
            forms.increase(scope, used.BATCHES_COSTED, "model", window="$__interval"),
            shows="Batches whose cost became known, by model.",
            worry="they stop while new batches are created",
            act="Look at *Batch cost errors by type*.",
            key="Batches whose cost was looked up",
            bars="5m",
            width=9,
        ),
        time_series(
            "Batch duration, p95",
            used.batch_duration(scope, 0.95),
            shows="Time from the creation of a batch to its end, by model: 95% took less.",
            worry="it approaches the provider's limit of 24 hours",
            act="Make batches smaller, or check the provider's status page.",
            key="How long batches take, p95",
        ),
        time_series(
            "Batch cost errors by type",
            forms.rate(scope, used.BATCH_COST_ERRORS, "error_type", unit="errors/s"),
            shows="Failed lookups of batch costs per second, by type of error.",
            worry="there are any: the spend of these batches is missing",
            act="Check the provider's key and the proxy's log.",
            key="Errors when looking up costs",
            empty="no errors",
            width=HALF_WIDTH,
        ),
        time_series(
            "Files created",
            forms.increase(scope, used.FILES_CREATED, "model", window="$__interval"),
            shows="Files uploaded, by model.",
            worry="they jump",
            act="Find the key in the proxy's log.",
            key="Files made",
            bars="5m",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Files deleted",
            forms.increase(scope, used.FILES_DELETED, "result", window="$__interval"),
            shows="Files deleted, and deletions blocked.",
            worry="many are blocked: a client tries to delete files of others",
            act="Find the key in the proxy's log.",
            bars="5m",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Latest file size",
            used.file_size(scope),
            shows="Size of the last uploaded file, by purpose and model.",
            worry="it approaches the provider's limit",
            act="Have the client split its files.",
            key="Size of the newest file",
            width=THIRD_WIDTH,
        ),
    ]
