"""Waits, every one with a bound."""

import time

PATIENCE = 60  # seconds; two busy cores need a few of them
PACE = 0.1  # seconds between two questions to the API


def eventually(question, within=PATIENCE):
    """Asks until the answer is true, and returns it."""
    deadline = time.monotonic() + within
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within} s: {question.__name__}"
        time.sleep(PACE)


def deployed(client, deployment):
    """Waits for the end of a deployment, named by what started it: a result, or a created app."""
    wanted = deployment["deploymentId"] if isinstance(deployment, dict) else deployment.deployments[0].id

    def it_is_over():
        return wanted not in [running.id for running in client.list_deployments()]

    eventually(it_is_over)
    return wanted
