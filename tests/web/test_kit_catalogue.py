"""The catalogue: complete, and kept in step without losing anybody's work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from translations import catalogue
from translations.loading import catalogue as load

PO = "es/LC_MESSAGES/messages.po"


def test_the_interface_is_fully_translated() -> None:
    assert catalogue.check() == []


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A little code and templates, and a folder of translations."""
    (tmp_path / "app/templates").mkdir(parents=True)
    (tmp_path / "app/code.py").write_text(
        'from kit import _, lazy, ngettext\n_("Hello %(name)s.", name=1)\n# i18n: on a button\nlazy("Go")\n'
    )
    (tmp_path / "app/templates/page.html").write_text(
        '{{ _("Stop") }}{% trans %}\n  Two\n  lines\n{% endtrans %}{{ ngettext("%(num)s day", "%(num)s days", 2) }}'
    )
    (tmp_path / "translations/es/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "translations" / PO).write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
    update(tmp_path)
    return tmp_path


def update(house: Path, **options: bool) -> str:
    catalogue.update(house, house / "translations", **options)
    return (house / "translations" / PO).read_text()


def check(house: Path) -> list[str]:
    return catalogue.check(house, house / "translations", fewest=4)


def add(house: Path, **pairs: str | list[str]) -> list[str]:
    return catalogue.add(
        {key.replace("_", " "): value for key, value in pairs.items()}, "es", house, house / "translations"
    )


def translate(house: Path) -> None:
    more: dict[str, str | list[str]] = {
        "Hello %(name)s.": "Hola, %(name)s.",
        "%(num)s day": ["%(num)s día", "%(num)s días"],
    }
    assert catalogue.add(more, "es", house, house / "translations") == []
    assert add(house, Go="Ir", Stop="Alto", Two_lines="Dos líneas") == []


def test_everything_is_found(house: Path) -> None:
    text = (house / "translations/messages.pot").read_text()
    assert [line for line in text.splitlines() if line.startswith(("msgid", "#."))] == [
        'msgid ""',
        'msgid "%(num)s day"',
        'msgid_plural "%(num)s days"',
        "#. on a button",
        'msgid "Go"',
        'msgid "Hello %(name)s."',
        'msgid "Stop"',
        'msgid "Two lines"',
    ]
    assert "POT-Creation-Date" not in text
    assert ".py" not in text


def test_a_complete_catalogue_passes_and_is_read_without_compiling(house: Path) -> None:
    translate(house)
    assert check(house) == []
    spanish = load("es", house / "translations")
    assert spanish.gettext("Go") == "Ir"
    assert [spanish.ngettext("%(num)s day", "%(num)s days", n) for n in (0, 1, 2)] == [
        "%(num)s días",
        "%(num)s día",
        "%(num)s días",
    ]
    assert load("en", house / "translations").gettext("Go") == "Go"


def test_the_same_strings_give_the_same_bytes(house: Path) -> None:
    translate(house)
    first = update(house)
    assert update(house) == first
    (house / "app/new.py").write_text('_("Alpha")\n')
    second = update(house)
    assert second != first
    (house / "app/new.py").unlink()
    assert update(house, prune=True) == first


def test_translations_survive_what_code_does(house: Path) -> None:
    translate(house)
    code = (house / "app/code.py").read_text()
    (house / "app/code.py").write_text("")
    assert '#~ msgid "Go"' in update(house)
    assert check(house) == ["only 3 strings were found, fewer than 4: the extraction is broken"]
    (house / "app/code.py").write_text(code)
    update(house)
    assert check(house) == []
    assert "#~" not in update(house)


def test_a_translation_may_come_before_its_string(house: Path) -> None:
    translate(house)
    assert add(house, Later="Luego") == ["Later"]
    (house / "app/new.py").write_text('_("Later")\n')
    update(house)
    assert check(house) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgstr "Ir"', 'msgstr ""', "'Go' is not translated"),
        ('msgstr "Ir"', 'msgstr "Ir."', "'Go' ends in a full stop on one side only"),
        ('msgstr "Ir"', 'msgstr "Ir "', "'Go' begins or ends with a space on one side only"),
        ('msgstr "Ir"', 'msgstr "<b>Ir</b>"', "'Go' has other HTML tags"),
        ("#. on a button\n", "#, fuzzy\n", "'Go' is marked fuzzy"),
        ("Hola, %(name)s.", "Hola, %(nombre)s.", "has other placeholders"),
        ("Hola, %(name)s.", "Hola.", "has other placeholders"),
        ('msgstr[1] "%(num)s días"', 'msgstr[1] ""', "'%(num)s day' lacks a plural form"),
        ('msgid "Stop"\nmsgstr "Alto"\n', "", "'Stop' is missing"),
        ('msgid "Stop"', 'msgid "Stopp"', "'Stopp' is no longer in the interface"),
    ],
)
def test_faults_are_named(house: Path, old: str, new: str, fault: str) -> None:
    translate(house)
    path = house / "translations" / PO
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert any(fault in wrong for wrong in check(house)), check(house)


def test_a_catalogue_out_of_step_or_hardly_any_strings_are_faults(house: Path) -> None:
    translate(house)
    (house / "app/new.py").write_text('_("New")\n')
    assert check(house) == [
        "messages.pot is out of step: python -m translations.catalogue update",
        "es: 'New' is missing",
    ]
    (house / "app/new.py").unlink()
    assert catalogue.check(house, house / "translations", fewest=100)[0].startswith("only 5 strings were found")


@pytest.mark.parametrize(("name", "source"), [("app/x.py", '_("a'), ("app/templates/x.html", "{% if %}")])
def test_a_file_that_cannot_be_read_is_named(house: Path, name: str, source: str) -> None:
    (house / name).write_text(source)
    assert check(house)[0].startswith(name)
    with pytest.raises(catalogue.Broken):
        update(house)


def test_the_command(house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(catalogue, "ROOT", house)
    pairs = house / "pairs.json"
    pairs.write_text(json.dumps({"Nowhere": "En ninguna parte"}), encoding="utf-8")
    called: list[dict[str, str]] = []
    monkeypatch.setattr(catalogue, "add", lambda given: called.append(given) or list(given))  # type: ignore[func-returns-value]
    monkeypatch.setattr(catalogue, "check", lambda: ["one fault"])
    assert catalogue.main(["add", str(pairs)]) == 0
    assert called == [{"Nowhere": "En ninguna parte"}]
    assert catalogue.main(["check"]) == 1
    assert "one fault" in capsys.readouterr().out
