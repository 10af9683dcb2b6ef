"""What a Dockerfile may ask of the engine that builds it."""

import pytest

from adp.finding import Reason
from adp.sandbox.dockerfile import check


def held(image: str) -> bool:
    return image == "astro-1"


@pytest.mark.parametrize(("text", "code", "line"), [
    ("FROM python:3.11", "DOCKERFILE_FROM", 1),
    ("from --platform=linux/amd64 python", "DOCKERFILE_FROM", 1),
    ("ARG X=evil\nFROM $X", "DOCKERFILE_FROM", 2),
    ("FROM astro-1 AS a\nFROM b", "DOCKERFILE_FROM", 2),
    ("FROM astro-1\nCOPY --from=registry.test/x /a /b", "DOCKERFILE_FROM", 2),
    ("FROM astro-1\nADD https://example.org/x /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nA\\\n# between\nDD ht\\  \ntp://example.org/x /x", "DOCKERFILE_ADD", 2),
    ('FROM astro-1\nONBUILD ADD ["http://example.org/x", "/x"]', "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nENV U=http://x\nADD $U /x", "DOCKERFILE_ADD", 3),
    ("\N{BYTE ORDER MARK}FROM python:3.11", "DOCKERFILE_FROM", 1),
    ("\N{BYTE ORDER MARK}# escape=`\nFROM astro-1", "DOCKERFILE_DIRECTIVE", 1),
    ("FROM\vpython:3.11", "DOCKERFILE_FROM", 1),
    ("FROM astro-1\nADD\fhttp://example.org/x /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nADD\rhttp://example.org/x /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nADD http:\\/\\/example.org/x /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nADD ht'tp:/'/example.org/x /x", "DOCKERFILE_ADD", 2),
    ('FROM astro-1\nADD ["http:\\u002f/example.org/x", "/x"]', "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nCOPY --fr\\om=registry.test/x /a /b", "DOCKERFILE_FROM", 2),
    ('FROM astro-1\nCOPY --f"rom"=registry.test/x /a /b', "DOCKERFILE_FROM", 2),
    ("FROM astro-1\nRUN --mount=type=bind,from=registry.test/x,target=/m true", "DOCKERFILE_RUN", 2),
    ("FROM astro-1\nRUN --network=host true", "DOCKERFILE_RUN", 2),
    ("# escape=`\nFROM astro-1", "DOCKERFILE_DIRECTIVE", 1),
    ("# syntax = evil/frontend\nFROM astro-1", "DOCKERFILE_DIRECTIVE", 1),
])  # fmt: skip
def test_it_may_not_reach_out_through_the_engine(text: str, code: str, line: int) -> None:
    (finding,) = check(text, "Dockerfile", held)
    assert (finding.reason, finding.code) == (Reason.POLICY, code)
    assert (finding.where.file, finding.where.line) == ("Dockerfile", line)


@pytest.mark.parametrize("text", [
    "FROM astro-1\nCOPY wheels /opt/wheels\nRUN pip install --no-index /opt/wheels/*\n",
    "FROM scratch\nADD tree.tar /\n",
    "FROM astro-1 AS build\nRUN true\nFROM astro-1\nCOPY --from=build /a /b\nCOPY --from=0 /a /b\n",
    "# a comment\n\nFROM astro-1\n# ADD http://x /x\nRUN echo http://x\n",
])  # fmt: skip
def test_what_stays_in_the_repository_is_allowed(text: str) -> None:
    assert check(text, "Dockerfile", held) == ()
