"""What the package index lacks of what LiteLLM's proxy asks for, and how uv does without it."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement

from litellm_monitoring.tools.process import NoSolution, run_uv

EXTRA = "proxy"

_AT_ONCE = 4


@dataclass(frozen=True)
class Lacking:
    """Requirements that the index has in ``other_versions`` alone, and those that it does not have
    ``at_all``.
    """

    other_versions: tuple[Requirement, ...] = ()
    at_all: tuple[Requirement, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.other_versions or self.at_all)

    def options(self, directory: Path) -> Iterator[str]:
        """What makes uv take any version of the former, and leave out the latter; it reads their
        names from files in ``directory``.
        """
        for option, names in (
            ("--overrides", [_in_any_version(each) for each in self.other_versions]),
            ("--excludes", [each.name for each in self.at_all]),
        ):
            if names:
                path = directory / f"{option.strip('-')}.txt"
                path.write_text("\n".join(names) + "\n")
                yield from (option, str(path))

    def remarks(self) -> Iterator[str]:
        """A sentence about each."""
        for each in self.other_versions:
            yield (f"{each.name} is in another version: {each.name}{each.specifier} cannot be had")
        for each in self.at_all:
            yield f"{each.name} is left out: it cannot be had"


def as_far_as_there(
    version: str, attempt: Callable[[Sequence[str]], object], pinned: Sequence[str] = ()
) -> Lacking:
    """Attempts, with options of uv, what takes all that LiteLLM's proxy asks for in ``version``, and
    where something cannot be had again without that, which is returned. ``pinned`` are the options
    that pin versions: others than those cannot be had either.

    Raises:
        NoSolution: where it lacks that LiteLLM itself, or what only others ask for.

    """
    try:
        attempt(pinned)
    except NoSolution:
        found = lacking(applying(_requirements(version)), partial(_is_there, pinned=pinned))
        if not found:
            raise
        with tempfile.TemporaryDirectory() as directory:
            attempt([*pinned, *found.options(Path(directory))])
        return found
    return Lacking()


def lacking(requirements: Sequence[Requirement], is_there: Callable[[str], bool]) -> Lacking:
    """Those of ``requirements`` that are not there by themselves."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asked = pool.map(is_there, (f"{_in_any_version(r)}{r.specifier}" for r in requirements))
        absent = [each for each, found in zip(requirements, asked, strict=True) if not found]
        others = pool.map(is_there, (_in_any_version(each) for each in absent))
        has_others = dict(zip((each.name for each in absent), others, strict=True))
    return Lacking(
        other_versions=tuple(each for each in absent if has_others[each.name]),
        at_all=tuple(each for each in absent if not has_others[each.name]),
    )


def applying(requirements: Sequence[str]) -> list[Requirement]:
    """Those that hold on this machine, with the proxy's extra, of what a package's metadata has."""
    return [
        each
        for each in map(Requirement, requirements)
        if not each.marker or any(each.marker.evaluate({"extra": of}) for of in ("", EXTRA))
    ]


def _requirements(version: str) -> list[str]:
    """As LiteLLM's own wheel states them."""
    with tempfile.TemporaryDirectory() as directory:
        run_uv("pip", "install", "--no-deps", "--target", directory, f"litellm=={version}")
        (wheel,) = distributions(name="litellm", path=[directory])
        return wheel.requires or []


def _is_there(requirement: str, pinned: Sequence[str]) -> bool:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "requirement.in")
        path.write_text(requirement)
        try:
            run_uv("pip", "compile", "--no-deps", "--python", sys.executable, *pinned, str(path))
        except NoSolution:
            return False
    return True


def _in_any_version(requirement: Requirement) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{requirement.name}{extras}"
