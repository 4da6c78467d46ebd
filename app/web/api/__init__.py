"""The door of programs: what an institution may read of its own, as JSON, with a key.

Everything here reads and nothing writes. The same services, filters and scopes as the pages of coordinators.
"""

from app.web.api import document, reading
from app.web.api.entry import door

__all__ = ["document", "door", "reading"]
