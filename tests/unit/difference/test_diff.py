"""What a change means for the stacks, as each kind of text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.tools.changes.dashboards import Change
from litellm_monitoring.tools.difference.diff_text import (
    COMMENT_LENGTH,
    as_json,
    as_markdown,
    as_terminal,
)
from litellm_monitoring.tools.difference.stacks import Fate, ResourceDiff, differences


def resource(kind: str, name: str, uid: str, **content: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "uid": uid, "content": content}


FOLDER = resource("folder", "LiteLLM (dev)", "litellm-dev", title="LiteLLM (dev)")
BOARD = resource(
    "dashboard",
    "Prod",
    "prod",
    title="Prod",
    panels=[{"id": 1, "title": "Requests", "targets": [{"refId": "A", "expr": "up"}]}],
)
OLD = {"dev": {"folder": FOLDER, "prod-v2": BOARD}}


def dev(**resources: Any) -> dict[str, Any]:
    return {"dev": {key: value for key, value in {**OLD["dev"], **resources}.items() if value}}


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("nothing", OLD, "No stack would change."),
    ("stack added", {**OLD, "new": {"folder": FOLDER}}, "new\n  folder LiteLLM (dev): created"),
    ("stack removed", {}, "dev\n  stack dev: left behind"),
    ("dashboard removed", dev(**{"prod-v2": None}), "dev\n  dashboard Prod: deleted"),
    ("dashboard added", dev(other={**BOARD, "name": "Other"}), "dev\n  dashboard Other: created"),
    (
        "uid",
        dev(folder={**FOLDER, "uid": "llm"}),
        "dev\n  folder LiteLLM (dev): replaced\n    uid: litellm-dev → llm",
    ),
    (
        "title",
        dev(folder=resource("folder", "LLM", "litellm-dev", title="LLM")),
        "dev\n  folder LLM: updated\n    title: LiteLLM (dev) → LLM",
    ),
    (
        "query",
        dev(
            **{
                "prod-v2": {
                    **BOARD,
                    "content": {
                        "title": "Prod",
                        "panels": [
                            {
                                "id": 1,
                                "title": "Requests",
                                "targets": [{"refId": "A", "expr": "down"}],
                            }
                        ],
                    },
                }
            }
        ),
        "dev\n  dashboard Prod: updated\n    panel “Requests”: query A: up → down",
    ),
]


@pytest.mark.parametrize(
    ("new", "text"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_in_a_terminal(new: dict[str, Any], text: str) -> None:
    assert as_terminal(differences(OLD, new)).plain == text


def test_in_a_comment() -> None:
    new = dev(folder={**FOLDER, "uid": "llm"}, **{"prod-v2": None})
    assert as_markdown(differences(OLD, new)) == (
        "**In `dev`, folder `LiteLLM (dev)` would be replaced.**\n\n"
        "**In `dev`, dashboard `Prod` would be deleted.**\n\n"
        "### `dev`\n\n"
        "folder `LiteLLM (dev)` would be replaced\n\n"
        "```diff\n  uid: litellm-dev → llm\n```\n\n"
        "dashboard `Prod` would be deleted\n"
    )
    assert as_markdown([]) == "No stack would change.\n"


def in_stacks(*stacks: str, uid: str) -> dict[str, Any]:
    return {stack: {"folder": resource("folder", f"LiteLLM ({stack})", uid)} for stack in stacks}


def test_stacks_that_differ_in_the_same_way_are_told_together() -> None:
    old = {**in_stacks("a", "b", "c", "d", uid="x"), **in_stacks("e", uid="y")}
    new = in_stacks("a", "b", "c", "d", "e", uid="z")
    found = differences(old, new)
    assert as_terminal(found).plain == (
        "a, b, c and 1 more\n"
        "  folder LiteLLM (a), LiteLLM (b), LiteLLM (c) and 1 more: replaced\n"
        "    uid: x → z\n"
        "e\n"
        "  folder LiteLLM (e): replaced\n"
        "    uid: y → z"
    )
    assert as_markdown(found).splitlines()[:4] == [
        "**In `a`, `b`, `c` and 1 more, folder `LiteLLM (a)`, `LiteLLM (b)`, `LiteLLM (c)` and 1 "
        "more would be replaced.**",
        "",
        "**In `e`, folder `LiteLLM (e)` would be replaced.**",
        "",
    ]
    assert len(json.loads(as_json(found))) == 5


def test_as_json() -> None:
    assert json.loads(as_json(differences(OLD, CASES[-1][1]))) == [
        {
            "stack": "dev",
            "kind": "dashboard",
            "name": "Prod",
            "fate": "updated",
            "changes": [
                {"subject": "panel “Requests”", "what": "query A", "old": "up", "new": "down"}
            ],
        }
    ]


texts = st.text(max_size=80) | st.sampled_from(
    [
        "```",
        "`",
        "``` \n\n# Owned",
        "<script>",
        "@everyone",
        "](http://x)",
        "\r\n- a",
        "\u2028# b",
        "~~~",
    ]
)
some_differences = st.lists(
    st.builds(
        ResourceDiff,
        st.just("dev"),
        st.just("dashboard"),
        texts,
        st.sampled_from(Fate),
        st.lists(st.builds(Change, texts, texts, texts, texts), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=3,
)


@given(some_differences)
def test_nothing_breaks_out_of_markdown(found: list[ResourceDiff]) -> None:
    fence = None
    for line in as_markdown(found).splitlines():
        if fence is None and line.startswith("```"):
            fence = line.removesuffix("diff")
        elif line == fence:
            fence = None
        elif fence is None:
            # All that is ours begins in one of these ways; names are in code spans.
            assert line == "" or line.startswith(("**In `", "### `", "dashboard `"))
        else:
            assert not line.startswith(fence)
    assert fence is None


@given(some_differences, st.integers(200, 2000))
def test_a_comment_is_never_too_long(found: list[ResourceDiff], length: int) -> None:
    assert len(as_markdown(found, length)) <= length


def test_the_longest_is_cut_first_and_says_so() -> None:
    long = tuple(Change("", f"line {n}", "a" * 60, "b" * 60) for n in range(2000))
    short = (Change("", "title", "a", "b"),)
    text = as_markdown(
        [
            ResourceDiff("dev", "dashboard", "Long", Fate.UPDATED, long),
            ResourceDiff("dev", "dashboard", "Short", Fate.UPDATED, short),
        ]
    )
    assert COMMENT_LENGTH / 2 < len(text) <= COMMENT_LENGTH
    assert "  title: a → b\n" in text
    assert "more lines; they did not fit into one comment" in text


def test_two_renderings_are_equal() -> None:
    new = dev(folder={**FOLDER, "uid": "llm"})
    assert as_markdown(differences(OLD, new)) == as_markdown(differences(OLD, new))
