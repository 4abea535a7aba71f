"""What is said of days and weeks is what happened: who is active, what each coding tool costs, and how
much of an error budget is left, used up by whom.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from litellm_monitoring.infra.declaration.stack import scope_of
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.serving import objectives
from litellm_monitoring.signals.serving.objectives import AVAILABILITY, LATENCY
from litellm_monitoring.signals.serving.traffic import REQUESTS
from litellm_monitoring.signals.spending import adoption, spend
from litellm_monitoring.signals.spending.adoption import DAY, KEY, USER, WEEK
from litellm_monitoring.tools.check.evidence.panels import filled_in
from tests.live.kinds import SERVERS, Kind
from tests.live.servers import Prometheus
from tests.world.conftest import Servers
from tests.world.evaluated import INTERVAL, record
from tests.world.forms import sent
from tests.world.simulated.fleet import (
    DEPLOYMENTS,
    Fault,
    Fleet,
    Key,
    Request,
    population,
    replaced,
)
from tests.world.simulated.scrapes import Scraping, scraped

HOUR, DAYS = 3600, 86400
SCRAPE = 60
LENGTH = 2 * DAYS + 2 * HOUR
EPOCH = int(time.time()) // HOUR * HOUR - LENGTH - HOUR

SECOND_DAY, FIRST_DAY = LENGTH - HOUR, LENGTH - HOUR - DAYS
"""When each day ends."""

_AGENTS = (
    "claude-cli/2.1.2 (external, cli)",
    "claude-cli/2.0.1 (external, cli)",
    "codex_cli_rs/0.98.0 (Debian 13.0.0; x86_64)",
    "Cline/3.74.0",
    "curl/8.7.1",
    "OpenAI/Python 1.99.0",
    "Something/1.0",
)
TOOLS = dict(
    zip(
        _AGENTS,
        ("Claude Code", "Claude Code", "Codex", "Cline", "curl", "OpenAI SDK", "other"),
        strict=True,
    )
)
CENTERS = {f"team-{each}": f"CC-{each % 2}" for each in range(3)}
NOBODYS = "no cost center"


def keys() -> Iterator[Key]:
    """Some of which rest for a day, and some of which have no user."""
    for number, key in enumerate(population(28, per_day=8, teams=4)):
        user = "None" if number % 6 == 5 else f"user-{number // 2}"
        yield replace(key, user=user, user_agent=_AGENTS[number % len(_AGENTS)])


FLEET = Fleet(
    5,
    tuple(keys()),
    replaced(2, 16 * HOUR, LENGTH),
    LENGTH,
    faults=[
        Fault(0, LENGTH, "Openai.InternalServerError", "500", 0.1, provider="openai"),
        Fault(DAYS, LENGTH, "Anthropic.APIConnectionError", "500", 0.3, provider="anthropic"),
        Fault(0, LENGTH, "HTTPException", "429", 0.1, by_proxy=True),
    ],
    deployments=[replace(each, cached=0.4 * (each.group == "claude")) for each in DEPLOYMENTS],
    history=HOUR,
)
READ = frozenset(
    {
        REQUESTS,
        "litellm_proxy_failed_requests_metric_total",
        spend.SPEND,
        spend.INPUT_TOKENS,
        spend.CACHED_INPUT_TOKENS,
    }
)
OBJECTIVE = {"availability": 97, "window": "30d", "latency": {"within": 5, "share": 80}}


def scope(kind: Kind, recording: str) -> Scope:
    settings = Settings.model_validate(
        {
            "prometheus": {
                "url": "http://prometheus:9090",
                "scrapeInterval": f"{SCRAPE}s",
                "type": kind.type,
            },
            "recordingRules": recording,
            "rules": {"interval": f"{INTERVAL}s"},
            "costCenters": CENTERS,
            "objective": OBJECTIVE,
        }
    )
    return scope_of(settings, "world")


@dataclass(frozen=True)
class World:
    """A server that holds a fleet, and how it is asked: raw, or what is recorded, of which the last
    full hour ended half a minute before.
    """

    server: Prometheus
    scope: Scope
    fleet: Fleet

    def asked(self, query: Query, end: float, window: float = DAYS) -> dict[str, float]:
        """What ``query`` says at that time of the world, by the values of its labels."""
        query.check()
        values = {"__range": f"{int(window)}s", "__range_s": f"{int(window)}"}
        values |= {"__interval": "5m", "__interval_ms": "300000"}
        found = self.server.query(filled_in(query.expr, values), EPOCH + int(end) + 90)
        return {
            " ".join(value for _, value in sorted(each["metric"].items())): float(each["value"][1])
            for each in found
        }

    def happened(self, end: float, window: float = DAYS) -> list[Request]:
        """The lines of the ledger in that time."""
        return self.fleet.between(end - window, end)


def started(servers: Servers, kind: Kind, fleet: Fleet, read: Iterable[str]) -> Prometheus:
    server = servers.start(kind)
    scraping = Scraping(EPOCH, SCRAPE, with_latency=any("latency" in each for each in read))
    sent(server.url, scraped(fleet, scraping), EPOCH)
    record(kind, server, scope(kind, "prometheus"), EPOCH, fleet.length, frozenset(read))
    return server


@pytest.fixture(scope="module", params=SERVERS, ids=str)
def server(request: pytest.FixtureRequest, servers: Servers) -> tuple[Kind, Prometheus]:
    kind: Kind = request.param
    return kind, started(servers, kind, FLEET, READ)


@pytest.fixture(params=["off", "prometheus"], ids=["raw", "recorded"])
def world(server: tuple[Kind, Prometheus], request: pytest.FixtureRequest) -> World:
    kind, prometheus = server
    return World(prometheus, scope(kind, request.param), FLEET)


def answered(requests: Iterable[Request]) -> list[Request]:
    return [each for each in requests if each.fault is None]


def with_user(requests: Iterable[Request]) -> list[Request]:
    return [each for each in requests if each.key.user != "None"]


def summed(
    requests: Iterable[Request],
    by: Callable[[Request], Hashable],
    value: Callable[[Request], float] = lambda _: 1,
) -> dict[Hashable, float]:
    found: dict[Hashable, float] = defaultdict(float)
    for each in requests:
        found[by(each)] += value(each)
    return {key: total for key, total in found.items() if total}


def about(expected: Mapping[Hashable, float], by: float = 0.05) -> object:
    """A request at a window's end may be scraped after it."""
    whole = sum(expected.values())
    return pytest.approx(dict(expected), rel=by, abs=by * whole / max(len(expected), 1))


def counted(expected: Mapping[Hashable, int]) -> object:
    """Who asks once, as the day ends, may be of either day."""
    return pytest.approx(dict(expected), abs=1)


@pytest.mark.parametrize("end", [FIRST_DAY, SECOND_DAY])
def test_who_is_active_on_a_day(world: World, end: float) -> None:
    happened = answered(world.happened(end))
    users = {each.key.user for each in with_user(happened)}
    assert len(users) < len({key.user for key in FLEET.keys} - {"None"})
    found = world.asked(adoption.active(world.scope, USER, DAY), end)
    assert found == counted({"": len(users)})
    active_keys = {each.key.alias for each in happened}
    found = world.asked(adoption.active(world.scope, KEY, DAY), end)
    assert found == counted({"": len(active_keys)})
    of_teams = {(each.key.team, each.key.user) for each in with_user(happened)}
    found = world.asked(adoption.active(world.scope, USER, DAY, "team_alias"), end)
    assert found == counted(Counter(team for team, _ in of_teams))


def test_who_was_active_in_a_week(world: World) -> None:
    users = {each.key.user for each in with_user(answered(world.happened(SECOND_DAY, 7 * DAYS)))}
    found = world.asked(adoption.active(world.scope, USER, WEEK), SECOND_DAY)
    assert found == {"": len(users)}


def test_what_coding_tools_are_used_for(world: World) -> None:
    happened = world.happened(SECOND_DAY)

    def tool(request: Request) -> str:
        return TOOLS[request.key.user_agent]

    found = world.asked(adoption.requests_by_tool(world.scope, DAY), SECOND_DAY)
    assert found == about(summed(happened, tool))
    found = world.asked(adoption.spent_by_tool(world.scope, DAY), SECOND_DAY)
    assert found == about(summed(happened, tool, lambda each: each.dollars))
    users = {(each.key.user, tool(each)) for each in with_user(answered(happened))}
    found = world.asked(adoption.users_by_tool(world.scope, DAY), SECOND_DAY)
    assert found == counted(Counter(tool for _, tool in users))


def test_what_an_active_user_costs(world: World) -> None:
    happened = with_user(answered(world.happened(SECOND_DAY)))
    dollars = sum(each.dollars for each in happened) / len({each.key.user for each in happened})
    found = world.asked(adoption.spent_per_user(world.scope, DAY), SECOND_DAY)
    assert found == about({"": dollars})


def test_which_models_people_move_to(world: World) -> None:
    happened = world.happened(SECOND_DAY, 7 * DAYS)
    for counter, value in ((REQUESTS, lambda _: 1.0), (spend.SPEND, lambda each: each.dollars)):
        of_each = summed(happened, lambda each: each.deployment.group, value)
        whole = sum(of_each.values())
        found = world.asked(adoption.share_of_group(world.scope, counter, WEEK), SECOND_DAY)
        assert found == about({group: part / whole for group, part in of_each.items()})


def test_how_much_of_the_input_was_cached(world: World) -> None:
    happened = [each for each in world.happened(SECOND_DAY) if each.deployment.group == "claude"]
    share = sum(each.cached_tokens for each in happened) / sum(
        each.input_tokens for each in happened
    )
    found = world.asked(adoption.cached_share(world.scope, DAY, "requested_model"), SECOND_DAY)
    assert found == about({"claude": share})


def test_what_cost_centers_are_charged(world: World) -> None:
    happened = world.happened(SECOND_DAY)

    def center(request: Request) -> str:
        return CENTERS.get(request.key.team, NOBODYS)

    found = world.asked(adoption.spent_by_cost_center(world.scope, DAY), SECOND_DAY)
    assert found == about(summed(happened, center, lambda each: each.dollars))
    users = {(each.key.user, center(each)) for each in with_user(answered(happened))}
    found = world.asked(adoption.users_by_cost_center(world.scope, DAY), SECOND_DAY)
    assert found == counted(Counter(center for _, center in users))


def ours(requests: Iterable[Request]) -> list[Request]:
    return [each for each in requests if each.fault and not each.fault.by_proxy]


ALLOWED = 0.03


@pytest.mark.parametrize("end", [FIRST_DAY, SECOND_DAY])
def test_how_much_of_the_error_budget_is_left(world: World, end: float) -> None:
    # A line is of full hours, of which the last is recorded a minute late here.
    late = HOUR if world.scope.recording else 0
    for ask, until in (
        (objectives.budget_left, end),
        (objectives.budget_left_over_time, end - late),
    ):
        happened = world.happened(until, until)
        used = len(ours(happened)) / len(happened) / ALLOWED
        found = world.asked(ask(world.scope, AVAILABILITY), end, end)
        assert found == {"": pytest.approx(1 - used, abs=max(0.05 * used, one_of(happened)))}


def one_of(requests: Sequence[Request]) -> float:
    """What one failure uses up of the budget: raw, one of ten may be missed."""
    return 1.1 / len(requests) / ALLOWED


@pytest.mark.parametrize(
    ("label", "of"),
    [
        ("requested_model", lambda each: each.deployment.group),
        ("team_alias", lambda each: each.key.team),
        ("api_provider", lambda each: each.deployment.provider),
    ],
)
def test_who_used_it_up(world: World, label: str, of: Callable[[Request], str]) -> None:
    happened = world.happened(SECOND_DAY, SECOND_DAY)
    used = summed(ours(happened), of, lambda _: 1 / len(happened) / ALLOWED)
    query = objectives.most_of_budget(world.scope, AVAILABILITY, label)
    found = world.asked(query, SECOND_DAY, SECOND_DAY)
    assert found == pytest.approx(used, rel=0.05, abs=one_of(happened))


@pytest.mark.parametrize("window", ["1h", "6h", "1d"])
def test_how_fast_it_burns(world: World, window: str) -> None:
    length = {"1h": HOUR, "6h": 6 * HOUR, "1d": DAYS}[window]
    happened = world.happened(SECOND_DAY, length)
    rate = len(ours(happened)) / len(happened) / ALLOWED
    found = world.asked(objectives.burn(world.scope, AVAILABILITY, window, ""), SECOND_DAY)
    assert found == {"": pytest.approx(rate, rel=0.05 if window == "1d" else 0.2)}


QUICK = 6 * HOUR
SLOW = Fleet(
    9,
    population(6, per_day=400, teams=3),
    replaced(2, 4 * HOUR, QUICK),
    QUICK,
    history=HOUR,
)


@pytest.fixture(scope="module", params=SERVERS, ids=str)
def timed(request: pytest.FixtureRequest, servers: Servers) -> tuple[Kind, Prometheus]:
    kind: Kind = request.param
    parts: Sequence[str] = LATENCY.counters
    return kind, started(servers, kind, SLOW, parts)


@pytest.mark.parametrize("recording", ["off", "prometheus"], ids=["raw", "recorded"])
def test_how_many_were_slow(timed: tuple[Kind, Prometheus], recording: str) -> None:
    kind, prometheus = timed
    world, end = World(prometheus, scope(kind, recording), SLOW), QUICK - HOUR
    happened = world.happened(end, end)
    slow = [each for each in happened if each.seconds > 5]
    left = 1 - len(slow) / len(happened) / 0.2
    for ask in (objectives.budget_left, objectives.budget_left_over_time):
        found = world.asked(ask(world.scope, LATENCY), end, end)
        assert found == {"": pytest.approx(left, abs=0.05 * abs(1 - left))}
    for label, of in (
        ("requested_model", lambda each: each.deployment.group),
        ("api_provider", lambda each: each.deployment.provider),
    ):
        used = summed(slow, of, lambda _: 1 / len(happened) / 0.2)
        query = objectives.most_of_budget(world.scope, LATENCY, label)
        assert world.asked(query, end, end) == about(used)
