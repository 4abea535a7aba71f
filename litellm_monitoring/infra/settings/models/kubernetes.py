"""What a person can set about the Kubernetes workload that runs LiteLLM."""

from litellm_monitoring.infra.settings.kinds import fields
from litellm_monitoring.infra.settings.kinds.kubernetes import Name
from litellm_monitoring.infra.settings.models.base import Model


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
