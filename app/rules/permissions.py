"""Who may do what: the one table. A door declares a permission by name; services ask with :func:`allowed`.

The scope says what a permission is over: nothing, oneself, an institution and all below it, a course, or the platform.
A role gives a permission over what its grant names; the administrator's grant names the platform, which holds everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Role(StrEnum):
    LEARNER = "learner"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"
    MACHINE = "machine"
    """a program with a key: no person is ever given this role"""


class Scope(StrEnum):
    ANYONE = "anyone"
    """no sign-in"""
    SIGNED_IN = "signed in"
    """any account: one's own settings; "secure account" is open also to who has to set up a second step first"""
    OWN = "own"
    """one's own learning"""
    COURSE = "course"
    """a course named in the grant"""
    INSTITUTION = "institution"
    """an institution named in the grant, and all below it"""
    FIGURES = "figures"
    """sums without names, all institutions"""
    PLATFORM = "platform"


class Permission(msgspec.Struct, frozen=True):
    scope: Scope
    roles: frozenset[Role] = frozenset()


def _for(scope: Scope, *roles: Role) -> Permission:
    return Permission(scope, frozenset(roles))


PERMISSIONS: dict[str, Permission] = {
    "visit": _for(Scope.ANYONE),
    "account": _for(Scope.SIGNED_IN),
    "secure account": _for(Scope.SIGNED_IN),
    "learn": _for(Scope.OWN, Role.LEARNER),
    "teach": _for(Scope.COURSE, Role.TRAINER, Role.ADMINISTRATOR),
    "sign practice": _for(Scope.COURSE, Role.TRAINER, Role.ADMINISTRATOR),
    "hold exams": _for(Scope.COURSE, Role.TRAINER, Role.ADMINISTRATOR),
    "assist exams": _for(Scope.INSTITUTION, Role.COORDINATOR, Role.ADMINISTRATOR),
    "read roster": _for(Scope.INSTITUTION, Role.COORDINATOR, Role.ADMINISTRATOR, Role.MACHINE),
    "enrol": _for(Scope.INSTITUTION, Role.COORDINATOR, Role.ADMINISTRATOR),
    "arrange institutions": _for(Scope.INSTITUTION, Role.COORDINATOR, Role.ADMINISTRATOR),
    "give keys": _for(Scope.INSTITUTION, Role.COORDINATOR, Role.ADMINISTRATOR),
    "read by machine": _for(Scope.INSTITUTION, Role.MACHINE),
    "read figures": _for(Scope.FIGURES, Role.OBSERVER, Role.ADMINISTRATOR),
    "administer": _for(Scope.PLATFORM, Role.ADMINISTRATOR),
}


class Grant(msgspec.Struct, frozen=True):
    """A role given to a person, over an institution (by its path), a course (by its id), or neither."""

    role: Role
    institution_path: str = ""
    course: str = ""


def may_enter(permission: str, grants: Iterable[Grant] | None) -> bool:
    """Whether a person with *grants* (``None``: nobody is signed in) may pass a door that asks for *permission* at all.

    What lies behind is narrowed by :func:`paths` and :func:`courses`. Raises ``KeyError`` for an unknown permission.
    """
    rule = PERMISSIONS[permission]
    if rule.scope is Scope.ANYONE:
        return True
    if grants is None:
        return False
    return rule.scope is Scope.SIGNED_IN or any(grant.role in rule.roles for grant in grants)


def paths(permission: str, grants: Iterable[Grant]) -> tuple[str, ...]:
    """The institution paths over which *grants* give *permission*; ("/",) means all of them."""
    roles = PERMISSIONS[permission].roles
    found = {
        "/" if grant.role is Role.ADMINISTRATOR else grant.institution_path
        for grant in grants
        if grant.role in roles and (grant.institution_path or grant.role is Role.ADMINISTRATOR)
    }
    if "/" in found:
        return ("/",)
    return tuple(sorted(path for path in found if not any(path != o and path.startswith(o) for o in found)))


def within(path: str, roots: Iterable[str]) -> bool:
    """Whether the institution at *path* is one of *roots* or below one."""
    return any(path.startswith(root) for root in roots)


def courses(permission: str, grants: Iterable[Grant]) -> frozenset[str] | None:
    """The courses over which *grants* give *permission*; ``None`` means all of them."""
    roles = PERMISSIONS[permission].roles
    mine = [grant for grant in grants if grant.role in roles]
    if any(grant.role is Role.ADMINISTRATOR for grant in mine):
        return None
    return frozenset(grant.course for grant in mine if grant.course)
