"""Nothing typed is lost when a form expires or a session ends; and it is given to nobody else, nor to another site."""

import io
import re
from html import unescape

import pytest

from app.records.cohorts import Cohort
from app.records.database import db
from app.records.examining import Appeal
from app.records.learning import LearningEvent
from app.records.people import SignIn
from app.web.kit import typed
from tests.cast import PASSWORD
from tests.services.test_rulings import exam, ready
from tests.story import finish_lessons, sign_practice
from tests.web.client import Forms
from tests.web.pages import check_page
from tests.web.test_learner import done
from tests.web.test_trainer import EDIT, cast, text_of

__all__ = ["cast"]

HOME = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
TEXT = "\n\n".join(f"Párrafo {n}: " + "una palabra que costó escribir " * 6 for n in range(85))
"""three thousand words"""
HOSTILE = '"><script>alert(1)</script> <b>two words</b>\n</textarea><img src=x onerror=alert(2)>'


def form_on(browser, path, action=""):
    """The fields of the form on the page at *path* that posts to *action*."""
    forms = [f for f in Forms(browser.page(path)).forms if f["method"] == "post" and "sign-out" not in f["action"]]
    return next(f for f in forms if f["action"].endswith(action))


def again(browser):
    """The form that offers to send it again."""
    page = browser.last.get_data(as_text=True)
    section = page.partition('aria-labelledby="typed-title"')[2].partition("</section>")[0]
    (form,) = Forms(f"<p>{section}").forms
    texts = re.findall(r'<textarea id="typed-\d+" name="([^"]+)" rows="12">\n(.*?)</textarea>', section, re.DOTALL)
    form["fields"] |= {name: unescape(text).replace("\n", "\r\n") for name, text in texts}
    return form


def resend(browser, **more):
    form = again(browser)
    return browser.post(form["action"], data={**form["fields"], **more}, headers=HOME, follow_redirects=True)


def lose_session(app, browser):
    """The sign-in ends on the server, as it does after a time without use."""
    with app.app_context():
        db.session.query(SignIn).delete()
        db.session.commit()


def sign_in_again(browser, email):
    return browser.submit("sign-in", email=email, password=PASSWORD)


# What people write, and where: (who, page, action, what they typed, how to see that it arrived)


def page_of_a_course(app, browser):
    """Three thousand words in the trainers' editor."""
    fields = form_on(browser, EDIT, EDIT)["fields"]
    changed = {**fields, "text": text_of(browser) + "\n\n" + TEXT, "go": "save"}
    return EDIT, changed, lambda: TEXT.strip() in text_of(browser)


def an_appeal(app, browser):
    path = "/learn/humane-border/exam/result/1/appeal"
    fields = form_on(browser, path, path)["fields"]
    about = re.search(r'<option value="(\d)">', browser.page(path))[1]
    written = {**fields, "about": about, "reason": "La pregunta dos\r\ntenía dos respuestas."}
    return path, written, lambda: _count(app, Appeal) == 1


def a_scene(app, browser):
    path = "/learn/humane-border/mission/scenario"
    fields = form_on(browser, path, path)["fields"]
    before = _count(app, LearningEvent)
    return path, {**fields, "choice": "0"}, lambda: _count(app, LearningEvent) == before + 1


def somebody_new(app, browser):
    path = "/coordinate/people/new"
    fields = form_on(browser, path)["fields"]
    institution = re.search(r'<option value="([0-9a-f-]{36})"', browser.page(path))[1]
    filled = {
        "name": "Rosa Elvira Dogirama",
        "email": "rosa@paso.example",
        "language": "es",
        "institution": institution,
    }
    return path, {**fields, **filled}, lambda: "Rosa Elvira" in browser.page("/coordinate/people?name=rosa")


FORMS = [
    ("tomas", page_of_a_course),
    ("nayeli", an_appeal),
    ("nayeli", a_scene),
    ("coralia", somebody_new),
]
SAID = ("palabra que costó", "dos respuestas", "Rosa Elvira")


def _count(app, model):
    return done(app, lambda cast: cast.office.session.query(model).count())


@pytest.fixture
def at_work(app, cast, signed_in):
    """Somebody with a form filled in: their browser, where it goes, its fields, and whether it has arrived."""

    def begin(name, work):
        def before(cast):
            finish_lessons(cast, "nayeli", "mission")
            if work is an_appeal:
                ready(cast)
                sign_practice(cast, "nayeli", "mission")
                exam(cast, "nayeli")

        done(app, before)
        browser = signed_in(name)
        return browser, *work(app, browser)

    return begin


@pytest.mark.parametrize(("name", "work"), FORMS)
@pytest.mark.parametrize("token", ["", "nonsense", "old"])
def test_what_was_typed_survives_a_token_that_does_not_fit(at_work, name, work, token):
    browser, path, fields, arrived = at_work(name, work)
    if token == "old":  # somebody signed in anew, in another tab
        browser.page("/account/")
        browser.submit("sign-out")
        browser.sign_in(f"{name}@paso.example")
    else:
        fields["csrf_token"] = token
    response = browser.post(path, data=fields, headers=HOME)
    assert response.status_code == 419
    assert response.headers["Cache-Control"] == "private, no-store"
    assert not arrived()
    browser.post(path, data=fields, headers=HOME)  # looking whether it had arrived led to another page
    assert resend(browser).status_code == 200
    assert arrived()


@pytest.mark.parametrize(("name", "work"), FORMS)
def test_what_was_typed_survives_a_session_that_ended(app, at_work, name, work):
    browser, path, fields, arrived = at_work(name, work)
    lose_session(app, browser)
    response = browser.post(path, data=fields, headers=HOME)
    assert response.status_code == 401
    assert not any(words in response.text for words in SAID), "anybody may sit down at this computer now"
    assert response.headers["Cache-Control"] == "private, no-store"
    wrong = browser.submit("sign-in", email=f"{name}@paso.example", password="otra cosa")
    assert wrong.status_code == 422
    assert sign_in_again(browser, f"{name}@paso.example").status_code == 200
    assert resend(browser).status_code == 200
    assert arrived()


# Files ------------------------------------------------------------------------------------------------------------------


def test_a_list_of_people_is_sent_again_with_the_file_chosen_anew(app, signed_in):
    browser = signed_in("coralia")
    path = "/coordinate/people/import"
    fields = {**form_on(browser, path)["fields"], "institution": str(app.cast.institutions["/pa/senafront/"].id)}
    rows = b"Nombre;Correo\nRosa Elvira Dogirama;rosa@paso.example\n"
    stale = {**fields, "csrf_token": "old", "language": "es", "file": (io.BytesIO(rows), "lista de <mayo>.csv")}
    page = browser.post(path, data=stale, headers=HOME).get_data(as_text=True)
    assert "lista de &lt;mayo&gt;.csv" in page and "multipart/form-data" in page
    without = resend(browser)
    assert without.status_code == 422 and "Elija" in without.get_data(as_text=True), "the form itself asks for the file"
    browser.post(path, data={**stale, "file": (io.BytesIO(rows), "lista.csv")}, headers=HOME)
    assert "/coordinate/people/imports/" in resend(browser, file=(io.BytesIO(rows), "lista.csv")).request.path


def test_a_list_of_people_survives_a_session_that_ended(app, signed_in):
    browser = signed_in("coralia")
    path = "/coordinate/people/import"
    fields = {**form_on(browser, path)["fields"], "institution": str(app.cast.institutions["/pa/senafront/"].id)}
    rows = b"Nombre;Correo\nRosa Elvira Dogirama;rosa@paso.example\n"
    lose_session(app, browser)
    data = {**fields, "language": "es", "file": (io.BytesIO(rows), "lista.csv")}
    assert "lista.csv" in browser.post(path, data=data, headers=HOME).get_data(as_text=True)
    sign_in_again(browser, "coralia@paso.example")
    assert "/coordinate/people/imports/" in resend(browser, file=(io.BytesIO(rows), "lista.csv")).request.path


# To nobody else -----------------------------------------------------------------------------------------------------------


def test_who_signs_in_as_somebody_else_sees_nothing_of_it(app, at_work):
    browser, path, fields, _arrived = at_work("tomas", page_of_a_course)
    lose_session(app, browser)
    browser.post(path, data=fields, headers=HOME)
    page = sign_in_again(browser, "nayeli@paso.example").get_data(as_text=True)
    assert "palabra que costó" not in page and "typed-title" not in page
    assert "otra persona" in page, "and she is told that something is gone"


def test_a_form_of_somebody_else_is_not_sent_in_ones_name(at_work):
    browser, path, fields, _arrived = at_work("tomas", page_of_a_course)
    browser.page("/account/")
    browser.submit("sign-out")
    browser.sign_in("ada@paso.example")
    response = browser.post(path, data=fields, headers=HOME)
    assert response.status_code == 419
    assert "palabra que costó" not in response.text and "typed-title" not in response.text
    assert "under another account" in response.text, "Ada reads English"


def test_two_hours_later_it_is_gone(app, at_work, monkeypatch):
    browser, path, fields, _arrived = at_work("tomas", page_of_a_course)
    lose_session(app, browser)
    browser.post(path, data=fields, headers=HOME)
    later = typed.Fernet.decrypt
    monkeypatch.setattr(
        typed.MultiFernet,
        "decrypt",
        lambda box, text, ttl: later(box._fernets[0], text, ttl=-1),
    )
    assert "palabra que costó" not in sign_in_again(browser, "tomas@paso.example").get_data(as_text=True)


def test_signing_in_in_another_tab_meanwhile_does_not_lose_it(app, at_work):
    browser, path, fields, arrived = at_work("tomas", page_of_a_course)
    lose_session(app, browser)
    browser.post(path, data=fields, headers=HOME)
    waiting = browser.last
    browser.sign_in("tomas@paso.example")
    browser.last = waiting
    assert sign_in_again(browser, "tomas@paso.example").status_code == 200
    assert resend(browser).status_code == 200
    assert arrived()


def test_without_cookies_the_form_of_signing_in_keeps_it_too(app, at_work):
    browser, path, fields, arrived = at_work("tomas", page_of_a_course)
    browser.delete_cookie("paso")
    browser.post(path, data=fields, headers=HOME)
    browser.delete_cookie("paso")
    assert sign_in_again(browser, "tomas@paso.example").status_code == 401
    assert sign_in_again(browser, "tomas@paso.example").status_code == 200
    assert resend(browser).status_code == 200
    assert arrived()


# To no other site ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Referer": "https://elsewhere.example/page"},
    ],
)
@pytest.mark.parametrize("name", ["coralia", ""])
def test_what_another_site_sends_is_offered_to_nobody(app, signed_in, browser, headers, name):
    if name:
        browser = signed_in(name)
        fields = form_on(browser, "/coordinate/people/new")["fields"]
    else:
        fields = {}
    sent = {**fields, "csrf_token": "x", "name": "Rosa Elvira", "email": "rosa@elsewhere.example"}
    response = browser.post("/coordinate/people/new", data=sent, headers=headers)
    assert response.status_code == 403
    assert "Rosa Elvira" not in response.text and "typed-title" not in response.text


def test_another_sites_page_with_a_token_of_its_own_gets_nothing_sent(app, signed_in, browser):
    theirs = form_on(signed_in("carlos"), "/coordinate/people/new")["fields"]["csrf_token"]
    victim = signed_in("coralia")
    sent = {"csrf_token": theirs, "name": "Rosa Elvira", "email": "rosa@elsewhere.example"}
    response = victim.post("/coordinate/people/new", data=sent)  # a browser that says nothing of where it was
    assert response.status_code == 419 and "Rosa Elvira" not in response.text
    response = browser.post("/coordinate/people/new", data=sent)
    assert "Rosa Elvira" not in sign_in_again(browser, "coralia@paso.example").get_data(as_text=True)


def test_where_a_browser_does_not_say_who_sent_it_there_is_only_text_to_copy(signed_in):
    browser = signed_in("coralia")
    sent = {"csrf_token": "x", "name": "Rosa Elvira", "email": "rosa@paso.example"}
    page = browser.post("/coordinate/people/new", data=sent).get_data(as_text=True)
    assert "Rosa Elvira" in page
    section = page.partition('aria-labelledby="typed-title"')[2].partition("</section>")[0]
    assert "<form" not in section and "<input" not in section


# What is shown ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [HOME, {}])
def test_what_is_hostile_stays_text(signed_in, headers):
    browser = signed_in("coralia")
    sent = {"csrf_token": "x", "name": HOSTILE, 'a"><script>': HOSTILE, "reason": HOSTILE}
    page = browser.post('/coordinate/people/new?x="><script>alert(3)</script>', data=sent, headers=headers)
    assert page.status_code == 419
    assert "<script>alert" not in page.text and "<img src=x" not in page.text and 'a"><script>' not in page.text
    check_page(page.text, "es")
    if headers:
        assert again(browser)["fields"]["reason"] == HOSTILE.replace("\n", "\r\n")


def test_passwords_are_neither_shown_nor_kept_nor_sent_again(app, signed_in):
    browser = signed_in("nayeli")
    sent = {"csrf_token": "x", "current": "clave vieja", "password": "clave nueva", "again": "clave nueva"}
    page = browser.post("/account/password", data=sent, headers=HOME).get_data(as_text=True)
    assert "clave" not in page and "typed-title" not in page
    assert 'href="/account/"' in page or "Ir a la página de inicio" in page
    fields = form_on(browser, "/account/", "password")["fields"]
    lose_session(app, browser)
    kept = browser.post("/account/password", data={**fields, **sent, "csrf_token": fields["csrf_token"]}, headers=HOME)
    assert kept.status_code == 302, "nothing is kept of it: the way to sign in is the plain one"
    browser.page(kept.location)
    assert "clave" not in sign_in_again(browser, "nayeli@paso.example").get_data(as_text=True)


def test_too_much_is_not_kept_and_says_so(signed_in):
    browser = signed_in("coralia")
    sent = {"csrf_token": "x", "name": "x " * 400_000}
    page = browser.post("/coordinate/people/new", data=sent, headers=HOME).get_data(as_text=True)
    assert "x x x" not in page and "demasiado" in page


def test_a_visitors_form_is_offered_too(browser):
    browser.page("/verify")
    browser.post("/verify", data={"csrf_token": "x", "code": "ABCD-EFGH"}, headers=HOME)
    assert again(browser)["fields"]["code"] == "ABCD-EFGH"


def test_a_button_that_changes_something_is_pressed_again_only_by_hand(app, signed_in):
    browser = signed_in("coralia")
    cohort = done(app, lambda cast: str(cast.office.session.query(Cohort).one().id))
    page = browser.post(f"/coordinate/cohorts/{cohort}/delete", data={"csrf_token": "x"}, headers=HOME)
    assert page.status_code == 419
    assert f"/coordinate/cohorts/{cohort}/delete" in page.text, "what it would do can be read"
    assert _count(app, Cohort) == 1


# Other errors, with the real doors --------------------------------------------------------------------------------------------


def test_who_may_not_see_a_page_reads_whose_it_is_and_how_to_change_accounts(signed_in):
    browser = signed_in("nayeli")
    page = browser.page("/teach/", 403)
    assert "personal instructor de un curso" in page and "administración de la plataforma" in page
    assert "Nayeli" in page and "funcionariado que sigue un curso" in page
    assert browser.submit("sign-out", follow=False).status_code == 303


def test_what_is_not_found_leads_on_to_ones_own_pages(signed_in, browser):
    assert '<a href="/learn/certificates/">' in signed_in("nayeli").page("/nowhere", 404)
    desk = signed_in("coralia")
    page = desk.page("/coordinate/people/x", 404)
    form = next(f for f in Forms(page).forms if f["method"] == "get")
    assert form["action"] == "/coordinate/people"
    assert "Nayeli" in desk.page("/coordinate/people?name=nayeli")
    assert "/verify" in browser.page("/nowhere", 404)


def test_after_too_many_tries_the_page_says_until_when(browser):
    browser.page("/account/sign-in")
    for _try in range(9):
        response = browser.submit("sign-in", email="nayeli@paso.example", password="no es esta")
        browser.page("/account/sign-in")
    assert response.status_code == 429 and int(response.headers["Retry-After"]) > 0
    assert re.search(r"en 1\d minutos\. El próximo intento es posible el \d+ \w+ 20\d\d, \d\d:\d\d", response.text)
    assert "nayeli@" not in response.text
