"""What a person can set about the Kubernetes workload that runs LiteLLM."""

import re
from typing import Annotated

from pydantic import AfterValidator

from infra import fields
from infra.model import Model
from infra.written import Written

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LONGEST = 253


def _name(value: str) -> str:
    if len(value) > _LONGEST or not _NAME.fullmatch(value):
        raise ValueError(
            "not a name of Kubernetes, which has lower-case letters, digits, - and . only; write it "
            "like litellm"
        )
    return value


Name = Annotated[Written, AfterValidator(_name)]


class KubernetesSettings(Model):
    """The Kubernetes workload that runs LiteLLM: adds the row *Pods* and alerts on its pods, from kube-state-metrics and cAdvisor."""

    namespace: Name
    """Namespace of the pods."""
    workload: Name
    """Name of the Deployment or StatefulSet."""
    container: Name | None = None
    """Name of the container that runs LiteLLM, to leave out others in the pod; by default all containers."""
    autoscaler: Name | None = None
    """Name of the HorizontalPodAutoscaler; by default that of the workload."""
    selector: fields.Selector = ()
    """PromQL label matchers for the series of kube-state-metrics and cAdvisor, e.g. `cluster="eu-1"`; `selector` does not apply to them."""
