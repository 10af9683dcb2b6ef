"""What the desk's tests stand on."""

import pytest

from tests.factories.reviews import Stage, open_stage


@pytest.fixture
def stage(db) -> Stage:
    return open_stage()
