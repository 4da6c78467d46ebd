"""Passkeys (WebAuthn): a key pair on a person's device, bound to our address, so that no other site can ask for it.

A passkey is a second step after the password; and, where the device itself asks for a finger, a face or a code, it signs in
without one. What the browser sends is as hostile as any upload: whatever it does to the parsers is a refusal.
"""

from __future__ import annotations

import ipaddress
import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.records.people import Person
from app.records.secondstep import Passkey
from app.rules.errors import NotFound, Refused
from app.services import accounts, challenges, signins, twosteps, watch
from app.services.office import Actor, Office, Settings
from app.services.signins import SignedIn

MOST = 20
"""passkeys of one person"""
LONGEST = 20_000
"""characters of what a browser answers"""
TRIES = 60
TIMEOUT = 5 * 60 * 1000
"""milliseconds"""


@dataclass(frozen=True)
class Party:
    """Whom passkeys are bound to: a host name, and the origin whose pages may ask for them."""

    host: str
    origin: str


def party(settings: Settings) -> Party | None:
    """As ``PASO_PUBLIC_URL`` says; ``None`` where it names a network address: browsers bind passkeys to names only. The
    loopback address of a demonstration stands for ``localhost``.
    """
    parts = urlsplit(settings.public_url)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return Party(host, f"{parts.scheme}://{host}{port}") if host else None
    return Party("localhost", f"{parts.scheme}://localhost{port}") if address.is_loopback else None


def _party(office: Office) -> Party:
    found = party(office.settings)
    if found is None:
        raise Refused("passkey-no-name")
    return found


def ask_new(office: Office, actor: Actor) -> str:
    """What a browser needs to make a passkey for *actor*: WebAuthn's options as JSON. Raises ``Refused``:
    ``passkey-many``, ``passkey-no-name``.
    """
    ours, mine = _party(office), _of(office, actor.person_id)
    if len(mine) >= MOST:
        raise Refused("passkey-many", most=MOST)
    options = generate_registration_options(
        rp_id=ours.host,
        rp_name="Paso Seguro",
        user_id=actor.person_id.bytes,
        user_name=actor.email,
        user_display_name=actor.name,
        timeout=TIMEOUT,
        exclude_credentials=_described(mine),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    challenges.put(office, "passkey-new", bytes_to_base64url(options.challenge), person_id=actor.person_id)
    return options_to_json(options)


def add(office: Office, actor: Actor, answer: str, name: str, keep: str) -> list[str]:
    """Keep the passkey that a browser made, called *name*; every other sign-in than *keep* ends. Returns recovery codes if
    it is the first second step. Raises ``Refused``: ``passkey-refused``, ``passkey-there``, ``passkey-name``.
    """
    ours, name = _party(office), name.strip()
    if not name or len(name) > 60:
        raise Refused("passkey-name", field="name")
    said, challenge = _read(answer)
    if challenges.take(office, "passkey-new", challenge, actor.person_id) is None:
        raise Refused("passkey-refused")
    try:
        made = verify_registration_response(
            credential=said,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=ours.host,
            expected_origin=ours.origin,
        )
    except Exception as no:  # hostile bytes through CBOR, COSE and X.509: each parser has errors of its own
        raise Refused("passkey-refused") from no
    credential = bytes_to_base64url(made.credential_id)
    listed = said.get("response", {}).get("transports")
    known = {one.value for one in AuthenticatorTransport}
    transports = [one for one in listed if isinstance(one, str) and one in known] if isinstance(listed, list) else []
    with office.transaction():
        if len(_of(office, actor.person_id)) >= MOST:
            raise Refused("passkey-many", most=MOST)
        if office.session.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
            raise Refused("passkey-there")
        office.session.add(
            Passkey(
                person_id=actor.person_id,
                credential=credential,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                transports=",".join(sorted(set(transports))),
                name=name,
                created_at=office.now(),
            )
        )
        office.session.flush()
        return twosteps.changed(office, actor, "passkey-added", keep)


def remove(office: Office, actor: Actor, passkey_id: uuid.UUID, keep: str) -> None:
    """Do without one of the actor's passkeys. Raises ``NotFound``, ``Refused("two-steps-required")``."""
    with office.transaction():
        row = office.session.get(Passkey, passkey_id)
        if row is None or row.person_id != actor.person_id:
            raise NotFound("passkey")
        office.session.delete(row)
        office.session.flush()
        twosteps.changed(office, actor, "passkey-removed", keep)


def ask(office: Office, actor: Actor | None, *, bound: str, address: str) -> str:
    """What a browser needs to prove itself with a passkey: of *actor*, or (``None``) of whoever has one for this platform.
    *bound* ties the answer to the browser that asked. Raises ``TooMany``, ``Refused("passkey-no-name")``.
    """
    ours = _party(office)
    accounts.count_try(office, f"sign-in/address/{address}", TRIES)
    options = generate_authentication_options(
        rp_id=ours.host,
        timeout=TIMEOUT,
        allow_credentials=_described(_of(office, actor.person_id)) if actor else None,
        user_verification=UserVerificationRequirement.PREFERRED if actor else UserVerificationRequirement.REQUIRED,
    )
    person_id = actor.person_id if actor else None
    challenges.put(office, "passkey", bytes_to_base64url(options.challenge), bound, person_id)
    return options_to_json(options)


def _prove(office: Office, answer: str, actor: Actor | None, bound: str) -> uuid.UUID:
    """Whose passkey gave *answer* to what :func:`ask` asked. Raises ``Refused("passkey-refused")``."""
    ours = _party(office)
    said, challenge = _read(answer)
    asked = challenges.take(office, "passkey", challenge, actor.person_id if actor else None)
    found = office.session.scalar(select(Passkey).where(Passkey.credential == str(said.get("id", ""))[:1400]))
    if asked is None or asked != bound or found is None or (actor and found.person_id != actor.person_id):
        raise Refused("passkey-refused")
    handle = said.get("response", {}).get("userHandle")
    if handle and base64url_to_bytes(str(handle)) != found.person_id.bytes:
        raise Refused("passkey-refused")
    try:
        proof = verify_authentication_response(
            credential=said,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=ours.host,
            expected_origin=ours.origin,
            credential_public_key=found.public_key,
            credential_current_sign_count=found.sign_count,
            require_user_verification=actor is None,
        )
    except Exception as no:  # as in add()
        watch.noted("passkey.refused", person=found.person_id)
        raise Refused("passkey-refused") from no
    with office.transaction():
        office.session.execute(
            update(Passkey).where(Passkey.id == found.id).values(sign_count=proof.new_sign_count, used_at=office.now())
        )
    return found.person_id


def sign_in(office: Office, answer: str, *, bound: str, device: str = "", shared: bool = False) -> str:
    """Sign in with a passkey and nothing else; returns the token for the cookie. Raises ``Refused("passkey-refused")``,
    also for a closed account.
    """
    person_id = _prove(office, answer, None, bound)
    with office.transaction():
        open_ = select(Person.id).where(Person.id == person_id, Person.active)
        if office.session.scalar(open_.with_for_update(of=Person)) is None:
            raise Refused("passkey-refused")
        return signins.begin(office, person_id, device=device, shared=shared)


def second(office: Office, found: SignedIn, answer: str, *, bound: str) -> str:
    """Do the second step of the sign-in *found*; returns the token of the one that opens. Raises ``Refused``."""
    _prove(office, answer, found.actor, bound)
    with office.transaction():
        return signins.complete(office, found)


def confirm(office: Office, found: SignedIn, answer: str, *, bound: str) -> str:
    """Let the person of *found* prove anew who they are; returns the new token of the sign-in. Raises ``Refused``."""
    _prove(office, answer, found.actor, bound)
    return signins.prove(office, found)


def _of(office: Office, person_id: uuid.UUID) -> list[Passkey]:
    return list(office.session.scalars(select(Passkey).where(Passkey.person_id == person_id)))


def _described(keys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.credential),
            transports=[AuthenticatorTransport(one) for one in key.transports.split(",") if one],
        )
        for key in keys
    ]


def _read(answer: str) -> tuple[dict[str, Any], str]:
    """What a browser answered, and the challenge it says it answers. Raises ``Refused("passkey-refused")``."""
    try:
        if len(answer) > LONGEST:
            raise ValueError("too long")
        said = json.loads(answer)
        client = json.loads(base64url_to_bytes(said["response"]["clientDataJSON"]))
        challenge = client["challenge"]
        if not isinstance(challenge, str) or not isinstance(said["response"], dict):
            raise TypeError("challenge")
        base64url_to_bytes(challenge)
    except (ValueError, KeyError, TypeError, RecursionError) as no:
        raise Refused("passkey-refused") from no
    return said, challenge
