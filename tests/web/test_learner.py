"""The officer's door, as a browser sees it. Every page fetched is checked by the client."""

import json
import re
import uuid

import pytest

from app.records.database import db
from app.services import certifying, learning
from app.services.office import Office
from tests.story import complete, finish_lessons, play, sit

LESSON = "/learn/humane-border/mission/one"


@pytest.fixture
def cast(app):
    with app.app_context():
        yield app.cast
        db.session.remove()


def done(app, deed, *arguments, **more):
    """Something that happened before the test, outside the browser."""
    with app.app_context():
        cast = app.cast
        cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        result = deed(cast, *arguments, **more)
        db.session.remove()
    return result


def test_a_visitor_is_sent_to_sign_in_and_comes_back(browser):
    response = browser.get(LESSON)
    assert response.status_code == 302
    assert "next=/learn/humane-border/mission/one" in response.location.replace("%2F", "/")
    browser.page(response.location)
    after = browser.submit(
        "sign-in", follow=False, email="nayeli@paso.example", password="cuatro palabras bien distintas"
    )
    assert after.location == LESSON


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil"]
)
def test_signing_in_never_leads_to_another_site(browser, elsewhere):
    browser.page("/account/sign-in", query_string={"next": elsewhere})
    response = browser.submit(
        "sign-in", follow=False, email="nayeli@paso.example", password="cuatro palabras bien distintas"
    )
    assert response.location == "/learn/"


def test_a_wrong_password_is_said_in_words_and_the_address_is_kept(browser):
    browser.page("/account/sign-in")
    response = browser.submit("sign-in", email="nayeli@paso.example", password="otra cosa")
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert "El correo o la contraseña no coinciden" in page
    assert 'value="nayeli@paso.example"' in page
    assert "otra cosa" not in page


def test_my_courses_shows_progress_and_what_is_next(signed_in):
    page = signed_in("nayeli").page("/learn/")
    assert "Frontera Humana" in page and "Misión, uno" in page and "Comenzar" in page


def test_an_officer_without_a_course_is_told_who_enrols_them(app, signed_in):
    def withdraw(cast):
        with cast.office.transaction():
            learning.lock(
                cast.office, learning.study(cast.office, cast.actor("nayeli"), cast.course.id).enrolment.id
            ).status = "withdrawn"

    done(app, withdraw)
    page = signed_in("nayeli").page("/learn/")
    assert "La inscripción la hace su institución" in page


def test_a_lesson_is_read_checked_and_finished(signed_in):
    browser = signed_in("nayeli")
    page = browser.page(LESSON)
    assert "Por qué importa" in page and "La ONPAR recibe." in page and "Convención sobre los Refugiados" in page
    assert "Usted recibe; la autoridad decide." not in page, "an explanation travelled before the answer was in"
    assert "Terminar esta lección" not in page
    after = browser.submit(LESSON, check="mission-check-1", a="proof").get_data(as_text=True)
    assert "Incorrecta" in after and "Nadie tiene que." in after and "Usted recibe; la autoridad decide." in after
    response = browser.submit(LESSON, follow=False)
    assert response.location.endswith("/mission/two")
    assert "1 de 2 lecciones completadas" in browser.page(response.location)


def test_an_empty_answer_is_answered_in_words(signed_in):
    browser = signed_in("nayeli")
    browser.page(LESSON)
    response = browser.submit(LESSON, check="mission-check-1")
    assert response.status_code == 422
    assert "Elija o escriba primero una respuesta." in response.get_data(as_text=True)


def test_a_double_click_counts_once(app, signed_in):
    browser = signed_in("nayeli")
    page = browser.page(LESSON)
    event = re.search(r'name="event" value="([^"]+)"', page)[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    for _click in range(2):
        browser.post(LESSON, data={"csrf_token": token, "event": event, "check": "mission-check-1", "a": "right"})
    counted = done(app, lambda cast: learning.study(cast.office, cast.actor("nayeli"), cast.course.id).progress.counted)
    assert counted == 1


def test_a_module_still_closed_says_when_it_opens(signed_in):
    browser = signed_in("nayeli")
    assert "Se abre cuando termine todas las lecciones del módulo anterior." in browser.page(
        "/learn/humane-border/protection/one", 403
    )
    browser.page("/learn/humane-border/protection/")


def test_what_is_not_in_the_course_is_not_found(signed_in):
    browser = signed_in("nayeli")
    for path in (
        "/learn/nowhere/",
        "/learn/humane-border/nowhere/",
        "/learn/humane-border/mission/nowhere",
        "/learn/humane-border/protection/practice",
        "/learn/humane-border/nowhere/quiz",
    ):
        browser.page(path, 404)


def test_a_simulation_is_played_scene_by_scene(signed_in):
    browser = signed_in("nayeli")
    here = "/learn/humane-border/mission/scenario"
    assert "Un lanchero ofrece dinero." in browser.page(here)
    assert "Un hombre enfermo" in browser.submit("scenario", choice="1").get_data(as_text=True)
    end = browser.submit("scenario", choice="0").get_data(as_text=True)
    assert "Un buen final" in end and "Lo atienden." in end
    assert "Un lanchero ofrece dinero." in browser.page(here + "?new=1")


def test_a_critical_error_ends_the_run_and_says_so(signed_in):
    browser = signed_in("nayeli")
    browser.page("/learn/humane-border/mission/scenario")
    assert "Error crítico" in browser.submit("scenario", choice="0").get_data(as_text=True)
    assert "hágala de nuevo" in browser.page("/learn/humane-border/")


def place_of(page: str, text: str) -> str:
    """The value of the choice that reads *text*."""
    return re.search(rf'value="(\d+)"[^>]*><span>{re.escape(text)}', page)[1]


def sit_in_browser(browser, base):
    """Answer every question of an attempt with its first field's right value, page by page."""
    browser.page(base)
    response = browser.submit(base)
    while re.search(rf"{base}/\d+$", browser.here):
        page = response.get_data(as_text=True)
        position = int(browser.here.rpartition("/")[2])
        fields = {}
        if "Recibir la solicitud." in page:
            fields["a"] = place_of(page, "Recibir la solicitud.")
        elif "several-signs" in page:
            fields["a"] = [place_of(page, "Uno"), place_of(page, "Dos")]
        elif "order-steps" in page:
            shown = re.findall(r'for="q-order-steps-(\d)">([^<]+)<', page)
            wanted = {"Mirar": "1", "Escuchar": "2", "Conectar": "3"}
            fields |= {f"a-{n}": wanted[text] for n, text in shown}
        elif "match-words" in page:
            options = re.findall(r'<select id="q-match-words-1".*?</select>', page, re.S)[0]
            place = {text: value for value, text in re.findall(r'<option value="(\d)"[^>]*>([^<]+)', options)}
            fields |= {"a-1": place["explotación"], "a-2": place["ingreso ilegal"]}
        elif "short-port" in page:
            fields["a"] = "No devolución"
        else:
            fields["a"] = "11"
        response = browser.submit(f"/{position}", go="next", **fields)
    assert "Revisar y entregar" in response.get_data(as_text=True)
    return browser.submit("hand-in")


def test_a_quiz_is_sat_question_by_question_and_explained(app, signed_in):
    done(app, finish_lessons, "nayeli", "mission")
    browser = signed_in("nayeli")
    page = sit_in_browser(browser, "/learn/humane-border/mission/quiz").get_data(as_text=True)
    assert "Aprobado" in page and "100" in page
    assert "Usted recibe; la autoridad decide." in page or "Correcta" in page


def test_a_question_page_gives_no_key_away(app, signed_in):
    done(app, finish_lessons, "nayeli", "mission")
    browser = signed_in("nayeli")
    browser.page("/learn/humane-border/mission/quiz")
    browser.submit("quiz")
    for position in range(1, 5):
        page = browser.page(f"/learn/humane-border/mission/quiz/{position}")
        main = page[page.index("<main") : page.index("</main")]
        for secret in (
            "Usted recibe",
            "Nadie tiene que",
            "Uno y dos",
            "is-right",
            "no devolución",
            "Dos delitos",
            "Mirar, escuchar",
            "Once.",
        ):
            assert secret not in main
        assert not re.search(r'name="a-(trata|trafico)"|value="(trata|trafico)"', main)


def test_an_incomplete_order_is_not_lost_and_said_in_words(app, signed_in):
    done(app, finish_lessons, "nayeli", "mission")
    browser = signed_in("nayeli")

    def only_order(cast):
        from app.records.exams import Attempt

        attempt = learning_exam_start(cast)
        with cast.office.transaction():
            row = cast.office.session.get_one(Attempt, attempt.id)
            row.paper = [["order-steps", ["link", "see", "hear"]]]

    def learning_exam_start(cast):
        from app.services import exams

        return exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")

    done(app, only_order)
    browser.page("/learn/humane-border/mission/quiz/1")
    response = browser.submit("/1", **{"a-1": "1", "a-2": "1", "a-3": "3"})
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert "Asigne a cada línea un lugar distinto" in page
    assert re.findall(r'<option value="(\d)" selected', page) == ["1", "1", "3"]


def test_an_attempt_goes_on_from_another_device(app, signed_in):
    done(app, finish_lessons, "nayeli", "mission")
    desk = signed_in("nayeli")
    desk.page("/learn/humane-border/mission/quiz")
    desk.submit("quiz")
    phone = signed_in("nayeli")
    assert "Continuar mi intento" in phone.page("/learn/humane-border/mission/quiz")
    phone.submit("quiz")
    assert phone.here == desk.here


def test_the_exam_shows_its_clock_and_hands_itself_in(app, signed_in):
    for module in ("mission", "protection"):
        done(app, finish_lessons, "nayeli", module)
        done(app, play, "nayeli", module)
        done(app, sit, "nayeli", module)
    browser = signed_in("nayeli")
    browser.page("/learn/humane-border/exam")
    page = browser.submit("exam").get_data(as_text=True)
    assert 'data-deadline="2026-11-23T15:30:00+00:00"' in page
    app.cast.clock.pass_by(minutes=33)
    browser.submit("/1", a="1")
    assert "entregado por el reloj" in browser.page("/learn/humane-border/exam")


def test_why_am_i_not_complete_is_answered_criterion_by_criterion(app, signed_in):
    done(app, finish_lessons, "nayeli", "mission")
    done(app, sit, "nayeli", "mission", wrong=4)
    page = signed_in("nayeli").page("/learn/humane-border/")
    why = page[page.index('id="why"') :]
    for words in (
        "2 de 2 lecciones",
        "0 de 2 lecciones",
        "Sin terminar.",
        "Mejor nota",
        "Sin intentos.",
        "La firma quien capacita",
    ):
        assert words in why, words


def test_the_last_criterion_brings_the_certificate_and_its_pdf(app, signed_in):
    done(app, complete, "nayeli")
    browser = signed_in("nayeli")
    page = browser.page("/learn/certificates/")
    links = re.findall(r'href="(/learn/certificates/[^"]+\.pdf[^"]*)"', page)
    assert len(links) == 6
    for link in links:
        response = browser.get(link.replace("&amp;", "&"))
        assert response.status_code == 200 and response.data.startswith(b"%PDF-")
        assert "attachment" in response.headers["Content-Disposition"]


def test_a_certificate_is_also_taken_away_as_a_badge(app, signed_in):
    done(app, complete, "nayeli")
    browser = signed_in("nayeli")
    for language, words in (("es", "Insignia digital (Open Badge)"), ("en", "Open Badge")):
        page = browser.page(f"/learn/certificates/?lang={language}")
        [link] = re.findall(rf'<a [^>]*href="(/learn/certificates/[^"]+\.json)">.*?{re.escape(words)}<', page)
        response = browser.get(link)
        assert (response.status_code, response.mimetype) == (200, "application/ld+json")
        assert response.headers["Content-Disposition"].startswith('attachment; filename="paso-seguro-')
        assert (
            response.get_json(force=True)["credentialSubject"]["identifier"][0]["identityHash"]
            == "Nayeli Ábrego Quintero"
        )


@pytest.mark.parametrize("form", [".pdf?lang=es&paper=a4", ".json"])
def test_anothers_certificate_is_not_found(app, signed_in, form):
    done(app, complete, "nayeli")
    code = done(app, lambda cast: certifying.mine(cast.office, cast.actor("nayeli"))[0].row.serial)
    path = f"/learn/certificates/{code}{form}"
    for name, status in (
        ("beto", 404),
        ("ximena", 404),
        ("carlos", 404),
        ("coralia", 200),
        ("ada", 200),
        ("tomas", 404),
    ):
        assert signed_in(name).get(path).status_code == status, name


def test_a_batch_from_a_device_counts_once_and_names_each_event(app, signed_in):
    browser = signed_in("nayeli")
    browser.page("/learn/")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.last.get_data(as_text=True))[1]
    good = {
        "id": str(uuid.uuid4()),
        "at": "2026-11-20T09:12:31Z",
        "course": "humane-border",
        "kind": "check.answered",
        "module": "mission",
        "item": "mission-check-1",
        "payload": {"response": ["right"]},
    }
    bad = {**good, "id": str(uuid.uuid4()), "course": "nowhere"}
    batch = {"v": 1, "device": "d", "sent_at": "2026-11-23T15:00:00Z", "events": [good, bad, "nonsense", {"id": 7}]}
    for status in ("applied", "duplicate"):
        response = browser.post(
            "/learn/sync", data=json.dumps(batch), content_type="application/json", headers={"X-CSRFToken": token}
        )
        results = response.get_json()["results"]
        assert [r["status"] for r in results] == [status, "rejected", "rejected", "rejected"]
        assert results[0]["result"] == {"right": True, "credit": 1.0}
    row = done(app, lambda cast: learning.study(cast.office, cast.actor("nayeli"), cast.course.id).enrolment.started_at)
    assert row.isoformat() == "2026-11-20T09:12:31+00:00"


def test_a_form_without_its_token_changes_nothing(app, signed_in):
    browser = signed_in("nayeli")
    assert browser.post(LESSON, data={"check": "mission-check-1", "a": "right"}).status_code == 400
    assert (
        done(app, lambda cast: learning.study(cast.office, cast.actor("nayeli"), cast.course.id).progress.counted) == 0
    )


def test_every_page_speaks_english_too(app, signed_in):
    done(app, finish_lessons, "nayeli", "mission")
    done(app, sit, "nayeli", "mission", wrong=4)
    browser = signed_in("nayeli")
    for path in (
        "/learn/",
        "/learn/humane-border/",
        "/learn/humane-border/mission/",
        LESSON,
        "/learn/humane-border/mission/scenario",
        "/learn/humane-border/mission/quiz",
        "/learn/humane-border/mission/quiz/result/1",
        "/learn/humane-border/mission/practice",
        "/learn/humane-border/exam",
        "/learn/humane-border/glossary",
        "/learn/certificates/",
        "/account/",
    ):
        page = browser.page(path + "?lang=en")
        assert '<html lang="en">' in page
    assert "My courses" in browser.page("/learn/"), "the choice is remembered for the account"


def test_signing_out_ends_the_sign_in_everywhere_it_was_copied(signed_in):
    browser = signed_in("nayeli")
    browser.page("/learn/")
    browser.submit("sign-out", follow=False)
    assert browser.get("/learn/").status_code == 302


# Before and after -----------------------------------------------------------------------------------------------------


def test_an_officer_takes_the_test_before_the_course_and_gets_no_mark(signed_in):
    nayeli = signed_in("nayeli")
    course = nayeli.page("/learn/humane-border/")
    assert "Antes de empezar" in course
    nayeli.page("/learn/humane-border/compare/before")
    nayeli.submit("/compare/before")
    for position in range(1, 5):
        nayeli.page(f"/learn/humane-border/compare/before/{position}")
    nayeli.page("/learn/humane-border/compare/before/hand-in")
    done = nayeli.submit("/hand-in").get_data(as_text=True)
    assert "Gracias. Sus respuestas están guardadas" in done
    assert "Antes de empezar" not in done
    assert "Se rinde una sola vez" in nayeli.page("/learn/humane-border/compare/before")
    nayeli.page("/learn/humane-border/compare/during", 404)


def test_an_officer_takes_an_open_module_on_paper_and_no_closed_one(signed_in):
    nayeli = signed_in("nayeli")
    assert "cuadernillo de este módulo" in nayeli.page("/learn/humane-border/mission/")
    pdf = nayeli.get("/learn/humane-border/mission/booklet.pdf?lang=es&paper=a4")
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert nayeli.get("/learn/humane-border/protection/booklet.pdf").status_code in (403, 409, 422)
    for wrong in ("?lang=fr", "?paper=tabloid"):
        assert nayeli.get(f"/learn/humane-border/mission/booklet.pdf{wrong}").status_code == 404
