"""Lists of people: a file is read, compared with what is on record, shown as a difference, carried out whole or not at
all, and can be undone as a whole.

``headings`` and ``reading`` know what a file says, ``world`` what is on record, ``comparing`` what follows of both,
``keeping`` the lists themselves, ``working`` does what they wait for by ``carrying`` and ``undoing``, ``sheets`` is what
coordinators take away.
"""

from app.services.imports.differences import KINDS, Candidate, Difference, Problem
from app.services.imports.forgetting import forget
from app.services.imports.keeping import (
    AT_ONCE,
    DEEDS,
    PAGE,
    READ_AT_ONCE,
    LinesPage,
    ListPage,
    Received,
    Sent,
    Shown,
    ask,
    ask_undo,
    can_be_undone,
    carried_out_before,
    cohort_names,
    course_titles,
    decide,
    discard,
    get,
    lines,
    listing,
    must_be,
    read_as,
    send,
    sweep,
    undoable_until,
)
from app.services.imports.reading import MOST
from app.services.imports.sheets import anybody_waits, corrected, links, template
from app.services.imports.undoing import Plan, plan
from app.services.imports.working import due, run, run_due, settle

__all__ = [
    "AT_ONCE",
    "DEEDS",
    "KINDS",
    "MOST",
    "PAGE",
    "READ_AT_ONCE",
    "Candidate",
    "Difference",
    "LinesPage",
    "ListPage",
    "Plan",
    "Problem",
    "Received",
    "Sent",
    "Shown",
    "anybody_waits",
    "ask",
    "ask_undo",
    "can_be_undone",
    "carried_out_before",
    "cohort_names",
    "corrected",
    "course_titles",
    "decide",
    "discard",
    "due",
    "forget",
    "get",
    "lines",
    "links",
    "listing",
    "must_be",
    "plan",
    "read_as",
    "run",
    "run_due",
    "send",
    "settle",
    "sweep",
    "template",
    "undoable_until",
]
