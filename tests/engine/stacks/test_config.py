"""Settings and secrets, set by people who have no ``pulumi`` on the PATH."""

import os
import pty
import sys
from collections.abc import Callable

import pytest
import yaml

from litellm_monitoring.tools.configuration.settings_file import settings_of
from tests.engine.conftest import Project, Run

SECRET = "https://hooks.example.com/hunter2"
NAMED = "litellm-monitoring:"


@pytest.fixture
def without_pulumi(project: Project) -> Project:
    """A project whose engine lies in .tools, as it does for who has installed none."""
    directory, _, rest = project.environment["PATH"].partition(os.pathsep)
    (project.root / ".tools" / "pulumi").mkdir(parents=True)
    (project.root / ".tools" / "pulumi" / "bin").symlink_to(directory)
    project.environment["PATH"] = rest
    return project


def piped(project: Project, text: str, *arguments: str) -> Run:
    """Runs ``config set`` with ``text`` on its standard input."""
    words = ["config", "set", *arguments]
    script = 'printf %s "$0" | "$@"'
    return project.run(["sh", "-c", script, text, sys.executable, "-m", "tools", *words], {})


def typed(project: Project, text: str, *arguments: str) -> str:
    """What a person's terminal shows who types ``text`` when asked."""
    shown = b""

    def read(descriptor: int) -> bytes:
        nonlocal shown
        shown += (data := os.read(descriptor, 1024))
        if data.endswith(b": "):
            os.write(descriptor, f"{text}\n".encode())
        return data

    process, descriptor = pty.fork()
    if not process:
        os.chdir(project.root)
        command = [sys.executable, "-m", "tools", "config", "set", *arguments]
        os.execve(sys.executable, command, project.environment)
    try:
        while read(descriptor):
            pass
    except OSError:
        pass  # It has ended.
    os.waitpid(process, 0)
    return shown.decode()


@pytest.mark.parametrize("way", [typed, lambda *a: piped(*a).output], ids=["typed", "piped"])
def test_a_secret_for_a_stack_that_is_not_there_yet(
    without_pulumi: Project, way: Callable[..., str]
) -> None:
    project = without_pulumi
    for key, value in (
        ("prometheus.url", "http://prometheus:9090"),
        ("alerts.managedBy", "grafana"),
        ("alerts.contactPoint.slack.channel", "#llm"),
        ("dashboards.include[0]", "overview"),
    ):
        assert project.tools("config", "set", "--stack", "qa", key, value).status == 0
    refused = project.tools("up", "--stack", "qa")
    assert refused.lines[-1] == (
        "  alertsSlackUrl: required by alerts.contactPoint.slack; set it with: python -m tools "
        "config set --stack qa alertsSlackUrl"
    )
    shown = way(project, SECRET, "--stack", "qa", "alertsSlackUrl")
    assert "hunter2" not in shown
    assert shown.splitlines()[-1] == "alertsSlackUrl is set in Pulumi.qa.yaml."
    content = yaml.safe_load((project.root / "Pulumi.qa.yaml").read_text())
    assert list(content["config"][f"{NAMED}alertsSlackUrl"]) == ["secure"]
    deployed = project.tools("up", "--stack", "qa")
    assert deployed.status == 0, deployed.output
    assert project.tools("up", "--stack", "qa").lines[1] == "12 unchanged"
    files = [path for path in project.root.rglob("*") if path.is_file()]
    assert [path for path in files if b"hunter2" in path.read_bytes()] == []


def test_what_is_wrong_is_refused_and_changes_nothing(without_pulumi: Project) -> None:
    project = without_pulumi
    path = project.root / "Pulumi.dev.yaml"
    path.write_text(f"# Of our own.\n{path.read_text()}")
    before = path.read_text()
    for arguments, said in (
        (("prometheus.url", "not-a-url"),
         'Error: prometheus.url = "not-a-url": not a web address; write it like '
         "https://prometheus.example.com:9090"),
        (("protekt", "true"), "Error: protekt: no such key; did you mean protect?"),
        (("prometheus.urll", "http://x"), "Error: prometheus.urll: no such key; did you mean url?"),
        (("alertsSlackUrl", SECRET),
         "Error: alertsSlackUrl is a secret: leave VALUE out, and enter it when asked or pipe it in"),
        (("prometheusSecretHeaders.X-Key", "x"),
         "Error: prometheusSecretHeaders.X-Key is a secret: leave VALUE out, and enter it when asked "
         "or pipe it in"),
        (("grafana:auth",), "Error: no value for grafana:auth on standard input"),
        (("--stack", "a/b", "protect", "true"),
         "Error: 'a/b' is not the name of a stack: letters, digits, -, _ and . are"),
    ):  # fmt: skip
        done = project.tools("config", "set", *arguments)
        assert (done.status != 0, done.lines[-1]) == (True, said)
        assert path.read_text() == before
    assert project.tools("config", "set", "protect", "true").status == 0
    assert path.read_text().startswith("# Of our own.\n")
    assert yaml.safe_load(path.read_text())["config"][f"{NAMED}protect"] == "true"
    assert project.tools("config", "rm", "protect").status == 0
    assert yaml.safe_load(path.read_text()) == yaml.safe_load(before)
    assert [each.name for each in project.root.glob("Pulumi.a*")] == []
    nowhere = {"PULUMI_BACKEND_URL": "file:///dev/null/state", "PULUMI_CONFIG_PASSPHRASE": ""}
    done = project.tools("config", "set", "--stack", "new", "protect", "true", **nowhere)
    assert (done.status, done.output.startswith("Error: ")) == (1, True)
    assert not (project.root / "Pulumi.new.yaml").exists()


def test_placeholders_of_addresses_stay_what_they_are(without_pulumi: Project) -> None:
    project = without_pulumi
    address = "https://requests.example.com/?team=${team}&from=${from:iso}&$x"
    for key in ("links.requests", "links.requests[0].url"):
        stack = project.root / "Pulumi.dev.yaml"
        stack.write_text(stack.read_text().replace(f"requests: {address}", "requests: []"))
        done = project.tools("config", "set", "--stack", "dev", key, address)
        assert done.status == 0
        (requests,) = settings_of("dev", project.root).links.requests
        assert requests.url == address
    state = {
        "PULUMI_BACKEND_URL": f"file://{project.root}/.state",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(project.root / ".state/passphrase"),
    }
    pulumi = str(project.root / ".tools/pulumi/bin/pulumi")
    command = [pulumi, "config", "set", "--stack", "dev", "--path", "links.requests[0].url"]
    assert project.run([*command, f"{address}&y"], state).status == 0
    (requests,) = settings_of("dev", project.root).links.requests
    assert requests.url == f"{address}&y"
