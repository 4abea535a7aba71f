"""What requests cost, in dollars, and the tokens that they cost it for.

What is billed is in LiteLLM's database; :mod:`litellm_monitoring.signals.asking.counting` says what Prometheus sees of it.
"""

from collections.abc import Mapping

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.counting import INTERVAL, RANGE
from litellm_monitoring.signals.asking.matchers import matcher_of_name
from litellm_monitoring.signals.asking.newest import newest
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope

SPEND = "litellm_spend_metric_total"
TOKENS = "litellm_total_tokens_metric_total"
INPUT_TOKENS = "litellm_input_tokens_metric_total"
OUTPUT_TOKENS = "litellm_output_tokens_metric_total"
CACHED_INPUT_TOKENS = "litellm_input_cached_tokens_metric_total"
WRITTEN_INPUT_TOKENS = "litellm_input_cache_creation_tokens_metric_total"
REASONING_TOKENS = "litellm_output_reasoning_tokens_metric_total"
AUDIO_INPUT_TOKENS = "litellm_input_audio_tokens_metric_total"
AUDIO_OUTPUT_TOKENS = "litellm_output_audio_tokens_metric_total"
IMAGES = "litellm_images_generated_metric_total"
VIDEO_SECONDS = "litellm_video_duration_seconds_metric_total"
ZERO_COST_REQUESTS = "litellm_zero_cost_requests_total"
CAPTURE_RATE = "litellm_spend_capture_rate"


def spent(scope: Scope, *by: str) -> Query:
    """Dollars spent over the time range."""
    return forms.increase(scope, SPEND, *by, name="Spend")


def most_spent_each_interval(scope: Scope, label: str, count: int = 10) -> Query:
    """Dollars spent from each point of the graph to the next, by those that spent most in the time
    range.
    """
    each = scope.increase(SPEND, INTERVAL, label)
    expression = forms.of_largest(scope, each, SPEND, label, count=count)
    return Query(expression, scope.legend(label), "currencyUSD", scope.labels)


def biggest_spenders(scope: Scope, *by: str, count: int = 10) -> Query:
    """Those that spent most over the time range, and how many dollars."""
    return forms.ranking(scope, SPEND, *by, count=count)


def a_day(scope: Scope) -> Query:
    """Dollars a day, if it goes on as in the last hour."""
    return Query(f"24 * {scope.increase(SPEND, '1h')}", "Dollars a day", "currencyUSD")


def in_many_days(scope: Scope) -> Query | None:
    """Dollars spent over a time range of many days; None where that is not recorded."""
    spent = scope.increase_in_many_days(SPEND)
    return Query(spent, "Spend", "currencyUSD") if spent else None


def this_month(scope: Scope) -> Query | None:
    """Dollars by the end of the month (in UTC), if the days left are like the last 24 hours; the
    time range is the month so far. None where that is not recorded.
    """
    so_far = in_many_days(scope)
    if not so_far:
        return None
    days_left = "(days_in_month() - day_of_month())"
    expression = f"{so_far.expr} + {scope.increase_by_the_hour(SPEND, '1d')} * {days_left}"
    return Query(expression, "This month", "currencyUSD")


def surge(scope: Scope, dollars: float, *by: str) -> Query:
    """How many times as much this hour costs as the same hour of last week, where it costs more
    than ``dollars``; who spent nothing then has nothing to compare with.
    """
    now, then = (scope.compared(SPEND, "1h", *by, modifier=each) for each in ("", " offset 1w"))
    expression = f"({now} > {dollars:g}) / ({then} > 0)"
    return Query(expression, scope.legend(*by), "short", scope.labels)


def above_daily_limits(scope: Scope, label: str, limits: Mapping[str, float], *by: str) -> Query:
    """What those spent in 24 hours, by ``label``, that spent more dollars than their ``limits``: all of
    it, for each that is told apart by the labels ``by`` and has spent some of it.
    """
    over = [
        _above_daily_limit(scope.filtered([matcher_of_name(label, name)]), label, limit, by)
        for name, limit in limits.items()
    ]
    return Query(" or ".join(over), scope.legend(label, *by), "currencyUSD", scope.labels)


def _above_daily_limit(holder: Scope, label: str, limit: float, by: tuple[str, ...]) -> str:
    over = f"{holder.increase(SPEND, '1d', label)} > {limit:.10g}"
    if not by:
        return over
    who = f"0 * ({holder.increase(SPEND, '1d', label, *by)} > 0)"
    return f"{who} + on ({label}) group_left () ({over})"


def per_thousand_tokens(scope: Scope, label: str) -> Query:
    """Dollars for a thousand tokens, in and out, within a quarter of an hour."""
    price = _per_thousand_tokens(scope, "15m", label)
    return Query(price, scope.legend(label), "currencyUSD")


def per_thousand_tokens_in_range(scope: Scope, *by: str) -> Query:
    """The same over the time range."""
    legend = scope.legend(*by) or "Per 1k tokens"
    return Query(_per_thousand_tokens(scope, RANGE, *by), legend, "currencyUSD", scope.labels)


def _per_thousand_tokens(scope: Scope, window: str, *by: str) -> str:
    money, tokens = (scope.compared(each, window, *by) for each in (SPEND, TOKENS))
    return f"1000 * {money} / ({tokens} > 0)"


def tokens(scope: Scope, counter: str, name: str) -> Query:
    """Tokens per second of one kind."""
    return forms.rate(scope, counter, name=name, unit="tokens/s")


def tokens_by(scope: Scope, label: str) -> Query:
    """Tokens per second by a label."""
    return forms.rate(scope, TOKENS, label, unit="tokens/s")


def tokens_in_range(scope: Scope, *by: str) -> Query:
    """Tokens over the time range."""
    return forms.increase(scope, TOKENS, *by, name="Tokens")


def cached_input_share(scope: Scope, *by: str) -> Query:
    """The share of input tokens that providers read from their prompt cache."""
    cached, all_ = (
        scope.compared(each, "15m", *by) for each in (CACHED_INPUT_TOKENS, INPUT_TOKENS)
    )
    return Query(f"{cached} / ({all_} > 0)", scope.legend(*by) or "Cached", "percentunit")


def generated(scope: Scope, counter: str, name: str) -> Query:
    """Images, or seconds of video, over the time range."""
    return forms.increase(scope, counter, name=name)


def zero_cost_requests(scope: Scope) -> Query:
    """Requests in the time range that cost nothing though their model has a price."""
    return forms.ranking(scope, ZERO_COST_REQUESTS, "requested_model", "reason")


def capture_rate(scope: Scope) -> Query:
    """The share of each provider's bill that LiteLLM recorded as spend."""
    return forms.gauge(scope, "min", CAPTURE_RATE, "api_provider", name="Captured")


def at_zero_cost(scope: Scope, window: str) -> Query:
    """How many requests cost nothing over ``window`` though their model has a price, and why."""
    by = ("requested_model", "model", "reason")
    return forms.increase(scope, ZERO_COST_REQUESTS, *by, window=window)


def newest_capture_rate(scope: Scope) -> Query:
    """The same as the capture rate of the proxy that checked last: each check runs on one of them,
    and the others keep what they found before.
    """
    rate = scope.measured_under(CAPTURE_RATE)
    found = newest(scope, rate, CAPTURE_RATE, "api_provider", until_known=rate)
    expression = scope.aggregated("min", found, "api_provider")
    return Query(expression, scope.legend("api_provider"), "percentunit")
