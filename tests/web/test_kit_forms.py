"""Forms: what may be entered, what is said about what may not, and how it looks."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import wtforms.fields
from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from app.web.kit import forms
from app.web.kit.i18n import lazy
from tests.web.pages import check_page
from tests.web.tiny import page, tiny

EN, ES = "en", "es"


class Person(forms.Form):
    name = forms.Text(lazy("Language"), [forms.Required(), forms.Length(2, 12)])
    email = forms.Email("Epistula", [forms.Required("Say where to write."), forms.Address()])
    years = forms.Whole("Anni", [forms.Between(0, 60)])
    hours = forms.Decimal("Horae", [forms.Between(low=0)])
    born = forms.Day("Natus", [forms.Between(high=date(2010, 1, 1))])
    country = forms.Choice("Terra", [forms.Required()], choices=[("", "–"), ("PA", "Panamá")])
    role = forms.Radios("Munus", [forms.Required()], choices=[("a", "A"), ("b", "B")])
    tongues = forms.Ticks("Linguae", choices=[("es", "Español"), ("en", "English")])
    note = forms.LongText("Adnotatio")
    password = forms.Password("Clavis", [forms.Length(8)])
    again = forms.Password("Iterum", [forms.Same("password")])
    agreed = forms.Tick("Placet", [forms.Required()], description="Quid placet.")
    badge = forms.Text(
        "Badge", [forms.Matches(r"[A-Z]{2}\d{4}", "Write two letters and four figures, such as PA0123.")]
    )
    kind = forms.Hidden(validators=[forms.OneOf(["new", "old"])])
    photo = forms.Upload("Imago", [forms.Extension("png", "jpg")])


GOOD = {
    "name": "Ana Ruiz",
    "email": "ana@demo.example",
    "country": "PA",
    "role": "a",
    "agreed": "y",
}


def filled(tmp_path: Path, language: str = EN, **entered: Any) -> tuple[Person, dict[str, list[str]]]:
    """The form after *entered* (over :data:`GOOD`) was sent, and what was said about it."""
    app, _ = tiny(tmp_path)
    data = {name: value for name, value in {**GOOD, **entered}.items() if value is not None}
    with app.test_request_context(f"/?lang={language}", method="POST", data=MultiDict(data)):
        form = Person(meta={"csrf": False})
        form.validate()
        return form, {name: [str(word) for word in words] for name, words in form.errors.items()}


def test_what_is_optional_may_be_empty(tmp_path: Path) -> None:
    form, faults = filled(tmp_path)
    assert faults == {}
    assert (form.years.data, form.hours.data, form.born.data, form.photo.data) == (None, None, None, None)
    assert (form.note.data, form.badge.data, form.tongues.data) == ("", "", [])


def test_what_is_typed_is_cleaned(tmp_path: Path) -> None:
    form, faults = filled(
        tmp_path,
        name="  Jose\u0301 \x00\t Peña ",
        note="uno\r\ndos\r\u202e ",
        years=" 12 ",
        hours="2,5",
        born="1990-02-28",
        password=" kept as typed ",
        again=" kept as typed ",
    )
    assert faults == {}
    assert form.name.data == "José Peña"
    assert form.note.data == "uno\ndos"
    assert (form.years.data, form.hours.data, form.born.data) == (12, Decimal("2.5"), date(1990, 2, 28))
    assert form.password.data == " kept as typed "


@pytest.mark.parametrize(
    ("field", "entered", "english", "spanish"),
    [
        ("name", None, "Fill in “Language”.", "Complete «Idioma»."),
        ("name", "   ", "Fill in “Language”.", "Complete «Idioma»."),
        ("name", "A", "“Language” must have at least 2 characters.", "«Idioma» debe tener al menos 2 caracteres."),
        (
            "name",
            "A" * 1200,
            "Shorten “Language”: it has 1,200 characters and may have 12.",
            "Acorte «Idioma»: tiene 1,200 caracteres y puede tener 12.",
        ),
        ("email", "", "Say where to write.", "Say where to write."),
        (
            "email",
            "ana@",
            "Enter an e-mail address such as name@example.org.",
            "Escriba un correo electrónico, por ejemplo nombre@ejemplo.org.",
        ),
        ("years", "doce", "Enter a whole number, such as 12.", "Escriba un número entero, por ejemplo 12."),
        ("years", "1" * 400, "Enter a whole number, such as 12.", "Escriba un número entero, por ejemplo 12."),
        ("years", "٣", "Enter a whole number, such as 12.", "Escriba un número entero, por ejemplo 12."),
        ("years", "61", "“Anni” must be from 0 to 60.", "«Anni» debe estar entre 0 y 60."),
        ("hours", "x", "Enter a number, such as 2.5.", "Escriba un número, por ejemplo 2.5."),
        ("hours", "NaN", "Enter a number, such as 2.5.", "Escriba un número, por ejemplo 2.5."),
        ("hours", "-1", "“Horae” must be 0 or more.", "«Horae» debe ser 0 o más."),
        ("born", "2026-02-30", "Enter a date that exists.", "Escriba una fecha que exista."),
        ("born", "2020-01-01", "“Natus” must be 1 Jan 2010 or less.", "«Natus» debe ser 1 ene 2010 o menos."),
        ("country", "", "Choose an option for “Terra”.", "Elija una opción en «Terra»."),
        ("country", "XX", "Choose one of the options shown.", "Elija una de las opciones que se muestran."),
        ("role", None, "Choose an option for “Munus”.", "Elija una opción en «Munus»."),
        ("role", "z", "Choose one of the options shown.", "Elija una de las opciones que se muestran."),
        ("tongues", "fr", "Choose only options shown.", "Elija solo opciones que se muestran."),
        (
            "password",
            "short",
            "“Clavis” must have at least 8 characters.",
            "«Clavis» debe tener al menos 8 caracteres.",
        ),
        ("again", "other", "“Iterum” and “Clavis” must be the same.", "«Iterum» y «Clavis» deben ser iguales."),
        ("agreed", None, "Tick “Placet” to go on.", "Marque «Placet» para continuar."),
        (
            "badge",
            "123",
            "Write two letters and four figures, such as PA0123.",
            "Write two letters and four figures, such as PA0123.",
        ),
        ("kind", "bad", "Choose one of the options shown.", "Elija una de las opciones que se muestran."),
    ],
)
def test_a_fault_says_what_to_do(tmp_path: Path, field: str, entered: str | None, english: str, spanish: str) -> None:
    for language, words in ((EN, english), (ES, spanish)):
        _, faults = filled(tmp_path, language, **{field: entered})
        assert faults.get(field) == [words], "one fault a field, in the reader's language"


def test_files_are_taken_by_their_kind(tmp_path: Path) -> None:
    _, faults = filled(tmp_path, photo=FileStorage(filename="virus.exe"))
    assert faults["photo"] == ["Choose a file of one of these kinds: png, jpg."]
    form, faults = filled(tmp_path, photo=FileStorage(BytesIO(b"x"), filename="Ana.PNG"))
    assert "photo" not in faults
    assert form.photo.data.filename == "Ana.PNG"


def test_wtforms_says_nothing_in_its_own_words() -> None:
    """Every sentence that the fields we build on may say has ours in its place."""
    said = set()
    for name in ("choices", "datetime"):
        tree = ast.parse(Path(wtforms.fields.__file__).with_name(f"{name}.py").read_text())
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("gettext", "ngettext"):
                said |= {
                    text.value for text in call.args if isinstance(text, ast.Constant) and isinstance(text.value, str)
                }
    assert said >= set(forms.BUILT_IN)
    unused = {
        "Choices cannot be None.",
        "Not a valid datetime value.",
        "Not a valid time value.",
        "Not a valid week value.",
    }
    assert said - unused == set(forms.BUILT_IN)


def test_a_form_shows_its_faults_where_they_are(tmp_path: Path) -> None:
    def show() -> str:
        form = Person()
        form.validate_on_submit()
        fields = "".join(
            f"{{{{ ui.field(form.{field.name}) }}}}" for field in form if field.name not in ("csrf_token", "kind")
        )
        return page(
            '<form class="form" method="post" novalidate enctype="multipart/form-data">{{ ui.csrf() }}'
            + fields
            + '{{ ui.submit("–") }}</form>',
            form=form,
        )

    app, _ = tiny(tmp_path, show=show)
    client = app.test_client()
    for language in (EN, ES):
        empty = client.get(f"/show?lang={language}").text
        check_page(empty, language)
        assert "error-summary" not in empty
        faulty = client.post(f"/show?lang={language}", data={"email": "ana@", "tongues": "fr"}).text
        tree = check_page(faulty, language)
        summary = next(one for one in tree.walk() if one.get("class") == "error-summary")
        links = [one.get("href") for one in summary.walk() if one.tag == "a"]
        assert links == ["#name", "#email", "#country", "#role-0", "#tongues-0", "#agreed"]
        controls = {one.get("id"): one for one in tree.walk() if one.tag in ("input", "select", "textarea")}
        assert controls["email"].get("value") == "ana@", "what was typed is still there"
        assert controls["email"].get("aria-describedby") == "email-error"
        assert controls["email"].get("aria-invalid") == "true"
        assert "required" not in faulty, "the browser is not asked to check"
        title = next(one for one in tree.walk() if one.tag == "title")
        assert title.text().startswith("Error: ")


def test_a_form_that_was_open_too_long_says_so(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    with app.test_request_context("/?lang=en", method="POST", data=GOOD):
        form = Person()
        assert not form.validate()
        assert [str(word) for word in form.errors["csrf_token"]] == [
            "The page was open for too long. Nothing was saved: send it again."
        ]


def test_asking_before_what_cannot_be_undone(tmp_path: Path) -> None:
    done: list[str] = []

    def withdraw() -> str:
        if not forms.confirmed():
            return forms.ask("Paso?", "–", "OK", "/")
        done.append(request.form["code"])
        return "done"

    app, _ = tiny(tmp_path, withdraw=withdraw)
    client = app.test_client()
    asked = client.post("/withdraw?lang=en", data={"code": "A&B", "csrf_token": "old"}).text
    tree = check_page(asked, EN)
    sent = {one.get("name"): one.get("value") for one in tree.walk() if one.get("type") == "hidden"}
    assert done == []
    assert sent.pop("csrf_token") != "old"
    assert sent == {"code": "A&B", "confirmed": "yes"}
    assert client.post("/withdraw", data=sent).text == "done"
    assert done == ["A&B"]
