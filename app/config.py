"""Configuration from the environment: typed, and closed when something needed is missing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.rules.permissions import Role
from app.services.office import Provider

ROOT = Path(__file__).resolve().parents[1]


class ConfigRefused(RuntimeError):
    """The environment does not make a safe configuration; the message says which variable and what to set."""


@dataclass(frozen=True)
class Config:
    """All settings. ``secret_keys``: the first signs, the others are still accepted after a change of key."""

    production: bool
    database_url: str
    secret_keys: tuple[str, ...]
    public_url: str
    instance: Path = ROOT / "instance"
    """the folder of what one machine keeps: database, key, stamps"""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    proxies: int = 0
    """how many reverse proxies in front of us set X-Forwarded-*"""
    demo: bool = False
    smtp_url: str = ""
    mail_from: str = ""
    issuer_en: str = "Paso Seguro"
    issuer_es: str = "Paso Seguro"
    place: str = ""
    signers: tuple[tuple[str, dict[str, str]], ...] = ()
    keys: Path = ROOT / "instance/keys"
    """the folder of the keys that sign certificates"""
    keep_sign_ins: int = 90
    """days, as all that follow but the last; 0 is for ever (services/office.Retention)"""
    keep_links: int = 30
    keep_notices: int = 180
    keep_views: int = 730
    keep_inactive_years: int = 5
    two_steps: frozenset[str] = frozenset()
    """the roles that ask for a second step when signing in"""
    provider: Provider | None = None
    """the institution's own sign-in service"""
    log: str = "text"
    """"json" or "text" """
    metrics: str = ""
    """the token that opens /metrics; "": this machine itself; "off": nobody"""

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, instance: Path | None = None) -> Config:
        """The configuration that *env* (the process's environment) describes. Raises ``ConfigRefused``.

        Outside production an SQLite file and a secret key are made in *instance* (the folder ``instance/``).
        """
        env = os.environ if env is None else env
        instance = instance or Path(env.get("PASO_INSTANCE", "") or ROOT / "instance")
        mode = env.get("PASO_ENV", "development")
        if mode not in ("development", "production"):
            raise ConfigRefused(f"PASO_ENV is {mode!r}; set it to production or development")
        production = mode == "production"
        port = _whole(env, "PASO_PORT", 8000, 1, 65535)
        host = env.get("PASO_HOST", "127.0.0.1")
        public = env.get("PASO_PUBLIC_URL", "" if production else f"http://127.0.0.1:{port}").rstrip("/")
        if production and urlsplit(public).scheme != "https":
            raise ConfigRefused("PASO_PUBLIC_URL must be the https:// address at which people reach the platform")
        database = env.get("PASO_DATABASE_URL", "")
        if not database:
            if production:
                raise ConfigRefused(
                    "PASO_DATABASE_URL is not set; for PostgreSQL: postgresql+psycopg://user:password@host/name, "
                    "for one machine: sqlite:////srv/paso/paso.db"
                )
            instance.mkdir(mode=0o700, parents=True, exist_ok=True)
            database = f"sqlite:///{instance / 'paso.db'}"
        if database.startswith("postgresql://"):
            database = "postgresql+psycopg://" + database.removeprefix("postgresql://")
        demo = env.get("PASO_DEMO", "") == "1"
        if demo and production:
            raise ConfigRefused("PASO_DEMO=1 opens accounts with a known password; it does not start in production")
        return cls(
            production=production,
            database_url=database,
            secret_keys=_keys(env, production, instance),
            public_url=public,
            instance=instance,
            host=host,
            port=port,
            workers=_whole(env, "PASO_WORKERS", max(2, min(os.cpu_count() or 2, 4)), 1, 64),
            proxies=_whole(env, "PASO_PROXIES", 0, 0, 5),
            demo=demo,
            smtp_url=env.get("PASO_SMTP_URL", ""),
            mail_from=env.get("PASO_MAIL_FROM", ""),
            issuer_en=env.get("PASO_ISSUER_EN", "Paso Seguro"),
            issuer_es=env.get("PASO_ISSUER_ES", env.get("PASO_ISSUER_EN", "Paso Seguro")),
            place=env.get("PASO_PLACE", ""),
            signers=_signers(env.get("PASO_SIGNERS", "")),
            keys=Path(env.get("PASO_KEYS", "") or instance / "keys"),
            keep_sign_ins=_whole(env, "PASO_KEEP_SIGN_INS", 90, 0, 36_500),
            keep_links=_whole(env, "PASO_KEEP_LINKS", 30, 0, 36_500),
            keep_notices=_whole(env, "PASO_KEEP_NOTICES", 180, 0, 36_500),
            keep_views=_whole(env, "PASO_KEEP_VIEWS", 730, 0, 36_500),
            keep_inactive_years=_whole(env, "PASO_KEEP_INACTIVE_YEARS", 5, 0, 100),
            two_steps=_two_steps(env.get("PASO_TWO_STEPS", "administrator,coordinator" if production else "")),
            provider=_provider(env, production),
            log=_log(env, production),
            metrics=_metrics(env),
        )


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, "") or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ConfigRefused(f"{name} is {text!r}; set it to a whole number from {least} to {most}")
    return int(text)


def _log(env: Mapping[str, str], production: bool) -> str:
    shape = env.get("PASO_LOG", "") or ("json" if production else "text")
    if shape not in ("json", "text"):
        raise ConfigRefused(f"PASO_LOG is {shape!r}; set it to json or text")
    return shape


def _metrics(env: Mapping[str, str]) -> str:
    token = env.get("PASO_METRICS", "").strip()
    if token not in ("", "off") and len(token) < 16:
        raise ConfigRefused("PASO_METRICS is too short; set it to at least 16 random characters, to off, or to nothing")
    return token


def _keys(env: Mapping[str, str], production: bool, instance: Path) -> tuple[str, ...]:
    """PASO_SECRET_KEY, comma-separated, the newest first. In development one is made and kept, so sessions outlive us."""
    keys = tuple(key.strip() for key in env.get("PASO_SECRET_KEY", "").split(",") if key.strip())
    if keys:
        if any(len(key) < 32 for key in keys):
            raise ConfigRefused("PASO_SECRET_KEY is too short; set it to at least 32 random characters")
        return keys
    if production:
        raise ConfigRefused(
            "PASO_SECRET_KEY is not set; make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = instance / "secret.key"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return (path.read_text().strip(),)
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return (key,)


def _two_steps(text: str) -> frozenset[str]:
    """ "administrator,coordinator"; "none" asks nobody."""
    roles = {part.strip() for part in text.split(",") if part.strip()} - {"none"}
    known = [role.value for role in Role if role is not Role.MACHINE]
    if not roles <= set(known):
        raise ConfigRefused(
            f"PASO_TWO_STEPS is {text!r}; set it to roles of {', '.join(known)}, with commas, or to none"
        )
    return frozenset(roles)


def _provider(env: Mapping[str, str], production: bool) -> Provider | None:
    issuer, client, secret = (env.get(f"PASO_OIDC_{name}", "") for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
    if not issuer and not client:
        return None
    if not (issuer and client and secret):
        raise ConfigRefused(
            "PASO_OIDC_ISSUER, PASO_OIDC_CLIENT_ID and PASO_OIDC_CLIENT_SECRET go together; set all three"
        )
    parts = urlsplit(issuer)
    if (parts.scheme != "https" and (production or parts.scheme != "http")) or not parts.hostname or parts.query:
        raise ConfigRefused("PASO_OIDC_ISSUER must be the https:// address by which the sign-in service names itself")
    english = env.get("PASO_OIDC_NAME_EN", "") or parts.hostname
    names = {"en": english, "es": env.get("PASO_OIDC_NAME_ES", "") or english}
    return Provider(issuer, client, secret, names)


def _signers(text: str) -> tuple[tuple[str, dict[str, str]], ...]:
    """ "Name|role in English|role in Spanish; …" """
    found = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        fields = [field.strip() for field in part.split("|")]
        if len(fields) != 3 or not all(fields):
            raise ConfigRefused("PASO_SIGNERS must read: Name|role in English|role in Spanish; separated by semicolons")
        found.append((fields[0], {"en": fields[1], "es": fields[2]}))
    return tuple(found)
