"""Decisions, as pure functions: no web, no database, no clock (times come in as arguments, aware, in UTC)."""
