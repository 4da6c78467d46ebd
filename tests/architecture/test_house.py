"""The rules of the house that no import contract can say."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(p for top in ("app", "certificates", "translations") for p in (ROOT / top).rglob("*.py"))
TEXT = {".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".yaml", ".po", ".pot", ".cfg", ""}


def tracked() -> list[Path]:
    skip = {".git", ".venv", "instance", "build", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis", "results"}
    return [
        p
        for p in ROOT.rglob("*")
        if p.is_file()
        and not skip & set(p.relative_to(ROOT).parts)
        and p.suffix in TEXT
        and p.stat().st_size < 2_000_000
    ]


def test_app_starts_nothing_when_imported():
    tree = ast.parse((ROOT / "app/__init__.py").read_text())
    assert [type(node) for node in tree.body] == [ast.Expr]


def test_no_drawer_for_things_without_a_place():
    assert not [p for p in CODE if p.stem in ("utils", "helpers", "common", "misc", "util")]


@pytest.mark.parametrize("layer", ["app/rules", "app/services", "app/courseware", "certificates", "app/web/kit"])
def test_every_public_function_says_what_it_does(layer):
    silent = []
    for path in (ROOT / layer).rglob("*.py"):
        if "assets" in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                short = isinstance(node, ast.FunctionDef) and len(node.body) <= 1
                fields = isinstance(node, ast.ClassDef)
                if not ast.get_docstring(node) and not short and not fields:
                    silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []


def test_files_stay_small_enough_to_hold_in_the_head():
    tables = {ROOT / "app/courseware/messages.py"}  # one entry a message: read by looking up, not from top to bottom
    long = {
        str(p.relative_to(ROOT)): n for p in CODE if p not in tables and (n := len(p.read_text().splitlines())) > 560
    }
    assert long == {}


# Written in two halves, so that this file itself names none of them.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org", "files." + "python"]


def test_no_package_registry_and_no_path_of_one_machine_is_named():
    places = ["/" + "work/", "/" + "root/", "/" + "home/"]
    found = [
        f"{p.relative_to(ROOT)}: {word}"
        for p in tracked()
        for word in HOSTS + places
        if word in p.read_text(encoding="utf-8", errors="ignore")
    ]
    assert found == []


def test_the_lock_files_name_no_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"https?://|file:|--index|--find-links", path.read_text()), path


def test_every_pinned_dependency_stands_in_the_lock():
    wanted = re.findall(r'^\s+"([a-z0-9-]+)(?:\[[a-z]+\])?==([0-9.]+)', (ROOT / "pyproject.toml").read_text(), re.M)
    run = (ROOT / "requirements/run.txt").read_text()
    dev = (ROOT / "requirements/dev.txt").read_text()
    assert len(wanted) > 25
    for name, version in wanted:
        assert f"{name}=={version}" in dev or f"{name}[" in dev, name
    assert "flask==" in run and "pytest" not in run


def test_nothing_promises_what_is_not_there():
    words = re.compile("[Cc]oming " + "soon|[Ll]orem " + "ipsum|TO" + "DO\\b|FIX" + "ME|not implemented " + "yet")
    found = [
        f"{p.relative_to(ROOT)}: {m[0]}"
        for p in tracked()
        if p.suffix in (".py", ".html", ".md") and (m := words.search(p.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert found == []
