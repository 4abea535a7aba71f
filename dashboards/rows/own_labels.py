"""Rows by labels of people's own: one for each dashboard that has something to tell apart by them."""

from collections.abc import Iterable, Sequence

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import CHOSEN_INTERVAL, HALF_WIDTH, THIRD_WIDTH
from litellm_monitoring.dashboards.kit.layout import Row
from litellm_monitoring.dashboards.kit.tables import Column, table
from litellm_monitoring.dashboards.kit.visualizations import ranking, time_series
from litellm_monitoring.signals import Choice, Operator, Scope
from litellm_monitoring.signals.asking.matchers import choice_of
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel, told
from litellm_monitoring.signals.serving import failures, latency
from litellm_monitoring.signals.serving import traffic as traffic_signals
from litellm_monitoring.signals.spending import spend

REQUESTS, FAILURES = traffic_signals.REQUESTS, failures.FAILURES

_UNSEEN = "\u2060"
"""What no person sees, and keeps Grafana from seeing a variable in a title."""

_NOT_EXPOSED = "not exposed by LiteLLM, or no requests"


def choices_of(scope: Scope, *either: str) -> tuple[Choice, ...]:
    """What people choose on a dashboard about ``either`` of these families."""
    return tuple(
        choice_of(label)
        for label in scope.labels
        if any(label.is_told_by(family) for family in either)
    )


def chosen(scope: Scope, *all_of: str) -> Scope:
    """``scope``, limited to what people choose of the labels that tell apart ``all_of`` these
    families: of others, a share would have a part of something else.
    """
    return scope.choosing(*map(choice_of, told(scope.labels, *all_of)))


def of_all(own: Sequence[Choice], family: str, *also: str) -> str:
    """What the title of a row ends with that is about ``family``: by which of people's ``own`` labels
    nobody can choose there, though they can elsewhere on the dashboard; ``also`` is what else it is
    of all of.
    """
    labels = [choice.own for choice in own if choice.own]
    lacking = [_shown(label) for label in labels if not label.is_told_by(family)]
    named = [f"any {title}" for title in lacking]
    if len(lacking) > _FEW:
        named = [f"any value of {len(lacking)} labels"]
    whose = ", ".join((*also, *named))
    return f" ({whose})" if whose else ""


_FEW = 2


def row(title: str, panels: Sequence[Panel], about: str) -> list[Row]:
    """A row of ``panels``; none without any."""
    return [Row(title, panels, about=about)] if panels else []


def traffic(scope: Scope) -> list[Panel]:
    """Who requests, and what fails."""
    return [panel for label in scope.labels for panel in _traffic(scope, label)]


def spending(scope: Scope) -> list[Panel]:
    """Who spends."""
    labels = told(scope.labels, spend.SPEND, spend.TOKENS)
    return [panel for label in labels for panel in (_spend(scope, label), _spenders(scope, label))]


def latencies(scope: Scope) -> list[Panel]:
    """Who waits."""
    return [
        panel
        for label in told(scope.labels, latency.TOTAL, latency.FIRST_TOKEN)
        for panel in (_latency(scope, label), _first_token(scope, label))
    ]


def of_team(scope: Scope) -> list[Panel]:
    """What a team is shown by each of its labels."""
    return [panel for label in scope.labels for panel in _of_team(scope, label)]


def _traffic(scope: Scope, label: OwnLabel) -> Iterable[Panel]:
    requests, failed = chosen(scope, REQUESTS), chosen(scope, FAILURES)
    if label.is_told_by(REQUESTS, FAILURES):
        yield _requests(requests, label)
        yield _error_ratio(chosen(scope, REQUESTS, FAILURES), label)
    elif label.is_told_by(REQUESTS):
        yield _requests(requests, label)
        yield _busiest(requests, label)
    elif label.is_told_by(FAILURES):
        yield _failures(failed, label)


def _of_team(scope: Scope, label: OwnLabel) -> Iterable[Panel]:
    requests, failed = chosen(scope, REQUESTS), chosen(scope, FAILURES)
    if label.is_told_by(REQUESTS):
        yield _requests(requests, label, THIRD_WIDTH)
    elif label.is_told_by(FAILURES):
        yield _failures(failed, label, THIRD_WIDTH)
    if label.is_told_by(spend.SPEND):
        yield _spend(chosen(scope, spend.SPEND), label, THIRD_WIDTH)
    if label.is_told_by(latency.TOTAL):
        yield _latency(chosen(scope, latency.TOTAL), label, THIRD_WIDTH)


def _requests(scope: Scope, label: OwnLabel, width: int = HALF_WIDTH) -> Panel:
    return time_series(
        f"{_answered_requests(label)} by {_shown(label)}",
        traffic_signals.most_requests(_answered(scope, label), label.name),
        shows=f"{_answered_requests(label)} per second by the label {_code(label)}, for the ten "
        "values with the most of them in this time range.",
        worry="one falls to zero, or crowds out the others",
        act="Find the keys behind it in *Requests by key*.",
        key=f"Requests by label {label.name}",
        empty=_NOT_EXPOSED,
        width=width,
    )


def _busiest(scope: Scope, label: OwnLabel) -> Panel:
    return ranking(
        f"Top {_shown(label)} by requests",
        traffic_signals.busiest(_answered(scope, label), label.name),
        shows=f"The ten values of the label {_code(label)} with the most "
        f"{_answered_requests(label).lower()} in this time range.",
        worry="one crowds out the others",
        act="Find the keys behind it in *Requests by key*, and set a rate limit.",
        key=f"Busiest by label {label.name}",
        empty=_NOT_EXPOSED,
        width=HALF_WIDTH,
    )


def _error_ratio(scope: Scope, label: OwnLabel) -> Panel:
    return time_series(
        f"Error ratio by {_shown(label)}",
        failures.failed_shares(scope, label.name),
        shows="Share of the requests of the last 15 minutes that the proxy or a provider failed, "
        f"by the label {_code(label)}. Client errors do not count.",
        worry="one is above the others",
        act="Find the exception in *Top proxy and upstream errors*.",
        key=f"Error ratio by label {label.name}",
        empty="no errors",
        width=HALF_WIDTH,
    )


def _failures(scope: Scope, label: OwnLabel, width: int = HALF_WIDTH) -> Panel:
    limited = scope.with_a_value(label.name)
    return time_series(
        f"Failed requests by {_shown(label)}",
        failures.failures(limited, label.name),
        shows=f"Failed requests per second by the label {_code(label)}; those for which LiteLLM "
        "has no value of it are left out.",
        worry="one keeps rising",
        act="Find the keys and teams behind it in *Top client errors by team*.",
        key=f"Failures by label {label.name}",
        empty="no such failures",
        width=width,
    )


def _spend(scope: Scope, label: OwnLabel, width: int = HALF_WIDTH) -> Panel:
    return time_series(
        f"Spend by {_shown(label)}",
        spend.most_spent_each_interval(scope, label.name),
        shows=f"US dollars spent by the label {_code(label)}, per bar, for the ten values with "
        "the most spend in this time range.",
        worry="one spends far more than usual",
        act="Find the key in *Spend by key*, and check it for retry loops.",
        key=f"Spend by label {label.name}",
        empty="no spend",
        bars=CHOSEN_INTERVAL,
        width=width,
    )


def _spenders(scope: Scope, label: OwnLabel) -> Panel:
    return table(
        f"Top {_shown(label)} by spend",
        {label.name: _shown(label)},
        Column("Spend", spend.spent(scope, label.name)),
        Column("Tokens", spend.tokens_in_range(scope, label.name), decimals=0),
        Column("Cost per 1K tokens", spend.per_thousand_tokens_in_range(scope, label.name)),
        shows=f"Spend, tokens and price by the label {_code(label)} in this time range.",
        worry="one accounts for most of the spend",
        act="Find the key in *Spend by key*, and set a budget for it.",
        key=f"Spenders by label {label.name}",
        empty="no spend",
        width=HALF_WIDTH,
    )


def _latency(scope: Scope, label: OwnLabel, width: int = HALF_WIDTH) -> Panel:
    return time_series(
        f"End-to-end latency by {_shown(label)}, p95",
        latency.quantile(scope, 0.95, latency.TOTAL, label.name),
        shows=f"Duration of requests by the label {_code(label)}. 95% of the successful requests "
        "took less.",
        worry="one is far above the others, or above its own usual value",
        act="Compare which models it uses.",
        key=f"End to end by label {label.name}, p95",
        empty="no successful requests",
        width=width,
    )


def _first_token(scope: Scope, label: OwnLabel) -> Panel:
    return time_series(
        f"Time to first token by {_shown(label)}, p95",
        latency.quantile(scope, 0.95, latency.FIRST_TOKEN, label.name),
        shows=f"Time to first token of streamed answers by the label {_code(label)}. 95% of the "
        "answers began sooner.",
        worry="one is far above the others, or above its own usual value",
        act="Compare which models it uses, and whether its prompts have become longer.",
        key=f"First token by label {label.name}, p95",
        empty="no streamed answers",
        width=HALF_WIDTH,
    )


def _answered(scope: Scope, label: OwnLabel) -> Scope:
    """Of failed requests nothing is known of some labels: they would all have no value."""
    if not label.is_of_answers_alone:
        return scope
    return scope.where("status_code", Operator.MATCHES, "2..")


def _answered_requests(label: OwnLabel) -> str:
    return "Successful requests" if label.is_of_answers_alone else "Requests"


def _code(label: OwnLabel) -> str:
    """Its name in Markdown."""
    return f"`{label.name}`"


def _shown(label: OwnLabel) -> str:
    """Its title as it is, in a title of Grafana's."""
    return label.title.replace("$", f"${_UNSEEN}").replace("[[", f"[{_UNSEEN}[")
