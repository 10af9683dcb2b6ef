"""The fetcher against a real https server that does all a server can do."""

import io
import time
from dataclasses import replace

import pytest

from adp.errors import AuthorError
from adp.reference.download import Fetch, GoneError, TooMuchError
from adp.reference.wire import AwayError, trust
from tests.adp.reference.conftest import BODY, QUICK
from tests.factories.https import breaks_after, sends


@pytest.fixture
def fetch(server):
    def do(path, most=1 << 20, policy=None, bounds=QUICK, url=""):
        into = io.BytesIO()
        given = (url or server.url(path), most, policy or server.policy(), bounds, trust(server.authorities))
        Fetch(*given).into(into)
        return into.getvalue()

    return do


def test_a_file_comes_as_it_is(server, fetch):
    server.serve("/cone.fits?download=1", BODY)
    assert fetch("/cone.fits?download=1") == BODY
    assert server.asked[0][1]["Accept-Encoding"] == "identity"


def test_a_wire_that_breaks_is_taken_up_where_it_broke(server, fetch):
    server.paths["/a"] = breaks_after(BODY, 30_000)
    assert fetch("/a") == BODY
    assert [h.get("Range") for _, h in server.asked] == [None, "bytes=30000-", "bytes=60000-", "bytes=90000-"]


@pytest.mark.parametrize("odd", [{"ranged": False}, {"tag": ""}, {"tag": 'W/"weak"'}])
def test_without_a_promise_of_equal_bytes_it_begins_anew_and_gives_up(server, fetch, odd):
    server.paths["/a"] = breaks_after(BODY, 30_000, **odd)
    with pytest.raises(AwayError, match="broke after 30000"):
        fetch("/a")
    assert len(server.asked) <= 2 * QUICK.tries


def test_another_part_than_was_asked_for_is_not_taken(server, fetch):
    def wrong(to):
        if "Range" not in to.headers:
            return breaks_after(BODY, 30_000)(to)
        return sends(BODY, 206, Content_Range=f"bytes 0-{len(BODY)}/*")(to)

    server.paths["/a"] = wrong
    with pytest.raises(AwayError, match="another part"):
        fetch("/a")


def test_what_is_announced_as_too_much_is_not_read(server, fetch):
    server.serve("/a", BODY)
    with pytest.raises(TooMuchError):
        fetch("/a", most=len(BODY) - 1)


def test_an_endless_body_ends_at_what_is_wanted(server, fetch):
    def endless(to):
        to.send_response(200)
        to.end_headers()
        while True:
            to.wfile.write(BODY)

    server.paths["/a"] = endless
    with pytest.raises(TooMuchError):
        fetch("/a", most=1 << 20)


def test_a_server_that_drips_is_left(server, fetch):
    def drips(to):
        to.send_response(200)
        to.end_headers()
        for _ in range(200):
            to.wfile.write(b".")
            to.wfile.flush()
            time.sleep(0.05)

    server.paths["/a"] = drips
    with pytest.raises(AwayError, match="bytes in"):
        fetch("/a", bounds=replace(QUICK, tries=1))


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_a_file_that_is_gone_is_not_asked_for_again(server, fetch, status):
    server.paths["/a"] = sends(b"", status)
    with pytest.raises(GoneError, match=str(status)):
        fetch("/a")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_asked_again(server, fetch, status):
    server.paths["/a"] = sends(b"", status)
    with pytest.raises(AwayError, match=str(status)):
        fetch("/a")
    assert len(server.asked) == QUICK.tries


def test_a_packed_answer_is_refused(server, fetch):
    server.serve("/a", BODY, Content_Encoding="gzip")
    with pytest.raises(GoneError, match="packed"):
        fetch("/a")


def test_redirects_are_followed_to_an_end(server, fetch):
    server.paths["/a"] = sends(b"", 302, Location="/b?signature=x%2Fy")
    server.serve("/b?signature=x%2Fy", BODY)
    assert fetch("/a") == BODY
    server.paths["/loop"] = sends(b"", 307, Location="/loop")
    with pytest.raises(GoneError, match="redirects more than 5"):
        fetch("/loop")


@pytest.mark.parametrize(
    ("to", "rule"),
    [
        ("http://data.example.org/x", "https"),
        ("https://127.0.0.1/x", "host"),
        ("https://data.example.org:22/x", "port"),
        ("file:///etc/passwd", "https"),
        ("https://me@data.example.org/x", "user"),
        ("https://inside.example:{port}/x", "address"),
        ("https://metadata.example:{port}/latest/meta-data", "address"),
    ],
)
def test_every_address_on_the_way_is_judged(server, fetch, to, rule):
    policy = server.policy(inside_example="10.0.0.7", metadata_example="169.254.169.254")
    server.paths["/a"] = sends(b"", 301, Location=to.format(port=server.port))
    with pytest.raises(AuthorError) as caught:
        fetch("/a", policy=policy)
    assert caught.value.findings[0].evidence["rule"] == rule
    assert len(server.asked) == 1


def test_the_certificate_is_that_of_the_name(server, fetch):
    server.serve("/a", BODY)
    policy = server.policy(other_example="127.0.0.1")
    with pytest.raises(AwayError, match="certificate"):
        fetch("/a", policy=policy, url=server.url("/a", "other.example"))


def test_an_authority_nobody_here_vouches_for_is_not_believed(server):
    server.serve("/a", BODY)
    with pytest.raises(AwayError, match="certificate"):
        Fetch(server.url("/a"), 1 << 20, server.policy(), QUICK, trust()).into(io.BytesIO())


def test_a_name_that_does_not_resolve_may_do_so_later(server, fetch):
    with pytest.raises(AwayError, match="resolve"):
        fetch("/a", url=server.url("/a", "nowhere.example"))
