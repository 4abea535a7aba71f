"""The Pulumi component that makes a declaration's resources."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumiverse_grafana as grafana
from pydantic import SecretStr

from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.resources import Dashboard, DataSource, GrafanaTeam, Grant
from litellm_monitoring.infra.declaration.stack import Declaration
from litellm_monitoring.infra.program.alert_resources import make_alerting
from litellm_monitoring.infra.settings.models.stack import TeamSettings


class LiteLLMMonitoring(pulumi.ComponentResource):
    """A stack's Grafana resources: the Prometheus data source, the folder, who sees it, the
    dashboards in it, and what alerts; in the ``organisation`` with that id, or else in the one of the
    credentials.

    ``outputs`` are what the stack exports: ``dashboardUrls`` by slug, ``folderUrl``, what
    :class:`litellm_monitoring.infra.declaration.platform.Platform` has, for a team ``teamAlias`` and ``platformStack``, and the
    name of the ``contactPoint`` if it makes one.
    """

    outputs: pulumi.Inputs

    def __init__(
        self, name: str, declaration: Declaration, organisation: str | None = None
    ) -> None:
        self._organisation = organisation
        super().__init__(
            "litellm:monitoring:LiteLLMMonitoring",
            name,
            opts=pulumi.ResourceOptions(
                protect=declaration.protect, transformations=[self._in_organisation]
            ),
        )
        data_source = (
            self._data_source(declaration.data_source) if declaration.data_source else None
        )
        folder = self._folder(declaration)
        # Nothing is put into the folder before it is closed to those who shall not see it.
        awaited = [
            resource for resource in (data_source, self._access(declaration, folder)) if resource
        ]
        dashboards = {
            slug: self._dashboard(slug, dashboard, folder, awaited)
            for slug, dashboard in declaration.dashboards.items()
        }
        make_alerting(self, declaration.alerting, folder, awaited)
        self.outputs = {
            **declaration.platform.outputs(),
            **_team_outputs(declaration.team),
            "dashboardUrls": {slug: dashboard.url for slug, dashboard in dashboards.items()},
            **_alerting_outputs(declaration.alerting),
            "folderUid": folder.uid,
            "folderUrl": folder.url,
        }
        if data_source:
            self.outputs["dataSourceUid"] = data_source.uid
        self.register_outputs(self.outputs)

    def _in_organisation(
        self, made: pulumi.ResourceTransformationArgs
    ) -> pulumi.ResourceTransformationResult | None:
        """Names the organisation in each resource: the provider heeds its own ``orgId`` for none."""
        if not self._organisation or not made.type_.startswith("grafana:"):
            return None
        return pulumi.ResourceTransformationResult(
            {**made.props, "org_id": self._organisation}, made.opts
        )

    def _id(self, uid: str) -> str:
        return f"{self._organisation}:{uid}" if self._organisation else uid

    def _folder(self, declaration: Declaration) -> grafana.oss.Folder:
        options = pulumi.ResourceOptions(parent=self)
        folder = declaration.folder
        if folder is None:
            # Under the name of its own, the engine would take that one for read, not for deleted.
            return grafana.oss.Folder.get(
                f"{self.pulumi_resource_name}-existing-folder",
                id=self._id(declaration.platform.folder_uid),
                opts=options,
            )
        return grafana.oss.Folder(
            f"{self.pulumi_resource_name}-folder",
            uid=folder.uid,
            title=folder.title,
            parent_folder_uid=folder.parent_uid,
            prevent_destroy_if_not_empty=declaration.protect,
            opts=options,
        )

    def _access(
        self, declaration: Declaration, folder: grafana.oss.Folder
    ) -> grafana.oss.FolderPermission | None:
        team = self._team(declaration.grafana_team) if declaration.grafana_team else None
        if declaration.grants is None:
            return None
        return grafana.oss.FolderPermission(
            f"{self.pulumi_resource_name}-access",
            folder_uid=folder.uid,
            permissions=[self._permission(grant, team) for grant in declaration.grants],
            # Of a change the provider sends only what differs, and Grafana Cloud takes it for all:
            # https://github.com/grafana/terraform-provider-grafana/issues/2928. What is made anew
            # sends everything; until then only admins see the folder.
            opts=pulumi.ResourceOptions(
                parent=self,
                replace_on_changes=["permissions"],
                delete_before_replace=True,
                protect=False,
            ),
        )

    def _permission(
        self, grant: Grant, team: grafana.oss.Team | None
    ) -> grafana.oss.FolderPermissionPermissionArgs:
        """``grant`` in the provider's form, which names teams by id; ``team`` is the stack's own."""
        team_id: pulumi.Output[str] | None = None
        if grant.existing_team:
            team_id = grafana.oss.get_team_output(
                name=grant.existing_team, org_id=self._organisation
            ).id
        elif team and not grant.role:
            team_id = team.id
        return grafana.oss.FolderPermissionPermissionArgs(
            permission=grant.permission.value,
            role=grant.role.value if grant.role else None,
            team_id=team_id,
        )

    def _team(self, team: GrafanaTeam) -> grafana.oss.Team:
        return grafana.oss.Team(
            f"{self.pulumi_resource_name}-team",
            name=team.name,
            email=team.email,
            members=team.members,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _data_source(self, data_source: DataSource) -> grafana.oss.DataSource:
        return grafana.oss.DataSource(
            f"{self.pulumi_resource_name}-prometheus",
            type=data_source.type,
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
        depends_on: Sequence[pulumi.Resource],
    ) -> grafana.oss.Dashboard:
        return grafana.oss.Dashboard(
            f"{self.pulumi_resource_name}-{slug}",
            config_json=dashboard.config_json,
            folder=folder.uid,
            overwrite=dashboard.overwrite,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*depends_on]),
        )


def _alerting_outputs(alerting: Alerting) -> pulumi.Inputs:
    return {"contactPoint": alerting.contact_point.name} if alerting.contact_point else {}


def _team_outputs(team: TeamSettings | None) -> pulumi.Inputs:
    if not team:
        return {}
    return {
        "teamAlias": team.alias,
        **({"platformStack": team.platform_stack} if team.platform_stack else {}),
    }


def _secret_json(values: Mapping[str, SecretStr]) -> str | None:
    """The JSON of secret values; the provider's SDK makes its argument a Pulumi secret."""
    return to_canonical_json(_plain(values)) if values else None


def _plain(values: Mapping[str, SecretStr]) -> dict[str, str]:
    return {key: value.get_secret_value() for key, value in values.items()}
