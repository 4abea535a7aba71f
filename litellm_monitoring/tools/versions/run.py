"""Runs the tests of a row, with the version that it is about."""

import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import click

from litellm_monitoring.tools import engine
from litellm_monitoring.tools.process import run_uv
from litellm_monitoring.tools.project import ENGINES, ROOT
from litellm_monitoring.tools.terminal import console
from litellm_monitoring.tools.versions.matrix import NEWEST, Row, Run

_HOME = ENGINES / "versions"
_FAILED = 1
"""pytest's exit status where tests have run and some have failed."""

_FLAGS = ("-q", "--tb=short", "-o", "junit_family=xunit1")
_BUILT = {"prometheus-newest": "prometheus", "victoria-metrics": "victoria-metrics"}
_HOW = {"tests/live": ("--numprocesses=0",), "tests/world": ("--dist=loadfile",)}


@dataclass(frozen=True)
class Provided:
    """What a row is about, where it can be run."""

    version: str
    python: Path
    environment: Mapping[str, str]


def run(row: Row, tests: str, provided: Provided) -> Run:
    """How a file or a directory of tests ends.

    Raises:
        click.ClickException: where they cannot be run.

    """
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory, "report.xml")
        how = next((flags for under, flags in _HOW.items() if tests.startswith(under)), ())
        done = subprocess.run(
            [provided.python, "-m", "pytest", *_FLAGS, *how, f"--junitxml={report}", tests],
            cwd=ROOT,
            env={**os.environ, **provided.environment},
            check=False,
        )
        if done.returncode not in {0, _FAILED} or not report.exists():
            raise click.ClickException(f"{row.id}: {tests} cannot be run: see above")
        return counted(report.read_text("utf-8"), provided.version)


def counted(report: str, version: str) -> Run:
    """What pytest's report in JUnit's form says of tests with this ``version``."""
    cases = list(ElementTree.fromstring(report).iter("testcase"))
    failures = [case for case in cases if {each.tag for each in case} & {"failure", "error"}]
    skipped = [case for case in cases if case.find("skipped") is not None]
    return Run(
        date=datetime.datetime.now(tz=datetime.UTC).date(),
        version=version,
        passed=len(cases) - len(failures) - len(skipped),
        failed=len(failures),
        skipped=len(skipped),
        failures=tuple(sorted({_name(case) for case in failures})),
    )


def _name(case: ElementTree.Element) -> str:
    """Of a test, whatever its parameters."""
    return f"{case.get('file')}::{case.get('name', '').partition('[')[0]}"


def provide(row: Row) -> Provided:
    """What the tests of ``row`` run with, installed or compiled where it is not there yet.

    Raises:
        click.ClickException: where it cannot be had.

    """
    here = Path(sys.executable)
    match row.software:
        case "Python":
            python = _python(row.version)
            asked = "import platform; print(platform.python_version())"
            return Provided(_output(python, "-c", asked), python, {})
        case "Pulumi":
            command = _engine(row)
            path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
            return Provided(_number(_output(command, "version")), here, {"PATH": path})
        case "LiteLLM":
            version = newest_litellm() if row.version == NEWEST else row.version
            return Provided(version, here, {"TEST_LITELLM": version})
        case _:
            return Provided(_server(row), here, row.environment)


def newest_litellm() -> str:
    """The newest on the package index."""
    with tempfile.TemporaryDirectory() as directory:
        asked = Path(directory, "litellm.in")
        asked.write_text("litellm\n")
        pinned = run_uv("pip", "compile", "--quiet", "--no-deps", "--no-header", str(asked))
    return _number(pinned)


def _python(version: str) -> Path:
    """That has what ``requirements-dev.txt`` pins; this one, where it is of that version."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    home = _HOME / f"python-{version}"
    python = home / "bin" / "python"
    if not python.exists():
        interpreter = os.environ.get("PYTHON") or f"python{version}"
        run_uv("venv", "--quiet", "--clear", "--python", interpreter, str(home))
    requirements = str(ROOT / "requirements-dev.txt")
    run_uv("pip", "sync", "--quiet", "--python", str(python), "--require-hashes", requirements)
    return python


def _engine(row: Row) -> Path:
    if row.version == NEWEST:
        return engine.newest(_HOME / "pulumi", console())
    command = engine.find_or_install(ENGINES, console()).command
    found = shutil.which(command)
    if not found:
        raise click.ClickException(f"{command} is gone")
    return Path(found)


def _server(row: Row) -> str:
    """The version of a server: what Debian's says, or what is pinned of those that are compiled."""
    built = _BUILT.get(row.id)
    if not built:
        return _number(_output(Path("prometheus"), "--version"))
    subprocess.run(
        ["make", "--no-print-directory", f".tools/servers/{built}"], cwd=ROOT, check=True
    )
    return row.version


def _number(text: str) -> str:
    found = re.search(r"\d+\.\d+\.\d+", text)
    if not found:
        raise click.ClickException(f"no version in: {text}")
    return found[0]


def _output(command: Path, *arguments: str) -> str:
    return subprocess.run(
        [command, *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()
