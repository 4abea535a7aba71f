"""The Kubernetes workload whose pods run LiteLLM, and what its pods are called."""

from dataclasses import dataclass

from litellm_monitoring.signals.asking.matchers import Matcher

_GENERATED = "[b-df-hj-np-tv-xz24-9]"
"""What Kubernetes makes names of, so that they spell no word
(https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go).
"""
_SHORTEST_HASH, _LONGEST_HASH = 5, 10
"""A ReplicaSet's hash is a 32-bit number in decimal digits: one in 400,000 has fewer than five."""
_RANDOM = 5
_LONGEST_BASE = 58
"""Of what stands before a pod's random characters Kubernetes keeps no more."""


@dataclass(frozen=True)
class Workload:
    """A Deployment or StatefulSet in a namespace.

    ``container`` is the one that runs the proxy, where others in the pod are not to be seen.
    ``autoscaler`` is a HorizontalPodAutoscaler. ``matchers`` are on labels that the scrape adds to
    series of kube-state-metrics and of cAdvisor alike, such as ``cluster``.
    """

    namespace: str
    name: str
    autoscaler: str
    container: str | None = None
    matchers: tuple[Matcher, ...] = ()

    @property
    def pods(self) -> str:
        """The regular expression of its pods' names, which no other workload's match: those of
        ``litellm`` are neither ``litellm-admin-…`` nor ``litellm-proxy-0``.
        """
        name = self.name.replace(".", "[.]")
        random = f"{_GENERATED}{{{_RANDOM}}}"
        room = _LONGEST_BASE - len(self.name) - len("-")
        if room < 0:
            return f"{name}-[0-9]+|{_cut(self.name)}{random}"
        shortest, hyphen = _SHORTEST_HASH, "-"
        if room <= _LONGEST_HASH:
            shortest, hyphen = min(room, _SHORTEST_HASH), "-?"
        hashed = f"{_GENERATED}{{{shortest},{min(room, _LONGEST_HASH)}}}"
        return f"{name}-({hashed}{hyphen}{random}|[0-9]+)"


def _cut(name: str) -> str:
    return name[:_LONGEST_BASE].replace(".", "[.]")
