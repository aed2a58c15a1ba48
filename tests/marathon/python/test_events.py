"""The event stream, through marathon-python's constructors, which accept no unknown event and no unknown field."""

import queue
import threading
import time

import pytest
from definitions import answers, idler, web
from marathon.models import MarathonApp
from marathon.models.events import (
    MarathonApiPostEvent,
    MarathonDeploymentInfo,
    MarathonDeploymentStepSuccess,
    MarathonDeploymentSuccess,
    MarathonEventStreamAttached,
    MarathonFailedHealthCheckEvent,
    MarathonGroupChangeSuccess,
    MarathonHealthStatusChangedEvent,
    MarathonInstanceChangedEvent,
    MarathonStatusUpdateEvent,
    MarathonUnhealthyInstanceKillEvent,
)
from waits import PATIENCE, deployed


class Stream:
    """Reads events beside the test. It lives as long as the program: the client has no way to end one."""

    def __init__(self, client, event_types=None):
        self.arriving = queue.Queue()
        self.seen = []
        arguments = {"client": client, "event_types": event_types}
        threading.Thread(target=self._read, kwargs=arguments, daemon=True).start()

    def _read(self, client, event_types):
        try:
            for event in client.event_stream(event_types=event_types):
                self.arriving.put(event)
        except Exception as error:  # told to the test, which runs in another thread
            self.arriving.put(error)

    def wait_for(self, kind, **wanted):
        """Returns the next event of a kind whose fields are as wanted."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                event = self.arriving.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"no {kind.__name__} with {wanted} within {PATIENCE} s, but {self.seen}")
            if isinstance(event, Exception):
                raise event
            self.seen.append(event)
            if isinstance(event, kind) and all(getattr(event, name, None) == value for name, value in wanted.items()):
                return event

    def kinds(self):
        return [type(event) for event in self.seen]


@pytest.fixture
def stream(client):
    """A stream of everything, from here on."""
    stream = Stream(client)
    stream.wait_for(MarathonEventStreamAttached)
    return stream


def test_a_deployment_is_told_from_beginning_to_end(client, stream):
    created = client.create_app("/told", web())
    stream.wait_for(MarathonDeploymentSuccess, id=created.deployments[0].id)

    posted = one(stream, MarathonApiPostEvent)
    assert posted.app_definition["id"] == "/told"
    assert posted.uri == "/v2/apps"
    assert one(stream, MarathonGroupChangeSuccess).group_id == "/"
    steps = [event for event in stream.seen if isinstance(event, MarathonDeploymentInfo)]
    assert steps[0].plan.id == created.deployments[0].id
    assert [action.action for step in steps[0].plan.steps for action in step.actions] == [
        "StartApplication",
        "ScaleApplication",
    ]
    assert one_of(stream, MarathonDeploymentStepSuccess).plan.id == created.deployments[0].id
    states = [event.task_status for event in stream.seen if isinstance(event, MarathonStatusUpdateEvent)]
    assert states[-1] == "TASK_RUNNING"
    running = [event for event in stream.seen if isinstance(event, MarathonStatusUpdateEvent)][-1]
    task = client.list_tasks("/told")[0]
    assert (running.app_id, running.task_id, running.host, running.ports) == ("/told", task.id, task.host, task.ports)
    conditions = [event.condition for event in stream.seen if isinstance(event, MarathonInstanceChangedEvent)]
    assert "Running" in conditions


def test_updates_and_deletions_are_told(client, stream):
    created = client.create_app("/told-more", idler())
    stream.wait_for(MarathonDeploymentSuccess, id=created.deployments[0].id)
    scaled = client.update_app("/told-more", MarathonApp(instances=2))
    assert stream.wait_for(MarathonApiPostEvent).app_definition["instances"] == 2
    stream.wait_for(MarathonDeploymentSuccess, id=scaled["deploymentId"])
    deleted = client.delete_app("/told-more")
    stream.wait_for(MarathonStatusUpdateEvent, app_id="/told-more", task_status="TASK_KILLED")
    stream.wait_for(MarathonDeploymentSuccess, id=deleted["deploymentId"])


def test_health_is_told(client, stream):
    healthy = answers("/", max_consecutive_failures=1)
    created = client.create_app("/told-health", web(health_checks=[healthy]))
    stream.wait_for(MarathonHealthStatusChangedEvent, app_id="/told-health", alive=True)
    stream.wait_for(MarathonDeploymentSuccess, id=created.deployments[0].id)

    missing = answers("/missing", grace_period_seconds=0, max_consecutive_failures=1)
    client.update_app("/told-health", MarathonApp(health_checks=[missing]))
    failed = stream.wait_for(MarathonFailedHealthCheckEvent, app_id="/told-health")
    assert failed.health_check.path == "/missing"
    killed = stream.wait_for(MarathonUnhealthyInstanceKillEvent, app_id="/told-health")
    assert killed.task_id
    assert killed.reason
    deployed(client, client.delete_app("/told-health", force=True))


def test_a_stream_can_be_limited(client, stream):
    limited = Stream(client, event_types=[MarathonDeploymentSuccess, MarathonEventStreamAttached])
    limited.wait_for(MarathonEventStreamAttached)
    created = client.create_app("/told-little", idler())
    limited.wait_for(MarathonDeploymentSuccess, id=created.deployments[0].id)
    assert set(limited.kinds()) <= {MarathonDeploymentSuccess, MarathonEventStreamAttached}


def one(stream, kind):
    """The only event of its kind so far."""
    (event,) = (event for event in stream.seen if isinstance(event, kind))
    return event


def one_of(stream, kind):
    return next(event for event in stream.seen if isinstance(event, kind))
