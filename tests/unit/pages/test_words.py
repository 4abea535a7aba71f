"""What people read keeps to the words of ``docs/glossary.md``."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from litellm_monitoring.alerts import CATALOGUE as ALERTS
from litellm_monitoring.dashboards import CATALOGUE, Frame, dashboard_json
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope, Workload
from litellm_monitoring.signals.catalogue.recording import Recording
from litellm_monitoring.tools.__main__ import main
from litellm_monitoring.tools.documentation.settings_table import settings_table
from litellm_monitoring.tools.fleet.teams import Fleet
from tests.unit.dashboards.test_prod_v2 import PLAIN

ROOT = Path(__file__).parents[3]
GLOSSARY = ROOT / "docs/glossary.md"
SCOPES = {
    "an environment": Scope(daily_spend_limits={"a": 1.0}),
    "recorded": Scope(recording=Recording("prod", 60, 15)),
    "a team": Scope(team_alias="a"),
    "pods": Scope(pods=Workload("llm", "litellm", autoscaler="litellm")),
}
READ = ("title", "description", "noValue", "content", "displayName", "legendFormat", "text", "name")
"""Where a dashboard has words, of its JSON."""

MESSAGES = tuple(f"litellm_monitoring/{each}" for each in ("infra", "tools", "embedded", "signals"))


def given_up() -> list[str]:
    """The last column of the glossary's tables."""
    rows = [line.split("|") for line in GLOSSARY.read_text("utf-8").splitlines()]
    cells = [row[3] for row in rows if len(row) == 5]
    words = [word.strip() for cell in cells for word in cell.split(",")]
    return [word for word in words if word and word != "not" and set(word) != {"-"}]


GIVEN_UP = re.compile(
    rf"(?<![\w-])({'|'.join(map(re.escape, given_up()))})(?![\w-])", re.IGNORECASE
)


def words_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key in READ and isinstance(each, str):
                yield each
            else:
                yield from words_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from words_of(each)


def assert_none(text: str, place: str) -> None:
    plain = " ".join(text.split())
    found = [plain[max(0, m.start() - 40) : m.end() + 40] for m in GIVEN_UP.finditer(plain)]
    assert found == [], place


def test_the_glossary_has_terms_and_what_was_given_up() -> None:
    terms = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(terms) > 30
    assert {"rests", "begins anew", "it takes"} <= set(given_up())
    assert GIVEN_UP.search("a deployment rests")
    assert not GIVEN_UP.search("it interests nobody")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("slug", CATALOGUE)
def test_dashboards(slug: str, scope: str) -> None:
    if scope == "a team" and not CATALOGUE[slug].is_for_teams:
        return
    frame: Frame = PLAIN
    for text in words_of(json.loads(dashboard_json(slug, SCOPES[scope], frame))):
        assert_none(text, text)


@pytest.mark.parametrize("name", ALERTS)
def test_alerts(name: str) -> None:
    alert = ALERTS[name]
    reasons = (threshold.reason for threshold in alert.thresholds.values())
    for text in (
        *(alert.question, alert.summary, alert.description, alert.meaning, alert.why_off),
        *alert.look,
        *reasons,
    ):
        assert_none(text, name)


PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / ".github").rglob("*.md"),
        *(ROOT / ".github" / "ISSUE_TEMPLATE").iterdir(),
        *(ROOT / "docs").rglob("*.md"),
    ]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages(page: Path) -> None:
    if page != GLOSSARY:
        assert_none(re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL), page.name)


def test_settings() -> None:
    assert_none(settings_table(Settings) + settings_table(Fleet), "settings")
    assert_none((ROOT / "Pulumi.yaml").read_text("utf-8"), "Pulumi.yaml")


def helps(command: click.Command, path: str = "") -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=command.name)
    yield f"{path} {command.name}", command.get_help(context)
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        if found := command.get_command(context, name):  # type: ignore[attr-defined]
            yield from helps(found, f"{path} {command.name}")


def test_help() -> None:
    for place, text in helps(main):
        assert_none(text, place)
    assert_none((ROOT / "Makefile").read_text("utf-8"), "Makefile")


def messages(module: Path) -> Iterator[str]:
    """What a module may print: its texts but for docstrings."""
    tree = ast.parse(module.read_text("utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documentation:
            yield str(node.value)  # type: ignore[attr-defined]


@pytest.mark.parametrize("room", MESSAGES)
def test_messages(room: str) -> None:
    for module in sorted((ROOT / room).rglob("*.py")):
        for text in messages(module):
            assert_none(text, f"{module.relative_to(ROOT)}")
