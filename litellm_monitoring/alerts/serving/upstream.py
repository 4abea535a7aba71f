"""What becomes of requests to providers."""

from litellm_monitoring.alerts.alert import Alert, Component, Link, Severity, Threshold
from litellm_monitoring.signals.serving import deployments, failures, latency

_ENOUGH = Threshold(5, "short", "fewer failures are not significant", least=1)

_KEYS = Threshold(
    2, "short", "all requests of one or two keys may be invalid; those of three rarely are", least=2
)

ALERTS = (
    Alert(
        name="LiteLLMModelGroupDown",
        question="Does a model group fail entirely?",
        ask=lambda scope, numbers: deployments.group_failed_share(
            scope, "3m", "10m", numbers["least"]
        ),
        thresholds={
            "share": Threshold(
                0.9, "percentunit", "one request in ten may succeed by chance", most=1
            ),
            "least": Threshold(
                5, "short", "fewer failures in ten minutes are not significant", least=1
            ),
        },
        severity=Severity.CRITICAL,
        component=Component.UPSTREAM,
        pending="1m",
        summary="All deployments of model group {requested_model} fail",
        description="{value} of the requests to deployments of {requested_model} failed in the "
        "last three minutes. Clients that request it get an answer only from a fallback.",
        shown_on=Link("models", "State of deployments"),
        meaning="No deployment of a model group works. Requests that the provider finds invalid "
        "do not count.",
        look=(
            "*Deployment errors by exception* on Models and deployments: a timeout, an invalid "
            "key, an exhausted quota?",
            "Check the provider's status page, and the key and quota there.",
            "*Successful fallbacks by model group* on Models and deployments: are fallbacks "
            "configured, and do they answer?",
        ),
    ),
    Alert(
        name="LiteLLMModelGroupUnserved",
        question="Does a model group answer no requests, whatever the exception?",
        ask=lambda scope, _: failures.unserved_groups(scope),
        thresholds={"keys": _KEYS},
        severity=Severity.CRITICAL,
        component=Component.UPSTREAM,
        pending="1m",
        summary="No request for model group {requested_model} is answered",
        description="Requests for {requested_model} with {value} keys failed within ten minutes, "
        "and none was answered in the last six minutes.",
        shown_on=Link("traffic", "Requests by outcome"),
        meaning="One key whose requests a provider finds invalid is a client error. If it happens "
        "to every key, it is not: a provider returns the same error when its credit is exhausted, "
        "and a router with all deployments in cooldown returns 429.",
        look=(
            "*Deployment errors by exception* on Models and deployments: what does the provider "
            "return?",
            "Check credit, quota and access to the model in the provider's console.",
            "*Deployment state* on Models and deployments: are all deployments of the group in "
            "cooldown?",
        ),
    ),
    Alert(
        name="LiteLLMDeploymentUnserved",
        question="Does one deployment answer no requests while others work, whatever the exception?",
        ask=lambda scope, _: deployments.unserved_alone(scope),
        thresholds={"keys": _KEYS},
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="5m",
        keep_firing="15m",
        summary="Deployment {litellm_model_name} ({model_id}) of {requested_model} answers no requests",
        description="Requests to {litellm_model_name} ({model_id}) with {value} keys failed "
        "within ten minutes, and none was answered in the last six minutes, while other "
        "deployments of {requested_model} work.",
        shown_on=Link("models", "Failed requests by deployment"),
        meaning="A provider whose credit is exhausted, or that no longer has the model, rejects "
        "every request as invalid. LiteLLM does not retry those, so that clients get the errors.",
        look=(
            "*Deployment errors by exception* on Models and deployments: what does the provider "
            "return?",
            "Check credit, quota and access to the model in the provider's console.",
            "Check the deployment's `model` and `api_base` in LiteLLM's configuration.",
        ),
    ),
    Alert(
        name="LiteLLMDeploymentFailing",
        question="Does one deployment fail while others work?",
        ask=lambda scope, numbers: deployments.failing_alone(scope, "5m", numbers["least"]),
        thresholds={
            "share": Threshold(
                0.5,
                "percentunit",
                "a deployment that fails half of its requests is of no use",
                most=1,
            ),
            "least": _ENOUGH,
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="5m",
        # The router puts a failing deployment in cooldown, which then has no requests to fail.
        keep_firing="15m",
        summary="Deployment {litellm_model_name} ({model_id}) of {requested_model} fails",
        description="{value} of the requests to {litellm_model_name} ({model_id}) failed in the "
        "last five minutes, while other deployments of {requested_model} work. Retries hide it "
        "from clients, and cost them time.",
        shown_on=Link("models", "Failed requests by deployment"),
        meaning="One deployment of a model group fails most of its requests. The router puts it "
        "in cooldown and tries it again.",
        look=(
            "*Deployment errors by exception* on Models and deployments: which exception?",
            "Check the deployment's `api_base`, key and quota in LiteLLM's configuration.",
            "*Requests by deployment* on Models and deployments: can the others carry its load?",
        ),
    ),
    Alert(
        name="LiteLLMFallbacksFailing",
        question="Are fallbacks failing as well?",
        ask=lambda scope, numbers: deployments.failed_fallback_share(
            scope, "10m", numbers["least"]
        ),
        thresholds={
            "share": Threshold(
                0.5,
                "percentunit",
                "most of the requests that the fallback should save are lost",
                most=1,
            ),
            "least": _ENOUGH,
        },
        severity=Severity.CRITICAL,
        component=Component.UPSTREAM,
        summary="Fallbacks of model group {requested_model} fail",
        description="{value} of the fallbacks from {requested_model} to another model group "
        "failed in the last ten minutes.",
        shown_on=Link("models", "Fallbacks that failed"),
        meaning="A model group fails, and so does its fallback.",
        look=(
            "*Failed fallbacks by model group* on Models and deployments: from which group to "
            "which?",
            "Check whether both use the same provider, key or quota.",
            "Check `litellm_settings.fallbacks` in LiteLLM's configuration.",
        ),
    ),
    Alert(
        name="LiteLLMCooldownFlapping",
        question="Does a deployment enter cooldown again and again?",
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
        summary="{litellm_model_name} enters cooldown again and again",
        description="The router put {litellm_model_name} ({model_id}) in cooldown {value} times "
        "within half an hour: each time it is tried again, it fails.",
        shown_on=Link("models", "Cooldowns by model and status"),
        meaning="A deployment fails as soon as it leaves cooldown. LiteLLM gives the model "
        "group's name here.",
        look=(
            "*Cooldowns by model and status* on Models and deployments: which status does the "
            "provider return?",
            "429: the quota is too small. Lower the deployment's weight, or raise the quota.",
            "401 or 403: the key is no longer valid.",
        ),
    ),
    Alert(
        name="LiteLLMUpstreamSlow",
        question="Is a provider far slower than a week ago?",
        ask=lambda scope, numbers: latency.slowdown(scope, numbers["seconds"], numbers["least"]),
        thresholds={
            "times": Threshold(
                3, "short", "longer prompts and a different load can double it", least=1
            ),
            "seconds": Threshold(2, "s", "below this, nobody notices"),
            "least": Threshold(
                20, "short", "the mean of fewer answers in an hour is not significant", least=1
            ),
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="15m",
        summary="Upstream of {requested_model} is {value} times as slow as a week ago",
        description="The mean upstream latency of {requested_model} in the last hour is {value} "
        "times that of the same hour of last week.",
        shown_on=Link("latency", "Upstream by deployment, p95"),
        meaning="A model group's providers are far slower than usual. A group without traffic a "
        "week ago is not compared.",
        look=(
            "*Upstream latency by deployment, p95* on Latency: one deployment or all?",
            "*Input and output tokens* on Spend and tokens: have prompts or answers become longer?",
            "Check the provider's status page.",
        ),
    ),
    Alert(
        name="LiteLLMServedFromFallbacks",
        question="Have fallbacks answered for a model group for long?",
        ask=lambda scope, numbers: deployments.fallback_share(scope, "15m", numbers["least"]),
        thresholds={
            "share": Threshold(
                0.25,
                "percentunit",
                "more than retries and short outages cause: cost and answers are the fallback's",
                most=1,
            ),
            "least": Threshold(
                10, "short", "fewer in 15 minutes say little about the group", least=1
            ),
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="30m",
        keep_firing="15m",
        summary="Fallbacks answer for model group {requested_model}",
        description="Fallbacks gave {value} of the answers to requests for {requested_model} in the "
        "last 15 minutes, and more than {share} for half an hour. Clients get answers from another "
        "model, at its price and speed.",
        shown_on=Link("models", "Fallbacks that answered"),
        meaning="A model group fails, and its fallback hides it from clients. Fallbacks for prompts "
        "that are too long, or that a content policy rejects, do not count: they are meant.",
        look=(
            "*Successful fallbacks by model group* on Models and deployments: which group answers, "
            "and since when?",
            "*Deployment errors by exception* on Models and deployments: why do the deployments of "
            "the group fail?",
            "*Spend by model group* on Spend and tokens: is the fallback more expensive?",
        ),
    ),
    Alert(
        name="LiteLLMProviderRejectsKey",
        question="Does a provider reject our key?",
        ask=lambda scope, numbers: deployments.rejecting_our_key(scope, numbers["least"]),
        thresholds={
            "deployments": Threshold(0, "short", "a rejected key does not recover by itself"),
            "least": Threshold(
                3, "short", "one or two rejections happen while a key is replaced", least=1
            ),
        },
        severity=Severity.WARNING,
        component=Component.UPSTREAM,
        pending="2m",
        keep_firing="15m",
        summary="{api_provider} rejects the key of {value} deployments",
        description="{api_provider} rejected every request to {value} deployments in the last ten "
        "minutes with status 401 or 403.",
        shown_on=Link("models", "Failures of deployments by status"),
        meaning="A key that LiteLLM uses at a provider is revoked, has expired, or may not use the "
        "model. Keys that the proxy itself rejects do not count, nor does a client's own key at the "
        "provider while other requests are answered.",
        look=(
            "*Error ratio by deployment* on Models and deployments: which deployments?",
            "Check in the provider's console whether the key is valid, and may use the model and "
            "the region.",
            "Check the deployment's `api_key` in LiteLLM's configuration, and the secret that it "
            "names. If clients send keys of their own, check theirs.",
        ),
    ),
)
