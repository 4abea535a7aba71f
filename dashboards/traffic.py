"""Traffic and errors: who asks for what, what fails, and whose mistake it is."""

from collections.abc import Mapping

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import HALF_WIDTH, THIRD_WIDTH
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row
from litellm_monitoring.dashboards.kit.tables import Column, Drill, table
from litellm_monitoring.dashboards.kit.visualizations import ranking, time_series
from litellm_monitoring.dashboards.rows import own_labels, panels
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.serving import failures
from litellm_monitoring.signals.serving import traffic as asked
from litellm_monitoring.signals.serving.failures import CALLERS, OURS, Cause


def traffic(scope: Scope) -> Dashboard:
    """Traffic, then what the proxy and upstream fail, apart from callers' own mistakes."""
    own = own_labels.choices_of(scope, asked.REQUESTS, failures.FAILURES)
    offered = (choices.MODEL_GROUP, choices.TEAM, choices.KEY)
    all_ = own_labels.of_all
    # By key it would be read key by key, whether or not one is chosen.
    of_all_keys = scope.choosing(*offered[:2])
    scope = of_all_keys.choosing(choices.KEY)
    return Dashboard(
        "LiteLLM Traffic and errors",
        [
            Row(
                "Traffic (all keys)",
                _traffic(scope, of_all_keys),
                about="proxy/prometheus",
                key="Traffic, of all keys",
            ),
            Row(
                f"Proxy and upstream errors{all_(own, failures.FAILURES, 'all keys')}",
                _ours(of_all_keys),
                about="proxy/error_diagnosis",
                key="The proxy and upstream, of all keys",
            ),
            Row(
                f"Client errors{all_(own, failures.FAILURES)}",
                _callers(scope),
                about="proxy/error_diagnosis",
                key="Callers' own mistakes",
            ),
            Row(
                "Requests by caller",
                _who(scope),
                collapsed=True,
                about="proxy/prometheus",
                key="Who asks",
            ),
            *own_labels.row(
                "Requests by label", own_labels.traffic(of_all_keys), "proxy/prometheus"
            ),
        ],
        choices=(*offered[:2], *own, choices.KEY),
        description="Requests by model, route, key and team, and what fails: client errors, proxy "
        "errors and upstream errors.",
    )


def _traffic(scope: Scope, of_all_keys: Scope) -> list[Panel]:
    requests = own_labels.chosen(scope, asked.REQUESTS)
    requests_of_all_keys = own_labels.chosen(of_all_keys, asked.REQUESTS)
    of_all_keys = own_labels.chosen(of_all_keys, asked.REQUESTS, failures.FAILURES)
    return [
        panels.outcomes(
            of_all_keys,
            failures.caused_by(of_all_keys, Cause.UNKNOWN, name="Failed, no status"),
            failures.caused_by(of_all_keys, Cause.UNNAMED, name="Failed, unknown cause"),
        ),
        time_series(
            "Error ratio by model group",
            failures.failed_shares(of_all_keys, "requested_model"),
            shows="Share of the requests of the last 15 minutes that the proxy or a provider "
            "failed, by model group. Client errors do not count.",
            worry="one is above the others",
            act="Check the deployments of that model group on Models and deployments.",
            key="Failed requests by model group",
            empty="no errors",
        ),
        time_series(
            "Requests by model group",
            asked.requests(requests_of_all_keys, "requested_model"),
            shows="Requests per second by model group. “other” stands for models that the proxy "
            "does not have.",
            worry="one falls to zero, or “other” grows: clients request models that do not exist",
            act="Find the keys behind it in *Requests by key*.",
            empty="no requests",
        ),
        time_series(
            "Requests by route",
            asked.requests(requests, "route"),
            shows="Requests per second by API route.",
            worry="a route appears that nobody should use",
            act="Find the keys behind it in *Requests by key*, and restrict their routes.",
            empty="no requests",
        ),
        ranking(
            "Requests by key",
            asked.busiest(requests, "api_key_alias"),
            shows="The ten virtual keys with the most requests in this time range.",
            worry="one crowds out the others",
            act="Talk to its owner, or set a rate limit for the key.",
            empty="no requests",
            width=THIRD_WIDTH,
        ),
        ranking(
            "Requests by team",
            asked.busiest(requests_of_all_keys, "team_alias"),
            shows="The ten teams with the most requests in this time range.",
            worry="one crowds out the others",
            act="Talk to the team, or set a rate limit for it.",
            empty="no requests",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Requests by status",
            asked.requests(of_all_keys, "status_code"),
            shows="Requests per second by the HTTP status that the client got.",
            worry="5xx appear. 4xx are client errors, unless a provider rejects the proxy's own "
            "key",
            act="Look at *Top proxy and upstream errors* for the cause.",
            empty="no requests",
            stacked=True,
            width=THIRD_WIDTH,
        ),
    ]


def _ours(scope: Scope) -> list[Panel]:
    scope = own_labels.chosen(scope, failures.FAILURES)
    return [
        panels.failures_by_class(scope),
        time_series(
            "Proxy and upstream errors by model group",
            *(failures.caused_by(scope, cause, "requested_model") for cause in OURS),
            shows="Requests per second that the proxy or a provider failed, by model group.",
            worry="one of them keeps rising",
            act="Check the deployments of that model group on Models and deployments.",
            key="Failures of the proxy and upstream by model group",
            empty="no errors",
        ),
        table(
            "Top proxy and upstream errors",
            {
                "requested_model": "Model group",
                "api_provider": "Provider",
                "exception_class": "Exception",
                "exception_status": "Status",
                "team_alias": "Team",
            },
            *_columns(scope, {"Upstream": Cause.UPSTREAM, "Proxy": Cause.PROXY}, _FAILED_BY),
            shows="The most frequent proxy and upstream errors in this time range, with model "
            "group, provider, exception and team. Client errors are in the row below.",
            worry="one line stands out",
            act="Open its model group on Models and deployments.",
            key="What failed, and for whom",
            empty="no errors",
            drill=Drill("models", choices.MODEL_GROUP),
        ),
    ]


def _callers(scope: Scope) -> list[Panel]:
    scope = own_labels.chosen(scope, failures.FAILURES)
    return [
        panels.client_errors(scope),
        ranking(
            "Client errors by key",
            *(failures.most_often(scope, cause, "api_key_alias") for cause in CALLERS),
            shows="The keys with the most client errors in this time range: requests that the "
            "proxy rejected, or that a provider found invalid.",
            worry="one key jumps: its client is broken, or exceeded its budget or rate limit",
            act="Find the exception in *Top client errors by team*, and tell the key's owner.",
            key="Callers' own mistakes by key",
            empty="no client errors",
            width=HALF_WIDTH,
        ),
        table(
            "Top client errors by team",
            {
                "api_key_alias": "Key",
                "team_alias": "Team",
                "requested_model": "Model group",
                "exception_class": "Exception",
                "exception_status": "Status",
            },
            *_columns(scope, {"Rejected": Cause.REJECTED, "Invalid": Cause.INVALID}, _MISTAKEN_BY),
            shows="The most frequent client errors in this time range, with key, team, model "
            "group and exception.",
            worry="one line stands out",
            act="Tell the team. For an exceeded budget or rate limit, open the key on Budgets and "
            "rate limits.",
            key="Who got what wrong",
            empty="no client errors",
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


_CROWDS = "one crowds out the others"


def _who(scope: Scope) -> list[Panel]:
    scope = own_labels.chosen(scope, asked.REQUESTS)
    return [
        ranking(
            f"Requests by {name}",
            asked.busiest(scope, label),
            shows=f"The ten {shown} with the most requests in this time range.",
            worry=worry,
            act=act,
            empty="no requests",
            width=THIRD_WIDTH,
            key=key,
        )
        for name, label, shown, worry, act, key in (
            (
                "user agent",
                "user_agent",
                "kinds of client software",
                "one jumps: a script may be running out of control",
                "Find its key in *Requests by key*.",
                "",
            ),
            (
                "client address",
                "client_ip",
                "client IP addresses",
                "an address is unknown",
                "Find its key in *Requests by key*, and rotate that key.",
                "",
            ),
            ("user", "user", "users", _CROWDS, "Talk to the user, or set a rate limit.", ""),
            (
                "email address",
                "user_email",
                "users, by email address,",
                _CROWDS,
                "Talk to the user, or set a rate limit.",
                "Requests by e-mail address",
            ),
            (
                "end user",
                "end_user",
                "customers (end users)",
                _CROWDS,
                "Set a budget or a rate limit for the customer.",
                "",
            ),
            (
                "organization",
                "org_alias",
                "organizations",
                _CROWDS,
                "Find the team in *Requests by team*.",
                "",
            ),
        )
    ]
