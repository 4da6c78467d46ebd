"""Lists of people in words: what happens with a line, what changes, how a list stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.web.coordinator.words import FIELDS
from app.web.kit.i18n import _, lazy, ngettext, show_number

KINDS: dict[str, tuple[str, Any]] = {
    "problem": ("bad", lazy("Problem")),
    "duplicate": ("warn", lazy("Possible duplicate")),
    "create": ("info", lazy("New account")),
    "change": ("info", lazy("Changed")),
    "move": ("info", lazy("Moved")),
    "suspend": ("warn", lazy("Account closed")),
    "reopen": ("ok", lazy("Account reopened")),
    "enrol": ("ok", lazy("Enrolment")),
    "unchanged": ("none", lazy("Nothing changes")),
    "left": ("none", lazy("Left out")),
}
"""the tint and the word of what happens with a line"""

STATES: dict[str, tuple[str, Any]] = {
    "waiting": ("waiting", lazy("Being read")),
    "again": ("waiting", lazy("Being compared")),
    "checked": ("info", lazy("Not carried out yet")),
    "asked": ("waiting", lazy("Being carried out")),
    "done": ("ok", lazy("Carried out")),
    "undoing": ("waiting", lazy("Being undone")),
    "undone": ("none", lazy("Undone")),
    "failed": ("bad", lazy("Could not be read")),
}

OUTCOMES: dict[str, Any] = {
    "undone": lazy("Set back"),
    "removed": lazy("Account removed"),
    "closed": lazy("Account closed, because its owner has already accepted the invitation"),
    "left-changed": lazy("Left as it is: somebody has changed the record since"),
    "left-learning": lazy("Left as it is: the course has begun"),
    "left-address": lazy("Left as it is: the earlier e-mail address is another person’s now"),
    "left-closed": lazy("Left as it is: the earlier institution is closed now"),
    "left-gone": lazy("Left as it is: the account is gone, or belongs to another institution"),
}

SEPARATORS: dict[str, Any] = {",": lazy("commas"), ";": lazy("semicolons"), "\t": lazy("tabs")}

QUESTIONS: dict[str, Any] = {
    "address": lazy("This service number is on record with another e-mail address. Is it the same person?"),
    "name": lazy("The record has quite another name. Is it the same person?"),
    "namesake": lazy("Somebody with a name like this is there already. Is it the same person?"),
}

_FIELDS: dict[str, Any] = {**FIELDS, "status": lazy("account"), "course": lazy("course"), "cohort": lazy("cohort")}

_VALUES: dict[str, dict[str, Any]] = {
    "sex": {"f": lazy("Woman"), "m": lazy("Man"), "x": lazy("Other")},
    "language": {"en": "English", "es": "Español"},
}


def field(key: str) -> str:
    """What a field is called."""
    return str(_FIELDS.get(key, key))


def value(key: str, text: str) -> str:
    """What a value of a field says to a reader; a dash for nothing."""
    return str(_VALUES.get(key, {}).get(text, text)) or "–"


def summary(counts: Mapping[str, int]) -> str:
    """How many lines there are of each kind: "12 new accounts, 3 moves"."""
    num = {kind: counts.get(kind, 0) for kind in KINDS}
    shown = {kind: show_number(count) for kind, count in num.items()}
    said = {
        "create": ngettext("%(shown)s new account", "%(shown)s new accounts", num["create"], shown=shown["create"]),
        "change": ngettext(
            "%(shown)s record changed", "%(shown)s records changed", num["change"], shown=shown["change"]
        ),
        "move": ngettext("%(shown)s move", "%(shown)s moves", num["move"], shown=shown["move"]),
        "suspend": ngettext(
            "%(shown)s account closed", "%(shown)s accounts closed", num["suspend"], shown=shown["suspend"]
        ),
        "reopen": ngettext(
            "%(shown)s account reopened", "%(shown)s accounts reopened", num["reopen"], shown=shown["reopen"]
        ),
        "enrol": ngettext("%(shown)s enrolment", "%(shown)s enrolments", num["enrol"], shown=shown["enrol"]),
        "problem": ngettext("%(shown)s problem", "%(shown)s problems", num["problem"], shown=shown["problem"]),
        "duplicate": ngettext("%(shown)s to decide", "%(shown)s to decide", num["duplicate"], shown=shown["duplicate"]),
    }
    return ", ".join(text for kind, text in said.items() if num[kind]) or _("nothing changes")
