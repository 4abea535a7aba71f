"""ConfigMaps, read as the sidecar reads them and what it writes as Grafana does."""

import dataclasses
import json
import os.path
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.exports import FORMATS, ExportError, Stack
from litellm_monitoring.exports.directory import provision_alerting
from litellm_monitoring.exports.kubernetes import LARGEST, LARGEST_APPLIED, size, with_dashboard
from tests.unit.exports.stacks import PROMETHEUS, STACKS, export, read, resources, stack, titles

ROOT = "/tmp/dashboards"
SMALL = {"prometheus": PROMETHEUS, "dashboards": {"include": ["prod-v2"]}}
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL_VALUE = re.compile(r"(?=.{0,63}$)([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")


def config_maps(case: str) -> list[Any]:
    return [each for each in resources("config-maps", case) if each["kind"] == "ConfigMap"]


def config_maps_of(exported: Stack) -> list[Any]:
    return [read(text) for text in FORMATS["config-maps"](exported).files.values()]


def written_by_sidecar(
    found: list[Any],
    annotation: str = "k8s-sidecar-target-directory",
    label: str = "grafana_dashboard",
) -> dict[str, str]:
    """Files by path: src/resources.py of kiwigrid/k8s-sidecar (a61c7ac), with LABEL_VALUE ``1``."""
    files: dict[str, str] = {}
    for each in found:
        metadata = each["metadata"]
        if metadata.get("labels", {}).get(label) != "1":
            continue
        directory = ROOT
        if chosen := metadata.get("annotations", {}).get(annotation):
            directory = chosen if os.path.isabs(chosen) else os.path.join(ROOT, chosen)  # noqa: PTH117, PTH118
        for key, text in each["data"].items():
            assert not key.endswith(".url"), "the sidecar fetches what is there"
            path = f"{directory}/{key}"
            assert path not in files
            files[path] = text
    return files


def read_by_grafana(files: dict[str, str]) -> dict[tuple[str, str], Any]:
    """Dashboards by folder and uid: pkg/services/provisioning/dashboards/file_reader.go of Grafana
    12.3 with ``foldersFromFilesStructure``.
    """
    found = {}
    for path, text in files.items():
        directory = Path(path).parent
        folder = "" if str(directory) == ROOT else directory.name
        model = json.loads(text)
        found[folder, model["uid"]] = model
    return found


@pytest.mark.parametrize("case", STACKS)
def test_grafana_reads_the_dashboards_that_are_deployed(case: str) -> None:
    found = read_by_grafana(written_by_sidecar(config_maps(case)))
    declaration = STACKS[case].declaration
    folder = declaration.folder.title.replace("/", "-") if declaration.folder else ""
    assert found == {
        (folder, each.uid): json.loads(each.config_json) for each in declaration.dashboards.values()
    }


def test_a_config_map() -> None:
    (found, *_) = config_maps("plain")
    assert {**found, "data": list(found["data"])} == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "litellm-prod-overview",
            "labels": {"app.kubernetes.io/part-of": "litellm-prod", "grafana_dashboard": "1"},
            "annotations": {"k8s-sidecar-target-directory": "LiteLLM (prod)"},
        },
        "data": ["litellm-prod-overview.json"],
    }


def test_other_labels_annotations_and_namespace() -> None:
    chosen = {
        "namespace": "monitoring",
        "labels": {"team": "llm"},
        "dashboardLabel": "example.com/dashboard",
        "labelValue": "yes",
        "folderAnnotation": "grafana_folder",
    }
    (found, *_) = config_maps_of(stack({**SMALL, "exports": chosen}))
    assert found["metadata"] == {
        "name": "litellm-prod-prod-v2",
        "namespace": "monitoring",
        "labels": {
            "app.kubernetes.io/part-of": "litellm-prod",
            "team": "llm",
            "example.com/dashboard": "yes",
        },
        "annotations": {"grafana_folder": "LiteLLM (prod)"},
    }


def test_what_prometheus_evaluates_is_beside_them() -> None:
    case = "alerts in Prometheus"
    (rule,) = (each for each in resources("config-maps", case) if each["kind"] != "ConfigMap")
    assert rule["metadata"] == {
        "name": "litellm-prod",
        "namespace": "monitoring",
        "labels": {"release": "prometheus"},
    }
    assert rule["spec"]["groups"] == STACKS[case].declaration.alerting.prometheus


@pytest.mark.parametrize("case", STACKS)
def test_the_other_sidecars_write_provisioning_files(case: str, tmp_path: Path) -> None:
    """Those of ``sidecar.datasources`` and ``sidecar.alerts``."""
    declaration = STACKS[case].declaration
    directory = ProvisioningDirectory(tmp_path)
    declared = []
    if declaration.data_source:
        declared.append(directory.write_data_source(declaration.data_source))
    if folder := declaration.folder:
        title = folder.title.replace("/", "-")
        directory.write_folder(dataclasses.replace(folder, title=title))
    declared += provision_alerting(directory, declaration.alerting, folder)
    found = {
        **written_by_sidecar(config_maps(case), label="grafana_datasource"),
        **written_by_sidecar(config_maps(case), label="grafana_alert"),
    }
    assert found == {f"{ROOT}/{file.name}": file.read_text() for file in declared}


def test_rules_are_in_the_folder_of_the_dashboards() -> None:
    folders = {
        group["folder"]
        for text in written_by_sidecar(config_maps("a team"), label="grafana_alert").values()
        for group in read(text).get("groups", ())
    }
    dashboards = read_by_grafana(written_by_sidecar(config_maps("a team")))
    assert {folder.replace("$", "$$") for folder, _ in dashboards} == folders


@pytest.mark.parametrize("case", STACKS)
def test_kubernetes_takes_them(case: str) -> None:
    found = config_maps(case)
    for each in found:
        assert size(each) <= LARGEST
        assert NAME.fullmatch(each["metadata"]["name"])
        assert all(map(KEY.fullmatch, each["data"]))
    names = [each["metadata"]["name"] for each in found]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", STACKS)
def test_who_applies_them_is_told_of_those_that_are_too_large(case: str) -> None:
    large = [each["metadata"]["name"] for each in config_maps(case) if size(each) > LARGEST_APPLIED]
    told = [each for each in export("config-maps", case).remarks if "server-side" in each]
    assert [each.split()[0] for each in told] == large


def test_json_is_on_lines_unless_that_is_too_large() -> None:
    put: dict[str, Any] = {"metadata": {"name": "a"}}

    def text(count: int) -> str:
        config = json.dumps({"panels": ["x"] * count}, separators=(",", ":"))
        return str(with_dashboard(put, ("data", "a.json"), config)["data"]["a.json"])

    assert text(2) == '{\n "panels": [\n  "x",\n  "x"\n ]\n}'
    assert "\n" not in text(40_000)
    with pytest.raises(
        ExportError, match=r"a has 1800060 bytes, and Kubernetes takes at most 1048576"
    ):
        text(300_000)


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("a team", "left out: the folder's permissions"),
        ("a team", "left out: its parent folder llm"),
        ("a team", "changed: the folder LiteLLM Search / Ads"),
        ("all existing", "left out: the existing folder llm"),
        ("all existing", "left out: the rules that Grafana evaluates"),
        ("secrets", "required: in Grafana, the variables LITELLM_PROD_PROMETHEUS_BASIC_AUTH"),
        ("pods and labels", "left out: protect"),
    ],
)
def test_what_they_cannot_hold_is_said(case: str, says: str) -> None:
    remarks = export("config-maps", case).remarks
    assert any(each.startswith(says) for each in remarks), remarks
    assert not any("\n" in each for each in remarks)


names = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True)


@settings(deadline=None, max_examples=25)
@given(names, titles)
def test_any_stack_and_folder(name: str, title: str) -> None:
    exported = stack({**SMALL, "folder": {"title": title}}, name)
    (found,) = (each for each in config_maps_of(exported) if "annotations" in each["metadata"])
    metadata = found["metadata"]
    assert NAME.fullmatch(metadata["name"])
    assert all(map(LABEL_VALUE.fullmatch, metadata["labels"].values()))
    (path,) = written_by_sidecar([found])
    relative = os.path.relpath(os.path.normpath(path), ROOT)
    assert len(Path(relative).parts) == 2, "one directory below that of the sidecar"
    assert all(len(part.encode()) <= 255 for part in Path(relative).parts)


@settings(deadline=None, max_examples=25)
@given(st.lists(names, min_size=2, max_size=2, unique=True))
def test_two_stacks_have_no_name_in_common(both: list[str]) -> None:
    one, other = (
        {each["metadata"]["name"] for each in config_maps_of(stack(SMALL, name))} for name in both
    )
    assert not one & other
