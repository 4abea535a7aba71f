"""The Pulumi component that makes a declaration's resources."""

from collections.abc import Mapping

import pulumi
import pulumiverse_grafana as grafana
from pydantic import SecretStr

from dashboards.frame import to_canonical_json
from infra.resources import Dashboard, DataSource, Declaration


class LiteLLMMonitoring(pulumi.ComponentResource):
    """A stack's Grafana resources: the Prometheus data source, the folder and the dashboards.

    Outputs: ``dashboard_urls`` by slug, ``folder_uid``, ``folder_url``, ``data_source_uid``.
    """

    dashboard_urls: pulumi.Output[Mapping[str, str]]
    folder_uid: pulumi.Output[str]
    folder_url: pulumi.Output[str]
    data_source_uid: pulumi.Output[str]

    def __init__(self, name: str, declaration: Declaration) -> None:
        super().__init__(
            "litellm:monitoring:LiteLLMMonitoring",
            name,
            opts=pulumi.ResourceOptions(protect=declaration.protect),
        )
        data_source = (
            self._data_source(declaration.data_source) if declaration.data_source else None
        )
        folder = self._folder(declaration)
        dashboards = {
            slug: self._dashboard(slug, dashboard, folder, data_source)
            for slug, dashboard in declaration.dashboards.items()
        }
        self.dashboard_urls = pulumi.Output.all(**{s: d.url for s, d in dashboards.items()})
        self.folder_uid = folder.uid
        self.folder_url = folder.url
        self.data_source_uid = (
            data_source.uid
            if data_source
            else pulumi.Output.from_input(declaration.data_source_uid)
        )
        self.register_outputs(
            {
                "dashboardUrls": self.dashboard_urls,
                "folderUid": self.folder_uid,
                "folderUrl": self.folder_url,
                "dataSourceUid": self.data_source_uid,
            }
        )

    def _folder(self, declaration: Declaration) -> grafana.oss.Folder:
        options = pulumi.ResourceOptions(parent=self)
        folder = declaration.folder
        if folder is None:
            return grafana.oss.Folder.get(
                f"{self.pulumi_resource_name}-folder", id=declaration.folder_uid, opts=options
            )
        return grafana.oss.Folder(
            f"{self.pulumi_resource_name}-folder",
            uid=folder.uid,
            title=folder.title,
            parent_folder_uid=folder.parent_uid,
            prevent_destroy_if_not_empty=declaration.protect,
            opts=options,
        )

    def _data_source(self, data_source: DataSource) -> grafana.oss.DataSource:
        return grafana.oss.DataSource(
            f"{self.pulumi_resource_name}-prometheus",
            type="prometheus",
            uid=data_source.uid,
            name=data_source.name,
            url=data_source.url,
            basic_auth_enabled=data_source.basic_auth_username is not None,
            basic_auth_username=data_source.basic_auth_username,
            json_data_encoded=to_canonical_json(data_source.json_data),
            secure_json_data_encoded=_secret_json(data_source.secure_json_data),
            http_headers=_plain(data_source.http_headers) or None,
            # Its name is unique in the organisation: a second one cannot be made beside it.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _dashboard(
        self,
        slug: str,
        dashboard: Dashboard,
        folder: grafana.oss.Folder,
        data_source: grafana.oss.DataSource | None,
    ) -> grafana.oss.Dashboard:
        return grafana.oss.Dashboard(
            f"{self.pulumi_resource_name}-{slug}",
            config_json=dashboard.config_json,
            folder=folder.uid,
            overwrite=dashboard.overwrite,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[data_source] if data_source else []
            ),
        )


def _secret_json(values: Mapping[str, SecretStr]) -> str | None:
    """The JSON of secret values; the provider's SDK makes its argument a Pulumi secret."""
    return to_canonical_json(_plain(values)) if values else None


def _plain(values: Mapping[str, SecretStr]) -> dict[str, str]:
    return {key: value.get_secret_value() for key, value in values.items()}
