"""A practice day as a calendar file (RFC 5545). The only module that imports icalendar.

Its times are in UTC, so that no calendar has to know our zones; the hour at the place stands in the text. The same day
has the same UID for ever, and a higher SEQUENCE after each change, so that a calendar replaces what it has.
"""

from __future__ import annotations

import datetime as dt
import re

from icalendar import Calendar, Event

from app.records.practicedays import PracticeDay
from app.services.office import Office
from app.services.practicedays.saying import facts
from app.services.shelf import current
from app.services.wording import translator

MEDIA_TYPE = "text/calendar"


def calendar_file(office: Office, day: PracticeDay, language: str, url: str) -> bytes:
    """The file of *day*, which the caller may see, in *language*; *url* leads back to its page."""
    _ = translator(language)
    _row, course = current(office, day.cohort.course_id)
    title = _("Practice day: %(course)s") % {"course": course.title(language)}
    said = facts(day, course, language)
    cancelled = day.state == "cancelled"
    if cancelled:
        title = _("Cancelled: %(title)s") % {"title": title}
        said = _("Reason: %(reason)s") % {"reason": day.reason} + "\n\n" + said
    event = Event()
    event.add("uid", f"{day.id}@paso-seguro")
    event.add("sequence", day.sequence)
    event.add("dtstamp", _whole(day.changed_at))
    event.add("last-modified", _whole(day.changed_at))
    event.add("created", _whole(day.created_at))
    event.add("dtstart", _whole(day.starts_at))
    event.add("dtend", _whole(day.ends_at))
    event.add("summary", title, parameters={"LANGUAGE": language})
    event.add("location", _lines(f"{day.place}. {day.directions}" if day.directions else day.place))
    event.add("description", _lines(said), parameters={"LANGUAGE": language})
    event.add("url", url)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Paso Seguro//Practice days//{language.upper()}")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def _lines(text: str) -> str:
    """*text* with line feeds alone: a calendar may take any other sign that ends a line for the end of a property."""
    return re.sub(
        r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]", "", re.sub(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85]", "\n", text)
    )


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)
