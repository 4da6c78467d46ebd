"""The table in the README of who reaches what, as the requests of test_routes found it.

Each role's test checks its own column. ``PASO_MATRIX=write pytest -n 0 tests/web/test_routes.py`` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- who reaches what -->\n", "<!-- end -->\n"
COLUMNS = {
    "visitor": "visitor",
    "nayeli": "officer",
    "tomas": "trainer",
    "coralia": "coordinator",
    "oscar": "observer",
    "ada": "administrator",
    "machine of coralia": "program",
}
"""the people of the tests whose columns are printed"""
FILES = re.compile(r"\.(csv|xlsx|pdf|json|zip|ics|html|xml|pem|cbor)$|/copies\.|/list\.")
Table = dict[str, dict[str, str]]


def family(rule: str) -> str:
    """What the addresses of one kind are called together: the door and the noun, imports and downloads apart."""
    parts = rule.strip("/").split("/")
    named = [re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", part) for part in parts]
    if parts[0] == "api":
        return "/" + "/".join(named[:3])
    if any("import" in part for part in parts):
        return "/" + "/".join(part for part in named[: [("import" in p) for p in parts].index(True) + 1])
    head = "/" + "/".join(named[:2])
    if FILES.search(rule):
        return f"/{named[0]} (files)"
    return head


def cell(reached: Mapping[str, bool]) -> str:
    """What one role gets of one family. *reached* says whether an address answered: ``plain`` for those that name no
    object, ``own`` and ``other`` for those that name one's own or another institution's.
    """
    if reached.get("other") and reached.get("own", True):
        return "all"
    if reached.get("own"):
        return "own"
    return "yes" if reached.get("plain") else "–"


def read() -> Table:
    """The table as it stands in the README."""
    body = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    lines = [line for line in body.splitlines() if line.startswith("| `")]
    names = list(COLUMNS)
    found: Table = {}
    for line in lines:
        first, *cells = (part.strip() for part in line.strip("|").split("|"))
        found[first.strip("`")] = dict(zip(names, cells, strict=True))
    return found


def write(name: str, column: Mapping[str, str]) -> None:
    """Put one role's column into the README; families that are gone go."""
    table = read()
    rows = {key: {**dict.fromkeys(COLUMNS, "–"), **table.get(key, {}), name: said} for key, said in column.items()}
    head = "| addresses | " + " | ".join(COLUMNS.values()) + " |"
    lines = [head, "|---" * (len(COLUMNS) + 1) + "|"]
    lines += [f"| `{key}` | " + " | ".join(cells.values()) + " |" for key, cells in sorted(rows.items())]
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    README.write_text(f"{before}{BEGIN}" + "\n".join(lines) + f"\n{END}" + rest.split(END)[1], encoding="utf-8")
