"""Wheels of this project, also of versions that there are not."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.project_copy import PACKAGES, copy_project


def build_wheel(scratch: Path, version: str, edit: Callable[[Path], None] = lambda _: None) -> Path:
    """The wheel of a copy of this project, once it was edited."""
    copy = scratch / f"copy-{version}"
    copy.mkdir(parents=True)
    copy_project(copy)
    edit(copy)
    name = f"litellm_monitoring-{version}"
    wheel = scratch / f"{name}-py3-none-any.whl"
    shim = "from infra.program import stack_monitoring\n\n__all__ = ['stack_monitoring']\n"
    files = {
        str(path.relative_to(copy)): path.read_text("utf-8")
        for package in PACKAGES
        for path in (copy / package).rglob("*")
        if path.is_file()
    }
    files["litellm_monitoring/__init__.py"] = shim
    info = f"{name}.dist-info"
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: litellm-monitoring\nVersion: {version}\n"
    )
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = (
        "[console_scripts]\nlitellm-monitoring = tools.__main__:run_main\n"
    )
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    shutil.rmtree(copy)
    return wheel
