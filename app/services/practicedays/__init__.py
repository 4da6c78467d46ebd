"""Practice days of a cohort: planned, told, held, and signed for.

Read :mod:`reading` first (whose days they are, who is on the list of one), then :mod:`planning` (making, changing and
cancelling a day, and telling the officers), :mod:`attending` (who came), :mod:`signing` (practical sheets of those who
came), :mod:`calendar` (a day as an .ics file), :mod:`tables` (the attendance to take away) and :mod:`saying` (a day in
words, in either language).
"""

from app.services.practicedays.attending import MOST_REMARK, Marked, Said, add_walk_ins, close, mark
from app.services.practicedays.calendar import calendar_file
from app.services.practicedays.planning import MOST_PLACE, MOST_TEXT, Plan, cancel, change, plan, plan_of, zone_for
from app.services.practicedays.reading import (
    STATES,
    DayLine,
    Mine,
    Offer,
    Roll,
    Row,
    cohort_of,
    date_of,
    day_of,
    mine,
    my_day,
    next_days,
    of_cohort,
    of_enrolments,
    offer,
    roll,
)
from app.services.practicedays.saying import sheet_titles, when
from app.services.practicedays.signing import Several, present, several, sign_several
from app.services.practicedays.tables import attendance_csv, attendance_xlsx

__all__ = [
    "MOST_PLACE",
    "MOST_REMARK",
    "MOST_TEXT",
    "STATES",
    "DayLine",
    "Marked",
    "Mine",
    "Offer",
    "Plan",
    "Roll",
    "Row",
    "Said",
    "Several",
    "add_walk_ins",
    "attendance_csv",
    "attendance_xlsx",
    "calendar_file",
    "cancel",
    "change",
    "close",
    "cohort_of",
    "date_of",
    "day_of",
    "mark",
    "mine",
    "my_day",
    "next_days",
    "of_cohort",
    "of_enrolments",
    "offer",
    "plan",
    "plan_of",
    "present",
    "roll",
    "several",
    "sheet_titles",
    "sign_several",
    "when",
    "zone_for",
]
