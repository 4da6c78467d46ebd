"""The tree of institutions holds together, whoever adds to it."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from app.records.audit import AuditEntry
from app.records.people import Institution
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import institutions
from tests.cast import Cast


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


@pytest.mark.parametrize("name", ["nayeli", "coralia", "tomas", "oscar"])
def test_only_administrators_change_the_tree(cast: Cast, name: str) -> None:
    actor, post = cast.actor(name), cast.institutions["/pa/senafront/cativo/"]
    with pytest.raises(Forbidden):
        institutions.tree(cast.office, actor)
    with pytest.raises(Forbidden):
        institutions.add(cast.office, actor, post.id, "Puesto", kind="post")
    with pytest.raises(Forbidden):
        institutions.change(cast.office, actor, post.id, "Puesto", kind="post")
