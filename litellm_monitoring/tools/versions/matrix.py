"""What ``tests/versions.yaml`` says: each version that is tested, with which tests, and how they ended."""

import datetime
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from litellm_monitoring.tools.project import ROOT

FILE = ROOT / "tests" / "versions.yaml"
NEWEST = "newest"
"""The version of a row that takes the newest there is when it is run."""

_BEGIN = "\nrows:"


class Outcome(StrEnum):
    """How the tests of a row have ended, all taken together."""

    PASSED = "passed"
    FAILED = "failed"
    PARTLY_RUN = "partly run"
    NOT_RUN = "not run"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(_Model):
    """How the tests of a file or a directory ended when they were last run."""

    date: datetime.date
    version: str
    """What ran: where a row asks for the newest, which that was."""
    passed: int
    failed: int = 0
    skipped: int = 0
    failures: tuple[str, ...] = ()
    """The tests that failed, whatever their parameters."""


class Row(_Model):
    """One version of one software."""

    id: str
    software: str
    version: str
    about: str
    """Where it comes from, or why it is not run."""
    python: str = "3.11"
    image: str = ""
    """The container in which the workflow runs it, if in any."""
    tests: tuple[str, ...] = ()
    """Files, and directories of files; none where nothing here can run it."""
    environment: Mapping[str, str] = Field(default_factory=dict)
    ran: Mapping[str, Run] = Field(default_factory=dict)
    """By file or directory of tests."""

    @property
    def outcome(self) -> Outcome:
        """Failed where one test has; passed where all that are named have been run and none has."""
        if not self.ran:
            return Outcome.NOT_RUN
        if any(run.failed for run in self.ran.values()):
            return Outcome.FAILED
        return Outcome.PARTLY_RUN if any(self.not_run()) else Outcome.PASSED

    def has(self, tests: str) -> bool:
        """Whether a file or a directory is of its tests."""
        return any(f"{tests}/".startswith(f"{each}/") for each in self.tests)

    def not_run(self) -> Iterator[str]:
        """The files of its tests that have not been run."""
        for path in (ROOT / each for each in self.tests):
            for file in sorted(path.rglob("test_*.py")) if path.is_dir() else (path,):
                name = file.relative_to(ROOT)
                if not {each.as_posix() for each in (name, *name.parents)} & self.ran.keys():
                    yield name.as_posix()

    @property
    def tested(self) -> str | None:
        """The version that was run last."""
        latest = max(self.ran.values(), key=lambda run: run.date, default=None)
        return latest.version if latest else None

    @property
    def date(self) -> datetime.date | None:
        """When it was run last."""
        return max((run.date for run in self.ran.values()), default=None)

    def having_run(self, tests: str, run: Run) -> "Row":
        """The row after a ``run`` of a file or a directory of its tests."""
        others = {k: v for k, v in self.ran.items() if not k.startswith(f"{tests}/")}
        return self.model_copy(update={"ran": dict(sorted({**others, tests: run}.items()))})


def rows(file: Path = FILE) -> tuple[Row, ...]:
    """The rows, in the file's order."""
    return tuple(map(Row.model_validate, yaml.safe_load(file.read_text("utf-8"))["rows"]))


def as_text(changed: tuple[Row, ...], before: str) -> str:
    """The file with ``changed`` rows, below the words that it begins with."""
    written = yaml.dump(
        {"rows": [row.model_dump(exclude_defaults=True) for row in changed]},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        default_flow_style=None,
    )
    return f"{before.partition(_BEGIN)[0]}\n{written}"


class _Dumper(yaml.SafeDumper):
    """Lists on one line, and what came of a run where nothing failed; the same date is written again."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Dumper.add_representer(tuple, yaml.SafeDumper.represent_list)
