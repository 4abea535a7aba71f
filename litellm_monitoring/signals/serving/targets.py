"""Which proxies are scraped, and how they are as processes."""

from litellm_monitoring.signals.asking.choices import KEY, MODEL_GROUP, TEAM
from litellm_monitoring.signals.asking.matchers import Choice, Matcher, Operator, Variable
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.catalogue.recording import OF_A_PROXY
from litellm_monitoring.signals.serving.deployments import STATE
from litellm_monitoring.signals.serving.traffic import IN_FLIGHT, REQUESTS, SCRAPE

_MEMORY = "1d"
"""For so long a proxy that is not scraped any more is missed."""


def jobs(scope: Scope) -> str:
    """Grafana's ``label_values`` query for the ``job`` of every proxy in ``scope``."""
    return _values(scope, "job")


def instances(scope: Scope) -> str:
    """Grafana's ``label_values`` query for the ``instance`` of every proxy in the chosen jobs."""
    return _values(scope.narrowed([CHOSEN_JOB]), "instance")


def values(scope: Scope, choice: Choice) -> str:
    """Grafana's ``label_values`` query for what there is to choose from, within what is chosen."""
    label = choice.labels[0]
    if choice.own:
        return f"label_values({chosen(scope).listed(choice.own.where_listed, label)}, {label})"
    return f"label_values({chosen(scope).series(_CHEAPEST[choice])}, {label})"


def only_value(scope: Scope, choice: Choice) -> str:
    """Grafana's ``query_result`` query for what is chosen, where that is one value; nothing else."""
    series = chosen(scope.choosing(choice)).series(_CHEAPEST[choice])
    values = f"group by ({choice.labels[0]}) ({series})"
    return f"query_result({values} and on () count({values}) == 1)"


_CHEAPEST = {
    MODEL_GROUP: "litellm_deployment_total_requests_total",
    TEAM: "litellm_remaining_team_budget_metric",
    KEY: REQUESTS,
}
"""Where the values of each choice are, in few series."""

CHOSEN_JOB = Matcher("job", Operator.MATCHES, Variable("job"))
CHOSEN_INSTANCE = Matcher("instance", Operator.MATCHES, Variable("instance"))


def chosen(scope: Scope) -> Scope:
    """``scope`` narrowed to what the dashboard's ``job`` and ``instance`` variables select."""
    return scope.narrowed([CHOSEN_JOB, CHOSEN_INSTANCE])


def up(scope: Scope) -> Query:
    """Whether each proxy is scraped: 1 or 0. A job may have targets that are no LiteLLM, so only
    those count that exposed LiteLLM's metrics within a day.
    """
    return Query(_of_proxies(scope, scope.series("up")), "{{instance}}", "short")


def down(scope: Scope) -> Query:
    """How many proxies are not scraped, though they were within a day."""
    return Query(f"sum({up(scope).expr} == bool 0)", "Down", "short")


def count(scope: Scope) -> Query:
    """How many proxies are scraped."""
    return Query(f"sum({up(scope).expr})", "Up", "short")


def scrape_seconds(scope: Scope) -> Query:
    """How long a scrape of each proxy takes."""
    series = scope.series("scrape_duration_seconds")
    return Query(_of_proxies(scope, series), "{{instance}}", "s")


def slowest_scrape(scope: Scope) -> Query:
    """How long scraping the slowest proxy takes."""
    return Query(f"max({scrape_seconds(scope).expr})", "Slowest", "s")


def samples(scope: Scope) -> Query:
    """How many samples each proxy exposes: with keys, users and user agents they grow."""
    series = scope.series("scrape_samples_scraped")
    return Query(_of_proxies(scope, series), "{{instance}}", "short")


def memory(scope: Scope) -> Query:
    """Bytes of memory that each proxy holds."""
    series = _of_proxies(scope, scope.series("process_resident_memory_bytes"))
    return Query(series, "{{instance}}", "bytes")


def cpu(scope: Scope) -> Query:
    """How many processors' time each proxy takes."""
    rate = scope.rate("process_cpu_seconds_total", "job", "instance")
    return Query(_of_proxies(scope, rate), "{{instance}}", "short")


def open_files_share(scope: Scope) -> Query:
    """The share of the files and connections that each proxy may have open."""
    open_, most = (scope.series(f"process_{each}_fds") for each in ("open", "max"))
    return Query(_of_proxies(scope, f"{open_} / {most}"), "{{instance}}", "percentunit")


def age(scope: Scope) -> Query:
    """Seconds since each proxy was started."""
    started = f"time() - {scope.series('process_start_time_seconds')}"
    return Query(_of_proxies(scope, started), "{{instance}}", "s")


def restarts(scope: Scope) -> Query:
    """The moments in which proxies were started anew, or came or went."""

    def changed(name: str, offset: str) -> str:
        return f"changes({scope.series(name)}[$__rate_interval]{offset})"

    now, before = (
        " or ".join(f"{changed(name, offset)} > 0" for name in ("process_start_time_seconds", "up"))
        for offset in ("", _A_STEP_BEFORE)
    )
    expression = f"{_of_proxies(scope, f'({now})')} unless on (job, instance) ({before})"
    return Query(expression, "{{instance}}", "short")


def refused_scrapes(scope: Scope, window: str) -> Query:
    """How many scrapes each proxy refused over ``window``, for want of a key: others it does not
    count.
    """
    refused = scope.where("route", Operator.MATCHES, SCRAPE)
    return Query(refused.increase(REQUESTS, window, "job", "instance"), "{{instance}}", "short")


def absent(scope: Scope) -> Query:
    """1 where there is no metric of LiteLLM's at all, and no proxy that had some within a day is
    scraped: before 1.82 LiteLLM has none between a start and the first request.
    """
    series = " or ".join(map(scope.series, (IN_FLIGHT, STATE, REQUESTS)))
    return Query(f"absent({series}) unless on () {up(scope).expr} == 1", "Absent", "short")


def empty_pages(scope: Scope) -> Query:
    """1 for each proxy that is scraped, and has no metric of LiteLLM's though it had within a day: one
    that a LiteLLM from 1.82 on always has.
    """
    series = scope.series(IN_FLIGHT)
    had = f"last_over_time({series}[{_MEMORY}:5m])"
    has = f"last_over_time({series}[5m])"
    on = "on (job, instance)"
    expression = f"{scope.series('up')} == 1 and {on} {had} unless {on} {has}"
    return Query(expression, "{{instance}}", "short")


def starts(scope: Scope, window: str) -> Query:
    """How often each proxy was started over ``window``; nothing for a target with several processes,
    of which each scrape meets another one.
    """
    series = f"{scope.series('process_start_time_seconds')}[{window}]"
    changes = f"(changes({series}) unless resets({series}) > 0)"
    return Query(_of_proxies(scope, changes), "{{instance}}", "short")


def earlier_starts(scope: Scope, window: str) -> Query:
    """How often each target was started earlier than it had been one scrape before, which no process
    can be: several answer in its name.
    """
    resets = f"resets({scope.series('process_start_time_seconds')}[{window}])"
    return Query(_of_proxies(scope, resets), "{{instance}}", "short")


def scraped_twice(scope: Scope) -> Query:
    """How many targets show the page of a process that another one shows too: pods of one deployment
    may start within the same hundredth of a second, but not have the same memory as well.
    """
    started, memory = (
        scope.series(f"process_{each}") for each in ("start_time_seconds", "virtual_memory_bytes")
    )
    process = _of_proxies(scope, f"1e6 * {started} + {memory} / 4096")
    return Query(
        f'count({process}) - count(count_values("process", {process}))', "Targets", "short"
    )


def hanging(scope: Scope) -> Query:
    """How many requests each proxy has worked on for ten minutes at least, that answered some hundred
    in the hour before and none since. A scrape tells nothing where another process answers it.
    """
    by = "on (job, instance)"
    working = scope.aggregated("sum", scope.series(IN_FLIGHT), *OF_A_PROXY)
    answered = scope.increase(REQUESTS, "10m", *OF_A_PROXY)
    before = scope.increase(REQUESTS, "1h", *OF_A_PROXY)
    expression = (
        f"min_over_time(({working})[10m:1m]) and {working} "
        f"and {by} {scope.series(IN_FLIGHT)} offset 10m "
        f"and {by} {answered} == 0 and {by} {before} >= 100"
    )
    return Query(expression, "{{instance}}", "short")


def firing_alerts(scope: Scope) -> Query:
    """The moments in which Prometheus's alerts on LiteLLM begin to fire."""
    firing = scope.filtered(
        [
            Matcher("alertname", Operator.MATCHES, "(?i)litellm.*"),
            Matcher("alertstate", Operator.EQUAL, "firing"),
        ]
    ).series("ALERTS")
    now, before = (f"max by (alertname) ({firing}{offset})" for offset in ("", _A_STEP_BEFORE))
    return Query(f"{now} unless {before}", "{{alertname}}", "short")


_A_STEP_BEFORE = " offset $__interval"
"""Grafana draws what lasts for several steps as a region over the whole graph."""


def _of_proxies(scope: Scope, series: str) -> str:
    """``series`` of targets that expose LiteLLM's metrics, or did within a day, looked at every five
    minutes: every scrape of a day would be far more.
    """
    there = [scope.series(metric) for metric in (IN_FLIGHT, STATE)]
    seen = " or ".join(
        f"last_over_time({each}[{window}])" for window in ("5m", f"{_MEMORY}:5m") for each in there
    )
    return f"({series} and on (job, instance) group by (job, instance) ({seen}))"


def _values(scope: Scope, label: str) -> str:
    if scope.team_alias is not None:
        return f"label_values({scope.series(REQUESTS)}, {label})"
    # Few series, and all that there are before the first request.
    names = f'__name__=~"{IN_FLIGHT}|{STATE}"'
    return f"label_values({{{', '.join(filter(None, (names, scope.selector())))}}}, {label})"
