"""The second step: codes of an app, recovery codes, roles that ask for it, and losing the device."""

import dataclasses

import pyotp
import pytest
from sqlalchemy import select

from app.records.audit import AuditEntry, Notice
from app.records.people import Person, SignIn
from app.records.secondstep import Authenticator, RecoveryCode
from app.rules.errors import Forbidden, NotFound, Refused, TooMany
from app.services import accounts, sealing, signins, twosteps
from tests.cast import PASSWORD


def with_secrets(cast, **more):
    settings = dataclasses.replace(cast.office.settings, secrets=(b"s" * 40,), **more)
    cast.office = dataclasses.replace(cast.office, settings=settings)
    return cast.office


def sign_in(cast, name):
    token = accounts.sign_in(cast.office, cast.email(name), PASSWORD, address="1")
    found = signins.signed_in(cast.office, token)
    assert found is not None
    return token, found


def code_of(cast, secret, ahead=0):
    return pyotp.TOTP(secret.text.replace(" ", "")).generate_otp(int(cast.clock.at.timestamp()) // 30 + ahead)


def set_up(cast, name="nayeli"):
    """Set up an app for *name*; returns its secret, the recovery codes and the token of the sign-in."""
    token, found = sign_in(cast, name)
    twosteps.new_secret(cast.office, found.actor)
    secret = twosteps.secret(cast.office, found.actor)
    codes = twosteps.confirm(cast.office, found.actor, code_of(cast, secret), found.token_hash)
    cast.clock.pass_by(seconds=90)
    return secret, codes, token


def test_a_password_alone_opens_nothing_once_there_is_a_second_step(cast_on_both):
    cast = cast_on_both
    office = with_secrets(cast)
    secret, codes, _token = set_up(cast)
    assert len(codes) == 10 and len(set(codes)) == 10
    _token, found = sign_in(cast, "nayeli")
    assert found.waits
    token, left = twosteps.answer(office, found, code_of(cast, secret))
    opened = signins.signed_in(office, token)
    assert opened is not None and not opened.waits and left is None
    assert signins.signed_in(office, _token) is None, "the token that was out before the second step opens nothing"


def test_each_code_opens_once(cast):
    office = with_secrets(cast)
    secret, _codes, _token = set_up(cast)
    code = code_of(cast, secret)
    twosteps.answer(office, sign_in(cast, "nayeli")[1], code)
    with pytest.raises(Refused, match="second-wrong"):
        twosteps.answer(office, sign_in(cast, "nayeli")[1], code)
    with pytest.raises(Refused):  # nor one that is older than the last
        twosteps.answer(office, sign_in(cast, "nayeli")[1], code_of(cast, secret, -1))


@pytest.mark.parametrize(("ahead", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_half_a_minute_off_is_no_obstacle_and_more_is(cast, ahead, right):
    office = with_secrets(cast)
    secret, _codes, _token = set_up(cast)
    found = sign_in(cast, "nayeli")[1]
    if right:
        twosteps.answer(office, found, code_of(cast, secret, ahead))
    else:
        with pytest.raises(Refused):
            twosteps.answer(office, found, code_of(cast, secret, ahead))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000\0", "-" * 500])
def test_what_is_no_code_is_refused(cast, code):
    office = with_secrets(cast)
    set_up(cast)
    with pytest.raises(Refused):
        twosteps.answer(office, sign_in(cast, "nayeli")[1], code)


def test_guessing_codes_ends_after_a_few_tries_however_often_one_signs_in(cast):
    office = with_secrets(cast)
    secret, _codes, _token = set_up(cast)
    for _try in range(twosteps.TRIES):
        with pytest.raises(Refused):
            twosteps.answer(office, sign_in(cast, "nayeli")[1], "x")
    with pytest.raises(TooMany):
        twosteps.answer(office, sign_in(cast, "nayeli")[1], code_of(cast, secret))
    cast.clock.pass_by(minutes=16)
    twosteps.answer(office, sign_in(cast, "nayeli")[1], code_of(cast, secret))


def test_guessing_slowly_ends_with_the_day(cast):
    office = with_secrets(cast)
    set_up(cast)
    for _try in range(twosteps.TRIES_A_DAY - 1):  # setting up was the first
        cast.clock.pass_by(minutes=3)
        with pytest.raises(Refused):
            twosteps.answer(office, sign_in(cast, "nayeli")[1], "x")
    cast.clock.pass_by(minutes=3)
    found = sign_in(cast, "nayeli")[1]
    with pytest.raises(TooMany):
        twosteps.answer(office, found, "x")


def test_a_recovery_code_opens_once_and_the_person_is_told(cast_on_both):
    cast = cast_on_both
    office = with_secrets(cast)
    _secret, codes, _token = set_up(cast)
    typed = codes[3].lower().replace("-", " ").replace("0", "o")
    _token, left = twosteps.answer(office, sign_in(cast, "nayeli")[1], typed)
    assert left == 9
    with pytest.raises(Refused):
        twosteps.answer(office, sign_in(cast, "nayeli")[1], codes[3])
    assert office.session.scalar(select(Notice).where(Notice.dedup_key.startswith("account/recovery-used")))
    assert office.session.scalar(select(AuditEntry).where(AuditEntry.action == "account.recovery-used"))


def test_new_recovery_codes_end_the_old_ones_and_nobody_elses(cast):
    office = with_secrets(cast)
    _secret, old, _token = set_up(cast)
    _secret, others, _token = set_up(cast, "beto")
    new = twosteps.new_codes(office, cast.actor("nayeli"))
    for code in (old[0], others[0]):
        with pytest.raises(Refused):
            twosteps.answer(office, sign_in(cast, "nayeli")[1], code)
    twosteps.answer(office, sign_in(cast, "nayeli")[1], new[0])
    twosteps.answer(office, sign_in(cast, "beto")[1], others[0])


def test_neither_the_secret_nor_a_code_stands_in_the_database(cast):
    office = with_secrets(cast)
    secret, codes, _token = set_up(cast)
    row = office.session.get_one(Authenticator, cast.people["nayeli"].id)
    plain = secret.text.replace(" ", "")
    assert plain not in row.sealed
    assert sealing.unseal(office, twosteps.SEAL, row.sealed, str(row.person_id)) == plain
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(office, twosteps.SEAL, row.sealed, "somebody else")
    hashes = office.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not {code.replace("-", "") for code in codes} & set(hashes)


def test_a_change_of_the_platforms_secret_locks_nobody_out(cast):
    office = with_secrets(cast)
    secret, _codes, _token = set_up(cast)
    settings = dataclasses.replace(office.settings, secrets=(b"new" * 15, b"s" * 40))
    cast.office = dataclasses.replace(office, settings=settings)
    twosteps.answer(cast.office, sign_in(cast, "nayeli")[1], code_of(cast, secret))


def test_setting_up_ends_the_sign_ins_of_other_devices(cast):
    office = with_secrets(cast)
    elsewhere, _found = sign_in(cast, "nayeli")
    _secret, _codes, here = set_up(cast)
    assert signins.signed_in(office, elsewhere) is None
    assert signins.signed_in(office, here)


def test_a_secret_is_not_shown_again_once_it_is_confirmed(cast):
    office = with_secrets(cast)
    set_up(cast)
    with pytest.raises(NotFound):
        twosteps.secret(office, cast.actor("nayeli"))
    with pytest.raises(Refused, match="authenticator-there"):
        twosteps.new_secret(office, cast.actor("nayeli"))


def test_a_secret_that_was_not_confirmed_asks_nobody_for_a_code(cast):
    office = with_secrets(cast)
    twosteps.new_secret(office, cast.actor("nayeli"))
    assert not sign_in(cast, "nayeli")[1].waits
    with pytest.raises(Refused, match="code-wrong"):
        twosteps.confirm(office, cast.actor("nayeli"), "000000", "")


def test_a_role_that_asks_for_it_is_led_to_set_it_up_and_cannot_do_without_it(cast):
    office = with_secrets(cast, two_steps=frozenset({"coordinator"}))
    assert sign_in(cast, "coralia")[1].set_up
    assert not sign_in(cast, "nayeli")[1].set_up
    set_up(cast, "coralia")
    assert not sign_in(cast, "coralia")[1].set_up
    with pytest.raises(Refused, match="two-steps-required"):
        twosteps.remove_authenticator(office, cast.actor("coralia"), "")
    assert office.session.get(Authenticator, cast.people["coralia"].id)


def test_without_a_second_step_there_are_no_recovery_codes(cast):
    office = with_secrets(cast)
    with pytest.raises(Refused, match="two-steps-off"):
        twosteps.new_codes(office, cast.actor("nayeli"))
    set_up(cast)
    twosteps.remove_authenticator(office, cast.actor("nayeli"), "")
    assert not office.session.scalars(select(RecoveryCode)).all()
    assert not sign_in(cast, "nayeli")[1].waits


def test_an_administrator_helps_who_lost_the_device_and_nobody_else_can(cast):
    office = with_secrets(cast)
    _secret, _codes, here = set_up(cast)
    with pytest.raises(Forbidden):
        twosteps.reset(office, cast.actor("coralia"), cast.people["nayeli"].id)
    with pytest.raises(Refused, match="two-steps-own"):
        twosteps.reset(office, cast.actor("ada"), cast.people["ada"].id)
    twosteps.reset(office, cast.actor("ada"), cast.people["nayeli"].id)
    assert signins.signed_in(office, here) is None
    assert not sign_in(cast, "nayeli")[1].waits
    entry = office.session.scalar(select(AuditEntry).where(AuditEntry.action == "person.two-steps-reset"))
    assert entry is not None and entry.actor_id == cast.people["ada"].id
    assert office.session.scalar(select(Notice).where(Notice.dedup_key.startswith("account/two-steps-reset")))
    with pytest.raises(Refused, match="two-steps-off"):
        twosteps.reset(office, cast.actor("ada"), cast.people["nayeli"].id)


def test_a_sign_in_waits_for_its_second_step_for_minutes_only(cast):
    office = with_secrets(cast)
    set_up(cast)
    token, _found = sign_in(cast, "nayeli")
    cast.clock.pass_by(minutes=11)
    assert signins.signed_in(office, token) is None


def test_a_second_step_is_done_once(cast):
    office = with_secrets(cast)
    secret, codes, _token = set_up(cast)
    _token, found = sign_in(cast, "nayeli")
    twosteps.answer(office, found, code_of(cast, secret))
    with pytest.raises(NotFound):
        twosteps.answer(office, found, codes[0])
    assert len(office.session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_not(None))).all()) == 0


# Sign-ins -------------------------------------------------------------------------------------------------------------


def test_one_of_ones_own_sign_ins_can_be_ended_and_nobody_elses(cast):
    phone, on_phone = sign_in(cast, "nayeli")
    sign_in(cast, "nayeli")
    with pytest.raises(NotFound):
        signins.sign_out_one(cast.office, cast.actor("beto"), on_phone.token_hash)
    assert signins.signed_in(cast.office, phone)
    signins.sign_out_one(cast.office, cast.actor("nayeli"), on_phone.token_hash)
    assert signins.signed_in(cast.office, phone) is None
    assert len(signins.sign_ins(cast.office, cast.actor("nayeli"))) == 1


def test_an_administrator_ends_all_sign_ins_of_a_person(cast):
    token, _found = sign_in(cast, "nayeli")
    with pytest.raises(Forbidden):
        signins.sign_out_person(cast.office, cast.actor("coralia"), cast.people["nayeli"].id)
    assert signins.sign_out_person(cast.office, cast.actor("ada"), cast.people["nayeli"].id) == 1
    assert signins.signed_in(cast.office, token) is None
    assert cast.office.session.scalar(select(AuditEntry).where(AuditEntry.action == "person.sign-out"))


def test_the_list_shows_living_sign_ins_only(cast):
    sign_in(cast, "nayeli")
    cast.clock.pass_by(days=8)
    sign_in(cast, "nayeli")
    assert len(signins.sign_ins(cast.office, cast.actor("nayeli"))) == 1


def test_proof_of_who_one_is_holds_for_a_quarter_of_an_hour(cast):
    token, found = sign_in(cast, "nayeli")
    assert found.proved
    cast.clock.pass_by(minutes=16)
    later = signins.signed_in(cast.office, token)
    assert later is not None and not later.proved
    fresh = signins.prove(cast.office, later)
    again = signins.signed_in(cast.office, fresh)
    assert again is not None and again.proved
    assert signins.signed_in(cast.office, token) is None, "the token of before is no good any more"
    assert len(cast.office.session.scalars(select(SignIn.token_hash)).all()) == 1
    assert cast.office.session.get_one(Person, cast.people["nayeli"].id).two_steps is False
