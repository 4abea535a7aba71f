"""What is left of budgets. Who has none is left out, and so is not in the way."""

from dataclasses import dataclass

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.forms import gauge
from litellm_monitoring.signals.asking.newest import newest, newest_of_awake
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.catalogue.metrics import family_of
from litellm_monitoring.signals.catalogue.recording import CLOSE
from litellm_monitoring.signals.spending.spend import SPEND


@dataclass(frozen=True)
class Holder:
    """Who has a budget: ``label`` names them, in LiteLLM's gauges and in its count of spend, and
    ``ids`` tell them apart where several have no name.
    """

    label: str
    remaining: str
    maximum: str | None = None
    hours: str | None = None
    ids: tuple[str, ...] = ()

    @property
    def each(self) -> tuple[str, ...]:
        """The labels that every single one has of its own."""
        return (self.label, *self.ids)


KEY = Holder(
    "api_key_alias",
    "litellm_remaining_api_key_budget_metric",
    "litellm_api_key_max_budget_metric",
    "litellm_api_key_budget_remaining_hours_metric",
    ids=("hashed_api_key",),
)
TEAM = Holder(
    "team_alias",
    "litellm_remaining_team_budget_metric",
    "litellm_team_max_budget_metric",
    "litellm_team_budget_remaining_hours_metric",
    ids=("team",),
)
USER = Holder(
    "user",
    "litellm_remaining_user_budget_metric",
    "litellm_user_max_budget_metric",
    "litellm_user_budget_remaining_hours_metric",
)
ORGANIZATION = Holder(
    "org_alias",
    "litellm_remaining_org_budget_metric",
    "litellm_org_max_budget_metric",
    "litellm_org_budget_remaining_hours_metric",
    ids=("org_id",),
)
CUSTOMER = Holder(
    "end_user",
    "litellm_remaining_customer_budget_metric",
    "litellm_customer_max_budget_metric",
    "litellm_customer_budget_remaining_hours_metric",
)
PROVIDER = Holder("api_provider", "litellm_provider_remaining_budget_metric")


def remaining(scope: Scope, holder: Holder) -> Query:
    """Dollars left; less than 0 where more was spent."""
    if not holder.maximum:
        return gauge(scope, "min", holder.remaining, holder.label, name="Left")
    return _shown(scope, holder, "min", scope.measured(holder.remaining), "currencyUSD")


def maximum(scope: Scope, holder: Holder) -> Query:
    """The whole budget in dollars; raises ValueError where LiteLLM does not tell it."""
    return _shown(scope, holder, "max", scope.series(_known(holder.maximum)), "currencyUSD")


def hours_to_reset(scope: Scope, holder: Holder) -> Query:
    """Hours until the budget begins anew; raises ValueError where LiteLLM does not tell it."""
    hours = _known(holder.hours)
    return _shown(scope, holder, "min", scope.series(hours), family_of(hours).unit)


def used_share(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent; more than 1 where more was spent."""
    return _shown(scope, holder, "max", used_of_each_series(scope, holder), "percentunit")


def most_used(scope: Scope, holder: Holder, count: int = 10) -> Query:
    """The share that is spent, for those who have spent most of theirs."""
    expression = f"topk({count}, {used_share(scope, holder).expr})"
    return Query(expression, scope.legend(holder.label), "percentunit")


def close_to_limit(scope: Scope, holder: Holder, name: str) -> Query:
    """How many have spent at least :data:`CLOSE` of their budget."""
    if holder is KEY and (counted := scope.keys_close(KEY.remaining)):
        return Query(counted, name, "short")
    used = scope.aggregated("max", used_lately(scope, holder), *holder.each)
    none = f"0 * count({scope.series(_known(holder.maximum))})"
    return Query(f"sum({used} >= bool {CLOSE}) or {none}", name, "short")


def days_left(scope: Scope, holder: Holder) -> Query:
    """Days until the budget is spent, if they go on as in the last 24 hours."""
    left = f"clamp_min({remaining(scope, holder).expr}, 0)"
    a_day = scope.increase_by_the_hour(SPEND, "1d", holder.label)
    expression = f"{left} / ({a_day} > 0)"
    return Query(expression, scope.legend(holder.label), "short")


def used_by_each(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent, of every single one that has a name or an id, and spent
    something within a day.
    """
    named, by = _of_single_ones(scope, holder), holder.each
    expression = scope.aggregated("max", used_lately(named, holder), *by)
    return Query(expression, scope.legend(*by), "percentunit")


def overspend(scope: Scope, holder: Holder) -> Query:
    """What would be spent until the budget begins anew, if it goes on as in the last 24 hours, as a
    share of what is left: more than 1 runs out before. Spend is counted and so only grows, whatever
    becomes of the budget meanwhile.
    """
    named, by = _of_single_ones(scope, holder), holder.each
    hours, left = named.series(_known(holder.hours)), named.measured(holder.remaining)
    days_to_reset = _lately(named, holder, f"{hours} / 24 / ({left} > 0)")
    expression = (
        f"{named.increase(SPEND, '1d', *by)} * {scope.aggregated('max', days_to_reset, *by)}"
    )
    return Query(expression, scope.legend(*by), "percentunit")


def used_of_most(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent, where LiteLLM does not tell the whole."""
    return forms.used_of_most(scope, holder.remaining, "30d:1h", holder.label)


def first_to_run_out(scope: Scope, holder: Holder, count: int = 10) -> Query:
    """The same, for those who run out first."""
    expression = f"bottomk({count}, {days_left(scope, holder).expr})"
    return Query(expression, scope.legend(holder.label), "short")


def _known(metric: str | None) -> str:
    if metric is None:
        raise ValueError("LiteLLM does not tell the whole budget of providers, nor its reset")
    return metric


def _of_single_ones(scope: Scope, holder: Holder) -> Scope:
    """Keys without an alias are told by their ids; other things without a name are many at once."""
    return scope if holder is KEY else scope.with_a_value(holder.label)


def used_lately(scope: Scope, holder: Holder) -> str:
    """PromQL of the share that is spent by those who spent something within a day."""
    return _lately(scope, holder, used_of_each_series(scope, holder))


def used_of_each_series(scope: Scope, holder: Holder) -> str:
    """PromQL of the share that is spent in the opinion of each worker. It sets what is left and the
    whole together; where it knows nothing of a budget any more, infinitely much is left, and that
    is no opinion.
    """
    whole = scope.series(_known(holder.maximum))
    return f"1 - ({scope.measured(holder.remaining)}) / ({whole} > 0)"


def _shown(scope: Scope, holder: Holder, how: str, value: str, unit: str) -> Query:
    """Of several with one name, ``how`` says which."""
    found = newest(
        scope, value, holder.remaining, *holder.each, until_known=_least_left(scope, holder)
    )
    return Query(scope.aggregated(how, found, holder.label), scope.legend(holder.label), unit)


def _lately(scope: Scope, holder: Holder, value: str) -> str:
    least_left = _least_left(scope, holder)
    return newest_of_awake(scope, value, holder.remaining, *holder.each, until_known=least_left)


def _least_left(scope: Scope, holder: Holder) -> str:
    return f"-({scope.measured(holder.remaining)})"
