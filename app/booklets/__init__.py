"""A course on paper, for posts without a network: a module with its lessons, self-checks, simulation and a key apart;
and the final exam, a copy for each officer, without a key.

``content`` chooses what is printed, ``hypertext`` turns the course's HTML into paragraphs, tables and pictures,
``exercises`` prints questions and their key, ``examination`` an exam and its answer sheet, ``roster`` a list of officers
to be signed, ``printing`` lays the pages out. Pure: a compiled course (or rows) in, a PDF out.
"""

from __future__ import annotations

from app.booklets.examination import Copy, exam_copies
from app.booklets.hypertext import Files
from app.booklets.printing import PAPERS, booklet
from app.booklets.roster import roster

__all__ = ["PAPERS", "Copy", "Files", "booklet", "exam_copies", "roster"]
