"""Gives every test a client for the cluster at SHIP_URL.

The cluster is the caller's: it is started before these tests and removed, with all containers, after them.
"""

import collections
import collections.abc
import os

import pytest

# marathon-python 0.13.0 asks for a name at a place that Python 3.10 has closed. Nothing else of it is touched.
collections.Iterable = collections.abc.Iterable

from marathon import MarathonClient  # noqa: E402 (after the line above)


@pytest.fixture
def client():
    return MarathonClient(os.environ["SHIP_URL"])


@pytest.fixture
def another_client():
    """Makes clients for threads, which must not share one."""
    return lambda: MarathonClient(os.environ["SHIP_URL"])
