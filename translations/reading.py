"""The catalogues as the platform reads them: straight from the .po files, so nothing has to be compiled before it starts."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

HERE = Path(__file__).resolve().parent


@cache
def catalogue(language: str, directory: Path = HERE) -> NullTranslations:
    """The translations into *language* ("es"); those of English, the source, are empty."""
    path = directory / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)
