"""The settings of the soak: those of a journey, but nothing is waited for long and nothing is given up early."""

from tests.journeys.settings import *  # noqa: F403 - settings are a namespace

RUNNERS = {"lease": 5.0, "beat": 0.5, "backoff": (0.2, 0.5), "faults": 40, "poll_step": 0.1}
