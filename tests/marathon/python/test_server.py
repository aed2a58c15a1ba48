"""What the server says of itself."""

import os
from urllib.parse import urlsplit

import pytest
from marathon import MarathonClient, MarathonHttpError
from marathon.exceptions import NoResponseError


def test_ping(client):
    assert client.ping().strip() in (b"pong", b'"pong"')


def test_info(client):
    info = client.get_info()
    assert info.name == "marathon"
    assert info.version
    assert info.elected is True
    assert info.leader == urlsplit(os.environ["SHIP_URL"]).netloc
    assert info.http_config.http_port == urlsplit(os.environ["SHIP_URL"]).port
    assert info.marathon_config.local_port_min == 10000


def test_leader(client):
    assert client.get_leader() == {"leader": urlsplit(os.environ["SHIP_URL"]).netloc}


def test_metrics(client):
    metrics = client.get_metrics()
    assert {"version", "counters", "gauges", "histograms", "meters", "timers"} <= set(metrics)
    assert "marathon.apps.active.gauge" in metrics["gauges"]


def test_a_second_server_is_asked_where_the_first_is_gone():
    client = MarathonClient(["http://127.0.0.1:1", os.environ["SHIP_URL"]])
    assert client.ping()
    with pytest.raises(NoResponseError):
        MarathonClient("http://127.0.0.1:1").ping()


def test_event_subscriptions_are_gone(client):
    with pytest.raises(MarathonHttpError) as gone:
        client.list_event_subscriptions()
    assert gone.value.status_code == 404
