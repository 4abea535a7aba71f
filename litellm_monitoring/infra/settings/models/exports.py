"""What a person can set about the files for Kubernetes that ``render --format`` writes."""

from litellm_monitoring.infra.settings.kinds.kubernetes import LabelKey, LabelValue, Name
from litellm_monitoring.infra.settings.models.base import Model


class ExportSettings(Model):
    """What `render --format` writes into files for Kubernetes; `docs/exports.md` has all formats."""

    namespace: Name | None = None
    """Namespace of the resources; by default not set. That of a `PrometheusRule` is `rules.namespace` if that is set."""
    labels: dict[LabelKey, LabelValue] = {}
    """Labels of all resources, besides their own."""
    dashboard_label: LabelKey = "grafana_dashboard"
    """For `config-maps`: label by which the sidecar finds dashboards, as `sidecar.dashboards.label` of Grafana's Helm chart."""
    label_value: LabelValue = "1"
    """For `config-maps`: value of these labels, as `sidecar.dashboards.labelValue`."""
    data_source_label: LabelKey = "grafana_datasource"
    """For `config-maps`: the same for data sources, as `sidecar.datasources.label`."""
    alert_label: LabelKey = "grafana_alert"
    """For `config-maps`: the same for what alerts, as `sidecar.alerts.label`."""
    folder_annotation: LabelKey = "k8s-sidecar-target-directory"
    """For `config-maps`: annotation that names the folder, as `sidecar.dashboards.folderAnnotation`; the default is the sidecar's own."""
    instance_selector: dict[LabelKey, LabelValue] = {"dashboards": "grafana"}
    """For `grafana-operator`: labels of the `Grafana` resources to deploy to; by default `dashboards: grafana`. `{}` is all in the namespace."""
    secret: Name | None = None
    """For `grafana-operator`: name of the Kubernetes Secret that holds the stack's secrets; by default `litellm-<stack>`."""
