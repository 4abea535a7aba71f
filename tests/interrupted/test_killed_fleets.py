"""Fleets that are killed, which the next run completes."""

import os
import signal
from collections.abc import Callable

import pytest

from tests.engine.conftest import Project
from tests.engine.journeys.test_fleet import fleet, folders, table, team_ids, teams
from tests.interrupted.test_killed_runs import CREATE, HANG, make_it_late


@pytest.mark.parametrize(("kill", "size"), [(os.kill, 6), (os.killpg, 50)])
def test_a_fleet_that_is_killed_is_completed_by_the_next_run(
    project: Project, kill: Callable[[int, int], None], size: int
) -> None:
    names = [f"team{number}" for number in range(size)]
    teams(project, *names)
    project.tools("up", "--stack", "staging")
    begun = project.begin(
        "fleet", "up", "--environment", "staging", until=lambda: len(folders(project)) > 3
    )
    kill(begun.pid, signal.SIGKILL)
    begun.wait()
    completed = fleet(project, "up")
    assert completed.status == 0, completed.output
    assert list(table(completed)) == [f"staging-{name}" for name in names]
    assert len(team_ids(project)) == size
    some = [option for name in names[:6] for option in ("--team", name)]
    assert fleet(project, "up", *some).lines[-1] == "6 unchanged"


def test_a_fleet_whose_last_requests_are_answered_after_it_was_killed(project: Project) -> None:
    teams(
        project,
        "search",
        contact="search@example.com",
        settings={"alerts": {"managedBy": "grafana"}},
    )
    project.tools("up", "--stack", "staging")
    hang = HANG.format("alerting/contactPoint:")
    project.edit("litellm_monitoring/embedded/provider.py", CREATE, CREATE + hang)
    files = project.root / "build/grafana/provisioning/alerting"
    begun = project.begin(
        "fleet", "up", "--environment", "staging", until=lambda: any(files.glob("contact-*"))
    )
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    make_it_late(project, hang, *files.glob("contact-*"))
    completed = fleet(project, "up")
    assert (completed.status, table(completed)) == (0, {"staging-search": "changed"})
    assert fleet(project, "up").lines[-1] == "1 unchanged"
