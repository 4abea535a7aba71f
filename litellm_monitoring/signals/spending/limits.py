"""Rate limits: those that LiteLLM keeps to, and what providers say is left of theirs.

LiteLLM copies the providers' ``x-ratelimit-remaining-*`` response headers into gauges, each in the
provider's own scale.
"""

from dataclasses import dataclass

from litellm_monitoring.signals.asking.forms import used_of_most
from litellm_monitoring.signals.asking.newest import newest
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.catalogue.metrics import family_of, names_of
from litellm_monitoring.signals.catalogue.recording import CLOSE
from litellm_monitoring.signals.serving.traffic import REQUESTS

REMAINING_REQUESTS = "litellm_remaining_requests_metric"
REMAINING_TOKENS = "litellm_remaining_tokens_metric"
KEYS_MODEL_REQUESTS = "litellm_remaining_api_key_requests_for_model"
KEYS_MODEL_TOKENS = "litellm_remaining_api_key_tokens_for_model"

_KIND = "rate_limit_type"
"""Whether a limit is on requests or on tokens."""

_LEGEND = "{{model_group}} · {{api_provider}} · {{api_key_alias}}"


@dataclass(frozen=True)
class Limit:
    """A limit on requests or tokens a minute, by whose labels it is; ``ids`` tell them apart where
    several have no name.
    """

    by: tuple[str, ...]
    used: str
    allowed: str
    ids: tuple[str, ...] = ()


KEY = Limit(
    ("api_key_alias",),
    "litellm_api_key_rate_limit_used_metric",
    "litellm_api_key_rate_limit_allowed_metric",
    ids=("hashed_api_key",),
)
TEAM = Limit(
    ("team_alias",),
    "litellm_team_rate_limit_used_metric",
    "litellm_team_rate_limit_allowed_metric",
    ids=("team",),
)
PROJECT = Limit(
    ("project_alias", "requested_model"),
    "litellm_project_model_rate_limit_used_metric",
    "litellm_project_model_rate_limit_allowed_metric",
    ids=("project_id",),
)


def used_share(scope: Scope, limit: Limit) -> Query:
    """The share of the limit that is used in the present window."""
    by = (*limit.by, _KIND)
    expression = scope.aggregated("max", used_by_each(scope, limit), *by)
    return Query(expression, scope.legend(*by), "percentunit")


def most_used(scope: Scope, limit: Limit, count: int = 10) -> Query:
    """The same, of those who use most of theirs."""
    expression = f"topk({count}, {used_share(scope, limit).expr})"
    return Query(expression, scope.legend(*limit.by, _KIND), "percentunit")


def close_to_limit(scope: Scope, limit: Limit, name: str) -> Query:
    """How many have used at least :data:`CLOSE` of a limit."""
    if limit is KEY and (counted := scope.keys_close(KEY.used)):
        return Query(counted, name, "short")
    most = scope.aggregated("max", used_by_each(scope, limit), *limit.by, *limit.ids)
    return Query(f"sum({most} >= bool {CLOSE})", name, "short")


def at_limit(scope: Scope, limit: Limit) -> Query:
    """The share that every single one uses of a limit, who was asking within the last 5 minutes: of
    others LiteLLM keeps what they used last.
    """
    (name,) = limit.by
    named = scope if limit is KEY else scope.with_a_value(name)
    each = (name, *limit.ids)
    most = scope.aggregated("max", used_by_each(named, limit), *each)
    asking_now = f"{named.increase(REQUESTS, '5m', *each)} > 0"
    expression = f"{most} and on ({', '.join(each)}) {asking_now}"
    return Query(expression, scope.legend(*each), "percentunit")


def used_by_each(scope: Scope, limit: Limit) -> str:
    """PromQL of the share of each limit that is used, in the newest opinion on it."""
    share = f"{scope.measured(limit.used)} / ({scope.measured(limit.allowed)} > 0)"
    return newest(scope, share, limit.used, *limit.by, *limit.ids, _KIND, until_known=share)


def left_for_keys(scope: Scope, metric: str, series: int) -> Query:
    """What keys with limits for single models have least left of."""
    by = ("api_key_alias", "model")
    left = _newest_left(scope, metric, *by, "hashed_api_key")
    expression = f"bottomk({series}, {scope.aggregated('min', left, *by)})"
    return Query(expression, scope.legend(*by), family_of(metric).unit)


def left_at_providers(scope: Scope, metric: str) -> Query:
    """What providers say is left, by model group: the least of what each says of its deployments."""
    by = ("model_group", "api_provider")
    left = _newest_left(scope, metric, *by, "api_base", "litellm_model_name")
    expression = scope.aggregated("min", left, *by)
    return Query(expression, "Left", family_of(metric).unit)


def left_of_most(scope: Scope, metric: str) -> Query:
    """The share that is used of what providers say there is."""
    return used_of_most(scope, metric, "1d", "model_group", "api_provider")


def remaining_requests(scope: Scope, series: int) -> Query:
    """Requests left in the provider's window, for the ``series`` with most left."""
    return _most_left(scope, REMAINING_REQUESTS, series)


def remaining_tokens(scope: Scope, series: int) -> Query:
    """Tokens left in the provider's window, for the ``series`` with most left."""
    return _most_left(scope, REMAINING_TOKENS, series)


def _newest_left(scope: Scope, metric: str, *whose: str) -> str:
    name, *older = names_of(metric)
    left = scope.measured_under(name)
    known = newest(scope, left, name, *whose, until_known=f"-({left})")
    return " or ".join([known, *map(scope.under, older)])


def _most_left(scope: Scope, metric: str, series: int) -> Query:
    return Query(f"topk({series}, {scope.series(metric)})", _LEGEND, family_of(metric).unit)
