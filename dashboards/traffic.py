"""Traffic and errors: who asks for what, what fails, and whose mistake it is."""

from collections.abc import Mapping

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import panels
from dashboards.kit import HALF_WIDTH, THIRD_WIDTH, ranking, time_series
from dashboards.layout import Dashboard, Row
from dashboards.tables import Column, Drill, table
from signals import Scope, choices, failures
from signals import traffic as asked
from signals.failures import CALLERS, OURS, Cause


def traffic(scope: Scope) -> Dashboard:
    """Traffic, then what the proxy and upstream fail, apart from callers' own mistakes."""
    offered = (choices.MODEL_GROUP, choices.TEAM, choices.KEY)
    # By key it would be read key by key, whether or not one is chosen.
    of_all_keys = scope.choosing(*offered[:2])
    scope = of_all_keys.choosing(choices.KEY)
    return Dashboard(
        "LiteLLM Traffic and errors",
        [
            Row("Traffic, of all keys", _traffic(scope, of_all_keys), about="proxy/prometheus"),
            Row(
                "The proxy and upstream, of all keys",
                _ours(of_all_keys),
                about="proxy/error_diagnosis",
            ),
            Row("Callers' own mistakes", _callers(scope), about="proxy/error_diagnosis"),
            Row("Who asks", _who(scope), collapsed=True, about="proxy/prometheus"),
        ],
        choices=offered,
        description="Who asks for what, what fails, and whose mistake it is.",
    )


def _traffic(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    return [
        panels.outcomes(
            of_all_keys,
            failures.caused_by(of_all_keys, Cause.UNKNOWN, name="Failed without a status"),
            failures.caused_by(of_all_keys, Cause.UNNAMED, name="Failed, cannot be told"),
        ),
        time_series(
            "Failed requests by model group",
            failures.failed_shares(of_all_keys, "requested_model"),
            question="What share of the requests of the last 15 minutes did the proxy and upstream "
            "fail, by model group? Callers' own mistakes do not count.",
            worry="one is above the others",
            empty="nothing failed",
        ),
        time_series(
            "Requests by model group",
            asked.requests(of_all_keys, "requested_model"),
            question="Which model groups are asked most? Models that the proxy does not have are "
            "“other”.",
            worry="one falls to zero, or “other” grows: clients ask for what is not there",
            empty="no requests",
        ),
        time_series(
            "Requests by route",
            asked.requests(scope, "route"),
            question="Which parts of the API are used?",
            worry="a route appears that nobody should use",
            empty="no requests",
        ),
        ranking(
            "Requests by key",
            asked.busiest(scope, "api_key_alias"),
            question="Which ten virtual keys asked most in this time range?",
            worry="one crowds out the others",
            empty="no requests",
            width=THIRD_WIDTH,
        ),
        ranking(
            "Requests by team",
            asked.busiest(of_all_keys, "team_alias"),
            question="Which ten teams asked most in this time range?",
            worry="one crowds out the others",
            empty="no requests",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Requests by status",
            asked.requests(of_all_keys, "status_code"),
            question="What HTTP status do requests end with?",
            worry="5xx appear; 4xx are callers' mistakes unless upstream refuses the proxy's key",
            empty="no requests",
            stacked=True,
            width=THIRD_WIDTH,
        ),
    ]


def _ours(scope: Scope) -> list[Panel]:
    return [
        panels.failures_by_class(scope),
        time_series(
            "Failures of the proxy and upstream by model group",
            *(failures.caused_by(scope, cause, "requested_model") for cause in OURS),
            question="For which model groups do requests fail?",
            worry="one of them keeps rising",
            empty="nothing failed",
        ),
        table(
            "What failed, and for whom",
            {
                "requested_model": "Model group",
                "api_provider": "Provider",
                "exception_class": "Exception",
                "exception_status": "Status",
                "team_alias": "Team",
            },
            *_columns(scope, {"Upstream": Cause.UPSTREAM, "The proxy": Cause.PROXY}, _FAILED_BY),
            question="What failed most in this time range, where and for which team? Callers' own "
            "mistakes are below.",
            worry="one line stands out",
            empty="nothing failed",
            drill=Drill("models", choices.MODEL_GROUP),
        ),
    ]


def _callers(scope: Scope) -> list[Panel]:
    return [
        panels.callers_mistakes(scope),
        ranking(
            "Callers' own mistakes by key",
            *(failures.most_often(scope, cause, "api_key_alias") for cause in CALLERS),
            question="Whose requests are rejected by the proxy, or found invalid by a provider?",
            worry="a key's mistakes jump: its client is broken, or ran into its budget or limit",
            empty="no mistakes",
            width=HALF_WIDTH,
        ),
        table(
            "Who got what wrong",
            {
                "api_key_alias": "Key",
                "team_alias": "Team",
                "requested_model": "Model group",
                "exception_class": "Exception",
                "exception_status": "Status",
            },
            *_columns(scope, {"Rejected": Cause.REJECTED, "Invalid": Cause.INVALID}, _MISTAKEN_BY),
            question="Which keys were refused most in this time range, and why?",
            worry="one line stands out: tell the team",
            empty="no mistakes",
            drill=Drill("budgets", choices.KEY),
        ),
    ]


_FAILED_BY = (
    "requested_model",
    "api_provider",
    "exception_class",
    "exception_status",
    "team_alias",
)
_MISTAKEN_BY = (
    "api_key_alias",
    "team_alias",
    "requested_model",
    "exception_class",
    "exception_status",
)


def _columns(scope: Scope, causes: Mapping[str, Cause], by: tuple[str, ...]) -> list[Column]:
    return [
        Column(title, failures.most_failing(scope, cause, by=by), decimals=0)
        for title, cause in causes.items()
    ]


def _who(scope: Scope) -> list[Panel]:
    return [
        ranking(
            f"Requests by {name}",
            asked.busiest(scope, label),
            question=f"{question} The ten with most requests in this time range.",
            worry=worry,
            empty="no requests",
            width=THIRD_WIDTH,
        )
        for name, label, question, worry in (
            ("user agent", "user_agent", "Which client software asks most?", "a script runs wild"),
            ("client address", "client_ip", "From where is asked most?", "an address is unknown"),
            ("user", "user", "Which of LiteLLM's users ask most?", "one crowds out the others"),
            ("e-mail address", "user_email", "Who are they?", "one crowds out the others"),
            ("end user", "end_user", "Which customers ask most?", "one crowds out the others"),
            ("organization", "org_alias", "Which organizations ask?", "one crowds out the others"),
        )
    ]
