"""What is left of budgets. Who has none is left out, and so is not in the way."""

from dataclasses import dataclass

from signals import asking
from signals.asking import gauge
from signals.catalogue import family_of
from signals.query import Query
from signals.recording import CLOSE
from signals.scope import Scope
from signals.spend import SPEND


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
    left = _newest(scope, holder, "min", scope.measured(holder.remaining), holder.label)
    return Query(left, scope.legend(holder.label), "currencyUSD")


def maximum(scope: Scope, holder: Holder) -> Query:
    """The whole budget in dollars; raises ValueError where LiteLLM does not tell it."""
    whole = scope.series(_known(holder.maximum))
    expression = _newest(scope, holder, "max", whole, holder.label)
    return Query(expression, scope.legend(holder.label), "currencyUSD")


def hours_to_reset(scope: Scope, holder: Holder) -> Query:
    """Hours until the budget begins anew; raises ValueError where LiteLLM does not tell it."""
    hours = scope.series(_known(holder.hours))
    expression = _newest(scope, holder, "min", hours, holder.label)
    return Query(expression, scope.legend(holder.label), family_of(str(holder.hours)).unit)


def used_share(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent; more than 1 where more was spent."""
    return Query(_used(scope, holder, holder.label), scope.legend(holder.label), "percentunit")


def most_used(scope: Scope, holder: Holder, count: int = 10) -> Query:
    """The share that is spent, for those who have spent most of theirs."""
    expression = f"topk({count}, {used_share(scope, holder).expr})"
    return Query(expression, scope.legend(holder.label), "percentunit")


def close_to_limit(scope: Scope, holder: Holder, name: str) -> Query:
    """How many have spent at least :data:`CLOSE` of their budget."""
    counted = scope.keys_close(KEY.remaining) if holder is KEY else None
    used = used_share(scope, holder).expr
    return Query(counted or f"sum({used} >= bool {CLOSE})", name, "short")


def days_left(scope: Scope, holder: Holder) -> Query:
    """Days until the budget is spent, if they go on as in the last 24 hours; less than 0 where more
    was spent.
    """
    a_day = scope.compared(SPEND, "1d", holder.label)
    expression = f"{remaining(scope, holder).expr} / ({a_day} > 0)"
    return Query(expression, scope.legend(holder.label), "short")


def used_by_each(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent, of every single one that has a name or an id, and spent
    something within a day.
    """
    named = _of_single_ones(scope, holder)
    return Query(_used(named, holder, *holder.each), scope.legend(*holder.each), "percentunit")


def overspend(scope: Scope, holder: Holder) -> Query:
    """What would be spent until the budget begins anew, if it goes on as in the last 24 hours, as a
    share of what is left: more than 1 runs out before. Spend is counted and so only grows, whatever
    becomes of the budget meanwhile.
    """
    named, by = _of_single_ones(scope, holder), holder.each
    hours, left = named.series(_known(holder.hours)), named.measured(holder.remaining)
    days_to_reset = _newest(named, holder, "max", f"{hours} / 24 / ({left} > 0)", *by)
    expression = f"{named.increase(SPEND, '1d', *by)} * {days_to_reset}"
    return Query(expression, scope.legend(*by), "percentunit")


def used_of_most(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent, where LiteLLM does not tell the whole."""
    return asking.used_of_most(scope, holder.remaining, "30d:1h", holder.label)


def first_to_run_out(scope: Scope, holder: Holder, count: int = 10) -> Query:
    """The same, for those who run out first."""
    expression = f"bottomk({count}, {days_left(scope, holder).expr})"
    return Query(expression, scope.legend(holder.label), "short")


def _known(metric: str | None) -> str:
    if metric is None:
        raise ValueError("LiteLLM does not tell the whole budget of providers, nor its reset")
    return metric


def _of_single_ones(scope: Scope, holder: Holder) -> Scope:
    return scope if holder.ids else scope.with_a_value(holder.label)


def _used(scope: Scope, holder: Holder, *by: str) -> str:
    return _newest(scope, holder, "max", used_of_each_series(scope, holder), *by)


def used_of_each_series(scope: Scope, holder: Holder) -> str:
    """PromQL of the share that is spent in the opinion of each worker. It sets what is left and the
    whole together; where it knows nothing of a budget any more, infinitely much is left, and that
    is no opinion.
    """
    whole = scope.series(_known(holder.maximum))
    return f"1 - ({scope.measured(holder.remaining)}) / ({whole} > 0)"


def _newest(scope: Scope, holder: Holder, how: str, value: str, *by: str) -> str:
    """The last ``value`` that the newest opinion had; of several with one name, ``how`` says which."""
    lately = f"last_over_time(({value})[1d:5m])"
    return scope.aggregated(how, scope.newest(lately, holder.remaining, *holder.each), *by)
