"""A list beside what is on record: what each line would do. Pure: the same list and world always give the same."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from app.rules import namesakes
from app.rules.identity import looks_national
from app.services.imports import headings
from app.services.imports.differences import Candidate, Difference, Problem
from app.services.imports.reading import Line
from app.services.imports.resembling import Resembling
from app.services.imports.world import Known, Place, World
from app.services.office import fold_name
from app.services.people.inviting import Nominee, faults, tidied

TICK = 500
"""lines between two words about how far it is"""
PERSONAL = ("name", "email", "rank", "service_number", "sex", "language")


@dataclass(frozen=True)
class Wishes:
    """What holds for all lines that do not say otherwise."""

    institution: uuid.UUID
    language: str = "es"
    course: str = ""
    cohort: uuid.UUID | None = None


@dataclass
class _Said:
    """What a line says, tidied, and what is wrong with its words."""

    line: Line
    nominee: Nominee
    account: str = ""
    standing: str = ""
    """what a roster says of the enrolment"""
    problems: list[Problem] | None = None
    course: str = ""
    """"?" where no course is called that"""

    def cell(self, key: str) -> str:
        return headings.unguarded(self.line.cells.get(key, ""))

    def as_kept(self, key: str, kept: str) -> bool:
        """Whether the cell is what is on record to the letter, guarded or not."""
        written = self.line.cells.get(key, "")
        if key == "name":
            written = f"{written} {self.line.cells.get('surname', '')}".strip()
        return not written or kept in (written, getattr(self.nominee, key))


def is_roster(line: Line) -> bool:
    """Whether a line speaks of an enrolment, as a roster does."""
    return headings.code_of(line.cells.get("status", ""), headings.ENROLMENTS) is not None


def compare(
    world: World,
    wishes: Wishes,
    lines: Sequence[Line],
    decisions: Mapping[int, str],
    tick: Callable[[int], None] | None = None,
) -> list[Difference]:
    """What each of *lines* would do, in their order. *decisions* are the coordinator's, by row."""
    comparison = _Comparison(world, wishes, lines, decisions)
    found = []
    for number, said in enumerate(comparison.said):
        if tick is not None and number % TICK == 0:
            tick(number)
        found.append(comparison.line(said))
    return found


class _Comparison:
    def __init__(self, world: World, wishes: Wishes, lines: Sequence[Line], decisions: Mapping[int, str]) -> None:
        self.world, self.wishes, self.decisions = world, wishes, decisions
        self.by_email = {one.email: one for one in world.people.values()}
        self.by_number: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
        self.by_name: defaultdict[str, list[Known]] = defaultdict(list)
        for one in world.people.values():
            self.by_name[fold_name(one.name)].append(one)
            if one.service_number:
                key = (world.places[one.institution].service, namesakes.number_key(one.service_number))
                self.by_number[key].append(one)
        self.places = _called(world)
        self.courses: defaultdict[str, list[str]] = defaultdict(list)
        for course, titles in world.courses.items():
            for name in {course, *map(headings.folded, titles)} - {""}:
                self.courses[name].append(course)
        self.said = [self._read(line) for line in lines]
        kept = [one for one in self.said if self.decisions.get(one.line.row) != "leave"]
        self.named = {self.by_email[one.nominee.email].id for one in kept if one.nominee.email in self.by_email}
        """whom the list names by their address"""
        self.resembling = Resembling(world, self.named)
        self.people: dict[uuid.UUID, tuple[int, Difference, set[str]]] = {}
        """row, difference and courses of those met so far"""
        self.new: dict[str, tuple[int, Nominee, set[str]]] = {}
        self.numbers: dict[tuple[str, str], int] = {}
        self.claimed: dict[str, int] = {}
        """addresses that people on record get by the list"""

    def _read(self, line: Line) -> _Said:
        problems: list[Problem] = []

        def code(key: str, words: Mapping[str, tuple[str, ...]], refusal: str) -> str:
            text = line.cells.get(key, "")
            found = headings.code_of(text, words) if text else ""
            if found is None:
                problems.append(Problem(refusal, key))
            return found or ""

        def cell(key: str) -> str:
            return headings.unguarded(line.cells.get(key, ""))

        nominee = tidied(
            Nominee(
                f"{cell('name')} {cell('surname')}".strip(),
                cell("email"),
                self.wishes.institution,
                cell("rank"),
                cell("service_number"),
                code("sex", headings.SEXES, "person-sex-unknown"),
                code("language", headings.LANGUAGES, "language-unknown"),
            )
        )
        text = line.cells.get("status", "")
        standing = (headings.code_of(text, headings.ENROLMENTS) if text else "") or ""
        account = "" if standing else code("status", headings.ACCOUNTS, "list-status-unknown")
        return _Said(line, nominee, account, standing, problems)

    # Who it is -------------------------------------------------------------------------------------------------------

    def line(self, said: _Said) -> Difference:
        """What one line would do. Lines are asked for in their order."""
        decision = self.decisions.get(said.line.row, "")
        if decision == "leave":
            return Difference(("left",))
        problems = list(said.problems or ())
        fits = self._places_of(said, problems)
        said.course = self._course_of(said, problems)
        email = said.nominee.email
        person: Known | None = self.by_email.get(email) if email else None
        if email and person is None and email in self.world.elsewhere:
            problems.append(Problem("person-elsewhere", "email"))
            return Difference(("problem",), problems=tuple(problems))
        question = ""
        candidates: tuple[Candidate, ...] = ()
        if person is None and not email and said.standing:
            person, gone = self._of_roster(said, fits)
            if gone:
                return Difference(("unchanged",))
        if person is None and said.nominee.service_number:
            numbered = self._numbered(said, fits)
            chosen = next((one for one in numbered if decision == f"same:{one.id}"), None)
            likely = [one for one in numbered if namesakes.correction(said.nominee.name, one.name) != "other"]
            if chosen is not None:
                person = chosen
            elif not email and len(likely) == 1:
                person = likely[0]
            elif numbered and not (email and decision == "other"):
                question = "address" if email else "name"
                candidates = tuple(_candidate(one) for one in numbered[:5])
        if person is None and not question and not email:
            person, candidates = self._named_so(said, fits, problems, decision)
            question = "namesake" if candidates else ""
        elif person is None and not question:
            person, candidates = self._resembling(said, fits, decision)
            question = "namesake" if candidates else ""
        if person is not None:
            return self._known(said, person, fits, problems, decision)
        return self._unknown(said, fits, problems, question, candidates)

    def _numbered(self, said: _Said, fits: list[Place]) -> list[Known]:
        """Who has the line's service number in the same service, and is not named by their own address elsewhere."""
        place = self._place(fits) or self.world.places[self.wishes.institution]
        key = (place.service, namesakes.number_key(said.nominee.service_number))
        return [one for one in self.by_number.get(key, ()) if one.id not in self.named]

    def _of_roster(self, said: _Said, fits: list[Place]) -> tuple[Known | None, bool]:
        """Whose enrolment a line of a roster tells of, and whether they have left."""
        ids, course = {place.id for place in fits}, said.course
        found = []
        for one in self.by_name.get(fold_name(said.nominee.name), ()):
            standing = self.world.enrolments.get((one.id, course))
            if standing is not None and standing.institution in ids and self._same_number(said, one.service_number):
                taken = one.id in self.people and course in self.people[one.id][2]
                found.append((taken, not said.as_kept("rank", one.rank), one))
        if found:
            return min(found, key=lambda entry: entry[:2])[2], False
        gone = (
            former.course == course and former.institution in ids and self._same_number(said, former.service_number)
            for former in self.world.former.get(fold_name(said.nominee.name), ())
        )
        return None, any(gone)

    def _same_number(self, said: _Said, kept: str) -> bool:
        return namesakes.number_key(said.nominee.service_number) == namesakes.number_key(kept)

    def _named_so(
        self, said: _Said, fits: list[Place], problems: list[Problem], decision: str
    ) -> tuple[Known | None, tuple[Candidate, ...]]:
        """Whom a line without an address means by name: the one in its institution, else perhaps one elsewhere."""
        ids = {place.id for place in fits}
        every = [
            one
            for one in self.by_name.get(fold_name(said.nominee.name), ())
            if not said.nominee.service_number or self._same_number(said, one.service_number)
        ]
        here = [one for one in every if not ids or one.institution in ids]
        chosen = next((one for one in every if decision == f"same:{one.id}"), None)
        if chosen is not None or len(here) == 1:
            return chosen or here[0], ()
        if every and not here and decision != "other":
            return None, tuple(_candidate(one) for one in every[:5])
        problems.append(Problem("list-name-several" if here else "list-email-missing", "email"))
        return None, ()

    def _resembling(self, said: _Said, fits: list[Place], decision: str) -> tuple[Known | None, tuple[Candidate, ...]]:
        """Whom somebody new may be: the one that was chosen, or those to choose from."""
        if said.nominee.email in self.new or said.account == "suspended":
            return None, ()
        place = self._place(fits) or self.world.places[self.wishes.institution]
        alike = self.resembling.people(said.nominee, place)
        chosen = next((one for one in alike if decision == f"same:{one.id}"), None)
        if chosen is not None or decision == "other":
            return chosen, ()
        found = [_candidate(one) for one in alike[:5]]
        row = self.resembling.row(said.nominee, place)
        if row:
            found.append(Candidate(said.nominee.name, row=row))
        return None, tuple(found)

    # What happens ----------------------------------------------------------------------------------------------------

    def _known(
        self, said: _Said, person: Known, fits: list[Place], problems: list[Problem], decision: str
    ) -> Difference:
        nominee, row = said.nominee, said.line.row
        fields: dict[str, tuple[str, str]] = {}
        question = ""
        candidates: tuple[Candidate, ...] = ()
        if nominee.name and not said.as_kept("name", person.name):
            says = namesakes.correction(nominee.name, person.name)
            if says == "other" and decision != f"same:{person.id}":
                question, candidates = "name", (_candidate(person),)
            elif says != "same":
                fields["name"] = (person.name, nominee.name)
        if nominee.email and nominee.email != person.email:
            fields["email"] = (person.email, nominee.email)
            first = self.new[nominee.email][0] if nominee.email in self.new else self.claimed.get(nominee.email)
            if first is not None:
                problems.append(Problem("list-email-twice", "email", {"row": first}))
            self.claimed[nominee.email] = row
        for key in ("rank", "sex", "language"):
            before, after = getattr(person, key), getattr(nominee, key)
            if after and after != before and not said.as_kept(key, before):
                fields[key] = (before, after)
        if not said.as_kept("service_number", person.service_number):
            kept, given = person.service_number, nominee.service_number
            if not self._same_number(said, kept) or len(given) > len(kept):  # with fewer zeros it says nothing new
                fields["service_number"] = (kept, given)
        here = self.world.places[person.institution]
        place = self._new_place(said, person, fits, problems)
        self._check(fields, person, place or here, problems)
        deeds = ["change"] if fields else []
        deeds += ["move"] if place is not None else []
        if said.account == "suspended" and person.active:
            deeds.append("suspend")
            if person.id == self.world.sender:
                problems.append(Problem("person-self", "status"))
        elif said.account == "active" and not person.active:
            deeds.append("reopen")
            if (place or here).closed:
                problems.append(Problem("institution-closed", "status"))
        if deeds and person.id in self.world.duties:
            problems.append(Problem("list-duties", "email"))
        open_then = person.active or "reopen" in deeds
        course, cohort = self._enrolment(said, person, problems)
        if not open_then and not said.account and (course or not said.standing):
            problems.append(Problem("person-disabled", "email"))
        if course:
            deeds.append("enrol")
        found = Difference(
            _kinds(problems, question, deeds),
            person.id,
            fields,
            (place or here).id,
            person.institution if place is not None else None,
            course,
            cohort,
            question,
            candidates,
            tuple(problems),
        )
        return self._once(said, person, found, row)

    def _once(self, said: _Said, person: Known, found: Difference, row: int) -> Difference:
        """Somebody who is met again may only be enrolled in another course."""
        met = self.people.get(person.id)
        if met is None:
            self.people[person.id] = (row, found, {said.course})
            return found
        first, before, courses = met
        same = (found.fields, found.was and found.home) in ((before.fields, before.was and before.home), ({}, None))
        if found.problems or found.question:
            return found
        if not same or not said.course or said.course in courses:
            problem = Problem(
                "list-email-twice" if said.nominee.email else "list-person-twice", "email", {"row": first}
            )
            return msgspec.structs.replace(found, kinds=("problem",), problems=(problem,))
        courses.add(said.course)
        deeds = [kind for kind in found.kinds if kind == "enrol"]
        return msgspec.structs.replace(found, kinds=tuple(deeds) or ("unchanged",), fields={}, was=None)

    def _check(self, fields: dict[str, tuple[str, str]], person: Known, place: Place, problems: list[Problem]) -> None:
        """What is wrong with what would change."""
        if not fields:
            return
        after = {key: fields[key][1] if key in fields else getattr(person, key) for key in PERSONAL}
        for no in faults(Nominee(institution=place.id, **after)):
            if no.values.get("field") in fields:
                problems.append(Problem.of(no))
        if "email" in fields and fields["email"][1] in self.world.elsewhere:
            problems.append(Problem("person-elsewhere", "email"))
        if "service_number" in fields:
            number = fields["service_number"][1]
            if looks_national(number, place.country):
                problems.append(Problem("person-national-id", "service_number"))
            key = (place.service, namesakes.number_key(number))
            if any(one.id != person.id for one in self.by_number.get(key, ())):
                problems.append(Problem("list-number-taken", "service_number"))

    def _unknown(
        self,
        said: _Said,
        fits: list[Place],
        problems: list[Problem],
        question: str,
        candidates: tuple[Candidate, ...],
    ) -> Difference:
        nominee = said.nominee
        if said.account == "suspended" and not problems and not question:
            return Difference(("unchanged",))
        place = self._place(fits) or self.world.places[self.wishes.institution]
        nominee = replace(nominee, institution=place.id, language=nominee.language or self.wishes.language)
        met = self.new.get(nominee.email) if nominee.email else None
        told = {problem.field for problem in problems} | ({"email"} if question and not nominee.email else set())
        problems += [Problem.of(no) for no in faults(nominee) if no.values.get("field") not in told]
        if looks_national(nominee.service_number, place.country):
            problems.append(Problem("person-national-id", "service_number"))
        if fits and self._place(fits) is None:
            problems.append(_unclear(fits))
        if nominee.email in self.claimed:
            problems.append(Problem("list-email-twice", "email", {"row": self.claimed[nominee.email]}))
        course, cohort = self._enrolment(said, None, problems)
        if met is not None:
            first, before, courses = met
            if before == nominee and course and course not in courses and not problems:
                courses.add(course)
                return Difference(
                    ("enrol",), fields={"email": ("", nominee.email)}, home=place.id, course=course, cohort=cohort
                )
            problems.append(Problem("list-email-twice", "email", {"row": first}))
        elif nominee.service_number:
            key = (place.service, namesakes.number_key(nominee.service_number))
            if key in self.numbers and not question:
                problems.append(Problem("list-number-twice", "service_number", {"row": self.numbers[key]}))
            self.numbers.setdefault(key, said.line.row)
        deeds = ["create", *(["enrol"] if course else [])]
        if met is None and nominee.email:
            self.new[nominee.email] = (said.line.row, nominee, {course})
            self.resembling.add(nominee, place, said.line.row)
        fields = {key: ("", getattr(nominee, key)) for key in PERSONAL if getattr(nominee, key)}
        kinds = _kinds(problems, question, deeds)
        return Difference(kinds, None, fields, place.id, None, course, cohort, question, candidates, tuple(problems))

    # Where -----------------------------------------------------------------------------------------------------------

    def _places_of(self, said: _Said, problems: list[Problem]) -> list[Place]:
        """The institutions that are called what the line says; none if it says nothing."""
        text = said.cell("institution")
        if not text:
            return []
        fits = self.places.get(headings.folded(text)) or self.places.get(text) or []
        if not fits:
            problems.append(Problem("list-institution-unknown", "institution"))
        return fits

    def _place(self, fits: list[Place]) -> Place | None:
        """The one meant: of several that are open, the only one below that chosen for the whole list."""
        fits = [place for place in fits if not place.closed]
        if len(fits) > 1:
            above = self.world.places[self.wishes.institution].path
            fits = [place for place in fits if place.path.startswith(above)]
        return fits[0] if len(fits) == 1 else None

    def _new_place(self, said: _Said, person: Known, fits: list[Place], problems: list[Problem]) -> Place | None:
        """Where somebody on record moves; ``None`` if they stay."""
        ids = {place.id for place in fits}
        standing = self.world.enrolments.get((person.id, said.course)) if said.standing else None
        if not fits or person.institution in ids or (standing is not None and standing.institution in ids):
            return None  # a roster names the institution that trained them
        place = self._place(fits)
        if place is None:
            problems.append(_unclear(fits))
        return place

    def _course_of(self, said: _Said, problems: list[Problem]) -> str:
        """The course that the line, or the whole list, is about; "" for none."""
        text = said.cell("course")
        if not text:
            return "" if said.cell("cohort") else self.wishes.course
        found = self.courses.get(text) or self.courses.get(headings.folded(text)) or []
        if len(found) != 1:
            problems.append(Problem("list-course-unknown", "course"))
            return "?"
        return found[0]

    def _enrolment(self, said: _Said, person: Known | None, problems: list[Problem]) -> tuple[str, uuid.UUID | None]:
        """Where the line enrols somebody anew, if it does."""
        if said.account == "suspended" or said.standing == "withdrawn" or said.course == "?":
            return "", None
        course, text = said.course, headings.folded(said.cell("cohort"))
        cohort: uuid.UUID | None = None
        if text:
            called = {
                key: group
                for key, group in self.world.cohorts.items()
                if headings.folded(group.name) == text and course in ("", group.course)
            }
            if person is not None:
                there = [
                    key
                    for key, group in called.items()
                    if (standing := self.world.enrolments.get((person.id, group.course))) is not None
                    and standing.cohort == key
                    and standing.status != "withdrawn"
                ]
                if there:
                    return "", None
            mine = [key for key, group in called.items() if group.mine]
            if len(mine) != 1:
                problems.append(Problem("list-cohort-unknown", "cohort"))
                return "", None
            cohort, course = mine[0], called[mine[0]].course
        elif course == self.wishes.course and not said.cell("course"):
            cohort = self.wishes.cohort
            if cohort is not None and not (cohort in self.world.cohorts and self.world.cohorts[cohort].mine):
                problems.append(Problem("list-cohort-unknown", "cohort"))
                return "", None
        if not course:
            return "", None
        said.course = course
        standing = self.world.enrolments.get((person.id, course)) if person is not None else None
        if standing is not None and standing.status != "withdrawn" and cohort in (None, standing.cohort):
            return "", None
        if cohort is not None and person is not None and person.id == self.world.sender:
            problems.append(Problem("joining-own", "cohort"))
        return course, cohort


def _kinds(problems: list[Problem], question: str, deeds: list[str]) -> tuple[str, ...]:
    if problems:
        return ("problem",)
    return ("duplicate",) if question else tuple(deeds) or ("unchanged",)


def _unclear(fits: list[Place]) -> Problem:
    """Why none of *fits* can be meant."""
    closed = all(place.closed for place in fits)
    return Problem("institution-closed" if closed else "list-institution-several", "institution")


def _candidate(one: Known) -> Candidate:
    return Candidate(one.name, one.email, one.service_number, one.institution, one.id)


def _called(world: World) -> dict[str, list[Place]]:
    """The institutions by everything they may be called: name, acronym, acronym with country, address."""
    found: dict[str, list[Place]] = {}
    for place in world.places.values():
        label = f"{place.acronym} ({place.country})" if place.acronym else place.name
        for name in {headings.folded(place.name), headings.folded(place.acronym), headings.folded(label), place.path}:
            if name:
                found.setdefault(name, []).append(place)
    return found
