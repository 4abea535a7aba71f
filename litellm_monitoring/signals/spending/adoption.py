"""Who uses the proxy, with which coding tools and models, and what that costs, over days and weeks.

Until the last full hour where rules record each hour; else LiteLLM's own series are added up, which
costs more with each day. Who is *active* had at least one request answered: keys that do not exist,
and those of which every request is rejected, are not.
"""

import re
from collections import defaultdict

from litellm_monitoring.signals.asking.counting import RANGE
from litellm_monitoring.signals.asking.matchers import Operator, quoted
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.catalogue.labels import spellings
from litellm_monitoring.signals.catalogue.recording import TOOL
from litellm_monitoring.signals.serving.traffic import REQUESTS
from litellm_monitoring.signals.spending import spend, user_agents
from litellm_monitoring.signals.spending.user_agents import USER_AGENT

USER, KEY, TEAM = "user", "hashed_api_key", "team_alias"
GROUP = "requested_model"
COST_CENTER = "cost_center"
"""The label made from a team's, of what the team is charged to."""

DAY, WEEK = "1d", "7d"

_NO_COST_CENTER = "no cost center"


def active(scope: Scope, label: str, window: str, *by: str, name: str = "") -> Query:
    """How many values of ``label``, such as users, were active within ``window``."""
    used = _used(scope, label, window, *by)
    return Query(_more_than_none(scope, used, *by), scope.legend(*by) or name, "short")


def spent_per_user(scope: Scope, window: str, *by: str) -> Query:
    """Dollars spent within ``window`` with keys of users, for each active user."""
    spent = _summed_up(scope.with_a_value(USER), spend.SPEND, window, *by)
    used = _used(scope, USER, window, *by)
    expression = f"{spent} / ({_more_than_none(scope, used, *by)} > 0)"
    return Query(expression, scope.legend(*by) or "Per active user", "currencyUSD")


def requests(scope: Scope, window: str, *by: str) -> Query:
    """How many requests there were within ``window``."""
    return Query(
        scope.increase_by_the_hour(REQUESTS, window, *by), scope.legend(*by) or "Requests", "short"
    )


def spent(scope: Scope, window: str, *by: str) -> Query:
    """Dollars spent within ``window``."""
    expression = scope.increase_by_the_hour(spend.SPEND, window, *by)
    return Query(expression, scope.legend(*by) or "Spend", "currencyUSD")


def requests_by_tool(scope: Scope, window: str) -> Query:
    """How many requests each coding tool made within ``window``; nothing for those that made none."""
    return Query(f"{_by_tool(scope, REQUESTS, window)} > 0", scope.legend(TOOL), "short")


def spent_by_tool(scope: Scope, window: str) -> Query:
    """Dollars spent with each coding tool within ``window``; nothing for those without spend."""
    return Query(f"{_by_tool(scope, spend.SPEND, window)} > 0", scope.legend(TOOL), "currencyUSD")


def users_by_tool(scope: Scope, window: str) -> Query:
    """How many users were active with each coding tool within ``window``."""
    used = _by_tool(_answered(scope, USER), REQUESTS, window, USER)
    return Query(f"{_more_than_none(scope, used, TOOL)} > 0", scope.legend(TOOL), "short")


def share_of_group(scope: Scope, counter: str, window: str) -> Query:
    """What share of requests, or of dollars, each model group had of all within ``window``."""
    part = scope.increase_by_the_hour(counter, window, GROUP)
    whole = scope.increase_by_the_hour(counter, window)
    expression = f"{part} / on () group_left () ({whole} > 0)"
    return Query(expression, scope.legend(GROUP), "percentunit")


def cached_share(scope: Scope, window: str, *by: str) -> Query:
    """The share of input tokens that providers read from their prompt caches within ``window``."""
    cached, all_ = (
        scope.increase_by_the_hour(each, window, *by)
        for each in (spend.CACHED_INPUT_TOKENS, spend.INPUT_TOKENS)
    )
    return Query(f"{cached} / ({all_} > 0)", scope.legend(*by) or "Cached", "percentunit")


def spent_by_cost_center(scope: Scope, window: str = RANGE) -> Query:
    """Dollars spent by the teams of each cost center within ``window``."""
    each = scope.increase_by_the_hour(spend.SPEND, window, TEAM)
    expression = scope.aggregated("sum", _charged(scope, each), COST_CENTER)
    return Query(f"{expression} > 0", scope.legend(COST_CENTER), "currencyUSD")


def users_by_cost_center(scope: Scope, window: str = RANGE) -> Query:
    """How many users of the teams of each cost center were active within ``window``."""
    used = _used(scope, USER, window, TEAM)
    of_each = scope.aggregated("sum", _charged(scope, used), COST_CENTER, USER)
    active = _more_than_none(scope, of_each, COST_CENTER)
    return Query(active, scope.legend(COST_CENTER), "short")


def _answered(scope: Scope, label: str) -> Scope:
    return scope.with_a_value(label).where("status_code", Operator.MATCHES, "2..")


def _used(scope: Scope, label: str, window: str, *by: str) -> str:
    """How many requests with each value of ``label`` were answered."""
    answered = _answered(scope, label)
    if label == USER:
        return _summed_up(answered, REQUESTS, window, USER, *by)
    return answered.increase_by_the_hour(REQUESTS, window, label, *by)


def _summed_up(of_users: Scope, counter: str, window: str, *by: str) -> str:
    """By how much ``counter`` has grown: of users there are fewest series where tools are recorded."""
    of_tools = of_users.increase_in_hours(counter, window, TOOL, *by)
    if of_tools:
        return of_users.aggregated("sum", of_tools, *by)
    return of_users.increase_by_the_hour(counter, window, *by)


def _more_than_none(scope: Scope, used: str, *by: str) -> str:
    """How many there are of which something was ``used``: 0 where all of them rest."""
    return scope.aggregated("sum", f"{used} > bool 0", *by)


def _by_tool(scope: Scope, counter: str, window: str, *by: str) -> str:
    """By how much ``counter`` has grown, by coding tool and the labels ``by``."""
    if recorded := scope.increase_in_hours(counter, window, TOOL, *by):
        return recorded
    each = scope.increase(counter, window, USER_AGENT, *by)
    return scope.aggregated("sum", user_agents.by_tool(each), TOOL, *by)


def _charged(scope: Scope, of_teams: str) -> str:
    """What is told apart by team, with the cost center of each; of the last that has a team."""
    teams: dict[str, list[str]] = defaultdict(list)
    for team, center in scope.cost_centers.items():
        teams[center] += map(re.escape, spellings(team))
    patterns = {_NO_COST_CENTER: ".*", **{center: "|".join(teams[center]) for center in teams}}
    for center, pattern in patterns.items():
        # A dollar would stand for a group of the pattern.
        name = quoted(center.replace("$", "$$"))
        of_teams = (
            f'label_replace({of_teams}, "{COST_CENTER}", {name}, "{TEAM}", {quoted(pattern)})'
        )
    return of_teams
