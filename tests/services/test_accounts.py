"""Accounts: who comes in, how long, and what is said to who does not."""

from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from app.records.audit import Notice
from app.records.people import Person, SignIn, Throttle
from app.rules.errors import NotFound, Refused, TooMany
from app.services import accounts, notices, signins
from tests.cast import PASSWORD, Cast

NEW = "tres palabras y un río"


def enter(cast: Cast, name: str = "nayeli", password: str = PASSWORD, **more: object) -> str:
    return accounts.sign_in(cast.office, cast.email(name), password, address="10.0.0.1", **more)  # type: ignore[arg-type]


def test_the_right_password_opens_and_the_token_is_not_kept(cast_on_both):
    cast = cast_on_both
    token = enter(cast)
    found = signins.signed_in(cast.office, token)
    assert found is not None and found.actor.name == "Nayeli Ábrego Quintero"
    assert token not in str(cast.office.session.query(SignIn.token_hash).all())


@pytest.mark.parametrize(("name", "password"), [("nayeli", "no es esta"), ("nadie", PASSWORD), ("nayeli", "")])
def test_a_wrong_address_and_a_wrong_password_are_answered_alike(cast, name, password):
    with pytest.raises(Refused, match="sign-in-wrong"):
        enter(cast, name, password)


def test_the_address_is_read_whatever_its_case(cast):
    assert accounts.sign_in(cast.office, " NAYELI@paso.example ", PASSWORD, address="10.0.0.1")


def test_guessing_is_throttled_for_one_account_and_not_for_another(cast):
    for _guess in range(accounts.TRIES_PER_ACCOUNT):
        with pytest.raises(Refused):
            enter(cast, password="adivino")
    with pytest.raises(TooMany) as stopped:
        enter(cast)
    assert 0 < stopped.value.retry_after <= 900
    assert enter(cast, "beto")
    cast.clock.pass_by(minutes=16)
    assert enter(cast)


def test_a_closed_account_does_not_open_and_its_sign_ins_end(cast):
    token = enter(cast)
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).active = False
    assert signins.signed_in(cast.office, token) is None
    with pytest.raises(Refused):
        enter(cast)


def test_on_a_shared_computer_half_an_hour_of_silence_signs_out(cast):
    token = enter(cast, shared=True)
    cast.clock.pass_by(minutes=29)
    assert signins.signed_in(cast.office, token)
    cast.clock.pass_by(minutes=31)
    assert signins.signed_in(cast.office, token) is None


def test_on_ones_own_phone_a_week_of_silence_signs_out(cast):
    token = enter(cast)
    cast.clock.pass_by(days=6)
    assert signins.signed_in(cast.office, token)
    cast.clock.pass_by(days=8)
    assert signins.signed_in(cast.office, token) is None


def test_changing_the_password_ends_every_other_sign_in(cast):
    here, elsewhere = enter(cast), enter(cast)
    actor = cast.actor("nayeli")
    keep = signins.signed_in(cast.office, here)
    assert keep is not None
    accounts.change_password(cast.office, actor, PASSWORD, NEW, keep.token_hash)
    assert signins.signed_in(cast.office, here)
    assert signins.signed_in(cast.office, elsewhere) is None
    assert enter(cast, password=NEW)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("corta", "password-short"),
        ("1234567890", "password-known"),
        ("contraseña2026!", "password-known"),
        ("aaaaaaaaaaaa", "password-known"),
        ("nayeli@paso.example", "password-own"),
        ("x" * 200, "password-long"),
    ],
)
def test_a_weak_new_password_is_refused_by_its_own_fault(cast, password, code):
    with pytest.raises(Refused, match=code):
        accounts.change_password(cast.office, cast.actor("nayeli"), PASSWORD, password, "")


def test_the_current_password_must_be_right(cast):
    with pytest.raises(Refused, match="password-wrong"):
        accounts.change_password(cast.office, cast.actor("nayeli"), "otra", NEW, "")


def token_in(cast: Cast) -> str:
    body = cast.office.session.query(Notice).order_by(Notice.created_at.desc()).first().body
    return body.split("/account/reset/")[1].split()[0]


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(cast):
    before = enter(cast)
    accounts.ask_new_password(cast.office, cast.email("nayeli"), address="10.0.0.1")
    token = token_in(cast)
    accounts.use_link(cast.office, token, "password", NEW)
    assert signins.signed_in(cast.office, before) is None
    assert enter(cast, password=NEW)
    with pytest.raises(NotFound):
        accounts.use_link(cast.office, token, "password", NEW)


def test_only_the_newest_link_works_and_not_for_long(cast):
    accounts.ask_new_password(cast.office, cast.email("nayeli"), address="10.0.0.1")
    older = token_in(cast)
    cast.clock.pass_by(seconds=5)
    accounts.ask_new_password(cast.office, cast.email("nayeli"), address="10.0.0.1")
    with pytest.raises(NotFound):
        accounts.use_link(cast.office, older, "password", NEW)
    cast.clock.pass_by(hours=3)
    with pytest.raises(NotFound):
        accounts.use_link(cast.office, token_in(cast), "password", NEW)


def test_nothing_is_sent_and_nothing_is_said_for_an_unknown_address(cast):
    accounts.ask_new_password(cast.office, "nadie@paso.example", address="10.0.0.1")
    assert cast.office.session.query(Notice).count() == 0


def test_the_message_is_in_the_language_of_its_reader(cast):
    accounts.ask_new_password(cast.office, cast.email("nayeli"), address="10.0.0.1")
    accounts.ask_new_password(cast.office, cast.email("ada"), address="10.0.0.1")
    bodies = {n.person.language: n.body for n in cast.office.session.query(Notice)}
    assert "Para elegir una contraseña nueva" in bodies["es"]
    assert "To choose a new password" in bodies["en"]


def test_signing_out_elsewhere_keeps_this_device(cast):
    here, elsewhere = enter(cast), enter(cast)
    keep = signins.signed_in(cast.office, here)
    assert keep is not None and len(signins.sign_ins(cast.office, keep.actor)) == 2
    assert signins.sign_out_others(cast.office, keep.actor, keep.token_hash) == 1
    assert signins.signed_in(cast.office, elsewhere) is None
    assert signins.signed_in(cast.office, here)


# Against who means ill ------------------------------------------------------------------------------------------------


def test_who_guesses_from_one_place_does_not_lock_the_owner_out_elsewhere(cast):
    for _guess in range(accounts.TRIES_PER_ACCOUNT + 3):
        with pytest.raises((Refused, TooMany)):
            enter(cast, password="adivino")
    assert accounts.sign_in(cast.office, cast.email("nayeli"), PASSWORD, address="10.0.0.2")


def test_guessing_one_account_from_many_places_is_throttled_too(cast):
    for guess in range(accounts.TRIES_FROM_ANYWHERE):
        with pytest.raises(Refused):
            accounts.sign_in(cast.office, cast.email("nayeli"), "adivino", address=f"10.0.1.{guess}")
    with pytest.raises(TooMany):
        accounts.sign_in(cast.office, cast.email("nayeli"), PASSWORD, address="10.0.2.1")


def test_what_was_typed_as_an_address_is_not_kept(cast):
    with pytest.raises(Refused):
        accounts.sign_in(cast.office, "mi-contraseña-por-error", "x", address="10.0.0.1")
    accounts.ask_new_password(cast.office, "otra-por-error", address="10.0.0.1")
    assert "por-error" not in str(cast.office.session.query(Throttle.key).all())


class Counting(PasswordHasher):
    """Of the same cost as that of the tests; counts what it hashes."""

    made = 0

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)

    def hash(self, password, **more):
        Counting.made += 1
        return super().hash(password, **more)


def test_an_unknown_account_costs_no_more_work_than_a_known_one(cast):
    accounts._dummy.clear()
    for n in range(5):  # each request has an Office, and a hasher, of its own
        office = replace(cast.office, hasher=Counting())
        with pytest.raises(Refused):
            accounts.sign_in(office, f"nadie{n}@paso.example", "x", address="10.0.0.1")
    assert Counting.made == 1


def test_a_password_changed_while_the_old_one_was_checked_does_not_open(cast):
    class Meanwhile(PasswordHasher):
        def verify(self, stored, password):
            right = super().verify(stored, password)
            with cast.office.transaction():
                cast.office.session.get_one(Person, cast.people["nayeli"].id).password_hash = "another"
            return right

    with pytest.raises(Refused, match="sign-in-wrong"):
        accounts.sign_in(
            replace(cast.office, hasher=Meanwhile(time_cost=1, memory_cost=8, parallelism=1)),
            cast.email("nayeli"),
            PASSWORD,
            address="10.0.0.1",
        )
    assert cast.office.session.query(SignIn).count() == 0


def test_a_link_asked_for_under_the_old_password_ends_with_it(cast):
    accounts.ask_new_password(cast.office, cast.email("nayeli"), address="10.0.0.1")
    token = token_in(cast)
    accounts.change_password(cast.office, cast.actor("nayeli"), PASSWORD, NEW, "")
    with pytest.raises(NotFound):
        accounts.use_link(cast.office, token, "password", "otra frase que nadie sabe")


def test_a_link_that_was_sent_is_not_kept_in_the_database(cast):
    class Post:
        sent = ""

        def send(self, to, subject, body, message_id):
            Post.sent += body

        def close(self):
            pass

    accounts.ask_new_password(cast.office, cast.email("nayeli"), address="10.0.0.1")
    assert notices.send_due(replace(cast.office, mailer=Post())) == 1
    assert "/account/reset/" in Post.sent
    assert "/account/reset/" not in str(cast.office.session.query(Notice.body).all())
