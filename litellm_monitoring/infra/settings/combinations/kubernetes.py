"""Where the Kubernetes workload may be named, and what is said of it once."""

from collections.abc import Iterator

from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values, section
from litellm_monitoring.infra.settings.kinds.fields import label_matchers

_KEY = "kubernetes"
_SAID_ELSEWHERE = {"namespace": "namespace", "pod": "workload", "container": "container"}


def mistakes_in_kubernetes(values: Values) -> Iterator[Mistake]:
    """Pods serve all teams, and a label is matched in one place."""
    kubernetes = section(values, _KEY)
    if not kubernetes:
        return
    if "team" in values:
        yield Mistake(
            (_KEY,),
            "remove it; pods serve all teams, so that their row and alerts belong to the "
            "environment's stack",
        )
        return
    try:
        matchers = label_matchers(kubernetes.get("selector", ""))
    except ValueError:
        return  # Said elsewhere.
    for matcher in matchers:
        if key := _SAID_ELSEWHERE.get(matcher.label):
            yield Mistake(
                (_KEY, "selector"), f"remove {matcher.label}; kubernetes.{key} selects by it"
            )
