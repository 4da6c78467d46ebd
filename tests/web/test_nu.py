"""The Nu HTML checker finds no error in any page, any text of a course or any style sheet."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.courseware.course import Course
from tests.web.inventory import Page

STATIC = Path(__file__).resolve().parents[2] / "app/static"


def errors(jar: Path, *arguments: str) -> list[str]:
    """What the checker says of files, one line an error."""
    command = [
        "java",
        "-Xss4m",
        "-jar",
        str(jar),
        "--errors-only",
        "--format",
        "json",
        "--exit-zero-always",
        *arguments,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    messages = json.loads(said)["messages"]
    return [
        f"{Path(one['url']).name}, line {one.get('lastLine')}: {one['message']} {one.get('extract', '')}"
        for one in messages
    ]


def saved(folder: Path, pages: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Put (what it is, HTML) into files of *folder*. Returns what each file is."""
    names = {}
    for number, (what, html) in enumerate(pages):
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
        names[f"{number}.html"] = what
    return names


def test_no_page_has_an_error_in_either_language(every_page: dict[str, list[Page]], nu: Path, tmp_path: Path) -> None:
    names = saved(tmp_path, ((str(page), page.html) for pages in every_page.values() for page in pages))
    found = errors(nu, str(tmp_path))
    assert found == [], "\n".join(f"{names[line.partition(',')[0]]}: {line}" for line in found[:40])


def test_no_text_of_the_shipped_course_has_one(shipped_course: Course, nu: Path, tmp_path: Path) -> None:
    def texts() -> Iterable[tuple[str, str]]:
        for module in shipped_course.modules:
            for lesson in module.lessons:
                for language, page in lesson.pages.items():
                    body = "".join(block.html for block in page.blocks)
                    head = f'<!DOCTYPE html><html lang="{language}"><head><title>x</title></head>'
                    yield f"{module.id}/{lesson.id}.{language}", f"{head}<body><h1>x</h1>{body}</body></html>"

    names = saved(tmp_path, texts())
    assert len(names) > 100
    found = errors(nu, str(tmp_path))
    assert found == [], "\n".join(f"{names[line.partition(',')[0]]}: {line}" for line in found[:40])


def test_no_style_sheet_has_one(nu: Path) -> None:
    sheets = sorted(map(str, STATIC.rglob("*.css")))
    assert len(sheets) >= 2
    assert errors(nu, "--css", *sheets) == []


@pytest.mark.parametrize("wrong", ["<p><div>x</div></p>", "<button><a href=x>y</a></button>", '<img src="x">'])
def test_the_checker_does_find_errors(nu: Path, tmp_path: Path, wrong: str) -> None:
    saved(
        tmp_path,
        [("wrong", f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{wrong}</body></html>')],
    )
    assert errors(nu, str(tmp_path))
