"""How the catalogue takes over what one more LiteLLM has been seen to measure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_monitoring.tools.catalogue.commands import as_yaml
from litellm_monitoring.tools.catalogue.merge import changes, merged, nearest

METRICS = Path("litellm_monitoring/signals/catalogue/metrics.yaml")


def family(*labels: str, **fields: Any) -> dict[str, Any]:
    return {"type": "gauge", "help": "h", "labels": list(labels), "switch": "prometheus", **fields}


def observed(version: str, **families: Mapping[str, Any]) -> dict[str, Any]:
    return {"litellm": version, "families": families, "unknown": {}}


KNOWN = {
    "litellm": {"oldest": "1.80.0", "newest": "1.99.0"},
    "switches": {"prometheus": "callbacks"},
    "families": {
        "always": family("a", "b", unit="s", needs="a database"),
        "new": family("a", since="1.90.0"),
        "old": family("a", until="1.85.0"),
    },
}


@pytest.mark.parametrize(
    ("seen", "families", "lines"),
    [
        pytest.param(
            observed("1.100.0", always=family("a", "b"), new=family("a")),
            KNOWN["families"],
            [],
            id="a newer one that is the same",
        ),
        pytest.param(
            observed("1.100.0", always=family("a", "c", help="i"), newer=family()),
            {
                "always": family(
                    "a",
                    "c",
                    help="i",
                    labelsSince={"c": "1.100.0"},
                    labelsUntil={"b": "1.99.0"},
                    unit="s",
                    needs="a database",
                ),
                "new": family("a", since="1.90.0", until="1.99.0"),
                "newer": family(since="1.100.0"),
                "old": family("a", until="1.85.0"),
            },
            [
                "came     newer (gauge, prometheus)",
                "went     new",
                "changed  always: help was 'h', is 'i'",
                "changed  always: label c came",
                "changed  always: label b went",
            ],
            id="a newer one",
        ),
        pytest.param(
            observed("1.70.0", always=family("a", "z", help="i"), older=family()),
            {
                "always": family(
                    "a",
                    "b",
                    labelsSince={"b": "1.80.0"},
                    labelsUntil={"z": "1.70.0"},
                    unit="s",
                    needs="a database",
                ),
                "new": family("a", since="1.90.0"),
                "old": family("a", since="1.80.0", until="1.85.0"),
                "older": family(until="1.70.0"),
            },
            [
                "came     older (gauge, prometheus)",
                "went     old",
                "changed  always: label z came",
                "changed  always: label b went",
            ],
            id="an older one",
        ),
        pytest.param(
            observed("1.87.0", always=family("a", "b"), new=family("a"), old=family("a")),
            {
                "always": family("a", "b", unit="s", needs="a database"),
                "new": family("a", since="1.87.0"),
                "old": family("a", until="1.87.0"),
            },
            ["came     new (gauge, prometheus)", "came     old (gauge, prometheus)"],
            id="one in between",
        ),
    ],
)
def test_one_more_litellm(seen: dict[str, Any], families: dict[str, Any], lines: list[str]) -> None:
    after = merged(KNOWN, seen)
    assert after["families"] == families
    assert changes(KNOWN, seen) == lines
    assert changes(after, seen) == []
    assert merged(after, seen) == after


@pytest.mark.parametrize(
    ("version", "against"),
    [("1.9.0", "1.80.0"), ("1.100.0", "1.99.0"), ("1.90.1", "1.90.1")],
)
def test_what_a_version_is_compared_with(version: str, against: str) -> None:
    assert nearest(KNOWN, version) == against


def test_the_range_grows() -> None:
    assert merged(KNOWN, observed("1.100.0"))["litellm"] == {
        "oldest": "1.80.0",
        "newest": "1.100.0",
    }


def test_the_catalogue_is_written_as_it_stands() -> None:
    header, begin, rest = METRICS.read_text().partition("\nlitellm:")
    assert as_yaml(yaml.safe_load(METRICS.read_text())) == (begin + rest).lstrip()
    assert all(line.startswith("#") for line in header.splitlines())
