"""Sign-ins: begun, found again at every request, listed, ended. They are rows, so that any web process knows them and
somebody else's can be ended from here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import aliased

from app.records.people import Institution, Person, RoleGrant, SignIn
from app.rules.errors import NotFound
from app.rules.permissions import Grant, Role
from app.services import audit, watch
from app.services.office import Actor, Office, in_order, new_token, token_hash

SHARED_IDLE = dt.timedelta(minutes=30)
SHARED_LONGEST = dt.timedelta(hours=12)
OWN_IDLE = dt.timedelta(days=7)
OWN_LONGEST = dt.timedelta(days=30)
TOUCH_EVERY = dt.timedelta(minutes=5)
WAITS = dt.timedelta(minutes=10)
"""how long a sign-in waits for its second step"""
PROVED = dt.timedelta(minutes=15)
"""how long it counts that a person proved who they are, for changing how they sign in"""


@dataclass(frozen=True)
class SignedIn:
    """A living sign-in: who, and under which (hashed) token."""

    actor: Actor
    token_hash: str
    shared: bool
    waits: bool = False
    """for the second step: it opens nothing yet"""
    set_up: bool = False
    """a role of the person asks for a second step and they have none: it opens nothing but setting one up"""
    proved: bool = True
    """whether it is a short while since the person proved who they are"""


def begin(office: Office, person_id: uuid.UUID, *, device: str = "", shared: bool = False, waits: bool = False) -> str:
    """Begin a sign-in; returns the token for the cookie. Call inside ``office.transaction()``."""
    token, hashed = new_token()
    now = office.now()
    watch.noted("sign-in.waits" if waits else "sign-in.begun", person=person_id)
    office.session.add(
        SignIn(
            token_hash=hashed,
            person_id=person_id,
            created_at=now,
            seen_at=now,
            device=device[:200],
            shared=shared,
            waits=waits,
            proved_at=now,
        )
    )
    return token


def complete(office: Office, found: SignedIn) -> str:
    """The second step is done: the sign-in that waited becomes one that opens. Returns its new token, for the old one was
    out before. Call inside ``office.transaction()``. Raises ``NotFound`` if it ended meanwhile.
    """
    row = office.session.scalar(select(SignIn).where(SignIn.token_hash == found.token_hash, SignIn.waits))
    if row is None:
        raise NotFound("sign-in")
    device = row.device
    office.session.execute(delete(SignIn).where(SignIn.token_hash == found.token_hash))
    return begin(office, found.actor.person_id, device=device, shared=found.shared)


def prove(office: Office, found: SignedIn) -> str:
    """Keep that the person has just proved who they are. Returns the new token of the sign-in; the old one ends.

    Raises ``NotFound`` if it ended meanwhile.
    """
    token, hashed = new_token()
    with office.transaction():
        proved = office.session.execute(
            update(SignIn)
            .where(SignIn.token_hash == found.token_hash)
            .values(token_hash=hashed, proved_at=office.now())
            .execution_options(synchronize_session=False)
        )
        if proved.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound("sign-in")
    return token


_Over = aliased(Institution)
# Asked at every request: one statement, a row for each grant, and no objects of the mapper.
_WHO = (
    select(
        SignIn.person_id,
        SignIn.created_at,
        SignIn.seen_at,
        SignIn.shared,
        SignIn.waits,
        SignIn.proved_at,
        Person.name,
        Person.email,
        Person.language,
        Person.time_zone,
        Person.active,
        Person.two_steps,
        Institution.id.label("institution_id"),
        Institution.path,
        Institution.country,
        Institution.name.label("institution_name"),
        RoleGrant.role,
        RoleGrant.course_id,
        _Over.path.label("over_path"),
    )
    .join(Person, Person.id == SignIn.person_id)
    .join(Institution, Institution.id == Person.institution_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(_Over, _Over.id == RoleGrant.institution_id)
    .where(SignIn.token_hash == bindparam("hashed"))
)


def signed_in(office: Office, token: str) -> SignedIn | None:
    """Whose living sign-in *token* is, or ``None``. Marks it as seen, at most every few minutes."""
    hashed = token_hash(token)
    rows = office.session.execute(_WHO, {"hashed": hashed}).all()
    if not rows or not rows[0].active:
        return None
    row, now = rows[0], office.now()
    idle, longest = (SHARED_IDLE, SHARED_LONGEST) if row.shared else (OWN_IDLE, OWN_LONGEST)
    if now - row.seen_at > idle or now - row.created_at > (WAITS if row.waits else longest):
        return None
    grants = {Grant(Role(r.role), r.over_path or "", r.course_id or "") for r in rows if r.role}
    actor = Actor(
        row.person_id,
        row.name,
        row.email,
        row.language,
        row.time_zone,
        row.country,
        row.institution_id,
        row.path,
        row.institution_name,
        in_order(grants),
    )
    if now - row.seen_at > TOUCH_EVERY:
        with office.transaction():
            office.session.execute(update(SignIn).where(SignIn.token_hash == hashed).values(seen_at=now))
    required = not row.two_steps and any(grant.role.value in office.settings.two_steps for grant in grants)
    proved = row.proved_at is not None and now - row.proved_at <= PROVED
    return SignedIn(actor, hashed, row.shared, row.waits, required, proved)


def sign_out(office: Office, hashed: str) -> None:
    """End one sign-in. Doing it twice is no error."""
    with office.transaction():
        office.session.execute(delete(SignIn).where(SignIn.token_hash == hashed))


def end_others(office: Office, person_id: uuid.UUID, keep: str = "") -> int:
    """End every sign-in of a person but *keep* (a hash); returns how many ended. Inside ``office.transaction()``."""
    ended = office.session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.token_hash != keep))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def sign_out_others(office: Office, actor: Actor, keep: str) -> int:
    """End every sign-in of the actor but *keep* (a hash); returns how many ended."""
    with office.transaction():
        ended = end_others(office, actor.person_id, keep)
        audit.note(office, actor, "account.sign-out-others", str(actor.person_id))
    return ended


def sign_out_one(office: Office, actor: Actor, hashed: str) -> None:
    """End one of the actor's own sign-ins. Raises ``NotFound`` for one that is over, and for anybody else's."""
    with office.transaction():
        ended = office.session.execute(
            delete(SignIn).where(SignIn.person_id == actor.person_id, SignIn.token_hash == hashed)
        )
        if ended.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound("sign-in")
        audit.note(office, actor, "account.sign-out-one", str(actor.person_id))


def sign_out_person(office: Office, actor: Actor, person_id: uuid.UUID) -> int:
    """End every sign-in of a person, for administrators; returns how many ended. Raises ``Forbidden``, ``NotFound``."""
    actor.paths("administer")
    with office.transaction():
        person = office.session.get(Person, person_id)
        if person is None:
            raise NotFound("person")
        ended = end_others(office, person_id)
        audit.note(office, actor, "person.sign-out", str(person_id), {"ended": ended}, person.institution_id)
    return ended


def sign_ins(office: Office, actor: Actor) -> list[SignIn]:
    """The actor's living sign-ins, the most recently seen first."""
    now = office.now()
    own = SignIn.shared.is_(False) & (SignIn.seen_at >= now - OWN_IDLE) & (SignIn.created_at >= now - OWN_LONGEST)
    shared = SignIn.shared & (SignIn.seen_at >= now - SHARED_IDLE) & (SignIn.created_at >= now - SHARED_LONGEST)
    living = (SignIn.person_id == actor.person_id) & ~SignIn.waits & (own | shared)
    return list(office.session.scalars(select(SignIn).where(living).order_by(SignIn.seen_at.desc())))


def count(office: Office, person_id: uuid.UUID) -> int:
    """How many sign-ins of a person are on record."""
    return len(office.session.scalars(select(SignIn.token_hash).where(SignIn.person_id == person_id)).all())
