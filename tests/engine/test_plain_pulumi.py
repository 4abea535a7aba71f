"""Plain ``pulumi up`` runs the same program to the same end."""

import os
import sys
from pathlib import Path

from embedded.files import ProvisioningDirectory
from embedded.provider import served
from tests.engine.conftest import Project

HOST = Path(__file__).with_name("language_host.py")


def test_plain_pulumi_and_the_inline_program_give_the_same_resources(
    project: Project, pulumi_directory: Path
) -> None:
    assert project.tools("up").status == 0
    by_inline_program = project.state()
    host = project.root / "bin" / "pulumi-language-python"
    host.parent.mkdir()
    host.write_text(f'#!/bin/sh\nexec {sys.executable} {HOST} "$@"\n')
    host.chmod(0o755)
    with served(ProvisioningDirectory(project.root / "build" / "grafana")) as port:
        plain = {
            "PATH": f"{host.parent}{os.pathsep}{project.environment['PATH']}",
            "LANGUAGE_PYTHON_EXEC": str(pulumi_directory / "pulumi-language-python-exec"),
            "PULUMI_BACKEND_URL": (project.root / ".state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(project.root / ".state" / "passphrase"),
            "PULUMI_DEBUG_PROVIDERS": f"grafana:{port}",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        same = project.run(["pulumi", "up", "--yes", "--stack", "dev", "--non-interactive"], plain)
        assert same.status == 0, same.output
        assert "5 unchanged" in same.output
        assert project.state() == by_inline_program
        project.set(prometheus={"url": "nonsense"})
        refused = project.run(["pulumi", "preview", "--stack", "dev", "--non-interactive"], plain)
    assert refused.status != 0
    assert '  prometheus.url = "nonsense": not a web address' in refused.output
    assert "Traceback" not in refused.output
