"""``paso notices …``: sending the messages that wait, where no worker runs or to see what it does."""

from __future__ import annotations

import click

from app.commands import means
from app.services import notices


@click.group(name="notices")
def group() -> None:
    """Messages to people: invitations, links for new passwords, news of courses and certificates."""


@group.command()
@click.option("--seconds", type=click.FloatRange(min=1), help="stop after about so many; else when nothing is due")
def deliver(seconds: float | None) -> None:
    """Send every message that is due, once, through PASO_SMTP_URL; what fails is tried again by a later call.

    Several may run at once, and beside the worker. Exit status 0: nothing failed. 1: something did. 2: no mail server
    is configured, or it takes nothing.
    """
    with means.office() as (_app, office):
        if office.mailer is None:
            click.echo("PASO_SMTP_URL is not set: no message leaves, and links are handed over by hand.", err=True)
            raise SystemExit(2)
        done = notices.deliver(office, seconds) if seconds else notices.deliver(office)
        left = notices.standing(office)
    click.echo(f"{done.sent} sent, {done.failed} failed, {done.lapsed} thrown away with a link that had ended.")
    click.echo(_standing(left))
    if done.down:
        click.echo(f"The mail server takes nothing: {done.down}", err=True)
        raise SystemExit(2)
    raise SystemExit(1 if done.failed else 0)


@group.command()
def status() -> None:
    """Say how many messages wait, and how many were given up. Exit status 1 if any were."""
    with means.office() as (_app, office):
        found = notices.standing(office)
    click.echo(_standing(found))
    raise SystemExit(1 if found.given_up else 0)


def _standing(found: notices.Queue) -> str:
    since = f", the oldest since {found.oldest:%Y-%m-%d %H:%M} UTC" if found.oldest else ""
    return f"{found.waiting} waiting ({found.due} of them due{since}), {found.given_up} given up."
