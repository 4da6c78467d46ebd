"""Puts the house together: one Flask application, one Office per request, a door for each kind of person."""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from flask import Flask, Response, g
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Config, ConfigRefused
from app.records.database import db, install
from app.rules.permissions import Grant
from app.services import accounts, keyring, signins
from app.services.office import Office, Retention, Settings
from app.web import account, administrator, api, coordinator, entrance, learner, public, trainer
from app.web.kit import guards, refusals, sessions
from app.web.kit.assets import init_assets
from app.web.kit.errors import answer, init_errors
from app.web.kit.headers import HSTS, init_headers
from app.web.kit.i18n import init_i18n
from app.web.kit.logs import init_logs
from app.web.kit.metrics import init_metrics
from app.web.kit.requestids import init_requestids
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
    init_requestids(app)
    init_logs(app)
    init_metrics(app, "account.sign_in_now")
    init_assets(app, more={"Strict-Transport-Security": HSTS} if config.https else None)
    init_headers(app, https=config.https)

    @app.before_request
    def open_office() -> None:
        g.office = office()

    sessions.init_sessions(app, lambda token: signins.signed_in(office(), token), https=config.https)
    init_i18n(app, _language, _time_zone, _remember_language)
    init_templates(app)
    init_reading(app)
    init_practicedays(app)
    init_surveys(app)
    init_errors(app, refusals.words)

    @app.errorhandler(OperationalError)
    def without_database(error: OperationalError) -> Response:
        # away, being started anew, read only, or its disk full: nothing was kept, and the same may be tried again
        app.logger.error("the database did not take it: %s", error.orig)
        response = answer(503)
        response.headers["Retry-After"] = "30"
        return response

    for door in DOORS:
        app.register_blueprint(door)
    guards.lock(app, _grants, entrance.first)

    @app.context_processor
    def who() -> dict[str, Any]:
        return {"person": entrance.visitor(), "nav": entrance.ways(), "demo": config.demo}

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
        secrets=tuple(key.encode() for key in config.secret_keys),
        two_steps=config.two_steps,
        provider=config.provider,
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


def _grants() -> tuple[Grant, ...] | None:
    who = entrance.visitor()
    return who.grants if who else None
