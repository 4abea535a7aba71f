"""The way from a number to the requests that it counts: addresses of what keeps requests, such as
LiteLLM's logs or a tracing system, with places for who asked, for which model, and when.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from types import MappingProxyType

from litellm_monitoring.signals.asking.choices import KEY, MODEL_GROUP, TEAM
from litellm_monitoring.signals.asking.matchers import Choice, Operator
from litellm_monitoring.signals.asking.promql import Selector, operator_of, parsed, selectors
from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS
from litellm_monitoring.signals.catalogue.metrics import CatalogueError, MetricType, family_of


class Place(StrEnum):
    """What an address has a place for, as people write it."""

    TEAM = "team"
    KEY = "key"
    MODEL = "model"
    FROM = "from"
    TO = "to"


class Form(StrEnum):
    """How a moment is written, as people ask for it after a colon."""

    MILLISECONDS = "ms"
    SECONDS = "seconds"
    ISO = "iso"


@dataclass(frozen=True)
class Placeholder:
    """A place in an address; a moment has a ``form``, and nothing else has."""

    place: Place
    form: Form | None = None


CHOICES: Mapping[Place, Choice] = MappingProxyType(
    {Place.TEAM: TEAM, Place.KEY: KEY, Place.MODEL: MODEL_GROUP}
)
"""What people choose on dashboards, by the place of its value."""

NO_VALUE: Mapping[Place, tuple[str, ...]] = MappingProxyType(
    {Place.TEAM: ("None",), Place.KEY: ("None",), Place.MODEL: ("None", "other")}
)
"""What LiteLLM writes where it knows none: no request is kept under such a name."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)(\}?)")
_ESCAPED = re.compile(r"\$\$\{[^}]*\}?")
_MOMENT = re.compile(r"\$\{(from|to)(?::\w+)?\}")
_LAST_HOUR = {"from": "now-1h", "to": "now"}

_VALID = "${team}, ${key}, ${model}, ${from} and ${to}"
_FORMS = "${from} for milliseconds, ${from:seconds} or ${from:iso}"


@dataclass(frozen=True)
class Requests:
    """Where requests are kept: what people call it, and its ``url`` with placeholders.

    Raises ValueError for a placeholder that there is not.
    """

    title: str
    url: str

    def __post_init__(self) -> None:
        tuple(self.address)

    @cached_property
    def address(self) -> tuple[str | Placeholder, ...]:
        """Its address in parts, of which text stands for itself."""
        if found := _ESCAPED.search(self.url):
            raise ValueError(
                f"{found[0]} is the form of Pulumi ESC; here, write {found[0].removeprefix('$')}, "
                "and %24 for a dollar sign"
            )
        parts = list[str | Placeholder]()
        end = 0
        for found in _PLACEHOLDER.finditer(self.url):
            parts += [self.url[end : found.start()], _placeholder(found)]
            end = found.end()
        return tuple(part for part in (*parts, self.url[end:]) if part)

    @property
    def places(self) -> frozenset[Place]:
        """What its address has a place for."""
        return frozenset(part.place for part in self.address if isinstance(part, Placeholder))

    def filled_in(
        self, value: Callable[[Placeholder], str], literal: Callable[[str], str] = str
    ) -> str:
        """The address with the ``value`` of each placeholder, and ``literal`` of all else."""
        return "".join(
            literal(part) if isinstance(part, str) else value(part) for part in self.address
        )

    def without_times(self) -> "Requests":
        """The same for where no moment is known: parameters of moments alone are left out, and
        elsewhere the last hour stands for them in Grafana's words.
        """
        page, mark, fragment = self.url.partition("#")
        path, _, query = page.partition("?")
        kept = [parameter for parameter in query.split("&") if not _is_of_moments(parameter)]
        query = "?" + "&".join(kept) if any(kept) else ""
        url = f"{path}{query}{mark}{fragment}"
        return replace(self, url=_MOMENT.sub(lambda found: _LAST_HOUR[found[1]], url))


def labels_of(place: Place, labels: Iterable[str]) -> list[str]:
    """Those of ``labels`` that hold the value of ``place``, the best first."""
    choice = CHOICES.get(place)
    return [label for label in choice.labels if label in labels] if choice else []


def is_about_requests(expression: str, told_apart_by: Iterable[str]) -> bool:
    """Whether ``expression`` is about requests of somebody's: LiteLLM counts what it reads by team,
    key or model group, or its results are told apart by team or key, as budgets are.
    """
    whose = {label for place in (Place.TEAM, Place.KEY) for label in CHOICES[place].labels}
    return bool(whose.intersection(told_apart_by)) or _reads_requests(expression)


def named(place: Place) -> str:
    """The label that :func:`with_names` adds for ``place``."""
    return f"requests_{place}"


def with_names(expression: str, labels: Mapping[Place, str]) -> str:
    """``expression`` with a further copy of each of ``labels``, which is not there where LiteLLM
    writes that it knows none.
    """
    for place, label in labels.items():
        copy, nobody = named(place), "|".join(NO_VALUE[place])
        copied = f'label_join({expression}, "{copy}", "", "{label}")'
        expression = f'label_replace({copied}, "{copy}", "", "{copy}", "{nobody}")'
    return expression


def _placeholder(found: re.Match[str]) -> Placeholder:
    text, (inside, end) = found[0], found.groups()
    name, colon, form = inside.partition(":")
    if not end:
        raise ValueError(f"{text} has no closing brace; write it like ${{team}}")
    if name not in list(Place):
        raise ValueError(f"has no placeholder {text}; there are {_VALID}")
    place = Place(name)
    if place in CHOICES:
        if colon:
            raise ValueError(f"{text} has no form; write ${{{name}}}")
        return Placeholder(place)
    if colon and form not in list(Form):
        valid = _FORMS.replace("from", name)
        raise ValueError(f"{text} is in no form that there is; write {valid}")
    return Placeholder(place, Form(form) if colon else Form.MILLISECONDS)


def _is_of_moments(parameter: str) -> bool:
    value = parameter.partition("=")[2]
    rest = _MOMENT.sub("", value)
    return rest != value and not re.search(r"\w", rest)


@lru_cache(maxsize=4096)
def _reads_requests(expression: str) -> bool:
    return any(_is_counted(selector) for selector in selectors(parsed(expression)))


def _is_counted(selector: Selector) -> bool:
    """Health checks are nobody's requests."""
    try:
        family = family_of(selector.metric)
    except CatalogueError:
        return False
    if any(
        matcher.value == HEALTH_CHECKS and operator_of(matcher) == Operator.EQUAL
        for matcher in selector.node.matchers.matchers
    ):
        return False
    whose = {label for choice in CHOICES.values() for label in choice.labels}
    return family.type is not MetricType.GAUGE and bool(whose.intersection(family.labels))
