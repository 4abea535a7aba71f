"""Why there is no series of a workload's pods, which others than LiteLLM expose."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

import promql_parser

from litellm_monitoring.signals import Matcher, Operator, Workload
from litellm_monitoring.signals.asking.promql import operator_of
from litellm_monitoring.signals.catalogue.metrics import Family, family_of, kubernetes_families
from litellm_monitoring.tools.check.evidence.finding import Cause, Why
from litellm_monitoring.tools.check.evidence.matching import text_of
from litellm_monitoring.tools.check.evidence.seen import Evidence

_KINDS: Mapping[str, str] = {
    "deployment": "kube_deployment_spec_replicas",
    "statefulset": "kube_statefulset_replicas",
}
"""By the label that names a workload of that kind, where all of them are."""

_AUTOSCALER = "horizontalpodautoscaler"
_AUTOSCALERS = "kube_horizontalpodautoscaler_spec_max_replicas"
_STATE_METRICS = "kube-state-metrics"
_FEW = 5

_SCRAPE: Mapping[str, str] = {
    _STATE_METRICS: "install it, and have Prometheus scrape it with honor_labels: true",
    "cAdvisor": "have Prometheus scrape /metrics/cadvisor of each kubelet",
}
_LEFT_OUT: Mapping[str, str] = {
    _STATE_METRICS: "its --resources, --metric-allowlist or --metric-denylist, or Prometheus's "
    "metric_relabel_configs",
    "cAdvisor": "the metric_relabel_configs of the job that scrapes the kubelets",
}


class PodAbsence:
    """Explains what is missing of one workload: first whose series, then the namespace, then the
    workload itself, and then what it takes.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._found: dict[tuple[str, str], frozenset[str]] = {}

    def why(self, node: promql_parser.VectorSelector) -> Why:
        """Why there is no series for a selector of kube-state-metrics' or cAdvisor's."""
        family = family_of(str(node.name))
        if self._evidence.values_where(_any_of(_names(family)), "__name__") is None:
            return (
                Cause.NOT_SCRAPED,
                f"{family.exporter} is not on LiteLLM's own page: check this with a Prometheus",
            )
        matchers = [
            Matcher(each.name, Operator(operator_of(each)), str(each.value))
            for each in node.matchers.matchers
        ]
        around = [each for each in matchers if each.label not in _of_workload(family)]
        found = self._why_not_scraped(family) or self._why_elsewhere(family, around)
        if found:
            return found
        by_label = {each.label: each for each in matchers}
        for label in _KINDS:
            if label in by_label:
                found = self._why_no_workload(around, str(by_label[label].value))
        if _AUTOSCALER in by_label:
            found = self._why_no_autoscaler(around, str(by_label[_AUTOSCALER].value))
        if "pod" in by_label:
            pods = [*around, by_label["pod"]]
            container = by_label.get("container")
            found = self._why_no_pods(family, pods) or (
                self._why_no_container(family, pods, container) if container else None
            )
        return found or self._why_lacking(family, node)

    def _why_not_scraped(self, family: Family) -> Why | None:
        if self._values(_any_of(_names(family)), "__name__"):
            return None
        return (
            Cause.NOT_SCRAPED,
            f"there are no series of {family.exporter}: {_SCRAPE[str(family.exporter)]}",
        )

    def _why_elsewhere(self, family: Family, around: Sequence[Matcher]) -> Why | None:
        """Why nothing is in the namespace, or has what ``kubernetes.selector`` says."""
        names = _names(family)
        for position, matcher in enumerate(around):
            others = around[:position]
            if self._values(_any_of(names, *others, matcher), "__name__"):
                continue
            is_namespace = matcher.label == "namespace"
            if is_namespace and self._is_renamed(names, others, matcher):
                return (
                    Cause.NOT_EXPOSED,
                    f"{family.exporter}'s label namespace is called exported_namespace here: scrape it "
                    "with honor_labels: true",
                )
            setting = "kubernetes.namespace" if is_namespace else "kubernetes.selector"
            there = self._values(_any_of(names, *others), matcher.label)
            return (
                Cause.OUTSIDE_SELECTOR,
                f"no series of {family.exporter} has {matcher} ({setting})"
                f"{_nearest(str(matcher.value), there)}",
            )
        return None

    def _is_renamed(
        self, names: Iterable[str], others: Sequence[Matcher], namespace: Matcher
    ) -> bool:
        renamed = Matcher("exported_namespace", namespace.operator, namespace.value)
        return bool(self._values(_any_of(names, *others, renamed), "__name__"))

    def _why_no_workload(self, around: Sequence[Matcher], name: str) -> Why | None:
        workloads = self._workloads(around)
        if not workloads or name in workloads:
            return None
        return (
            Cause.OUTSIDE_SELECTOR,
            f"there is no Deployment or StatefulSet {name} in the namespace (kubernetes.workload)"
            f"{_nearest(name, workloads)}",
        )

    def _why_no_autoscaler(self, around: Sequence[Matcher], name: str) -> Why | None:
        autoscalers = self._values(_any_of([_AUTOSCALERS], *around), _AUTOSCALER)
        if name in autoscalers:
            return None
        return (
            Cause.NOT_EXPOSED,
            f"there is no HorizontalPodAutoscaler {name} in the namespace (kubernetes.autoscaler)"
            f"{_nearest(name, autoscalers)}",
        )

    def _why_no_pods(self, family: Family, pods: Sequence[Matcher]) -> Why | None:
        if self._values(_any_of(_names(family), *pods), "__name__"):
            return None
        *around, pod = pods
        pattern, workloads = str(pod.value), self._workloads(around)
        if not any(Workload("", each, each).pods == pattern for each in workloads):
            name = re.split(r"-[(\[]", pattern)[0].replace("[.]", ".")
            if missing := self._why_no_workload(around, name):
                return missing
        of_state = (
            each for each in kubernetes_families().values() if each.exporter == _STATE_METRICS
        )
        if family.exporter != _STATE_METRICS and self._values(
            _any_of([each.name for each in of_state], *pods), "__name__"
        ):
            return (
                Cause.NOT_SCRAPED,
                f"there are no series of {family.exporter} for these pods, which {_STATE_METRICS} has: "
                "have Prometheus scrape /metrics/cadvisor of the kubelets of their nodes",
            )
        return Cause.NOTHING_HAPPENED, "the workload has no pod in the range"

    def _why_no_container(
        self, family: Family, pods: Sequence[Matcher], container: Matcher
    ) -> Why | None:
        names = [each for each in _names(family) if "container" in family_of(each).labels]
        if self._values(_any_of(names, *pods, container), "__name__"):
            return None
        there = self._values(_any_of(names, *pods), "container") - {"", "POD"}
        if container.operator is Operator.EQUAL:
            return (
                Cause.OUTSIDE_SELECTOR,
                f"the pods have no container {container.value} (kubernetes.container)"
                f"{_nearest(str(container.value), there)}",
            )
        return (
            Cause.NOT_EXPOSED,
            f"the series of {family.exporter} for these pods do not name their containers",
        )

    def _why_lacking(self, family: Family, node: promql_parser.VectorSelector) -> Why:
        """Why all is there but series of this family, or those that are asked for."""
        if family.needs:
            asked = ", ".join(
                text_of(each)
                for each in node.matchers.matchers
                if each.name in family.labels - _NAMING
            )
            lacking = f"no series of {family.name} {f'has {asked}' if asked else 'is of it'}"
            cause = Cause.NOT_EXPOSED if family.before_first_event else Cause.NOTHING_HAPPENED
            return cause, f"{lacking} in the range; it requires {family.needs}"
        if self._values(_any_of([family.name]), "__name__"):
            return Cause.NOTHING_HAPPENED, f"no series of {family.name} is of it in the range"
        return (
            Cause.NOT_EXPOSED,
            f"{family.exporter} is scraped, but without {family.name}: "
            f"{_LEFT_OUT[str(family.exporter)]} leaves it out",
        )

    def _workloads(self, around: Sequence[Matcher]) -> frozenset[str]:
        return frozenset().union(
            *(self._values(_any_of([name], *around), label) for label, name in _KINDS.items())
        )

    def _values(self, selector: str, label: str) -> frozenset[str]:
        if (selector, label) not in self._found:
            self._found[selector, label] = (
                self._evidence.values_where(selector, label) or frozenset()
            )
        return self._found[selector, label]


_NAMING = frozenset({"namespace", "pod", "container", _AUTOSCALER, *_KINDS})
"""The labels that name what a series is of."""


def _of_workload(family: Family) -> frozenset[str]:
    """Of a family's labels, those that do not say where all of it is."""
    return family.labels - {"namespace"}


def _names(family: Family) -> list[str]:
    """All that the same exporter has."""
    known = kubernetes_families().values()
    return [each.name for each in known if each.exporter == family.exporter]


def _any_of(names: Iterable[str], *matchers: Matcher) -> str:
    named = f'__name__=~"{"|".join(names)}"'
    return f"{{{', '.join((named, *map(str, matchers)))}}}"


def _nearest(name: str, there: Iterable[str]) -> str:
    """What may have been meant, or what there is, if that is not too much."""
    known = sorted(there)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    if not known:
        return ""
    more = f" and {len(known) - _FEW} more" if known[_FEW:] else ""
    return f"; there are: {', '.join(known[:_FEW])}{more}"
