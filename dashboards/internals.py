"""Proxy internals: the proxies as processes, their own steps, and what they depend on."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import FULL_WIDTH, THIRD_WIDTH, above
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row
from litellm_monitoring.dashboards.kit.visualizations import stat, states, time_series
from litellm_monitoring.dashboards.rows import dependencies, panels, pods
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.running import services
from litellm_monitoring.signals.serving import targets
from litellm_monitoring.signals.serving import traffic as asked

_UP = {0: ("down", "red"), 1: ("up", "green")}


def internals(scope: Scope) -> Dashboard:
    """Each proxy, then its steps, Redis, the database and what works in the background."""
    return Dashboard(
        "LiteLLM Proxy internals",
        [
            Row("Right now", _now(scope), about="proxy/prod"),
            Row("Proxies", _proxies(scope), about="proxy/prod"),
            *pods.rows(scope),
            *dependencies.rows(scope),
        ],
        description="The proxy processes, and what they depend on besides providers.",
    )


def _now(scope: Scope) -> list[Panel]:
    return [
        panels.proxies_down(scope),
        stat(
            "Proxies up",
            targets.count(scope),
            shows="Proxies that Prometheus scrapes successfully.",
            worry="it is fewer than you deployed",
            act="Find the missing one in *Scrape status by proxy*.",
            empty="none",
        ),
        panels.in_flight(scope),
        panels.dependencies_failing(scope),
        stat(
            "Callback failures",
            forms.rate(
                scope.over(panels.NOW), services.CALLBACK_FAILURES, name="Failures", unit="errors/s"
            ),
            shows="Failures of logging callbacks per second over the last 5 minutes.",
            worry="it is not 0: logs and everything computed from them are incomplete",
            act="Find the callback in *Logging callback failures*.",
            key="Callbacks failing",
            empty="no failures",
            limits=above(0.001, 1),
        ),
        stat(
            "Slowest scrape",
            targets.slowest_scrape(scope),
            shows="Duration of the slowest scrape.",
            worry="it approaches Prometheus's `scrape_timeout`, by default 10 s: the proxy then "
            "counts as down",
            act="Reduce labels with `prometheus_exclude_labels`, or raise the timeout.",
            empty="no scrapes",
            limits=above(5, 9),
        ),
    ]


def _proxies(scope: Scope) -> list[Panel]:
    process = [
        time_series(
            title,
            query,
            shows=shows,
            worry=worry,
            act=act,
            empty="not exposed with several workers",
            width=THIRD_WIDTH,
            key=key,
        )
        for title, query, shows, worry, act, key in (
            (
                "Memory",
                targets.memory(scope),
                "Memory used by each proxy.",
                "it rises for days: the process will be killed",
                "Restart the proxy, and report the leak with its LiteLLM version.",
                "",
            ),
            (
                "CPU usage",
                targets.cpu(scope),
                "CPU cores used by each proxy.",
                "it stays near 1, all that one worker can use",
                "Add workers or proxies.",
                "Processors",
            ),
            (
                "Open file descriptors",
                targets.open_files_share(scope),
                "Share of the allowed file descriptors, connections included, that each proxy has "
                "open.",
                "it approaches 100%: new connections then fail",
                "Raise the limit (`ulimit -n`), or look for connections that are not closed.",
                "Open files and connections",
            ),
            (
                "Uptime",
                targets.age(scope),
                "Time since each proxy started.",
                "it falls back to 0 again and again",
                "Check why the process ended: its log, or `kubectl describe pod`.",
                "Age",
            ),
        )
    ]
    return [
        states(
            "Scrape status by proxy",
            targets.up(scope),
            shows="When each proxy could be scraped.",
            worry="one is red: it is down, hangs, or rejects the scrape",
            act="Check its log, then Redis and the database.",
            key="Scraped proxies",
            empty="no proxy is scraped",
            meanings=_UP,
            width=FULL_WIDTH,
            height=6,
        ),
        time_series(
            "In-flight requests by proxy",
            asked.in_flight(scope, "instance"),
            shows="Requests that each proxy is processing.",
            worry="one climbs alone: it hangs",
            act="Check its log, and restart it if it does not recover.",
            key="Requests in flight by proxy",
            empty="not exposed",
            width=THIRD_WIDTH,
        ),
        *process,
        time_series(
            "Samples per scrape",
            targets.samples(scope),
            shows="Samples that each proxy exposes. Each key, user, client address and user agent "
            "adds some to every metric with that label.",
            worry="it keeps growing",
            act="Leave out labels with `prometheus_exclude_labels`.",
            key="Samples in a scrape",
            empty="no scrapes",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Requests beyond the series cap",
            asked.beyond_the_cap(scope),
            shows="Requests per second that LiteLLM counts with every label set to `other`, because a "
            "metric has reached `prometheus_metrics_max_series_per_metric`.",
            worry="there are any: keys, teams and models are no longer told apart, and gauges of new "
            "ones are missing",
            act="Raise the cap, or exclude labels with `prometheus_exclude_labels`.",
            empty="none",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Scrape duration",
            targets.scrape_seconds(scope),
            shows="Time that Prometheus waits for each proxy's metrics.",
            worry="it approaches Prometheus's `scrape_timeout`, by default 10 s",
            act="Reduce labels with `prometheus_exclude_labels`, or raise the timeout.",
            key="Time that a scrape takes",
            empty="no scrapes",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Logging callback failures",
            forms.rate(scope, services.CALLBACK_FAILURES, "callback_name", unit="errors/s"),
            shows="Failures per second of each logging callback.",
            worry="there are any: logs and everything computed from them are incomplete",
            act="Check the callback's credentials and service, and the proxy's log.",
            key="Failures of logging callbacks",
            empty="no failures",
            width=THIRD_WIDTH,
        ),
    ]
