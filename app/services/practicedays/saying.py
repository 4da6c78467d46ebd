"""A practice day in words: for messages, calendar files and pages, in the language of whoever reads."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location

from app.courseware.course import EXERCISE, Course, say
from app.records.practicedays import PracticeDay
from app.services.wording import translator

_LOCALES = {"en": Locale.parse("en"), "es": Locale.parse("es_419")}


def when(day: PracticeDay, language: str) -> str:
    """Mon, 23 Nov 2026, 08:00–16:00 (Panama time) · lun, 23 nov 2026, 08:00–16:00 (hora de Panamá).

    In the zone of the place, wherever the reader is: that is where one has to be in time.
    """
    zone, locale = ZoneInfo(day.zone), _LOCALES[language]
    begins, ends = day.starts_at.astimezone(zone), day.ends_at.astimezone(zone)
    date = format_date(begins.date(), "EEE, d MMM y", locale=locale)
    hours = "–".join(format_time(moment.timetz(), "HH:mm", locale=locale) for moment in (begins, ends))
    _ = translator(language)
    place = _("%(place)s time") % {"place": get_timezone_location(zone, locale=locale, return_city=True)}
    return f"{date}, {hours} ({place})"


def sheet_titles(day: PracticeDay, course: Course, language: str) -> list[str]:
    """What is practised, in the order of the course; a sheet that the course no longer has is left out."""
    _ = translator(language)
    titles = [
        say(module.practice.title, language)
        for module in course.modules
        if module.practice is not None and module.id in day.sheets
    ]
    if EXERCISE in day.sheets and course.exercise is not None:
        titles.append(_("Integrated exercise: %(title)s") % {"title": say(course.exercise.title, language)})
    return titles


def facts(day: PracticeDay, course: Course, language: str) -> str:
    """Everything an officer has to know of it, a line each."""
    _ = translator(language)
    where = f"{day.place}\n{day.directions}" if day.directions else day.place
    lines = [(_("When"), when(day, language)), (_("Where"), where)]
    lines.append((_("Practised are"), "; ".join(sheet_titles(day, course, language))))
    if day.bring:
        lines.append((_("Bring"), day.bring))
    if day.trainers:
        lines.append((_("Trainers"), ", ".join(person.name for person in day.trainers)))
    return "\n".join(f"{label}: {text}" for label, text in lines if text)
