"""An index of packages on loopback, and source distributions that build themselves without any backend of others."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
BACKEND = """
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    {deed}
    name = "{becomes}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("{becomes}.py", "ANSWER = 42\\n")
        info = "{becomes}-{version}.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: {becomes}\\nVersion: {version}\\n{requires}")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """A test says what it has to say by its outcome."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a simple index of what lies in `folder`: one folder per project, with its index.html."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def source(
    folder: Path, name: str, *, deed: str = "pass", requires: str = "", becomes: str = "", said: bytes = b""
) -> str:
    """Puts a source distribution on the shelf, whose build does `deed` first and makes a wheel of `becomes` (default:
    of itself); returns its line in a lock. The index announces the hash of `said` where it is to lie."""
    version = "1.0"
    backend = BACKEND.format(becomes=becomes or name, version=version, deed=deed, requires=requires)
    content = _packed({"PKG-INFO": "", "pyproject.toml": PYPROJECT, "backend.py": backend}, f"{name}-{version}")
    digest = hashlib.sha256(said or content).hexdigest()
    project = folder / name
    project.mkdir()
    file = f"{name}-{version}.tar.gz"
    (project / file).write_bytes(content)
    (project / "index.html").write_text(f'<!DOCTYPE html><a href="{file}#sha256={digest}">{file}</a>', "utf-8")
    return f"{name}=={version} --hash=sha256:{digest}\n"


def _packed(files: dict[str, str], top: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()
