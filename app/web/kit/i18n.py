"""Languages and the reader's way of writing dates and figures. The only module that imports flask_babel.

English is the source of every text; Spanish is ``translations/es``. The locale behind ``es`` is ``es_419`` (Latin
America): plain ``es`` would print 12.345,6 where the region reads 12,345.6. Months are always words, because 3/4/2026
is two days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from math import floor
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import flask_babel
from babel import Locale, dates, numbers
from babel.support import NullTranslations
from flask import Flask, Response, current_app, g, has_request_context, request
from jinja2 import pass_context

from translations.loading import catalogue

LANGUAGES = ("en", "es")
DEFAULT = "es"
LOCALES = {"en": Locale.parse("en"), "es": Locale.parse("es_419")}
COOKIE = "lang"
NOTHING = "–"
"""what every filter prints for None"""


def gettext(text: str, **values: Any) -> str:
    """*text* in the language being spoken, with *values* put in. A constant, so that the catalogue finds it."""
    return str(flask_babel.gettext(text, **values))


_ = gettext


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """*one* or *many*, as *num* asks for in the language being spoken; ``%(num)s`` is the number."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy(text: str, **values: Any) -> Any:
    """Like :func:`gettext`, but spoken when it is shown: for words written down before anybody asks, such as labels."""
    return flask_babel.lazy_gettext(text, **values)


class Domain(flask_babel.Domain):  # type: ignore[misc]
    """Our catalogues by language, instead of compiled files by locale."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language())


def init_i18n(
    app: Flask,
    account_language: Callable[[], str | None],
    account_timezone: Callable[[], str | None],
    remember_language: Callable[[str], None] | None = None,
    default_timezone: str = "America/Panama",
) -> None:
    """Teach *app* both languages.

    The language of a request is the one asked for by ``?lang=``, else that of the account, else that of the cookie,
    else that of the browser, else Spanish. A page asked for with ``?lang=`` is remembered: in the cookie, and by
    *remember_language* for somebody whose account says otherwise. *account_language* and *account_timezone* answer
    None for visitors.
    """

    def select() -> str:
        code: str = g.get("language") or choose(account_language)
        return str(LOCALES[code])

    babel = flask_babel.Babel(app, default_locale=str(LOCALES[DEFAULT]), locale_selector=select, configure_jinja=True)
    babel.domain_instance = Domain()
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    # flask_babel's own look the locale up at every string; a page has hundreds
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(language()).gettext(text),
        lambda one, many, count: catalogue(language()).ngettext(one, many, count),
        newstyle=True,
    )
    for name, show in FILTERS.items():
        app.jinja_env.filters[name] = _spoken(show)
    app.extensions["paso.timezone"] = (account_timezone, default_timezone)

    @app.before_request
    def forget() -> None:
        # An application context can outlive a request (in tests): what the last one spoke is not for this one.
        flask_babel.refresh()
        g.pop("language", None)
        g.pop("spoken", None)
        g.pop("timezone", None)

    @app.context_processor
    def speak() -> dict[str, Any]:
        return {"language": language()}

    @app.after_request
    def remember(response: Response) -> Response:
        if response.cache_control.public:  # the same for everyone: in no reader's language
            return response
        if response.mimetype != "text/html" and "Content-Language" in response.headers:
            return response  # in a language of its own, or in none: whose reader it is does not matter
        code = language()
        response.headers.setdefault("Content-Language", code)
        if response.mimetype != "text/html":
            return response
        response.vary.update(("Cookie", "Accept-Language"))
        asked = request.args.get("lang")
        if asked == code and request.method == "GET" and response.status_code < 300:
            if request.cookies.get(COOKIE) != code:
                response.set_cookie(
                    COOKIE, code, max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure
                )
            # Another site may link to a page in a language; it may not change an account.
            ours = request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
            if remember_language is not None and ours and account_language() not in (None, code):
                remember_language(code)
        return response


def choose(account_language: Callable[[], str | None]) -> str:
    """The language of this request, "en" or "es"."""
    if not has_request_context():
        return DEFAULT
    for code in (request.args.get("lang"), account_language(), request.cookies.get(COOKIE)):
        if code in LANGUAGES:
            return str(code)
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT


def language() -> str:
    """The language being spoken: "en" or "es". Found once a request; a page asks for it hundreds of times."""
    spoken: str | None = g.get("spoken") if has_request_context() else None
    if spoken is None:
        locale = flask_babel.get_locale()
        spoken = locale.language if locale is not None else DEFAULT
        if has_request_context():
            g.spoken = spoken
    return spoken


def settle_language(code: str | None) -> str:
    """Speak *code* until the request is answered, or what a visitor would be spoken to. For errors and sign-in."""
    g.language = code if code in LANGUAGES else choose(lambda: None)
    g.pop("spoken", None)
    flask_babel.refresh()
    return language()


def unsettle_language() -> None:
    """Speak the reader's own language again, whatever :func:`settle_language` chose for this page."""
    g.pop("language", None)
    g.pop("spoken", None)
    flask_babel.refresh()


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Speak *code* inside the ``with``: for letters to somebody who reads another language."""
    before = g.pop("spoken", None)
    with flask_babel.force_locale(str(LOCALES[code])):
        yield
    g.pop("spoken", None)
    if before is not None:
        g.spoken = before


def timezone() -> ZoneInfo:
    """The reader's time zone: that of the account, else the platform's."""
    zone: ZoneInfo | None = g.get("timezone")
    if zone is None:
        account_timezone, default = current_app.extensions["paso.timezone"]
        name = account_timezone() if has_request_context() else None
        try:
            zone = ZoneInfo(name or default)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            zone = ZoneInfo(default)
        g.timezone = zone
    return zone


def _locale() -> Locale:
    return LOCALES[language()]


def _local(moment: datetime) -> datetime:
    """*moment* in the reader's zone; one without a zone is UTC, as the records keep it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(timezone())


def show_date(value: date | datetime | None) -> str:
    """23 Nov 2026 · 23 nov 2026. A moment is first brought to the reader's zone."""
    if value is None:
        return NOTHING
    return dates.format_date(_local(value) if isinstance(value, datetime) else value, "d MMM y", locale=_locale())


def show_datetime(value: datetime | None, zone: bool = True) -> str:
    """23 Nov 2026, 14:05 (Panama time) · 23 nov 2026, 14:05 (hora de Panamá)."""
    if value is None:
        return NOTHING
    local = _local(value)
    text = dates.format_datetime(local, "d MMM y, HH:mm", tzinfo=timezone(), locale=_locale())
    return f"{text} ({zone_name()})" if zone else text


def zone_name() -> str:
    """Panama time · hora de Panamá: the reader's time zone by its city, because abbreviations such as EST mislead."""
    zone = timezone()
    if zone.key in ("UTC", "Etc/UTC"):
        return "UTC"
    return _("%(place)s time", place=dates.get_timezone_location(zone, locale=_locale(), return_city=True))


def show_number(value: float | None) -> str:
    """12,345.6"""
    return NOTHING if value is None else numbers.format_decimal(value, locale=_locale())


def show_percent(value: float | None) -> str:
    """81 → 81%. Takes percents, 0 to 100, as marks are kept. Never rounds up: 79.9 is no pass at 80."""
    if value is None:
        return NOTHING
    return numbers.format_percent(floor(value + 1e-9) / 100, locale=_locale())


def show_hours(value: float | None) -> str:
    """64 hours · 64 horas · 2.5 hours"""
    if value is None:
        return NOTHING
    return ngettext("%(hours)s hour", "%(hours)s hours", 1 if value == 1 else 2, hours=show_number(value))


def show_minutes(value: float | None) -> str:
    """12 minutes · 1 h 15 min"""
    if value is None:
        return NOTHING
    hours, minutes = divmod(round(value), 60)
    if not hours:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def show_country(code: str | None) -> str:
    """PA → Panama · Panamá, as CLDR names it; a code it does not know stays as it is."""
    return NOTHING if code is None else str(_locale().territories.get(code.upper(), code))


def countries(codes: Iterable[str]) -> list[tuple[str, str]]:
    """(code, name) in the order of the names, as a reader looks for them: for selects."""
    fold = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")
    return sorted(((code, show_country(code)) for code in codes), key=lambda pair: pair[1].translate(fold).lower())


def language_name(code: str) -> str:
    """es → Spanish · español, as CLDR names it."""
    return str(_locale().languages.get(code, code))


def show_filesize(value: int | None) -> str:
    """1,400,000 → 1.4 MB"""
    if value is None:
        return NOTHING
    size, unit = float(value), "B"
    for bigger in ("KB", "MB", "GB"):
        if size < 999.5:
            break
        size, unit = size / 1000, bigger
    return f"{numbers.format_decimal(size, '#,##0.#' if size < 10 else '#,##0', locale=_locale())} {unit}"


FILTERS: dict[str, Callable[..., str]] = {
    "date": show_date,
    "datetime_": show_datetime,
    "number": show_number,
    "percent": show_percent,
    "hours": show_hours,
    "minutes": show_minutes,
    "country": show_country,
    "filesize": show_filesize,
}


def _spoken(show: Callable[..., str]) -> Callable[..., str]:
    """*show* as a filter not worked out ahead of time: ``64|hours`` would stay in the language of its first reader."""

    @pass_context
    def spoken(context: object, *values: Any, **options: Any) -> str:
        return show(*values, **options)

    return spoken
