"""``check`` asks Prometheus with the secrets of the stack, which only the engine can open."""

from tests.engine.conftest import Project
from tests.engine.stacks.test_secrets import with_secrets
from tests.prometheus_server import NOTHING, serving


def test_the_secrets_are_those_of_the_data_source(project: Project) -> None:
    with_secrets(project, ["prometheusPassword"])
    with serving(lambda _: NOTHING) as server:
        done = project.tools("check", "--prometheus", server.url)
    assert done.status == 1, done.output
    assert "hunter2" not in done.output
    sent = [{name.title(): value for name, value in each.headers.items()} for each in server.asked]
    assert {each.get("Authorization") for each in sent} == {"Basic bWU6aHVudGVyMi1wYXNzd29yZA=="}
    assert {each.get("X-Key") for each in sent} == {"hunter2-header"}


def test_secrets_that_cannot_be_opened(project: Project) -> None:
    with_secrets(project, ["prometheusPassword"])
    (project.root / "passphrase").write_text("another")
    with serving(lambda _: NOTHING) as server:
        done = project.tools("check", "--prometheus", server.url)
    assert done.status == 2
    assert done.output.startswith("Error: stack dev: its secrets cannot be opened: ")
    assert "incorrect passphrase" in done.output
    assert len(done.lines) == 1
    assert server.asked == []
