"""People below a coordinator: finding them, their record, inviting, correcting, enrolling, withdrawing.

Everyone outside the actor's institutions is *not found*. Accounts with duties beyond learning are an administrator's to
change: whoever could change their address could take them over.
"""

from app.services.people.changing import correct, deactivate, enrol, reactivate, withdraw
from app.services.people.inviting import Invitation, Nominee, invite, invite_again
from app.services.people.reading import (
    CourseRecord,
    Found,
    PeoplePage,
    PeopleQuery,
    Record,
    courses,
    find,
    has_duties,
    person_status,
    record,
)

__all__ = [
    "CourseRecord",
    "Found",
    "Invitation",
    "Nominee",
    "PeoplePage",
    "PeopleQuery",
    "Record",
    "correct",
    "courses",
    "deactivate",
    "enrol",
    "find",
    "has_duties",
    "invite",
    "invite_again",
    "person_status",
    "reactivate",
    "record",
    "withdraw",
]
