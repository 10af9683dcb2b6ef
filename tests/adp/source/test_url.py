import socket

import pytest

from adp.errors import AuthorError
from adp.source.policy import FixedNames, Policy
from adp.source.url import check

NAMES = {
    "git.example.org": ("8.8.8.8", "2606:50c0:8000::154"),
    "inside.example.org": ("10.0.0.7",),
    "half.example.org": ("8.8.8.8", "10.0.0.7"),
    "metadata.example.org": ("169.254.169.254",),
    "mapped.example.org": ("::ffff:127.0.0.1",),
    "nothing.example.org": (),
    "garbage.example.org": ("not an address",),
}
POLICY = Policy(resolve=FixedNames(NAMES))

REFUSED = [  # u01-u13 of the attack matrix, and neighbours
    ("ext::sh -c touch% /tmp/x", "characters"),
    ("ext::touch", "scheme"),
    ("file:///etc/passwd", "scheme"),
    ("/srv/git/repository", "scheme"),
    ("../repository", "scheme"),
    ("--upload-pack=/bin/false", "scheme"),
    ("-u", "scheme"),
    ("git://git.example.org/a/b", "scheme"),
    ("ssh://git@git.example.org/a/b", "scheme"),
    ("git@git.example.org:a/b.git", "scheme"),
    ("ftp://git.example.org/a/b", "scheme"),
    ("http://git.example.org/a/b", "scheme"),
    ("https:git.example.org/a/b", "scheme"),
    ("https://user@git.example.org/a/b", "user"),
    ("https://user:secret@git.example.org/a/b", "user"),
    ("https://@git.example.org/a/b", "user"),
    ("https://git.example.org/a/b?x=1", "query"),
    ("https://git.example.org/a/b?", "query"),
    ("https://git.example.org/a/b#main", "query"),
    ("https://127.0.0.1/a/b", "host"),
    ("https://2130706433/a/b", "host"),
    ("https://0x7f000001/a/b", "host"),
    ("https://0177.0.0.1/a/b", "host"),
    ("https://127.1/a/b", "host"),
    ("https://[::1]/a/b", "host"),
    ("https://[::ffff:127.0.0.1]/a/b", "host"),
    ("https://[::1/a/b", "host"),
    ("https://localhost/a/b", "host"),
    ("https://git.example.org./a/b", "host"),
    ("https:///a/b", "host"),
    ("https://git.example.org:22/a/b", "port"),
    ("https://git.example.org:99999/a/b", "host"),
    ("https://git.example.org", "path"),
    ("https://git.example.org/", "path"),
    ("https://git.example.org/a/../b", "path"),
    ("https://git.example.org//a", "path"),
    ("https://git.example.org/a%2e%2e/b", "characters"),
    ("https://git.example.org/a b", "characters"),
    ("https://git.example.org/a\nb", "characters"),
    ("https://git.example.org/$HOME", "characters"),
    ("https://git.example.org\\@evil.example.org/a", "characters"),
    ("https://gít.example.org/a", "characters"),
    ("https://git.example.org/" + "a" * 600, "length"),
    ("https://inside.example.org/a/b", "address"),
    ("https://half.example.org/a/b", "address"),
    ("https://metadata.example.org/latest", "address"),
    ("https://mapped.example.org/a/b", "address"),
]


@pytest.mark.parametrize(("url", "rule"), REFUSED)
def test_an_address_is_refused_by_its_rule(url, rule):
    with pytest.raises(AuthorError) as refusal:
        check(url, POLICY)
    (finding,) = refusal.value.findings
    assert (finding.code, finding.evidence["rule"]) == ("URL_REFUSED", rule)
    assert finding.hint
    assert "secret" not in str(finding.to_dict())


@pytest.mark.parametrize("host", ["nothing.example.org", "garbage.example.org", "unknown.example.org"])
def test_a_name_without_an_address_is_unreachable(host):
    with pytest.raises(AuthorError) as refusal:
        check(f"https://{host}/a/b", POLICY)
    assert [finding.code for finding in refusal.value.findings] == ["UNREACHABLE"]


def test_a_name_service_that_fails_is_unreachable():
    def fails(host, port):
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    with pytest.raises(AuthorError, match="does not resolve"):
        check("https://git.example.org/a/b", Policy(resolve=fails))


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://git.example.org/a/b", "https://git.example.org/a/b"),
        ("https://git.example.org:443/a/b.git", "https://git.example.org/a/b.git"),
        ("HTTPS://GIT.example.org/~a/B_2+x/", "https://git.example.org/~a/B_2+x/"),
    ],
)
def test_a_good_address_has_one_spelling_and_pins_every_address(url, clean):
    location = check(url, POLICY)
    assert location.url == clean
    assert location.pin == "git.example.org:443:8.8.8.8,[2606:50c0:8000::154]"


def test_loopback_means_one_address_and_one_port():
    policy = Policy.loopback(8123)
    assert check("http://127.0.0.1:8123/a", policy).pin == "127.0.0.1:8123:127.0.0.1"
    for url in ("http://127.0.0.1:8124/a", "http://127.0.0.1/a", "http://127.0.0.2:8123/a", "https://127.0.0.1:8123/a"):
        with pytest.raises(AuthorError):
            check(url, policy)


def test_the_hint_turns_an_ssh_address_into_https():
    with pytest.raises(AuthorError) as refusal:
        check("git@git.example.org:muse/pixtable.git", POLICY)
    assert refusal.value.hint == "Use https://git.example.org/muse/pixtable.git instead."
