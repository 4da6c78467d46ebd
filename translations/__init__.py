"""What translators write: the interface in each language. ``catalogue.py`` keeps it in step with the code."""
