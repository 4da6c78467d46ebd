"""``paso certificates …``: keys, the register, and whether a file is genuine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import click

from app.commands import means
from app.services import keyring, proving, register
from app.web import takeaway

EXIT = {"valid": 0, "unknown": 2, "cannot-tell": 2, "withdrawn": 2}
"""every other outcome is 1: not valid"""

ROOT = click.option(
    "--root",
    "root_folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="folder of the root's private key, on a medium that you lock away afterwards",
)


@click.group(name="certificates")
def group() -> None:
    """Certificates: signing keys, register, verification."""


# Keys -----------------------------------------------------------------------------------------------------------------


@group.group()
def keys() -> None:
    """The keys that sign certificates, in PASO_KEYS."""


@keys.command()
@ROOT
def init(root_folder: Path) -> None:
    """Make a root in --root and a first generation of signing keys in PASO_KEYS. Once in the life of a platform."""
    config = means.config()
    made = _keys(lambda: keyring.create(config.keys, root_folder, config.issuer_en, dt.datetime.now(dt.UTC)))
    click.echo(f"Signing keys {made.signing.name} in {config.keys}.")
    click.echo(f"Fingerprint of the root (SHA-256), to be published and compared: {made.public.fingerprint}")
    click.echo(f"Now take {root_folder} off this machine and lock it away: you need it only to rotate.")


@keys.command()
@ROOT
def rotate(root_folder: Path) -> None:
    """Sign with new keys from now on. Certificates issued before stay valid."""
    config = means.config()
    made = _keys(lambda: keyring.rotate(config.keys, root_folder, config.issuer_en, dt.datetime.now(dt.UTC)))
    click.echo(f"Signing keys {made.signing.name} in {config.keys}; {len(made.public.papers)} generations verify.")
    click.echo("Restart the server and its worker: they sign with the keys that they were started with.")


@keys.command(name="check")
def check_keys() -> None:
    """Say whether the keys can sign, and since when they do. Exit status 1 if they cannot or are due for rotation."""
    config = means.config()
    found = _keys(lambda: keyring.open_ring(config.keys, None, config.issuer_en))
    due = found.signing.since + dt.timedelta(days=keyring.SIGNING_DAYS)
    click.echo(
        f"Signing keys {found.signing.name}, readable by their owner alone; {len(found.public.papers)} generations."
    )
    click.echo(f"Fingerprint of the root (SHA-256): {found.public.fingerprint}")
    if due <= dt.datetime.now(dt.UTC).date():
        raise click.ClickException(f"They have signed since {found.signing.since}: rotate them.")
    click.echo(f"Rotate them before {due}.")


def _keys(deed: Callable[[], keyring.Keys]) -> keyring.Keys:
    try:
        return deed()
    except keyring.KeysRefused as no:
        raise click.ClickException(keyring.explain(no)) from no


# The register ---------------------------------------------------------------------------------------------------------


@group.group(name="register")
def register_group() -> None:
    """The register of everything issued, replaced and revoked."""


@register_group.command(name="check")
@click.option("--expect", default="", help="an earlier “register head”: the register must still contain it")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of what was found")
def check_register(expect: str, language: str) -> None:
    """Read the whole register and compare it with the certificates. Exit status 1 if anything was changed."""
    with means.office() as (_app, office):
        report = register.check(office, expect)
    click.echo(f"{report.entries} entries, {report.certificates} certificates; {len(report.findings)} findings.")
    for finding in report.findings:
        click.echo(f"  {finding.said(language)}")
    click.echo(f"head {report.head}")
    raise SystemExit(1 if report.findings else 0)


@register_group.command()
def head() -> None:
    """Print where the register ends. Write it down elsewhere every day: then nobody can rewrite the register unnoticed."""
    with means.office() as (_app, office):
        click.echo(register.head(office))


# Verification ---------------------------------------------------------------------------------------------------------


@group.command()
@click.argument("what")
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="check a file with this root certificate alone, without the platform's database",
)
@click.option("--language", type=click.Choice(["en", "es"]), default="en")
def verify(what: str, root: Path | None, language: str) -> None:
    """Say what a certificate is worth: a PDF FILE, its CODE or address, or what a SCAN of its square code gave.

    Exit status 0: valid. 1: not valid (expired, replaced, revoked, altered, not ours). 2: cannot tell.
    """
    path = Path(what)
    if root is not None:
        try:
            content = path.read_bytes()
            proof = proving.with_root(content, root.read_bytes(), dt.datetime.now(dt.UTC).date())
        except (OSError, ValueError) as no:
            click.echo(str(no), err=True)
            raise SystemExit(2) from no
    else:
        with means.office() as (_app, office):
            proof = proving.of_file(office, path.read_bytes()) if _is_file(path) else proving.of_text(office, what)
    for line in proving.lines(proof, language):
        click.echo(line)
    raise SystemExit(EXIT.get(proof.outcome, 1))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # what a scan gave is longer than any name may be
        return False


@group.command(name="export-verifier")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_verifier(folder: Path) -> None:
    """Write to FOLDER a page that verifies certificates from a disk, for computers that are never connected.

    Beside it, the root's certificate and the list of revoked and replaced certificates, which may be renewed alone.
    """
    with means.office() as (app, office):
        files = takeaway.files(app, office)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        click.echo(f"{folder / name}: {len(content):,} bytes")
