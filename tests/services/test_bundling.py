"""The certificates of a cohort in one archive: each as it was issued, and nobody else's."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import select

from app.records.audit import AuditEntry
from app.records.certificates import Certificate
from app.rules.errors import Forbidden, NotFound
from app.services import bundling, certifying, revoking
from certificates import verifying
from tests.cast import Cast, signing_keys
from tests.story import complete


def archive(cast: Cast, name: str = "coralia", languages: str = "es", paper: str = "letter") -> zipfile.ZipFile:
    assert cast.cohort is not None
    made = bundling.bundle(cast.office, cast.actor(name), cast.cohort.id, languages, paper)
    return zipfile.ZipFile(io.BytesIO(b"".join(made.content)))


@pytest.fixture
def certified(cast: Cast) -> Cast:
    complete(cast, "nayeli")
    return cast


def test_every_certificate_is_in_it_under_its_holders_name_as_it_was_issued(certified: Cast) -> None:
    serial = certifying.mine(certified.office, certified.actor("nayeli"))[0].row.serial
    found = archive(certified)
    assert found.testzip() is None
    assert found.namelist() == [f"Nayeli Ábrego Quintero {serial}.pdf"]
    content = found.read(found.namelist()[0])
    assert content == certifying.pdf(certified.office, certified.actor("nayeli"), serial, "es", "letter")[0]
    assert verifying.verify(content, signing_keys().public.root).facts.serial == serial


def test_the_download_is_in_the_log_with_how_many_were_taken(certified: Cast) -> None:
    archive(certified, languages="both", paper="a4")
    entry = certified.office.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "certificates.download")
    ).one()
    assert (entry.detail["rows"], entry.detail["filter"]["form"]) == (1, "both-a4")


def test_what_was_revoked_is_not_in_it(certified: Cast) -> None:
    serial = certified.office.session.scalars(select(Certificate.serial)).one()
    revoking.ask(certified.office, certified.actor("coralia"), serial, "Issued by mistake.")
    revoking.confirm(certified.office, certified.actor("ada"), serial)
    with pytest.raises(NotFound):
        archive(certified)


@pytest.mark.parametrize("name", ["ximena", "carlos", "nayeli", "tomas", "oscar"])
def test_it_is_for_the_coordinators_of_the_cohort_and_administrators(certified: Cast, name: str) -> None:
    with pytest.raises((Forbidden, NotFound)):
        archive(certified, name)
    assert archive(certified, "ada").namelist()


def test_a_form_that_does_not_exist_is_not_found(certified: Cast) -> None:
    with pytest.raises(NotFound):
        archive(certified, languages="fr")
    with pytest.raises(NotFound):
        archive(certified, paper="a5")
