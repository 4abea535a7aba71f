"""The wheel in somebody else's project, with plain Pulumi."""

import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.provider import served
from litellm_monitoring.tools.project import ROOT
from tests.engine.conftest import Run, run_in
from tests.wheel import build_wheel

PROGRAM = '''\
"""A shop's Grafana: what others have made in it, and LiteLLM's monitoring."""

import pulumi
import pulumiverse_grafana as grafana

from litellm_monitoring import LiteLLMMonitoring

config = pulumi.Config()
theirs = grafana.Provider("theirs", url="http://grafana", auth=config.require_secret("auth"))
on_theirs = pulumi.ResourceOptions(provider=theirs)
source = grafana.oss.DataSource(
    "shared", type="prometheus", uid="shared-prom", name="Shared", url="http://p:9090", opts=on_theirs
)
platform = grafana.oss.Folder("platform", uid="platform", title="Platform", opts=on_theirs)
people = grafana.oss.Team("people", name="People", opts=on_theirs)
monitoring = LiteLLMMonitoring(
    "llm",
    prometheus={"existing_uid": source.uid},
    folder={"parent_uid": platform.uid, "permissions": []},
    dashboards={"include": ["prod-v2"]},
    alerts={
        "managed_by": "grafana",
        "contact_point": {"slack": {"mention": people.id}},
    },
    alerts_slack_url=config.require_secret("slack"),
    teams=[
        {"alias": "search", "contact": "search@example.com"},
        {"alias": "Ads & Co", "grafana_team": {"existing_id": people.id}},
    ],
    opts=on_theirs,
)
LiteLLMMonitoring(
    "other",
    prometheus={"url": "http://other:9090"},
    dashboards={"include": ["prod-v2"]},
    opts=on_theirs,
)
pulumi.export("folder", monitoring.folder_uid)
pulumi.export("search", monitoring.teams["search"].dashboard_urls)
'''

SLACK = "https://hooks.example.com/hunter2"


@dataclass
class Shop:
    """A project that is not ours, with our wheel in its environment."""

    root: Path
    python: Path
    environment: dict[str, str]

    def pulumi(self, *arguments: str) -> Run:
        return self.run("pulumi", *arguments, "--stack", "prod", "--non-interactive")

    def run(self, *command: str) -> Run:
        return run_in(self.root, command, self.environment)

    def edit(self, before: str, after: str) -> None:
        file = self.root / "__main__.py"
        text = file.read_text()
        assert text.count(before) == 1
        file.write_text(text.replace(before, after))

    def changed(self) -> dict[str, str]:
        """What an update would do, by name of the resource."""
        shown = self.run("pulumi", "preview", "--stack", "prod", "--json", "--non-interactive")
        steps = json.loads(shown.output[shown.output.index("{") :])["steps"]
        return {
            step["urn"].rpartition("::")[2]: step["op"] for step in steps if step["op"] != "same"
        }


@pytest.fixture(scope="session")
def python_with_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that the wheel is installed in, beside what it requires."""
    scratch = tmp_path_factory.mktemp("wheel")
    wheel = build_wheel(scratch, "1.2.3")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    venv.create(scratch / "venv")
    (site,) = (scratch / "venv").glob("lib/python*/site-packages")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    (ours,) = (Path(sys.prefix) / "lib").glob("python*/site-packages")
    (site / "required.pth").write_text(f"{ours}\n")
    return scratch / "venv" / "bin" / "python"


@pytest.fixture
def shop(tmp_path: Path, pulumi_directory: Path, python_with_wheel: Path) -> Iterator[Shop]:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (root / "__main__.py").write_text(PROGRAM)
    host = tmp_path / "bin" / "pulumi-language-python"
    host.parent.mkdir()
    program = Path(__file__).parents[1] / "language_host.py"
    host.write_text(f'#!/bin/sh\nexec {python_with_wheel} {program} "$@"\n')
    host.chmod(0o755)
    (tmp_path / "state").mkdir()
    kept = {
        key: value
        for key, value in os.environ.items()
        if not re.match("PULUMI|GRAFANA|GITHUB|PYTHON|CI$", key)
    }
    with served(ProvisioningDirectory(tmp_path / "grafana")) as port:
        found = Shop(
            root,
            python_with_wheel,
            {
                **kept,
                "HOME": str(tmp_path / "home"),
                "PATH": f"{host.parent}{os.pathsep}{pulumi_directory}{os.pathsep}{kept['PATH']}",
                "LANGUAGE_PYTHON_EXEC": str(pulumi_directory / "pulumi-language-python-exec"),
                "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
                "PULUMI_CONFIG_PASSPHRASE": "passphrase",
                "PULUMI_DEBUG_PROVIDERS": f"grafana:{port}",
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            },
        )
        for command in (
            ["stack", "init", "prod"],
            ["config", "set", "--secret", "auth", "token", "--stack", "prod"],
            ["config", "set", "--secret", "slack", SLACK, "--stack", "prod"],
        ):
            done = found.run("pulumi", *command, "--non-interactive")
            assert done.status == 0, done.output
        yield found


def test_a_program_of_somebody_elses(shop: Shop) -> None:
    preview = shop.pulumi("preview")
    assert preview.status == 0, preview.output
    up = shop.pulumi("up", "--yes", "--skip-preview")
    assert up.status == 0, up.output
    target = shop.root.parent / "grafana" / "provisioning"
    dashboards = [path.relative_to(target) for path in target.glob("dashboards/*/*.json")]
    # Two environments and two teams have one each, and runbooks where they have alerts.
    assert len(dashboards) == 6
    state = next((shop.root.parent / "state").rglob("prod.json")).read_text()
    assert "hunter2" not in state
    assert "standin" not in state
    assert "standin" not in "".join(
        path.read_text() for path in target.rglob("*") if path.is_file()
    )
    again = shop.pulumi("up", "--yes", "--skip-preview")
    assert again.status == 0, again.output
    assert re.search(r"Resources:\s+\d+ unchanged\n", again.output), again.output

    shop.edit('uid="shared-prom"', 'uid="other-prom"')
    changed = shop.changed()
    assert changed.pop("shared") == "replace"
    assert set(changed.values()) == {"update"}
    of = {re.sub(r"-(rules-.*|prod-v2)$", "", name) for name in changed}
    assert of == {"llm", "llm-search", "llm-ads-co-c79ed3bc"}, changed
    shop.edit('uid="other-prom"', 'uid="shared-prom"')

    shop.edit('"include": ["prod-v2"]},\n    alerts', '"include": ["prod"]},\n    alerts')
    wrong = shop.pulumi("preview")
    assert wrong.status != 0
    assert "1 setting needs correction in LiteLLMMonitoring llm:" in wrong.output
    assert '  dashboards.include.0 = "prod": not a dashboard; valid values:' in wrong.output
    assert "Traceback" not in wrong.output
    shop.edit('"include": ["prod"]},\n    alerts', '"include": ["prod-v2"]},\n    alerts')

    shop.edit("platform.uid", 'platform.uid.apply(lambda uid: f"{uid}/")')
    wrong = shop.pulumi("preview")
    assert wrong.status != 0
    assert "folder.parent_uid of LiteLLMMonitoring llm: has 9 characters" in wrong.output


REMOTE = '''\
"""What a program in another language asks the engine for."""

import pulumi
import pulumiverse_grafana as grafana

source = grafana.oss.DataSource(
    "shared", type="prometheus", uid="shared-prom", name="Shared", url="http://p:9090"
)


class Remote(pulumi.ComponentResource):
    def __init__(self, name, inputs):
        outputs = {"folderUid": None, "dataSourceUid": None, "teamFolderUrls": None}
        kind = "litellm-monitoring:index:LiteLLMMonitoring"
        super().__init__(kind, name, {**outputs, **inputs}, None, True)


made = Remote(
    "llm",
    {
        "prometheus": {"existingUid": source.uid, "scrapeInterval": "30s"},
        "folder": {"permissions": []},
        "dashboards": {"include": ["prod-v2"]},
        "teams": [{"alias": "search"}],
        "identity": "shop",
    },
)
pulumi.export("source", made.dataSourceUid)
pulumi.export("folder", made.folderUid)
pulumi.export("teams", made.teamFolderUrls)
'''


def test_a_plugin_for_other_languages(shop: Shop) -> None:
    plugin = str(ROOT / "plugin")
    shown = shop.run("pulumi", "package", "get-schema", plugin)
    assert shown.status == 0, shown.output
    schema = json.loads(shown.output[shown.output.index("{\n") : shown.output.rindex("}") + 1])
    (component,) = schema["resources"].values()
    assert component["isComponent"]
    source = schema["types"]["litellm-monitoring:index:PrometheusArgs"]["properties"]
    assert source["existingUid"]["type"] == "string"
    assert "plain" not in source["existingUid"]
    assert source["scrapeInterval"]["plain"]
    assert source["url"]["description"] == (
        "Address of the Prometheus server, as Grafana reaches it."
    )

    project = f"plugins:\n  providers:\n    - {{name: litellm-monitoring, path: {plugin}}}\n"
    (shop.root / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{project}")
    (shop.root / "__main__.py").write_text(REMOTE)
    up = shop.pulumi("up", "--yes", "--skip-preview")
    assert up.status == 0, up.output
    outputs = shop.run("pulumi", "stack", "output", "--json", "--stack", "prod")
    given = json.loads(outputs.output[outputs.output.index("{") :])
    assert given["source"] == "shared-prom"
    assert given["folder"] == "litellm-shop"
    assert re.fullmatch(r"/dashboards/f/litellm-shop-search-[0-9a-f]{8}", given["teams"]["search"])
    again = shop.pulumi("up", "--yes", "--skip-preview")
    assert re.search(r"Resources:\s+12 unchanged\n", again.output), again.output


def test_the_command_line_comes_with_it(shop: Shop) -> None:
    """And is that of the project in which it is run."""
    code = "from litellm_monitoring.tools.__main__ import run_main; run_main()"
    said = shop.run(str(shop.python), "-c", code, "--version")
    assert said.status == 0, said.output
    assert "1.2.3" in said.output
    (shop.root / "Pulumi.yaml").unlink()
    lost = shop.run(str(shop.python), "-c", code, "preview")
    assert lost.status != 0
    assert "there is no Pulumi.yaml" in lost.output


def test_a_type_checker_sees_the_arguments(shop: Shop) -> None:
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(shop.python)]
    mypy += ["--follow-imports=silent", "__main__.py"]
    right = shop.run(*mypy)
    assert right.status == 0, right.output
    shop.edit('"existing_uid"', '"existingUid"')
    shop.edit('"managed_by": "grafana"', '"managed_by": "nobody"')
    shop.edit('"http://other:9090"', "9090")
    wrong = shop.run(*mypy)
    assert 'Extra key "existingUid" for TypedDict "PrometheusArgs"' in wrong.output
    assert 'TypedDict item "managed_by"' in wrong.output
    assert 'TypedDict item "url"' in wrong.output
