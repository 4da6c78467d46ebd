"""SECURITY.md tells the truth: every item stands in it once, what it names is there, and nothing but the sign-in service is
asked anything over HTTP.
"""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (\S+) \| (.+) \| (.*) \|$", TEXT, re.MULTILINE)

ITEMS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3
5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4
10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5
13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"""
"""how many items of levels 1 and 2 each section of ASVS 5.0 has; in it they come first"""


def test_every_item_of_level_two_stands_in_the_table_once():
    wanted = {
        f"{s}.{n}" for s, _, most in (part.partition(":") for part in ITEMS.split()) for n in range(1, int(most) + 1)
    }
    assert Counter(row[0] for row in ROWS) == Counter(wanted)


def test_every_item_says_how_it_stands_and_why():
    assert {state for _id, state, _words, _where in ROWS} <= {"met", "partly", "open", "n/a"}
    assert [row[0] for row in ROWS if row[1] in ("met", "partly") and not row[3]] == [], "met by nothing"


def test_what_the_table_names_is_there():
    named = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row[3])}
    assert len(named) > 80
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


OWN_PORT = {("app/serving.py", "socket")}
"""where the server sees whether its port is free"""


def test_nothing_asks_another_server_anything_but_the_sign_in_service():
    """So that no address anybody typed can be asked (SSRF). Mail is the one other thing that leaves."""
    clients = {
        "requests",
        "urllib3",
        "http.client",
        "urllib.request",
        "httpx",
        "aiohttp",
        "ftplib",
        "socket",
        "smtplib",
        "telnetlib",
    }
    found = set()
    for folder in ("app", "certificates", "translations"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                found |= {(path.relative_to(ROOT).as_posix(), name) for name in names if name in clients}
    assert found <= {("app/services/federated.py", "requests"), ("app/serving.py", "smtplib"), *OWN_PORT}, found
