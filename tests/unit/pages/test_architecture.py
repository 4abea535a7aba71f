"""``docs/architecture.md``: its links lead to what they name, and the code keeps to its table."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from litellm_monitoring.tools.project import ROOT

PAGE = ROOT / "docs/architecture.md"
PACKAGE = "litellm_monitoring"
MOST_MODULES = 12
TALKS_TO_PULUMI = ("infra/arguments", "infra/program", "embedded", "tools")


@cache
def modules() -> dict[str, Path]:
    """Every module of the package, by its name without that of the package."""
    found = [path.relative_to(ROOT / PACKAGE) for path in (ROOT / PACKAGE).rglob("*.py")]
    # Links to folders are not followed.
    found += [path.relative_to(ROOT) for path in (ROOT / "dashboards").rglob("*.py")]
    named = {".".join(path.with_suffix("").parts): path for path in found}
    there = {name: ROOT / ("" if name.startswith("dashboards") else PACKAGE) for name in named}
    return {name.removesuffix(".__init__"): there[name] / path for name, path in named.items()}


def room(module: str) -> str:
    """The folder in which ``module`` lies."""
    is_folder = modules()[module].name == "__init__.py"
    return module.replace(".", "/") if is_folder else "/".join(module.split(".")[:-1])


def imported(module: str) -> Iterator[str]:
    """What ``module`` imports: names of modules, ours without that of the package."""
    for node in ast.walk(ast.parse(modules()[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                inner = f"{node.module}.{each.name}".removeprefix(f"{PACKAGE}.")
                yield inner if inner in modules() else node.module.removeprefix(f"{PACKAGE}.")


def table() -> dict[str, list[str]]:
    """The folders that each folder may import from, in the page's order."""
    rows = re.findall(r"^\| `([\w/]+)` \| .* \| (.*) ?\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {folder: re.findall(r"`([\w/]+)`", allowed) for folder, allowed in rows}


def within(folder: str, other: str) -> bool:
    return folder == other or folder.startswith(f"{other}/")


def test_the_page_names_each_folder() -> None:
    there = {room(module) for module in modules()} - {"", PACKAGE}
    with_code = {
        folder
        for folder in there
        if any(
            room(module) == folder and path.name != "__init__.py"
            for module, path in modules().items()
        )
    }
    assert with_code - set(table()) == set()
    assert set(table()) - there == set()


def test_a_folder_imports_only_from_those_that_the_page_names() -> None:
    upwards = []
    for module in modules():
        here = room(module)
        if here not in table():
            continue
        for other in filter(modules().__contains__, imported(module)):
            there = room(other)
            family = within(there, here) or within(here, there)
            if not family and not any(within(there, each) for each in table()[here]):
                upwards.append(f"{module} imports {other}")
    assert upwards == []


def test_the_page_lets_no_folder_import_from_below() -> None:
    above = list[str]()
    for folder, allowed in table().items():
        for other in allowed:
            known = any(within(each, other) for each in above)
            assert known or within(folder, other), f"{folder} imports {other}"
        above.append(folder)


def test_no_module_imports_in_a_circle() -> None:
    graph = {
        module: {each for each in imported(module) if each in modules() and each != module}
        for module in modules()
    }
    assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)


def test_pulumi_is_imported_where_the_page_says() -> None:
    names = {"pulumi", "pulumiverse_grafana"}
    talking = {room(m) for m in modules() if names & {x.split(".")[0] for x in imported(m)}}
    assert [each for each in talking if not any(within(each, to) for to in TALKS_TO_PULUMI)] == []


@pytest.mark.parametrize("folder", sorted({str(path.parent) for path in modules().values()}))
def test_a_folder_can_be_taken_in_at_a_glance(folder: str) -> None:
    found = [path.name for path in Path(folder).glob("*.py") if path.name != "__init__.py"]
    assert len(found) <= MOST_MODULES, sorted(found)


@pytest.mark.parametrize(
    ("name", "path"), re.findall(r"\[`(\w+)`\]\(\.\./([\w/]+\.py)\)", PAGE.read_text("utf-8"))
)
def test_links_lead_to_what_they_name(name: str, path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    defined = [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    assert name in defined or name in alert_names(path)


def alert_names(path: str) -> list[str]:
    from litellm_monitoring.alerts import CATALOGUE

    return list(CATALOGUE) if f"{PACKAGE}/alerts/" in path else []
