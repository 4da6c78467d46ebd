"""Being forgotten: nothing personal is left anywhere, the registers stay whole, and what was learned still counts."""

import json
import time

import pytest
from sqlalchemy import Text, func, select, update
from sqlalchemy.orm import undefer

from app.records.audit import Notice, Sighting
from app.records.certificates import Certificate, CertificateFile
from app.records.cohorts import Cohort
from app.records.imports import ImportLine, PeopleImport
from app.records.learning import Enrolment, PracticeSheet
from app.records.people import Person, RoleGrant
from app.records.privacy import Erasure
from app.records.schema import metadata
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import (
    accommodations,
    accounts,
    audit,
    auditchain,
    certifying,
    doctor,
    erasing,
    grants,
    imports,
    notices,
    people,
    practicedays,
    proving,
    register,
    revoking,
    sightings,
)
from app.services.cohorts import announcing, reminding
from app.services.cohorts.announcing import Text as Words
from app.services.people import Nominee
from tests.cast import PASSWORD, Cast
from tests.days import day_plan
from tests.services.imports import lists
from tests.story import complete


def refused(code: str, call, *arguments, **named) -> None:
    with pytest.raises(Refused) as no:
        call(*arguments, **named)
    assert no.value.code == code


def erase(cast: Cast, name: str = "nayeli", certificates: bool = False, email: str = "") -> str:
    return erasing.carry_out(
        cast.office, cast.actor("ada"), cast.people[name].id, certificates, email or cast.email(name)
    )


def everything(cast: Cast, *, but: tuple[str, ...] = ()) -> str:
    """All text that the database holds."""
    found = []
    for table in metadata.sorted_tables:
        if table.name in but:
            continue
        for row in cast.office.session.execute(select(table)):
            found += [json.dumps(v, ensure_ascii=False) if isinstance(v, dict | list) else str(v) for v in row]
            found += [v.decode("utf-8", "ignore") for v in row if isinstance(v, bytes)]
    return "\n".join(found)


def live(cast: Cast) -> str:
    """Give Nayeli a life: a certificate, remarks, reasons, messages, looks, sign-ins. Returns her certificate's code."""
    office, person_id = cast.office, cast.people["nayeli"].id
    with office.transaction():
        row = office.session.get_one(Person, person_id)
        row.rank, row.service_number, row.sex = "Sargento Primera", "PA-55810", "f"
        row.email = cast.email("nayeli")
    complete(cast, "nayeli")
    enrolment = office.session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)).one()
    with office.transaction():
        office.session.execute(
            update(PracticeSheet)
            .where(PracticeSheet.enrolment_id == enrolment.id)
            .values(remarks="Nayeli speaks softly")
        )
        notices.queue(office, cast.people["tomas"], "about", "x", f"An appeal of {cast.people['nayeli'].name}")
        audit.note(
            office, cast.actor("coralia"), "test.other", "other", {"reason": f"{cast.people['nayeli'].name} asked"}
        )
    accommodations.grant(office, cast.actor("coralia"), enrolment.id, 25, None, "she sees badly with one eye")
    accounts.sign_in(office, cast.email("nayeli"), PASSWORD, address="1.2.3.4", device="Telephone of Nayeli")
    sightings.saw(office, cast.actor("coralia"), person_id, "record.view")
    return str(office.session.scalars(select(Certificate.serial).where(Certificate.person_id == person_id)).one())


PERSONAL = ("Ábrego", "abrego", "nayeli@", "Sargento", "PA-55810", "softly", "one eye", "Telephone of Nayeli")


def test_nothing_personal_is_left_but_the_certificate_that_she_keeps(cast_on_both):
    cast = cast_on_both
    code = live(cast)
    assert all(word in everything(cast) for word in PERSONAL), "the test would otherwise say nothing"
    erasing.ask(cast.office, cast.actor("nayeli"), False, "I left the service; softly")
    pseudonym = erase(cast)
    cast.office.session.expire_all()
    left = everything(cast, but=("certificate", "certificate_file"))
    assert [word for word in PERSONAL if word in left] == []
    assert pseudonym in left
    assert auditchain.check(cast.office).findings == ()
    assert register.check(cast.office).findings == ()
    assert doctor.examine(cast.office).findings == ()
    verdict = certifying.verify(cast.office, code)
    assert verdict.outcome == "valid" and verdict.facts is not None and "Ábrego" in verdict.facts.name


def test_with_the_certificate_nothing_at_all_is_left_and_the_register_is_whole(cast_on_both):
    cast = cast_on_both
    code = live(cast)
    content, _name = certifying.pdf(cast.office, cast.actor("nayeli"), code, "es", "letter")
    erasing.ask(cast.office, cast.actor("nayeli"), True)
    erase(cast, certificates=True)
    cast.office.session.expire_all()
    left = everything(cast)
    assert [word for word in PERSONAL if word in left] == []
    assert cast.office.session.scalars(select(CertificateFile)).all() == []
    assert register.check(cast.office).findings == auditchain.check(cast.office).findings == ()
    verdict = certifying.verify(cast.office, code)
    assert (verdict.outcome, verdict.facts, verdict.on) == ("withdrawn", None, cast.clock().date())
    proof = proving.of_file(cast.office, content)
    assert proof.outcome == "valid" and proof.facts is not None, "what is in her hands is signed, and goes on verifying"
    with pytest.raises(NotFound):
        certifying.find(cast.office, cast.actor("ada"), code)


def test_the_register_still_notices_tampering_after_an_erasure(cast_on_both):
    cast = cast_on_both
    code = live(cast)
    facts = cast.office.session.scalars(select(Certificate.facts)).one()
    erasing.ask(cast.office, cast.actor("nayeli"), True)
    erase(cast, certificates=True)

    def codes() -> list[str]:
        cast.office.session.expire_all()
        return [finding.code for finding in register.check(cast.office).findings]

    def change(**values: object) -> None:
        with cast.office.transaction():
            cast.office.session.execute(update(Certificate).where(Certificate.serial == code).values(**values))

    sha = cast.office.session.scalars(select(Certificate.facts_sha256)).one()
    for wrong, right, found in (
        ({"facts_sha256": "0" * 64}, {"facts_sha256": sha}, "facts-differ"),
        ({"facts": facts}, {"facts": ""}, "erasure-differs"),
        ({"erased_at": None}, {"erased_at": cast.clock()}, "erasure-differs"),
        ({"revoked_at": cast.clock()}, {"revoked_at": None}, "state-differs"),
    ):
        change(**wrong)
        assert found in codes()
        change(**right)
        assert codes() == []


def test_a_certificate_emptied_without_an_entry_is_found(cast):
    code = live(cast)
    with cast.office.transaction():
        cast.office.session.execute(
            update(Certificate).where(Certificate.serial == code).values(facts="", erased_at=cast.clock())
        )
    assert "erasure-differs" in [finding.code for finding in register.check(cast.office).findings]


def test_what_was_learned_still_counts(cast):
    live(cast)
    before = cast.office.session.scalar(select(func.count()).where(Enrolment.completed_at.is_not(None)))
    erase(cast)
    assert cast.office.session.scalar(select(func.count()).where(Enrolment.completed_at.is_not(None))) == before == 1
    query = people.PeopleQuery()
    found = people.find(cast.office, cast.actor("coralia"), query).rows
    assert any(row.person.name.startswith("Persona ") and row.completed == 1 for row in found)


def test_nobody_signs_in_or_is_opened_again_afterwards(cast):
    live(cast)
    erase(cast)
    refused("sign-in-wrong", accounts.sign_in, cast.office, cast.email("nayeli"), PASSWORD, address="x")
    person_id = cast.people["nayeli"].id
    refused("person-erased", people.reactivate, cast.office, cast.actor("coralia"), person_id)
    refused("person-erased", people.invite_again, cast.office, cast.actor("ada"), person_id)
    with pytest.raises(NotFound):
        grants.give(cast.office, cast.actor("ada"), person_id, "administrator")
    with pytest.raises(NotFound):
        erase(cast)
    place = cast.institutions["/pa/senafront/guayacan/"].id
    again = Nominee("Nayeli Ábrego Quintero", cast.email("nayeli"), place, "", "", "", "es")
    assert people.invite(cast.office, cast.actor("coralia"), again).person_id != person_id, "she may come back, as new"


def test_the_address_is_typed_once_more(cast):
    refused("erasure-typed", erase, cast, email="beto@paso.example")
    refused("erasure-typed", erase, cast, email="-")


def test_certificates_go_only_if_the_person_asked_for_it(cast):
    live(cast)
    refused("erasure-certificates", erase, cast, certificates=True)
    erasing.ask(cast.office, cast.actor("nayeli"), False)
    refused("erasure-certificates", erase, cast, certificates=True)


def test_duties_are_taken_back_first(cast):
    refused("erasure-duties", erase, cast, "coralia")
    refused("erasure-own", erase, cast, "ada")
    for grant in list(
        cast.office.session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.people["coralia"].id))
    ):
        grants.revoke(cast.office, cast.actor("ada"), cast.people["coralia"].id, grant.id)
    erase(cast, "coralia")


def test_a_revocation_that_is_asked_for_is_decided_first(cast):
    code = live(cast)
    revoking.ask(cast.office, cast.actor("coralia"), code, "Issued by mistake.")
    refused("erasure-revocation", erase, cast)


def test_one_request_waits_at_a_time_and_can_be_taken_back(cast):
    nayeli = cast.actor("nayeli")
    erasing.ask(cast.office, nayeli, True, "a reason")
    refused("erasure-open", erasing.ask, cast.office, nayeli, True)
    assert [row.person_id for row in erasing.waiting(cast.office, cast.actor("ada"))] == [nayeli.person_id]
    erasing.take_back(cast.office, nayeli)
    assert erasing.waiting(cast.office, cast.actor("ada")) == []
    row = cast.office.session.scalars(select(Erasure)).one()
    assert (row.outcome, row.reason) == ("withdrawn", "")
    erasing.ask(cast.office, nayeli, False)


def test_a_refusal_is_told_with_its_reason(cast):
    erasing.ask(cast.office, cast.actor("nayeli"), False)
    refused("erasure-answer-missing", erasing.decline, cast.office, cast.actor("ada"), cast.people["nayeli"].id, " ")
    erasing.decline(cast.office, cast.actor("ada"), cast.people["nayeli"].id, "Your exam is being appealed.")
    body = cast.office.session.scalars(select(Notice.body).where(Notice.dedup_key.startswith("erasure/"))).one()
    assert "Your exam is being appealed." in body
    assert erasing.last_of(cast.office, cast.people["nayeli"].id).outcome == "declined"


@pytest.mark.parametrize("name", ["nayeli", "coralia", "tomas", "oscar"])
def test_it_is_for_administrators_to_decide(cast, name):
    with pytest.raises(Forbidden):
        erasing.carry_out(cast.office, cast.actor(name), cast.people["beto"].id, False, cast.email("beto"))
    with pytest.raises(Forbidden):
        erasing.waiting(cast.office, cast.actor(name))


def test_accounts_that_nobody_used_for_years_are_listed_and_nothing_more(cast_on_both):
    cast = cast_on_both
    live(cast)
    assert erasing.inactive(cast.office, cast.actor("ada")) == []
    cast.clock.pass_by(days=365 * 5 + 2)
    listed = {person.email for person, _at in erasing.inactive(cast.office, cast.actor("ada"))}
    assert cast.email("nayeli") in listed
    assert cast.email("coralia") not in listed, "who has duties is not in it"
    assert (
        cast.office.session.scalar(select(func.count()).select_from(Person).where(Person.erased_at.is_not(None))) == 0
    )


def test_every_column_that_names_a_person_is_spoken_for():
    """A new table that says something about a person must say what becomes of it."""
    named = {
        f"{table.name}.{key.parent.name}"
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    assert named == (set(erasing.EMPTIED) - {"person.*"}) | set(erasing.SIGNED)


def test_every_free_text_of_an_enrolment_is_emptied_or_nobodys():
    """Tables that hang on an enrolment or an attempt: a new free text in them has to be thought about here."""
    emptied = {
        "practice_sheet.remarks", "remedial_plan.agreed", "paper_copy.cancel_reason", "appeal.reason", "appeal.answer",
        "accommodation.reason", "accommodation.withdrawn_reason", "certificate.revoked_reason", "erasure.reason",
        "attendance.remark", "attendance_mark.remark", "attendance_mark.reason", "deadline_extension.reason",
        "officer_message.subject", "officer_message.body",
        "erasure.answer", "notice.body", "notice.subject", "certificate.facts",
    }  # fmt: skip
    nobodys = {
        "practice_sheet.place", "refresher.place", "refresher.covered", "item_ruling.reason", "enrolment.progress",
    }  # fmt: skip
    about = {"enrolment", "attempt", "certificate", "person"}
    found = set()
    for table in metadata.sorted_tables:
        touches = table.name in about or any(key.column.table.name in about - {"person"} for key in table.foreign_keys)
        if touches or table.name in ("notice", "erasure", "item_ruling"):
            found |= {
                f"{table.name}.{column.name}"
                for column in table.columns
                if (isinstance(column.type, Text) or (getattr(column.type, "length", None) or 0) >= 100)
                and table.name != "person"
            }
    assert (
        found - {"notice.dedup_key", "notice.error", "officer_message.key", "officer_message.reason"}
        == emptied | nobodys
    )


def test_an_erasure_is_quick_in_a_long_log(cast):
    """Entries by the thousand are blanked by what indexes find, not one by one."""
    place = cast.institutions["/pa/senafront/"].id
    with cast.office.transaction():
        audit.note_many(cast.office, None, "test.many", ((str(n), {"n": n}, place) for n in range(20_000)))
    started = time.process_time()
    erase(cast)
    assert time.process_time() - started < 3
    assert cast.office.session.scalar(select(func.count()).select_from(Sighting)) == 0


def lists_that_name(cast: Cast, *words: str) -> list[str]:
    rows = [
        f"{row.name} {row.content.decode('utf-8', 'ignore')}"
        for row in cast.office.session.scalars(
            select(PeopleImport).options(undefer(PeopleImport.content)).execution_options(populate_existing=True)
        )
    ]
    lines = cast.office.session.execute(select(ImportLine.cells, ImportLine.difference)).all()
    rows += [json.dumps([row.cells, row.difference], ensure_ascii=False) for row in lines]
    return [text for text in rows if any(word in text for word in words)]


def test_lists_of_people_no_longer_name_her_whatever_became_of_them(cast_on_both):
    cast = cast_on_both
    before = "Rosa Elvira Dogirama,rosa@x.example\n"
    texts = {
        "problem": f"Nombre,Correo\n{before}Nayeli Abrego,NAYELI@paso.example\nX,x\n",
        "namesake": f"Nombre,Correo\n{before}Nayeli Abrego Quintero,n@x.example\n",
        "elsewhere": "Nombre,Correo\nNayeli,nayeli@paso.example\n",
    }
    for name, text in texts.items():
        elsewhere = name == "elsewhere"
        lists.send(cast, text, "carlos" if elsewhere else "coralia", "/cr/ppme/" if elsewhere else "/pa/senafront/")
    done = lists.imported(cast, f"Nombre,Correo,Rango\n{before}Nayeli Ábrego Quintero,nayeli@paso.example,Cabo\n")
    left = lists.send(cast, "Nombre,Correo\nLina Sanjur,lina@x.example\nNayeli Ábrego Quintero,n@x.example\n")
    lists.decide(cast, left, {3: "leave"})
    lists.carry_out(cast, left)
    sent = imports.Sent(
        "x.csv", "Nombre,Correo\nÁbrego Quintero Nayeli,n@y.example".encode(), cast.cohort.institution_id
    )
    imports.send(cast.office, cast.actor("coralia"), sent)
    kept = lists.send(cast, "Nombre,Correo\nAna Ruiz,ana@x.example\n")
    words = ("Ábrego", "Abrego", "nayeli@", "NAYELI@", "n@x.example")
    assert len(lists_that_name(cast, *words)) > 5, "the test would otherwise say nothing"
    erase(cast)
    assert lists_that_name(cast, *words) == []
    assert sorted(map(str, cast.office.session.scalars(select(PeopleImport.id)))) == sorted(
        map(str, [done, left, kept])
    )
    assert lists.undo(cast, done) == {"removed": 1}, "what the list did of others is undone still"


def test_no_list_opens_or_changes_an_erased_account(cast):
    pseudonym = erase(cast)
    number = "Nombre,Correo,Placa,Cuenta\n"
    list_id = lists.send(cast, f"{number}{pseudonym},otra@x.example,,activa\n")
    assert lists.kinds(cast, list_id) == [("create",)], "somebody else of that name"
    with pytest.raises(Refused):
        people.reactivate(cast.office, cast.actor("coralia"), cast.people["nayeli"].id)


def test_what_is_written_to_many_no_longer_names_her(cast_on_both):
    cast = cast_on_both
    office, tomas, cohort_id = cast.office, cast.actor("tomas"), cast.cohort.id
    name = cast.people["nayeli"].name
    said = Words({"es": f"Felicitamos a {name}"[:120], "en": ""}, {"es": f"{name} trae la llave.", "en": ""})
    announcing.write(office, tomas, cohort_id, said)
    reminding.write(office, tomas, cohort_id, cast.clock().date(), said)
    practicedays.plan(office, tomas, cohort_id, day_plan(directions=f"Pregunten por {name}"), "sign practice")
    with office.transaction():
        office.session.get_one(Cohort, cohort_id).contact = name
    assert everything(cast).count("trae la llave") >= 2
    erase(cast)
    office.session.expire_all()
    assert name not in everything(cast, but=("people_import", "certificate"))


def test_a_list_of_somebody_with_a_longer_name_stays(cast):
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).name = "Ana Ruiz"
    kept = lists.send(cast, "Nombre,Correo\nAna Lucía Ruiz Peña,ana@x.example\n", "carlos", "/cr/ppme/")
    lists.send(cast, "Nombre,Apellido,Correo\nAna,RUIZ,ana@y.example\n")
    erase(cast)
    assert cast.office.session.scalars(select(PeopleImport.id)).all() == [kept]
