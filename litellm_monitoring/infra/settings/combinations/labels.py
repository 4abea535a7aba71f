"""Which labels can be one's own: those that Prometheus takes and LiteLLM has not got already, each once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import ValidationError

from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values
from litellm_monitoring.infra.settings.kinds.fields import label_matchers
from litellm_monitoring.infra.settings.models.labels import LabelSettings
from litellm_monitoring.signals.catalogue.metrics import families
from litellm_monitoring.signals.catalogue.own_labels import METADATA, OwnLabel
from litellm_monitoring.signals.catalogue.recording import STACK_LABEL

MOST_LABELS = 8
"""Each is a variable at the top of dashboards, and a matcher in most of their queries."""

MOST_CHARACTERS = 28
"""Of a title, which stands in titles of panels a third of the screen wide."""

_SOURCES = ("metadata", "tag", "optIn")

_KEYS = frozenset({*_SOURCES, "title", "inAlerts"})

_OF_THE_SCRAPE = frozenset({"job", "instance", "le", "quantile", "pid", "new", STACK_LABEL})
"""Labels that series have besides LiteLLM's, or get in queries."""

_OF_ALERTS = frozenset(
    {"alertname", "alertstate", "severity", "environment", "component", "team", "grafana_folder"}
)
"""Labels that alerts have anyway."""

_VARIABLES = frozenset({"datasource", "interval", "key", "model_group", "team"})
"""Variables of dashboards that are there anyway."""

TAKEN_TITLES = frozenset(
    {
        *("caller", "client address", "deployment", "email address", "end user", "exception"),
        *("key", "label", "model", "model group", "organization", "outcome", "provider", "proxy"),
        *("route", "service tier", "status", "team", "user", "user agent"),
        # Of variables.
        *("data source", "instance", "interval", "job"),
        # "Top … by spend".
        *("models", "teams"),
    }
)
"""What panels are told apart by anyway, in lower case."""


def mistakes_in_labels(values: Values) -> Iterator[Mistake]:
    """What is wrong with the labels in ``values``."""
    entries = values.get("labels")
    if not isinstance(entries, list):
        return
    if len(entries) > MOST_LABELS:
        yield Mistake(
            ("labels",),
            f"has {len(entries)} labels; at most {MOST_LABELS} are possible, since each is in "
            "most queries",
        )
    of_selector = _labels_of_selector(values.get("selector"))
    known: dict[str, int] = {}
    titles: dict[str, int] = {}
    for position, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            continue
        path = ("labels", str(position))
        given = [key for key in _SOURCES if entry.get(key) is not None]
        if len(given) != 1:
            if entry.keys() <= _KEYS:  # Others may be misspelt.
                yield Mistake(path, f"set exactly one of {', '.join(_SOURCES)}")
            continue
        label = _label(entry)
        if not label:
            continue  # Said elsewhere.
        source = (*path, given[0])
        if advice := _why_not(label, given[0], of_selector):
            yield Mistake(source, advice)
        elif label.name in known:
            yield Mistake(
                source, f"is the label {label.name}, as labels.{known[label.name]} is; remove one"
            )
        yield from _title(label, path, titles)
        yield from _in_alerts(label, path)
        known.setdefault(label.name, position)
        titles.setdefault(_folded(label.title), position)


def _label(entry: Values) -> OwnLabel | None:
    try:
        return LabelSettings.model_validate(entry).label
    except ValidationError:
        return None


def _why_not(label: OwnLabel, source: str, of_selector: Sequence[str]) -> str | None:
    name = label.name
    if source == "optIn":
        return None
    made = f"is the label {name}, which"
    other = f"; put it under another name into the metadata and {METADATA}"
    if name.startswith("__"):
        return f"{made} Prometheus reserves for itself{other}"
    if name in _labels_of_litellm():
        return f"{made} LiteLLM has anyway{other}, such as metadata.own_{name}"
    if name in _OF_THE_SCRAPE or name in of_selector:
        return f"{made} every series has from the scrape{other}"
    if name in _VARIABLES:
        return f"{made} is the name of another variable{other}, such as metadata.{name}"
    return None


def _title(label: OwnLabel, path: tuple[str, ...], titles: Mapping[str, int]) -> Iterator[Mistake]:
    key, title = (*path, "title"), label.title
    if len(title) > MOST_CHARACTERS:
        yield Mistake(
            key, f"{title} has {len(title)} characters; set one of at most {MOST_CHARACTERS}"
        )
    elif _folded(title) in TAKEN_TITLES:
        yield Mistake(key, f"{title} is what other panels are called; set another title")
    elif _folded(title) in titles:
        other = titles[_folded(title)]
        yield Mistake(key, f"labels.{other} has the title {title} too; set another title")


def _in_alerts(label: OwnLabel, path: tuple[str, ...]) -> Iterator[Mistake]:
    if label.in_alerts and label.name in _OF_ALERTS:
        yield Mistake(
            (*path, "inAlerts"), f"remove it; alerts have a label {label.name} of their own"
        )


def _labels_of_selector(selector: object) -> list[str]:
    try:
        return [matcher.label for matcher in label_matchers(selector)]
    except ValueError:
        return []


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


@cache
def _labels_of_litellm() -> frozenset[str]:
    return frozenset(label for family in families().values() for label in family.labels)
