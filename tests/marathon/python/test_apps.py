"""Apps: created, found, read and deleted."""

import urllib.request

import pytest
from definitions import idler, web
from marathon import MarathonHttpError, NotFoundError
from waits import deployed, eventually


def test_create(client):
    created = client.create_app("/create", web(instances=2, labels={"tier": "front"}))
    assert created.id == "/create"
    assert created.version
    assert (created.tasks_staged, created.tasks_running) == (0, 0)
    deployed(client, created)

    app = client.get_app("/create")
    assert (app.instances, app.tasks_running, app.tasks_healthy, app.tasks_unhealthy) == (2, 2, 2, 0)
    assert app.labels == {"tier": "front"}
    assert app.networks == [{"mode": "container/bridge"}]
    mapping = app.container.port_mappings[0]
    assert (mapping.container_port, mapping.host_port, mapping.name, mapping.protocol) == (80, 0, "http", "tcp")
    assert mapping.service_port >= 10000
    for task in app.tasks:
        assert task.state == "TASK_RUNNING"
        assert "Welcome to nginx" in page_of(task)


def test_create_in_the_form_of_old_clients(client):
    app = idler(uris=[], ports=[])
    created = client.create_app("/old-form", app, minimal=False)
    deployed(client, created)
    app = client.get_app("/old-form")
    assert app.tasks_running == 1
    assert app.networks == [{"mode": "container/bridge"}]


def test_create_refused(client):
    deployed(client, client.create_app("/taken", idler()))
    with pytest.raises(MarathonHttpError) as twice:
        client.create_app("/taken", idler())
    assert twice.value.status_code == 409
    assert twice.value.error_message == "An app with id [/taken] already exists."

    with pytest.raises(MarathonHttpError) as invalid:
        client.create_app("/invalid", idler(instances=-1))
    assert invalid.value.status_code == 422
    assert invalid.value.error_details[0]["path"] == "/instances"


def test_list(client):
    front = client.create_app("/list/front", idler(labels={"tier": "front"}))
    back = client.create_app("/list/back", idler(labels={"tier": "back"}, cmd="sleep 7777"))
    deployed(client, front)
    deployed(client, back)

    assert {"/list/front", "/list/back"} <= {app.id for app in client.list_apps()}
    assert ids(client.list_apps(label="tier==back,tier")) == ["/list/back"]
    assert ids(client.list_apps(cmd="7777")) == ["/list/back"]
    assert ids(client.list_apps(app_id="LIST/FR")) == ["/list/front"]
    assert client.list_apps(app_id="list/front")[0].tasks == []
    embedded = client.list_apps(app_id="list/front", embed_tasks=True, embed_counts=True, embed_deployments=True)[0]
    assert len(embedded.tasks) == 1
    assert embedded.tasks_running == 1
    assert embedded.deployments == []


def test_get_with_everything_embedded(client):
    deployed(client, client.create_app("/get", web()))
    app = client.get_app(
        "/get",
        embed_tasks=True,
        embed_counts=True,
        embed_deployments=True,
        embed_readiness=True,
        embed_last_task_failure=True,
        embed_failures=True,
    )
    task = app.tasks[0]
    assert task.app_id == "/get"
    assert task.version == app.version
    assert task.staged_at <= task.started_at
    assert task.health_check_results[0].alive is True
    assert app.last_task_failure is None
    assert app.version_info.last_scaling_at == app.version_info.last_config_change_at


def test_get_unknown(client):
    with pytest.raises(NotFoundError) as unknown:
        client.get_app("/nobody")
    assert unknown.value.error_message == "App '/nobody' does not exist"


def test_last_failure(client):
    client.create_app("/failing", idler(cmd="exit 3"))

    def it_failed():
        return client.get_app("/failing", embed_last_task_failure=True).last_task_failure

    failure = eventually(it_failed)
    assert failure.app_id == "/failing"
    assert failure.state == "TASK_FAILED"
    assert "3" in failure.message
    deployed(client, client.delete_app("/failing", force=True))


def test_delete(client):
    deployed(client, client.create_app("/delete", idler(instances=2)))
    deployed(client, client.delete_app("/delete"))
    with pytest.raises(NotFoundError):
        client.get_app("/delete")
    assert "/delete" not in [task.app_id for task in client.list_tasks()]
    with pytest.raises(NotFoundError):
        client.delete_app("/delete")


def ids(apps):
    return [app.id for app in apps]


def page_of(task):
    with urllib.request.urlopen(f"http://{task.host}:{task.ports[0]}/", timeout=10) as answer:
        return answer.read().decode()
