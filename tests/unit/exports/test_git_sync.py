"""A repository as Grafana's Git Sync reads it: pkg/registry/apis/provisioning/resources and
apps/provisioning/pkg/safepath of Grafana 12.3.
"""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_monitoring.exports import FORMATS
from tests.unit.exports.stacks import PROMETHEUS, STACKS, export, stack, titles

PATH = re.compile(r"[a-zA-Z0-9 /_.-]{1,1024}")


def read_by_grafana(files: dict[str, str]) -> dict[tuple[str, str], Any]:
    """Dashboards by folder and uid; fails where Grafana passes over a file."""
    found = {}
    for path, text in files.items():
        *directories, name = path.split("/")
        assert PATH.fullmatch(path)
        assert len(directories) <= 8
        assert name.endswith(".json")
        assert not any(
            part in ("", ".", "..") or part.startswith(".") for part in (*directories, name)
        )
        resource = json.loads(text)
        assert resource["apiVersion"] == "dashboard.grafana.app/v1beta1"
        assert resource["kind"] == "Dashboard"
        uid = resource["metadata"]["name"]
        found[directories[-1] if directories else "", uid] = {**resource["spec"], "uid": uid}
    return found


@pytest.mark.parametrize("case", STACKS)
def test_grafana_reads_the_dashboards_that_are_deployed(case: str) -> None:
    found = read_by_grafana(dict(export("git-sync", case).files))
    declared = STACKS[case].declaration.dashboards.values()
    assert {uid: model for (_, uid), model in found.items()} == {
        each.uid: json.loads(each.config_json) for each in declared
    }
    assert len({folder for folder, _ in found}) == 1


@pytest.mark.parametrize(
    ("case", "folder", "says"),
    [
        ("plain", "LiteLLM prod", "changed: the folder LiteLLM (prod) is called LiteLLM prod"),
        ("a team", "LiteLLM Search Ads x y prod 68ad9fe9", "left out: its parent folder"),
        ("all existing", "", "left out: the existing folder llm"),
    ],
)
def test_folders(case: str, folder: str, says: str) -> None:
    found = export("git-sync", case)
    assert {each for each, _ in read_by_grafana(dict(found.files))} == {folder}
    assert any(each.startswith(says) for each in found.remarks)


SMALL = {"prometheus": PROMETHEUS, "dashboards": {"include": ["prod-v2"]}}


@settings(deadline=None, max_examples=25)
@given(titles)
def test_any_folder(title: str) -> None:
    exported = stack({**SMALL, "folder": {"title": title}})
    assert len(read_by_grafana(dict(FORMATS["git-sync"](exported).files))) == 1


@settings(deadline=None, max_examples=25)
@given(st.lists(titles.map(str.strip), min_size=2, max_size=2, unique=True))
def test_folders_with_other_titles_are_others(both: list[str]) -> None:
    one, other = (
        {
            folder
            for folder, _ in read_by_grafana(
                dict(FORMATS["git-sync"](stack({**SMALL, "folder": {"title": title}})).files)
            )
        }
        for title in both
    )
    if not {*"".join(both)} & {*"() "}:
        assert one != other
