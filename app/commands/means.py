"""What commands work with: the configuration, and an Office with a database at the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from app.config import Config, ConfigRefused
from app.factory import create_app, settings_of
from app.records import migrating
from app.records.database import db
from app.services.office import Office
from app.serving import office_of


def config() -> Config:
    """The configuration of the environment; stops the command with a message if it does not make one."""
    try:
        return Config.from_env()
    except ConfigRefused as no:
        raise click.ClickException(str(no)) from no


@contextmanager
def office() -> Iterator[tuple[Flask, Office]]:
    """The application and an Office in its context."""
    app = create_app()
    made: Config = app.extensions["paso.config"]
    with app.app_context():
        if not migrating.is_current(db.engine):
            raise click.ClickException("The database is not at the newest schema. Run: paso db upgrade")
        yield app, office_of(db.session(), made, settings_of(made))
