"""LiteLLM's monitoring in Grafana: settings, one component, outputs."""

import pulumi

from infra.config import settings_from_pulumi
from infra.monitoring import LiteLLMMonitoring
from infra.resources import declare

stack = pulumi.get_stack()
monitoring = LiteLLMMonitoring(f"litellm-{stack}", declare(settings_from_pulumi(), stack))

pulumi.export("dashboardUrls", monitoring.dashboard_urls)
pulumi.export("folderUid", monitoring.folder_uid)
pulumi.export("folderUrl", monitoring.folder_url)
pulumi.export("dataSourceUid", monitoring.data_source_uid)
