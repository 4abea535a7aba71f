"""What is left of budgets. Who has none is left out, and so is not in the way."""

from dataclasses import dataclass

from signals import asking
from signals.asking import gauge
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
)
CUSTOMER = Holder(
    "end_user",
    "litellm_remaining_customer_budget_metric",
    "litellm_customer_max_budget_metric",
    "litellm_customer_budget_remaining_hours_metric",
)
PROVIDER = Holder("api_provider", "litellm_provider_remaining_budget_metric")


def remaining(scope: Scope, holder: Holder) -> Query:
    """Dollars left; less than 0 where more was spent. Each proxy and worker knows what it saw
    last: the least of it is the newest, until the budget is reset.
    """
    return gauge(scope, "min", holder.remaining, holder.label, name="Left")


def maximum(scope: Scope, holder: Holder) -> Query:
    """The whole budget in dollars; raises ValueError where LiteLLM does not tell it."""
    return gauge(scope, "max", _known(holder.maximum), holder.label, name="Budget")


def hours_to_reset(scope: Scope, holder: Holder) -> Query:
    """Hours until the budget begins anew; raises ValueError where LiteLLM does not tell it."""
    return gauge(scope, "min", _known(holder.hours), holder.label, name="Hours to reset")


def used_share(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent; more than 1 where more was spent."""
    whole = maximum(scope, holder).expr
    expression = f"1 - {remaining(scope, holder).expr} / ({whole} > 0)"
    return Query(expression, scope.legend(holder.label), "percentunit")


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
    """Days until the budget is spent, if they go on as in the last 24 hours."""
    left = f"clamp_min({remaining(scope, holder).expr}, 0)"
    a_day = scope.increase_by_the_hour(SPEND, "1d", holder.label)
    return Query(f"{left} / ({a_day} > 0)", scope.legend(holder.label), "short")


def used_by_each(scope: Scope, holder: Holder) -> Query:
    """The share of the budget that is spent, of every single one that has a name or an id."""
    named, by = _of_single_ones(scope, holder), holder.each
    left, whole = named.gauge("min", holder.remaining, *by), _known(holder.maximum)
    expression = f"1 - {left} / ({named.gauge('max', whole, *by)} > 0)"
    return Query(expression, scope.legend(*by), "percentunit")


def overspend(scope: Scope, holder: Holder) -> Query:
    """What would be spent until the budget begins anew, if it goes on as in the last 24 hours, as a
    share of what is left: more than 1 runs out before. Spend is counted and so only grows, whatever
    becomes of the budget meanwhile.
    """
    named, by = _of_single_ones(scope, holder), holder.each
    in_a_day = named.increase(SPEND, "1d", *by)
    days_to_reset = f"({named.gauge('min', _known(holder.hours), *by)} / 24)"
    left = f"({named.gauge('min', holder.remaining, *by)} > 0)"
    expression = f"{in_a_day} * {days_to_reset} / {left}"
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
