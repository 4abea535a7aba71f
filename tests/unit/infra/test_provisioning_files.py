"""The embedded target's files: Grafana's provisioning layout, and nothing lost in it."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.storage import TargetError, to_yaml
from litellm_monitoring.infra.declaration.resources import DataSource, Folder
from litellm_monitoring.infra.settings.models.prometheus import Plugin

text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029")
)
json_data = st.dictionaries(
    text.filter(lambda key: not key.startswith("httpHeader")),
    st.recursive(
        text | st.booleans() | st.integers(), lambda c: st.lists(c) | st.dictionaries(text, c)
    ),
)
same_directory = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)

DATA_SOURCE = DataSource(
    uid="litellm-dev-prometheus",
    name="LiteLLM $5",
    url="http://prometheus:9090",
    json_data={"httpMethod": "POST", "exemplars": [{"url": "http://t/${__value.raw}"}]},
    basic_auth_username="grafana",
    secure_json_data={"basicAuthPassword": SecretStr("hunter2")},
    http_headers={"X-Scope-OrgID": SecretStr("llm"), "Authorization": SecretStr("Bearer x")},
)


def test_data_source_file_is_grafanas(tmp_path: Path) -> None:
    file = ProvisioningDirectory(tmp_path).write_data_source(DATA_SOURCE)
    assert file == tmp_path / "provisioning/datasources/litellm-dev-prometheus.yaml"
    assert yaml.safe_load(file.read_text()) == {
        "apiVersion": 1,
        "prune": True,
        "datasources": [
            {
                "name": "LiteLLM $$5",
                "uid": "litellm-dev-prometheus",
                "type": "prometheus",
                "access": "proxy",
                "url": "http://prometheus:9090",
                "editable": False,
                "jsonData": {
                    "httpMethod": "POST",
                    "exemplars": [{"url": "http://t/$${__value.raw}"}],
                    "httpHeaderName1": "Authorization",
                    "httpHeaderName2": "X-Scope-OrgID",
                },
                "basicAuth": True,
                "basicAuthUser": "grafana",
                "secureJsonData": {
                    "basicAuthPassword": "$LITELLM_DEV_PROMETHEUS_BASIC_AUTH_PASSWORD",
                    "httpHeaderValue1": "$LITELLM_DEV_PROMETHEUS_AUTHORIZATION",
                    "httpHeaderValue2": "$LITELLM_DEV_PROMETHEUS_X_SCOPE_ORG_ID",
                },
            }
        ],
    }


def test_folder_file_is_grafanas(tmp_path: Path) -> None:
    file = ProvisioningDirectory(tmp_path).write_folder(Folder("litellm-dev", "LLM for $", "top"))
    assert file == tmp_path / "provisioning/dashboards/litellm-dev.yaml"
    assert yaml.safe_load(file.read_text()) == {
        "apiVersion": 1,
        "providers": [
            {
                "name": "litellm-dev",
                "orgId": 1,
                "folder": "LLM for $$",
                "folderUid": "litellm-dev",
                "type": "file",
                "disableDeletion": False,
                "allowUiUpdates": False,
                "options": {
                    "path": str(tmp_path / "provisioning/dashboards/litellm-dev"),
                    "parentFolderUid": "top",
                },
            }
        ],
    }


@same_directory
@given(title=text, parent=st.none() | st.just("top"))
def test_a_folder_comes_back(tmp_path: Path, title: str, parent: str | None) -> None:
    directory = ProvisioningDirectory(tmp_path)
    folder = Folder("uid", title, parent)
    directory.write_folder(folder)
    assert directory.read_folder("uid") == folder


@same_directory
@given(name=text, data=json_data, plugin=st.sampled_from(Plugin), username=st.none() | text)
def test_a_data_source_comes_back(
    tmp_path: Path, name: str, data: dict[str, object], plugin: Plugin, username: str | None
) -> None:
    directory = ProvisioningDirectory(tmp_path)
    data_source = DataSource("uid", name, "http://x", data, plugin.value, username)
    directory.write_data_source(data_source)
    assert directory.read_data_source("uid") == data_source


def test_secrets_come_back_as_the_variables_that_stand_for_them(tmp_path: Path) -> None:
    directory = ProvisioningDirectory(tmp_path)
    file = directory.write_data_source(DATA_SOURCE)
    assert "hunter2" not in file.read_text()
    assert directory.variables("litellm-dev-prometheus") == [
        "LITELLM_DEV_PROMETHEUS_BASIC_AUTH_PASSWORD",
        "LITELLM_DEV_PROMETHEUS_AUTHORIZATION",
        "LITELLM_DEV_PROMETHEUS_X_SCOPE_ORG_ID",
    ]


def test_a_dashboard_is_in_one_folder(tmp_path: Path) -> None:
    directory = ProvisioningDirectory(tmp_path)
    model = json.dumps({"uid": "d", "title": "é"}, separators=(",", ":"), ensure_ascii=False)
    directory.write_dashboard("one", model)
    file = directory.write_dashboard("two", model)
    assert file == tmp_path / "provisioning/dashboards/two/d.json"
    assert file.read_text("utf-8") == '{\n  "title": "é",\n  "uid": "d"\n}\n'
    stored = directory.read_dashboard("d")
    assert stored
    assert (stored.folder_uid, json.loads(stored.config_json)) == (
        "two",
        {"uid": "d", "title": "é"},
    )
    assert not (tmp_path / "provisioning/dashboards/one/d.json").exists()


@pytest.mark.parametrize("uid", ["../../etc/passwd", "", "a b", "a" * 41])
def test_no_file_is_written_for_what_is_no_uid(tmp_path: Path, uid: str) -> None:
    directory = ProvisioningDirectory(tmp_path)
    with pytest.raises(TargetError, match="is not a Grafana uid"):
        directory.write_folder(Folder(uid, "T", None))
    with pytest.raises(TargetError, match="is not a Grafana uid"):
        directory.write_dashboard("folder", json.dumps({"uid": uid}))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_somebody_broke_is_named(tmp_path: Path) -> None:
    directory = ProvisioningDirectory(tmp_path)
    file = directory.write_folder(Folder("uid", "T", None))
    file.write_text("providers: nonsense")
    with pytest.raises(
        TargetError, match=r"provisioning/dashboards/uid\.yaml does not hold what was"
    ):
        directory.read_folder("uid")


def test_a_folder_is_deleted_with_its_dashboards_unless_told_otherwise(tmp_path: Path) -> None:
    directory = ProvisioningDirectory(tmp_path)
    directory.write_folder(Folder("outer", "Outer", None))
    directory.write_folder(Folder("inner", "Inner", "outer"))
    directory.write_dashboard("outer", '{"uid":"d"}')
    with pytest.raises(TargetError, match="folder outer is not empty: it holds d, inner"):
        directory.delete_folder("outer", only_if_empty=True)
    directory.delete_folder("outer", only_if_empty=False)
    assert directory.folder_uids() == ["inner"]
    assert directory.read_dashboard("d") is None


def test_what_somebody_gave_another_uid_is_gone(tmp_path: Path) -> None:
    directory = ProvisioningDirectory(tmp_path)
    folder = directory.write_folder(Folder("folder", "T", None))
    dashboard = directory.write_dashboard("folder", '{"uid":"board"}')
    source = directory.write_data_source(DATA_SOURCE)
    folder.write_text(folder.read_text().replace("folderUid: folder", "folderUid: other"))
    dashboard.write_text("{}")
    source.write_text(source.read_text().replace("uid: litellm-dev-prometheus", "uid: other"))
    assert directory.read_folder("folder") is None
    assert directory.read_dashboard("board") is None
    assert directory.read_data_source("litellm-dev-prometheus") is None


@pytest.mark.parametrize("text", ["[]", "nonsense", '"text"', "7"])
def test_a_dashboard_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    directory = ProvisioningDirectory(tmp_path)
    directory.write_dashboard("folder", '{"uid":"board"}').write_text(text)
    with pytest.raises(TargetError, match=r"board\.json does not hold what was deployed"):
        directory.read_dashboard("board")


def test_a_folder_is_deleted_around_a_file_that_is_not_ours(tmp_path: Path) -> None:
    directory = ProvisioningDirectory(tmp_path)
    directory.write_folder(Folder("folder", "T", None))
    own = tmp_path / "provisioning" / "dashboards" / "folder" / "notes.txt"
    own.write_text("mine")
    directory.delete_folder("folder", only_if_empty=False)
    assert directory.read_folder("folder") is None
    assert own.read_text() == "mine"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_in_yaml_is_on_one_line_whatever_it_is(value: str) -> None:
    written = to_yaml({"key": value, "list": [value]})
    assert yaml.safe_load(written) == {"key": value, "list": [value]}
    assert len(written.splitlines()) == 3
    assert "\t" not in written
