"""Which objectives LiteLLM can be held to: those at a bound of its latency buckets."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values, section
from litellm_monitoring.infra.settings.models.stack import (
    FirstTokenObjectiveSettings,
    LatencyObjectiveSettings,
    LiteLLMSettings,
)
from litellm_monitoring.signals.serving.buckets import default_bounds, nearest, shortest

_DEFAULTS: Mapping[str, float] = {
    "latency": LatencyObjectiveSettings().within,
    "firstToken": FirstTokenObjectiveSettings().within,
}
_SECONDS = TypeAdapter(float)


def mistakes_in_objectives(values: Values) -> Iterator[Mistake]:
    """Every objective in ``values`` that cannot be measured, but those of a team on its
    environment's proxies: which bounds these have, the environment's stack says.
    """
    if "platformStack" in section(values, "team"):
        return
    try:
        found = LiteLLMSettings.model_validate(section(values, "litellm")).latency_buckets
    except ValidationError:
        return  # Said elsewhere.
    yield from unmeasurable(section(values, "objective"), found)


def unmeasurable(objective: Values, stated: Sequence[float] | None) -> Iterator[Mistake]:
    """What in ``objective`` lies at no bound: between two, nobody knows how many were faster."""
    bounds = stated or default_bounds()
    for key, default in _DEFAULTS.items():
        is_set = "within" in section(objective, key)
        try:
            within = _SECONDS.validate_python(section(objective, key).get("within", default))
        except ValidationError:
            continue
        if within not in bounds:
            by_default = "" if is_set else f"is {shortest(default)} by default; "
            advice = f"{by_default}{_advice(within, bounds)}"
            advice += "" if stated else ", or litellm.latencyBuckets if yours has other bounds"
            yield Mistake(("objective", key, "within"), advice)


def _advice(within: float, bounds: Sequence[float]) -> str:
    near = " and ".join(map(shortest, nearest(within, bounds)))
    what = "one of these" if len(bounds) > 1 else "that"
    return f"LiteLLM has no bucket bound there, only at {near} seconds; set {what}"
