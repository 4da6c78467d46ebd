"""The WSGI application, for any server: ``gunicorn wsgi:app``. ``paso serve`` runs the same with our settings."""

from app.factory import create_app

app = create_app()
