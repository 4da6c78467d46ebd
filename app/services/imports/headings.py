"""What columns and cells of a list are called, in both languages, by everybody who writes one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.services.office import fold_name


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


HEADINGS: dict[str, tuple[str, ...]] = {
    "name": _words(
        "name, full name, first name, first names, given name, given names, officer, nombre, nombres, nombre completo, "
        "nombre y apellido, nombre y apellidos, nombres y apellidos, funcionario, funcionaria"
    ),
    "surname": _words("surname, surnames, last name, last names, family name, apellido, apellidos"),
    "email": _words(
        "email, e mail, e mail address, email address, mail, correo, correo electronico, direccion de correo, "
        "direccion de correo electronico, direccion electronica"
    ),
    "rank": _words("rank, grade, rango, grado, cargo"),
    "service_number": _words(
        "service number, service no, badge, badge number, badge no, numero de servicio, numero de placa, numero placa, "
        "placa, numero de carne, carne"
    ),
    "sex": _words("sex, gender, sexo, genero"),
    "language": _words("language, idioma, lengua"),
    "institution": _words("institution, unit, post, institucion, unidad, puesto, entidad, dependencia"),
    "status": _words(
        "status, account, account status, state, situation, estado, cuenta, estado de la cuenta, situacion, estatus"
    ),
    "course": _words("course, curso"),
    "cohort": _words("cohort, group, class, cohorte, promocion, grupo"),
}
"""the heads of columns that are understood, without case, accents and signs; a surname goes after the name"""

SEXES = {
    "f": _words("f, female, woman, femenino, femenina, mujer"),
    "m": _words("m, male, man, masculino, hombre, h"),
    "x": _words("x, other, otro, otra, no binario, non binary"),
}
LANGUAGES = {"en": _words("en, english, ingles"), "es": _words("es, spanish, espanol, castellano")}
ACCOUNTS = {
    "active": _words("active, activo, activa, open, abierta, invited, invitado, invitada, yes, si"),
    "suspended": _words(
        "suspended, suspend, suspendido, suspendida, closed, cerrada, cerrado, inactive, inactivo, inactiva, disabled, "
        "deshabilitado, deshabilitada, de baja, baja, no"
    ),
}
"""what a column of accounts says"""
ENROLMENTS = {
    "not-started": _words("not started, sin iniciar"),
    "active": _words("in progress, en curso"),
    "completed": _words("completed, terminado, concluido"),
    "withdrawn": _words("withdrawn, retirado"),
}
"""what the same column says in our roster, where it is about a course"""


def heading_key(text: str) -> str:
    """What the column headed *text* holds: a key of :data:`HEADINGS`, or "" for what is left aside."""
    word = re.sub(r"^(n o|no|n|nro|num) ", "numero ", folded(text))  # N.º de placa, No. de placa, N° de placa
    return _KEYS.get(word, "")


def folded(text: str) -> str:
    """*text* without case, accents and signs."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold_name(text)).split())


_KEYS = {word: key for key, words in HEADINGS.items() for word in words}


def code_of(text: str, words: Mapping[str, tuple[str, ...]]) -> str | None:
    """The code that *text* is a word for; ``None`` if it is none."""
    word = folded(text)
    return next((code for code, known in words.items() if word in known), None)


_GUARDED = re.compile(r"(^|[;|])([\s'\"]*)'(?=[=+\-@＝＋－＠])")


def unguarded(text: str) -> str:
    """*text* without the apostrophe that spreadsheets.safe puts before the sign of a formula."""
    return _GUARDED.sub(r"\1\2", text) if "'" in text else text
