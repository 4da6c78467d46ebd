"""A module of a course on paper, for posts without a network: lessons, self-checks, the simulation, and a key apart.

``content`` chooses what is printed, ``hypertext`` turns the course's HTML into paragraphs, tables and pictures,
``exercises`` prints questions and their key, ``printing`` lays the pages out. Pure: a compiled course in, a PDF out.
"""

from __future__ import annotations

from app.booklets.hypertext import Files
from app.booklets.printing import PAPERS, booklet

__all__ = ["PAPERS", "Files", "booklet"]
