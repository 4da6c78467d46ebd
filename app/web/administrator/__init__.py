"""The administrator's door: institutions, people and their roles, certificates, the log, messages.

``home`` shows what needs attention; each other module is a page or two about one thing. Importing
them hangs their routes.
"""

from app.web.administrator import certificates, home, institutions, log, messages, people, privacy, settings
from app.web.administrator.entry import door

__all__ = ["certificates", "door", "home", "institutions", "log", "messages", "people", "privacy", "settings"]
