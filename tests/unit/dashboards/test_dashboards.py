"""What every dashboard keeps to, whatever it shows."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from promql_parser import BinaryExpr, NumberLiteral, ParenExpr, VectorSelector

from litellm_monitoring.dashboards import CATALOGUE, Feature, Frame, dashboard_json, slugs
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row, placed
from litellm_monitoring.dashboards.kit.visualizations import stat
from litellm_monitoring.signals import Matcher, Operator, Scope
from litellm_monitoring.signals.asking.counting import Counting, Prometheus, VictoriaMetrics
from litellm_monitoring.signals.asking.promql import operands, parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import families, family_of
from litellm_monitoring.signals.catalogue.recording import Recording
from litellm_monitoring.signals.serving import traffic
from litellm_monitoring.signals.spending.user_agents import SORTED, SORTING
from litellm_monitoring.tools.changes.dashboards import dashboard_changes
from tests.unit.dashboards.test_prod_v2 import PLAIN

UIDS = {slug: f"litellm-dev-{slug}" for slug in CATALOGUE}
FRAME = replace(PLAIN, siblings=UIDS, family_tag="litellm-dev")
HOUSE = [slug for slug in CATALOGUE if slug != "prod-v2"]
"""In the house's style; the other is in that of the one that LiteLLM ships."""

NAMES_ELSEWHERE = {"Targets", "Rejected", "Invalid"}
"""Of a page of Prometheus' and of lines in a graph."""

PANELS_IN_VIEW = 24
QUERIES_IN_VIEW = 42

LEFT_OUT = {
    "litellm_requests_metric_total": "deprecated twin of litellm_proxy_total_requests_metric_total",
    "litellm_llm_api_failed_requests_metric_total": "deprecated twin of "
    "litellm_proxy_failed_requests_metric_total",
}
"""The families that are on no panel, by the reason."""


def model(slug: str, scope: Scope | None = None, frame: Frame = FRAME) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dashboard_json(slug, scope or Scope(), frame))
    return found


def panels(slug: str, scope: Scope | None = None, frame: Frame = FRAME) -> list[dict[str, Any]]:
    """All panels but rows, those in collapsed rows included."""
    rows = [p for p in model(slug, scope, frame)["panels"] if p["type"] == "row"]
    return [
        panel
        for panel in [
            *model(slug, scope, frame)["panels"],
            *(panel for row in rows for panel in row["panels"]),
        ]
        if panel["type"] not in ("row", "text")
    ]


def in_view(slug: str) -> list[dict[str, Any]]:
    return [panel for panel in model(slug)["panels"] if panel["type"] not in ("row", "text")]


def metrics(panel: dict[str, Any]) -> Iterator[str]:
    for target in panel["targets"]:
        for selector in selectors(parsed(target["expr"])):
            yield selector.metric


def test_every_family_is_on_a_panel_or_left_out_for_a_reason() -> None:
    shown = {family_of(m).name for slug in CATALOGUE for p in panels(slug) for m in metrics(p)}
    assert families().keys() - shown == LEFT_OUT.keys()
    assert {name for name in LEFT_OUT if families()[name].replaced_by not in shown} == set()


@pytest.mark.parametrize("slug", CATALOGUE)
def test_what_is_in_view_is_not_too_much(slug: str) -> None:
    shown = in_view(slug)
    assert len(shown) <= PANELS_IN_VIEW
    assert sum(len(panel["targets"]) for panel in shown) <= QUERIES_IN_VIEW


@pytest.mark.parametrize("slug", CATALOGUE)
def test_collapsed_rows_hold_their_panels_and_others_none(slug: str) -> None:
    for row in (panel for panel in model(slug)["panels"] if panel["type"] == "row"):
        assert row["collapsed"] == bool(row["panels"]), row["title"]


@pytest.mark.parametrize("slug", CATALOGUE)
def test_panels_do_not_overlap_and_lines_are_full(slug: str) -> None:
    board = model(slug)["panels"]
    rows = [panel for panel in board if panel["type"] == "row" and panel["collapsed"]]
    for group in (
        [panel for panel in board if panel["type"] != "row"],
        *(r["panels"] for r in rows),
    ):
        cells: Counter[tuple[int, int]] = Counter()
        for panel in group:
            at = panel["gridPos"]
            assert at["x"] + at["w"] <= 24
            cells.update(
                (x, y)
                for x in range(at["x"], at["x"] + at["w"])
                for y in range(at["y"], at["y"] + at["h"])
            )
        assert max(cells.values()) == 1
        width = Counter(y for _, y in cells)
        assert {y: w for y, w in width.items() if w not in (8, 12, 24)} == {}, slug


@pytest.mark.parametrize("slug", HOUSE)
def test_every_panel_says_what_it_shows_when_to_worry_and_what_to_do(slug: str) -> None:
    for panel in panels(slug):
        shows, advice, *_ = panel["description"].split("\n\n")
        assert re.fullmatch(r"[^?]+\.", shows), panel["title"]
        assert re.fullmatch(r"Worry when .+[^.]\. [A-Z0-9].+[^.]\.", advice), panel["title"]
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"], panel["title"]
        if panel["type"] == "state-timeline":
            # It would be one of the legend's states.
            assert "noValue" not in defaults
        else:
            assert 2 < len(defaults["noValue"]) < 120, panel["title"]
        assert "litellm_" not in panel["title"]
        assert panel["links"][-1]["url"].startswith("https://docs.litellm.ai/docs/")


@pytest.mark.parametrize("slug", HOUSE)
def test_panels_that_descriptions_name_are_there(slug: str) -> None:
    here = {panel["title"] for panel in panels(slug)}
    elsewhere = {
        (panel["title"], model(each)["title"].removeprefix("LiteLLM "))
        for each in HOUSE
        for panel in panels(each)
    }
    for panel in panels(slug):
        for sentence in panel["description"].split(". "):
            for name in re.findall(r"\*([^*]+)\*", sentence):
                if name in here | NAMES_ELSEWHERE:
                    continue
                on = [board for title, board in elsewhere if title == name]
                assert any(board in sentence for board in on), (panel["title"], name)


@pytest.mark.parametrize("slug", HOUSE)
def test_what_needs_more_than_requests_says_what(slug: str) -> None:
    for panel in panels(slug):
        needed = [family_of(name) for name in metrics(panel) if "_bucket" not in name]
        if len(needed) == 1 and needed[0].needs and len(panel["targets"]) == 1:
            assert needed[0].needs in panel["description"], panel["title"]


@pytest.mark.parametrize("slug", CATALOGUE)
def test_legends_read(slug: str) -> None:
    for panel in panels(slug):
        legends = [target["legendFormat"] for target in panel["targets"]]
        assert all(legends), panel["title"]
        if panel["type"] != "table":
            assert len(set(legends)) == len(legends), panel["title"]
        assert len({target["refId"] for target in panel["targets"]}) == len(legends)


COLUMN_PIXELS, ICONS_PIXELS, LETTER_PIXELS = 58, 60, 7.2
"""On a screen 1,440 pixels wide: a grid column, what stands beside a title, and a letter of it."""


@pytest.mark.parametrize("slug", HOUSE)
def test_titles_fit(slug: str) -> None:
    for panel in panels(slug):
        room = panel["gridPos"]["w"] * COLUMN_PIXELS - ICONS_PIXELS
        assert len(panel["title"]) * LETTER_PIXELS <= room, panel["title"]


@pytest.mark.parametrize("slug", HOUSE)
def test_a_bar_that_is_alone_has_its_name(slug: str) -> None:
    for panel in panels(slug):
        if panel["type"] == "bargauge":
            config = panel["fieldConfig"]
            named = {
                override["matcher"]["options"]: prop["value"]
                for override in config["overrides"]
                for prop in override["properties"]
                if prop["id"] == "displayName"
            } or {"A": config["defaults"]["displayName"]}
            for target in panel["targets"]:
                labels = re.findall(r"{{(\w+)}}", target["legendFormat"])
                found = re.findall(r"\$\{__field\.labels\.(\w+)\}", named[target["refId"]])
                assert found == labels, panel["title"]


@pytest.mark.parametrize("slug", CATALOGUE)
def test_ids_are_unique(slug: str) -> None:
    ids = [panel["id"] for panel in (*panels(slug), *model(slug)["panels"]) if panel["id"]]
    rows = [panel["id"] for panel in model(slug)["panels"] if panel["type"] == "row"]
    assert len({panel["id"] for panel in panels(slug)} | set(rows)) == len(panels(slug)) + len(rows)
    assert all(0 < each < 2**31 for each in ids)


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_dashboard_links_to_all_of_its_stack(slug: str) -> None:
    menu, *others = model(slug)["links"]
    assert (menu["type"], menu["tags"], menu["asDropdown"]) == ("dashboards", ["litellm-dev"], True)
    assert (menu["keepTime"], menu["includeVars"]) == (True, True)
    assert others == []


def addresses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "url" in value:
            yield value["url"]
        for each in value.values():
            yield from addresses(each)
    elif isinstance(value, list):
        for each in value:
            yield from addresses(each)


@pytest.mark.parametrize("slug", CATALOGUE)
def test_links_keep_the_time_range_and_lead_somewhere(slug: str) -> None:
    for address in addresses(model(slug)["panels"]):
        if address.startswith("https://docs.litellm.ai/docs/"):
            continue
        path, _, query = address.partition("?")
        assert path.removeprefix("/d/") in UIDS.values(), address
        time, *variables = query.split("&")
        assert time == "${__url_time_range}"
        assert variables == ["${__all_variables}"] or (
            variables[:3]
            == ["${datasource:queryparam}", "${job:queryparam}", "${instance:queryparam}"]
            and re.fullmatch(r"var-(model_group|team|key)=\$\{__value\.raw\}", variables[3])
        ), address


def test_overview_leads_to_the_details_from_every_panel() -> None:
    for panel in in_view("overview"):
        assert panel["links"][0]["url"].startswith("/d/litellm-dev-"), panel["title"]


@pytest.mark.parametrize("slug", CATALOGUE)
def test_links_to_what_the_stack_does_not_have_are_left_out(slug: str) -> None:
    alone = replace(FRAME, siblings={slug: "mine"})
    assert {
        address.partition("?")[0]
        for address in addresses(model(slug, frame=alone)["panels"])
        if address.startswith("/d/")
    } <= {"/d/mine"}


def test_a_row_links_on_what_it_is_about() -> None:
    (table,) = (p for p in panels("spend") if p["title"] == "Top teams by spend")
    (link,) = (
        prop["value"][0]
        for override in table["fieldConfig"]["overrides"]
        for prop in override["properties"]
        if prop["id"] == "links"
    )
    assert link["url"].endswith("&var-team=${__value.raw}")


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_that_is_not_in_use_is_left_out_and_nothing_else(feature: Feature) -> None:
    left_out = replace(FRAME, without=frozenset([feature]))
    gone = 0
    for slug in CATALOGUE:
        board = CATALOGUE[slug].panels(Scope())
        titles = {p.title for row in board.rows if row.feature is feature for p in row.panels}
        before = {p["title"]: {**p, "gridPos": ""} for p in panels(slug)}
        after = {p["title"]: {**p, "gridPos": ""} for p in panels(slug, frame=left_out)}
        assert before.keys() - after.keys() == titles
        assert after == {title: panel for title, panel in before.items() if title not in titles}
        gone += len(titles)
    assert gone


def test_rows_of_features_say_what_turns_them_on() -> None:
    for slug in HOUSE:
        for row in CATALOGUE[slug].panels(Scope()).rows:
            if row.feature and row.collapsed:
                assert re.search(r"\(requires .+\)$", row.title), row.title


def test_a_change_of_one_panel_changes_that_panel_alone() -> None:
    def board(shows: str) -> list[dict[str, Any]]:
        both = [
            stat("Requests", traffic.requests(Scope()), shows=shows),
            stat("In flight", traffic.in_flight(Scope()), shows="How many."),
        ]
        found: list[dict[str, Any]] = json.loads(
            JSONEncoder().encode(placed([Row("Now", both)], {}))
        )
        return found

    before, after = board("How many a second?"), board("How often?")
    assert [b == a for b, a in zip(before, after, strict=True)] == [True, False, True]


def test_two_panels_of_one_title_are_refused() -> None:
    panel = stat("Requests", traffic.requests(Scope()), shows="How many.")
    with pytest.raises(ValueError, match="two panels are called Requests"):
        placed([Row("Now", [panel]), Row("Then", [panel])], {})


def test_two_panels_of_one_key_are_refused() -> None:
    asked = traffic.requests(Scope())
    panel = stat("Requests", asked, shows="How many.")
    other = stat("Requests per second", asked, shows="How many.", key="Requests")
    with pytest.raises(ValueError, match="Requests and Requests per second have one key"):
        placed([Row("Now", [panel, other])], {})
    with pytest.raises(ValueError, match="row Now and row At present have one key"):
        placed([Row("Now", [panel]), Row("At present", [], key="Now")], {})


def test_a_panel_or_row_whose_title_changes_stays_the_same() -> None:
    asked = traffic.requests(Scope())
    before = [Row("Now", [stat("Requests", asked, shows="How many.")])]
    renamed = stat("Request rate", asked, shows="How many.", key="Requests")
    after = [Row("At present", [renamed], key="Now")]
    old, new = (
        {"panels": json.loads(JSONEncoder().encode(placed(rows, {})))} for rows in (before, after)
    )
    assert [line for change in dashboard_changes(old, new) for line in change.lines()] == [
        "row “Now”: renamed to “At present”",
        "panel “Requests”: renamed to “Request rate”",
    ]


def test_the_description_is_of_the_team_where_there_is_one() -> None:
    board = Dashboard("T", [], description="Everybody's")
    assert board.description == "Everybody's"
    of_team = model("team-overview", Scope(team_alias="a"), replace(FRAME, description="A's"))
    assert of_team["description"] == "A's"


@pytest.mark.parametrize("slug", slugs(of_team=True))
def test_a_teams_dashboard_has_no_choice_of_teams_and_no_annotations_of_all(slug: str) -> None:
    of_team = model(slug, Scope(team_alias="search"))
    names = [variable["name"] for variable in of_team["templating"]["list"]]
    assert "team" not in names
    assert [each["name"] for each in of_team["annotations"]["list"]] == ["Annotations & Alerts"]


OF_WEEKS = "adoption"
"""In whose graphs a restart could not be seen."""


@pytest.mark.parametrize("slug", [slug for slug in HOUSE if slug != OF_WEEKS])
def test_restarts_cooldowns_and_alerts_are_marked(slug: str) -> None:
    selector = Scope((Matcher("namespace", Operator.EQUAL, "llm"),))
    _, *marked = model(slug, selector)["annotations"]["list"]
    cooldowns = {"Deployments in cooldown": False} if slug == "models" else {}
    assert {each["name"]: each["enable"] for each in marked} == {
        "Proxy restarts and outages": True,
        "Firing alerts": True,
        **cooldowns,
    }
    for each in marked:
        for read in selectors(parsed(each["expr"])):
            matchers = [m.name for m in read.node.matchers.matchers]
            assert {"namespace", "job", "instance"} <= set(matchers)


def test_choices_are_chained_cheap_and_have_a_working_all() -> None:
    for slug in CATALOGUE:
        chosen: list[str] = []
        for variable in model(slug)["templating"]["list"][3:]:
            if variable["type"] != "query":
                continue
            query = variable["query"]["query"]
            assert "_bucket" not in query
            assert (variable["includeAll"], variable["allValue"]) == (True, ".*")
            assert variable["regex"] == "/^(?!None$|litellm-internal-health-check$).+$/"
            assert all(f'=~"${name}"' in query for name in ("job", "instance"))
            read = next(selectors(parsed(query[len("label_values(") : query.rindex(",")])))
            labels = {m.value for m in read.node.matchers.matchers}
            can_be_chained = {
                "$team": "team_alias",
                "$model_group": "requested_model",
            }
            for name in chosen:
                if can_be_chained.get(name) in family_of(read.metric).labels:
                    assert name in labels, query
            chosen.append(f"${variable['name']}")


LONGEST_QUERY = 1800


@pytest.mark.parametrize("slug", CATALOGUE)
@pytest.mark.parametrize("recording", [None, Recording("prod", 60, 15)], ids=["raw", "recorded"])
@pytest.mark.parametrize("counting", [Prometheus(15), VictoriaMetrics(15)], ids=["prom", "vm"])
def test_a_person_can_read_every_query(
    slug: str, recording: Recording | None, counting: Counting
) -> None:
    for panel in panels(slug, Scope(recording=recording, counting=counting)):
        for target in panel["targets"]:
            # The table of coding tools is read as one, where it is written.
            expr = target["expr"].replace(SORTED, "").replace(SORTING, "")
            assert len(expr) <= LONGEST_QUERY, (panel["title"], expr)
            # One tells what new series begin with from what they grow by, in each part of a quotient.
            assert expr.count("label_replace") <= 1 + (") / " in expr), panel["title"]


@pytest.mark.parametrize("recording", [None, Recording("prod", 60, 15)], ids=["raw", "recorded"])
@pytest.mark.parametrize("slug", HOUSE)
def test_nothing_is_a_share_of_nothing(slug: str, recording: Recording | None) -> None:
    """A failure may be scraped before the request that failed: its share would be endless."""
    for panel in panels(slug, Scope(recording=recording)):
        for target in panel["targets"]:
            unguarded = list(divisors_of_zero(parsed(target["expr"])))
            assert unguarded == [], (panel["title"], target["expr"])


def divisors_of_zero(node: Any) -> Iterator[str]:
    """What is divided by though it may be zero. Where a histogram's count is, its sum is too, and a
    filter (``>= 0``) takes the quotient away.
    """
    is_division = isinstance(node, BinaryExpr) and str(node.op) == "/"
    if is_division and not is_positive(node.rhs) and not is_count(node.rhs):
        yield str(node.rhs)
    for operand in operands(node):
        yield from divisors_of_zero(operand)


def is_count(divisor: Any) -> bool:
    return all("_count" in each.metric for each in selectors(divisor))


def is_positive(divisor: Any) -> bool:
    match divisor:
        case NumberLiteral():
            return float(divisor.val) > 0
        case ParenExpr():
            return is_positive(divisor.expr)
        case BinaryExpr() if str(divisor.op) == "+":
            return is_positive(divisor.lhs)
        case BinaryExpr():
            return str(divisor.op) in {">", ">="}
        case VectorSelector():
            return divisor.name == "process_max_fds"
        case _:
            return False


@pytest.mark.parametrize("slug", HOUSE)
def test_numbers_of_now_look_at_minutes_and_say_so(slug: str) -> None:
    for panel in panels(slug):
        for target in panel["targets"]:
            if panel["type"] == "stat" and "increase(" in target["expr"]:
                windows = set(re.findall(r"\[(\$\w+|\w+[mhd])[:\]]", target["expr"]))
                said = panel["description"].split("\n")[0]
                assert windows <= {"5m", "15m", "1h", "1d", "$__range"}, panel["title"]
                if windows == {"5m"}:
                    assert "ast 5 minutes" in said, panel["title"]
                if windows == {"15m"}:
                    assert "ast 15 minutes" in said, panel["title"]


def test_what_takes_recording_rules_says_so() -> None:
    (said,) = (panel for panel in model("spend")["panels"] if panel["type"] == "text")
    assert said["title"] == "Spend this month"
    assert "require recording rules (`recordingRules`)" in said["options"]["content"]
    recorded = model("spend", Scope(recording=Recording("prod", 60, 15)))
    titles = {panel["title"] for panel in recorded["panels"] if panel["type"] == "stat"}
    assert {"Spend this month", "Monthly forecast"} <= titles


@pytest.mark.parametrize("slug", CATALOGUE)
def test_variables_that_are_asked_for_are_there(slug: str) -> None:
    board = model(slug)
    names = {variable["name"] for variable in board["templating"]["list"]}
    text = json.dumps([panel["targets"] for panel in panels(slug)])
    used = {name for name in re.findall(r"\$(\w+)", text) if not name.startswith("__")}
    assert {name for name in used if not name.isdigit()} - {"datasource"} <= names
    assert names <= used | {"datasource", "job", "instance"}
