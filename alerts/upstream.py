"""What becomes of requests to providers."""

from alerts.alert import Alert, Component, Link, Severity, Threshold
from signals import deployments, failures, latency

_ENOUGH = Threshold(5, "short", "fewer failures say little", least=1)

_KEYS = Threshold(2, "short", "one or two may all be wrong; three rarely are", least=2)

ALERTS = (
    Alert(
        name="LiteLLMModelGroupDown",
        question="Does a model group fail altogether?",
        ask=lambda scope, numbers: deployments.group_failed_share(
            scope, "3m", "10m", numbers["least"]
        ),
        thresholds={
            "share": Threshold(
                0.9, "percentunit", "one request in ten may get through by luck", most=1
            ),
            "least": Threshold(5, "short", "fewer failures in ten minutes say little", least=1),
        },
        severity=Severity.CRITICAL,
        component=Component.UPSTREAM,
        pending="1m",
        summary="All deployments of model group {requested_model} fail",
        description="{value} of the requests to deployments of {requested_model} failed over three "
        "minutes. Who asks for it gets an answer only where another model group stands in.",
        shown_on=Link("models", "State of deployments"),
        meaning="No deployment of a model group serves. What a provider finds wrong with a request "
        "does not count.",
        look=(
            "*Failures of deployments by exception* on Models and deployments: a time-out, a refused "
            "key, a spent quota?",
            "The provider's status page, and its key and quota.",
            "Whether fallbacks are configured for the group, and answer (*Fallbacks that answered*).",
        ),
    ),
    Alert(
        name="LiteLLMModelGroupUnserved",
        question="Does nobody get an answer from a model group, whatever the exception?",
        ask=lambda scope, _: failures.unserved_groups(scope),
        thresholds={"keys": _KEYS},
        severity=Severity.CRITICAL,
        component=Component.UPSTREAM,
        pending="1m",
        summary="No request for model group {requested_model} is answered",
        description="Requests for {requested_model} with {value} keys failed within ten minutes, "
        "and none has been answered for six minutes.",
        shown_on=Link("traffic", "Requests by outcome"),
        meaning="One key whose requests a provider finds wrong is that caller's mistake. Where many "
        "keys get nothing else, it is not: a provider whose credit is spent answers so, and a router "
        "whose deployments are all cooling down answers 429.",
        look=(
            "*Failures of deployments by exception* on Models and deployments: what does the provider "
            "answer?",
            "Credit, quota and access to the model in the provider's console.",
            "*State of deployments* on Models and deployments: are all of the group cooling down?",
        ),
    ),
    Alert(
        name="LiteLLMDeploymentUnserved",
        question="Does one deployment answer nobody while others serve, whatever the exception?",
        ask=lambda scope, _: deployments.unserved_alone(scope),
        thresholds={"keys": _KEYS},
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="5m",
        keep_firing="15m",
        summary="Deployment {litellm_model_name} ({model_id}) of {requested_model} answers nobody",
        description="Requests to {litellm_model_name} ({model_id}) with {value} keys failed within ten "
        "minutes, and none has been answered for six minutes, while other deployments of "
        "{requested_model} serve.",
        shown_on=Link("models", "Failed requests by deployment"),
        meaning="A provider whose credit is spent, or that does not know the model any more, finds "
        "every request wrong. LiteLLM does not retry those, so that callers see them.",
        look=(
            "*Failures of deployments by exception* on Models and deployments.",
            "Credit, quota and access to the model in the provider's console.",
            "The deployment's `model` and `api_base` in LiteLLM's configuration.",
        ),
    ),
    Alert(
        name="LiteLLMDeploymentFailing",
        question="Does one deployment fail while others serve?",
        ask=lambda scope, numbers: deployments.failing_alone(scope, "5m", numbers["least"]),
        thresholds={
            "share": Threshold(0.5, "percentunit", "a coin is as good as the deployment", most=1),
            "least": _ENOUGH,
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="5m",
        # The router rests a failing deployment, which then has no requests to fail.
        keep_firing="15m",
        summary="Deployment {litellm_model_name} ({model_id}) of {requested_model} fails",
        description="{value} of the requests to {litellm_model_name} ({model_id}) failed over five "
        "minutes, while other deployments of {requested_model} serve. Retries hide it from callers, "
        "and cost them time.",
        shown_on=Link("models", "Failed requests by deployment"),
        meaning="One deployment of a model group fails most of its requests. The router rests it for "
        "a while and tries it again.",
        look=(
            "*Failures of deployments by exception* on Models and deployments.",
            "The deployment's `api_base`, key and quota in LiteLLM's configuration.",
            "Whether the others can carry its load (*Requests by deployment*).",
        ),
    ),
    Alert(
        name="LiteLLMFallbacksFailing",
        question="Do fallbacks fail as well?",
        ask=lambda scope, numbers: deployments.failed_fallback_share(
            scope, "10m", numbers["least"]
        ),
        thresholds={
            "share": Threshold(0.5, "percentunit", "most of what is to be saved is lost", most=1),
            "least": _ENOUGH,
        },
        severity=Severity.CRITICAL,
        component=Component.UPSTREAM,
        summary="Fallbacks of model group {requested_model} fail",
        description="{value} of the fallbacks from {requested_model} to another model group failed "
        "over ten minutes.",
        shown_on=Link("models", "Fallbacks that failed"),
        meaning="A model group fails, and so does the one that stands in for it.",
        look=(
            "*Fallbacks that failed* on Models and deployments: from which group to which?",
            "Whether both rest on the same provider, key or quota.",
            "`litellm_settings.fallbacks` in LiteLLM's configuration.",
        ),
    ),
    Alert(
        name="LiteLLMCooldownFlapping",
        question="Is a deployment rested again and again?",
        ask=lambda scope, _: deployments.cooldowns(scope, *deployments.DEPLOYMENT, window="30m"),
        thresholds={
            "cooldowns": Threshold(
                5, "short", "one every five minutes for half an hour: it does not recover", least=1
            )
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="0s",
        keep_firing="15m",
        summary="The router rests {litellm_model_name} again and again",
        description="The router put {litellm_model_name} ({model_id}) to rest {value} times within "
        "half an hour: each time it is tried again, it fails.",
        shown_on=Link("models", "Cooldowns by model and status"),
        meaning="A deployment fails as soon as it is asked again. LiteLLM gives the model group's name "
        "here.",
        look=(
            "*Cooldowns by model and status* on Models and deployments: which status does the "
            "provider answer with?",
            "429: the quota is too small; take weight from it, or raise the quota.",
            "401 or 403: the key is not valid any more.",
        ),
    ),
    Alert(
        name="LiteLLMUpstreamSlow",
        question="Is a provider far slower than it was a week ago?",
        ask=lambda scope, numbers: latency.slowdown(scope, numbers["seconds"], numbers["least"]),
        thresholds={
            "times": Threshold(
                3, "short", "longer prompts and another day's load make it twice as long", least=1
            ),
            "seconds": Threshold(2, "s", "below that, nobody waits"),
            "least": Threshold(
                20, "short", "the mean of fewer answers in an hour is chance", least=1
            ),
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="15m",
        summary="Upstream of {requested_model} is {value} times as slow as a week ago",
        description="The mean upstream latency of {requested_model} in the last hour is {value} times "
        "that of the same hour of last week.",
        shown_on=Link("latency", "Upstream by deployment, p95"),
        meaning="Providers take far longer than usual for a model group. A group that had no traffic "
        "a week ago has nothing to be compared with.",
        look=(
            "*Upstream by deployment, p95* on Latency: one deployment or all?",
            "*Tokens in and out* on Spend and tokens: have prompts or answers become longer?",
            "The provider's status page.",
        ),
    ),
)
