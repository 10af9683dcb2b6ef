"""The settings of the tests: an in-memory book (or PHAROS_TEST_DATABASE_URL's), files that vanish, quick hashes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from adp.environment import place

os.environ.setdefault("SECRET_KEY", "of the tests, and of nothing else: " + "0123456789" * 3)
os.environ.setdefault("PHAROS_TREES", str(place.var()))  # Debian trees are made once per machine, not per run
_VAR = tempfile.mkdtemp(prefix="pharos-tests-")
os.environ["PHAROS_VAR"] = _VAR
atexit.register(shutil.rmtree, _VAR, ignore_errors=True)
(Path(_VAR) / "static").mkdir()  # whitenoise warns of a folder that is not there

from config.environment import database  # noqa: E402 - the environment comes first
from config.settings import *  # noqa: E402, F403 - settings are a namespace

if os.environ.get("PHAROS_TEST_DATABASE_URL"):
    DATABASES = {"default": database(os.environ["PHAROS_TEST_DATABASE_URL"], Path(_VAR)) | {"CONN_MAX_AGE": 0}}
else:
    DATABASES = {"default": database("", Path(_VAR)) | {"ENGINE": "tests.sqlite"}}
    if "PYTEST_XDIST_WORKER" in os.environ:  # several processes: each its own file, for a suffix suits no memory
        DATABASES["default"]["TEST"] = {"NAME": str(Path(_VAR, "test.sqlite3"))}
        _OPTIONS = DATABASES["default"]["OPTIONS"]
        _OPTIONS["init_command"] = _OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = dict.fromkeys(  # noqa: F405 - of config.settings
    ("anon", "user", "sign-in", "submit"), "1000/second"
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = ""
PHAROS_SITE = "http://testserver"
