"""Keys: made once, kept apart, changed every year, and refused when others can read them."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

import pytest

from certificates import keys
from certificates.keys import KeysRefused

NOW = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.UTC)
ISSUER = "Centro Regional de Formación en Fronteras"


@pytest.fixture
def made(tmp_path: Path) -> keys.Keys:
    return keys.create(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW)


def refusal(folder: Path) -> str:
    with pytest.raises(KeysRefused) as no:
        keys.load(folder)
    return no.value.code


def test_private_keys_are_their_owners_alone_from_the_first_moment(made: keys.Keys, tmp_path: Path) -> None:
    os.umask(os.umask(0))
    private = sorted(path for path in tmp_path.rglob("*.key"))
    assert [path.name for path in private] == ["facts.key", "paper.key", "root.key"]
    for path in private:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["paper.key", "facts.key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_signs_nothing(made: keys.Keys, tmp_path: Path, name: str, mode: int) -> None:
    next((tmp_path / "keys").rglob(name)).chmod(mode)
    assert refusal(tmp_path / "keys") == "keys-loose"


def test_a_folder_that_others_can_enter_signs_nothing(made: keys.Keys, tmp_path: Path) -> None:
    (tmp_path / "keys" / made.signing.name).chmod(0o750)
    assert refusal(tmp_path / "keys") == "keys-loose"


def test_what_only_verifies_needs_no_private_key(made: keys.Keys, tmp_path: Path) -> None:
    for path in (tmp_path / "keys").rglob("*.key"):
        path.unlink()
    assert keys.load_public(tmp_path / "keys") == made.public
    assert refusal(tmp_path / "keys") == "keys-missing"


def test_the_root_is_kept_apart_and_never_made_twice(made: keys.Keys, tmp_path: Path) -> None:
    with pytest.raises(KeysRefused, match="root-inside"):
        keys.create(tmp_path / "other", tmp_path / "other" / "root", ISSUER, NOW)
    with pytest.raises(KeysRefused, match="keys-exist"):
        keys.create(tmp_path / "keys", tmp_path / "elsewhere", ISSUER, NOW)
    assert keys.load(tmp_path / "keys").public == made.public


def test_after_a_rotation_the_new_keys_sign_and_the_old_ones_still_verify(made: keys.Keys, tmp_path: Path) -> None:
    later = keys.rotate(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW + dt.timedelta(days=365))
    assert later.signing.facts_id != made.signing.facts_id
    assert set(later.public.facts) == {made.signing.facts_id, later.signing.facts_id}
    assert later.public.papers == (made.signing.paper_certificate, later.signing.paper_certificate)
    assert later.public.fingerprint == made.public.fingerprint


def test_a_strangers_root_cannot_add_a_generation(made: keys.Keys, tmp_path: Path) -> None:
    keys.create(tmp_path / "theirs", tmp_path / "their-safe", "Otra academia", NOW)
    with pytest.raises(KeysRefused, match="keys-strangers"):
        keys.rotate(tmp_path / "keys", tmp_path / "their-safe", ISSUER, NOW)
    ours, theirs = (next((tmp_path / name).rglob("paper.pem")) for name in ("keys", "theirs"))
    ours.write_bytes(theirs.read_bytes())
    assert refusal(tmp_path / "keys") == "keys-strangers"


def test_the_signing_certificate_outlives_the_year_in_which_it_signs(made: keys.Keys) -> None:
    certificate = made.signing.paper_certificate
    assert certificate.not_valid_after_utc.year == 2046
    (period,) = (e.value for e in certificate.extensions if type(e.value).__name__ == "PrivateKeyUsagePeriod")
    assert (period.not_after - period.not_before).days == keys.SIGNING_DAYS


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"]
)
def test_a_damaged_key_is_told_by_its_name(made: keys.Keys, tmp_path: Path, content: bytes) -> None:
    next((tmp_path / "keys").rglob("paper.key")).write_bytes(content)
    with pytest.raises(KeysRefused) as no:
        keys.load(tmp_path / "keys")
    assert no.value.code == "keys-unreadable" and no.value.values["file"].endswith("paper.key")
