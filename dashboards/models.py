"""Models and deployments: which fail or are in cooldown, fallbacks, and how close to limits."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import THIRD_WIDTH, above
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature, Row
from litellm_monitoring.dashboards.kit.tables import Column, table
from litellm_monitoring.dashboards.kit.visualizations import ranking, stat, time_series
from litellm_monitoring.dashboards.rows import panels
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.serving import deployments, health_checks, latency
from litellm_monitoring.signals.spending import limits


def models(scope: Scope) -> Dashboard:
    """The state of each deployment, how its requests fare, fallbacks and limits."""
    offered = (choices.MODEL_GROUP,)
    of_all, scope = scope, scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Models and deployments",
        [
            Row("Right now", _now(scope), about="proxy/reliability"),
            Row(
                "Deployments",
                [panels.deployment_states(scope), _all(scope)],
                about="proxy/reliability",
                key="State",
            ),
            Row("Requests", _requests(scope), about="proxy/load_balancing"),
            Row("Cooldowns and fallbacks", _cooldowns(scope), about="proxy/reliability"),
            Row("Latency", _latency(scope), about="proxy/load_balancing", to="latency"),
            Row(
                "Remaining provider rate limits (requires rate-limit headers)",
                _provider_limits(scope),
                key="What providers say is left (it takes rate-limit headers)",
                collapsed=True,
                feature=Feature.PROVIDER_LIMITS,
                about="proxy/prometheus",
            ),
            Row(
                "Health checks (requires general_settings.background_health_checks)",
                _health_checks(of_all),
                collapsed=True,
                feature=Feature.HEALTH_CHECKS,
                about="proxy/health",
            ),
        ],
        choices=offered,
        offers_cooldowns=True,
        description="State, errors, cooldowns, fallbacks and latency of deployments.",
    )


def _now(scope: Scope) -> list[Panel]:
    return [
        panels.deployments_down(scope),
        stat(
            "Cooldowns",
            deployments.cooldowns(scope),
            shows="How often the router put a deployment in cooldown in this time range.",
            worry="it is not 0: a deployment failed repeatedly",
            act="Find it in *Cooldowns by model and status*, with the status that the provider "
            "returned.",
            empty="no cooldowns",
            limits=above(1, 10),
            decimals=0,
            at_once=True,
        ),
        stat(
            "Successful fallbacks",
            deployments.fallbacks_in_range(scope, succeeded=True),
            shows="Requests that another model group answered in this time range, after the "
            "requested one failed.",
            worry="it grows: clients do not get the model that they request",
            act="Find the failing group in *Successful fallbacks by model group*.",
            key="Fallbacks",
            empty="no fallbacks",
            decimals=0,
            at_once=True,
        ),
        stat(
            "Failed fallbacks",
            deployments.fallbacks_in_range(scope, succeeded=False),
            shows="Requests in this time range whose fallback failed as well.",
            worry="it is not 0: clients got an error",
            act="Find the groups in *Failed fallbacks by model group*, and check whether both "
            "share a provider, key or quota.",
            empty="no failed fallbacks",
            limits=above(1, 1),
            decimals=0,
            at_once=True,
        ),
    ]


def _all(scope: Scope) -> Panel:
    return table(
        "Deployments",
        {"litellm_model_name": "Model", "model_id": "Deployment"},
        Column("Requests", deployments.requests_in_range(scope), decimals=0),
        Column("Error ratio", deployments.failed_share_in_range(scope), limits=above(0.01, 0.5)),
        Column("RPM limit", deployments.request_limit(scope)),
        Column("TPM limit", deployments.token_limit(scope)),
        shows="Requests and error ratio of each deployment in this time range, with its "
        "configured limits per minute (rpm, tpm).",
        worry="one fails more than the others",
        act="Compare its endpoint, key and quota with those of the others.",
        key="All deployments",
        empty="no requests to deployments",
    )


def _requests(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Error ratio by deployment",
            deployments.failed_share(scope),
            shows="Share of the requests of the last 15 minutes that each deployment failed. "
            "Client errors do not count.",
            worry="one fails more than the others",
            act="Find the cause in *Deployment errors by exception*.",
            key="Failed requests by deployment",
            empty="no errors",
        ),
        time_series(
            "Requests by deployment",
            deployments.requests(scope),
            shows="Requests per second to each deployment, as the router distributes them.",
            worry="a deployment gets none, or all of them",
            act="Check its weight and limits, and whether the others are in cooldown.",
            empty="no requests to deployments",
        ),
        time_series(
            "Deployment errors by exception",
            deployments.failures(scope, "exception_class"),
            shows="Failed requests to deployments per second, by exception.",
            worry="any of them keeps rising",
            act="Timeouts: check the provider's status page. Authentication or rate-limit errors: "
            "check key and quota.",
            key="Failures of deployments by exception",
            empty="no errors",
        ),
        time_series(
            "Deployment errors by provider and status",
            deployments.failures(scope, "api_provider", "exception_status"),
            shows="Failed requests to deployments per second, by provider and HTTP status.",
            worry="401 or 403 (the proxy's key), 429 (its quota) or 5xx keep rising",
            act="Renew the key, raise the quota, or check the provider's status page.",
            key="Failures of deployments by status",
            empty="no errors",
        ),
    ]


def _cooldowns(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Cooldowns by model and status",
            deployments.cooldowns(
                scope, "litellm_model_name", "exception_status", window="$__interval"
            ),
            shows="When deployments were put in cooldown, by model group and by the status that "
            "the provider returned.",
            worry="the same one enters cooldown again and again",
            act="429: raise the quota or lower the deployment's weight. 401 or 403: renew the key.",
            empty="no cooldowns",
            bars="1m",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Successful fallbacks by model group",
            deployments.fallbacks(scope, succeeded=True),
            shows="Requests per second answered by a fallback, by the requested model group and "
            "the one that answered.",
            worry="they last: the requested model group is down",
            act="Check the deployments of the requested model group.",
            key="Fallbacks that answered",
            empty="no fallbacks",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Failed fallbacks by model group",
            deployments.fallbacks(scope, succeeded=False),
            shows="Failed fallbacks per second, by the requested model group and its fallback.",
            worry="any appear: clients get an error",
            act="Check whether both groups share a provider, key or quota.",
            key="Fallbacks that failed",
            empty="no failed fallbacks",
            width=THIRD_WIDTH,
        ),
    ]


def _latency(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Upstream latency by deployment, p95",
            deployments.latency(scope, 0.95, latency.UPSTREAM),
            shows="Duration of calls to each deployment: 95% of the successful ones took less.",
            worry="one is far above the others",
            act="Check the provider's status page, and lower the deployment's weight.",
            empty="no successful requests",
        ),
        time_series(
            "Time per output token by deployment, median",
            deployments.output_token_latency(scope, 0.5),
            shows="Median time per output token of each deployment, for successful requests.",
            worry="one is far above the others",
            act="Check the provider's status page, and lower the deployment's weight.",
            empty="no successful requests",
        ),
    ]


def _provider_limits(scope: Scope) -> list[Panel]:
    return [
        time_series(
            f"Remaining {what.lower()} at providers",
            limits.left_at_providers(scope, metric),
            shows=f"{what} remaining in the provider's rate-limit window, for the deployment and "
            "key with the fewest, from its response headers. Scales differ by provider.",
            worry="a line approaches 0",
            act="Raise the quota at the provider, or add a deployment.",
            empty="no rate-limit headers",
            key=f"{what} left at providers",
        )
        for what, metric in (
            ("Requests", limits.REMAINING_REQUESTS),
            ("Tokens", limits.REMAINING_TOKENS),
        )
    ]


def _health_checks(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Background health checks",
            health_checks.succeeded(scope),
            health_checks.failed(scope),
            shows="Health checks per second that LiteLLM sends to its deployments by itself. Everywhere "
            "else they are excluded.",
            worry="any fail: clients notice only when they request that model",
            act="Call the proxy's `/health` endpoint: it names the deployments that fail.",
            empty="no background health checks",
        ),
        ranking(
            "Failed health checks by exception",
            health_checks.most_failing(scope),
            shows="Failed health checks in this time range, by exception and status.",
            worry="there are any",
            act="Call the proxy's `/health` endpoint: LiteLLM's metrics do not say which deployment "
            "failed.",
            empty="no failed health checks",
        ),
    ]
