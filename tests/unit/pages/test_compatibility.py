"""``docs/compatibility.md`` claims what was run, and no more."""

import datetime
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from litellm_monitoring.infra.program import readiness
from litellm_monitoring.tools.documentation.compatibility_page import compatibility_page
from litellm_monitoring.tools.project import ROOT
from litellm_monitoring.tools.versions.matrix import Row, Run

ONE, OTHER = "tests/unit/pages/test_words.py", "tests/unit/pages/test_pages.py"


def run(passed: int, failed: int = 0, skipped: int = 0, *failures: str) -> Run:
    return Run(
        date=datetime.date(2026, 5, 4),
        version="3.13.5",
        passed=passed,
        failed=failed,
        skipped=skipped,
        failures=failures,
    )


def row(ran: dict[str, Run], version: str = "3.13.5") -> Row:
    return Row(
        id="a", software="Prometheus", version=version, about="made", tests=(ONE, OTHER), ran=ran
    )


@pytest.mark.parametrize(
    ("ran", "result", "day"),
    [
        ({}, "not run", ""),
        ({ONE: run(3)}, "3 passed; 1 file not run", "2026-05-04"),
        ({ONE: run(3), OTHER: run(1_000, 0, 2)}, "1,003 passed, 2 skipped", "2026-05-04"),
        ({ONE: run(3), OTHER: run(1, 2)}, "4 passed, 2 failed", "2026-05-04"),
        ({ONE: run(0, 1)}, "1 failed; 1 file not run", "2026-05-04"),
    ],
)
def test_a_row_says_what_came_of_it(ran: dict[str, Run], result: str, day: str) -> None:
    tests = f"`{ONE}`, `{OTHER}`"
    expected = f"| Prometheus | 3.13.5 | made | {tests} | {result} | {day} |"
    assert expected in compatibility_page([row(ran)]).splitlines()


def test_a_row_that_asks_for_the_newest_says_which_that_was() -> None:
    page = compatibility_page([row({ONE: run(1)}, "newest"), row({}, "newest")])
    assert re.findall(r"^\| Prometheus \| (.*?) \|", page, re.MULTILINE)[1:] == [
        "3.13.5 (newest)",
        "newest",
    ]


def test_what_failed_is_named_and_only_then_there_is_a_section() -> None:
    assert "## What failed" not in compatibility_page([row({ONE: run(3)})])
    failed = run(1, 3, 0, f"{ONE}::test_b", f"{ONE}::test_a", f"{OTHER}::Class::test_c")
    assert compatibility_page([row({ONE: failed})]).endswith(
        "## What failed\n\n### Prometheus 3.13.5\n\n"
        f"- `{OTHER}`: `test_c`\n- `{ONE}`: `test_a`, `test_b`\n"
    )


def test_what_is_supported_is_what_the_code_takes() -> None:
    supported = dict(re.findall(r"^\| (\w+) \| (.*) \|$", compatibility_page([]), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert supported["Python"].startswith(project["requires-python"].removeprefix(">="))
    (sdk,) = (each for each in map(Requirement, project["dependencies"]) if each.name == "pulumi")
    oldest = next(each.version for each in sdk.specifier if each.operator == ">=")
    assert f"SDK {oldest} or newer" in supported["Pulumi"]
    (pinned,) = re.findall(
        r"^pulumi==(\d+\.\d+)", (ROOT / "requirements.in").read_text("utf-8"), re.MULTILINE
    )
    assert f"engine {pinned} or newer" in supported["Pulumi"]
    assert f"; {readiness._OLDEST_WITH_ALERTS} or newer for the alerts" in supported["Grafana"]
