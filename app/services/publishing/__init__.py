"""A trainer publishes: drafts in the database, every problem with its place, previews, editions that never change.

``checking`` compiles, ``drafts`` reads and ``writing`` keeps what trainers write, ``uploads`` says where uploaded files
go, ``importing`` takes questions of other systems and ``exporting`` gives ours, ``making`` begins pages from templates and
``arranging`` moves them, ``holding`` keeps what was sent until its sender has seen what it would do. ``revising`` knows
every text a page ever had and ``comparing`` sets two of them side by side, ``impact`` says what an edition would do to
officers and ``issuing`` makes it, ``previewing`` shows a draft as a learner will see it, ``translating`` sets a page and its
translation side by side, ``graphing`` draws a simulation. While a page is being written, ``working`` keeps what is not
saved, ``inserting`` puts ready pieces in, ``illustrating`` takes its pictures.
"""

from __future__ import annotations

from app.courseware.importing import OUTCOMES
from app.services.publishing.arranging import Arrangement, Wanted, arrange, arrangement
from app.services.publishing.checking import Checked, Finding, check
from app.services.publishing.comparing import Line, compare
from app.services.publishing.drafts import Change, Draft, PageText, Taught, draft, draft_media, export, page, taught
from app.services.publishing.exporting import EXAM, Shelf, gift, shelves
from app.services.publishing.goals import Goal
from app.services.publishing.graphing import Graph, graph, in_lines
from app.services.publishing.holding import Held
from app.services.publishing.illustrating import LONGEST_ALT, Picture, add_picture
from app.services.publishing.impact import Effects, Impact, impact
from app.services.publishing.importing import (
    BankReport,
    Wishes,
    forget,
    places_to_go,
    take,
    unfinished,
    wishes_of,
    words,
)
from app.services.publishing.importing import change as change_import
from app.services.publishing.importing import report as import_report
from app.services.publishing.importing import send as send_import
from app.services.publishing.importing import sent as sent_import
from app.services.publishing.importing import taken as taken_import
from app.services.publishing.inserting import Inserted, insert, insertable
from app.services.publishing.issuing import Issued, create, history, media, publish, publish_source, source_of
from app.services.publishing.making import (
    PARTS,
    ROOT_PARTS,
    Made,
    lacking,
    make_course,
    make_lesson,
    make_module,
    make_part,
    proposed_id,
)
from app.services.publishing.making import TITLES as PART_TITLES
from app.services.publishing.ordering import Named
from app.services.publishing.ordering import lessons as lessons_in_order
from app.services.publishing.ordering import modules as modules_in_order
from app.services.publishing.places import Folder, Stem, Where, tree
from app.services.publishing.previewing import Bank, bank, question, shown_order, study, try_answer, walk
from app.services.publishing.revising import Revision, restore, revision, revisions
from app.services.publishing.translating import (
    Translation,
    Waiting,
    put_together,
    save_translation,
    translation,
    waiting,
)
from app.services.publishing.translating import digest as source_digest
from app.services.publishing.uploads import Replacing, hold_files, replace, replacing, upload
from app.services.publishing.working import Working, keep, sweep_working, take_over, throw_away, unsaved, working_text
from app.services.publishing.writing import discard, remove, save

__all__ = [
    "EXAM",
    "LONGEST_ALT",
    "OUTCOMES",
    "PARTS",
    "PART_TITLES",
    "ROOT_PARTS",
    "Arrangement",
    "Bank",
    "BankReport",
    "Change",
    "Checked",
    "Draft",
    "Effects",
    "Finding",
    "Folder",
    "Goal",
    "Graph",
    "Held",
    "Impact",
    "Inserted",
    "Issued",
    "Line",
    "Made",
    "Named",
    "PageText",
    "Picture",
    "Replacing",
    "Revision",
    "Shelf",
    "Stem",
    "Taken",
    "Taught",
    "Translation",
    "Waiting",
    "Wanted",
    "Where",
    "Wishes",
    "Working",
    "add_picture",
    "arrange",
    "arrangement",
    "bank",
    "change_import",
    "check",
    "compare",
    "create",
    "discard",
    "draft",
    "draft_media",
    "export",
    "forget",
    "gift",
    "graph",
    "history",
    "hold_files",
    "impact",
    "import_report",
    "in_lines",
    "insert",
    "insertable",
    "keep",
    "lacking",
    "lessons_in_order",
    "make_course",
    "make_lesson",
    "make_module",
    "make_part",
    "media",
    "modules_in_order",
    "page",
    "places_to_go",
    "proposed_id",
    "publish",
    "publish_source",
    "put_together",
    "question",
    "remove",
    "replace",
    "replacing",
    "restore",
    "revision",
    "revisions",
    "save",
    "save_translation",
    "send_import",
    "sent_import",
    "shelves",
    "shown_order",
    "source_digest",
    "source_of",
    "study",
    "sweep_working",
    "take",
    "take_over",
    "taken_import",
    "taught",
    "throw_away",
    "translation",
    "tree",
    "try_answer",
    "unfinished",
    "unsaved",
    "upload",
    "waiting",
    "walk",
    "wishes_of",
    "words",
    "working_text",
]
