"""The settings of `make demo`: a book of its own in var/demo, and, while its repositories are served, a policy that
allows exactly their address and port. Served afterwards, the same book fetches from public addresses only."""

import os

from adp.source.policy import PUBLIC, Policy
from config.environment import database, secret_key
from config.settings import *  # noqa: F403 - settings are a namespace

PHAROS_VAR = BASE / "var" / "demo"  # noqa: F405 - likewise
PHAROS_FILES = PHAROS_VAR / "files"
STATIC_ROOT = PHAROS_VAR / "static"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # the demo tells its story without its letters
EMAIL_FILE_PATH = PHAROS_VAR / "mail"
SECRET_KEY = secret_key(PHAROS_VAR, production=False)
DATABASES = {"default": database("", PHAROS_VAR)}
_git_port = os.environ.get("PHAROS_DEMO_GIT_PORT")
PHAROS_SOURCE_POLICY = Policy.loopback(int(_git_port)) if _git_port else PUBLIC
