"""The server's address as a key of its own, which is what ``pulumi new`` can ask for."""

from typing import Any

import pytest

from litellm_monitoring.infra.settings.loading.stack import mistakes_in_values
from litellm_monitoring.infra.settings.models.stack import Settings
from tests.unit.settings.test_settings import load, message

ADDRESS = "http://prometheus:9090"


def same(config: dict[str, Any]) -> Settings:
    """What they give, but for the key that they have more."""
    return load(config).model_copy(update={"prometheus_url": None})


@pytest.mark.parametrize("beside", [{}, {"scrapeInterval": "15s", "tenant": "llm"}])
def test_it_is_the_same_as_the_key_in_prometheus(beside: dict[str, Any]) -> None:
    assert same({"prometheusUrl": ADDRESS, "prometheus": beside}) == load(
        {"prometheus": {"url": ADDRESS, **beside}}
    )


def test_it_is_as_good_as_not_set_where_it_is_empty() -> None:
    existing = {"prometheus": {"existingUid": "prom"}}
    assert load({"prometheusUrl": "", **existing}) == load(existing)


@pytest.mark.parametrize(
    ("config", "line"),
    [
        (
            {"prometheusUrl": "nonsense"},
            '  prometheusUrl = "nonsense": not a web address; write it like https://prometheus.example.com:9090',
        ),
        (
            {"prometheusUrl": ADDRESS, "prometheus": {"url": ADDRESS}},
            f'  prometheusUrl = "{ADDRESS}": remove it; prometheus.url is set too',
        ),
        (
            {"prometheusUrl": ADDRESS, "prometheus": {"existingUid": "prom"}},
            f'  prometheusUrl = "{ADDRESS}": remove it; prometheus.existingUid names a data source '
            "that has its own",
        ),
        (
            {"prometheusUrl": "me:hidden@x"},
            '  prometheusUrl = "…@x": not a web address; write it like https://prometheus.example.com:9090',
        ),
    ],
)
def test_mistakes_name_the_key_that_was_set(config: dict[str, Any], line: str) -> None:
    assert message(config) == [
        "1 setting needs correction in the configuration of stack dev:",
        line,
    ]


def test_setting_it_says_what_is_wrong_with_it() -> None:
    (mistake, _), *others = mistakes_in_values({"p:prometheusUrl": "nonsense"}, "p")
    assert (mistake.path, others) == (("prometheusUrl",), [])
