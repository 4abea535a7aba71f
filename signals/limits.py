"""What providers say is left of their own rate limits.

LiteLLM copies the providers' ``x-ratelimit-remaining-*`` response headers into gauges. Their
names gained the suffix ``_metric``; proxies from before that still expose the old ones, so each
is asked for under both names.
"""

from signals.query import Query
from signals.scope import Scope

REMAINING_REQUESTS = ("litellm_remaining_requests_metric", "litellm_remaining_requests")
REMAINING_TOKENS = ("litellm_remaining_tokens_metric", "litellm_remaining_tokens")

_LEGEND = "{{model_group}} · {{api_provider}} · {{api_key_alias}}"


def remaining_requests(scope: Scope, series: int) -> Query:
    """Requests left in the provider's window, for the ``series`` with most left."""
    return _most_left(scope, REMAINING_REQUESTS, series)


def remaining_tokens(scope: Scope, series: int) -> Query:
    """Tokens left in the provider's window, for the ``series`` with most left."""
    return _most_left(scope, REMAINING_TOKENS, series)


def _most_left(scope: Scope, names: tuple[str, ...], series: int) -> Query:
    if scope.team_alias is not None:
        raise ValueError(f"{names[0]} has no label team_alias: a provider's limit is no team's")
    under_any_name = " or ".join(scope.series(name) for name in names)
    return Query(f"topk({series}, {under_any_name})", _LEGEND, "short")
