"""A trainer publishes: drafts in the database, every problem with its place, previews, editions that never change.

``checking`` compiles, ``drafts`` reads and ``writing`` keeps what trainers write, ``uploads`` says where uploaded files
go, ``revising`` knows every text a page ever had and ``comparing`` sets two of them side by side, ``impact`` says what an
edition would do to officers and ``issuing`` makes it, ``previewing`` shows a draft as a learner will see it,
``translating`` sets a page and its translation side by side, ``graphing`` draws a simulation. While a
page is being written, ``working`` keeps what is not saved, ``inserting`` puts ready pieces in, ``illustrating`` takes its
pictures.
"""

from __future__ import annotations

from app.services.publishing.checking import Checked, Finding, check
from app.services.publishing.comparing import Line, compare
from app.services.publishing.drafts import (
    Change,
    Draft,
    PageText,
    Taught,
    draft,
    draft_media,
    export,
    page,
    taught,
)
from app.services.publishing.graphing import Graph, graph, in_lines
from app.services.publishing.illustrating import LONGEST_ALT, Picture, add_picture
from app.services.publishing.impact import Effects, Impact, impact
from app.services.publishing.inserting import Inserted, insert, insertable
from app.services.publishing.issuing import (
    Issued,
    create,
    history,
    media,
    publish,
    publish_source,
    source_of,
)
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
from app.services.publishing.uploads import upload
from app.services.publishing.working import Working, keep, sweep_working, take_over, throw_away, unsaved, working_text
from app.services.publishing.writing import discard, remove, save

__all__ = [
    "LONGEST_ALT",
    "Bank",
    "Change",
    "Checked",
    "Draft",
    "Effects",
    "Finding",
    "Folder",
    "Graph",
    "Impact",
    "Inserted",
    "Issued",
    "Line",
    "PageText",
    "Picture",
    "Revision",
    "Stem",
    "Taught",
    "Translation",
    "Waiting",
    "Where",
    "Working",
    "add_picture",
    "bank",
    "check",
    "compare",
    "create",
    "discard",
    "draft",
    "draft_media",
    "export",
    "graph",
    "history",
    "impact",
    "in_lines",
    "insert",
    "insertable",
    "keep",
    "media",
    "page",
    "publish",
    "publish_source",
    "put_together",
    "question",
    "remove",
    "restore",
    "revision",
    "revisions",
    "save",
    "save_translation",
    "shown_order",
    "source_digest",
    "source_of",
    "study",
    "sweep_working",
    "take_over",
    "taught",
    "throw_away",
    "translation",
    "tree",
    "try_answer",
    "unsaved",
    "upload",
    "waiting",
    "walk",
    "working_text",
]
