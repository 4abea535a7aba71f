"""What LiteLLM's page of metrics says of the requests of a ledger: its series, and how they grow.

Label sets are the catalogue's. Values have the form that a live LiteLLM writes, which
``tests/live/test_world.py`` compares.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from litellm_monitoring.signals.catalogue.metrics import families
from tests.world.simulated.fleet import HEALTH_CHECK, Deployment, Request

Labels = tuple[tuple[str, str], ...]

NONE = "None"
ROUTE = "/v1/chat/completions"

COUNTED = (
    "litellm_proxy_total_requests_metric_total",
    "litellm_proxy_failed_requests_metric_total",
    "litellm_spend_metric_total",
    "litellm_total_tokens_metric_total",
    "litellm_input_tokens_metric_total",
    "litellm_output_tokens_metric_total",
    "litellm_deployment_success_responses_total",
    "litellm_deployment_failure_responses_total",
    "litellm_deployment_total_requests_total",
)
"""The counters that every world has."""

SPARSE = (
    "litellm_deployment_successful_fallbacks_total",
    "litellm_zero_cost_requests_total",
)
"""The counters that only some worlds have."""

_SUCCESS = "litellm_proxy_total_requests_metric_total"
_FAILED = "litellm_proxy_failed_requests_metric_total"
_DEPLOYMENT = "litellm_deployment_{}_total"


def increments(request: Request, *, with_latency: bool = True) -> Iterator[tuple[Labels, float]]:
    """By how much the request makes which series grow; most of them are histograms'."""
    known = _known(request)
    fault = request.fault
    if request.key is HEALTH_CHECK:
        known |= _OF_A_FAILED_CHECK if fault else _OF_A_CHECK
    if fault and request.key is HEALTH_CHECK:
        for kind in ("failure_responses", "total_requests"):
            yield _labels(_DEPLOYMENT.format(kind), known), 1.0
        return
    if fault and fault.fallback:
        for kind in ("failure_responses", "total_requests"):
            yield _labels(_DEPLOYMENT.format(kind), known), 1.0
        yield _labels(SPARSE[0], {**known, "fallback_model": fault.fallback.group}), 1.0
        answered = request._replace(deployment=fault.fallback, fault=None)
        yield from increments(answered, with_latency=with_latency)
        return
    if fault:
        yield _labels(_FAILED, {**known, **_before(fault.by_proxy)}), 1.0
        yield (
            _labels(_SUCCESS, {**known, **_before(fault.by_proxy), "status_code": fault.status}),
            1.0,
        )
        if not fault.by_proxy:
            for kind in ("failure_responses", "total_requests"):
                yield _labels(_DEPLOYMENT.format(kind), known), 1.0
        return
    yield _labels(_SUCCESS, {**known, "status_code": "200"}), 1.0
    for kind in ("success_responses", "total_requests"):
        yield _labels(_DEPLOYMENT.format(kind), known), 1.0
    yield _labels("litellm_spend_metric_total", known), request.dollars
    if not request.dollars:
        yield _labels(SPARSE[1], {**known, "reason": "missing_pricing_key"}), 1.0
    for kind, tokens in (
        ("total", request.input_tokens + request.output_tokens),
        ("input", request.input_tokens),
        ("output", request.output_tokens),
        *([("input_cached", request.cached_tokens)] if request.cached_tokens else []),
    ):
        yield _labels(f"litellm_{kind}_tokens_metric_total", known), float(tokens)
    for histogram, share in _LATENCIES.items() if with_latency else ():
        yield from _observed(histogram, known, share * request.seconds)


_OF_A_CHECK = {"requested_model": "", "model_group": "", "model_id": "", "route": NONE}
"""What LiteLLM says of a health check in place of what the router knows of a request."""

_OF_A_FAILED_CHECK = {
    **_OF_A_CHECK,
    "requested_model": "other",
    "litellm_model_name": "",
    "api_provider": "",
    "api_base": "",
}

_LATENCIES = {
    "litellm_request_total_latency_metric": 1.0,
    "litellm_llm_api_latency_metric": 0.95,
}
"""What share of a request's time each histogram observes."""


def state(deployment: Deployment) -> Labels:
    """The series of LiteLLM's gauge of a deployment's state."""
    return _labels("litellm_deployment_state", _known_of(deployment))


def _known(request: Request) -> dict[str, str]:
    """Every label that something is told of a request by."""
    key, deployment, fault = request.key, request.deployment, request.fault
    return {
        "hashed_api_key": key.hash,
        "api_key_alias": key.alias,
        "team": f"id-of-{key.team}",
        "team_alias": key.team,
        "user": key.user,
        "user_email": NONE,
        "end_user": NONE,
        "org_id": NONE,
        "org_alias": NONE,
        "route": ROUTE,
        "client_ip": "10.0.0.1",
        "user_agent": key.user_agent,
        "service_tier": NONE,
        "exception_class": fault.exception_class if fault else "",
        "exception_status": fault.status if fault else "",
        **_known_of(deployment),
    }


def _known_of(deployment: Deployment) -> dict[str, str]:
    return {
        "requested_model": deployment.group,
        "model_group": deployment.group,
        "model": deployment.model,
        "litellm_model_name": f"{deployment.provider}/{deployment.model}",
        "model_id": deployment.id,
        "api_provider": deployment.provider,
        "api_base": f"https://{deployment.provider}.example.com",
    }


def _before(by_proxy: bool) -> Mapping[str, str]:
    """What is not known yet of a request that the proxy refuses."""
    return {"model_id": "", "api_provider": ""} if by_proxy else {}


def _observed(
    histogram: str, known: Mapping[str, str], value: float
) -> Iterator[tuple[Labels, float]]:
    family = families()[histogram]
    labels = _labels_of(histogram)
    for bound in (*family.buckets, float("inf")):
        le = "+Inf" if bound == float("inf") else str(bound)
        # A bucket is exposed as soon as its histogram is, empty or not.
        yield _made(f"{histogram}_bucket", labels, {**known, "le": le}), float(value <= bound)
    yield _made(f"{histogram}_sum", labels, known), value
    yield _made(f"{histogram}_count", labels, known), 1.0


def _labels(name: str, known: Mapping[str, str]) -> Labels:
    return _made(name, _labels_of(name), known)


@cache
def _labels_of(family: str) -> tuple[str, ...]:
    return tuple(families()[family].labels)


def _made(name: str, labels: tuple[str, ...], known: Mapping[str, str]) -> Labels:
    found = {label: known[label] for label in labels}
    if "le" in known:
        found["le"] = known["le"]
    return tuple(sorted({"__name__": name, **found}.items()))
