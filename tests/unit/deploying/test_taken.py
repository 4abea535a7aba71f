"""What is in Grafana already, as the provider was seen to say it."""

import pytest

from litellm_monitoring.tools.deploying.taken import taken
from tests.unit.deploying.test_provider_errors import both_ways


@pytest.mark.parametrize(
    ("resource_type", "text", "called"),
    [
        (
            "grafana:oss/folder:Folder",
            "failed to create folder: [POST /folders] createFolder (status 412): {}",
            "folder",
        ),
        (
            "grafana:oss/dashboard:Dashboard",
            '[POST /dashboards/db][412] postDashboardPreconditionFailed {"message":"The dashboard '
            'has been changed by someone else","status":"version-mismatch"}',
            "dashboard",
        ),
        (
            "grafana:oss/dataSource:DataSource",
            '[POST /datasources][409] addDataSourceConflict {"message":"data source with the same '
            'name already exists"}',
            "data source",
        ),
        (
            "grafana:oss/team:Team",
            '[POST /teams][409] createTeamConflict {"message":"Team name taken"}',
            "Grafana team",
        ),
        (
            "grafana:alerting/muteTiming:MuteTiming",
            '[POST /v1/provisioning/mute-timings][400] postMuteTimingBadRequest {"message":"Time '
            "interval with this name already exists. Use a different name or update existing "
            'one."}',
            "mute timing",
        ),
        (
            "grafana:alerting/ruleGroup:RuleGroup",
            'rule group with name "LiteLLM limits" already exists',
            "rule group",
        ),
    ],
)
def test_what_is_there_already(resource_type: str, text: str, called: str) -> None:
    for said in both_ways(text):
        assert taken(resource_type, "X", said) == (
            f"the {called} X is in Grafana already, and not in the stack's state"
        )
    assert taken("grafana:oss/folderPermission:FolderPermission", "X", text) is None
    assert taken("", "", text) is None


def test_what_fails_for_another_reason() -> None:
    text = "[POST /v1/provisioning/mute-timings][400] postMuteTimingBadRequest {}"
    assert taken("grafana:alerting/muteTiming:MuteTiming", "X", text) is None
