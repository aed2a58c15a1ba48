"""App definitions, made of marathon-python's own classes."""

from marathon.models import MarathonApp, MarathonHealthCheck
from marathon.models.container import MarathonContainer, MarathonContainerPortMapping, MarathonDockerContainer


def idler(**fields):
    """Does nothing, and ends at once when asked to."""
    busybox = MarathonContainer(docker=MarathonDockerContainer(image="busybox", network="BRIDGE"))
    small = {"instances": 1, "cpus": 0.01, "mem": 8}
    return MarathonApp(**{"cmd": "trap exit TERM; sleep 3600 & wait", "container": busybox, **small, **fields})


def web(**fields):
    """nginx with its page of welcome; healthy once it answers."""
    nginx = MarathonContainer(
        docker=MarathonDockerContainer(image="nginx"),
        port_mappings=[MarathonContainerPortMapping(container_port=80, host_port=0, name="http")],
    )
    small = {"instances": 1, "cpus": 0.01, "mem": 16}
    rest = {"networks": [{"mode": "container/bridge"}], "health_checks": [answers("/")]}
    return MarathonApp(**{"container": nginx, **small, **rest, **fields})


def answers(path, **fields):
    """A health check that asks each second."""
    each_second = {"interval_seconds": 1, "timeout_seconds": 1, "grace_period_seconds": 30, "max_consecutive_failures": 3}
    return MarathonHealthCheck(protocol="HTTP", path=path, port_index=0, **{**each_second, **fields})


def unplaceable(**fields):
    """An app that no agent has room for, so that its deployment goes on until somebody ends it."""
    return idler(**{"cpus": 100000, **fields})
