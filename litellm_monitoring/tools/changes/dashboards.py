"""What differs between two versions of a resource, in the words of who reviews it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from litellm_monitoring.tools.changes.panels import paired, panels

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
_EMPTY = frozenset({None, "", "null", "false", "0"})
"""What a property that is not set is shown as."""
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
        return [f"{lead}:", *_marked(old.splitlines(), new.splitlines())]


def _marked(old: list[str], new: list[str]) -> list[str]:
    """The lines that only one of two texts has, removals before additions."""
    marked = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            marked += [f"  - {line}" for line in old[start:end]]
            marked += [f"  + {line}" for line in new[new_start:new_end]]
    return marked


def value_changes(old: object, new: object, subject: str = "") -> list[Change]:
    """Each value that differs between two JSON-like values, named by its path."""
    return _fact_changes(subject, dict(_facts(old)), dict(_facts(new)))


def dashboard_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two models of a dashboard: its own, then panel by panel."""
    old_panels, new_panels = list(panels(old)), list(panels(new))
    known = paired(old_panels, new_panels)
    changes = value_changes(_own(old), _own(new))
    changes += [
        Change(_subject(panel), "removed")
        for position, panel in enumerate(old_panels)
        if position not in known.values()
    ]
    moved = []
    for position, panel in enumerate(new_panels):
        if position not in known:
            changes.append(Change(_subject(panel), "added"))
            continue
        before = old_panels[known[position]]
        if before.get("title") != (title := panel.get("title")):
            changes.append(Change(_subject(before), f"renamed to “{title}”"))
        found = value_changes({**_own(before), "title": title}, _own(panel), _subject(panel))
        moved += [change for change in found if change.what == "position"]
        changes += [change for change in found if change.what != "position"]
    return changes + _moves(moved)


def property_changes(old: object, new: object, subject: str = "") -> list[Change]:
    """Each value that differs between two versions of a provider's property, in which one that is
    left out is the same as one that is empty.
    """
    return [
        change
        for change in value_changes(old, new, subject)
        if not _EMPTY.issuperset((change.old, change.new))
    ]


def rule_group_changes(old: Sequence[Properties], new: Sequence[Properties]) -> list[Change]:
    """What differs between the rules of two versions of a Grafana rule group, rule by rule."""
    before, after = ({_rule_key(rule): rule for rule in rules} for rules in (old, new))
    changes = [
        Change(f"rule {rule.get('name')}", "removed")
        for key, rule in before.items()
        if key not in after
    ]
    for key, rule in after.items():
        if key in before:
            changes += _same_rule_changes(before[key], rule)
        else:
            changes.append(Change(f"rule {rule.get('name')}", "added"))
    if not changes and list(before) != list(after):
        changes.append(Change("rules", "evaluated in another order"))
    return changes


def _rule_key(rule: Properties) -> str:
    """Names may be changed by hand, uids not."""
    return str(rule.get("uid") or rule.get("name"))


def _same_rule_changes(old: Properties, new: Properties) -> list[Change]:
    subject, changes = f"rule {old.get('name')}", []
    if old.get("name") != (name := new.get("name")):
        changes.append(Change(subject, f"renamed to {name}"))
    return changes + rule_changes({**old, "name": name}, new, subject)


def rule_changes(old: Properties, new: Properties, subject: str = "") -> list[Change]:
    """What differs between two versions of a rule, in the Grafana provider's form or another."""
    return property_changes(_readable(old), _readable(new), subject)


def _readable(rule: Properties) -> dict[str, object]:
    """``rule`` with its query and its threshold in place of the steps that Grafana makes of them."""
    found = {key: value for key, value in rule.items() if key != "datas"}
    for step in rule.get("datas") or ():
        found |= _readable_step(step, str(step.get("refId", "")))
    return found


def _readable_step(step: Properties, ref_id: str) -> dict[str, object]:
    """A query or an expression of a rule; what Grafana's editor adds to it makes no difference."""
    model = json.loads(step["model"])
    window = step.get("relativeTimeRange") or {}
    found: dict[str, object] = {}
    if window.get("from"):
        found[f"time range {ref_id}"] = f"{window['from']} s to {window.get('to') or 0} s ago"
    if "expr" in model:
        found |= {"query": model["expr"], "data source": step.get("datasourceUid")}
    for condition in model.get("conditions", ()):
        evaluator = condition.get("evaluator") or {}
        limits = (
            f"{limit:g}" if isinstance(limit, int | float) else _shown(limit)
            for limit in evaluator.get("params") or ()
        )
        found["threshold"] = " ".join([str(evaluator.get("type", "")), *limits])
    for key in ("expression", "type", "reducer", "window", "upsampler", "downsampler", "settings"):
        if key in model and not ("expr" in model and key == "type"):
            found[f"{key} {ref_id}"] = model[key]
    for key in ("instant", "range"):
        if model.get(key):
            found[f"{key} {ref_id}"] = True
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


def _own(model: Mapping[str, Any]) -> dict[str, Any]:
    """``model`` without its panels, and without what Grafana counts."""
    return {key: value for key, value in model.items() if key not in ("panels", "id", "version")}


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
        case [dict(), *_] if path == "intervals":
            for position, interval in enumerate(value, start=1):
                yield from _facts(interval, f"interval {position}")
        case list():
            yield _WORDS.get(path, path), ", ".join(map(_shown, value))
        case _:
            yield _WORDS.get(path, path), _shown(value)


def _target_facts(target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    ref_id = target["refId"]
    for key, value in _facts({k: v for k, v in target.items() if k != "refId"}):
        yield f"{_TARGET_WORDS.get(key, key)} {ref_id}", value


def _shown(value: object) -> str:
    match value:
        case str():
            return value
        case {"start": start, "end": end}:
            return f"{start} to {end}"
        case _:
            return json.dumps(value, sort_keys=True, ensure_ascii=False)
