import pytest

from tests.factories.runners import a_claim


@pytest.fixture
def working(node, http):
    """(claim, http) of a node at work."""
    taken = a_claim(node=node[0])
    return taken, http(node[1], taken.token)
