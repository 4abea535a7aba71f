"""What a structural schema of Kubernetes does not allow, as strictly as
``kubectl --validate=strict``
(https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PINNED = json.loads(Path(__file__).with_name("operator_crds.json").read_text("utf-8"))
KINDS: dict[str, Any] = PINNED["kinds"]

_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
_METADATA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "namespace": {"type": "string"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


def faults(resource: dict[str, Any]) -> list[str]:
    """What is wrong with a whole resource."""
    schema = KINDS[resource["kind"]]
    properties = {**schema["properties"], "metadata": _METADATA}
    return list(_faults(resource, {**schema, "properties": properties}, ""))


def _faults(value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
    if schema.get("x-kubernetes-int-or-string"):
        if isinstance(value, bool) or not isinstance(value, int | str):
            yield f"{place} is neither a number nor text"
        return
    kind = schema.get("type")
    if kind and (
        not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")
    ):
        yield f"{place} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is none of {schema['enum']}"
    match value:
        case str():
            yield from _of_text(value, schema, place)
        case list():
            yield from _of_list(value, schema, place)
        case dict():
            yield from _of_object(value, schema, place)


def _of_text(value: str, schema: dict[str, Any], place: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place} does not match {schema['pattern']}"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{place} has {len(value)} characters"


def _of_list(value: list[Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{place} has {len(value)} items"
    for position, each in enumerate(value):
        yield from _faults(each, schema["items"], f"{place}[{position}]")


def _of_object(value: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    for missing in sorted(set(schema.get("required", ())) - value.keys()):
        yield f"{place}.{missing} is missing"
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return
    for key, each in value.items():
        known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if known is None:
            yield f"{place}.{key} is not known"
        elif isinstance(known, dict):
            yield from _faults(each, known, f"{place}.{key}")
