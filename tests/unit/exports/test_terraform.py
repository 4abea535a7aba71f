"""Terraform's module: read by another reader of its language, and held to the provider's schema."""

import functools
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from litellm_monitoring.exports.hcl import Block, Encoded, Expression, document, quoted
from litellm_monitoring.exports.terraform import PROVIDER
from litellm_monitoring.infra.program import alert_properties as properties
from tests.unit.exports.stacks import STACKS, export

PINNED = json.loads(Path(__file__).with_name("provider_schema.json").read_text("utf-8"))
SCHEMA: dict[str, Any] = PINNED["resources"]
META = {"depends_on", "lifecycle"}


def modules(case: str) -> dict[str, str]:
    return {
        Path(path).name: text
        for path, text in export("terraform", case).files.items()
        if path.endswith(".tf")
    }


@functools.cache
def parsed(case: str) -> tuple[dict[str, Any], ...]:
    return tuple(hcl2.loads(text) for text in modules(case).values())


def blocks(case: str, kind: str) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for module in parsed(case):
        for found in module.get(kind, []):
            labels: list[str] = []
            while not found.get("__is_block__"):
                ((label, found),) = found.items()
                labels.append(label.strip('"'))
            yield tuple(labels), found


def faults(arguments: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    """What of a block the provider does not know, or lacks."""
    known = schema[place]
    for name, said in known.items():
        if said["required"] and name not in arguments:
            yield f"{place}.{name} is missing".lstrip(".")
    for name, value in arguments.items():
        if name == "__is_block__" or (not place and name in META):
            continue
        said = known.get(name)
        inside = f"{place}.{name}" if place else name
        is_block = (
            isinstance(value, list)
            and value
            and all(isinstance(each, dict) and each.get("__is_block__") for each in value)
        )
        if said is None or said["read_only"]:
            yield f"{inside} is not known"
        elif is_block != said["type"].startswith("Block"):
            yield f"{inside} is no {said['type']}"
        elif is_block:
            if not said.get("min", 0) <= len(value) <= said.get("max", len(value)):
                yield f"{inside} is there {len(value)} times"
            for each in value:
                yield from faults(each, schema, inside)
        else:
            yield from _of_type(value, said, inside)


def _of_type(value: Any, said: dict[str, Any], place: str) -> Iterator[str]:
    is_expression = isinstance(value, str) and value.startswith("${")
    is_variable = isinstance(value, str) and value.startswith("${var.")
    types: dict[str, Any] = {
        "String": str,
        "Number": int | float,
        "Boolean": bool,
        "List of String": list,
        "Set of String": list,
        "Map of String": dict,
    }
    if not is_expression and not isinstance(value, types[said["type"]]):
        yield f"{place} is no {said['type']}"
    if said["sensitive"] and said["type"] == "String" and not (is_variable or is_expression):
        yield f"{place} is written out"


@pytest.mark.parametrize("case", STACKS)
def test_the_provider_knows_every_argument(case: str) -> None:
    found = 0
    for kind, prefix in (("resource", ""), ("data", "data.")):
        for (resource, name), arguments in blocks(case, kind):
            assert list(faults(arguments, SCHEMA[prefix + resource], "")) == [], name
            found += 1
    declaration = STACKS[case].declaration
    assert found >= len(declaration.dashboards) + len(declaration.alerting.grafana)


def test_the_schema_finds_faults() -> None:
    text = document(
        [
            Block(
                "resource",
                ("grafana_rule_group", "x"),
                [
                    {"name": "x", "folder": "f", "interval_seconds": "1m"},
                    Block(
                        "rule", (), [{"name": "y", "id": 1}, Block("record", (), [{"from": "A"}])]
                    ),
                ],
            )
        ]
    )
    (found,) = hcl2.loads(text)["resource"]
    arguments = found['"grafana_rule_group"']['"x"']
    assert set(faults(arguments, SCHEMA["grafana_rule_group"], "")) == {
        "folder_uid is missing",
        "folder is not known",
        "interval_seconds is no Number",
        "rule.data is missing",
        "rule.id is not known",
        "rule.record.metric is missing",
    }


@pytest.mark.parametrize("case", STACKS)
def test_references_lead_somewhere(case: str) -> None:
    texts = "\n".join(modules(case).values())
    code = re.sub(r'"(\\.|\$\$|[^"\\$]|\$(?!\{))*"', '""', texts)
    made = {".".join(labels) for labels, _ in blocks(case, "resource")}
    made |= {f"data.{'.'.join(labels)}" for labels, _ in blocks(case, "data")}
    made |= {f"var.{name}" for (name,), _ in blocks(case, "variable")}
    asked = {
        found[0].rpartition(".")[0]
        if found[0].count(".") - found[0].startswith("data.") > 1
        else found[0]
        for found in re.finditer(r"\b(data\.)?(grafana_\w+|var)\.\w+(\.\w+)?", code)
    }
    assert asked <= made
    assert {each for each in made if each.startswith("var.")} <= asked
    for name in re.findall(r'file\("\$\{path.module\}/([^"]+)"\)', texts):
        assert f"{STACKS[case].uid}/{name}" in export("terraform", case).files


@pytest.mark.parametrize("case", STACKS)
def test_variables_are_sensitive(case: str) -> None:
    for (name,), arguments in blocks(case, "variable"):
        assert arguments["sensitive"] is True, name
        assert "default" not in arguments


@pytest.mark.parametrize("case", STACKS)
def test_dashboards_are_those_that_are_deployed(case: str) -> None:
    found = {
        Path(path).stem: json.loads(text)
        for path, text in export("terraform", case).files.items()
        if path.endswith(".json")
    }
    declared = STACKS[case].declaration.dashboards.values()
    assert found == {each.uid: json.loads(each.config_json) for each in declared}


def plain(value: str) -> str:
    """What Terraform reads of a literal
    (https://developer.hashicorp.com/terraform/language/expressions/strings).
    """
    assert value[0] == value[-1] == '"'
    text = re.sub(r"([$%])\1\{", r"\1{", value[1:-1])
    simple = {"n": "\n", "r": "\r", "t": "\t"}

    def escape(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if code[0] in "uU" else simple.get(code, code)

    return re.sub(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|.)", escape, text)


@pytest.mark.parametrize("case", STACKS)
def test_rules_are_those_that_are_deployed(case: str) -> None:
    declared = {
        group.name: properties.rule_group(group, STACKS[case].declaration.alerting, "f")
        for group in STACKS[case].declaration.alerting.grafana
    }
    found = {
        plain(arguments["name"]): arguments
        for (resource, _), arguments in blocks(case, "resource")
        if resource == "grafana_rule_group"
    }
    assert found.keys() == declared.keys()
    for name, group in declared.items():
        for rule, said in zip(found[name]["rule"], group["rules"], strict=True):
            assert (plain(rule["uid"]), plain(rule["name"])) == (said["uid"], said["name"])
            for key in ("labels", "annotations"):
                values = {k.strip('"'): plain(v) for k, v in rule.get(key, {}).items()}
                assert values == said.get(key, {})
            for each, data in zip(rule["data"], said["datas"], strict=True):
                assert each["model"].startswith("${jsonencode({")
                if "expr" in (model := json.loads(data["model"])):
                    assert quoted(model["expr"]) in each["model"]


def test_what_is_protected_is_not_to_be_destroyed() -> None:
    for (resource, name), arguments in blocks("pods and labels", "resource"):
        (kept,) = arguments["lifecycle"]
        assert kept["prevent_destroy"] is True, (resource, name)
    assert not any("lifecycle" in each for _, each in blocks("plain", "resource"))


def test_what_may_be_edited_in_grafana() -> None:
    """The provider fails on a message template that may be edited."""
    may = {
        name: arguments.get("disable_provenance", False)
        for name, arguments in blocks("editable", "resource")
    }
    alerting = {name: each for (name, _), each in may.items() if name in EDITABLE}
    assert alerting == EDITABLE
    (said,) = (each for each in export("terraform", "editable").remarks if "edited" in each)
    assert said.startswith("left out: that the message template can be edited in Grafana")


EDITABLE = {
    "grafana_contact_point": True,
    "grafana_message_template": False,
    "grafana_mute_timing": True,
    "grafana_rule_group": True,
}


def test_the_provider_is_pinned_to_what_was_looked_at() -> None:
    assert f"v{PROVIDER} " in PINNED["source"]
    (_, found), *_ = list(blocks("plain", "terraform"))
    (providers,) = found["required_providers"]
    assert plain(providers["grafana"]["version"]) == PROVIDER


def test_who_sees_a_teams_folder() -> None:
    found = dict(blocks("a team", "resource"))
    access = found["grafana_folder_permission", "litellm"]["permissions"]
    assert [{k: v for k, v in each.items() if k != "__is_block__"} for each in access] == [
        {"team_id": "${grafana_team.litellm.id}", "permission": '"View"'},
        {"role": '"Editor"', "permission": '"View"'},
        {"team_id": "${data.grafana_team.existing_1.id}", "permission": '"Admin"'},
    ]
    (dashboard, *_) = (each for (kind, _), each in found.items() if kind == "grafana_dashboard")
    assert dashboard["depends_on"] == ["${grafana_folder_permission.litellm}"]


def test_layout() -> None:
    block = Block(
        "resource",
        ("x", "y"),
        [
            {"a": 1, "longer": Expression("var.z"), "none": None},
            Block("b", (), [{"c": Encoded({"k": [{"n": True}], "e-f": "${g}", "h i": []})}]),
        ],
    )
    assert document([block, Block("z", (), [])]) == (
        """resource "x" "y" {
  a      = 1
  longer = var.z

  b {
    c = jsonencode({
      k = [
        {
          n = true
        },
      ]
      e-f   = "$${g}"
      "h i" = []
    })
  }
}

z {}
"""
    )


hard = st.text(
    st.sampled_from('${}%"\\\n\tna') | st.characters(exclude_categories=["Cs"]), max_size=30
)


@given(hard)
@example('$${x} %%{y} "${z}" \\n \\')
@settings(deadline=None)
def test_any_text_is_read_as_it_is(text: str) -> None:
    written = quoted(text)
    assert "\n" not in written
    # One alone begins a template; of several, the last two stand for one.
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", written)
    assert plain(written) == text


terraform = shutil.which("terraform")


@pytest.mark.skipif(not terraform, reason="terraform is not installed")
@pytest.mark.parametrize("case", STACKS)
def test_terraform_lays_it_out_so(case: str, tmp_path: Path) -> None:
    for name, text in modules(case).items():
        (tmp_path / name).write_text(text)
    assert terraform
    run = subprocess.run(
        [terraform, "fmt", "-check", "-diff"], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout
