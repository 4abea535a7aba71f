"""Models and deployments: which fail, rest or stand in for each other, and how close to limits."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import panels
from dashboards.kit import THIRD_WIDTH, above, ranking, stat, time_series
from dashboards.layout import Dashboard, Feature, Row
from dashboards.tables import Column, table
from signals import Scope, choices, deployments, health_checks, latency, limits


def models(scope: Scope) -> Dashboard:
    """The state of each deployment, how its requests fare, fallbacks and limits."""
    offered = (choices.MODEL_GROUP,)
    of_all, scope = scope, scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Models and deployments",
        [
            Row("Right now", _now(scope), about="proxy/reliability"),
            Row("State", [panels.deployment_states(scope), _all(scope)], about="proxy/reliability"),
            Row("Requests", _requests(scope), about="proxy/load_balancing"),
            Row("Cooldowns and fallbacks", _resting(scope), about="proxy/reliability"),
            Row("Latency", _latency(scope), about="proxy/load_balancing", to="latency"),
            Row(
                "What providers say is left (it takes rate-limit headers)",
                _provider_limits(scope),
                collapsed=True,
                feature=Feature.PROVIDER_LIMITS,
                about="proxy/prometheus",
            ),
            Row(
                "Health checks (they take general_settings.background_health_checks)",
                _health_checks(of_all),
                collapsed=True,
                feature=Feature.HEALTH_CHECKS,
                about="proxy/health",
            ),
        ],
        choices=offered,
        description="Which deployments fail, rest or stand in for each other.",
    )


def _now(scope: Scope) -> list[Panel]:
    return [
        panels.deployments_down(scope, width=6),
        stat(
            "Cooldowns",
            deployments.cooldowns(scope),
            question="How often did the router put a deployment to rest in this time range?",
            worry="it is not 0: a deployment failed again and again",
            empty="none",
            limits=above(1, 10),
            decimals=0,
            at_once=True,
            width=6,
        ),
        stat(
            "Fallbacks",
            deployments.fallbacks_in_range(scope, succeeded=True),
            question="How many requests did another model group answer in this time range?",
            worry="it grows: what callers ask for is not what answers",
            empty="none",
            decimals=0,
            at_once=True,
            width=6,
        ),
        stat(
            "Failed fallbacks",
            deployments.fallbacks_in_range(scope, succeeded=False),
            question="How many requests failed at a fallback too in this time range?",
            worry="it is not 0: callers got an error",
            empty="none",
            limits=above(1, 1),
            decimals=0,
            at_once=True,
            width=6,
        ),
    ]


def _all(scope: Scope) -> Panel:
    return table(
        "All deployments",
        {"litellm_model_name": "Model", "model_id": "Deployment"},
        Column("Requests", deployments.requests_in_range(scope), decimals=0),
        Column("Failed", deployments.failed_share_in_range(scope), limits=above(0.01, 0.5)),
        Column("Requests a minute", deployments.request_limit(scope)),
        Column("Tokens a minute", deployments.token_limit(scope)),
        question="What did each deployment do in this time range, how did it fare, and what may it "
        "take a minute by its configuration (rpm, tpm)?",
        worry="one fails more than the others",
        empty="no requests to deployments",
    )


def _requests(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Failed requests by deployment",
            deployments.failed_share(scope),
            question="What share of the requests of the last 15 minutes did which deployments fail? "
            "What the proxy rejects itself, and what a provider finds wrong with a request, does "
            "not count.",
            worry="one fails more than the others",
            empty="no deployment fails",
        ),
        time_series(
            "Requests by deployment",
            deployments.requests(scope),
            question="How does the router spread requests?",
            worry="a deployment gets nothing, or all",
            empty="no requests to deployments",
        ),
        time_series(
            "Failures of deployments by exception",
            deployments.failures(scope, "exception_class"),
            question="What do deployments fail with?",
            worry="any of them keeps rising",
            empty="nothing failed",
        ),
        time_series(
            "Failures of deployments by status",
            deployments.failures(scope, "api_provider", "exception_status"),
            question="Which providers answer with which status?",
            worry="401 or 403 (the proxy's key), 429 (its limit) or 5xx keep rising",
            empty="nothing failed",
        ),
    ]


def _resting(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Cooldowns by model and status",
            deployments.cooldowns(
                scope, "litellm_model_name", "exception_status", window="$__interval"
            ),
            question="When was which model group's deployment put to rest, and after what status?",
            worry="the same one rests again and again",
            empty="none",
            bars="1m",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Fallbacks that answered",
            deployments.fallbacks(scope, succeeded=True),
            question="Which model groups stand in for which?",
            worry="they last: what callers ask for is down",
            empty="none",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Fallbacks that failed",
            deployments.fallbacks(scope, succeeded=False),
            question="Where does standing in not help?",
            worry="any appear: callers get an error",
            empty="none",
            width=THIRD_WIDTH,
        ),
    ]


def _latency(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Upstream latency by deployment, p95",
            deployments.latency(scope, 0.95, latency.UPSTREAM),
            question="Which deployments are slow? Of successful requests only.",
            worry="one is far above the others",
            empty="no successful requests",
        ),
        time_series(
            "Time per output token by deployment, median",
            deployments.output_token_latency(scope, 0.5),
            question="Which deployments write slowly? Of successful requests only.",
            worry="one is far above the others",
            empty="no successful requests",
        ),
    ]


def _provider_limits(scope: Scope) -> list[Panel]:
    return [
        time_series(
            f"{what} left at providers",
            limits.left_at_providers(scope, metric),
            question=f"How many {what.lower()} does the provider's own window have left, at the "
            "deployment and key with least? Scales differ by provider.",
            worry="a line nears 0",
            empty="no rate-limit headers",
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
            question="How do the requests fare that LiteLLM makes itself in the background, to learn "
            "which deployments answer? They count as nobody's anywhere else.",
            worry="any fail. Callers notice only once they ask for that model",
            empty="no background health checks",
        ),
        ranking(
            "Failed health checks by exception",
            health_checks.most_failing(scope),
            question="What did health checks fail with in this time range? LiteLLM's metrics do not "
            "say at which deployment; its `/health` endpoint does.",
            worry="any are here",
            empty="no health check failed",
        ),
    ]
