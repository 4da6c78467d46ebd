"""Signing in with the institution's own service (OpenID Connect): authorization code, PKCE, state and nonce.

The provider says who somebody is, and nothing else: what they may do is granted here. Only people who have an account here
come in: by the identity that was connected with it, or by an e-mail address that the provider has verified, which connects
them. What was asked is kept in the database, tied to the browser that asked, and answered once.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, select

from app.records.people import Person
from app.records.secondstep import Identity
from app.rules.errors import NotFound, Refused
from app.services import accounts, alerts, audit, challenges, signins, watch
from app.services.office import Actor, Office, Provider, actor_of

log = logging.getLogger(__name__)
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""of signatures that we take: no "none", and nothing that is made with a secret both sides know"""
SECONDS = 5
LARGEST = 200_000
"""bytes of any answer of the provider"""
KEEPS = 3600
"""seconds that what the provider says of itself is believed before it is asked again"""
LEEWAY = 120
"""seconds that its clock may be off"""
TRIES = 60


@dataclass(frozen=True)
class Came:
    """Somebody came back from the provider."""

    token: str
    """of the sign-in; "" if the identity was connected to somebody signed in"""
    back: str
    """the page they wanted"""


class _Down(Exception):
    """The provider does not answer, or not as one does."""


def _provider(office: Office) -> Provider:
    if office.settings.provider is None:
        raise NotFound("provider")
    return office.settings.provider


def redirect_address(office: Office) -> str:
    """Where the provider sends people back to; registered there."""
    return f"{office.settings.public_url}/account/provider/back"


# What the provider says of itself -------------------------------------------------------------------------------------

_known: dict[str, tuple[float, dict[str, Any]]] = {}
_one_asks = threading.Lock()


def _get(address: str) -> dict[str, Any]:
    try:
        with requests.get(address, timeout=SECONDS, allow_redirects=False, stream=True) as response:
            content = response.raw.read(LARGEST + 1, decode_content=True)
            if response.status_code != 200 or len(content) > LARGEST:
                raise _Down(f"{address}: {response.status_code}, {len(content)} bytes")
        found = json.loads(content)
    except (OSError, ValueError, RecursionError) as no:
        raise _Down(f"{address}: {type(no).__name__}") from no
    if not isinstance(found, dict):
        raise _Down(f"{address}: no object")
    return found


def _remembered(address: str, *, anew: bool = False) -> dict[str, Any]:
    with _one_asks:
        at, found = _known.get(address, (0.0, {}))
        if anew or not found or time.monotonic() - at > KEEPS:
            found = _get(address)
            _known[address] = (time.monotonic(), found)
    return found


def _metadata(provider: Provider) -> dict[str, Any]:
    found = _remembered(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise _Down("discovery names another issuer")
    scheme = urlsplit(provider.issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(found.get(name, ""))).scheme != scheme:
            raise _Down(f"{name} is not {scheme}")
    return found


# Going and coming back ------------------------------------------------------------------------------------------------


def _client(office: Office, provider: Provider) -> OAuth2Session:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid email",
        redirect_uri=redirect_address(office),
        code_challenge_method="S256",
    )


def ask(office: Office, actor: Actor | None, *, bound: str, address: str, back: str = "", shared: bool = False) -> str:
    """The address at the provider to send somebody to: to sign in, or (*actor*) to connect their identity there.

    Raises ``NotFound`` without a provider, ``TooMany``, ``Refused("provider-down")``.
    """
    provider = _provider(office)
    accounts.count_try(office, f"sign-in/address/{address}", TRIES)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        endpoint = _metadata(provider)["authorization_endpoint"]
    except _Down as no:
        log.warning("the sign-in service does not answer: %s", no)
        raise Refused("provider-down") from no
    kept = {"nonce": nonce, "verifier": verifier, "bound": bound, "back": back, "shared": shared}
    challenges.put(office, "provider", state, json.dumps(kept), actor.person_id if actor else None)
    url, _state = _client(office, provider).create_authorization_url(
        endpoint, state=state, nonce=nonce, code_verifier=verifier
    )
    return str(url)


def come_back(office: Office, said: Mapping[str, str], actor: Actor | None, *, bound: str, device: str = "") -> Came:
    """Take what the provider sent somebody back with. Raises ``Refused``: ``provider-refused`` for what was not asked of this
    browser, was answered before, or is not proved; ``provider-declined`` if the person or the provider said no;
    ``provider-unknown`` where nobody here is meant; ``provider-taken``, ``provider-down``.
    """
    provider = _provider(office)
    asked = challenges.take(office, "provider", said.get("state", ""), actor.person_id if actor else None)
    kept = json.loads(asked) if asked else {}
    if not kept or not hmac.compare_digest(str(kept["bound"]).encode(), bound.encode()):
        raise Refused("provider-refused")
    if said.get("error"):
        raise Refused("provider-declined")
    try:
        claims = _proved(office, provider, said, kept)
    except _Down as no:
        log.warning("the sign-in service does not answer: %s", no)
        raise Refused("provider-down") from no
    subject = str(claims["sub"])
    if actor is not None:
        _connect(office, provider, actor, subject)
        return Came("", kept["back"])
    with office.transaction():
        person = _whose(office, provider, subject, claims)
        token = signins.begin(office, person.id, device=device, shared=kept["shared"], waits=person.two_steps)
    return Came(token, kept["back"])


def _proved(office: Office, provider: Provider, said: Mapping[str, str], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of the ID token for which the provider takes the code, every one of them checked."""
    metadata = _metadata(provider)
    named = said.get("iss")  # RFC 9207: which provider answered, so that none can be taken for another
    if (named is None and metadata.get("authorization_response_iss_parameter_supported")) or (
        named is not None and named != provider.issuer
    ):
        raise Refused("provider-refused")
    try:
        with _client(office, provider) as client:
            client.trust_env = False
            got = client.fetch_token(
                metadata["token_endpoint"],
                code=said.get("code", ""),
                code_verifier=kept["verifier"],
                timeout=SECONDS,
                allow_redirects=False,
            )
    except AuthlibBaseError as no:
        raise Refused("provider-refused") from no
    except (OSError, ValueError) as no:
        raise _Down(f"token endpoint: {type(no).__name__}") from no
    try:
        claims, header = _decoded(metadata, str(got.get("id_token", "")))
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "nonce": {"essential": True, "value": kept["nonce"]},
        }
        checks = {"nonce": kept["nonce"], "client_id": provider.client_id, "access_token": got.get("access_token")}
        token = CodeIDToken(claims, header, options, checks)
        token.validate(now=int(office.now().timestamp()), leeway=LEEWAY)
        if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
            raise Refused("provider-refused")
    except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError) as no:
        watch.noted("provider.refused", why=type(no).__name__)
        raise Refused("provider-refused") from no
    return dict(claims)


def _decoded(metadata: Mapping[str, Any], text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Claims and header of a token that a key of the provider signed. It may have a new key since we looked."""
    for anew in (False, True):
        keys = KeySet.import_key_set(_remembered(metadata["jwks_uri"], anew=anew))  # type: ignore[arg-type]
        try:
            token = jwt.decode(text, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if anew:
                raise
            continue
        return dict(token.claims), dict(token.header)
    raise AssertionError("the second time either decodes or raises")


# Whose it is ----------------------------------------------------------------------------------------------------------


def _linked(office: Office, provider: Provider, subject: str) -> Identity | None:
    return office.session.scalar(
        select(Identity).where(Identity.issuer == provider.issuer, Identity.subject == subject)
    )


def _whose(office: Office, provider: Provider, subject: str, claims: Mapping[str, Any]) -> Person:
    """The person of this identity. Inside ``office.transaction()``. Raises ``Refused("provider-unknown")``."""
    row = _linked(office, provider, subject)
    if row is not None:
        person = office.session.get(Person, row.person_id)
        if person is None or not person.active:
            raise Refused("provider-unknown")
        row.used_at = office.now()
        return person
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        raise Refused("provider-unknown")
    person = office.session.scalar(select(Person).where(Person.email == email.strip().casefold(), Person.active))
    if person is None or mine(office, person.id) is not None:
        # connected with somebody else there already: the address was given to another person meanwhile
        raise Refused("provider-unknown")
    _link(office, provider, person, subject)
    return person


def _link(office: Office, provider: Provider, person: Person, subject: str) -> None:
    now = office.now()
    office.session.add(
        Identity(person_id=person.id, issuer=provider.issuer, subject=subject, linked_at=now, used_at=now)
    )
    audit.note(office, actor_of(person), "account.identity-linked", str(person.id))
    alerts.tell(office, person, "identity-linked")


def _connect(office: Office, provider: Provider, actor: Actor, subject: str) -> None:
    with office.transaction():
        row = _linked(office, provider, subject)
        if row is not None and row.person_id != actor.person_id:
            raise Refused("provider-taken")
        if row is None and mine(office, actor.person_id) is not None:
            raise Refused("provider-there")
        if row is None:
            _link(office, provider, office.session.get_one(Person, actor.person_id), subject)


def mine(office: Office, person_id: uuid.UUID) -> Identity | None:
    """The identity at the provider that is connected with a person."""
    provider = _provider(office)
    return office.session.scalar(
        select(Identity).where(Identity.person_id == person_id, Identity.issuer == provider.issuer)
    )


def disconnect(office: Office, actor: Actor) -> None:
    """Connect the actor with no identity any more. Raises ``NotFound``; ``Refused("provider-only")`` for who has no password
    to come in with instead.
    """
    with office.transaction():
        row = mine(office, actor.person_id)
        if row is None:
            raise NotFound("identity")
        person = office.session.get_one(Person, actor.person_id)
        if not person.password_hash:
            raise Refused("provider-only")
        office.session.execute(delete(Identity).where(Identity.id == row.id))
        audit.note(office, actor, "account.identity-unlinked", str(actor.person_id))
        alerts.tell(office, person, "identity-unlinked")
