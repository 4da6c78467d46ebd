"""Opening the house: the first administrator of a new installation."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select

from app.records.people import Institution, Person, RoleGrant
from app.rules.errors import Refused
from app.services import accounts, audit
from app.services.office import Office, fold_name


def first_administrator(office: Office, email: str, name: str, institution: str, country: str, language: str) -> str:
    """Open an administrator's account at the institution that runs the platform; returns the link to choose a password.

    *country* is an ISO code. Asked again for the same address, it only makes a new link. Raises
    ``Refused("administrator-exists")`` when another administrator can already sign in: they grant roles from then on.
    """
    email = email.strip().casefold()
    with office.transaction():
        others = office.session.scalar(
            select(Person.id)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == "administrator", Person.password_hash != "", Person.email != email)
        )
        if others is not None:
            raise Refused("administrator-exists")
        person = office.session.scalar(select(Person).where(Person.email == email))
        if person is None:
            person = Person(
                institution=_institution(office, institution, country),
                email=email,
                name=name,
                sort_name=fold_name(name),
                language=language,
                created_at=office.now(),
            )
            office.session.add(person)
            office.session.flush()
        if not any(grant.role == "administrator" for grant in person.grants):
            person.grants.append(RoleGrant(role="administrator", granted_at=office.now()))
        audit.note(office, None, "role.grant", str(person.id), {"role": "administrator"}, person.institution_id)
        token = accounts.issue_link(office, person, "invitation", accounts.INVITATION_LASTS)
        return accounts.link_url(office, "invitation", token)


def _institution(office: Office, name: str, country: str) -> Institution:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "main"
    path = f"/{country.lower()}/{slug}/"
    known = office.session.scalar(select(Institution).where(Institution.path == path))
    return known or Institution(path=path, name=name, country=country, kind="service")
