"""What reminders say, in the language of their reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from babel.dates import format_date, format_skeleton

from app.courseware.course import Course
from app.records.cohorts import Cohort
from app.rules.deadlines import EXAM
from app.rules.reminding import Planned
from app.services.office import Office
from app.services.rosters.columns import LOCALES
from app.services.wording import translator


def _words(kind: str, _: Callable[[str], str]) -> tuple[str, str]:
    """Subject and text of one kind."""
    match kind:
        case "starts":
            return _("Your course begins on %(soon)s"), _(
                "The cohort “%(cohort)s” of the course “%(course)s” begins on %(day)s. You can look at the first module "
                "before."
            )
        case "deadline":
            return _("Due on %(soon)s: %(what)s"), _(
                "The last day for %(what)s is %(day)s. Nothing closes after it. If you cannot keep it, tell your trainer."
            )
        case "ends":
            return _("Your cohort ends on %(soon)s"), _(
                "The cohort “%(cohort)s” ends on %(day)s. The page of your course shows what is still missing for your "
                "certificate."
            )
        case "exam-open":
            return _("Your final exam is open"), _(
                "You have done everything that comes before the final exam of “%(course)s”. Sit it when you have quiet "
                "time: its page says how long it takes."
            )
    return _("How is your course going?"), _(
        "The cohort “%(cohort)s” is further along in the course “%(course)s” than you are. Every answer is kept, so a "
        "quarter of an hour is already worth it. If something keeps you from learning, tell your trainer or coordinator."
    )


def subject_of(language: str, cohort: Cohort, course: Course, one: Planned) -> str:
    """The subject of a reminder: it says the day itself, so that it is true as long as it stands on a page."""
    _ = translator(language)
    return _words(one.kind, _)[0] % _values(language, cohort, course, one)


def body_of(language: str, cohort: Cohort, course: Course, one: Planned) -> str:
    """The text of a reminder, without greeting and address."""
    _ = translator(language)
    return _words(one.kind, _)[1] % _values(language, cohort, course, one)


def mail_of(office: Office, language: str, name: str, course_id: str, body: str) -> str:
    """*body* as it goes out by e-mail."""
    _ = translator(language)
    greeting = _("Hello %(name)s,") % {"name": name}
    return f"{greeting}\n\n{body}\n\n{office.settings.public_url}/learn/{course_id}/"


def _values(language: str, cohort: Cohort, course: Course, one: Planned) -> dict[str, str]:
    day = {"starts": cohort.starts_on, "ends": cohort.ends_on}.get(one.kind)
    if one.kind == "deadline" and one.on is not None:
        day = one.on + dt.timedelta(one.before)
    return {
        "cohort": cohort.name,
        "course": cohort.course.title(language),
        "day": format_date(day, "long", LOCALES[language]) if day else "",
        "soon": format_skeleton("MMMMd", day, locale=LOCALES[language]) if day else "",
        "what": named(language, course, one.target) if one.kind == "deadline" else "",
    }


def named(language: str, course: Course, target: str) -> str:
    """The module or the exam that a deadline is for, as part of a sentence."""
    _ = translator(language)
    module = course.module(target)
    if target == EXAM or module is None:
        return _("the final exam")
    page = module.pages.get(language) or next(iter(module.pages.values()))
    return _("module %(n)s, %(title)s") % {"n": module.number, "title": page.title}
