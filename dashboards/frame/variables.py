"""What people choose at the top of a dashboard."""

from collections.abc import Collection, Iterator

from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard

from litellm_monitoring.dashboards.kit.finishing import CHOSEN_DATA_SOURCE
from litellm_monitoring.dashboards.kit.layout import Dashboard
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel
from litellm_monitoring.signals.serving import targets
from litellm_monitoring.signals.serving.requests import CHOICES, NO_VALUE, Place, named

ANY_VALUE = ".+"
ANY_VALUE_OR_NONE = ".*"
"""Of labels that not every series has, so that "All" leaves none out."""

_A_VALUE = f"/^(?!None$|{HEALTH_CHECKS}$).+$/"
"""Leaves out what LiteLLM writes where it has no value, and its own health checks."""

_INTERVALS = ("1m", "5m", "1h", "6h", "1d")
_INTERVAL = "5m"
"""At first: short enough for a proxy that has just been started, and longer than any scrape."""

_OF_ANSWERS_ALONE = (
    "LiteLLM does not know it of failed requests: panels with failures in them show all requests."
)

_LABELS = {
    choices.MODEL_GROUP: "Model group",
    choices.TEAM: "Team",
    choices.KEY: "Key",
}


def variables(
    board: Dashboard,
    scope: Scope,
    data_source_uid: str,
    data_source_name: str,
    asked_for: Collection[Place] = (),
) -> list[Builder[dashboard.VariableModel]]:
    """Those of ``board``: the data source, the proxies, and what it lets people choose besides; and
    what links to requests ask for of that.
    """
    found: list[Builder[dashboard.VariableModel]] = [
        _data_source(data_source_uid, data_source_name),
        *_of_the_scrape(scope),
        *_choices(board, scope),
        *_only_values(board, scope, asked_for),
    ]
    if board.has_interval:
        found.append(_interval())
    return found


def _data_source(uid: str, name: str) -> builder.DatasourceVariable:
    return (
        builder.DatasourceVariable("datasource")
        .label("Data source")
        .type("prometheus")
        .current(dashboard.VariableOption(selected=True, text=name, value=uid))
    )


def _of_the_scrape(scope: Scope) -> list[builder.QueryVariable]:
    """One variable each for ``job`` and ``instance``.

    Their form is what Grafana's dashboard linter asks for: multi-value, "All" as ``.+``,
    refreshed when the time range changes.
    """
    return [
        _query_variable(name, label, query).all_value(ANY_VALUE)
        for name, label, query in (
            ("job", "Job", targets.jobs(scope)),
            ("instance", "Instance", targets.instances(scope)),
        )
    ]


def _choices(board: Dashboard, scope: Scope) -> Iterator[builder.QueryVariable]:
    """Each is limited by those before it."""
    for choice in scope.choosing(*board.choices).choices:
        name, own = choice.variable.name, choice.own
        query = targets.values(scope, choice)
        variable = (
            _query_variable(name, own.title if own else _LABELS[choice], query)
            .all_value(ANY_VALUE_OR_NONE)
            .regex(_A_VALUE)
        )
        yield variable.description(_explained(own)) if own else variable
        scope = scope.choosing(choice)


def _explained(label: OwnLabel) -> str:
    text = f"LiteLLM's label {label.name}, from {label.setting}"
    return f"{text}. {_OF_ANSWERS_ALONE}" if label.is_of_answers_alone else text


class _OfThisPageAlone(Builder[dashboard.VariableModel]):
    """A variable that no address has: whoever opens one finds out anew."""

    def __init__(self, variable: builder.QueryVariable) -> None:
        self._variable = variable

    def build(self) -> dashboard.VariableModel:
        """The variable."""
        made = self._variable.build()
        made.skip_url_sync = True
        return made


def _only_values(
    board: Dashboard, scope: Scope, asked_for: Collection[Place]
) -> Iterator[_OfThisPageAlone]:
    """What is chosen where that is one value, and nothing for "All" and for several. In an address,
    Grafana would write ``{a}`` for one, ``{a,b}`` for two and ``.*`` for all.
    """
    places = {choice: place for place, choice in CHOICES.items()}
    for choice in scope.choosing(*board.choices).choices:
        place = places.get(choice)
        if place and place in asked_for:
            nobody = "|".join((*NO_VALUE[place], HEALTH_CHECKS))
            query = targets.only_value(scope, choice)
            yield _OfThisPageAlone(
                builder.QueryVariable(named(place))
                .hide(dashboard.VariableHide.HIDE_VARIABLE)
                .datasource(CHOSEN_DATA_SOURCE)
                .query({"query": query, "refId": f"{named(place)}-variable"})
                .regex(rf'/^\{{{choice.labels[0]}="(?!(?:{nobody})"\}})(.+)"\}} \S+ \S+$/')
                .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
                .current(dashboard.VariableOption(selected=True, text="", value=""))
            )
        scope = scope.choosing(choice)


def _query_variable(name: str, label: str, query: str) -> builder.QueryVariable:
    return (
        builder.QueryVariable(name)
        .label(label)
        .datasource(CHOSEN_DATA_SOURCE)
        .query({"query": query, "refId": f"{name}-variable"})
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .current(dashboard.VariableOption(selected=True, text="All", value="$__all"))
    )


def _interval() -> builder.IntervalVariable:
    options = [
        dashboard.VariableOption(selected=each == _INTERVAL, text=each, value=each)
        for each in _INTERVALS
    ]
    return (
        builder.IntervalVariable(choices.INTERVAL.name)
        .label("Interval")
        .values(",".join(_INTERVALS))
        .current(next(option for option in options if option.selected))
        .options(options)
    )
