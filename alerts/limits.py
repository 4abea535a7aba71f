"""Rate limits: LiteLLM's own, and the providers'."""

from alerts.alert import Alert, Component, Link, Severity, Threshold
from signals import limits

_FULL = Threshold(
    0.99, "percentunit", "all of it is used, and what comes next is refused", least=0.01, most=1
)
_LOOK = (
    "*Callers' own mistakes by key* on Traffic and errors: how many requests are refused?",
    "Is it a client without pauses between retries, or real growth?",
    "Raise the limit in LiteLLM, or have the client slow down on status 429.",
)

ALERTS = (
    Alert(
        name="LiteLLMKeyAtRateLimit",
        question="Is a key at its rate limit for long?",
        ask=lambda scope, _: limits.at_limit(scope, limits.KEY),
        thresholds={"share": _FULL},
        severity=Severity.WARNING,
        component=Component.LIMITS,
        pending="15m",
        keep_firing="10m",
        summary="Key {api_key_alias} is at its rate limit",
        description="Key {api_key_alias} has been using {value} of its limit on requests or tokens a "
        "minute for a quarter of an hour: requests are refused with 429.",
        shown_on=Link("budgets", "Rate limits of keys, used"),
        meaning="A minute at the limit is what limits are for; a quarter of an hour means that "
        "somebody cannot work.",
        look=_LOOK,
    ),
    Alert(
        name="LiteLLMTeamAtRateLimit",
        question="Is a team at its rate limit for long?",
        ask=lambda scope, _: limits.at_limit(scope, limits.TEAM),
        thresholds={"share": _FULL},
        severity=Severity.WARNING,
        component=Component.LIMITS,
        pending="15m",
        keep_firing="10m",
        summary="Team {team_alias} is at its rate limit",
        description="Team {team_alias} has been using {value} of its limit on requests or tokens a "
        "minute for a quarter of an hour: requests are refused with 429.",
        shown_on=Link("budgets", "Rate limits of teams, used"),
        shown_to_teams_on=Link("team-overview", "Rate limits used"),
        meaning="All keys of the team share the limit, and one of them may use it up.",
        look=_LOOK,
        names_team="team_alias",
        is_for_teams=True,
    ),
    Alert(
        name="LiteLLMProviderLimitNearlyUsed",
        question="Does a provider say that little is left of its rate limit?",
        ask=lambda scope, _: limits.left_of_most(scope, limits.REMAINING_REQUESTS),
        thresholds={
            "share": Threshold(0.9, "percentunit", "providers refuse what is beyond", most=1)
        },
        severity=Severity.WARNING,
        component=Component.LIMITS,
        pending="10m",
        summary="Little is left of the rate limit of {api_provider} for {model_group}",
        description="By its response headers, {value} of the requests that {api_provider} lets "
        "{model_group} make are used.",
        shown_on=Link("models", "Requests left at providers"),
        meaning="LiteLLM copies what providers say is left into gauges.",
        look=(
            "*Requests left at providers* on Models and deployments.",
            "*Failures of deployments by status*: are there any 429?",
            "The quota at the provider.",
        ),
        why_off="Providers count in scales of their own, and the last answer stands until the next "
        "one: others who alerted on these gauges took the alerts away again as noise. "
        "`LiteLLMDeploymentFailing` fires once requests are refused.",
    ),
)
