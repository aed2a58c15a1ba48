"""Changes of an app: scaled, updated, restarted, taken back; and by many at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from definitions import idler, web
from marathon import NotFoundError
from marathon.exceptions import ConflictError
from marathon.models import MarathonApp
from marathon.models.app import MarathonUpgradeStrategy
from waits import deployed, eventually


def test_scale(client):
    deployed(client, client.create_app("/scale", idler()))
    before = client.get_app("/scale")

    result = client.scale_app("/scale", instances=3)
    assert result["version"] > before.version
    deployed(client, result)
    after = client.get_app("/scale")
    assert (after.instances, after.tasks_running) == (3, 3)
    assert after.version == result["version"]
    assert before.tasks[0].id in [task.id for task in after.tasks]
    assert after.version_info.last_config_change_at == before.version_info.last_config_change_at

    deployed(client, client.scale_app("/scale", delta=-2))
    assert len(client.get_app("/scale").tasks) == 1


def test_update_of_some_fields(client):
    deployed(client, client.create_app("/update", idler(env={"ROUND": "one"}, labels={"keep": "me"})))
    before = client.get_app("/update")
    deployed(client, client.update_app("/update", MarathonApp(env={"ROUND": "two"}, mem=12)))

    after = client.get_app("/update")
    assert after.env == {"ROUND": "two"}
    assert after.mem == 12
    assert after.labels == {"keep": "me"}
    assert after.cmd == before.cmd
    assert after.tasks[0].id != before.tasks[0].id


def test_update_of_several_apps(client):
    deployed(client, client.create_app("/several/old", idler()))
    result = client.update_apps([MarathonApp(id="/several/old", instances=2), idler(id="/several/new")])
    deployed(client, result)
    assert len(client.get_app("/several/old").tasks) == 2
    assert len(client.get_app("/several/new").tasks) == 1


def test_rolling_restart(client):
    half = MarathonUpgradeStrategy(minimum_health_capacity=0.5, maximum_over_capacity=0.5)
    deployed(client, client.create_app("/restarted", web(instances=4, upgrade_strategy=half)))
    before = client.get_app("/restarted")

    result = client.restart_app("/restarted")
    seen = []

    def it_is_over():
        app = client.get_app("/restarted", embed_tasks=True)
        seen.append((app.tasks_healthy, len(app.tasks)))
        return result["deploymentId"] not in [deployment.id for deployment in app.deployments]

    eventually(it_is_over)
    assert min(healthy for healthy, _ in seen) >= 2, seen
    assert max(tasks for _, tasks in seen) <= 6, seen
    after = client.get_app("/restarted")
    assert after.version == result["version"]
    assert len(after.tasks) == 4
    assert not {task.id for task in after.tasks} & {task.id for task in before.tasks}


def test_versions_and_rollback(client):
    deployed(client, client.create_app("/back", idler(env={"ROUND": "one"})))
    first = client.get_app("/back").version
    deployed(client, client.update_app("/back", MarathonApp(env={"ROUND": "two"})))
    second = client.get_app("/back").version

    assert client.list_versions("/back") == [second, first]
    assert client.get_version("/back", first).env == {"ROUND": "one"}
    assert client.get_version("/back", second).env == {"ROUND": "two"}

    deployed(client, client.rollback_app("/back", first))
    app = client.get_app("/back")
    assert app.env == {"ROUND": "one"}
    assert app.version not in (first, second)
    assert len(client.list_versions("/back")) == 3
    with pytest.raises(NotFoundError):
        client.rollback_app("/back", "2001-01-01T00:00:00.000Z")


def test_writers_that_race(client, another_client):
    """All of them write to one branch in the end. A change lands, or its writer hears that it did not."""
    apps = ["/race/a", "/race/b", "/race/c"]
    for app in apps:
        deployed(client, client.create_app(app, idler(instances=0)))
    changes = [(app, str(number)) for number in range(8) for app in apps]

    def try_to(change):
        app, number = change
        try:
            return another_client().update_app(app, MarathonApp(env={f"BY_{number}": "set"}))["version"]
        except ConflictError:
            return None

    with ThreadPoolExecutor(len(apps) * 2) as writers:
        versions = list(writers.map(try_to, changes))

    landed = [version for version in versions if version]
    assert len(set(landed)) == len(landed) >= len(apps), versions
    for app in apps:
        of_app = {version: number for (one, number), version in zip(changes, versions) if one == app and version}
        told = client.list_versions(app)
        assert set(told) >= set(of_app) and len(told) == len(of_app) + 1, (told, of_app)
        assert client.get_app(app).env == {f"BY_{of_app[told[0]]}": "set"}
