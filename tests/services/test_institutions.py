"""The tree of institutions holds together, whoever adds to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from app.records.audit import AuditEntry
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.records.people import Institution, Person, RoleGrant
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import figures, institutions, people, scope
from app.services.rosters import RosterQuery
from tests.cast import Cast, Clock, assemble, office_for
from tests.story import complete


def add(cast: Cast, parent: str, name: str, kind: str, **more: str) -> Institution:
    parent_id = cast.institutions[parent].id if parent else None
    return institutions.add(cast.office, cast.actor("ada"), parent_id, name, kind=kind, **more)


def test_a_post_added_below_a_service_takes_its_country_and_a_path_of_plain_letters(cast: Cast) -> None:
    post = add(cast, "/pa/senafront/", "  Puesto  Río Ñandú ", "post", country="CR")
    assert (post.path, post.country, post.name) == ("/pa/senafront/puesto-rio-nandu/", "PA", "Puesto Río Ñandú")


def test_a_state_is_found_under_its_code_and_a_service_under_its_acronym(cast: Cast) -> None:
    state = add(cast, "", "República de Honduras", "state", country="hn")
    service = institutions.add(
        cast.office, cast.actor("ada"), state.id, "Instituto Nacional de Migración", kind="service", acronym="INM"
    )
    assert (state.path, state.country, service.path) == ("/hn/", "HN", "/hn/inm/")


def test_two_institutions_of_one_acronym_get_two_paths(cast: Cast) -> None:
    first = add(cast, "/pa/", "Servicio Nacional de Migración", "service", acronym="SNM")
    second = add(cast, "/pa/", "Servicio Naval y Marítimo", "service", acronym="SNM")
    assert (first.path, second.path) == ("/pa/snm/", "/pa/snm-2/")


@pytest.mark.parametrize("name", ["Puesto El Cativo", "PUESTO EL CATÍVO"])
def test_the_same_name_twice_in_one_place_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="institution-known"):
        add(cast, "/pa/senafront/", name, "post")


@pytest.mark.parametrize(
    ("parent", "kind"),
    [
        ("/pa/senafront/guayacan/", "service"),
        ("/pa/senafront/", "service"),
        ("", "post"),
        ("", "region"),
        ("/pa/", "camp"),
    ],
)
def test_the_order_of_kinds_is_kept(cast: Cast, parent: str, kind: str) -> None:
    with pytest.raises(Refused, match="institution-kind"):
        add(cast, parent, "Delegación", kind, country="PA")


@pytest.mark.parametrize("country", ["", "P", "ZZ", "Panamá"])
def test_a_root_needs_a_country_that_exists(cast: Cast, country: str) -> None:
    with pytest.raises(Refused, match="institution-country"):
        add(cast, "", "República", "state", country=country)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "institution-name"),
        ("—", "institution-name"),
        ("x" * 121, "institution-name"),
        ("Пост", "institution-letter"),
    ],
)
def test_a_name_that_no_certificate_could_print_is_refused(cast: Cast, name: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        add(cast, "/pa/senafront/", name, "post")


def test_an_unknown_parent_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        institutions.add(cast.office, cast.actor("ada"), cast.people["ada"].id, "Puesto", kind="post")


def test_a_correction_keeps_the_path_and_says_in_the_log_what_it_was(cast: Cast) -> None:
    post = cast.institutions["/pa/senafront/cativo/"]
    institutions.change(cast.office, cast.actor("ada"), post.id, "Puesto Cativo", kind="post", acronym="PC")
    again = cast.office.session.get_one(Institution, post.id, populate_existing=True)
    assert (again.name, again.acronym, again.path) == ("Puesto Cativo", "PC", "/pa/senafront/cativo/")
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "institution.change")).one()
    assert entry.detail == {"name": ["Puesto El Cativo", "Puesto Cativo"], "acronym": ["", "PC"]}
    assert entry.subject == str(post.id) and entry.institution_id == post.id


def test_a_correction_that_changes_nothing_is_not_logged(cast: Cast) -> None:
    post = cast.institutions["/pa/senafront/cativo/"]
    institutions.change(cast.office, cast.actor("ada"), post.id, post.name, kind="post")
    assert cast.office.session.scalar(select(AuditEntry).where(AuditEntry.action == "institution.change")) is None


def test_the_country_of_a_root_is_that_of_everything_below_it_and_of_nothing_else(cast: Cast) -> None:
    root = cast.institutions["/pa/"]
    institutions.change(cast.office, cast.actor("ada"), root.id, root.name, kind="state", country="GT")
    rows = cast.office.session.execute(select(Institution.path, Institution.country))
    countries = {row[0]: row[1] for row in rows}
    assert {path for path, country in countries.items() if country == "GT"} == {
        p for p in countries if p.startswith("/pa/")
    }
    assert countries["/cr/ppme/"] == "CR"


def test_a_service_cannot_become_a_post_while_posts_stand_below_it(cast: Cast) -> None:
    service = cast.institutions["/pa/senafront/"]
    with pytest.raises(Refused, match="institution-kind"):
        institutions.change(cast.office, cast.actor("ada"), service.id, service.name, kind="post")


def test_the_tree_shows_each_institution_below_its_parent_in_a_fixed_number_of_queries(cast: Cast) -> None:
    office, ada = cast.office, cast.actor("ada")
    shown = [(node.institution.path, node.depth, node.people) for node in institutions.tree(office, ada)]
    assert shown == [
        ("/cr/", 0, 0),
        ("/cr/ppme/", 1, 3),
        ("/pa/", 0, 2),
        ("/pa/senafront/", 1, 2),
        ("/pa/senafront/cativo/", 2, 1),
        ("/pa/senafront/guayacan/", 2, 1),
    ]
    asked: list[str] = []
    event.listen(office.session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
    office.session.rollback()
    institutions.tree(office, ada)
    few = len(asked)
    for number in range(12):
        add(cast, "/pa/senafront/", f"Puesto {number}", "post")
    office.session.rollback()
    asked.clear()
    institutions.tree(office, ada)
    assert len(asked) == few


@pytest.mark.parametrize("name", ["nayeli", "tomas", "oscar"])
def test_only_administrators_and_coordinators_change_the_tree(cast: Cast, name: str) -> None:
    actor, post = cast.actor(name), cast.institutions["/pa/senafront/cativo/"]
    with pytest.raises(Forbidden):
        institutions.tree(cast.office, actor)
    with pytest.raises(Forbidden):
        institutions.add(cast.office, actor, post.id, "Puesto", kind="post")
    with pytest.raises(Forbidden):
        institutions.change(cast.office, actor, post.id, "Puesto", kind="post")
    with pytest.raises(Forbidden):
        institutions.close(cast.office, actor, post.id)


# Coordinators ---------------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_and_changes_what_is_below_their_own_institution_only(cast: Cast) -> None:
    office, coralia = cast.office, cast.actor("coralia")
    own, post, theirs = (cast.institutions[p] for p in ("/pa/senafront/", "/pa/senafront/cativo/", "/cr/ppme/"))
    shown = [(node.institution.path, node.depth) for node in institutions.tree(office, coralia)]
    assert shown == [("/pa/senafront/", 0), ("/pa/senafront/cativo/", 1), ("/pa/senafront/guayacan/", 1)]
    institutions.change(office, coralia, post.id, "Puesto Cativo", kind="post")
    made = institutions.add(office, coralia, own.id, "Región Chucunaque", kind="region")
    assert made.path == "/pa/senafront/region-chucunaque/"
    with pytest.raises(Refused, match="institution-above"):
        institutions.change(office, coralia, own.id, "SENAFRONT", kind="service")
    with pytest.raises(Forbidden):
        institutions.add(office, coralia, None, "República", kind="state", country="PA")
    for verb in (
        lambda: institutions.change(office, coralia, theirs.id, "X", kind="service"),
        lambda: institutions.add(office, coralia, theirs.id, "X", kind="post"),
        lambda: institutions.move(office, coralia, post.id, theirs.id),
        lambda: institutions.move(office, coralia, post.id, cast.institutions["/pa/"].id),
        lambda: institutions.merge(office, coralia, post.id, theirs.id),
        lambda: institutions.close(office, coralia, theirs.id),
        lambda: institutions.facts(office, coralia, theirs.id),
    ):
        with pytest.raises(NotFound):
            verb()


# Moving ---------------------------------------------------------------------------------------------------------------


def region(cast: Cast, name: str = "Región Darién") -> Institution:
    return add(cast, "/pa/senafront/", name, "region")


def test_a_branch_moves_with_its_people_and_roles_and_nothing_else_moves(cast_on_both: Cast) -> None:
    cast = cast_on_both
    office, ada, coralia = cast.office, cast.actor("ada"), cast.actor("coralia")
    darien = region(cast)
    post = cast.institutions["/pa/senafront/guayacan/"]
    hut = institutions.add(office, ada, darien.id, "Caseta", kind="post")
    institutions.move(office, coralia, post.id, darien.id)
    paths = set(office.session.scalars(select(Institution.path)))
    assert "/pa/senafront/region-darien/guayacan/" in paths and "/pa/senafront/guayacan/" not in paths
    assert "/pa/senafront/cativo/" in paths and hut.path in paths
    assert cast.actor("nayeli").institution_path == "/pa/senafront/region-darien/guayacan/"
    other = institutions.add(office, ada, cast.institutions["/pa/"].id, "Servicio Marítimo", kind="service")
    institutions.move(office, ada, darien.id, other.id)
    assert cast.actor("nayeli").institution_path == "/pa/servicio-maritimo/region-darien/guayacan/"
    assert [node.institution.path for node in institutions.tree(office, coralia)] == [
        "/pa/senafront/",
        "/pa/senafront/cativo/",
    ]
    entry = office.session.scalars(select(AuditEntry).where(AuditEntry.action == "institution.move")).all()[-1]
    assert entry.detail == {"parent": ["Servicio Nacional de Fronteras", "Servicio Marítimo"]}


def test_figures_follow_the_tree_and_lose_nobody(cast_on_both: Cast) -> None:
    cast = cast_on_both
    before = figures.figures(cast.office, cast.actor("coralia"), RosterQuery()).tally
    institutions.move(
        cast.office, cast.actor("coralia"), cast.institutions["/pa/senafront/cativo/"].id, region(cast).id
    )
    assert figures.figures(cast.office, cast.actor("coralia"), RosterQuery()).tally == before


@pytest.mark.parametrize(
    ("what", "to", "code"),
    [
        ("/pa/senafront/", "/pa/senafront/", "institution-ring"),
        ("/pa/senafront/", "/pa/senafront/cativo/", "institution-ring"),
        ("/pa/senafront/cativo/", "/cr/ppme/", "institution-other-country"),
        ("/pa/senafront/cativo/", "/pa/senafront/guayacan/", "institution-kind"),
    ],
)
def test_a_move_that_would_break_the_tree_is_refused(cast: Cast, what: str, to: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        institutions.move(cast.office, cast.actor("ada"), cast.institutions[what].id, cast.institutions[to].id)
    assert cast.actor("nayeli").institution_path == "/pa/senafront/guayacan/"


def test_two_moves_at_once_never_make_a_ring(any_url: str, engine_for: Callable[[str], Engine], clock: Clock) -> None:
    engine = engine_for(any_url)
    with Session(engine, expire_on_commit=False) as session:
        cast = assemble(office_for(session, clock), clock)
        ada = cast.actor("ada")
        one, two = (region(cast, f"Región {n}").id for n in (1, 2))
        session.execute(update(Institution).where(Institution.id.in_([one, two])).values(kind="region"))
        session.commit()
    together = Barrier(2)

    def go(what: uuid.UUID, to: uuid.UUID) -> str:
        with Session(engine, expire_on_commit=False) as session:
            together.wait()
            try:
                institutions.merge(office_for(session, clock), ada, what, to)
            except Refused as no:
                return no.code
            return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(job.result() for job in [pool.submit(go, one, two), pool.submit(go, two, one)])
    assert said == ["done", "institution-ring"]
    with Session(engine) as session:
        rows = {row.id: row for row in session.scalars(select(Institution))}
        for row in rows.values():
            above = rows.get(row.parent_id) if row.parent_id else None
            assert row.path.startswith(above.path if above else "/") and row.path.count("/") == (
                above.path.count("/") + 1 if above else 2
            )


# Merging --------------------------------------------------------------------------------------------------------------


def test_a_merged_institution_gives_its_people_and_keeps_its_history(cast_on_both: Cast) -> None:
    cast = cast_on_both
    office, coralia = cast.office, cast.actor("coralia")
    complete(cast, "nayeli")
    guayacan, cativo = (cast.institutions[f"/pa/senafront/{name}/"] for name in ("guayacan", "cativo"))
    institutions.merge(office, coralia, guayacan.id, cativo.id)
    session = office.session
    row = session.get_one(Institution, guayacan.id, populate_existing=True)
    assert (row.path, row.merged_into) == ("/pa/senafront/cativo/guayacan/", cativo.id)
    assert row.closed_at == office.now()
    nayeli = session.get_one(Person, cast.people["nayeli"].id, populate_existing=True)
    assert nayeli.institution_id == cativo.id
    done = session.scalars(select(Enrolment).where(Enrolment.person_id == nayeli.id)).one()
    assert done.institution_id == guayacan.id  # it trained her
    tally = figures.figures(office, coralia, RosterQuery(institution=cativo.id)).tally
    assert (tally.completed, tally.not_started) == (1, 1)
    facts = institutions.facts(office, coralia, cativo.id)
    assert facts.people == 2
    assert [node.institution.id for node in facts.children] == [guayacan.id]


def test_open_courses_and_running_cohorts_go_along(cast_on_both: Cast) -> None:
    cast = cast_on_both
    office, ada = cast.office, cast.actor("ada")
    navy = institutions.add(office, ada, cast.institutions["/pa/"].id, "Servicio Marítimo", kind="service")
    institutions.merge(office, ada, cast.institutions["/pa/senafront/"].id, navy.id, roles=True)
    assert cast.cohort is not None
    cohort = office.session.get_one(Cohort, cast.cohort.id, populate_existing=True)
    assert cohort.institution_id == navy.id
    coralia = cast.actor("coralia")
    assert coralia.institution_id == navy.id and coralia.paths("enrol") == (navy.path,)
    assert {n.institution.path for n in institutions.tree(office, coralia)} == {
        "/pa/servicio-maritimo/",
        "/pa/servicio-maritimo/senafront/",
        "/pa/servicio-maritimo/guayacan/",
        "/pa/servicio-maritimo/cativo/",
    }


def test_without_the_tick_a_role_over_what_was_merged_ends(cast: Cast) -> None:
    office, ada = cast.office, cast.actor("ada")
    navy = institutions.add(office, ada, cast.institutions["/pa/"].id, "Servicio Marítimo", kind="service")
    institutions.merge(office, ada, cast.institutions["/pa/senafront/"].id, navy.id)
    assert not cast.actor("coralia").may("enrol")


def test_a_merge_that_cannot_be_finished_changes_nothing(cast_on_both: Cast) -> None:
    cast = cast_on_both
    office, ada = cast.office, cast.actor("ada")
    one, two = region(cast, "Región Uno"), region(cast, "Región Dos")
    institutions.add(office, ada, one.id, "Puesto Alto", kind="post")
    institutions.add(office, ada, one.id, "Puesto Bajo", kind="post")
    institutions.add(office, ada, two.id, "PUESTO BAJO", kind="post")
    before = sorted(office.session.scalars(select(Institution.path)))
    with pytest.raises(Refused, match="institution-known"):
        institutions.merge(office, ada, one.id, two.id)
    assert sorted(office.session.scalars(select(Institution.path))) == before


# Closing --------------------------------------------------------------------------------------------------------------


def test_only_what_is_empty_is_closed(cast: Cast) -> None:
    office, ada = cast.office, cast.actor("ada")
    with pytest.raises(Refused, match="institution-has-institutions"):
        institutions.close(office, ada, cast.institutions["/pa/senafront/"].id)
    with pytest.raises(Refused, match="institution-has-people") as no:
        institutions.close(office, ada, cast.institutions["/cr/ppme/"].id)
    assert no.value.values["number"] == 3
    empty = region(cast)
    institutions.close(office, ada, empty.id)
    institutions.close(office, ada, empty.id)
    assert len(office.session.scalars(select(AuditEntry).where(AuditEntry.action == "institution.close")).all()) == 1


def test_nobody_joins_what_is_closed_until_it_opens_again(cast: Cast) -> None:
    office, coralia = cast.office, cast.actor("coralia")
    empty = region(cast)
    institutions.close(office, coralia, empty.id)
    assert empty.id not in {row.id for row in scope.institutions(office, coralia, "enrol")}
    assert empty.id in {row.id for row in scope.institutions(office, coralia)}
    nominee = people.Nominee("Ana Ruiz", "ana@paso.example", empty.id)
    with pytest.raises(Refused, match="institution-closed"):
        people.invite(office, coralia, nominee)
    with pytest.raises(Refused, match="institution-closed"):
        institutions.add(office, coralia, empty.id, "Puesto", kind="post")
    institutions.reopen(office, coralia, empty.id)
    assert people.invite(office, coralia, nominee).name == "Ana Ruiz"


def test_a_closed_name_can_be_used_again_and_then_the_closed_one_stays_closed(cast: Cast) -> None:
    office, ada = cast.office, cast.actor("ada")
    old = region(cast)
    institutions.close(office, ada, old.id)
    assert region(cast).path == "/pa/senafront/region-darien-2/"
    with pytest.raises(Refused, match="institution-known"):
        institutions.reopen(office, ada, old.id)


def test_a_name_says_its_language(cast: Cast) -> None:
    office, ada = cast.office, cast.actor("ada")
    canada = add(cast, "", "Canada", "state", country="CA")
    assert canada.language == "en"
    agency = institutions.add(
        office, ada, canada.id, "Agence des services frontaliers du Canada", kind="service", language="fr"
    )
    assert agency.language == "fr"
    with pytest.raises(Refused, match="institution-language"):
        institutions.change(office, ada, agency.id, agency.name, kind="service", language="xx")


def test_a_coordinator_who_merges_gives_nobody_a_role(cast: Cast) -> None:
    office, coralia = cast.office, cast.actor("coralia")
    guayacan = cast.institutions["/pa/senafront/guayacan/"]
    with office.transaction():
        office.session.add(
            RoleGrant(
                person_id=cast.people["tomas"].id,
                role="coordinator",
                institution_id=guayacan.id,
                granted_at=office.now(),
            )
        )
    with pytest.raises(Refused) as no:
        institutions.merge(office, coralia, guayacan.id, cast.institutions["/pa/senafront/"].id, roles=True)
    assert no.value.code == "institution-roles"
    institutions.merge(office, coralia, guayacan.id, cast.institutions["/pa/senafront/"].id)
    assert not cast.actor("tomas").may("enrol")
