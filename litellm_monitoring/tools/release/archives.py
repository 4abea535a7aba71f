"""Archives whose bytes depend on what is in them alone: entries in order, one time, two modes."""

import gzip
import io
import stat
import tarfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

_FILE, _PROGRAM = 0o644, 0o755
_UNIX = 3
"""The system that ZIP entries with modes are of."""

_OLDEST = time.struct_time((1980, 1, 1, 0, 0, 0, 0, 1, 0))
"""ZIP knows no earlier time."""


def write_zip(path: Path, contents: Mapping[str, bytes], at: int) -> None:
    """A ZIP archive of ``contents`` by name, all of the time ``at``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents, key=_metadata_last):
            entry = zipfile.ZipInfo(name, max(time.gmtime(at), _OLDEST)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | _FILE) << 16
            archive.writestr(entry, contents[name])


def rewrite_wheel(path: Path, at: int) -> None:
    """Makes the bytes of a wheel depend on its files alone."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    write_zip(path, {name: data for name, data in contents.items() if name[-1] != "/"}, at)


def rewrite_sdist(path: Path, at: int) -> None:
    """Makes the bytes of a source distribution depend on its files alone."""
    with tarfile.open(path) as archive:
        files = [
            (member.name, bool(member.mode & 0o100), reader.read())
            for member in archive
            if (reader := archive.extractfile(member))
        ]
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, is_program, data in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), at
            entry.mode = _PROGRAM if is_program else _FILE
            archive.addfile(entry, io.BytesIO(data))
    path.write_bytes(gzip.compress(made.getvalue(), mtime=at))


def _metadata_last(name: str) -> tuple[bool, str]:
    """A wheel's metadata is best found at the end, where an installer begins to read."""
    return ".dist-info/" in name, name
