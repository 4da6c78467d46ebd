"""Paso Seguro, the application.

Read it from the inside out; arrows point down only (import-linter holds this):

* ``courseware`` reads Markdown and makes a course of it. Pure.
* ``rules`` decides: is this event allowed, what is this answer worth, is the officer done, who may do what. Pure.
* ``records`` is what we keep: tables.
* ``services`` is what we do: every verb takes an Office (the means) and an Actor (the person) and commits once.
* ``web`` has a door for each kind of person; ``cli`` is the same house entered from a shell.
* ``factory`` puts it together; ``config`` reads the environment and fails closed.

There is no code in this file on purpose: importing ``app`` starts nothing.
"""
