"""The settings of a site with a crowd before it: everybody comes from one address."""

from config.settings import *  # noqa: F403 - settings are a namespace

RUNNERS = {"lease": 600.0, "streams_each": 400, "looks": 80.0, "held": 3, "hold": 60.0}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
