"""LiteLLM's background health checks: what is told of models that nobody asks for."""

from litellm_monitoring.alerts.alert import Alert, Component, Link, Severity, Threshold
from litellm_monitoring.signals.serving import health_checks

_LOOK_AT_HEALTH = "Call the proxy's `/health` endpoint: it names the deployments and their errors."
_LOOK_AT_EXCEPTIONS = (
    "*Failed health checks by exception* on Models and deployments: an invalid key, an unknown "
    "model, a timeout?"
)

ALERTS = (
    Alert(
        name="LiteLLMHealthCheckUnanswered",
        question="Does a model without traffic no longer answer health checks?",
        ask=lambda scope, _: health_checks.unanswered(scope),
        thresholds={
            "checks": Threshold(
                0, "short", "the model answered none for twenty minutes, which is several checks"
            )
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="5m",
        keep_firing="15m",
        summary="{litellm_model_name} no longer answers health checks",
        description="{litellm_model_name} of {api_provider} ({api_base}) answered LiteLLM's health "
        "checks within the last day, and none in the last twenty minutes. {value} health checks "
        "failed in the last ten minutes. Nobody has requested the model within the hour.",
        shown_on=Link("models", "Background health checks"),
        meaning="The next client that requests this model gets an error. LiteLLM does not say which "
        "deployment failed a health check: the alert names those that stopped answering while some "
        "fail. A model that was removed from the configuration within the last day looks the same.",
        look=(
            _LOOK_AT_HEALTH,
            _LOOK_AT_EXCEPTIONS,
            "Check the deployment's `model`, `api_base` and `api_key` in LiteLLM's configuration, "
            "and the provider's status page.",
        ),
    ),
    Alert(
        name="LiteLLMHealthChecksFailing",
        question="Do health checks fail in a way that no request does?",
        ask=lambda scope, _: health_checks.failing_otherwise(scope),
        thresholds={
            "checks": Threshold(
                2, "short", "more than one slow answer: at least three failed in half an hour"
            )
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        # Longer than it takes to know of a model that it no longer answers.
        pending="30m",
        keep_firing="15m",
        summary="LiteLLM's health checks fail with {exception_class}",
        description="{value} health checks failed in the last half hour with {exception_class} "
        "(status {exception_status}), which no request met within the hour.",
        shown_on=Link("models", "Background health checks"),
        meaning="A deployment without traffic has never answered a health check since it is "
        "watched, or does not support them. LiteLLM does not say which one failed. "
        "`LiteLLMHealthCheckUnanswered` fires in its place where a model is known that no longer "
        "answers.",
        look=(
            _LOOK_AT_HEALTH,
            _LOOK_AT_EXCEPTIONS,
            "If the model does not support the check, set `model_info.mode`, or "
            "`model_info.disable_background_health_check: true`.",
        ),
    ),
)
