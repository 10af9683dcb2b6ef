"""An attestation is proved by the public key alone; whatever else it is, it is refused with a sentence."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from adp.attestation import AttestationError, Ran, key_id, seal, signed_bytes, statement, unseal
from adp.cli.main import main
from adp.report import ProductFile, Report, Verdict

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw().hex()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))  # in names of tests: the same in all workers
CUBE = b"SIMPLE  =                    T"
REPORT = Report(
    Verdict.PASSED,
    "t" * 40,
    "pixtable",
    "1.0.0",
    "bubblewrap",
    "2026-11-24T10:00:00Z",
    "2026-11-24T10:01:00Z",
    commit="c" * 40,
    products=(ProductFile("cube", "out/cube.fits", "fits", len(CUBE), hashlib.sha256(CUBE).hexdigest(), 1, 2, "cube"),),
    environment={"name": "astro-1", "digest": "d" * 64, "contents": {"python/numpy": "2.0"}},
)
RAN = Ran(
    "run-1",
    "replication",
    "muse/pixtable",
    "https://git.example.org/a",
    "leiden-1",
    "leiden",
    "bit-identical",
    "f" * 64,
)
SAID = statement(REPORT, RAN)
SEALED = seal(SAID, PRIVATE.sign, PUBLIC)


def test_a_statement_names_files_commit_run_and_outcome():
    assert SAID["_type"] == "https://in-toto.io/Statement/v1"
    assert [s["name"] for s in SAID["subject"]] == ["out/cube.fits", "git+https://git.example.org/a"]
    assert SAID["subject"][1]["digest"] == {"gitCommit": "c" * 40, "gitTree": "t" * 40}
    about = SAID["predicate"]
    assert (about["agreement"], about["centre"], about["reportDigest"]) == (
        "bit-identical",
        "leiden",
        {"sha256": REPORT.digest},
    )
    assert "contents" not in about["environment"]


def test_what_is_sealed_is_proved_by_the_public_key_alone():
    assert unseal(json.loads(json.dumps(SEALED)), PUBLIC) == SAID
    assert SEALED["signatures"][0]["keyid"] == key_id(PUBLIC)


def test_what_is_signed_is_the_encoding_of_dsse():
    """The example of the DSSE specification: length and bytes of the type, length and bytes of the body."""
    assert signed_bytes(b"hello world") == b"DSSEv1 28 application/vnd.in-toto+json 11 hello world"
    payload = base64.b64decode(SEALED["payload"])
    PRIVATE.public_key().verify(base64.b64decode(SEALED["signatures"][0]["sig"]), signed_bytes(payload))


def changed(**fields):
    return SEALED | fields


FORGED = {
    "another key": (SEALED, OTHER.public_key().public_bytes_raw().hex(), "no signature is by the key"),
    "another payload": (changed(payload=base64.b64encode(b"{}").decode()), PUBLIC, "no signature is by the key"),
    "another type": (changed(payloadType="text/plain"), PUBLIC, "no DSSE envelope"),
    "no signature": (changed(signatures=[]), PUBLIC, "between one and sixteen"),
    "many signatures": (changed(signatures=SEALED["signatures"] * 17), PUBLIC, "between one and sixteen"),
    "no base64": (changed(payload="ä"), PUBLIC, "base64"),
    "a signature that is none": (changed(signatures=["x"]), PUBLIC, "keyid and sig"),
    "no key": (SEALED, "zz", "64 hexadecimal digits"),
    "no envelope": ([], PUBLIC, "no DSSE envelope"),
    "nothing": (None, PUBLIC, "no DSSE envelope"),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_what_is_forged_is_refused_with_its_reason(forgery):
    envelope, key, why = FORGED[forgery]
    with pytest.raises(AttestationError, match=why):
        unseal(envelope, key)


@pytest.mark.parametrize(
    "said", [{}, [], "x", {"_type": "x", "predicateType": "y"}, SAID | {"subject": []}, SAID | {"predicate": 1}]
)
def test_a_signature_on_something_else_proves_nothing(said):
    with pytest.raises(AttestationError):
        unseal(seal(said, PRIVATE.sign, PUBLIC), PUBLIC)


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_the_payload_may_change(at, bit):
    payload = bytearray(base64.b64decode(SEALED["payload"]))
    payload[at % len(payload)] ^= 1 << bit
    with pytest.raises(AttestationError):
        unseal(changed(payload=base64.b64encode(payload).decode()), PUBLIC)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SEALED, "x"]), inner, max_size=4),
)


@given(JSON)
def test_no_document_brings_the_verifier_down(document):
    with pytest.raises(AttestationError):
        unseal(document, PUBLIC)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(SEALED))
    row = {"key_id": key_id(PUBLIC), "envelope": SEALED}
    (tmp_path / "list.json").write_text(json.dumps({"results": [{"key_id": "0" * 64, "envelope": {}}, row]}))
    (tmp_path / "key").write_text(PUBLIC + "\n")
    pem = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "products" / "out").mkdir(parents=True)
    (tmp_path / "products" / "out" / "cube.fits").write_bytes(CUBE)
    return tmp_path


@pytest.mark.parametrize("file", ["one.json", "list.json"])
@pytest.mark.parametrize("key", ["key", "key.pem", PUBLIC])
def test_adp_verify_proves_it_offline(files, capsys, file, key):
    given = key if key == PUBLIC else str(files / key)
    assert main(["verify", str(files / file), "--key", given, "--files", str(files / "products")]) == 0
    said = capsys.readouterr().out
    assert "muse/pixtable 1.0.0: replication bit-identical, at leiden, run run-1" in said


def test_adp_verify_says_which_file_is_another(files, capsys):
    (files / "products" / "out" / "cube.fits").write_bytes(b"other")
    asked = ["verify", str(files / "one.json"), "--key", PUBLIC, "--files", str(files / "products"), "--json"]
    assert main(asked) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "differs"
    assert "out/cube.fits is another file" in found["faults"][0]


@pytest.mark.parametrize(
    ("file", "key", "code"),
    [
        ("one.json", OTHER.public_key().public_bytes_raw().hex(), 1),
        ("list.json", OTHER.public_key().public_bytes_raw().hex(), 2),
        ("one.json", "nokey", 2),
        ("missing.json", PUBLIC, 2),
        ("key", PUBLIC, 2),
    ],
)
def test_adp_verify_ends_as_every_verb_does(files, file, key, code):
    assert main(["verify", str(files / file), "--key", key]) == code


def test_adp_verify_does_not_leave_its_folder(files, capsys):
    said = SAID | {"subject": [{"name": "../one.json", "digest": {"sha256": "0" * 64}}]}
    (files / "out.json").write_text(json.dumps(seal(said, PRIVATE.sign, PUBLIC)))
    assert main(["verify", str(files / "out.json"), "--key", PUBLIC, "--files", str(files / "products")]) == 1
    assert "leads out of the folder" in capsys.readouterr().out
