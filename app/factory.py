"""Puts the house together: one Flask application, one Office per request, a door for each kind of person."""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from flask import Flask, g
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Config, ConfigRefused
from app.records.database import db, install
from app.rules.permissions import Grant
from app.services import accounts, keyring
from app.services.office import Office, Retention, Settings
from app.web import account, administrator, api, coordinator, entrance, learner, public, trainer
from app.web.kit import guards, refusals, sessions
from app.web.kit.assets import init_assets
from app.web.kit.errors import init_errors
from app.web.kit.headers import init_headers
from app.web.kit.i18n import init_i18n
from app.web.kit.stale import init_stale
from app.web.kit.templates import init_templates
from app.web.practicedays import init_practicedays
from app.web.reading import init_reading
from app.web.surveys import init_surveys

DOORS = (public.door, account.door, learner.door, trainer.door, coordinator.door, administrator.door, api.door)


def create_app(config: Config | None = None, *, hasher: PasswordHasher | None = None, clock: Any = None) -> Flask:
    """The WSGI application of *config* (that of the environment by default).

    *hasher* and *clock* are for tests: cheaper passwords, another time. Raises ``ConfigRefused`` and ``guards.Undeclared``.
    """
    config = config or Config.from_env()
    app = Flask("app", static_folder=None, root_path=__file__.rpartition("/")[0])
    app.config.update(
        SECRET_KEY=config.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(config.secret_keys[1:]),
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config.database_url),
        MAX_CONTENT_LENGTH=60 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    app.extensions["paso.config"] = config
    db.init_app(app)
    with app.app_context():
        install(db.engine)
    settings = settings_of(config)
    made: dict[str, Any] = {key: value for key, value in (("hasher", hasher), ("clock", clock)) if value is not None}

    def office() -> Office:
        return Office(db.session(), settings=settings, **made)

    app.extensions["paso.office"] = office
    init_assets(app)
    init_headers(app, https=config.https)

    @app.before_request
    def open_office() -> None:
        g.office = office()

    sessions.init_sessions(app, lambda token: accounts.signed_in(office(), token), https=config.https)
    init_i18n(app, _language, _time_zone, _remember_language)
    init_templates(app)
    init_reading(app)
    init_practicedays(app)
    init_surveys(app)
    init_errors(app, refusals.words)
    for door in DOORS:
        app.register_blueprint(door)
    guards.lock(app, _grants, account.sign_in_first)
    init_stale(app, _whose, account.sign_in_first)

    @app.context_processor
    def who() -> dict[str, Any]:
        return {"person": entrance.visitor(), "nav": entrance.ways(), "seek": entrance.seek, "demo": config.demo}

    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies)  # type: ignore[method-assign]
    return app


def settings_of(config: Config) -> Settings:
    """What services need of *config*. Raises ``ConfigRefused`` if the keys of certificates cannot be used."""
    try:
        root = None if config.production else config.instance / "root-keys"
        keys = keyring.open_ring(config.keys, root, config.issuer_en)
    except keyring.KeysRefused as no:
        raise ConfigRefused(keyring.explain(no)) from no
    return Settings(
        keys=keys,
        public_url=config.public_url,
        demo=config.demo,
        issuer={"en": config.issuer_en, "es": config.issuer_es},
        place=config.place,
        signers=config.signers,
        rescue=tuple(key.encode() for key in config.secret_keys),
        mail=bool(config.smtp_url),
        keep=Retention(
            sign_ins=config.keep_sign_ins,
            links=config.keep_links,
            notices=config.keep_notices,
            views=config.keep_views,
            inactive_years=config.keep_inactive_years,
        ),
    )


def engine_of(app: Flask) -> Engine:
    """The database engine of *app*."""
    with app.app_context():
        return db.engine


def _engine_options(url: str) -> dict[str, Any]:
    quiet = {"hide_parameters": True}  # what is written about people does not belong into the log of an error
    if url.startswith("sqlite"):
        return quiet
    return {**quiet, "pool_pre_ping": True, "pool_size": 5, "max_overflow": 5}


def _language() -> str | None:
    who = entrance.visitor()
    return who.language if who else None


def _time_zone() -> str | None:
    who = entrance.visitor()
    return who.time_zone if who else None


def _remember_language(language: str) -> None:
    who = entrance.visitor()
    if who is not None:
        accounts.set_language(entrance.office(), who, language)


def _whose() -> str | None:
    who = entrance.visitor()
    return str(who.person_id) if who else None


def _grants() -> tuple[Grant, ...] | None:
    who = entrance.visitor()
    return who.grants if who else None
