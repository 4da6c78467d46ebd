"""Signing in with a password, choosing one, invitations, settings."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Sequence
from functools import cache

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, delete, select, update

from app.records.database import insert_many, upserting
from app.records.people import AccessToken, Person, Throttle
from app.rules.errors import NotFound, Refused, TooMany
from app.rules.passwords import weakness
from app.services import alerts, audit, notices, signins, watch
from app.services.office import Actor, Office, actor_of, new_token, token_hash
from app.services.wording import translator

INVITATION_LASTS = dt.timedelta(days=21)
PASSWORD_LINK_LASTS = dt.timedelta(hours=2)

WINDOW = dt.timedelta(minutes=15)
TRIES_PER_ACCOUNT = 8
"""from one network address: who guesses locks the account for themselves, not for its owner elsewhere"""
TRIES_FROM_ANYWHERE = 40
"""of one account, whatever the network addresses: against guessing from many of them"""
TRIES_PER_ADDRESS = 60
"""a post's computers share one address"""
LINKS_PER_ACCOUNT = 3


def count_try(office: Office, key: str, most: int, window: dt.timedelta = WINDOW) -> None:
    """Count a try under *key*; raises ``TooMany`` beyond *most* in the window. Commits at once, whatever follows.

    One atomic upsert, so the count holds over threads, processes and machines.
    """
    now = office.now()
    over = Throttle.window_end <= now
    bump = (
        upserting(office.session, Throttle)
        .values(key=key[:120], window_end=now + window, hits=1)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "hits": case((over, 1), else_=Throttle.hits + 1),
                "window_end": case((over, now + window), else_=Throttle.window_end),
            },
        )
        .returning(Throttle.hits, Throttle.window_end)
    )
    with office.transaction():
        hits, end = office.session.execute(bump).one()
    if hits > most:
        watch.noted("throttled", key=token_hash(key)[:12], of=key.partition("/")[0])
        raise TooMany(max(1, int((end - now).total_seconds())))


def sweep_tries(office: Office) -> None:
    """Forget the windows that are over."""
    with office.transaction():
        office.session.execute(delete(Throttle).where(Throttle.window_end <= office.now()))


# Signing in ---------------------------------------------------------------------------------------------------------------


def sign_in(office: Office, email: str, password: str, *, address: str, device: str = "", shared: bool = False) -> str:
    """Check *password* and begin a sign-in; returns the token for the cookie. It waits for the second step of whoever
    has one (:mod:`app.services.twosteps`).

    Raises ``TooMany`` when throttled (by account and by network *address*) and ``Refused("sign-in-wrong")`` for a wrong
    address, a wrong password, a closed account and an invitation not yet accepted alike, after the same work.
    """
    email = email.strip().casefold()
    count_try(office, f"sign-in/address/{address}", TRIES_PER_ADDRESS)
    here, anywhere = _sign_in_keys(email, address)
    count_try(office, here, TRIES_PER_ACCOUNT)
    count_try(office, anywhere, TRIES_FROM_ANYWHERE)
    person = office.session.scalar(select(Person).where(Person.email == email))
    stored = person.password_hash if person and person.active and person.password_hash else ""
    if not _matches(office, stored, password) or person is None:
        watch.noted("sign-in.refused", account=token_hash(email)[:12])
        raise Refused("sign-in-wrong")
    fresh_hash = office.hasher.hash(password) if office.hasher.check_needs_rehash(stored) else None
    person_id = person.id
    with office.transaction():
        # checked again under the lock: a password changed meanwhile has ended every sign-in, and must end this one
        same = select(Person.two_steps).where(Person.id == person_id, Person.active, Person.password_hash == stored)
        two_steps = office.session.scalar(same.with_for_update(of=Person))
        if two_steps is None:
            raise Refused("sign-in-wrong")
        if fresh_hash:
            office.session.execute(update(Person).where(Person.id == person_id).values(password_hash=fresh_hash))
        token = signins.begin(office, person_id, device=device, shared=shared, waits=two_steps)
        # whoever proves the password need not wait for the window to end after a few slips
        office.session.execute(delete(Throttle).where(Throttle.key.in_((here, anywhere))))
    return token


def _sign_in_keys(email: str, address: str) -> tuple[str, str]:
    """The keys under which tries of one account are counted: from *address*, and from anywhere.

    They hold a hash: a key has a limited length, and people type passwords where the e-mail address belongs.
    """
    account = token_hash(email)[:40]
    return f"sign-in/{account}/{address}"[:120], f"sign-in/{account}"


_dummy: dict[tuple[int, int, int], str] = {}
"""by what a hash costs, for each request has a hasher of its own"""


def _matches(office: Office, stored: str, password: str) -> bool:
    """Whether *password* is the stored one. An unknown account costs the same time as a known one."""
    if not stored:
        cost = (office.hasher.time_cost, office.hasher.memory_cost, office.hasher.parallelism)
        known = _dummy.get(cost) or _dummy.setdefault(cost, office.hasher.hash("nobody"))
        _verify(office, known, password)
        return False
    return _verify(office, stored, password)


def _verify(office: Office, stored: str, password: str) -> bool:
    try:
        return office.hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


# Passwords and links ------------------------------------------------------------------------------------------------------


def _must_be_strong(password: str, person: Person) -> None:
    institution = person.institution
    own = (person.name, person.email, person.service_number, institution.name, institution.acronym)
    code = weakness(password, own)
    if code:
        raise Refused(code)


def confirm_password(office: Office, actor: Actor, password: str) -> Person:
    """The actor's own row, if *password* is theirs. Tries are counted. Raises ``Refused("password-wrong")``, ``TooMany``."""
    count_try(office, f"password/{actor.person_id}", TRIES_PER_ACCOUNT)
    person = office.session.get_one(Person, actor.person_id)
    if not _verify(office, person.password_hash, password):
        raise Refused("password-wrong")
    return person


def change_password(office: Office, actor: Actor, current: str, new: str, keep: str) -> None:
    """Change the actor's password and end every other sign-in than *keep*, and every link not used yet.

    Raises ``Refused``: ``password-wrong`` for the current one, or what :mod:`app.rules.passwords` says of the new one.
    """
    person = confirm_password(office, actor, current)
    _must_be_strong(new, person)
    hashed = office.hasher.hash(new)
    with office.transaction():
        person_now = office.session.get_one(Person, actor.person_id)
        person_now.password_hash = hashed
        _end_links(office, actor.person_id)
        audit.note(office, actor, "account.password", str(actor.person_id))
        signins.end_others(office, actor.person_id, keep)
        alerts.tell(office, person_now, "password")


def issue_link(office: Office, person: Person, purpose: str, lasts: dt.timedelta) -> str:
    """A one-time token for *purpose* ("invitation" or "password"); earlier unused ones of that purpose end.

    Call inside ``office.transaction()``.
    """
    return issue_links(office, [person.id], purpose, lasts)[person.id]


def issue_links(
    office: Office, person_ids: Sequence[uuid.UUID], purpose: str, lasts: dt.timedelta
) -> dict[uuid.UUID, str]:
    """:func:`issue_link` for each of *person_ids*. Call inside ``office.transaction()``."""
    made = {person_id: new_token() for person_id in person_ids}
    if not made:
        return {}
    now = office.now()
    office.session.execute(
        delete(AccessToken).where(
            AccessToken.person_id.in_(made), AccessToken.purpose == purpose, AccessToken.used_at.is_(None)
        )
    )
    insert_many(
        office.session,
        AccessToken,
        [
            {
                "token_hash": hashed,
                "person_id": person_id,
                "purpose": purpose,
                "created_at": now,
                "expires_at": now + lasts,
            }
            for person_id, (_token, hashed) in made.items()
        ],
    )
    return {person_id: token for person_id, (token, _hashed) in made.items()}


def _end_links(office: Office, person_id: uuid.UUID) -> None:
    """A link asked for under the old password must not outlive it. Inside ``office.transaction()``."""
    office.session.execute(delete(AccessToken).where(AccessToken.person_id == person_id, AccessToken.used_at.is_(None)))


def link_url(office: Office, purpose: str, token: str) -> str:
    """The address to open for *token*. It stands in the path's last part, which we never log."""
    word = "accept" if purpose == "invitation" else "reset"
    return f"{office.settings.public_url}/account/{word}/{token}"


def ask_new_password(office: Office, email: str, *, address: str) -> None:
    """Send a link to choose a new password, if the account exists; says nothing either way."""
    email = email.strip().casefold()
    count_try(office, f"reset/address/{address}", TRIES_PER_ADDRESS)
    count_try(office, f"reset/account/{token_hash(email)}", LINKS_PER_ACCOUNT)
    person = office.session.scalar(select(Person).where(Person.email == email, Person.active))
    if person is None:
        return
    with office.transaction():
        person = office.session.get_one(Person, person.id)
        purpose = "password" if person.password_hash else "invitation"
        token = issue_link(office, person, purpose, PASSWORD_LINK_LASTS if person.password_hash else INVITATION_LASTS)
        _ = translator(person.language)
        body = _(
            "Hello %(name)s,\n\nTo choose a new password for Paso Seguro, open this address within two hours:\n\n%(url)s\n\n"
            "If you did not ask for it, you need do nothing: your password stays as it is."
        ) % {"name": person.name, "url": link_url(office, purpose, token)}
        notices.queue(office, person, f"link/{token_hash(token)}", _("A new password for Paso Seguro"), body)


def person_of_link(office: Office, token: str, purpose: str) -> Person:
    """Whose unused, living link *token* is. Raises ``NotFound``."""
    row = office.session.get(AccessToken, token_hash(token))
    if row is None or row.purpose != purpose or row.used_at or row.expires_at <= office.now() or not row.person.active:
        raise NotFound(purpose)
    return row.person


def use_link(office: Office, token: str, purpose: str, password: str, language: str = "") -> None:
    """Set the password through a link, once; every sign-in of the person ends. Raises ``NotFound`` or ``Refused``."""
    person = person_of_link(office, token, purpose)
    _must_be_strong(password, person)
    hashed = office.hasher.hash(password)
    with office.transaction():
        used = office.session.execute(
            update(AccessToken)
            .where(AccessToken.token_hash == token_hash(token), AccessToken.used_at.is_(None))
            .values(used_at=office.now())
        )
        if used.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound(purpose)
        person = office.session.get_one(Person, person.id)
        person.password_hash = hashed
        if language:
            person.language = language
        _end_links(office, person.id)
        signins.end_others(office, person.id)
        audit.note(office, actor_of(person), f"account.{purpose}", str(person.id))


# Settings -----------------------------------------------------------------------------------------------------------------


@cache
def zones() -> tuple[str, ...]:
    """The time zones of the region (the RCM reaches from Newfoundland to Hawaii), by name."""
    mine = (z for z in zoneinfo.available_timezones() if z.startswith("America/") or z == "Pacific/Honolulu")
    return tuple(sorted(z for z in mine if not z.startswith("America/Argentina/")))


def set_language(office: Office, actor: Actor, language: str) -> None:
    """Keep *language* ("en" or "es") for the actor; anything else is ignored."""
    if language in ("en", "es") and language != actor.language:
        with office.transaction():
            office.session.execute(update(Person).where(Person.id == actor.person_id).values(language=language))


def set_settings(office: Office, actor: Actor, language: str, time_zone: str) -> None:
    """Keep language and time zone. Raises ``Refused("zone-unknown")`` or ``Refused("language-unknown")``."""
    if language not in ("en", "es"):
        raise Refused("language-unknown")
    if time_zone not in zoneinfo.available_timezones():
        raise Refused("zone-unknown")
    with office.transaction():
        office.session.execute(
            update(Person).where(Person.id == actor.person_id).values(language=language, time_zone=time_zone)
        )


def actor_for(office: Office, person_id: uuid.UUID) -> Actor:
    """The Actor that a person is: for commands and workers that act in somebody's name. Raises ``NotFound``, also for an
    account that is closed.
    """
    person = office.session.get(Person, person_id, populate_existing=True)
    if person is None or not person.active:
        raise NotFound("person")
    return actor_of(person)
