"""Proxy internals: the proxies as processes, their own steps, and what they depend on."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import dependencies, panels
from dashboards.kit import (
    FULL_WIDTH,
    THIRD_WIDTH,
    above,
    stat,
    states,
    time_series,
)
from dashboards.layout import Dashboard, Row
from signals import Scope, asking, services, targets
from signals import traffic as asked

_UP = {0: ("down", "red"), 1: ("up", "green")}


def internals(scope: Scope) -> Dashboard:
    """Each proxy, then its steps, Redis, the database and what works in the background."""
    return Dashboard(
        "LiteLLM Proxy internals",
        [
            Row("Right now", _now(scope), about="proxy/prod"),
            Row("Proxies", _proxies(scope), about="proxy/prod"),
            *dependencies.rows(scope),
        ],
        description="The proxies themselves, and what they depend on besides the providers.",
    )


def _now(scope: Scope) -> list[Panel]:
    return [
        panels.proxies_down(scope),
        stat(
            "Proxies up",
            targets.count(scope),
            question="How many proxies are scraped?",
            worry="it is fewer than were deployed",
            empty="none",
        ),
        panels.in_flight(scope),
        panels.dependencies_failing(scope),
        stat(
            "Callbacks failing",
            asking.rate(scope.over(panels.NOW), services.CALLBACK_FAILURES, name="Failures"),
            question="How often a second did a logging callback fail in the last 5 minutes?",
            worry="it is not 0: logs, and what is computed from them, are incomplete",
            empty="none",
            limits=above(0.001, 1),
        ),
        stat(
            "Slowest scrape",
            targets.slowest_scrape(scope),
            question="How long does scraping the slowest proxy take?",
            worry="it nears Prometheus's scrape_timeout, 10 s unless set: the proxy then counts "
            "as down",
            empty="no scrape",
            limits=above(5, 9),
        ),
    ]


def _proxies(scope: Scope) -> list[Panel]:
    process = [
        time_series(
            title,
            query,
            question=question,
            worry=worry,
            empty="several workers: not exposed",
            width=THIRD_WIDTH,
        )
        for title, query, question, worry in (
            (
                "Memory",
                targets.memory(scope),
                "How much memory does each proxy hold?",
                "it rises for days: the process will be killed",
            ),
            (
                "Processors",
                targets.cpu(scope),
                "How many processors' time does each proxy take?",
                "it stays near 1, all that a worker can use",
            ),
            (
                "Open files and connections",
                targets.open_files_share(scope),
                "What share of the file handles that it may have does each proxy have open?",
                "it nears 100 %: connections are then refused",
            ),
            (
                "Age",
                targets.age(scope),
                "How long ago was each proxy started?",
                "it falls back to 0 again and again",
            ),
        )
    ]
    return [
        states(
            "Scraped proxies",
            targets.up(scope),
            question="When could which proxy be scraped?",
            worry="one is red: it is down, hangs (look at Redis and the database), or refuses "
            "the scrape",
            empty="no proxy is scraped",
            meanings=_UP,
            width=FULL_WIDTH,
            height=6,
        ),
        time_series(
            "Requests in flight by proxy",
            asked.in_flight(scope, "instance"),
            question="How is the work spread over the proxies?",
            worry="one climbs alone: it hangs",
            empty="not exposed",
            width=THIRD_WIDTH,
        ),
        *process,
        time_series(
            "Samples in a scrape",
            targets.samples(scope),
            question="How many samples does each proxy expose? Each key, user, address and user "
            "agent adds some, in every family that tells them apart.",
            worry="it keeps growing: leave labels out with prometheus_exclude_labels",
            empty="no scrape",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Requests beyond the cap on series",
            asked.beyond_the_cap(scope),
            question="How many requests does LiteLLM count with every label `other`, since a metric has "
            "as many series as litellm_settings.prometheus_metrics_max_series_per_metric lets it have?",
            worry="there are any: keys, teams and models are not told apart any more, and gauges of new "
            "ones are missing",
            empty="none",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Time that a scrape takes",
            targets.scrape_seconds(scope),
            question="How long does Prometheus wait for each proxy's metrics?",
            worry="it nears Prometheus's scrape_timeout, 10 s unless set",
            empty="no scrape",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Failures of logging callbacks",
            asking.rate(scope, services.CALLBACK_FAILURES, "callback_name"),
            question="Which logging callbacks fail how often a second?",
            worry="any do: logs, and what is computed from them, are incomplete",
            empty="no failures",
            width=THIRD_WIDTH,
        ),
    ]
