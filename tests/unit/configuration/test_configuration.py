"""What a stack is configured with, wherever it is written."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_monitoring.tools.configuration.settings_file import settings_of
from litellm_monitoring.tools.configuration.stack import (
    SEALED,
    config_of,
    esc_environments,
    is_grafana_configured,
)
from litellm_monitoring.tools.documentation.pages import reference_files
from litellm_monitoring.tools.project import ROOT
from tests.project_copy import copy_project


def project(directory: Path, of_all: dict[str, Any], of_stack: dict[str, Any]) -> Path:
    """A project with one stack, ``dev``."""
    (directory / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "x", "config": of_all}))
    (directory / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": of_stack}))
    return directory


@pytest.mark.parametrize(
    ("of_all", "of_stack", "config"),
    [
        ({"grafana:url": {"value": "http://g"}}, {}, {"grafana:url": "http://g"}),
        ({"grafana:url": "http://g"}, {}, {"grafana:url": "http://g"}),
        ({"grafana:url": {"value": "http://g"}}, {"grafana:url": "http://h"},
         {"grafana:url": "http://h"}),
        ({"protect": {"type": "boolean", "default": True}}, {},
         {"litellm-monitoring:protect": "true"}),
        ({"protect": {"type": "boolean", "default": False}}, {"litellm-monitoring:protect": True},
         {"litellm-monitoring:protect": "true"}),
        ({"prometheus": {"type": "object", "default": {"url": "http://p", "tenant": "t"}}},
         {"prometheus": {"url": "http://q"}},
         {"litellm-monitoring:prometheus": '{"url": "http://q"}'}),
        ({"environment": {"type": "string"}}, {}, {}),
        ({"grafana:auth": {"value": "x"}}, {"grafana:auth": {"secure": "v1:y"}},
         {"grafana:auth": SEALED}),
    ],
)  # fmt: skip
def test_pulumi_yaml_is_for_all_stacks_that_say_nothing_else(
    tmp_path: Path, of_all: dict[str, Any], of_stack: dict[str, Any], config: dict[str, str]
) -> None:
    found, secret_keys = config_of("dev", project(tmp_path, of_all, of_stack))
    assert found == config
    assert secret_keys == {key for key, value in config.items() if value == SEALED}


ADDRESS = "https://requests.example.com/?team=${team}&from=${from:iso}#$x"


@pytest.mark.parametrize("written", [ADDRESS, f'"{ADDRESS}"', f"'{ADDRESS}'", f">-\n    {ADDRESS}"])
def test_placeholders_of_addresses_arrive_as_they_are_written(tmp_path: Path, written: str) -> None:
    read = {"prometheus": {"url": "http://p"}}
    root = project(tmp_path, {}, read)
    file = root / "Pulumi.dev.yaml"
    file.write_text(file.read_text() + f"  litellm-monitoring:links:\n   requests: {written}\n")
    assert [link.url for link in settings_of("dev", root).links.requests] == [ADDRESS]
    read["links"] = {"requests": ADDRESS}
    root = project(tmp_path, {key: {"default": value} for key, value in read.items()}, {})
    assert [link.url for link in settings_of("dev", root).links.requests] == [ADDRESS]


def test_the_grafana_of_all_stacks_is_a_stacks_grafana(tmp_path: Path) -> None:
    assert is_grafana_configured("dev", project(tmp_path, {"grafana:url": "http://g"}, {}), {})
    assert not is_grafana_configured("dev", project(tmp_path, {}, {}), {})
    assert is_grafana_configured("dev", tmp_path, {"GRAFANA_URL": "http://g"})
    assert not is_grafana_configured("dev", tmp_path, {"GRAFANA_URL": ""})


def test_what_is_set_for_all_stacks_survives_the_generated_part(tmp_path: Path) -> None:
    copy_project(tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", dirs_exist_ok=True)
    path = tmp_path / "Pulumi.yaml"
    path.write_text(path.read_text() + "  grafana:url:\n    value: http://g\n")
    generated = reference_files(tmp_path)["Pulumi.yaml"]
    assert yaml.safe_load(generated)["config"]["grafana:url"] == {"value": "http://g"}
    assert generated == path.read_text()
    assert config_of("dev", tmp_path)[0]["grafana:url"] == "http://g"
    assert settings_of("dev", tmp_path).prometheus.url == "http://localhost:9090"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", []),
        ("environment: [litellm/prod, common]\n", ["litellm/prod", "common"]),
        ("environment: {imports: [litellm/prod]}\n", ["litellm/prod"]),
        ("environment: [{litellm/prod: {merge: false}}]\n", ["litellm/prod"]),
        ("environment: {values: {pulumiConfig: {}}}\n", ["values"]),
    ],
)
def test_environments_of_pulumi_esc(tmp_path: Path, written: str, names: list[str]) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(written)
    assert esc_environments("dev", tmp_path) == names
