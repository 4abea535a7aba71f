"""What changed between two models of a dashboard, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

_SHOWN_LENGTH = 120


def dashboard_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """A line for each difference, panels named by their titles."""
    old_panels, new_panels = _panels(old), _panels(new)
    for panel_id in old_panels.keys() - new_panels.keys():
        yield f"panel {_title(old_panels[panel_id])} removed"
    for panel_id, panel in new_panels.items():
        if panel_id not in old_panels:
            yield f"panel {_title(panel)} added"
            continue
        for difference in value_changes(old_panels[panel_id], panel):
            yield f"panel {_title(panel)}: {difference}"
    yield from value_changes(_without_panels(old), _without_panels(new))


def _panels(model: Mapping[str, Any]) -> dict[Any, Mapping[str, Any]]:
    panels: dict[Any, Mapping[str, Any]] = {}
    for panel in model.get("panels", []):
        panels[panel.get("id", panel.get("title"))] = _without_panels(panel)
        panels |= _panels(panel)
    return panels


def _without_panels(model: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in model.items() if key != "panels"}


def _title(panel: Mapping[str, Any]) -> str:
    return f"\u201c{panel.get('title', '')}\u201d"


def value_changes(old: object, new: object, path: str = "") -> Iterator[str]:
    """A line for each value that differs between two JSON-like values, led by its path."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            yield from value_changes(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for position, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from value_changes(before, after, f"{path}[{position}]")
    elif old != new:
        yield f"{path}: {_shown(old)} → {_shown(new)}"


def _shown(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"
