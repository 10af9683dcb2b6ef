from ipaddress import ip_address

import pytest

from adp.source.policy import PUBLIC, FixedNames, Policy, is_loopback, is_public

PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_inside_is_not_public(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "140.82.121.3", "2606:50c0:8000::154"])
def test_a_routable_address_is_public(text):
    assert is_public(ip_address(text))


def test_loopback_is_one_address():
    assert is_loopback(ip_address("127.0.0.1"))
    assert not is_loopback(ip_address("127.0.0.2"))


@pytest.mark.parametrize(
    "policy", [PUBLIC, Policy.loopback(8123), Policy(resolve=FixedNames({"a.example.org": ("8.8.8.8",)}))]
)
def test_a_policy_crosses_to_another_process_unchanged(policy):
    again = Policy.from_json(policy.to_json())
    assert again.to_json() == policy.to_json()
    assert again == policy


def test_a_policy_with_a_callable_of_its_own_does_not_cross():
    with pytest.raises(ValueError, match="named"):
        Policy(ip_ok=lambda _: True).to_json()


def test_loopback_knows_no_other_name():
    with pytest.raises(OSError, match="localhost"):
        Policy.loopback(80).resolve("localhost", 80)
