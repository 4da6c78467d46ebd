"""``paso …``: the house entered from a shell. Run as ``python -m app.cli``."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from app import booklets
from app.commands import (
    audit,
    backups,
    certificates,
    doctor,
    means,
    notices,
    privacy,
    rosters,
    search,
    settings,
    surroundings,
)  # fmt: skip
from app.config import ROOT, Config, ConfigRefused
from app.courseware import compiler, explaining, fix, importing, problem
from app.courseware.source import Source, SourceRefused, from_folder, from_zip
from app.factory import create_app, engine_of, settings_of
from app.records import migrating
from app.records.database import db
from app.rules.errors import DomainError, Refused
from app.services import opening, publishing, searching
from app.services.demo import story
from app.services.demo.casting import PASSWORD, SIGN_INS
from app.services.office import Office
from app.serving import is_handed_a_socket, port_is_free, serve, start_beside, work

SHIPPED = ROOT / "courses"


@click.group()
def paso() -> None:
    """Paso Seguro, the training platform for humane border management."""


# Serving ------------------------------------------------------------------------------------------------------------------


@paso.command()
@click.option("--port", type=int, help="instead of PASO_PORT")
def run(port: int | None) -> None:
    """A working demo: database, courses, people, server. Everything it needs is made; a second run keeps the data."""
    config = _demo_config(port)
    _port_or_stop(config)
    started = time.monotonic()
    app = create_app(config)
    _prepare(app, config)
    click.echo(f"Ready after {time.monotonic() - started:.1f} s.")
    worker = start_beside("from app.cli import demo_worker; demo_worker()")
    try:
        serve(lambda: create_app(config), config, lambda: _announce(config))
    finally:
        worker.terminate()


def _demo_config(port: int | None = None) -> Config:
    env = {**os.environ, "PASO_DEMO": "1"}
    if port:
        env["PASO_PORT"] = str(port)
        os.environ["PASO_PORT"] = str(port)
    return Config.from_env(env)


def _port_or_stop(config: Config) -> None:
    if not is_handed_a_socket() and not port_is_free(config.host, config.port):
        raise click.ClickException(
            f"Port {config.port} on {config.host} is in use. Stop what uses it, or choose another: "
            f"PASO_PORT={config.port + 1} make run"
        )


def _prepare(app: Flask, config: Config) -> None:
    """Migrate, publish what changed in courses/, fill the demo once."""
    engine, settings = engine_of(app), settings_of(config)
    fresh = not migrating.is_current(engine)
    if fresh:
        click.echo("Preparing the database …")
        migrating.upgrade(engine)
    now = dt.datetime.now(dt.UTC)
    with app.app_context():
        # the demo's history needs a course that was there when it began
        moment = story.opening(now) if fresh else now
        office = Office(db.session(), lambda: moment, settings)
        for folder in sorted(p.parent for p in SHIPPED.glob("*/course.yaml")):
            _publish(office, folder, config.instance / f"{folder.name}.stamp")
        searching.fill(office)
        summary = story.fill(
            lambda at: Office(db.session(), lambda: at, settings), "humanitarian-border-security", now=now
        )
        if summary.filled:
            click.echo(
                f"Demo: {summary.institutions} institutions, {summary.people} people, {summary.certificates} certificates."
            )


def _publish(office: Office, folder: Path, stamp: Path) -> None:
    """Publish a shipped course unless neither it nor the compiler changed since the last time (the stamp says)."""
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.*"), *(ROOT / "app/courseware").rglob("*.py")]):
        digest.update(path.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    edition = publishing.publish_source(office, from_folder(folder))
    stamp.write_text(digest.hexdigest())
    click.echo(f"Course {folder.name}: edition {edition.number}.")


def _announce(config: Config) -> None:
    click.echo(f"\nPaso Seguro is at http://{config.host}:{config.port}/   (Ctrl+C stops it)\n")
    for role, address in SIGN_INS.items():
        click.echo(f"  {role:<14} {address}")
    click.echo(f"  {'password':<14} {PASSWORD}\n")


def demo_worker() -> None:
    """The worker of the demo, in a process of its own."""
    config = _demo_config()
    app = create_app(config)
    work(app, db.session, config, settings_of(config))


@paso.command(name="serve")
@click.option("--with-worker", is_flag=True, help="also run the worker beside the server")
def serve_command(with_worker: bool) -> None:
    """The production server, configured by the environment (README, "For real")."""
    config = means.config()
    _port_or_stop(config)
    file = surroundings.database_file(config)
    if file is not None and file.exists() and not os.access(file, os.W_OK):
        raise click.ClickException(f"{file} cannot be written to: its disk is read only, or it is another user's.")
    app = create_app(config)
    if not migrating.is_current(engine_of(app)):
        raise click.ClickException("The database is not at the newest schema. Run: paso db upgrade")
    worker = start_beside("from app.cli import run_worker; run_worker()") if with_worker else None
    try:
        serve(lambda: create_app(config), config)
    finally:
        if worker:
            worker.terminate()


@paso.command()
def worker() -> None:
    """Close exams whose time is over, send messages: run one beside the server."""
    run_worker()


def run_worker() -> None:
    """The worker, until stopped."""
    config = means.config()
    work(create_app(config), db.session, config, settings_of(config))


# Database -----------------------------------------------------------------------------------------------------------------


@paso.group(name="db")
def database() -> None:
    """The database."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest schema, whole or not at all."""
    migrating.upgrade(engine_of(create_app(means.config())))
    click.echo("The database is at the newest schema.")
    with means.office() as (_app, office):
        entered = searching.fill(office)
    if entered:
        click.echo(f"{entered} editions can be searched now.")


@paso.group(name="people")
def people_group() -> None:
    """Accounts."""


@people_group.command()
@click.argument("email")
@click.argument("name")
@click.option("--institution", required=True, help="official name of the institution that runs the platform")
@click.option("--country", required=True, help="its ISO code, such as PA")
@click.option("--language", type=click.Choice(["en", "es"]), default="es")
def administrator(email: str, name: str, institution: str, country: str, language: str) -> None:
    """Open the first administrator's account and print the link with which they choose a password."""
    with means.office() as (_app, office):
        try:
            link = opening.first_administrator(office, email, name, institution, country.upper(), language)
        except Refused as no:
            raise click.ClickException(no.code) from no
    click.echo(link)


# Courses ------------------------------------------------------------------------------------------------------------------


@paso.group(name="courses")
def courses() -> None:
    """Courses written in Markdown."""


def _source(path: Path) -> Source:
    try:
        return from_folder(path) if path.is_dir() else from_zip(path.read_bytes())
    except SourceRefused as no:
        raise click.ClickException(str(no)) from no


@courses.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of the messages")
@click.option("--format", "shape", type=click.Choice(["text", "json", "sarif"]), default="text")
def check(path: Path, language: str, shape: str) -> None:
    """Check a course (a folder or a zip): every problem with file, line, column and hint. Exit status 1 on errors."""
    compiled = compiler.compile(_source(path))
    if shape == "json":
        click.echo(json.dumps(problem.to_json(compiled.problems), ensure_ascii=False, indent=2))
    elif shape == "sarif":
        click.echo(json.dumps(problem.to_sarif(compiled.problems), ensure_ascii=False, indent=2))
    else:
        for found in compiled.problems:
            click.echo(problem.render(found, language))
        errors = len(compiled.errors)
        warnings = len(compiled.problems) - errors
        if language == "es":
            click.echo(f"{errors} errores, {warnings} advertencias.")
        else:
            click.echo(f"{errors} errors, {warnings} warnings.")
    raise SystemExit(1 if compiled.errors else 0)


@courses.command(name="explain")
@click.argument("code")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of the explanation")
def explain_command(code: str, language: str) -> None:
    """Say what a problem's CODE means, with a wrong and a right example."""
    told = explaining.explain(code, language)
    if told is not None:
        click.echo(explaining.render(told, language))
        return
    near = explaining.nearest_code(code)
    if language == "es":
        guess = f" ¿Quiso decir «{near}»?" if near else ""
        raise click.ClickException(f"No existe el código «{code}».{guess}")
    guess = f"; did you mean “{near}”?" if near else "."
    raise click.ClickException(f"There is no code “{code}”{guess}")


@courses.command(name="fix")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
def fix_command(path: Path) -> None:
    """Write the ids that authors left out, and nothing else."""
    changed = fix.fix(_source(path))
    for name, content in changed.items():
        (path / name).write_bytes(content)
        click.echo(name)
    click.echo(f"{len(changed)} files changed.")


@courses.command(name="import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--from", "kind", type=click.Choice(["auto", *importing.KINDS]), default="auto", help="what the file is")
@click.option(
    "--language", type=click.Choice(["en", "es"]), required=True, help="of the questions, and of what is said"
)
@click.option("--prefix", required=True, help="with which the new questions' ids begin, such as hr")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="file to write; else the screen")
def import_command(path: Path, kind: Any, language: str, prefix: str, target: Path | None) -> None:
    """Turn a bank of another system (a file, or a folder of OLX) into our Markdown, with an account of every question.

    Exit status 1 if a question was refused.
    """
    data = from_folder(path) if path.is_dir() else {path.name: path.read_bytes()}
    try:
        imported = importing.import_bank(data, kind, language, prefix)
    except ValueError as no:
        raise click.ClickException(str(no)) from no
    for entry in imported.entries:
        click.echo(importing.render(entry, language), err=True)
    for note in imported.notes:
        click.echo(importing.message(note, language), err=True)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in imported.counts.items()), err=True)
    if target:
        target.write_text(f"---\ntitle: {path.stem}\n---\n{imported.markdown}", encoding="utf-8")
    else:
        click.echo(imported.markdown)
    raise SystemExit(1 if imported.counts["refused"] or (imported.notes and not imported.entries) else 0)


@courses.command(name="export")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.argument("module")
@click.option("--language", type=click.Choice(["en", "es"]), required=True)
def export_command(path: Path, module: str, language: str) -> None:
    """Write a module's question bank ("exam" for the final one) as GIFT, which Moodle reads."""
    course = compiler.compile(_source(path)).course
    found = course.module(module) if course else None
    if course is None or (found is None and module != "exam"):
        raise click.ClickException(f"There is no module {module!r}.")
    exported = importing.export_gift(course, found.quiz if found else course.exam, language)
    for left in exported.left_out:
        click.echo(f"{left.id}: {importing.message(left.note, language)}", err=True)
    click.echo(exported.text)


@courses.command(name="booklet")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.argument("module")
@click.option("--language", type=click.Choice(["en", "es"]), required=True)
@click.option(
    "--country", default="", help="ISO code: whose entries stand in the boxes; without it they are left empty"
)
@click.option("--paper", type=click.Choice(list(booklets.PAPERS)), default="letter")
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="file to write; else MODULE-LANGUAGE.pdf"
)
@click.option("--for-trainers", is_flag=True, help="add the trainers' key to the practical sheet: not to be handed out")
def booklet_command(
    path: Path, module: str, language: str, country: str, paper: str, target: Path | None, for_trainers: bool
) -> None:
    """Print a module as a booklet (PDF), with its questions, its simulation, and a key apart."""
    compiled = compiler.compile(_source(path))
    found = compiled.course.module(module) if compiled.course else None
    if compiled.course is None or found is None:
        known = ", ".join(one.id for one in compiled.course.modules) if compiled.course else ""
        raise click.ClickException(f"There is no module {module!r}. Modules: {known}")
    to = target or Path(f"{module}-{language}.pdf")
    to.write_bytes(
        booklets.booklet(
            compiled.course,
            found,
            language,
            compiled.media.get,
            country=country.upper(),
            paper=paper,
            for_trainers=for_trainers,
        )
    )
    click.echo(f"{to}")


@courses.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def publish(path: Path) -> None:
    """Publish a course (a folder or a zip) as a new edition; unchanged, it stays as it is."""
    with means.office() as (_app, office):
        try:
            edition = publishing.publish_source(office, _source(path))
        except DomainError as no:
            raise click.ClickException(f"Not published ({no}). Run: paso courses check {path}") from no
        click.echo(f"{edition.course_id}: edition {edition.number}")


paso.add_command(certificates.group)
paso.add_command(notices.group)
paso.add_command(rosters.group)
paso.add_command(audit.group)
paso.add_command(privacy.group)
paso.add_command(search.group)
paso.add_command(doctor.command)
paso.add_command(settings.command)
paso.add_command(backups.backup)
paso.add_command(backups.restore)


def main() -> None:
    """The entry of ``python -m app.cli``."""
    try:
        paso()
    except ConfigRefused as no:
        click.echo(f"Error: {no}", err=True)
        raise SystemExit(1) from no
    except OperationalError as no:
        click.echo(f"Error: the database cannot be used: {no.orig}", err=True)
        raise SystemExit(1) from no


if __name__ == "__main__":
    main()
