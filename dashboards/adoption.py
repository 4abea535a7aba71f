"""Adoption: who uses the proxy, with which tools and models, and what that costs, for who pays."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import HALF_WIDTH
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row
from litellm_monitoring.dashboards.kit.tables import Column, Drill, table
from litellm_monitoring.dashboards.kit.visualizations import ranking, stat, time_series
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.asking.counting import RANGE
from litellm_monitoring.signals.serving import traffic as asked
from litellm_monitoring.signals.spending import adoption as used
from litellm_monitoring.signals.spending import spend
from litellm_monitoring.signals.spending.adoption import DAY, KEY, USER, WEEK

_IF_RECORDED, _ELSE = "now-28d", "now-7d"
"""Time ranges: without recording rules, each day costs as much as reading a day of every series."""

_TEAMS, _USERS = "Adoption by team", "Adoption by user"
"""Tables."""

_COSTS = "proxy/cost_tracking"


def adoption(scope: Scope) -> Dashboard:
    """People first, then their tools, models, and who pays."""
    scope = scope.choosing(choices.TEAM)
    # Each panel reads all that LiteLLM counts, where it is not recorded.
    is_raw = scope.recording is None
    return Dashboard(
        "LiteLLM Adoption",
        [
            Row("In this time range", _in_range(scope), about="proxy/users"),
            Row("Users and keys", _people(scope), about="proxy/users"),
            Row("Coding tools", _tools(scope), about="proxy/prometheus", collapsed=is_raw),
            Row("Models by week", _models(scope), about=_COSTS, collapsed=is_raw),
            Row(
                "Prompt caching",
                _caching(scope),
                about="completion/prompt_caching",
                collapsed=is_raw,
            ),
            *(
                [Row("Cost centers", _cost_centers(scope), about=_COSTS, collapsed=is_raw)]
                if scope.cost_centers and scope.team_alias is None
                else []
            ),
        ],
        choices=(choices.TEAM,),
        is_annotated=False,
        time_from=_ELSE if is_raw else _IF_RECORDED,
        description="Who uses the proxy, with which tools and models, and what that costs. "
        f"{_known(scope)}",
    )


def _known(scope: Scope) -> str:
    """What no panel of many days can know."""
    if scope.recording:
        return (
            "Known up to the last full hour, and back to when recording rules were loaded, at most "
            "for as long as Prometheus keeps data."
        )
    return (
        "Known for as long as Prometheus keeps data (15 days by default); a long time range is slow "
        "without recording rules (`recordingRules`)."
    )


def _in_range(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Active users",
            used.active(scope, USER, RANGE, name="Users"),
            shows="Users with at least one answered request in this time range. Requests with keys "
            f"that have no user are not counted. {_known(scope)}",
            worry="it falls: people stop using the proxy",
            act="Find when in *Active users and keys by day*, and ask the team.",
            empty="no requests with a user's key",
            decimals=0,
            at_once=True,
        ),
        stat(
            "Active keys",
            used.active(scope, KEY, RANGE, name="Keys"),
            shows="Virtual keys with at least one answered request in this time range. "
            f"{_known(scope)}",
            worry="it grows faster than users: keys may be shared or forgotten",
            act="Give keys an expiry date, and delete those that nobody uses.",
            empty="no requests",
            decimals=0,
            at_once=True,
        ),
        stat(
            "Spend per active user",
            used.spent_per_user(scope, RANGE),
            shows="US dollars spent with users' keys in this time range, divided by the number of "
            f"active users. {_known(scope)}",
            worry="it rises faster than what people get out of it",
            act="Find the tool in *Spend by coding tool*, and the model in *Share of spend by model "
            "group*.",
            empty="no requests with a user's key",
            at_once=True,
        ),
        stat(
            "Cached input tokens",
            used.cached_share(scope, RANGE),
            shows="Share of the input tokens of this time range that providers read from their "
            f"prompt caches, at a lower price. {_known(scope)}",
            worry="it falls: prompts no longer begin with the same text",
            act="Find the model group in *Cached input tokens by model group*.",
            empty="none reported",
            decimals=1,
            at_once=True,
        ),
    ]


def _people(scope: Scope) -> list[Panel]:
    return [
        _active("day", "24 hours", DAY, scope),
        _active("week", "7 days", WEEK, scope),
        time_series(
            "Spend per active user by day",
            used.spent_per_user(scope, DAY),
            shows="US dollars spent with users' keys in the 24 hours before each point, divided by "
            f"the number of active users. {_known(scope)}",
            worry="it rises: people switch to more expensive tools or models",
            act="Find the tool in *Spend by coding tool*, and the model in *Share of spend by model "
            "group*.",
            empty="no requests with a user's key",
            every=DAY,
        ),
        _of_teams(scope) if scope.team_alias is None else _of_users(scope),
    ]


def _each_week(scope: Scope) -> str:
    """How far apart points are that each look back a week: unless it is recorded, each day would be
    read seven times.
    """
    return DAY if scope.recording else WEEK


def _active(name: str, length: str, window: str, scope: Scope) -> Panel:
    return time_series(
        f"Active users and keys by {name}",
        used.active(scope, USER, window, name="Users"),
        used.active(scope, KEY, window, name="Keys"),
        shows=f"Users and virtual keys with at least one answered request in the {length} before "
        f"each point. Keys that have no user count as keys only. {_known(scope)}",
        worry="users fall while keys do not: only applications remain",
        act=f"Find who stopped in *{_TEAMS if scope.team_alias is None else _USERS}*, and ask why.",
        empty="no requests",
        every=window,
    )


def _of_teams(scope: Scope) -> Panel:
    by = used.TEAM
    return table(
        _TEAMS,
        {by: "Team"},
        Column("Active users", used.active(scope, USER, RANGE, by), decimals=0),
        Column("Active keys", used.active(scope, KEY, RANGE, by), decimals=0),
        Column("Spend", used.spent(scope, RANGE, by)),
        Column("Per active user", used.spent_per_user(scope, RANGE, by)),
        shows="Active users and keys of each team in this time range, and what they spent. "
        f"{_known(scope)}",
        worry="a team has no active users though it has keys",
        act="Ask it what keeps it from using them.",
        empty="no requests",
        drill=Drill("team-overview", choices.TEAM),
        width=HALF_WIDTH,
    )


def _of_users(scope: Scope) -> Panel:
    return table(
        _USERS,
        {USER: "User"},
        Column("Requests", used.requests(scope, RANGE, USER), decimals=0),
        Column("Spend", used.spent(scope, RANGE, USER)),
        shows=f"Requests and spend of each of the team's users in this time range. {_known(scope)}",
        worry="one accounts for most of the spend",
        act="Ask which tool and which model that user works with.",
        empty="no requests",
        width=HALF_WIDTH,
    )


_BY_HEADER = (
    "By the header `User-Agent`, which LiteLLM counts since 1.81.6: a tool that is built on an SDK and "
    "sends its header counts as the SDK, and one that is not known as `other`."
)


def _tools(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Requests by coding tool",
            used.requests_by_tool(scope, DAY),
            shows=f"Requests with each coding tool or SDK, by day; a bar stands at the end of its "
            f"day. {_BY_HEADER} {_known(scope)}",
            worry="a tool that you pay for is hardly used",
            act="Ask its users what they use instead.",
            empty="no requests",
            bars=DAY,
        ),
        time_series(
            "Spend by coding tool",
            used.spent_by_tool(scope, DAY),
            shows="US dollars spent with each coding tool or SDK, by day; a bar stands at the end of "
            f"its day. {_BY_HEADER} {_known(scope)}",
            worry="one costs far more than the others for each of its users",
            act="Compare its spend with its users in *Coding tools*, and choose a cheaper model for "
            "it.",
            empty="no spend",
            bars=DAY,
        ),
        table(
            "Coding tools",
            {"tool": "Tool"},
            Column("Spend", used.spent_by_tool(scope, RANGE)),
            Column("Requests", used.requests_by_tool(scope, RANGE), decimals=0),
            Column("Users", used.users_by_tool(scope, RANGE), decimals=0),
            shows="Spend, requests and users of each coding tool or SDK in this time range. "
            f"{_BY_HEADER} {_known(scope)}",
            worry="`other` or an SDK accounts for most of it",
            act="Look at the user agents in *Requests by user agent* on Traffic and errors.",
            empty="no requests",
        ),
    ]


def _models(scope: Scope) -> list[Panel]:
    return [
        time_series(
            f"Share of {name} by model group",
            used.share_of_group(scope, counter, WEEK),
            shows=f"Share of {name} that each model group had in the 7 days before each point. "
            f"{_known(scope)}",
            worry="an expensive model takes over, or a new one is not adopted",
            act="Find the teams that use it in *Spend by team* on Spend and tokens.",
            empty="no requests",
            stacked=True,
            every=_each_week(scope),
        )
        for name, counter in (("requests", asked.REQUESTS), ("spend", spend.SPEND))
    ]


def _caching(scope: Scope) -> list[Panel]:
    of_team = scope.team_alias is not None
    name, label = ("key", "api_key_alias") if of_team else ("team", used.TEAM)
    return [
        time_series(
            "Cached input tokens by model group",
            used.cached_share(scope, DAY, used.GROUP),
            shows="Share of the input tokens of the 24 hours before each point that providers read "
            f"from their prompt caches, at a lower price, by model group. {_known(scope)}",
            worry="it falls: prompts no longer begin with the same text",
            act=f"Find the {name} in *Cached input tokens by {name}*, and ask what changed in its "
            "prompts.",
            empty="none reported",
            every=DAY,
        ),
        ranking(
            f"Cached input tokens by {name}",
            used.cached_share(scope, RANGE, label),
            shows=f"Share of the input tokens of each {name} in this time range that providers read "
            f"from their prompt caches. {_known(scope)}",
            worry="it is near 0 for one that has long prompts",
            act="Have it begin its prompts with what stays the same.",
            empty="none reported",
            most=1,
        ),
    ]


def _cost_centers(scope: Scope) -> list[Panel]:
    said = "Cost centers are those of the teams in `teams.yaml`, or in `costCenters`."
    return [
        time_series(
            "Spend by cost center",
            used.spent_by_cost_center(scope, DAY),
            shows="US dollars spent by the teams of each cost center, by day; a bar stands at the "
            f"end of its day. {said} {_known(scope)}",
            worry="one spends more than it planned",
            act="Find its teams in *Adoption by team*.",
            empty="no spend",
            bars=DAY,
        ),
        table(
            "Cost centers",
            {used.COST_CENTER: "Cost center"},
            Column("Spend", used.spent_by_cost_center(scope)),
            Column("Active users", used.users_by_cost_center(scope), decimals=0),
            shows="Spend and active users of the teams of each cost center in this time range. "
            f"{said} {_known(scope)}",
            worry="much is spent by teams that have no cost center",
            act="Set `costCenter` of these teams in `teams.yaml`.",
            empty="no spend",
            width=HALF_WIDTH,
        ),
    ]
