"""What coordinators take away of a list: an empty one, theirs with what is wrong beside each line, the links of those
created.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Select, select

from app.records.imports import ImportLine, PeopleImport
from app.records.people import Person, RoleGrant
from app.rules.errors import Refused
from app.rules.permissions import Role
from app.services import accounts, audit, scope, spreadsheets
from app.services.imports import keeping
from app.services.imports.differences import Difference
from app.services.office import Actor, Office
from app.services.spreadsheets import Heading

Say = Callable[[str], str]


def _(text: str) -> str:
    """Marks words for the catalogue; they are translated when somebody reads them."""
    return text


COLUMNS = (
    ("name", _("Name"), 34),
    ("email", _("E-mail address"), 34),
    ("rank", _("Rank"), 18),
    ("service_number", _("Service number"), 18),
    ("sex", _("Sex"), 8),
    ("language", _("Language"), 12),
    ("institution", _("Institution"), 34),
    ("status", _("Account"), 14),
    ("course", _("Course"), 34),
    ("cohort", _("Cohort"), 24),
)
"""of an empty list; each heading is understood again (headings.py)"""


def template(say: Say, sheet: str) -> Iterator[bytes]:
    """An empty list to fill in, as a workbook."""
    return spreadsheets.xlsx_stream(sheet, [Heading(say(head), "text", width) for _key, head, width in COLUMNS], [])


def corrected(
    office: Office,
    actor: Actor,
    import_id: uuid.UUID,
    say: Say,
    what: Callable[[Difference], str],
    words: Callable[[Refused, str], str],
    only_open: bool = False,
) -> Iterator[bytes]:
    """The list with what happens with each line, and what is wrong with it in English and in Spanish, as a workbook.

    *what* says what happens, *words* a refusal in a language. *only_open* leaves out the lines with nothing to mend or
    decide. The columns added are left aside when it is sent again. Raises ``NotFound``.
    """
    row = keeping.get(office, actor, import_id)
    keys = [key for key, _heading in row.columns]
    widths = {key: width for key, _head, width in COLUMNS}
    heads = [
        Heading(say(_("Row")), "whole", 7),
        *(Heading(heading, "text", widths.get(key, 24)) for key, heading in row.columns),
        Heading(say(_("What happens")), "text", 30),
        Heading("Problems (English)", "text", 60),
        Heading("Problemas (español)", "text", 60),
    ]

    def rows() -> Iterator[Sequence[spreadsheets.Cell]]:
        for line in keeping.every_line(office, row):
            if only_open and not line.difference.open:
                continue
            wrong = [
                " ".join(
                    _beside(row, problem.field, words(problem.refused(), code)) for problem in line.difference.problems
                )
                for code in ("en", "es")
            ]
            yield [line.row, *(line.cells.get(key, "") for key in keys), what(line.difference), *wrong]

    return spreadsheets.xlsx_stream(say(_("List of people")), heads, rows())


def _beside(row: PeopleImport, field: str, text: str) -> str:
    """*text* with the heading of the column that it is about."""
    heading = next((heading for key, heading in row.columns if key == field), "")
    return f"{heading}: {text}" if heading else text


def _waiting(office: Office, row: PeopleImport) -> Select[Person]:
    """Whom the list created who have not accepted their invitation, by name; not who does more here than learn by now:
    whoever has their link can become them.
    """
    duty = select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.role != Role.LEARNER.value)
    return (
        select(Person)
        .join(ImportLine, ImportLine.person_id == Person.id)
        .where(
            ImportLine.import_id == row.id,
            ImportLine.kinds.contains(" create "),
            Person.active,
            Person.password_hash == "",
            ~duty.exists(),
            scope.inside(Person.institution_id, (keeping.root_of(office, row),)),
        )
        .order_by(Person.sort_name, Person.id)
    )


def anybody_waits(office: Office, row: PeopleImport) -> bool:
    """Whether somebody whom the list created has not accepted the invitation."""
    return office.session.scalar(_waiting(office, row).with_only_columns(Person.id).limit(1)) is not None


def links(office: Office, actor: Actor, import_id: uuid.UUID, say: Say) -> Iterator[bytes]:
    """New invitation links of everyone whom the list created and who has not accepted yet, as a workbook.

    The links are not kept, so this is the only time to see them; earlier ones end. Raises ``NotFound``,
    ``Refused("list-no-links")``.
    """
    with office.transaction():
        row = keeping.get(office, actor, import_id, lock=True)
        found = office.session.scalars(_waiting(office, row)).unique() if row.state == "done" else ()
        people = {one.id: one for one in found}
        ids = list(people)
        if not ids:
            raise Refused("list-no-links")
        tokens = accounts.issue_links(office, ids, "invitation", accounts.INVITATION_LASTS)
        entries = ((str(one), {"import": str(row.id)}, people[one].institution_id) for one in ids)
        audit.note_many(office, actor, "person.invite-again", entries)
        audit.note(office, actor, "people.import-links", str(row.id), {"count": len(ids)}, row.institution_id)
        cells = [
            [
                people[one].name,
                people[one].email,
                people[one].institution.name,
                accounts.link_url(office, "invitation", tokens[one]),
            ]
            for one in ids
        ]
    heads = [
        Heading(say(_("Name")), "text", 34),
        Heading(say(_("E-mail address")), "text", 34),
        Heading(say(_("Institution")), "text", 34),
        Heading(say(_("Invitation link")), "text", 80),
    ]
    return spreadsheets.xlsx_stream(say(_("Invitations")), heads, cells)
