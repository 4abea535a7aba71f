"""Custom resources of grafana-operator: its schemas allow them, and what it makes of them is what is
deployed.
"""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings

from litellm_monitoring.exports import FORMATS
from litellm_monitoring.infra.program import alert_properties as properties
from tests.unit.exports.schemas import KINDS, faults
from tests.unit.exports.stacks import (
    PROMETHEUS,
    SECRET,
    STACKS,
    export,
    read,
    resources,
    stack,
    titles,
)
from tests.unit.exports.test_config_maps import NAME

FORM = "grafana-operator"


def of_kind(case: str, kind: str) -> list[Any]:
    return [each for each in resources(FORM, case) if each["kind"] == kind]


@pytest.mark.parametrize("case", STACKS)
def test_the_operators_schemas_allow_them(case: str) -> None:
    for each in resources(FORM, case):
        assert faults(each) == []


def test_the_schemas_find_faults() -> None:
    rules = copy.deepcopy(of_kind("alerts in Grafana", "GrafanaAlertRuleGroup")[0])
    spec = rules["spec"]
    spec |= {"interval": "1 hour", "folderUid": "a", "editable": "no"}
    spec["rules"][0] |= {"execErrState": "Quiet", "uid": "a" * 41, "keep_firing_for": "1s"}
    del spec["rules"][0]["condition"]
    spec["rules"][0]["data"][0]["relativeTimeRange"]["from"] = "10m"
    rules["metadata"]["label"] = {}
    assert len(faults(rules)) == 9
    assert set(KINDS) >= {each["kind"] for case in STACKS for each in resources(FORM, case)}


@pytest.mark.parametrize("case", STACKS)
def test_names(case: str) -> None:
    found = resources(FORM, case)
    names = [(each["kind"], each["metadata"]["name"]) for each in found]
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for _, name in names)


@pytest.mark.parametrize("case", STACKS)
def test_each_is_in_the_folder(case: str) -> None:
    folders = {
        each["metadata"]["name"]: each["spec"]["uid"]
        for each in resources(FORM, case)
        if each["kind"] == "GrafanaFolder"
    }
    declaration = STACKS[case].declaration
    for kind in ("GrafanaDashboard", "GrafanaAlertRuleGroup"):
        for each in of_kind(case, kind):
            spec = each["spec"]
            assert ("folderRef" in spec) != ("folderUID" in spec), "the operator takes one"
            uid = folders[spec["folderRef"]] if "folderRef" in spec else spec["folderUID"]
            assert uid == declaration.platform.folder_uid


@pytest.mark.parametrize("case", STACKS)
def test_dashboards_are_those_that_are_deployed(case: str) -> None:
    found = {
        each["spec"]["uid"]: json.loads(each["spec"]["json"])
        for each in of_kind(case, "GrafanaDashboard")
    }
    declared = STACKS[case].declaration.dashboards.values()
    assert found == {each.uid: json.loads(each.config_json) for each in declared}


def put_in(values: list[Any], content: Any, secrets: dict[str, str], *, whole: bool) -> Any:
    """``content`` with what ``values`` refer to: the operator's controllers, v5.24.0. A contact
    point's setting is replaced whole, a data source's has a variable in it.
    """
    found = copy.deepcopy(content)
    for each in values:
        *parents, last = each["targetPath"].split(".")
        held = found
        for key in parents:
            held = held[key]
        key = each["valueFrom"]["secretKeyRef"]["key"]
        if not whole:
            assert held[last] == f"${{{key}}}"
        held[last] = secrets[key]
    return found


class Named(dict[str, str]):
    """Secrets that are told apart by the key that holds them."""

    def __missing__(self, key: str) -> str:
        return f"the value of {key}"


def test_the_data_source() -> None:
    source = STACKS["secrets"].declaration.data_source
    assert source
    (made,) = of_kind("secrets", "GrafanaDatasource")
    spec = made["spec"]
    found = put_in(spec["valuesFrom"], spec["datasource"], Named(), whole=False)
    assert spec["uid"] == source.uid
    headers = {
        found["jsonData"][f"httpHeaderName{n}"]: found["secureJsonData"][f"httpHeaderValue{n}"]
        for n in (1, 2, 3)
    }
    assert headers == {
        "X-Api-Key": "the value of prometheus_x_api_key",
        "X-Scope-OrgID": "the value of prometheus_x_scope_org_id",
        "X_Api_Key": "the value of prometheus_x_api_key_90639836",
    }
    assert found["secureJsonData"]["basicAuthPassword"] == (
        "the value of prometheus_basic_auth_password"
    )
    assert found["basicAuth"]
    assert (found["name"], found["url"], found["basicAuthUser"]) == (
        source.name,
        source.url,
        "grafana",
    )
    options = {k: v for k, v in found["jsonData"].items() if not k.startswith("httpHeaderName")}
    assert options == json.loads(json.dumps(source.json_data))


def test_the_contact_point() -> None:
    (made,) = of_kind("alerts in Grafana", "GrafanaContactPoint")
    found = {
        each["type"]: put_in(each.get("valuesFrom", []), each["settings"], Named(), whole=True)
        for each in made["spec"]["receivers"]
    }
    texts = {part: f'{{{{ template "litellm-prod.{part}" . }}}}' for part in ("title", "message")}
    title, message = texts["title"], texts["message"]
    assert found == {
        "email": {
            "addresses": "a@example.com;b@example.com",
            "subject": title,
            "message": message,
        },
        "slack": {
            "token": "the value of alerts_slack_token",
            "recipient": "#llm",
            "mentionUsers": "U1",
            "title": title,
            "text": message,
        },
        "pagerduty": {
            "integrationKey": "the value of alerts_pagerduty_integration_key",
            "severity": "{{ .CommonLabels.severity }}",
            "summary": title,
            "client_url": "https://example.com",
        },
        "teams": {
            "url": "the value of alerts_teams_url",
            "title": title,
            "message": message,
            "sectiontitle": "LiteLLM",
        },
        "webhook": {
            "url": "https://example.com/hook",
            "username": "grafana",
            "password": "the value of alerts_webhook_basic_auth_password",
            "title": title,
            "message": message,
        },
    }


@pytest.mark.parametrize("case", STACKS)
def test_rules_are_those_that_are_deployed(case: str) -> None:
    alerting = STACKS[case].declaration.alerting
    declared = {
        group.name: properties.rule_group(group, alerting, "f") for group in alerting.grafana
    }
    found = {each["spec"]["name"]: each["spec"] for each in of_kind(case, "GrafanaAlertRuleGroup")}
    assert found.keys() == declared.keys()
    for name, group in declared.items():
        assert found[name]["interval"] == f"{group['intervalSeconds']}s"
        assert found[name]["editable"] == alerting.editable
        for rule, said in zip(found[name]["rules"], group["rules"], strict=True):
            assert (rule["uid"], rule["title"], rule["labels"]) == (
                said["uid"],
                said["name"],
                said["labels"],
            )
            assert [(each["datasourceUid"], each["model"]) for each in rule["data"]] == [
                (each["datasourceUid"], json.loads(each["model"])) for each in said["datas"]
            ]
            if "record" in said:
                assert rule["record"] == said["record"]
                continue
            assert rule["annotations"] == said["annotations"]
            assert (rule["for"], rule["execErrState"]) == (said["for"], said["execErrState"])
            told, asked = rule["notificationSettings"], said["notificationSettings"]
            assert told["receiver"] == asked["contactPoint"]
            assert told.get("mute_time_intervals") == asked.get("muteTimings")
            assert told["group_by"] == asked["groupBies"]


def test_durations_that_go_does_not_have() -> None:
    (group,) = (
        each["spec"]
        for each in of_kind("alerts in Grafana", "GrafanaAlertRuleGroup")
        if each["spec"]["name"] == "LiteLLM proxy"
    )
    (rule,) = (each for each in group["rules"] if each["title"] == "LiteLLMProxyDown")
    assert (rule["for"], rule["keepFiringFor"]) == ("2m", "86400s")


def test_mute_timings_and_messages() -> None:
    case = "editable"
    timings = {each["spec"]["name"]: each["spec"] for each in of_kind(case, "GrafanaMuteTiming")}
    assert timings["LiteLLM (prod) nights"]["time_intervals"] == [
        {"times": [{"start_time": "22:00", "end_time": "24:00"}], "location": "Europe/Berlin"}
    ]
    assert timings["LiteLLM (prod) weekends"]["time_intervals"] == [
        {"weekdays": ["saturday", "sunday"], "location": "UTC"}
    ]
    assert all(each["editable"] for each in timings.values())
    (template,) = of_kind(case, "GrafanaNotificationTemplate")
    declared = STACKS[case].declaration.alerting.template
    assert declared
    assert template["spec"]["template"] == declared.template


def test_what_kubernetes_lets_nobody_change_has_another_name() -> None:
    """``x-kubernetes-validations`` with ``self == oldSelf``: a contact point's name, and whether
    something is editable.
    """
    one, other = (
        {(each["kind"], each["metadata"]["name"]): each["spec"] for each in resources(FORM, case)}
        for case in ("alerts in Grafana", "editable")
    )
    for key in one.keys() & other.keys():
        for field in ("editable", "uid", "folderRef", "folderUID", "instanceSelector"):
            assert one[key].get(field) == other[key].get(field), key
        if key[0] == "GrafanaContactPoint":
            assert one[key]["name"] == other[key]["name"]


def test_a_teams_folder_is_closed_and_what_opens_it_is_said() -> None:
    (folder,) = of_kind("a team", "GrafanaFolder")
    assert folder["spec"]["parentFolderUID"] == "llm"
    assert json.loads(folder["spec"]["permissions"]) == {
        "items": [{"role": "Editor", "permission": 1}]
    }
    remarks = export(FORM, "a team").remarks
    assert sum("add an item with teamId" in each for each in remarks) == 2


def test_which_grafana_and_which_secret() -> None:
    case = "pods and labels"
    selectors = [
        each["spec"]["instanceSelector"]
        for each in resources(FORM, case)
        if each["kind"].startswith("Grafana")
    ]
    assert selectors == [{"matchLabels": {"instance": "main"}}] * len(selectors)
    (remark,) = (each for each in export(FORM, "secrets").remarks if each.startswith("required"))
    assert remark == (
        "required: the Secret litellm-prod with prometheus_basic_auth_password, "
        "prometheus_x_api_key, prometheus_x_api_key_90639836, prometheus_x_scope_org_id"
    )


def test_all_grafanas() -> None:
    chosen = {"prometheus": PROMETHEUS, "dashboards": {"include": ["prod-v2"]}}
    found = FORMATS[FORM](stack({**chosen, "exports": {"instanceSelector": {}}})).files.values()
    assert [read(text)["spec"]["instanceSelector"] for text in found] == [{"matchLabels": {}}] * 3


@pytest.mark.parametrize("form", FORMATS)
def test_no_secret_is_in_a_file_or_a_remark(form: str) -> None:
    for case in STACKS:
        found = export(form, case)
        assert not any(SECRET in text for text in (*found.files.values(), *found.remarks))


@settings(deadline=None, max_examples=25)
@given(titles, titles)
def test_any_team_and_folder(team: str, title: str) -> None:
    chosen = {
        "prometheus": PROMETHEUS,
        "dashboards": {"include": ["team-overview"]},
        "team": {"alias": "a", "title": team},
        "folder": {"title": title},
    }
    declared = stack(chosen)
    found = [read(text) for text in FORMATS[FORM](declared).files.values()]
    assert [fault for each in found for fault in faults(each)] == []
    assert declared.declaration.folder
    (folder,) = (each for each in found if each["kind"] == "GrafanaFolder")
    assert folder["spec"]["title"] == declared.declaration.folder.title
    (dashboard,) = (each for each in found if each["kind"] == "GrafanaDashboard")
    (said,) = declared.declaration.dashboards.values()
    assert json.loads(dashboard["spec"]["json"]) == json.loads(said.config_json)
