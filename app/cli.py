"""``paso …``: the house entered from a shell. Run as ``python -m app.cli``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.courseware import compiler, problem
from app.courseware.fix import fix as write_ids
from app.courseware.source import Source, SourceRefused, from_folder


@click.group()
def paso() -> None:
    """Paso Seguro, the training platform for humane border management."""


@paso.group(name="courses")
def courses() -> None:
    """Courses written in Markdown."""


@courses.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of the messages")
@click.option("--format", "shape", type=click.Choice(["text", "json", "sarif"]), default="text")
def check(path: Path, language: str, shape: str) -> None:
    """Check a course: every problem with file, line, column and hint. Exit status 1 on errors."""
    compiled = compiler.compile(_source(path))
    if shape == "json":
        click.echo(json.dumps(problem.to_json(compiled.problems), ensure_ascii=False, indent=2))
    elif shape == "sarif":
        click.echo(json.dumps(problem.to_sarif(compiled.problems, language), ensure_ascii=False, indent=2))
    else:
        for found in compiled.problems:
            click.echo(problem.render(found, language))
        click.echo(problem.summary(compiled.problems, language), err=True)
    raise SystemExit(1 if compiled.errors else 0)


@courses.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def fix(path: Path) -> None:
    """Write the ids that questions, answers and criteria lack into their files, and nothing else."""
    for name, data in write_ids(_source(path)).items():
        (path / name).write_bytes(data)
        click.echo(name)


def _source(path: Path) -> Source:
    try:
        return from_folder(path)
    except SourceRefused as refused:
        raise click.ClickException(str(refused)) from refused


if __name__ == "__main__":
    paso()
