"""The commands of ``paso``, a group a module; :mod:`app.cli` hangs them."""
