"""Markdown in, course out. Pure: no web, no database, no clock, no network.

The way of a course through it: ``source`` (folder, zip or drafts, as bytes) → ``settings`` and ``layout`` (what each file
is) → ``pages`` (each page in each language: ``markdown`` parses, ``walk`` checks) → ``questions``, ``scenarios``,
``parts`` (what pages hold) → ``draft`` (all of it, language beside language) → ``assembly`` (one ``course``). ``parity``
compares the languages and ``lint`` looks at the whole; every mistake anywhere becomes a ``problem`` with file, line and
column. ``compiler.compile`` is the door; ``fix`` writes the ids that authors leave out.
"""
