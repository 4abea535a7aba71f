"""What ``metrics.yaml`` becomes when one more LiteLLM has been looked at.

The catalogue covers a range of versions. Of each family, and of each of its labels, it keeps the
first and the last version that had it; those at the ends of the range go without saying.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.version import Version

_OF_MACHINE = ("type", "help", "switch", "listable", "perWorker", "beforeFirstEvent", "buckets")
_SPANS = ("since", "until", "labels", "labelsSince", "labelsUntil")


@dataclass(frozen=True)
class _Span:
    """The first and the last version that something was seen in."""

    first: str
    last: str

    def with_(self, version: str) -> "_Span":
        return _Span(_oldest([self.first, version]), _newest([self.last, version]))

    def __contains__(self, version: str) -> bool:
        return Version(self.first) <= Version(version) <= Version(self.last)


def merged(catalogue: Mapping[str, Any], observed: Mapping[str, Any]) -> dict[str, Any]:
    """``catalogue`` with what was ``observed`` of one LiteLLM; what is written by hand stays."""
    version, covered = observed["litellm"], _covered(catalogue)
    covers = covered.with_(version)
    known, seen = catalogue["families"], observed["families"]
    return {
        **catalogue,
        "litellm": {"oldest": covers.first, "newest": covers.last},
        "families": {
            name: _family(known.get(name, {}), seen.get(name), version, covered, covers)
            for name in sorted(known.keys() | seen.keys())
        },
    }


def _family(
    known: Mapping[str, Any],
    seen: Mapping[str, Any] | None,
    version: str,
    covered: _Span,
    covers: _Span,
) -> dict[str, Any]:
    span = _span_of(known, covered) if known else _Span(version, version)
    labels = _label_spans(known, covered) if known else {}
    machine = known
    if seen is not None:
        span = span.with_(version)
        for label in seen["labels"]:
            labels[label] = labels.get(label, _Span(version, version)).with_(version)
        if span.last == version:
            machine = seen
            labels = {label: labels[label] for label in [*seen["labels"], *labels]}
    since = {label: each.first for label, each in labels.items() if each.first != span.first}
    gone = {label: each.last for label, each in labels.items() if each.last != span.last}
    made = {
        **{key: machine[key] for key in _OF_MACHINE[:2]},
        "labels": [label for label in labels if label not in gone],
        "labelsSince": since,
        "labelsUntil": gone,
        "since": span.first if span.first != covers.first else None,
        "until": span.last if span.last != covers.last else None,
        **{key: machine.get(key) for key in _OF_MACHINE[2:]},
    }
    by_hand = {k: v for k, v in known.items() if k not in (*_OF_MACHINE, *_SPANS)}
    return {k: v for k, v in made.items() if v or k == "labels"} | by_hand


def changes(catalogue: Mapping[str, Any], observed: Mapping[str, Any]) -> list[str]:
    """A line for each family that came, went or changed, seen from the nearest version that the
    catalogue knows.
    """
    against = nearest(catalogue, observed["litellm"])
    before, now = _at(catalogue, against), observed["families"]
    lines = [
        f"came     {name} ({now[name]['type']}, {now[name]['switch']})"
        for name in sorted(now.keys() - before.keys())
    ]
    lines += [f"went     {name}" for name in sorted(before.keys() - now.keys())]
    for name in sorted(before.keys() & now.keys()):
        lines += [f"changed  {name}: {what}" for what in _differences(before[name], now[name])]
    return lines


def nearest(catalogue: Mapping[str, Any], version: str) -> str:
    """``version``, or the end of the catalogue's range that is nearest to it."""
    covered = _covered(catalogue)
    return min(max(version, covered.first, key=Version), covered.last, key=Version)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[str]:
    for key in _OF_MACHINE:
        if key in before and (before[key] or None) != (now.get(key) or None):
            yield f"{key} was {before[key]!r}, is {now.get(key)!r}"
    for label in sorted(set(now["labels"]) - set(before["labels"])):
        yield f"label {label} came"
    for label in sorted(set(before["labels"]) - set(now["labels"])):
        yield f"label {label} went"


def _at(catalogue: Mapping[str, Any], version: str) -> dict[str, dict[str, Any]]:
    """The families as they were in ``version``, all of which is known of the newest alone."""
    covered = _covered(catalogue)
    known = _OF_MACHINE if version == covered.last else _OF_MACHINE[:1]
    return {
        name: {
            **{key: family.get(key) for key in known},
            "labels": [
                label for label, span in _label_spans(family, covered).items() if version in span
            ],
        }
        for name, family in catalogue["families"].items()
        if version in _span_of(family, covered)
    }


def _covered(catalogue: Mapping[str, Any]) -> _Span:
    return _Span(catalogue["litellm"]["oldest"], catalogue["litellm"]["newest"])


def _span_of(family: Mapping[str, Any], covered: _Span) -> _Span:
    return _Span(family.get("since", covered.first), family.get("until", covered.last))


def _label_spans(family: Mapping[str, Any], covered: _Span) -> dict[str, _Span]:
    span = _span_of(family, covered)
    since, until = family.get("labelsSince", {}), family.get("labelsUntil", {})
    return {
        label: _Span(since.get(label, span.first), until.get(label, span.last))
        for label in [*family["labels"], *until]
    }


def _oldest(versions: Iterable[str]) -> str:
    return min(versions, key=Version)


def _newest(versions: Iterable[str]) -> str:
    return max(versions, key=Version)
