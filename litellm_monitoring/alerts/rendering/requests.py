"""Links from alerts to the requests that they are about.

Prometheus knows when it evaluates a rule. Grafana does not tell its templates of rules, but those of
notifications know when an alert began to fire.
"""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from litellm_monitoring.alerts.alert import Alert, Component
from litellm_monitoring.alerts.rendering.text import literal
from litellm_monitoring.signals import Query
from litellm_monitoring.signals.serving.requests import (
    CHOICES,
    NO_VALUE,
    Form,
    Place,
    Placeholder,
    Requests,
    is_about_requests,
    labels_of,
)

ANNOTATION = "requests_url"
"""What holds the address of the first link; that of the second is ``requests_url_2``."""

_AROUND = 3600
"""Seconds before an alert, and after, in which the requests are looked for that it is about."""

_COMPONENTS = frozenset(
    {Component.OBJECTIVES, Component.UPSTREAM, Component.SPEND, Component.LIMITS}
)
"""What alerts on the others are about are processes."""

_ISO = "2006-01-02T15:04:05Z"
"""As Go writes its layouts."""

Moment = Callable[[Placeholder], str]


def has_requests(alert: Alert, query: Query, told_apart_by: Sequence[str]) -> bool:
    """Whether there are requests that ``alert`` is about and that a link can lead to: all of them,
    or those of a team, a key or a model group.
    """
    is_whose = any(labels_of(place, told_apart_by) for place in CHOICES)
    return (
        alert.component in _COMPONENTS
        and is_about_requests(query.expr, told_apart_by)
        and (is_whose or not told_apart_by)
    )


def of_prometheus(links: Sequence[Requests], team: str | None) -> dict[str, str]:
    """The annotations for rules that Prometheus evaluates."""
    return _annotations(links, team, _when_evaluated)


def of_grafana(links: Sequence[Requests], team: str | None) -> dict[str, str]:
    """The annotations for rules that Grafana evaluates: without times, which it does not know."""
    return _annotations([link.without_times() for link in links], team, _when_evaluated)


def in_message(links: Sequence[Requests], team: str | None) -> str:
    """The lines of a notification of Grafana's about one alert."""
    lines = "".join(
        f"{literal(link.title)}: {_address(link, team, _around_the_start)}\n" for link in links
    )
    return f"{{{{ if .Annotations.{ANNOTATION} }}}}{lines}{{{{ end }}}}" if links else ""


def _annotations(links: Sequence[Requests], team: str | None, moment: Moment) -> dict[str, str]:
    addresses = (_address(link, team, moment) for link in links)
    return dict(zip(_names(), addresses, strict=False))


def _names() -> Iterator[str]:
    yield ANNOTATION
    number = 2
    while True:
        yield f"{ANNOTATION}_{number}"
        number += 1


def _address(link: Requests, team: str | None, moment: Moment) -> str:
    def value(placeholder: Placeholder) -> str:
        if placeholder.form:
            return moment(placeholder)
        if placeholder.place is Place.TEAM and team is not None:
            return quote(team, safe="")
        return _label(placeholder.place)

    return link.filled_in(value, _encoded)


def _label(place: Place) -> str:
    """The label of the alert that holds the value of ``place``, or nothing. The functions are those
    that Prometheus and Grafana both have; ``.Labels.x`` is an error of Grafana's where there is none.
    """
    found = [f'index .Labels "{label}"' for label in CHOICES[place].labels]
    label = found[0] if len(found) == 1 else f"or ({') ('.join(found)})"
    known = [f'ne . "{nobody}"' for nobody in NO_VALUE[place]]
    is_known = known[0] if len(known) == 1 else f"and ({') ('.join(known)})"
    encoded = 'reReplaceAll "[+]" "%20" (urlquery .)'
    return f"{{{{ with {label} }}}}{{{{ if {is_known} }}}}{{{{ {encoded} }}}}{{{{ end }}}}{{{{ end }}}}"


def _when_evaluated(placeholder: Placeholder) -> str:
    """From an hour before a rule of Prometheus' is evaluated until then."""
    time = f"time() - {_AROUND}" if placeholder.place is Place.FROM else "time()"
    if placeholder.form is Form.ISO:
        return f'{{{{ (query "{time}" | first | value | toTime).UTC.Format "{_ISO}" }}}}'
    asked = f"({time}) * 1000" if placeholder.form is Form.MILLISECONDS else time
    return f'{{{{ query "{asked}" | first | value | printf "%.0f" }}}}'


def _around_the_start(placeholder: Placeholder) -> str:
    """From an hour before an alert begins to fire until it is resolved, or else an hour later."""
    written = {
        Form.MILLISECONDS: "UnixMilli",
        Form.SECONDS: "Unix",
        Form.ISO: f'UTC.Format "{_ISO}"',
    }[placeholder.form or Form.MILLISECONDS]
    nanoseconds = _AROUND * 10**9
    if placeholder.place is Place.FROM:
        return f"{{{{ (.StartsAt.Add -{nanoseconds}).{written} }}}}"
    later = f"{{{{ (.StartsAt.Add {nanoseconds}).{written} }}}}"
    resolved = f'{{{{ if eq .Status "resolved" }}}}{{{{ .EndsAt.{written} }}}}'
    return f"{resolved}{{{{ else }}}}{later}{{{{ end }}}}"


def _encoded(text: str) -> str:
    """``text`` of an address, without what begins something in a template or a provisioning file."""
    return text.replace("$", "%24").replace("{", "%7B").replace("}", "%7D")
