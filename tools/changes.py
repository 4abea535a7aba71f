"""What differs between two versions of a resource, in the words of who reviews it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WORDS = {
    "fieldConfig.defaults.unit": "unit",
    "fieldConfig.defaults.decimals": "decimals",
    "fieldConfig.defaults.noValue": "text without a value",
    "fieldConfig.defaults.thresholds.steps": "thresholds",
    "gridPos": "position",
    "options.legend.displayMode": "legend's form",
    "options.tooltip.mode": "tooltip",
    "time.from": "start of the time range",
    "time.to": "end of the time range",
}
_TARGET_WORDS = {"expr": "query", "legendFormat": "legend"}
_FITS_ON_A_LINE = 72
_MOVES_NAMED = 3


Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference. ``old`` or ``new`` is None where there was or is nothing; both are where
    the whole subject came or went, which ``what`` then says.
    """

    subject: str
    what: str
    old: str | None = None
    new: str | None = None

    def lines(self) -> list[str]:
        """The change as one line, or as three where the values are long."""
        lead = f"{self.subject}: {self.what}" if self.subject else self.what
        if self.old is None and self.new is None:
            return [lead]
        old, new = self.old or "nothing", self.new or "nothing"
        if len(old) + len(new) <= _FITS_ON_A_LINE and "\n" not in old + new:
            return [f"{lead}: {old} → {new}"]
        return [
            f"{lead}:",
            *(f"  - {line}" for line in old.splitlines()),
            *(f"  + {line}" for line in new.splitlines()),
        ]


def value_changes(old: object, new: object, subject: str = "") -> list[Change]:
    """Each value that differs between two JSON-like values, named by its path."""
    return _fact_changes(subject, dict(_facts(old)), dict(_facts(new)))


def dashboard_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two models of a dashboard: its own, then panel by panel."""
    old_panels, new_panels = _panels(old), _panels(new)
    changes = value_changes(_without_panels(old), _without_panels(new))
    changes += [
        Change(_subject(panel), "removed")
        for id_, panel in old_panels.items()
        if id_ not in new_panels
    ]
    moved = []
    for id_, panel in new_panels.items():
        if id_ not in old_panels:
            changes.append(Change(_subject(panel), "added"))
            continue
        before = old_panels[id_]
        if before.get("title") != (title := panel.get("title")):
            changes.append(Change(_subject(before), f"renamed to “{title}”"))
            before = {**before, "title": title}
        found = value_changes(before, panel, _subject(panel))
        moved += [change for change in found if change.what == "position"]
        changes += [change for change in found if change.what != "position"]
    return changes + _moves(moved)


def rule_group_changes(old: Sequence[Properties], new: Sequence[Properties]) -> list[Change]:
    """What differs between the rules of two versions of a Grafana rule group, rule by rule."""
    before, after = ({str(rule.get("name")): rule for rule in rules} for rules in (old, new))
    changes = [Change(f"rule {name}", "removed") for name in before if name not in after]
    for name, rule in after.items():
        if name in before:
            changes += rule_changes(before[name], rule, f"rule {name}")
        else:
            changes.append(Change(f"rule {name}", "added"))
    return changes


def rule_changes(old: Properties, new: Properties, subject: str = "") -> list[Change]:
    """What differs between two versions of a rule, in the Grafana provider's form or another."""
    return value_changes(_readable(old), _readable(new), subject)


def _readable(rule: Properties) -> dict[str, object]:
    """``rule`` with its query and its threshold in place of the steps that Grafana makes of them."""
    found = {key: value for key, value in rule.items() if key != "datas"}
    for step in rule.get("datas") or ():
        model = json.loads(step["model"])
        if "expr" in model:
            found |= {"query": model["expr"], "data source": step["datasourceUid"]}
        for condition in model.get("conditions", ()):
            evaluator = condition["evaluator"]
            found["threshold"] = f"{evaluator['type']} {evaluator['params'][0]:g}"
    return found


def _moves(moved: list[Change]) -> list[Change]:
    """Adding one panel moves all below it, which is one thing to say."""
    if len(moved) < 3:
        return moved
    named = ", ".join(move.subject for move in moved[:_MOVES_NAMED])
    more = f" and {len(moved) - _MOVES_NAMED} more" if len(moved) > _MOVES_NAMED else ""
    return [Change(f"{len(moved)} panels", f"moved: {named}{more}")]


def _fact_changes(subject: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    keys = dict.fromkeys([*old, *new])
    return [
        Change(subject, key, old.get(key), new.get(key))
        for key in keys
        if old.get(key) != new.get(key)
    ]


def _panels(model: Mapping[str, Any]) -> dict[Any, dict[str, Any]]:
    panels: dict[Any, dict[str, Any]] = {}
    for panel in model.get("panels", []):
        panels[panel.get("id", panel.get("title"))] = _without_panels(panel)
        panels |= _panels(panel)
    return panels


def _without_panels(model: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in model.items() if key not in ("panels", "id")}


def _subject(panel: Mapping[str, Any]) -> str:
    return f"{'row' if panel.get('type') == 'row' else 'panel'} “{panel.get('title', '')}”"


def _facts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Leaves of a JSON-like value by path, those that reviewers have words for by their words."""
    match value:
        case {"h": height, "w": width, "x": x, "y": y}:
            yield _WORDS.get(path, path), f"column {x}, line {y}, {width} by {height}"
        case dict():
            for key in sorted(value):
                yield from _facts(value[key], f"{path}.{key}" if path else key)
        case [{"refId": _}, *_]:
            for target in value:
                yield from _target_facts(target)
        case [{"name": _}, *_]:
            for item in value:
                yield from _facts(item, f"{path}[{item.get('name')}]")
        case list():
            yield _WORDS.get(path, path), ", ".join(map(_shown, value))
        case _:
            yield _WORDS.get(path, path), _shown(value)


def _target_facts(target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    ref_id = target["refId"]
    for key, value in _facts({k: v for k, v in target.items() if k != "refId"}):
        yield f"{_TARGET_WORDS.get(key, key)} {ref_id}", value


def _shown(value: object) -> str:
    return (
        value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    )
