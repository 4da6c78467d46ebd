"""The one table: who may do what, over what."""

import pytest

from app.rules.permissions import PERMISSIONS, Grant, Role, courses, may_enter, paths, within

COORDINATOR = Grant(Role.COORDINATOR, "/pa/senafront/")
ADMINISTRATOR = Grant(Role.ADMINISTRATOR)


def test_a_stranger_may_only_visit():
    assert {name for name in PERMISSIONS if may_enter(name, None)} == {"visit"}


def test_an_account_without_roles_may_only_see_itself():
    assert {name for name in PERMISSIONS if may_enter(name, ())} == {"visit", "account"}


def test_a_coordinator_reaches_their_institution_and_all_below_it_and_nothing_else():
    roots = paths("read roster", [COORDINATOR])
    assert within("/pa/senafront/", roots) and within("/pa/senafront/guayacan/", roots)
    assert not within("/pa/", roots) and not within("/pa/senafront-2/", roots) and not within("/cr/ppme/", roots)


def test_an_administrator_reaches_everything():
    assert paths("read roster", [ADMINISTRATOR]) == ("/",)
    assert courses("teach", [ADMINISTRATOR]) is None


def test_a_trainer_reaches_the_courses_of_their_grants():
    grants = [Grant(Role.TRAINER, course="a"), Grant(Role.TRAINER, course="b"), COORDINATOR]
    assert courses("teach", grants) == {"a", "b"}
    assert courses("teach", [COORDINATOR]) == frozenset()


def test_a_grant_below_another_adds_nothing():
    assert paths("read roster", [COORDINATOR, Grant(Role.COORDINATOR, "/pa/senafront/guayacan/")]) == (
        "/pa/senafront/",
    )


def test_a_coordinator_grant_without_an_institution_opens_nothing():
    assert paths("read roster", [Grant(Role.COORDINATOR)]) == ()


def test_an_unknown_permission_is_an_error_and_not_a_no():
    with pytest.raises(KeyError):
        may_enter("fly", ())
