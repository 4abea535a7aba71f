"""Which panel of one version of a dashboard is which of another."""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

Panel = Mapping[str, Any]


def panels(model: Mapping[str, Any]) -> Iterator[Panel]:
    """The panels of ``model``, those in rows after their row and no longer in it."""
    for panel in model.get("panels") or ():
        yield {key: value for key, value in panel.items() if key != "panels"}
        yield from panels(panel)


def paired(old: Sequence[Panel], new: Sequence[Panel]) -> dict[int, int]:
    """For the positions in ``new`` of panels that are in ``old``, the positions there.

    A panel is known by its id. The provider drops the ids of what it has read; there a panel is the
    one of the same title, or else the one that asks for the same or is in the same place.
    """
    found: dict[int, int] = {}
    for sign in _SIGNS:
        waiting: dict[Hashable, list[int]] = {}
        for position, panel in enumerate(old):
            if position not in found.values() and (mark := sign(panel)) is not None:
                waiting.setdefault(mark, []).append(position)
        for position, panel in enumerate(new):
            alike = waiting.get(sign(panel), []) if position not in found else []
            if alike and (sign is _by_id or not ("id" in panel and "id" in old[alike[0]])):
                found[position] = alike.pop(0)
    return found


def _by_id(panel: Panel) -> Hashable:
    return panel.get("id")


def _by_title(panel: Panel) -> Hashable:
    return (panel.get("type"), panel["title"]) if panel.get("title") else None


def _by_queries(panel: Panel) -> Hashable:
    return json.dumps(panel["targets"], sort_keys=True) if panel.get("targets") else None


def _by_place(panel: Panel) -> Hashable:
    return json.dumps(panel["gridPos"], sort_keys=True) if panel.get("gridPos") else None


_SIGNS: Sequence[Callable[[Panel], Hashable]] = (_by_id, _by_title, _by_queries, _by_place)
