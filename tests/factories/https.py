"""A real https server on loopback with a certificate authority of its own; what it serves is told path by path."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adp.source.policy import FixedNames, Policy, is_loopback

HOST = "data.example.org"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    port: int
    authorities: str
    paths: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"

    def policy(self, **names: str) -> Policy:
        """Fetches from exactly this port of loopback; `names` lead elsewhere."""
        table = {HOST: ("127.0.0.1",), **{name.replace("_", "."): (at,) for name, at in names.items()}}
        return Policy(("https",), (self.port,), is_loopback, FixedNames(table))

    def serve(self, path: str, body: bytes, **headers: str) -> str:
        self.paths[path] = sends(body, **headers)
        return self.url(path)


def sends(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        to.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    return answer


def breaks_after(body: bytes, at: int, *, ranged: bool = True, tag: str = '"one"') -> Answer:
    """Sends `at` bytes and hangs up; asked for the rest it sends that, if it is `ranged`."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        asked = to.headers.get("Range") if ranged and to.headers.get("If-Range") == tag else None
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        to.send_response(206 if asked else 200)
        if asked:
            to.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        to.send_header("Content-Length", str(len(body) - start))
        if tag:
            to.send_header("ETag", tag)
        to.end_headers()
        to.wfile.write(body[start : start + at])
        to.close_connection = True

    return answer


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers.items())))
            try:
                server.paths.get(self.path, sends(b"no such file", 404))(self)
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                self.close_connection = True  # the other side has heard enough

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """A client that hangs up in the handshake is what some tests are about."""


@contextmanager
def serving(folder: Path, *names: str) -> Iterator[Server]:
    """`names` (or addresses) beside HOST that its certificate is good for."""
    pem = certificate(folder, HOST, "127.0.0.1", *names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    http = _Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
    http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    server = Server(http.server_address[1], pem)
    http.RequestHandlerClass = _handler(server)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def certificate(folder: Path, *names: str) -> str:
    """An authority (returned as PEM, kept in ca.pem) and what it vouches for, with its key, in server.pem."""
    now = dt.datetime.now(dt.UTC)
    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority of the tests")])
    span = (now - dt.timedelta(days=1), now + dt.timedelta(days=1))

    def made(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(root).public_key(key.public_key())
        return builder.serial_number(x509.random_serial_number()).not_valid_before(span[0]).not_valid_after(span[1])

    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    authority = made(root, ours).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    authority = authority.add_extension(usage, critical=True)
    authority = authority.add_extension(x509.SubjectKeyIdentifier.from_public_key(ours.public_key()), critical=False)
    leaf = made(x509.Name([]), theirs).add_extension(x509.SubjectAlternativeName(map(_name, names)), critical=True)
    leaf = leaf.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ours.public_key()), critical=False)
    pem = authority.sign(ours, hashes.SHA256()).public_bytes(Encoding.PEM)
    key = theirs.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ca.pem").write_bytes(pem)
    (folder / "server.pem").write_bytes(key + leaf.sign(ours, hashes.SHA256()).public_bytes(Encoding.PEM))
    return pem.decode("ascii")


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
