"""README and the pages in ``docs/`` lead somewhere: their links, their pictures and their commands."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS
from litellm_monitoring.tools.__main__ import main
from litellm_monitoring.tools.project import ROOT

README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
ABOUT_THE_PROJECT = [ROOT / f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "SECURITY")]
PAGES = [README, *ABOUT_THE_PROJECT, *DOCS]
RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^()\s]+)\)|(?:src|href)=\"([^\"]+)\"")
MAKE = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)
TOOLS = re.compile(r"python -m tools ((?:[a-z]+(?:-[a-z]+)* ?)+)")
LONGEST_README = 150


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """The text without code, in which brackets are no links."""
    return re.sub(r"`[^`\n]+`", "", FENCE.sub("", page.read_text("utf-8")))


def links(page: Path) -> Iterator[str]:
    """What a page leads to within the repository."""
    for match in LINK.finditer(prose(page)):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """What an address can end with, after the ``#``."""
    text = FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
    return slugs | set(re.findall(r'id="([^"]+)"', text))


def commands(section: str) -> list[str]:
    """The commands of README's first block of shell in ``section``, each on one line."""
    text = README.read_text("utf-8").partition(f"\n## {section}\n")[2]
    block = next(match[2] for match in FENCE.finditer(text) if match[1] == "sh")
    return block.replace("\\\n", " ").splitlines()


def test_links_are_found() -> None:
    assert "docs/settings.md" in set(links(README))
    assert "docs/images/overview.png" in set(links(README))
    assert "what-a-team-can-still-see" in anchors(ROOT / "docs/teams.md")


@pytest.mark.parametrize("page", [*PAGES, *RUNBOOKS], ids=name)
def test_links_lead_to_what_exists(page: Path) -> None:
    missing = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


def test_readme_leads_to_every_page() -> None:
    pages = {str(page.relative_to(ROOT)) for page in [*DOCS, *ABOUT_THE_PROJECT]}
    assert pages <= {link.partition("#")[0] for link in links(README)}


def test_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= LONGEST_README


def test_two_commands_lead_to_a_grafana_from_files() -> None:
    deploy, start = commands("Try it")
    assert deploy == "make up"
    assert start.startswith("docker run ")


def test_six_lines_deploy_to_a_grafana_of_ones_own() -> None:
    lines = commands("Deploy to your Grafana")
    assert len(lines) <= 6
    assert {line.split()[0] for line in lines} == {"pulumi"}
    assert lines[-1] == "pulumi up"


@pytest.mark.parametrize("page", DOCS, ids=name)
def test_a_page_begins_with_what_its_reader_can_do_after_it(page: Path) -> None:
    title, first = page.read_text("utf-8").split("\n\n")[:2]
    assert title.startswith("# ")
    assert first.startswith("After reading this you ")


@pytest.mark.parametrize("page", [*PAGES, *RUNBOOKS], ids=name)
def test_commands_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(MAKE.findall(text)) <= targets
    for words in TOOLS.findall(text):
        command: click.Command = main
        for word in words.split():
            if isinstance(command, click.Group):
                assert word in command.commands, words
                command = command.commands[word]


def test_security_names_every_secret() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert {key for key in SECRET_KEYS if f"`{key}`" not in text} == set()


@pytest.mark.parametrize(
    ("asked", "runs"),
    [
        (["render"], "render --stack dev --format provisioning --out build/render"),
        (
            ["render", "FORMAT=terraform"],
            "render --stack dev --format terraform --out build/render",
        ),
        (["diff"], "diff --format terminal"),
        (["diff", "BASE=main", "FORMAT=json"], "diff main --format json"),
    ],
)
def test_make_asks_for_the_format_that_a_command_has(asked: list[str], runs: str) -> None:
    told = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert " ".join(told.stdout.splitlines()[-1].split()).endswith(f"-m tools {runs}")
