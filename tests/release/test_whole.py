"""A release of this project, built twice: in places, at times and by people that differ."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from email.parser import BytesParser
from pathlib import Path

import pytest
import yaml

from litellm_monitoring.alerts import CATALOGUE as ALERTS
from litellm_monitoring.dashboards import CATALOGUE as DASHBOARDS
from litellm_monitoring.tools.project import ROOT
from litellm_monitoring.tools.version import version
from tests.release.conftest import Repository

NAME = f"litellm-monitoring-{version()}"
PACKAGE = f"litellm_monitoring-{version()}"
OUTSIDE_OF_GITHUB = {k: v for k, v in os.environ.items() if k != "GITHUB_REPOSITORY"}
"""A fork's release would not be where the template takes it from."""

ARTEFACTS = {
    f"{NAME}-grafana.zip",
    f"{NAME}-import.zip",
    f"{NAME}-prometheus.zip",
    f"{PACKAGE}-py3-none-any.whl",
    f"{PACKAGE}.tar.gz",
}


def commit_of(checkout: Path, umask: int) -> Repository:
    """What is in this checkout, as the one commit of a repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    before = os.umask(umask)
    try:
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file() or (ROOT / name).is_symlink():
                (checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, checkout / name, follow_symlinks=False)
                if not (ROOT / name).is_symlink() and os.access(ROOT / name, os.X_OK):
                    (checkout / name).chmod(0o777 & ~umask)
        made = Repository(checkout)
        made.git("init", "--quiet", "--initial-branch=main")
        made.commit({})
    finally:
        os.umask(before)
    return made


def run(repository: Repository, *options: str, **environment: str) -> dict[str, bytes]:
    """Runs the command in a checkout; the files that it made, by name."""
    out = repository.root / "build" / "release"
    done = subprocess.run(
        [sys.executable, "-m", "litellm_monitoring.tools.release", *options],
        cwd=repository.root,
        env={**OUTSIDE_OF_GITHUB, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [Path(line).name for line in done.stdout.splitlines()]
    found = {path.name: path.read_bytes() for path in out.iterdir()}
    assert sorted(told) == sorted(found)
    return found


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The directories of two releases of the same commit."""
    made = []
    for place, umask, surroundings in (
        ("one", 0o022, {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"}),
        ("another place", 0o077, {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2", "LC_ALL": "C"}),
    ):
        checkout = tmp_path_factory.mktemp(place)
        run(commit_of(checkout, umask), **surroundings)
        made.append(checkout / "build" / "release")
    return made


@pytest.fixture(scope="module")
def release(twice: list[Path]) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in twice[0].iterdir()}


def files_of(release: Mapping[str, bytes], name: str, at: Path) -> dict[str, bytes]:
    (at / name).write_bytes(release[name])
    with zipfile.ZipFile(at / name) as archive:
        assert archive.testzip() is None
        return {each: archive.read(each) for each in archive.namelist()}


def test_the_same_commit_gives_the_same_bytes(twice: list[Path]) -> None:
    one, other = ({path.name: path.read_bytes() for path in at.iterdir()} for at in twice)
    assert [name for name in one if one[name] != other.get(name)] == []
    assert set(one) == {*ARTEFACTS, "SHA256SUMS", "NOTES.md"} == set(other)


def test_the_sums_are_of_everything(release: Mapping[str, bytes]) -> None:
    lines = [line.split("  ") for line in release["SHA256SUMS"].decode().splitlines()]
    assert {name: digest for digest, name in lines} == {
        name: hashlib.sha256(release[name]).hexdigest() for name in ARTEFACTS
    }


def test_the_notes_lead_to_what_there_was_at_the_tag(release: Mapping[str, bytes]) -> None:
    links = re.findall(r"\]\((.+?)\)", release["NOTES.md"].decode())
    assert links
    assert [each for each in links if f"/blob/v{version()}/" not in each] == []


def test_the_packages_say_the_version(release: Mapping[str, bytes], tmp_path: Path) -> None:
    wheel = files_of(release, f"{PACKAGE}-py3-none-any.whl", tmp_path)
    metadata = BytesParser().parsebytes(wheel[f"{PACKAGE}.dist-info/METADATA"])
    assert (metadata["Name"], metadata["Version"]) == ("litellm-monitoring", version())
    (tmp_path / "sdist").write_bytes(release[f"{PACKAGE}.tar.gz"])
    with tarfile.open(tmp_path / "sdist") as archive:
        assert f"{PACKAGE}/pyproject.toml" in archive.getnames()


def test_the_wheel_s_own_list_of_files_is_right(
    release: Mapping[str, bytes], tmp_path: Path
) -> None:
    wheel = files_of(release, f"{PACKAGE}-py3-none-any.whl", tmp_path)
    record = wheel[f"{PACKAGE}.dist-info/RECORD"].decode()
    sizes = {line.split(",")[0]: line.split(",")[2] for line in record.splitlines()}
    assert sizes.keys() == wheel.keys()
    assert all(not size or int(size) == len(wheel[name]) for name, size in sizes.items())


@pytest.mark.parametrize("kind", ["grafana", "prometheus"])
def test_dashboards_are_where_grafana_looks(
    release: Mapping[str, bytes], kind: str, tmp_path: Path
) -> None:
    files = files_of(release, f"{NAME}-{kind}.zip", tmp_path)
    (provider,) = yaml.safe_load(files["provisioning/dashboards/litellm-proxy.yaml"])["providers"]
    assert provider["options"]["path"] == "/etc/grafana/provisioning/dashboards/litellm-proxy"
    folder = "provisioning/dashboards/litellm-proxy/"
    found = {name.removeprefix(folder) for name in files if name.startswith(folder)}
    expected = {f"litellm-proxy-{slug}.json" for slug in (*DASHBOARDS, "runbooks")}
    assert found == expected
    for name in found:
        assert f"{json.loads(files[folder + name])['uid']}.json" == name
    assert str(tmp_path.parent).encode() not in b"".join(files.values())


def test_grafana_is_given_every_alert_that_needs_no_setting(
    release: Mapping[str, bytes], tmp_path: Path
) -> None:
    files = files_of(release, f"{NAME}-grafana.zip", tmp_path)
    groups = [
        group
        for name, text in files.items()
        if name.startswith("provisioning/alerting/rules-")
        for group in yaml.safe_load(text)["groups"]
    ]
    titles = {rule["title"] for group in groups for rule in group["rules"]}
    assert titles
    assert titles <= ALERTS.keys()
    assert ALERTS["LiteLLMProxyDown"].name in titles
    assert [name for name in files if name.startswith("rules/")] == []


def test_prometheus_is_given_the_same_alerts_three_times(
    release: Mapping[str, bytes], tmp_path: Path
) -> None:
    files = files_of(release, f"{NAME}-prometheus.zip", tmp_path)
    loaded = {
        name.split("/")[1]: yaml.safe_load(text)
        for name, text in files.items()
        if name.startswith("rules/")
    }
    groups = loaded["prometheus"]["groups"]
    assert loaded["kubernetes"]["spec"]["groups"] == groups
    assert loaded["mimir"]["groups"] == groups
    in_grafana = files_of(release, f"{NAME}-grafana.zip", tmp_path)
    text = b"".join(
        each for name, each in in_grafana.items() if "/alerting/rules-" in name
    ).decode()
    alerts = [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]
    assert alerts
    assert all(f"title: {name}\n" in text for name in alerts)
    assert [name for name in files if name.startswith("provisioning/alerting/")] == []


def test_dashboards_for_import_ask_for_their_data_source(
    release: Mapping[str, bytes], tmp_path: Path
) -> None:
    files = files_of(release, f"{NAME}-import.zip", tmp_path)
    assert files.keys() == {
        "README.md",
        *(f"litellm-proxy/litellm-proxy-{slug}.json" for slug in DASHBOARDS),
    }
    for name, text in files.items():
        if name.endswith(".json"):
            assert [each["name"] for each in json.loads(text)["__inputs"]] == ["DS_PROMETHEUS"]


def test_the_wheel_has_the_package_and_what_it_reads(
    release: Mapping[str, bytes], tmp_path: Path
) -> None:
    wheel = files_of(release, f"{PACKAGE}-py3-none-any.whl", tmp_path)
    packaged = {name for name in wheel if not name.startswith(f"{PACKAGE}.dist-info/")}
    assert {name.split("/")[0] for name in packaged} == {"litellm_monitoring"}
    assert packaged >= {
        "litellm_monitoring/py.typed",
        "litellm_monitoring/dashboards/overview.py",
        "litellm_monitoring/signals/catalogue/metrics.yaml",
        "litellm_monitoring/tools/engine/go.sum",
    }


def test_a_release_takes_the_place_of_an_earlier_one_and_of_nothing_else(
    twice: list[Path],
) -> None:
    repository = Repository(twice[0].parents[1])
    out = repository.root / "build" / "kept"
    out.mkdir()
    (out / "diary.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "litellm_monitoring.tools.release", "--out", "build/kept"],
        cwd=repository.root,
        env=OUTSIDE_OF_GITHUB,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "Error: build/kept has files that are no release; name another directory\n",
    )
    assert [path.name for path in out.iterdir()] == ["diary.txt"]
