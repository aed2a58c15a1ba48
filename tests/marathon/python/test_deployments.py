"""Deployments: listed, locked against each other, overridden, cancelled; and the queue of what waits."""

import pytest
from definitions import idler, unplaceable
from marathon import NotFoundError
from marathon.exceptions import ConflictError
from marathon.models import MarathonApp
from waits import deployed, eventually


def test_list(client):
    created = client.create_app("/waiting", unplaceable())
    deployment = eventually(lambda: deployment_of(client, created.deployments[0].id))
    assert deployment.affected_apps == ["/waiting"]
    assert deployment.version
    assert [[action.action for action in step.actions] for step in deployment.steps] == [
        ["StartApplication"],
        ["ScaleApplication"],
    ]
    assert deployment.total_steps == 2
    assert 0 <= deployment.current_step <= 2
    assert {action.app for action in deployment.current_actions} <= {"/waiting"}
    assert [one.id for one in client.get_app("/waiting").deployments] == [deployment.id]
    deployed(client, client.delete_app("/waiting", force=True))


def test_locked(client):
    created = client.create_app("/locked", unplaceable())
    with pytest.raises(ConflictError) as locked:
        client.scale_app("/locked", instances=2)
    assert locked.value.status_code == 409
    assert locked.value.error_message.startswith("App is locked by one or more deployments.")
    with pytest.raises(ConflictError):
        client.delete_app("/locked", force=False)
    assert client.get_app("/locked").instances == 1

    forced = client.update_app("/locked", MarathonApp(cpus=0.01), force=True)
    assert deployed(client, forced) != created.deployments[0].id
    assert client.get_app("/locked").tasks_running == 1
    assert not deployment_of(client, created.deployments[0].id)


def test_others_are_not_locked(client):
    waiting = client.create_app("/apart/waiting", unplaceable())
    deployed(client, client.create_app("/apart/free", idler()))
    assert deployment_of(client, waiting.deployments[0].id)
    deployed(client, client.delete_app("/apart/waiting", force=True))


def test_cancel_takes_a_new_app_back(client):
    created = client.create_app("/regretted", unplaceable())
    deployed(client, client.delete_deployment(created.deployments[0].id))
    with pytest.raises(NotFoundError):
        client.get_app("/regretted")


def test_cancel_takes_a_change_back(client):
    deployed(client, client.create_app("/changed", idler(env={"ROUND": "one"})))
    before = client.get_app("/changed")
    change = client.update_app("/changed", MarathonApp(cpus=100000, env={"ROUND": "two"}))
    deployed(client, client.delete_deployment(change["deploymentId"]))
    after = client.get_app("/changed")
    assert after.env == {"ROUND": "one"}
    assert after.cpus == before.cpus
    assert after.tasks_running == 1


def test_cancel_by_force_leaves_all_as_it_is(client):
    created = client.create_app("/left", unplaceable())
    assert client.delete_deployment(created.deployments[0].id, force=True) == {}
    deployed(client, created)
    assert client.get_app("/left").cpus == 100000
    deployed(client, client.delete_app("/left"))


def test_cancel_unknown(client):
    with pytest.raises(NotFoundError):
        client.delete_deployment("00000000-0000-0000-0000-000000000000")


def test_queue(client):
    client.create_app("/queued", unplaceable(instances=2))
    item = eventually(lambda: queued(client, "/queued"))
    assert item.count == 2
    assert item.delay.overdue is True
    assert item.since
    summary = item.processed_offers_summary
    reasons = [rejected["reason"] for rejected in summary["rejectSummaryLastOffers"] if rejected["declined"] > 0]
    assert reasons == ["InsufficientCpus"]
    assert item.last_unused_offers is None
    embedded = {item.app.id: item for item in client.list_queue(embed_last_unused_offers=True)}["/queued"]
    assert embedded.last_unused_offers is not None
    deployed(client, client.delete_app("/queued", force=True))
    assert not queued(client, "/queued")


def test_delay_is_reset(client):
    client.create_app("/delayed", idler(cmd="exit 1", backoff_seconds=300))

    def it_is_held_back():
        item = queued(client, "/delayed")
        return item and item.delay.time_left_seconds > 60

    eventually(it_is_held_back)
    first = client.get_app("/delayed", embed_last_task_failure=True).last_task_failure
    client.reset_delay("/delayed")

    def it_was_tried_again():
        failure = client.get_app("/delayed", embed_last_task_failure=True).last_task_failure
        return failure.task_id != first.task_id

    eventually(it_was_tried_again)
    deployed(client, client.delete_app("/delayed", force=True))
    with pytest.raises(NotFoundError):
        client.reset_delay("/delayed")


def deployment_of(client, deployment_id):
    return next((one for one in client.list_deployments() if one.id == deployment_id), None)


def queued(client, app_id):
    return next((item for item in client.list_queue() if item.app.id == app_id), None)
