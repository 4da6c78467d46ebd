"""Bookmarks and notes, as a browser and a device meet them."""

import re
import uuid

import pytest

from app.records.database import db
from app.records.notes import LessonNote
from app.services import offline
from tests.web.client import Forms
from tests.web.test_weight import Queries

LESSON = "/learn/humane-border/mission/one"
SECRET = "Zafiro 77: preguntar por el niño"


def begun(page: str) -> str:
    found = re.search(r'name="begun" value="(\w*)"', page)
    assert found is not None
    return found[1]


def in_the_box(page: str) -> str:
    found = re.search(r'<textarea id="note-text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_an_officer_bookmarks_a_lesson_writes_a_note_and_finds_both_on_one_page(signed_in):
    browser = signed_in("nayeli")
    assert "Todavía no hay marcadores ni notas" in browser.page("/learn/notes")
    browser.page(LESSON)
    assert "Marcador guardado" in browser.submit("/bookmark").get_data(as_text=True)
    page = browser.submit("/note", text=SECRET + "\r\n<b>2</b>").get_data(as_text=True)
    assert "Su nota está guardada" in page and in_the_box(page) == SECRET + "\n&lt;b&gt;2&lt;/b&gt;"
    page = browser.page("/learn/notes")
    assert SECRET in page and "Marcada" in page and f'href="{LESSON}"' in page and "<b>2</b>" not in page
    for path in ("/learn/", "/learn/humane-border/", LESSON):
        assert "/learn/notes" in browser.page(path)


def test_deleting_asks_first_and_then_both_are_gone(signed_in):
    browser = signed_in("nayeli")
    browser.page(LESSON)
    browser.submit("/note", text=SECRET)
    browser.page("/learn/notes")
    page = browser.submit("/learn/notes").get_data(as_text=True)
    assert "No se puede deshacer" in page
    asked = next(form for form in Forms(page).forms if "confirmed" in form["fields"])
    page = browser.post("/learn/notes", data=asked["fields"], follow_redirects=True).get_data(as_text=True)
    assert "se borraron" in page and SECRET not in page


def test_the_bookmark_is_taken_away_by_the_same_button(signed_in):
    browser = signed_in("nayeli")
    browser.page(LESSON)
    browser.submit("/bookmark")
    page = browser.submit("/bookmark").get_data(as_text=True)
    assert "El marcador se quitó" in page and "Todavía no hay" in browser.page("/learn/notes")


def test_two_computers_lose_nothing_and_the_officer_is_told(signed_in):
    one, other = signed_in("nayeli"), signed_in("nayeli")
    one.page(LESSON)
    other.page(LESSON)
    one.submit("/note", text="de la primera")
    page = other.submit("/note", text="de la segunda").get_data(as_text=True)
    assert "Contiene ahora los dos textos" in page
    text = in_the_box(page)
    assert text.index("de la primera") < text.index("de la segunda") and text.count("Escrito el 23 nov 2026") == 2


def test_a_note_that_is_too_long_comes_back_as_it_was_typed(signed_in):
    browser = signed_in("nayeli")
    browser.page(LESSON)
    response = browser.submit("/note", text="ñ" * 4001)
    page = response.get_data(as_text=True)
    assert response.status_code == 422 and "Acorte su nota" in page and in_the_box(page) == "ñ" * 4001
    assert 'href="#note-text"' in page


def test_a_button_pressed_twice_saves_once(signed_in):
    browser = signed_in("nayeli")
    page = browser.page(LESSON)
    event = str(uuid.uuid4())
    for text in ("una vez", "otra cosa"):
        data = {"text": text, "begun": begun(page), "event": event, "csrf_token": token(page)}
        browser.post(LESSON + "/note", data=data)
    assert in_the_box(browser.page(LESSON)) == "una vez"


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_nobody_else_meets_a_note_on_any_page_about_the_officer(app, signed_in):
    browser = signed_in("nayeli")
    browser.page(LESSON)
    browser.submit("/note", text=SECRET)
    enrolment = enrolment_of(app, "nayeli")
    paths = {
        "beto": ("/learn/notes", LESSON),
        "ximena": ("/learn/notes", LESSON),
        "coralia": (f"/coordinate/people/{enrolment[0]}", "/coordinate/roster", "/coordinate/"),
        "ada": (f"/coordinate/people/{enrolment[0]}", "/coordinate/roster", "/admin/", "/admin/audit"),
        "tomas": ("/teach/", "/teach/humane-border/"),
    }
    for name, addresses in paths.items():
        other = signed_in(name)
        for address in addresses:
            response = other.get(address, follow_redirects=True)
            assert response.status_code == 200, (name, address, response.status_code)
            assert SECRET not in response.get_data(as_text=True), (name, address)
    for name in ("coralia", "ada", "tomas"):
        assert signed_in(name).get("/learn/notes").status_code == 403


def enrolment_of(app, name: str) -> tuple[uuid.UUID, str]:
    with app.app_context():
        person_id = app.cast.people[name].id
        return person_id, offline.owner_key(person_id)


def sync(browser, events, device="phone"):
    page = browser.page("/learn/notes")
    answer = browser.post(
        "/learn/sync",
        json={"device": device, "events": events},
        headers={"Accept": "application/json", "X-CSRFToken": token(page)} if "csrf_token" in page else {},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["results"]


def event(kind: str, fields: dict[str, list[str]], **more):
    payload = {"fields": fields}
    return {
        "id": str(uuid.uuid4()), "at": "2026-11-22T12:00:00+00:00", "course": "humane-border", "kind": kind,
        "module": "mission", "item": "one", "payload": payload, **more,
    }  # fmt: skip


@pytest.fixture
def open_app(app):
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_what_a_device_marked_and_wrote_without_a_network_counts_once(open_app, signed_in):
    browser = signed_in("nayeli")
    events = [event("lesson.marked", {"on": ["1"]}), event("lesson.noted", {"text": [SECRET], "begun": [""]})]
    assert [one["status"] for one in sync(browser, events)] == ["applied", "applied"]
    assert [one["status"] for one in sync(browser, events)] == ["duplicate", "duplicate"]
    page = browser.page("/learn/notes")
    assert page.count(SECRET) == 1 and "Marcada" in page and "22 nov 2026" in page
    with open_app.app_context():
        assert db.session.query(LessonNote).count() == 1


def test_a_device_that_did_not_know_the_note_adds_to_it_and_the_next_page_says_so(open_app, signed_in):
    browser = signed_in("nayeli")
    browser.page(LESSON)
    browser.submit("/note", text="en línea")
    (told,) = sync(browser, [event("lesson.noted", {"text": ["sin red"], "begun": [""]})])
    assert told["result"] == {"both": True}
    page = browser.page(LESSON)
    assert "Contiene ahora los dos textos" in page
    assert "en línea" in in_the_box(page) and "sin red" in in_the_box(page)


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"item": "none"}, "not-in-course"),
        ({"course": "other"}, "not-in-course"),
        ({"payload": {"fields": "x"}}, "response-malformed"),
        ({"payload": {}}, "response-malformed"),
        ({"id": "1"}, "response-malformed"),
        ({"payload": {"fields": {"text": ["x" * 4001]}}}, "note-long"),
    ],
)
def test_a_broken_note_is_refused_by_name_and_nothing_is_kept(open_app, signed_in, broken, code):
    (told,) = sync(signed_in("nayeli"), [event("lesson.noted", {"text": ["x"]}, **broken)])
    assert (told["status"], told["code"]) == ("rejected", code)
    with open_app.app_context():
        assert db.session.query(LessonNote).count() == 0


def test_a_saved_lesson_has_the_forms_but_nobodys_note(signed_in):
    browser = signed_in("nayeli")
    browser.page(LESSON)
    browser.submit("/note", text=SECRET)
    page = browser.page("/learn/humane-border/mission/copy/one")
    assert 'data-event="lesson.noted"' in page and 'data-event="lesson.marked"' in page
    assert SECRET not in page and begun(page) == ""


def test_the_list_costs_the_same_for_one_note_and_for_several(app, signed_in):
    browser = signed_in("nayeli")
    queries = Queries(app)
    for lesson in ("one", "two"):
        browser.page(LESSON)
        browser.post(
            f"/learn/humane-border/mission/{lesson}/note", data={"text": "x", "csrf_token": token(browser.page(LESSON))}
        )
    assert queries.of(browser, "/learn/notes") <= 6
