"""The key a node signs with: made once, readable by nobody else."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adp.errors import UsageError
from runners.node.identity import Identity


def test_it_is_made_once_and_kept_closed(tmp_path):
    path = tmp_path / "node" / "key.attest"
    made = Identity.at(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Identity.at(path).public == made.public


def test_what_it_signs_can_be_verified_with_the_public_half(tmp_path):
    made = Identity.at(tmp_path / "key")
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(made.public)).verify(made.sign(b"seen"), b"seen")


def test_a_key_that_others_can_read_is_refused(tmp_path):
    Identity.at(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(UsageError, match="others can read"):
        Identity.at(tmp_path / "key")


def test_what_is_no_key_is_refused(tmp_path):
    (tmp_path / "key").write_text("hello")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(UsageError, match="no private key"):
        Identity.at(tmp_path / "key")
