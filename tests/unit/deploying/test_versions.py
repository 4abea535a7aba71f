"""What tests/versions.yaml says, and how what came of a run is written into it."""

import datetime
import json

import pytest
import yaml
from click.testing import CliRunner

from litellm_monitoring.signals.catalogue.metrics import supported
from litellm_monitoring.tools import engine
from litellm_monitoring.tools.project import ROOT
from litellm_monitoring.tools.versions.__main__ import main
from litellm_monitoring.tools.versions.matrix import FILE, NEWEST, Outcome, Row, Run, as_text, rows
from litellm_monitoring.tools.versions.run import counted

TODAY = datetime.date(2026, 11, 27)
PASSED = Run(date=TODAY, version="2.42.0", passed=3)
FAILED = Run(date=TODAY, version="2.42.0", passed=3, failed=1, failures=("test_a.py::test_b",))
ROW = Row(id="a", software="A", version="2.42.0", about="a", tests=("tests/world", "tests/mocks"))
REPORT = """<testsuites><testsuite>
<testcase file="tests/test_a.py" name="test_passes"/>
<testcase file="tests/test_a.py" name="test_is_skipped"><skipped/></testcase>
<testcase file="tests/test_a.py" name="test_fails[1]"><failure/></testcase>
<testcase file="tests/test_a.py" name="test_fails[2]"><failure/><system-out/></testcase>
<testcase file="tests/test_a.py" name="test_has_no_fixture"><error/></testcase>
</testsuite></testsuites>"""


def test_the_file_is_as_it_would_be_written() -> None:
    text = FILE.read_text("utf-8")
    assert as_text(rows(), text) == text


def test_every_row_names_tests_that_are_there() -> None:
    found = rows()
    assert len({row.id for row in found}) == len(found)
    for row in found:
        for each in (*row.tests, *row.ran):
            assert (ROOT / each).exists(), (row.id, each)
            assert row.has(each)


def test_the_rows_are_about_what_is_pinned() -> None:
    by_id = {row.id: row for row in rows()}
    for name, module in (
        ("prometheus-newest", "prometheus"),
        ("victoria-metrics", "victoriametrics"),
    ):
        pinned = (ROOT / "tests/world/servers" / module / "go.mod").read_text()
        major, minor, patch = by_id[name].version.split(".")
        # Prometheus 3.13.5 is its module's v0.313.5.
        version = f"0.{major}{minor}.{patch}" if name.startswith("prom") else by_id[name].version
        assert f" v{version} //" in pinned
    assert by_id["litellm-oldest"].version == supported()[0]
    assert by_id["litellm-pinned"].version == supported()[1]
    for row in by_id.values():
        if row.software == "LiteLLM" and row.version != NEWEST:
            assert (ROOT / "tests/live/proxy/pins" / f"{row.version}.txt").exists()
    newest = by_id["pulumi-pinned"].tested
    assert newest is None or engine.VERSION.match(f"<={newest}")


@pytest.mark.parametrize(
    ("ran", "outcome", "files_left"),
    [
        ({}, Outcome.NOT_RUN, True),
        ({"tests/world": PASSED}, Outcome.PARTLY_RUN, True),
        ({"tests/world": FAILED}, Outcome.FAILED, True),
        ({"tests/world": PASSED, "tests/mocks": PASSED}, Outcome.PASSED, False),
        ({"tests/world": PASSED, "tests/mocks/test_team.py": PASSED}, Outcome.PARTLY_RUN, True),
        ({"tests/world": PASSED, "tests/mocks": FAILED}, Outcome.FAILED, False),
    ],
)
def test_how_a_row_ended(ran: dict[str, Run], outcome: Outcome, files_left: bool) -> None:
    row = ROW
    for tests, run in ran.items():
        row = row.having_run(tests, run)
    assert (row.outcome, any(row.not_run())) == (outcome, files_left)
    assert (row.tested, row.date) == (("2.42.0", TODAY) if ran else (None, None))


def test_a_run_of_a_directory_takes_the_place_of_those_of_its_files() -> None:
    row = ROW.having_run("tests/mocks/test_team.py", FAILED).having_run("tests/mocks", PASSED)
    assert row.ran == {"tests/mocks": PASSED}


def test_what_is_written_is_read_again() -> None:
    before = "# Words.\n\nrows:\n- {id: a}\n"
    row = ROW.having_run("tests/world", FAILED).having_run("tests/mocks", PASSED)
    text = as_text((row,), before)
    assert text.startswith("# Words.\n\nrows:\n- id: a\n")
    assert "    tests/mocks: {date: 2026-11-27, version: 2.42.0, passed: 3}\n" in text
    assert [Row.model_validate(each) for each in yaml.safe_load(text)["rows"]] == [row]


def test_a_report_is_counted() -> None:
    found = counted(REPORT, "3.14.3")
    assert (found.version, found.passed, found.failed, found.skipped) == ("3.14.3", 1, 3, 1)
    assert found.failures == (
        "tests/test_a.py::test_fails",
        "tests/test_a.py::test_has_no_fixture",
    )


def test_the_workflow_runs_each_row_that_has_tests() -> None:
    printed = CliRunner().invoke(main, ["matrix"]).output
    assert printed.count("\n") == 1
    found = json.loads(printed)["include"]
    assert [each["row"] for each in found] == [row.id for row in rows() if row.tests]
    workflow = yaml.safe_load((ROOT / ".github/workflows/versions.yml").read_text())
    used = workflow["jobs"]["test"]
    assert used["strategy"]["matrix"] == "${{ fromJSON(needs.matrix.outputs.matrix) }}"
    assert {"row", "python", "image"} == set(found[0])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["prometheus"], "no row prometheus has tests; there are: prometheus-oldest, "),
        (["grafana-13"], "no row grafana-13 has tests"),
        (
            ["python-3.14", "--tests", "tests/live"],
            "tests/live is none of the tests of python-3.14: tests/unit, tests/mocks, tests/engine",
        ),
    ],
)
def test_what_there_is_not_is_not_run(words: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["run", *words])
    assert (done.exit_code, message in done.output) == (2, True)
