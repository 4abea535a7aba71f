"""Rate limits: LiteLLM's own, and the providers'."""

from litellm_monitoring.alerts.alert import Alert, Component, Link, Severity, Threshold
from litellm_monitoring.signals.spending import limits

_FULL = Threshold(
    0.99, "percentunit", "all of it is used, and further requests are rejected", least=0.01, most=1
)
_LOOK = (
    "*Client errors by key* on Traffic and errors: how many requests are rejected?",
    "Check whether the client retries without pauses, or its traffic has really grown.",
    "Raise the limit in LiteLLM, or have the client slow down on status 429.",
)

ALERTS = (
    Alert(
        name="LiteLLMKeyAtRateLimit",
        question="Has a key been at its rate limit for long?",
        ask=lambda scope, _: limits.at_limit(scope, limits.KEY),
        thresholds={"share": _FULL},
        severity=Severity.WARNING,
        component=Component.LIMITS,
        pending="15m",
        keep_firing="10m",
        summary="Key {api_key_alias} is at its rate limit",
        description="Key {api_key_alias} has used {value} of its limit on requests or tokens per "
        "minute for 15 minutes. LiteLLM rejects further requests with status 429.",
        shown_on=Link("budgets", "Rate limits of keys, used"),
        meaning="A minute at the limit is what limits are for. After 15 minutes, somebody cannot "
        "work.",
        look=_LOOK,
    ),
    Alert(
        name="LiteLLMTeamAtRateLimit",
        question="Has a team been at its rate limit for long?",
        ask=lambda scope, _: limits.at_limit(scope, limits.TEAM),
        thresholds={"share": _FULL},
        severity=Severity.WARNING,
        component=Component.LIMITS,
        pending="15m",
        keep_firing="10m",
        summary="Team {team_alias} is at its rate limit",
        description="Team {team_alias} has used {value} of its limit on requests or tokens per "
        "minute for 15 minutes. LiteLLM rejects further requests with status 429.",
        shown_on=Link("budgets", "Rate limits of teams, used"),
        shown_to_teams_on=Link("team-overview", "Rate limits used"),
        meaning="All keys of the team share the limit, and one of them may use it up.",
        look=_LOOK,
        names_team="team_alias",
        is_for_teams=True,
    ),
    Alert(
        name="LiteLLMProviderLimitNearlyUsed",
        question="Does a provider report that its rate limit is almost used up?",
        ask=lambda scope, _: limits.left_of_most(scope, limits.REMAINING_REQUESTS),
        thresholds={
            "share": Threshold(0.9, "percentunit", "providers reject requests beyond 100%", most=1)
        },
        severity=Severity.WARNING,
        component=Component.LIMITS,
        pending="10m",
        summary="The rate limit of {api_provider} for {model_group} is almost used up",
        description="According to its response headers, {value} of the requests that "
        "{api_provider} allows {model_group} are used.",
        shown_on=Link("models", "Requests left at providers"),
        meaning="LiteLLM copies the providers' rate-limit headers into gauges.",
        look=(
            "*Remaining requests at providers* on Models and deployments: since when?",
            "*Deployment errors by provider and status* on Models and deployments: are there any "
            "429?",
            "Check the quota at the provider.",
        ),
        why_off="Providers count on different scales, and a value stays until the next response: "
        "others who alerted on these gauges removed the alerts again as noise. "
        "`LiteLLMDeploymentFailing` fires once the provider rejects requests.",
    ),
)
