"""The second step when signing in: codes of an authenticator app (RFC 6238), recovery codes, and starting over.

Passkeys are in :mod:`app.services.passkeys`. Whoever has one of both is asked for it after the password. A role can ask for
it (``PASO_TWO_STEPS``): then the first thing such a person does is to set it up.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
import uuid
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, select, update

from app.records.people import Person, Throttle
from app.records.secondstep import Authenticator, Passkey, RecoveryCode
from app.rules.errors import NotFound, Refused
from app.services import accounts, alerts, audit, sealing, signins, watch
from app.services.office import Actor, Office, token_hash
from app.services.signins import SignedIn
from certificates.qr import outline

SEAL = "authenticator"
STEP = 30
"""seconds that a code is of"""
TRIES = 8
TRIES_A_DAY = 30
"""of one account: a million codes, three of which are right at any time"""
DAY = dt.timedelta(days=1)
CODES = 10
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ0"
"""thirty-two that are not mistaken for each other in print; a typed O is read as 0"""
CODE_LENGTH = 28


@dataclass(frozen=True)
class State:
    """What a person has of it."""

    authenticator: bool
    passkeys: list[Passkey]
    codes: int
    """recovery codes not used yet"""
    required: bool
    """by a role of theirs"""

    @property
    def on(self) -> bool:
        return self.authenticator or bool(self.passkeys)


def state(office: Office, actor: Actor) -> State:
    """What *actor* has."""
    session, who = office.session, actor.person_id
    confirmed = select(Authenticator.confirmed_at).where(Authenticator.person_id == who)
    keys = select(Passkey).where(Passkey.person_id == who).order_by(Passkey.created_at)
    left = select(func.count()).where(RecoveryCode.person_id == who, RecoveryCode.used_at.is_(None))
    return State(
        session.scalar(confirmed) is not None,
        list(session.scalars(keys)),
        session.scalar(left) or 0,
        any(grant.role.value in office.settings.two_steps for grant in actor.grants),
    )


# The authenticator ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Secret:
    """What an app is told, once."""

    text: str
    """in groups of four, to be typed"""
    address: str
    """``otpauth://…``, for an app on the same phone"""
    square: str
    """the address as a square code: the path of an SVG drawing"""
    side: int
    """of how many squares"""


def new_secret(office: Office, actor: Actor) -> None:
    """Make a secret for an authenticator that is not confirmed yet, instead of any earlier one that is not.

    Raises ``Refused("authenticator-there")`` where one is in use.
    """
    with office.transaction():
        row = office.session.get(Authenticator, actor.person_id)
        if row is not None and row.confirmed_at is not None:
            raise Refused("authenticator-there")
        sealed = sealing.seal(office, SEAL, pyotp.random_base32(), str(actor.person_id))
        if row is None:
            row = Authenticator(person_id=actor.person_id, last_step=0, sealed="", created_at=office.now())
            office.session.add(row)
        row.sealed, row.created_at = sealed, office.now()


def secret(office: Office, actor: Actor) -> Secret:
    """The secret that waits to be confirmed. Raises ``NotFound`` for none: that of one in use is never shown again."""
    row = office.session.get(Authenticator, actor.person_id)
    if row is None or row.confirmed_at is not None:
        raise NotFound("authenticator")
    text = sealing.unseal(office, SEAL, row.sealed, str(actor.person_id))
    address = pyotp.TOTP(text).provisioning_uri(name=actor.email, issuer_name="Paso Seguro")
    return Secret(" ".join(re.findall("....", text)), address, *outline(address))


def confirm(office: Office, actor: Actor, code: str, keep: str) -> list[str]:
    """Take an authenticator into use, *code* being the first of it; every other sign-in than *keep* ends. Returns new
    recovery codes if there are none yet. Raises ``NotFound``, ``TooMany``, ``Refused("code-wrong")``.
    """
    _count(office, actor.person_id)
    row = office.session.get(Authenticator, actor.person_id)
    if row is None or row.confirmed_at is not None:
        raise NotFound("authenticator")
    with office.transaction():
        if not _take_code(office, actor.person_id, code, confirmed=False):
            raise Refused("code-wrong", field="code")
        office.session.execute(
            update(Authenticator)
            .where(Authenticator.person_id == actor.person_id)
            .values(confirmed_at=office.now())
            .execution_options(synchronize_session="fetch")
        )
        codes = changed(office, actor, "authenticator-added", keep)
    _forget_tries(office, actor.person_id)
    return codes


def remove_authenticator(office: Office, actor: Actor, keep: str) -> None:
    """Do without the authenticator. Raises ``NotFound``, ``Refused("two-steps-required")``."""
    with office.transaction():
        row = office.session.get(Authenticator, actor.person_id)
        if row is None:
            raise NotFound("authenticator")
        office.session.delete(row)
        office.session.flush()
        changed(office, actor, "authenticator-removed", keep)


def _take_code(office: Office, person_id: uuid.UUID, code: str, confirmed: bool = True) -> bool:
    """Whether *code* is right now (or half a minute ago, or in half a minute) and was not used; it is used up."""
    row = office.session.get(Authenticator, person_id, populate_existing=True)
    if row is None or (row.confirmed_at is not None) is not confirmed or not re.fullmatch("[0-9]{6}", code):
        return False
    totp = pyotp.TOTP(sealing.unseal(office, SEAL, row.sealed, str(person_id)))
    now = int(office.now().timestamp()) // STEP
    right = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step), code)]
    if not right:
        return False
    used = office.session.execute(
        update(Authenticator)
        .where(Authenticator.person_id == person_id, Authenticator.last_step < max(right))
        .values(last_step=max(right))
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


# Recovery codes -------------------------------------------------------------------------------------------------------


def _plain(code: str) -> str:
    return re.sub(r"[\s\-–]", "", code).upper().replace("O", "0")


def new_codes(office: Office, actor: Actor) -> list[str]:
    """Ten new recovery codes; the old ones end. Raises ``Refused("two-steps-off")`` without a second step."""
    with office.transaction():
        if not _has(office, actor.person_id):
            raise Refused("two-steps-off")
        codes = _make_codes(office, actor.person_id)
        audit.note(office, actor, "account.recovery-codes", str(actor.person_id))
        alerts.tell(office, office.session.get_one(Person, actor.person_id), "recovery-codes")
    return codes


def _make_codes(office: Office, person_id: uuid.UUID) -> list[str]:
    office.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    made = ["".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    now = office.now()
    office.session.add_all(RecoveryCode(code_hash=token_hash(one), person_id=person_id, created_at=now) for one in made)
    return ["-".join(re.findall("....", one)) for one in made]


def _take_recovery(office: Office, person_id: uuid.UUID, code: str) -> bool:
    used = office.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == token_hash(_plain(code)),
            RecoveryCode.person_id == person_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=office.now())
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


# Signing in -----------------------------------------------------------------------------------------------------------


def answer(office: Office, found: SignedIn, code: str) -> tuple[str, int | None]:
    """Do the second step of the sign-in *found* with a code of the app, or with a recovery code. Returns the token of the
    sign-in that opens, and how many recovery codes are left if one was used. Raises ``TooMany``,
    ``Refused("second-wrong")``, ``NotFound`` if the sign-in ended.
    """
    who = found.actor.person_id
    _count(office, who)
    left: int | None = None
    digits = re.sub(r"\s", "", code)
    with office.transaction():
        if not _take_code(office, who, digits):
            if not _take_recovery(office, who, code):
                watch.noted("second-step.refused", person=who)
                raise Refused("second-wrong", field="code")
            unused = select(func.count()).where(RecoveryCode.person_id == who, RecoveryCode.used_at.is_(None))
            left = office.session.scalar(unused) or 0
            audit.note(office, found.actor, "account.recovery-used", str(who), {"left": left})
            alerts.tell(office, office.session.get_one(Person, who), "recovery-used")
        token = signins.complete(office, found)
    _forget_tries(office, who)
    return token, left


def _count(office: Office, person_id: uuid.UUID) -> None:
    accounts.count_try(office, f"second/{person_id}", TRIES)
    accounts.count_try(office, f"second-day/{person_id}", TRIES_A_DAY, DAY)


def _forget_tries(office: Office, person_id: uuid.UUID) -> None:
    with office.transaction():
        office.session.execute(delete(Throttle).where(Throttle.key == f"second/{person_id}"))


# Changing it ----------------------------------------------------------------------------------------------------------


def _has(office: Office, person_id: uuid.UUID) -> bool:
    app = select(Authenticator.person_id).where(
        Authenticator.person_id == person_id, Authenticator.confirmed_at.is_not(None)
    )
    key = select(Passkey.id).where(Passkey.person_id == person_id).limit(1)
    return office.session.scalar(app) is not None or office.session.scalar(key) is not None


def changed(office: Office, actor: Actor, what: str, keep: str) -> list[str]:
    """After any change of what an actor signs in with: other sign-ins than *keep* end, the person is told, and it is
    written down. Returns recovery codes if the second step began with it. Inside ``office.transaction()``.

    Raises ``Refused("two-steps-required")`` if nothing is left and a role asks for it.
    """
    person = office.session.get_one(Person, actor.person_id)
    had = person.two_steps
    person.two_steps = _has(office, actor.person_id)
    if not person.two_steps and any(grant.role.value in office.settings.two_steps for grant in actor.grants):
        raise Refused("two-steps-required")
    codes: list[str] = []
    if person.two_steps and not had:
        codes = _make_codes(office, actor.person_id)
    elif not person.two_steps:
        office.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == actor.person_id))
    signins.end_others(office, actor.person_id, keep)
    audit.note(office, actor, f"account.{what}", str(actor.person_id))
    alerts.tell(office, person, what)
    return codes


def reset(office: Office, actor: Actor, person_id: uuid.UUID) -> None:
    """An administrator takes the second step from somebody who lost their device, and ends their sign-ins: the password
    alone opens the account again, and if a role asks for a second step it is the first thing they set up. They are told.

    Raises ``Forbidden``, ``NotFound``, ``Refused``: ``two-steps-own`` for oneself, ``two-steps-off`` for who has none.
    """
    actor.paths("administer")
    if person_id == actor.person_id:
        raise Refused("two-steps-own")
    with office.transaction():
        person = office.session.get(Person, person_id)
        if person is None:
            raise NotFound("person")
        if not person.two_steps:
            raise Refused("two-steps-off")
        for table in (Authenticator, Passkey, RecoveryCode):
            office.session.execute(delete(table).where(table.person_id == person_id))  # type: ignore[attr-defined]
        person.two_steps = False
        signins.end_others(office, person_id)
        audit.note(office, actor, "person.two-steps-reset", str(person_id), {}, person.institution_id)
        alerts.tell(office, person, "two-steps-reset")
