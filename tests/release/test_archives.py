"""The same files give the same bytes, however they came about."""

import io
import os
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.tools.release.archives import rewrite_sdist, rewrite_wheel, write_zip

AT = 1_777_856_520
"""An even one: ZIP counts in steps of two seconds."""

FILES = {
    "b/two.txt": b"two",
    "a-1.0.dist-info/RECORD": b"record",
    "a/one.py": b"one",
    "c.txt": b"three",
}


def test_a_zip_has_everything_in_one_order_and_of_one_time(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip", FILES, AT)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        entries = archive.infolist()
        assert {entry.filename: archive.read(entry) for entry in entries} == FILES
    assert [entry.filename for entry in entries] == [
        "a/one.py",
        "b/two.txt",
        "c.txt",
        "a-1.0.dist-info/RECORD",
    ]
    assert {entry.date_time for entry in entries} == {(2026, 5, 4, 1, 2, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@given(st.permutations(list(FILES)), st.sampled_from(["UTC", "Asia/Tokyo", "America/Lima"]))
def test_neither_order_nor_place_matters(names: list[str], zone: str) -> None:
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = zone
        time.tzset()
        one, other = io.BytesIO(), io.BytesIO()
        write_zip(one, {name: FILES[name] for name in names}, AT)  # type: ignore[arg-type]
        write_zip(other, FILES, AT)  # type: ignore[arg-type]
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()
    assert one.getvalue() == other.getvalue()


def test_zip_knows_no_time_before_1980(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip", FILES, 0)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wheel_keeps_its_files_alone(tmp_path: Path, compression: int) -> None:
    expected, wheel = tmp_path / "expected", tmp_path / "a.whl"
    write_zip(expected, FILES, AT)
    with zipfile.ZipFile(wheel, "w", compression) as archive:
        archive.mkdir("a")
        for name in reversed(FILES):
            archive.writestr(zipfile.ZipInfo(name, (2001, 2, 3, 4, 5, 6)), FILES[name])
    rewrite_wheel(wheel, AT)
    assert wheel.read_bytes() == expected.read_bytes()


def sdist(path: Path, names: list[str], owner: str, modes: dict[str, int], mtime: float) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(FILES[name]), modes[name], mtime
            entry.uname, entry.uid = owner, len(owner)
            archive.addfile(entry, io.BytesIO(FILES[name]))


def test_a_source_distribution_keeps_its_files_and_who_may_run_them(tmp_path: Path) -> None:
    one, other = tmp_path / "one.tar.gz", tmp_path / "other.tar.gz"
    open_to_all = dict.fromkeys(FILES, 0o666) | {"a/one.py": 0o777}
    closed = dict.fromkeys(FILES, 0o600) | {"a/one.py": 0o700}
    sdist(one, list(FILES), "root", open_to_all, 1.5)
    sdist(other, sorted(FILES), "somebody", closed, 1_000_000)
    for path in (one, other):
        rewrite_sdist(path, AT)
    assert one.read_bytes() == other.read_bytes()
    with tarfile.open(one) as archive:
        found = {member.name: archive.extractfile(member) for member in archive}
        assert {name: reader.read() for name, reader in found.items() if reader} == FILES
        assert {member.name: member.mode for member in archive} == dict.fromkeys(FILES, 0o644) | {
            "a/one.py": 0o755
        }
        assert {(member.mtime, member.uid, member.uname) for member in archive} == {(AT, 0, "")}
