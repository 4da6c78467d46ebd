"""Every page there is, and who can open it: one list for all that judge pages (axe, the Nu checker, sizes, targets).

The routes are the application's own and the values of their arguments :func:`tests.web.test_routes.furnish`'s; here stand
only those states in which some pages exist at all: a quiz that is open, a link that was sent, a list that was carried out.
A route that answers with no page and is not in :data:`NO_PAGE` fails test_inventory.py, so a new one gets its place.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from sqlalchemy import update
from werkzeug.routing import Rule
from werkzeug.test import Client, TestResponse

from app.config import Config
from app.factory import create_app
from app.records.database import db
from app.records.people import Person, RoleGrant
from app.rules.permissions import may_enter
from app.services import accounts, exams, figures, imports, learning, publishing
from app.services.publishing import working
from app.web.kit.guards import permission_of
from tests import manuscript, sample
from tests.cast import HASHER, PASSWORD, Cast, Clock, assemble, office_for, publish, signing_folder
from tests.crowd import scatter
from tests.story import finish_lessons, play, sign_practice, sit
from tests.web import matrix
from tests.web.client import Forms
from tests.web.test_routes import furnish

COURSES = Path(__file__).resolve().parents[2] / "courses"
REAL = "protection-and-referral"
"""a course as trainers write it, with its source: for the editor, the previews, and lessons of the length of life"""
FOLDER = "01-protection-at-the-border"
MODULE = "protection-at-the-border"
LESSON = "2-hear-and-receive"
EXERCISE = "with-exercise"
"""the sample course once more, ending in an exercise"""

ROLES = {
    "visitor": ("visitor",),
    "learner": ("nayeli", "iris", "abel"),
    "trainer": ("tomas",),
    "coordinator": ("coralia",),
    "observer": ("oscar",),
    "administrator": ("ada",),
}
"""who opens the pages of each kind of person: Nayeli has completed everything, Iris is in the middle, Abel sits his exam"""
PEOPLE = {name: role for role, names in ROLES.items() for name in names}

NO_PAGE = {
    "account.data_where": "leads to the form that makes the file",
    "public.favicon": "leads to the picture",
    "public.healthz": "answers machines",
    "public.readyz": "answers machines",
    "public.robots": "answers machines",
    "public.status": "a list of bits",
    "public.manifest": "what a phone asks when it installs the platform",
    "public.worker": "a script",
    "public.verify_worker": "a script",
    "trainer.bank_gift": "a file",
    "learner.media": "a picture of a course",
    "trainer.preview_media": "a picture of a draft",
    "trainer.open_page": "leads to the editor",
}
"""routes that never answer with a page of their own, and why"""

HIDDEN = ("csrf_token", "base", "sitting", "version", "seen", "digest")
"""fields of forms that nobody types"""
SHAPE = re.compile(r"<[^>]*>")
VALUES = re.compile(
    r"""\s(?:href|src|srcset|id|for|name|value|action|aria-labelledby|aria-describedby|aria-controls|form|content
    |aria-label|title|alt|datetime|lang|hreflang|[xy][12]?|d|points|width|height|data-[\w-]+)="[^"]*\"""",
    re.VERBOSE,
)

Values = dict[str, object]


class Page(NamedTuple):
    """One page as one person reads it."""

    name: str
    language: str
    endpoint: str
    address: str
    status: int
    html: str

    def __str__(self) -> str:
        return (
            f"{self.address} ({PEOPLE[self.name]}, {self.language}{f', {self.status}' if self.status != 200 else ''})"
        )

    @property
    def shape(self) -> tuple[str, ...]:
        """What it is built of, without its words: two pages of one shape look and are read alike."""
        return tuple(SHAPE.findall(VALUES.sub("", self.html)))


def stock(cast: Cast) -> dict[str, list[Values]]:
    """Put something of everything into the database. Returns the values for every route ("") and those of single ones."""
    office = cast.office
    values = furnish(cast)["own"]
    more: dict[str, list[Values]] = {"": [values]}
    scatter(cast, 60)
    figures.freeze(office)
    _teach(cast, more, values)
    _learn(cast, more)
    _import(cast, more)
    with office.transaction():
        links = {
            purpose: accounts.issue_link(
                office, office.session.get_one(Person, cast.people["beto"].id), purpose, dt.timedelta(days=1)
            )
            for purpose in ("invitation", "password")
        }
    more["account.accept"] = [{"token": links["invitation"]}]
    more["account.reset"] = [{"token": links["password"]}]
    return more


def _teach(cast: Cast, more: dict[str, list[Values]], values: Values) -> None:
    """A course with its source, which Tomás edits and has left a page of unsaved, and one that ends in an exercise."""
    office, session = cast.office, cast.office.session
    publishing.publish_source(office, _source())
    publishing.publish_source(office, manuscript.files())
    with office.transaction():
        publish(cast, sample.course(id=EXERCISE, exercise=sample.EXERCISE))
        for course in (REAL, EXERCISE, manuscript.COURSE):
            session.add(
                RoleGrant(person_id=cast.people["tomas"].id, role="trainer", course_id=course, granted_at=office.now())
            )
            learning.enrol(office, None, session.get_one(Person, cast.people["nayeli"].id), course)
    tomas = cast.actor("tomas")
    path = f"{FOLDER}/{LESSON}.es.md"
    draft = publishing.draft(office, tomas, REAL)
    text = publishing.page(draft, path).text
    for change in ("Usted decide", "Usted recibe"):
        now = publishing.draft(office, tomas, REAL)
        page = publishing.page(now, path)
        publishing.save(office, tomas, REAL, page.path, text + f"\n{change}.\n", page.base)
    now = publishing.draft(office, tomas, REAL)
    unsaved = f"{FOLDER}/1-who-may-need-protection.es.md"
    page = publishing.page(now, unsaved)
    working.keep(office, tomas, now, unsaved, page.text + "\nY algo más.\n", page.base, uuid.uuid4())
    for endpoint, files in {
        "trainer.edit": (path, f"{FOLDER}/quiz.en.md", f"{FOLDER}/scenario.es.md", "course.yaml"),
        "trainer.history": (path,),
        "trainer.translate": (path,),
        "trainer.working": (unsaved,),
    }.items():
        more[endpoint] = [{"course": REAL, "path": one} for one in files]
    real = {"course": REAL, "module": MODULE, "lesson": "hear-and-receive", "folder": FOLDER}
    for endpoint in ("arrange", "banks", "bank_gift", "booklet", "graph", "course", "publish", "items", "translations"):
        more[f"trainer.{endpoint}"] = [real]
    for part in ("course", "module", "lesson", "practice", "quiz", "scenario", "glossary", "exercise"):
        more[f"trainer.preview_{part}"] = [{**real, "where": "es"}, {**real, "where": "en"}]
    more["trainer.preview_exam"] = [{"course": manuscript.COURSE, "where": "es"}]
    more["trainer.make"] = [{"course": REAL, "kind": "module"}, {"course": REAL, "kind": "lesson", "in": FOLDER}]
    more["learner.exercise"] = [{"course": EXERCISE}]
    for endpoint in ("course", "module", "lesson", "practice", "scenario", "glossary", "quiz_desk"):
        more[f"learner.{endpoint}"] = [real]


def _source() -> dict[str, bytes]:
    """The files of the real course, with a final exam of the questions of its quiz and an exercise at its end."""
    folder = COURSES / REAL
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for language in ("en", "es"):
        files[f"practice.{language}.md"] = files[f"{FOLDER}/practice.{language}.md"]
    return files


def _learn(cast: Cast, more: dict[str, list[Values]]) -> None:
    """Iris has a test and a quiz open and a scene before her; Abel has failed the exam once and sits it again."""
    office = cast.office
    with office.transaction():
        for key, name in (("iris", "Iris del Carmen Valdés"), ("abel", "Abel Guerra Montezuma")):
            like = cast.people["nayeli"]
            person = Person(
                institution_id=like.institution_id,
                email=cast.email(key),
                name=name,
                sort_name=name.casefold(),
                language="es",
                password_hash=like.password_hash,
                created_at=office.now(),
            )
            office.session.add(person)
            office.session.flush()
            office.session.add(RoleGrant(person_id=person.id, role="learner", granted_at=office.now()))
            cast.people[key] = person
            assert cast.cohort is not None
            learning.enrol(office, None, person, cast.course.id, cast.cohort.id)
    exams.start(office, cast.actor("iris"), cast.course.id, "", "before")
    finish_lessons(cast, "iris", "mission")
    play(cast, "iris", "mission", 0)
    exams.start(office, cast.actor("iris"), cast.course.id, "mission")
    for module in ("mission", "protection"):
        finish_lessons(cast, "abel", module)
        play(cast, "abel", module)
        sit(cast, "abel", module)
    sign_practice(cast, "abel", "mission")
    exams.start(office, cast.actor("abel"), cast.course.id)


def _import(cast: Cast, more: dict[str, list[Values]]) -> None:
    """A list that was carried out, beside the one that waits."""
    office, coralia = cast.office, cast.actor("coralia")
    content = "Name,E-mail\nMaría Fernanda Castillo de la Guardia,mfcastillo@senafront.example\n".encode()
    sent = imports.send(office, coralia, imports.Sent("diciembre.csv", content, coralia.institution_id))
    imports.run_due(office)
    imports.ask(office, coralia, sent.id, imports.get(office, coralia, sent.id).version)
    imports.run_due(office)
    more["coordinator.people_list"] = [{"import_id": sent.id}]
    more["coordinator.people_list_undo"] = [{"import_id": sent.id}]


def is_page(rule: Rule) -> bool:
    """Whether a route may answer with a page: neither a file by its name nor anything that a program asks for."""
    return "GET" in (rule.methods or ()) and not str(rule).startswith("/api/") and not matrix.FILES.search(str(rule))


class Stocked:
    """A database with something of everything in it, made once; :meth:`open` gives an application on a copy of it."""

    def __init__(self, empty: Path, folder: Path) -> None:
        self.file = folder / "stocked.db"
        shutil.copyfile(empty, self.file)
        clock = Clock()
        app = create_app(config_of(self.file), hasher=HASHER, clock=clock)
        with app.app_context():
            cast = assemble(office_for(db.session(), clock, public_url="http://localhost"), clock)
            self.values = stock(cast)
            self.grants = {name: cast.actor(name).grants for name in PEOPLE if name != "visitor"}
            db.session.remove()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()

    @classmethod
    @cache
    def of(cls, empty: Path, folder: Path) -> Stocked:
        """The one of this process."""
        return cls(empty, folder)

    def read_all(self, folder: Path, language: str) -> list[Page]:
        """Every page of everybody in *language*, each read with the database as it was made."""
        found: list[Page] = []
        tried: set[str] = set()
        for name in PEOPLE:
            app = self.open(folder / "read.db", language)
            found += self.pages(app, name, language, tried)
            with app.app_context():
                db.engine.dispose()
        return found

    def open(self, file: Path, language: str = "es") -> Flask:
        """The application on a copy at *file*, in which everybody reads *language*."""
        shutil.copyfile(self.file, file)
        app = create_app(config_of(file), hasher=HASHER, clock=Clock())
        app.testing = True
        with app.app_context():
            db.session.execute(update(Person).values(language=language))
            db.session.commit()
            db.session.remove()
        return app

    def addresses(self, app: Flask, name: str) -> Iterator[tuple[str, str]]:
        """(endpoint, address) of everything *name* may ask for; some of it is another's, and some is no page."""
        adapter = app.url_map.bind("localhost")
        common = self.values[""][0]
        for rule in sorted(app.url_map.iter_rules(), key=str):
            permission = permission_of(app, rule.endpoint) or ""
            if not is_page(rule) or not may_enter(permission, self.grants.get(name)):
                continue
            named = {key: common[key] for key in rule.arguments}
            for special in ({}, *self.values.get(rule.endpoint, ())):
                yield (
                    rule.endpoint,
                    adapter.build(rule.endpoint, named | {k: v for k, v in special.items() if k in (*named, "in")}),
                )

    def pages(self, app: Flask, name: str, language: str, tried: set[str]) -> Iterator[Page]:
        """Every page that *name* can open, in *language*: what answers 200 with HTML, and no address twice. Then what is
        said to an address that is not there, and to each form that is sent empty; *tried* are those that others sent.
        """
        reader = Reader(app, name, language)
        seen: set[str] = set()
        posts: dict[str, dict[str, str]] = {}
        again = name != ROLES[PEOPLE[name]][0]  # of a second learner, only what is theirs
        for endpoint, address in self.addresses(app, name):
            if address in seen or (again and not endpoint.startswith("learner.")):
                continue
            seen.add(address)
            page = reader.get(endpoint, address)
            if page is None or page.status != 200:
                continue
            yield page
            for form in Forms(page.html).forms:
                if form["method"] == "post":
                    posts.setdefault(form["action"] or address, form["fields"])
        for endpoint, address in (("404", "/no/hay/nada"), ("410", "/account/accept/" + "x" * 43))[: 1 if again else 2]:
            page = reader.get(endpoint, address)
            assert page is not None
            yield page
        adapter = app.url_map.bind("localhost")
        for action, fields in posts.items():
            endpoint = str(adapter.match(action.partition("?")[0], "POST")[0])
            if endpoint in tried or "sign_out" in endpoint or endpoint == "public.language":
                continue
            tried.add(endpoint)
            page = reader.post(endpoint, action, fields)
            if page is not None and page.status in (400, 409, 422):
                yield page


class Reader:
    """Somebody who fetches pages ("visitor": nobody) and does not judge them."""

    def __init__(self, app: Flask, name: str, language: str) -> None:
        self.name, self.language = name, language
        self.client = Client(app)
        self.headers = {"Accept-Language": language}
        if name != "visitor":
            page = self.client.get("/account/sign-in", headers=self.headers).text
            (form,) = (form for form in Forms(page).forms if "password" in form["fields"])
            sent = {**form["fields"], "email": f"{name}@paso.example", "password": PASSWORD}
            assert self.client.post(form["action"], data=sent, headers=self.headers).status_code == 303

    def get(self, endpoint: str, address: str) -> Page | None:
        """The page there; ``None`` for what is none."""
        return self._page(endpoint, address, self.client.get(address, headers=self.headers, buffered=True))

    def post(self, endpoint: str, action: str, fields: dict[str, str]) -> Page | None:
        """What is said to a form of which only the hidden token is sent."""
        sent = {key: value if key in HIDDEN else "" for key, value in fields.items()}
        return self._page(endpoint, action, self.client.post(action, data=sent, headers=self.headers, buffered=True))

    def _page(self, endpoint: str, address: str, response: TestResponse) -> Page | None:
        if response.mimetype != "text/html" or response.status_code in (301, 302, 303):
            return None
        return Page(self.name, self.language, endpoint, address, response.status_code, response.get_data(as_text=True))


def all_pages(empty: Path, folder: Path, shared: Path) -> dict[str, list[Page]]:
    """language → every page of everybody. Made once in a run, by whichever worker comes first; the others wait and read.

    *empty* is a database without rows, *folder* this worker's own, *shared* that of all workers.
    """
    found: dict[str, list[Page]] = {}
    for language in ("es", "en"):
        kept = shared / f"pages-{language}.json"
        try:
            (shared / f"pages-{language}.lock").touch(exist_ok=False)
        except FileExistsError:
            continue
        found[language] = Stocked.of(empty, folder).read_all(folder, language)
        kept.with_suffix(".new").write_text(json.dumps(found[language]), encoding="utf-8")
        kept.with_suffix(".new").rename(kept)
    for language in {"es", "en"} - found.keys():
        kept = shared / f"pages-{language}.json"
        deadline = time.monotonic() + 600
        while not kept.exists():
            assert time.monotonic() < deadline, f"the worker that reads the pages in {language!r} did not come back"
            time.sleep(0.2)
        found[language] = [Page(*one) for one in json.loads(kept.read_text(encoding="utf-8"))]
    return found


def config_of(file: Path) -> Config:
    """As tests/conftest.py has it, for a file of our own."""
    return Config(
        production=False,
        database_url=f"sqlite:///{file}",
        secret_keys=("k" * 40,),
        public_url="http://localhost",
        keys=signing_folder(),
    )
