"""Tasks: listed, and killed with and without taking their place away."""

from definitions import idler, web
from waits import deployed, eventually


def test_list(client):
    deployed(client, client.create_app("/seen", web(instances=2)))
    listed = client.list_tasks("/seen")
    assert len(listed) == 2
    everywhere = [task for task in client.list_tasks() if task.app_id == "/seen"]
    assert {task.id for task in everywhere} == {task.id for task in listed}
    for task in everywhere:
        assert task.state == "TASK_RUNNING"
        assert len(task.ports) == len(task.service_ports) == 1
        assert task.slave_id
        assert task.ip_addresses[0].ip_address


def test_endpoints(client):
    deployed(client, client.create_app("/endpoints", web(instances=2)))
    service_port = client.get_app("/endpoints").container.port_mappings[0].service_port
    endpoints = [endpoint for endpoint in client.list_endpoints() if endpoint.app_id == "/endpoints"]
    assert len(endpoints) == 2
    assert {endpoint.service_port for endpoint in endpoints} == {service_port}
    assert {endpoint.task_port for endpoint in endpoints} == {task.ports[0] for task in client.list_tasks("/endpoints")}


def test_kill_one(client):
    running = start(client, "/kill-one", 2)
    victim = running.pop()
    killed = client.kill_task("/kill-one", victim)
    assert killed.id == victim
    assert killed.app_id == "/kill-one"

    after = replaced(client, "/kill-one", [victim], 2)
    assert set(running) <= after
    assert client.get_app("/kill-one").instances == 2


def test_kill_one_and_scale(client):
    victim, spared = start(client, "/scale-one", 2)
    deployed(client, client.kill_task("/scale-one", victim, scale=True))
    assert client.get_app("/scale-one").instances == 1
    assert ids(client.list_tasks("/scale-one")) == [spared]


def test_kill_all(client):
    running = start(client, "/kill-all", 2)
    killed = client.kill_tasks("/kill-all")
    assert sorted(ids(killed)) == sorted(running)
    replaced(client, "/kill-all", running, 2)


def test_kill_on_a_host(client):
    running = start(client, "/kill-on", 1)
    host = client.list_tasks("/kill-on")[0].host
    assert client.kill_tasks("/kill-on", host="elsewhere") == []
    assert ids(client.list_tasks("/kill-on")) == running
    assert ids(client.kill_tasks("/kill-on", host=host)) == running
    replaced(client, "/kill-on", running, 1)


def test_kill_given(client):
    victim, spared = start(client, "/given", 2)
    assert client.kill_given_tasks([victim]) is True
    assert spared in replaced(client, "/given", [victim], 2)


def test_kill_given_and_scale(client):
    victims = start(client, "/given-scale", 3)[:2]
    assert client.kill_given_tasks(victims, scale=True) is True

    def two_are_gone():
        app = client.get_app("/given-scale")
        return app.instances == 1 and len(app.tasks) == 1

    eventually(two_are_gone)
    assert not set(victims) & set(ids(client.list_tasks("/given-scale")))


def start(client, app_id, instances):
    """Creates an app and returns the ids of its running tasks."""
    deployed(client, client.create_app(app_id, idler(instances=instances)))
    return ids(client.list_tasks(app_id))


def replaced(client, app_id, victims, instances):
    """Waits until so many tasks run and none is one of the killed; returns their ids."""

    def others_run():
        running = {task.id for task in client.list_tasks(app_id) if task.state == "TASK_RUNNING"}
        return running if len(running) == instances and not running & set(victims) else None

    return eventually(others_run)


def ids(tasks):
    return [task.id for task in tasks]
