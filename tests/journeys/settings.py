"""The settings of a journey's site: those of everybody, but repositories come from one port of loopback, and what is
done every now and then is done every second. The rest is the environment's to say (tests/journeys/site.py)."""

import os

from adp.source.policy import FixedNames, Policy, is_loopback
from config.settings import *  # noqa: F403 - settings are a namespace

NAMES = {
    "127.0.0.1": ["127.0.0.1"],
    "::1": ["::1"],
    "10.0.0.7": ["10.0.0.7"],
    "169.254.169.254": ["169.254.169.254"],
    "two-faced.example": ["127.0.0.1", "10.0.0.7"],
}
PHAROS_SOURCE_POLICY = Policy(
    ("http",), (int(os.environ["JOURNEY_GIT_PORT"]),), is_loopback, FixedNames(NAMES), allow_literal_hosts=True
)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["sign-in"] = "600/min"  # noqa: F405 - a whole cast comes from one address
RUNNERS = {"lease": float(os.environ.get("JOURNEY_LEASE", "6")), "beat": 0.5, "backoff": (0.2,), "rounds": 1.0}
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": 1.0}
    for name, entry in CELERY_BEAT_SCHEDULE.items()  # noqa: F405 - of config.settings
}
