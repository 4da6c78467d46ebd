"""The catalogue of the interface: ``python -m translations.catalogue extract|update|add|compile|check``.

    extract   write messages.pot: every string of the interface, as the code and the templates have it
    update    extract, and bring each language's messages.po in step; what is already translated stays
    add FILE  put translations in: a JSON object {"English": "Español", "%(num)s day": ["%(num)s día", "%(num)s días"]}
    compile   write messages.mo beside each messages.po, for other tools (the platform itself reads the .po)
    check     fail, saying why, if a string is missing, untranslated, fuzzy, or its placeholders differ

The files hold no dates, no line numbers and no authors, and are sorted: the same strings always give the same bytes.
Strings no longer used stay at the end of a .po, marked ``#~``, until ``update --prune``. Several people may run this at
once.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import tokenize
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SOURCES = (("app", ".py", "python"), ("app/templates", ".html", "jinja2"), ("app/templates", ".txt", "jinja2"))
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
}
FEWEST = 100
"""fewer strings than this mean that the extraction is broken, not that the interface is small"""
HEADERS = {
    "Project-Id-Version": "Paso Seguro",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
}
PLURALS = {"es": "nplurals=2; plural=(n != 1);"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?[sdifrxg]|\{(\w*)\}|%%")
TAG = re.compile(r"</?[a-z][^>]*>")


class Broken(Exception):
    """A source cannot be read for its strings."""


def found(root: Path = ROOT) -> Catalog:
    """Every string under *root*."""
    catalog = Catalog(fuzzy=False)
    for folder, suffix, method in SOURCES:
        for path in sorted((root / folder).rglob(f"*{suffix}")):
            name = path.relative_to(root)
            source = io.BytesIO(path.read_bytes())
            options = {"trimmed": "true", "silent": "false", "encoding": "utf-8"}
            try:
                for _line, text, comments, context in extract(method, source, KEYWORDS, ("i18n:",), options, True):
                    comments = [comment.removeprefix("i18n:").strip() for comment in comments]
                    catalog.add(text, auto_comments=comments, context=context)
            except (SyntaxError, tokenize.TokenError) as error:
                raise Broken(f"{name}: {error}") from error
            except (
                Exception
            ) as error:  # Jinja's own errors: the extractor is found by an entry point, not imported here
                raise Broken(f"{name}: {type(error).__name__}: {error}") from error
    return catalog


def languages(folder: Path = HERE) -> dict[str, Path]:
    """The .po file of each language."""
    return {path.parts[-3]: path for path in sorted(folder.glob("*/LC_MESSAGES/messages.po"))}


def load(path: Path, language: str) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


def text_of(catalog: Catalog, language: str | None = None) -> bytes:
    """The bytes of a .po or .pot, the same for the same strings."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, no_location=True, omit_header=True, sort_output=True, include_previous=False)
    lines = [
        "# Strings of the interface. Keep in step: python -m translations.catalogue update",
        'msgid ""',
        'msgstr ""',
    ]
    headers = dict(HEADERS)
    if language:
        headers |= {"Language": language, "Plural-Forms": PLURALS[language]}
    lines += [f'"{name}: {value}\\n"' for name, value in headers.items()]
    return ("\n".join(lines) + "\n\n").encode() + out.getvalue().strip() + b"\n"


def save(path: Path, content: bytes) -> None:
    """Write as a whole or not at all."""
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One writer at a time, where the system has such locks."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"paso-catalogue-{name}.lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bring_up(old: Catalog, template: Catalog, prune: bool) -> Catalog:
    """*template* with the translations of *old*; those no longer used become obsolete, or go."""
    new = Catalog(locale=old.locale, fuzzy=False)
    known: dict[tuple[object, object], Message] = {
        _key(message): message for message in [*old, *old.obsolete.values()] if message.id
    }
    for message in template:
        if not message.id:
            continue
        before = known.pop(_key(message), None)
        string: str | tuple[str, ...] = strings(before) if before is not None else ""
        if message.pluralizable:
            string = string if isinstance(string, tuple) and len(string) > 1 else (*string, "") if string else ""
        elif isinstance(string, tuple):
            string = string[0]
        flags = before.flags - {"python-format"} if before is not None else ()
        comments = before.user_comments if before is not None else ()
        new.add(
            message.id,
            string,
            flags=flags,
            auto_comments=message.auto_comments,
            user_comments=comments,
            context=message.context,
        )
    if not prune:
        for message in known.values():
            if message.string and any(message.string):
                new.obsolete[sources(message)[0]] = message
    return new


def _key(message: Message) -> tuple[object, object]:
    return (sources(message)[0], message.context)


def strings(message: Message) -> tuple[str, ...]:
    """The translation's forms: one, or one for each plural."""
    if isinstance(message.string, str) or message.string is None:
        return (message.string or "",)
    return tuple(str(form) for form in message.string)


def sources(message: Message) -> tuple[str, ...]:
    """The English: one, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text) if match[0] != "%%"}


def faults(message: Message, language: str) -> Iterator[str]:
    """What is wrong with one translation."""
    ids = sources(message)
    forms = strings(message)
    if message.fuzzy:
        yield "is marked fuzzy: look at it and take the mark away"
    if not all(form.strip() for form in forms):
        yield "is not translated" if not any(forms) else "lacks a plural form"
        return
    if message.pluralizable and len(forms) != 2:
        yield f"has {len(forms)} plural forms; {language} has 2"
    may = set().union(*map(placeholders, ids))
    must = set.intersection(*map(placeholders, ids))
    for form in forms:
        if not must <= placeholders(form) <= may:
            yield f"has other placeholders: {sorted(may)} became {sorted(placeholders(form))}"
        if ("%%" in form) != ("%%" in ids[0]):
            yield "has %% on one side only"
        if sorted(TAG.findall(form)) != sorted(TAG.findall(ids[-1])):
            yield "has other HTML tags"
        if (form[0].isspace(), form[-1].isspace()) != (ids[0][0].isspace(), ids[0][-1].isspace()):
            yield "begins or ends with a space on one side only"
        if form.rstrip().endswith(".") != ids[-1].rstrip().endswith("."):
            yield "ends in a full stop on one side only"


def check(root: Path = ROOT, folder: Path = HERE, fewest: int = FEWEST) -> list[str]:
    """Everything wrong, in sentences; nothing when the catalogue is complete."""
    try:
        template = found(root)
    except Broken as error:
        return [str(error)]
    wrong = []
    if len(template) < fewest:
        wrong.append(f"only {len(template)} strings were found, fewer than {fewest}: the extraction is broken")
    pot = folder / "messages.pot"
    if not pot.exists() or pot.read_bytes() != text_of(template):
        wrong.append("messages.pot is out of step: python -m translations.catalogue update")
    if not languages(folder):
        wrong.append("there is no messages.po")
    for language, path in languages(folder).items():
        catalog = load(path, language)
        known = {_key(message): message for message in catalog if message.id}
        for message in template:
            if not message.id:
                continue
            mine = known.pop(_key(message), None)
            if mine is None:
                wrong.append(f"{language}: {_key(message)[0]!r} is missing")
            elif mine.pluralizable != message.pluralizable:
                wrong.append(f"{language}: {_key(message)[0]!r} differs in having a plural")
            else:
                wrong += [f"{language}: {_key(message)[0]!r} {fault}" for fault in faults(mine, language)]
        wrong += [f"{language}: {key[0]!r} is no longer in the interface" for key in known]
    return wrong


def update(root: Path = ROOT, folder: Path = HERE, prune: bool = False, only_template: bool = False) -> None:
    """Bring the files in step with the code."""
    template = found(root)
    with alone(folder):
        save(folder / "messages.pot", text_of(template))
        if not only_template:
            for language, path in languages(folder).items():
                save(path, text_of(bring_up(load(path, language), template, prune), language))


def add(
    pairs: Mapping[str, str | list[str]], language: str = "es", root: Path = ROOT, folder: Path = HERE
) -> list[str]:
    """Put translations in and bring the files in step.

    Returns the keys that are no string of the interface (yet): these are kept too, as obsolete, until they are.
    """
    template = found(root)
    path = languages(folder)[language]
    with alone(folder):
        catalog = bring_up(load(path, language), template, prune=False)
        unknown = []
        for english, translation in pairs.items():
            string = tuple(translation) if isinstance(translation, list) else translation
            message = next((message for message in catalog if message.id and _key(message)[0] == english), None)
            if message is not None and message.pluralizable == isinstance(string, tuple):
                message.string = string
                message.flags.discard("fuzzy")
            else:
                unknown.append(english)
                key = (english, english) if isinstance(string, tuple) else english
                catalog.obsolete[english] = Message(key, string)
        save(folder / "messages.pot", text_of(template))
        save(path, text_of(catalog, language))
    return unknown


def compile_all(folder: Path = HERE) -> None:
    for language, path in languages(folder).items():
        out = io.BytesIO()
        write_mo(out, load(path, language))
        save(path.with_suffix(".mo"), out.getvalue())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m translations.catalogue", description=(__doc__ or "").split("\n")[0]
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("extract", help="write messages.pot")
    verbs.add_parser("update", help="extract, and bring every language in step").add_argument(
        "--prune", action="store_true"
    )
    verbs.add_parser("add", help="put translations in, from a JSON file").add_argument(
        "file", type=argparse.FileType(encoding="utf-8")
    )
    verbs.add_parser("compile", help="write .mo files")
    verbs.add_parser("check", help="fail if anything is missing or wrong")
    options = parser.parse_args(arguments)
    try:
        if options.verb == "check":
            wrong = check()
            print("\n".join(wrong) or "the catalogue is complete")
            return 1 if wrong else 0
        if options.verb == "compile":
            compile_all()
        elif options.verb == "add":
            for english in add(json.load(options.file)):
                print(f"not (yet) in the interface, kept as obsolete: {english!r}")
        else:
            update(prune=options.verb == "update" and options.prune, only_template=options.verb == "extract")
    except Broken as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
