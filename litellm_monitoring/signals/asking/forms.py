"""The forms that most questions have: a counter's rate, a gauge's value, a histogram's quantile."""

from litellm_monitoring.signals.asking.counting import RANGE
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.catalogue.labels import CONFIGURED
from litellm_monitoring.signals.catalogue.metrics import family_of, histogram


def rate(scope: Scope, counter: str, *by: str, name: str = "", unit: str = "events/s") -> Query:
    """How often a second ``counter`` counts, by the labels ``by``; without them it is
    called ``name``, as in all that follow.
    """
    return Query(scope.rate(counter, *by), scope.legend(*by) or name, unit, scope.labels)


def of_largest(scope: Scope, expression: str, counter: str, *by: str, count: int = 10) -> str:
    """``expression``, told apart by ``by``, for those that ``counter`` counted most in the time
    range, where there may be more of them than anybody reads.
    """
    if CONFIGURED.issuperset(by):
        return expression
    return f"{expression} and on ({', '.join(by)}) {scope.most_in_range(count, counter, *by)}"


def increase(scope: Scope, counter: str, *by: str, name: str = "", window: str = RANGE) -> Query:
    """By how much ``counter`` has grown over ``window``, by default the whole time range."""
    expression = scope.increase(counter, window, *by)
    return Query(expression, scope.legend(*by) or name, family_of(counter).unit, scope.labels)


def ranking(scope: Scope, counter: str, *by: str, count: int = 10) -> Query:
    """Those for whom ``counter`` has grown most over the time range, and by how much."""
    expression = f"topk({count}, {scope.increase(counter, RANGE, *by)} > 0)"
    return Query(expression, scope.legend(*by), family_of(counter).unit, scope.labels)


def gauge(scope: Scope, how: str, metric: str, *by: str, name: str = "") -> Query:
    """What a gauge measures now, aggregated by the operator ``how``."""
    expression = scope.gauge(how, metric, *by)
    return Query(expression, scope.legend(*by) or name, family_of(metric).unit)


def quantile(scope: Scope, q: float, name: str, *by: str) -> Query:
    """The ``q`` quantile of a histogram, interpolated within a bucket, for those with most
    observations; nothing, not "NaN", while nothing is observed.
    """
    expression = f"{scope.quantile(q, name, *by)} >= 0"
    if by:
        expression = of_largest(scope, expression, f"{name}_count", *by)
    legend = scope.legend(*by) or f"p{100 * q:g}"
    return Query(expression, legend, histogram(name).unit, scope.labels)


def quantile_of_enough(scope: Scope, q: float, name: str, at_least: float) -> Query:
    """The ``q`` quantile of a histogram within the scope's window, where it has observed ``at_least``
    so much.
    """
    observed = scope.increase(f"{name}_count", scope.rate_window)
    expression = f"{scope.quantile(q, name)} and on () {observed} >= {at_least:g}"
    return Query(expression, f"p{100 * q:g}", histogram(name).unit)


def average(scope: Scope, name: str, *by: str, legend: str = "Average") -> Query:
    """The mean of what a histogram has observed; nothing, not "NaN", while that is nothing."""
    expression = f"{scope.average(name, *by)} >= 0"
    return Query(expression, scope.legend(*by) or legend, histogram(name).unit)


def share(part: str, whole: str, of_each: str = "vector(1)") -> str:
    """``part`` of ``whole``: 0 where there is a whole and no part, and nothing without a whole.
    ``of_each`` has something of each that is told apart, however old.
    """
    return f"({part} or 0 * {of_each}) / ({whole} > 0)"


def share_of_two(part: str, rest: str, of_each: str, at_least: str = "> 0") -> str:
    """``part`` of itself and the ``rest``, where there is ``at_least`` so much of it. ``of_each`` has
    something of each that is told apart by the part, however old.
    """
    return f"1 / (1 + ({rest} or 0 * {of_each}) / ({part} {at_least}))"


def share_of_many(part: str, whole: str, at_least: float) -> str:
    """``part`` of ``whole``, where there is ``at_least`` so much of the part."""
    return f"({part} >= {at_least:g}) / ({whole} > 0)"


def used_of_most(scope: Scope, left: str, window: str, *by: str) -> Query:
    """The share that is used where only what is ``left`` is told, by a gauge: the most that was left
    within ``window`` stands for the whole.
    """
    most = scope.aggregated("max", f"max_over_time({scope.under(left)}[{window}])", *by)
    expression = f"1 - {scope.gauge('min', left, *by)} / ({most} > 0)"
    return Query(expression, scope.legend(*by), "percentunit")


def buckets(scope: Scope, name: str) -> Query:
    """How often a second a histogram observes something, by bucket: what a heatmap shows."""
    histogram(name)
    return Query(scope.rate(f"{name}_bucket", "le"), "{{le}}", "events/s")
