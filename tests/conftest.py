"""Real parts for every test: a migrated SQLite file copied in a millisecond, a PostgreSQL server where there is one, and a
browser-like client that checks every page it fetches."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.config import Config
from app.courseware.compiler import compile as compile_course
from app.courseware.course import Course
from app.courseware.source import Source, from_folder
from app.factory import create_app
from app.records.database import db, install
from app.records.migrating import upgrade
from tests.cast import HASHER, Cast, Clock, assemble, office_for, signing_folder
from tests.web.client import Browser
from tests.web.inventory import Page, all_pages

KEY = "k" * 40


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file at the newest schema, made once per worker."""
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    install(engine)
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    path = tmp_path / "paso.db"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, and its address without a database name. Skips, saying so, where there is none."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rpartition("/")[0]
        return
    programs = _postgres_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have PostgreSQL: .ci/run installs it")
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql (tests on SQLite ran)")
    folder = Path("/tmp") / f"paso-pg-{os.getpid()}-{time.time_ns()}"
    folder.mkdir()
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(*command: str) -> None:
        subprocess.run([*as_owner, *command], check=True, capture_output=True, cwd="/")

    call(str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "paso", "--no-sync")
    options = f"-p {port} -k {folder} -c fsync=off -c full_page_writes=off -c listen_addresses=127.0.0.1"
    control = [str(programs / "pg_ctl"), "-D", str(folder / "data")]
    call(*control, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://paso@127.0.0.1:{port}"
    finally:
        call(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A database at the newest schema to make others from."""
    admin = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE paso_template"))
    admin.dispose()
    engine = create_engine(f"{postgres_server}/paso_template")
    upgrade(engine)
    engine.dispose()
    return postgres_server


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    name = f"paso_{time.time_ns()}"
    admin = create_engine(f"{postgres_template}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE paso_template"))
    yield f"{postgres_template}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine_for() -> Iterator[Callable[[str], Engine]]:
    """Make an engine as the application does; it is disposed of after the test."""
    made: list[Engine] = []

    def make(url: str) -> Engine:
        engine = create_engine(url)
        install(engine)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cast(sqlite_url: str, engine_for: Callable[[str], Engine], clock: Clock) -> Iterator[Cast]:
    """Everyone, on SQLite, without the web."""
    with Session(engine_for(sqlite_url), expire_on_commit=False) as session:
        yield assemble(office_for(session, clock), clock)


@pytest.fixture
def cast_on_both(any_url: str, engine_for: Callable[[str], Engine], clock: Clock) -> Iterator[Cast]:
    """Everyone, once on SQLite and once on PostgreSQL."""
    with Session(engine_for(any_url), expire_on_commit=False) as session:
        yield assemble(office_for(session, clock), clock)


def config_for(url: str) -> Config:
    return Config(
        production=False,
        database_url=url,
        secret_keys=(KEY,),
        public_url="http://localhost",
        keys=signing_folder(),
    )


@pytest.fixture
def app(sqlite_url: str, clock: Clock) -> Iterator[Flask]:
    """The whole application on an SQLite file, with the cast in it: ``app.cast``."""
    app = create_app(config_for(sqlite_url), hasher=HASHER, clock=clock)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context():
        app.cast = assemble(office_for(db.session(), clock, public_url="http://localhost"), clock)  # type: ignore[attr-defined]
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser that nobody has signed in with, reading Spanish."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], Browser]:
    """``signed_in("nayeli")``: a browser of their own in which she has signed in."""

    def sign_in(name: str) -> Browser:
        browser: Browser = app.test_client()  # type: ignore[assignment]
        browser.sign_in(f"{name}@paso.example")
        return browser

    return sign_in


@pytest.fixture(scope="session")
def shipped_source() -> Source:
    """The files of the course that we ship."""
    return from_folder(Path(__file__).resolve().parents[1] / "courses/humanitarian-border-security")


@pytest.fixture(scope="session")
def shipped_course(shipped_source: Source) -> Course:
    """The course that we ship, compiled."""
    course = compile_course(shipped_source).course
    assert course is not None
    return course


@pytest.fixture(scope="session")
def every_page(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Page]]:
    """language → every page of everybody (tests/web/inventory.py), read once in a run."""
    own = tmp_path_factory.getbasetemp()
    return all_pages(migrated_file, own, own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own)


@pytest.fixture(scope="session")
def nu() -> Path:
    """The Nu HTML checker. Skips, saying so, where there is none."""
    jar = Path(__file__).parent / "nu/node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.exists() or not shutil.which("java"):
        if os.environ.get("CI"):
            pytest.fail("CI must have the Nu HTML checker: .ci/run installs it")
        pytest.skip("The Nu HTML checker is not installed: npm ci --prefix tests/nu, and Java (every other test ran)")
    return jar


FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser, once per worker. Skips, saying so, where there is none."""
    program = os.environ.get("PASO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: .ci/run installs it")
        pytest.skip("Chromium is not installed: apt-get install chromium (every other test ran)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
