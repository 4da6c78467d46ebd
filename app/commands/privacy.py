"""``paso privacy …``: what is kept for a while only."""

from __future__ import annotations

import click

from app.commands import means
from app.services import retaining


@click.group(name="privacy")
def group() -> None:
    """Personal data."""


@group.command()
@click.option("--dry-run", is_flag=True, help="say what would go, and change nothing")
def retention(dry_run: bool) -> None:
    """Remove what is over by the settings PASO_KEEP_…, as the worker does every few hours."""
    with means.office() as (_app, office):
        found = retaining.due(office) if dry_run else retaining.sweep(office)
        keep = office.settings.keep
    for count, what, setting, days in (
        (found.sign_ins, "sign-ins that nobody used since", "PASO_KEEP_SIGN_INS", keep.sign_ins),
        (found.links, "links that were used or are over", "PASO_KEEP_LINKS", keep.links),
        (found.notices, "texts of messages that were sent", "PASO_KEEP_NOTICES", keep.notices),
        (found.views, "looks and purposes in the log", "PASO_KEEP_VIEWS", keep.views),
    ):
        click.echo(f"{count} {what} ({setting}: {f'{days} days' if days else 'for ever'})")
    click.echo(f"{found.tries} counts of tries that are over")
    click.echo(f"{found.total} would go." if dry_run else f"{found.total} are gone.")
