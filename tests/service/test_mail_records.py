"""What the DNS says about a sender's domain, read without a network."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from alerts.dkim import Signer
from service.findings import State
from service.mail_records import dkim, dkim_name, dmarc, dmarc_names, spf
from tests.alerts.mailing import HEAD

NAME = "vigilex._domainkey.example.org"


def make_key(folder: Path, name: str = "dkim.pem") -> tuple[Path, str]:
    """A file with a private key, and the record of its public half."""
    key = rsa.generate_private_key(65537, 1024)
    path = folder / name
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return path, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


@pytest.mark.parametrize(
    ("records", "state", "said"),
    [
        (["v=spf1 mx -all"], State.OK, "mx"),
        (["google-site-verification=x", "V=SPF1 include:relay.example ~all"], State.OK, "relay"),
        (["v=spf1 redirect=_spf.example.com"], State.OK, "redirect"),
        ([], State.PROBLEM, "no SPF record"),
        (["v=spf10 -all"], State.PROBLEM, "no SPF record"),
        (["v=spf1 mx -all", "v=spf1 a -all"], State.PROBLEM, "2 SPF records"),
        (["v=spf1 +all"], State.PROBLEM, "everybody"),
        (["v=spf1 mx all"], State.PROBLEM, "everybody"),
        (["v=spf1 mx ?all"], State.WARNING, "refuses nobody"),
        (["v=spf1 mx"], State.WARNING, "refuses nobody"),
        (["v=spf1"], State.WARNING, "refuses nobody"),
    ],
)
def test_an_spf_record_is_single_and_refuses_others(records: list[str], state: State, said: str) -> None:
    found = spf("example.org", records)
    assert found.state is state
    assert said in found.said
    assert bool(found.remedy) == (state is not State.OK)


@pytest.mark.parametrize(
    ("records", "state", "said"),
    [
        (["v=DMARC1; p=none; rua=mailto:a@example.org"], State.OK, "none"),
        (["v=DMARC1;p=Reject"], State.OK, "reject"),
        (["hello", "v = DMARC1 ; p = quarantine"], State.OK, "quarantine"),
        ([], State.WARNING, "no DMARC record"),
        (["v=DMARC10; p=none"], State.WARNING, "no DMARC record"),
        (["v=dmarc1; p=none"], State.WARNING, "no DMARC record"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], State.PROBLEM, "2 DMARC records"),
        (["v=DMARC1; rua=mailto:a@example.org"], State.PROBLEM, "no policy"),
        (["v=DMARC1; p=perhaps"], State.PROBLEM, "no policy"),
    ],
)
def test_a_dmarc_record_is_single_and_has_a_policy(records: list[str], state: State, said: str) -> None:
    found = dmarc("example.org", "_dmarc.example.org", records)
    assert found.state is state
    assert said in found.said


def test_a_policy_is_looked_for_upwards_but_not_at_a_top_level_domain() -> None:
    assert list(dmarc_names("mail.example.org")) == ["_dmarc.mail.example.org", "_dmarc.example.org"]
    assert list(dmarc_names("example.org")) == ["_dmarc.example.org"]
    assert list(dmarc_names("localhost")) == ["_dmarc.localhost"]


def test_the_public_key_stands_below_its_selector() -> None:
    assert dkim_name("example.org", "vigilex") == NAME


def test_a_published_key_must_prove_what_is_signed(tmp_path: Path) -> None:
    path, record = make_key(tmp_path)
    _, other = make_key(tmp_path, "other.pem")
    ours = Signer(path, "vigilex", HEAD).is_proved_by
    assert dkim(NAME, [record], ours).state is State.OK
    assert dkim(NAME, [record.replace("v=DKIM1; k=rsa; ", "")], ours).state is State.OK
    for records, said in (
        ([], "no public key"),
        (["hello"], "no public key"),
        ([record, other], "2 keys"),
        (["v=DKIM1; p="], "revoked"),
        ([other], "does not belong"),
        ([record[:-20]], "does not belong"),
        (["v=DKIM1; p=not base64 é"], "does not belong"),
        ([record.replace("k=rsa", "k=quantum")], "does not belong"),
    ):
        found = dkim(NAME, records, ours)
        assert found.state is State.PROBLEM
        assert said in found.said
        assert found.remedy
