"""Compiling the shipped course, beside markdown-it alone on the same text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from app.courseware.compiler import compile as compile_course
from app.courseware.source import from_folder
from benchmarks.measuring import Measured, beside

FOLDER = Path(__file__).resolve().parents[1] / "courses/humanitarian-border-security"


def run() -> Iterator[Measured]:
    """One row."""
    source = from_folder(FOLDER)
    texts = [source[path].decode() for path in source if path.endswith(".md")]
    bare = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    yield beside(
        "compile the whole course",
        lambda: compile_course(source),
        "markdown-it, parse and render",
        lambda: [bare.render(text) for text in texts],
        target=1.5,
        times=1,
        floor_times=1,
        rounds=5,
        note=f"  {sum(map(len, texts)) / 1000:.0f} kB",
    )
