"""Markdown in, course out. Pure: no web, no database, no clock, no network."""
