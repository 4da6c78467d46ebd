"""What whoever watches over the platform needs to see of signing in, in the log: what happened and to which account, by ids
and fingerprints. No name, no address, no secret; the audit log has the deeds themselves.
"""

from __future__ import annotations

import logging

log = logging.getLogger("paso.security")


def noted(event: str, **ids: object) -> None:
    """Log *event* ("sign-in.refused") with *ids* of what it was about."""
    log.info("%s %s", event, " ".join(f"{name}={value}" for name, value in sorted(ids.items())))
