"""python -m tests.journeys.relay LISTEN TARGET [LISTEN TARGET …]: carries bytes from one network to another.

A place is unix:/path, tcp:host:port or, to listen with a certificate, tls:host:port:/file.pem. A path is seen from
every network namespace, a port only from its own. One thread: a TLS connection must not be read and written by two."""

import asyncio
import ssl
import sys
from contextlib import suppress
from functools import partial

CHUNK = 1 << 16
Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


async def listen(place: str, target: str) -> asyncio.AbstractServer:
    kind, _, rest = place.partition(":")
    if kind == "unix":
        return await asyncio.start_unix_server(partial(carry_both, target), rest)
    host, port, *pem = rest.split(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if pem else None
    if context:
        context.load_cert_chain(pem[0])
    return await asyncio.start_server(partial(carry_both, target), host, int(port), ssl=context)


async def connect(place: str) -> tuple[Reader, Writer]:
    kind, _, rest = place.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(rest)
    host, port = rest.split(":")
    return await asyncio.open_connection(host, int(port))


async def carry_both(target: str, reader: Reader, writer: Writer) -> None:
    """Until the target has said all; then the wire ends."""
    with suppress(OSError):
        other_reader, other_writer = await connect(target)
        there = asyncio.ensure_future(carry(reader, other_writer))
        await carry(other_reader, writer)
        there.cancel()
        other_writer.close()
    writer.close()


async def carry(reader: Reader, writer: Writer) -> None:
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def main(places: list[str]) -> None:
    servers = [await listen(place, target) for place, target in zip(places[::2], places[1::2], strict=True)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)  # as long as whoever started us holds the other end
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
