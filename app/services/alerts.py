"""Telling people that how they sign in was changed, so that a change they did not make does not go unnoticed."""

from __future__ import annotations

from collections.abc import Callable

from app.records.database import uuid7
from app.records.people import Person
from app.services import notices
from app.services.office import Office
from app.services.wording import translator


def tell(office: Office, person: Person, what: str) -> None:
    """Queue the message about *what* was changed, in the person's language. Inside ``office.transaction()``."""
    _ = translator(person.language)
    said = sentences(_)[what]
    body = _(
        "Hello %(name)s,\n\n%(what)s\n\nIf it was you, you need do nothing. If not, somebody may know your password: "
        "choose a new one at once at %(url)s and tell an administrator."
    ) % {"name": person.name, "what": said, "url": f"{office.settings.public_url}/account/forgotten"}
    subject = _("Your account on Paso Seguro was changed")
    notices.queue(office, person, f"account/{what}/{uuid7()}", subject, body)


def sentences(_: Callable[[str], str]) -> dict[str, str]:
    """What each change is called."""
    return {
        "password": _("The password of your account was changed, and other devices were signed out."),
        "authenticator-added": _("An authenticator app was added to your account."),
        "authenticator-removed": _("The authenticator app of your account was removed."),
        "passkey-added": _("A passkey was added to your account."),
        "passkey-removed": _("A passkey of your account was removed."),
        "recovery-codes": _("New recovery codes were made for your account. The old ones do not work any more."),
        "recovery-used": _("Somebody signed in to your account with one of its recovery codes."),
        "two-steps-reset": _(
            "An administrator removed the authenticator app, the passkeys and the recovery codes of your account. "
            "Sign in with your password, and set up a second step anew."
        ),
        "identity-linked": _("Your account was connected with your institution’s sign-in service."),
        "identity-unlinked": _("Your account is not connected with your institution’s sign-in service any more."),
    }
