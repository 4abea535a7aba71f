"""What "counted" means: by how much a counter has grown, and what it begins with where it is new.

Prometheus' ``increase`` and ``rate`` see nothing of a series' first sample, and most of LiteLLM's
series (a key, a user, a model, a status, a proxy) have few others. So what a new series begins with
is added. A series is new where it had no sample at the beginning of the window, and its proxy was
scraped then or has been started since; one that Prometheus merely had not seen is not. Three forms
have this one meaning:

- :meth:`Prometheus.in_short_window`: what is new counts as it stands now.
- :meth:`Prometheus.in_long_window`: the first value counts, also of what is gone by now.
- :meth:`Prometheus.for_comparison`: both at once, in steps of minutes. It is the shortest to read and
  the slowest to evaluate, for shares of which either part is counted so.

Former names, which LiteLLM gave up long ago, are read without what their new series begin with.

VictoriaMetrics takes every series that it has not seen to begin at 0, so that there the old ones
have to be left out (https://docs.victoriametrics.com/victoriametrics/metricsql/#increase_pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from litellm_monitoring.signals.asking.promql import seconds

RANGE, INTERVAL = "$__range", "$__interval"
"""Grafana's names of a dashboard's time range, and of the time from one point of a graph to the next:
rates over it add up to what was counted. It is to be as long as :data:`SCRAPES_IN_A_RATE`.
"""

SCRAPES_IN_A_RATE = 8
"""Fewer would cost far more than before, since two samples are read besides; a minute of a slow key
says nothing anyway.
"""

_IN_SECONDS = {
    INTERVAL: f"{INTERVAL}_ms / 1000",
    RANGE: f"{RANGE}_s",
}
_LONGEST_SHORT_WINDOW = 600
"""Seconds. Within so long few series begin and end."""

_MANY_DAYS = 7 * 86400

_STEP, _LONG_STEP = 60, 300
"""Seconds."""
_SCRAPES_IN_A_LONG_STEP = 20
_FEW_STEPS = 6 * 3600
"""The seconds of a window from which on steps are long."""

_UNTIL_THE_FIRST_SCRAPE = 60
"""Seconds."""

_COARSE = ("[15m", "_bucket", "topk(", "key:")
"""What stands in expressions that are slow, or the same for minutes: shares, quantiles, rankings, and
what is recorded key by key.
"""

_OF_ONE_PROXY = "and on (job, instance)"


class Counting(Protocol):
    """How a server is asked by how much series have grown.

    ``series`` are selectors that do not overlap, and ``proxies`` the matchers of their targets;
    ``window`` is a PromQL duration or one of Grafana's. What is returned is told apart by the labels
    of the series, and is to be summed.
    """

    @property
    def scrape_interval(self) -> int:
        """Seconds from one sample to the next."""

    def in_short_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        """By how much a metric has grown in a window of minutes; ``series`` are its present name
        and former ones.
        """

    def in_long_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        """By how much it has grown in a window of any length."""

    def for_comparison(
        self,
        series: Sequence[str],
        wholes: Sequence[str],
        window: str,
        proxies: str,
        modifier: str = "",
    ) -> str:
        """By how much they have grown, which ``wholes`` select among others."""

    def for_ranking(self, series: Sequence[str], window: str, moment: str) -> str:
        """By how much they have grown until ``moment``, well enough to say who has most."""

    def of_mean(self, series: Sequence[str], window: str) -> str:
        """By how much a part of a mean has grown in a window of minutes. What old proxies begin
        with counts too: a mean it leaves as it is.
        """

    def between(self, series: Sequence[str], window: str) -> str:
        """By how much they have grown between samples alone: what they begin with counts nowhere."""

    def smoothed(self, series: Sequence[str], window: str, overlap: int, proxies: str) -> str:
        """The per-second rate over windows that overlap by so many seconds, of which each increase
        between two samples is in one or more.
        """


def is_short(window: str) -> bool:
    """Whether few series begin and end within ``window``."""
    return window not in _IN_SECONDS and seconds(window) <= _LONGEST_SHORT_WINDOW


def is_of_many_days(window: str) -> bool:
    """Whether to add up ``window`` from the samples of each minute would take long."""
    return window not in _IN_SECONDS and seconds(window) >= _MANY_DAYS


def least_step(expression: str, scrape_interval: int, evaluation_interval: int) -> int | None:
    """How many seconds two points of a graph of ``expression`` are to be apart at least; None where
    it may be as fine as anybody likes. Closer ones would cost more and say nothing else.
    """
    finest = finest_step(scrape_interval, evaluation_interval)
    if any(each in expression for each in _COARSE):
        return max(min(_LONG_STEP, _SCRAPES_IN_A_LONG_STEP * scrape_interval), finest)
    return finest if "[" in expression else None


def finest_step(scrape_interval: int, evaluation_interval: int) -> int:
    """How many seconds what is counted is to be looked at in, at least."""
    return max(SCRAPES_IN_A_RATE * scrape_interval, evaluation_interval)


def per_second(expression: str, window: str) -> str:
    """``expression``, what was counted in ``window``, as a rate."""
    if window == INTERVAL:
        return f"1000 * ({expression}) / {INTERVAL}_ms"
    return f"({expression}) / {_IN_SECONDS.get(window) or seconds(window)}"


@dataclass(frozen=True)
class Prometheus:
    """Prometheus, and what evaluates PromQL as it does: Mimir, Thanos, Cortex.

    ``scrape_interval`` is seconds.
    """

    scrape_interval: int

    def in_short_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        """What is new counts as it stands now; not under former names, which would be twice as long."""
        new = f"{_new(series[:1], window)} {_OF_ONE_PROXY} {_known(window, proxies)}"
        return f"{new} or {_grown('increase', series, window)}"

    def in_long_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        """The first value counts, also of what is gone by now; a label tells it from the growth."""
        present = series[:1]
        first = (
            f"{_grown('min_over_time', present, window)} "
            f"unless {_before(present, window)} {_OF_ONE_PROXY} {_known_once(window, proxies)}"
        )
        grown = _grown("increase", series, window)
        return f'{grown} or label_replace({first}, "new", "1", "", "")'

    def for_comparison(
        self,
        series: Sequence[str],
        wholes: Sequence[str],
        window: str,
        proxies: str,
        modifier: str = "",
    ) -> str:
        """What is new was 0 one step before, if its proxy was scraped then."""
        steps = _steps(window, self.scrape_interval)
        return f"increase({_in_steps(series, wholes, window, steps, proxies)}{modifier})"

    def for_ranking(self, series: Sequence[str], window: str, moment: str) -> str:
        """What is new was 0 one step before, whatever its proxy."""
        steps = _steps(window, self.scrape_interval)
        return f"increase({_in_steps(series, series, window, steps)}{moment})"

    def of_mean(self, series: Sequence[str], window: str) -> str:
        """What is new counts as it stands now."""
        return f"{_new(series, window)} or {_grown('increase', series, window)}"

    def between(self, series: Sequence[str], window: str) -> str:
        """As any increase."""
        return _grown("increase", series, window)

    def smoothed(self, series: Sequence[str], window: str, overlap: int, proxies: str) -> str:
        """Windows hold one scrape more than what is counted in them, with which ``rate`` reckons."""
        counted = seconds(window) - overlap
        of_known = f"{_OF_ONE_PROXY} {_known(f'{counted}s', proxies)}"
        new = f"{_new(series, f'{counted}s')} {of_known}"
        return f"({new}) / {counted} or {_grown('rate', series, window)}"


@dataclass(frozen=True)
class VictoriaMetrics:
    """VictoriaMetrics, which counts new series from 0 and knows what was before the window.

    ``scrape_interval`` is seconds.
    """

    scrape_interval: int

    def in_short_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        """As in any window."""
        return self.in_long_window(series, window, proxies)

    def in_long_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        """From 0 where the proxy is known, else between samples alone."""
        grown = _parenthesized(_grown("increase_pure", series, window), series)
        between = _grown("increase_prometheus", series, window)
        return f"{grown} {_OF_ONE_PROXY} {_known_once(window, proxies)} or {between}"

    def for_comparison(
        self,
        series: Sequence[str],
        wholes: Sequence[str],
        window: str,
        proxies: str,
        modifier: str = "",
    ) -> str:
        """What is new was 0 one step before, if its proxy was scraped then; of steps that are there
        nothing is to be made up.
        """
        steps = _steps(window, self.scrape_interval)
        return f"increase_prometheus({_in_steps(series, wholes, window, steps, proxies)}{modifier})"

    def for_ranking(self, series: Sequence[str], window: str, moment: str) -> str:
        """What is new counts from 0, whatever its proxy."""
        return _grown("increase_pure", series, window, moment)

    def of_mean(self, series: Sequence[str], window: str) -> str:
        """What is new counts from 0."""
        return _grown("increase_pure", series, window)

    def between(self, series: Sequence[str], window: str) -> str:
        """As Prometheus has it."""
        return _grown("increase_prometheus", series, window)

    def smoothed(self, series: Sequence[str], window: str, overlap: int, proxies: str) -> str:
        """What was before the window is known, so that windows need not overlap."""
        counted = seconds(window) - overlap
        return f"({self.in_long_window(series, f'{counted}s', proxies)}) / {counted}"


def _grown(function: str, series: Sequence[str], window: str, moment: str = "") -> str:
    return " or ".join(f"{function}({each}[{window}]{moment})" for each in series)


def _steps(window: str, scrape_interval: int) -> str:
    """Of a dashboard's time range, as many as a graph of it has points."""
    if window in _IN_SECONDS:
        return INTERVAL
    step = _LONG_STEP if seconds(window) >= _FEW_STEPS else min(_STEP, 4 * scrape_interval)
    return _duration(max(step, scrape_interval))


def _duration(length: int) -> str:
    return f"{length}s" if length % 60 else f"{length // 60}m"


def _in_steps(
    series: Sequence[str],
    wholes: Sequence[str],
    window: str,
    steps: str,
    proxies: str | None = None,
) -> str:
    zero = f"0 * {either([f'{each} offset -{steps}' for each in wholes])}"
    if proxies is not None:
        zero += f" {_OF_ONE_PROXY} up{{{proxies}}} == 1"
    return f"(1 * {either(series)} or {zero})[{_with_its_beginning(window)}:{steps}]"


def _with_its_beginning(window: str) -> str:
    """From Prometheus 3.0 on, a window has nothing of what stands at its very beginning: in five steps
    it would see four.
    """
    return window if window in _IN_SECONDS else f"{window}1s"


def _new(series: Sequence[str], window: str) -> str:
    return f"{either(series)} unless {_before(series, window)}"


def _before(series: Sequence[str], window: str) -> str:
    return either([f"{each} offset {window}" for each in series])


def _known(window: str, proxies: str) -> str:
    """The proxies that were scraped when the window began, or started since."""
    return _known_by(f"process_start_time_seconds{{{proxies}}}", window, proxies)


def _known_once(window: str, proxies: str) -> str:
    """The same, with those that are gone by now."""
    started = f"min_over_time(process_start_time_seconds{{{proxies}}}[{window}])"
    return _known_by(started, window, proxies)


def _known_by(started: str, window: str, proxies: str) -> str:
    since = f"{started} > time() - {_in_seconds(window)}"
    return f"(up{{{proxies}}} offset {window} == 1 or {since})"


def _in_seconds(window: str) -> str:
    """How long ago a proxy that is new in ``window`` may have been started: it takes a while until it
    is scraped for the first time.
    """
    if window in _IN_SECONDS:
        return f"{_IN_SECONDS[window]} - {_UNTIL_THE_FIRST_SCRAPE}"
    return str(seconds(window) + _UNTIL_THE_FIRST_SCRAPE)


def either(expressions: Sequence[str]) -> str:
    """What any of ``expressions`` returns, as one operand."""
    return _parenthesized(" or ".join(expressions), expressions)


def _parenthesized(expression: str, parts: Sequence[str]) -> str:
    return f"({expression})" if len(parts) > 1 else expression
