"""The tree of institutions: state → service → region → post.

Administrators change all of it, coordinators what is below their own institution. Nothing in it is ever deleted: an
institution is closed, or merged into another below which it then stands, so that what was learned there stays where it
was learned.
"""

from app.services.institutions.closing import close, reopen
from app.services.institutions.making import COUNTRIES, KINDS, LANGUAGES, LONGEST_NAME, add, change
from app.services.institutions.moving import merge, move
from app.services.institutions.reading import Facts, Node, facts, get, may_change, places, tree

__all__ = [
    "COUNTRIES",
    "KINDS",
    "LANGUAGES",
    "LONGEST_NAME",
    "Facts",
    "Node",
    "add",
    "change",
    "close",
    "facts",
    "get",
    "may_change",
    "merge",
    "move",
    "places",
    "reopen",
    "tree",
]
