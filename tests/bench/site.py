"""The site's pages: sets Django up with a book of its own, then hands over to tests.bench.catalogue."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

import django
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

from tests.bench.harness import Duel, Effort, Subject


@contextmanager
def prepare(effort: Effort) -> Iterator[Sequence[Duel]]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        catalogue = import_module("tests.bench.catalogue")  # has models in it: not before Django is set up
        with catalogue.duels(effort) as found:
            yield found
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


SUBJECT = Subject("site", "requests to a full catalogue, against an empty view", prepare)
