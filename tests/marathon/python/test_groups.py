"""Groups: nested ones created, read, updated, scaled and deleted."""

import pytest
from definitions import idler
from marathon import MarathonHttpError, NotFoundError
from marathon.models import MarathonGroup
from waits import deployed


def shop(group_id, **fields):
    """A database, a web app that needs it, and a subgroup that needs it too."""
    apps = [idler(id="db"), idler(id="web", dependencies=["db"])]
    batch = MarathonGroup(id="batch", apps=[idler(id="night", dependencies=["../db"])])
    return MarathonGroup(**{"id": group_id, "apps": apps, "groups": [batch], **fields})


def test_create(client):
    result = client.create_group(shop("/made"))
    assert result["version"]
    deployed(client, result)

    group = client.get_group("/made")
    assert group.id == "/made"
    assert sorted(app.id for app in group.apps) == ["/made/db", "/made/web"]
    assert [inner.id for inner in group.groups] == ["/made/batch"]
    assert [app.id for app in group.groups[0].apps] == ["/made/batch/night"]
    assert group.groups[0].apps[0].dependencies == ["/made/db"]
    assert client.get_app("/made/batch/night").tasks_running == 1


def test_create_twice(client):
    deployed(client, client.create_group(shop("/twice")))
    with pytest.raises(MarathonHttpError) as twice:
        client.create_group(shop("/twice"))
    assert twice.value.status_code == 409
    assert twice.value.error_message == "Group /twice is already created. Use PUT to change this group."


def test_list(client):
    deployed(client, client.create_group(shop("/listed")))
    groups = {group.id: group for group in client.list_groups()}
    assert [inner.id for inner in groups["/listed"].groups] == ["/listed/batch"]


def test_dependencies_run_first(client):
    deployed(client, client.create_group(shop("/ordered")))
    started = {app: client.get_app(f"/ordered/{app}").tasks[0].started_at for app in ("db", "web", "batch/night")}
    assert started["db"] < started["web"]
    assert started["db"] < started["batch/night"]


def test_update_removes_what_is_not_listed(client):
    deployed(client, client.create_group(shop("/updated")))
    smaller = MarathonGroup(apps=[idler(id="db", instances=2)])
    deployed(client, client.update_group("/updated", smaller))

    assert len(client.get_app("/updated/db").tasks) == 2
    with pytest.raises(NotFoundError):
        client.get_app("/updated/web")
    # The update says nothing of subgroups, so they stay.
    assert client.get_app("/updated/batch/night").tasks_running == 1


def test_scale(client):
    deployed(client, client.create_group(shop("/scaled")))
    deployed(client, client.scale_group("/scaled", 2))
    for app in ("db", "web", "batch/night"):
        assert client.get_app(f"/scaled/{app}").tasks_running == 2


def test_rollback(client):
    deployed(client, client.create_group(shop("/restored")))
    before = client.get_group("/restored")
    deployed(client, client.update_group("/restored", MarathonGroup(apps=[idler(id="db", mem=12)])))
    deployed(client, client.rollback_group("/restored", before.version))
    after = client.get_group("/restored")
    assert sorted((app.id, app.mem) for app in after.apps) == sorted((app.id, app.mem) for app in before.apps)
    assert client.get_app("/restored/web").tasks_running == 1


def test_cycles_are_refused(client):
    apps = [idler(id="hen", dependencies=["egg"]), idler(id="egg", dependencies=["hen"])]
    with pytest.raises(MarathonHttpError) as cycle:
        client.create_group(MarathonGroup(id="/cyclic", apps=apps))
    assert cycle.value.status_code == 422


def test_delete(client):
    deployed(client, client.create_group(shop("/deleted")))
    deployed(client, client.delete_group("/deleted"))
    with pytest.raises(NotFoundError):
        client.get_group("/deleted")
    with pytest.raises(NotFoundError):
        client.get_app("/deleted/batch/night")
