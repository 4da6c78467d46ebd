"""``paso search …``: the index in which courses are searched."""

from __future__ import annotations

import click

from app.commands import means
from app.services import searching


@click.group(name="search")
def group() -> None:
    """The index in which courses are searched."""


@group.command()
def rebuild() -> None:
    """Make the index anew, of every edition that is learned. It is kept by itself; this is for when it was damaged."""
    with means.office() as (_app, office):
        entered = searching.fill(office, anew=True)
    click.echo(f"{entered} editions are in the index.")
