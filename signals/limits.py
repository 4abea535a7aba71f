"""What providers say is left of their own rate limits.

LiteLLM copies the providers' ``x-ratelimit-remaining-*`` response headers into gauges.
"""

from signals.catalogue import family_of
from signals.query import Query
from signals.scope import Scope

REMAINING_REQUESTS = "litellm_remaining_requests_metric"
REMAINING_TOKENS = "litellm_remaining_tokens_metric"

_LEGEND = "{{model_group}} · {{api_provider}} · {{api_key_alias}}"


def remaining_requests(scope: Scope, series: int) -> Query:
    """Requests left in the provider's window, for the ``series`` with most left."""
    return _most_left(scope, REMAINING_REQUESTS, series)


def remaining_tokens(scope: Scope, series: int) -> Query:
    """Tokens left in the provider's window, for the ``series`` with most left."""
    return _most_left(scope, REMAINING_TOKENS, series)


def _most_left(scope: Scope, metric: str, series: int) -> Query:
    return Query(f"topk({series}, {scope.series(metric)})", _LEGEND, family_of(metric).unit)
