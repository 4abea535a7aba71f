"""Wheels of this project, also of versions that there are not."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from litellm_monitoring.tools.project import ROOT
from tests.project_copy import copy_project


def build_wheel(out: Path, version: str, edit: Callable[[Path], None] = lambda _: None) -> Path:
    """The wheel of a copy of this project, which has that version and was edited."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        copy_project(copy)
        for name in ("README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        edit(copy)
        text = (ROOT / "pyproject.toml").read_text("utf-8")
        numbered = re.sub('(?m)^version = ".+"$', f'version = "{version}"', text, count=1)
        (copy / "pyproject.toml").write_text(numbered, "utf-8")
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), "."]
        subprocess.run([*pip, *build], cwd=copy, check=True)
    (wheel,) = out.glob(f"litellm_monitoring-{version}-*.whl")
    return wheel
