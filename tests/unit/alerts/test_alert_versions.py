"""With which versions of LiteLLM an alert can fire."""

import re

import pytest

from litellm_monitoring.signals.catalogue import metrics
from litellm_monitoring.signals.catalogue.metrics import supported
from litellm_monitoring.tools.documentation.alert_versions import versions_in_words
from litellm_monitoring.tools.documentation.alerts_page import alert_files

LEDGER = "litellm_accounting_pending"
SPEND = "litellm_spend_metric_total"
RENAMED, FORMER = "litellm_remaining_tokens_metric", "litellm_remaining_tokens"


def test_the_names_are_those_of_the_catalogue() -> None:
    assert metrics.families()[RENAMED].former_name == FORMER


def since(metric: str) -> str:
    found = metrics.families()[metric].since
    assert found
    return found


def until(metric: str) -> str:
    return metrics.former_families()[metric][1]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (f"sum({SPEND}) > 1", ""),
        ("up == 0", ""),
        (f"absent({LEDGER}) > 0", ""),
        (f"sum({LEDGER}) > 1", f"{since(LEDGER)} or newer"),
        (f"sum({SPEND}) > 1 and sum({LEDGER}) > 1", f"{since(LEDGER)} or newer"),
        (f"sum({SPEND}) > 1 or sum({LEDGER}) > 1", ""),
        (f"sum({SPEND}) unless sum({LEDGER})", ""),
        (f"sum({FORMER}) < 1", f"up to {until(FORMER)}"),
        (f"sum({RENAMED}) < 1", f"{since(RENAMED)} or newer"),
        (f"sum({RENAMED} or {FORMER}) < 1", ""),
        (f"sum({FORMER}) < 1 and sum({LEDGER}) > 1", "none"),
    ],
)
def test_it_can_fire_where_all_that_it_takes_is_there(expression: str, words: str) -> None:
    assert versions_in_words(expression) == words


def test_a_label_that_came_later_has_to_be_there_where_it_is_asked_for() -> None:
    label, came = next(
        (label, came)
        for label, came in metrics.families()[SPEND].labels_since.items()
        if came != supported()[0]
    )
    assert versions_in_words(f'{SPEND}{{{label}="x"}} > 1') == f"{came} or newer"
    assert versions_in_words(f'{SPEND}{{{label}!="x"}} > 1') == ""


def test_the_page_says_so() -> None:
    page = alert_files()["docs/alerts.md"]
    rows = {row[1]: row for row in re.findall(r"^(\| \[(\w+)\].*)$", page, re.MULTILINE)}
    cells = {name: row[0].split(" | ")[4].strip() for name, row in rows.items()}
    assert cells["LiteLLMLedgerDelayed"] == f"{since(LEDGER)} or newer"
    assert cells["LiteLLMProxyDown"] == ""
    assert cells["LiteLLMSpendQueueGrowing"] == ""
