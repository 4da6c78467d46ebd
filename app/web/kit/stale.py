"""A form whose token does not fit any more: the page was open while somebody signed in or out, or cookies went.

What was typed into it is offered again (kit.typed), to the person whose form it was and to nobody else, and only if a page
of ours sent it: another site could otherwise have a form filled in for whom it lures here, and need but one press.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError

from app.rules.permissions import may_enter
from app.web.kit import typed
from app.web.kit.errors import answer, wants_json
from app.web.kit.guards import permission_of

EXPIRED = 419
"""no standard has this number, but what reads logs knows it"""


def init_stale(app: Flask, whose: Callable[[], str | None], sign_in_first: Callable[[], Response]) -> None:
    """Answer forms that cannot be trusted. *whose* tells who is signed in, or None; *sign_in_first* sends a visitor there.

    Programs get 400 with the code "csrf", as they always did: devices in the field know it.
    """

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> Response:
        if wants_json():
            return answer(400, code="csrf")
        ours = typed.from_here()
        if ours is False:
            return answer(403, code="cross-site")
        who = whose()
        carried = request.form.get("kept", "")
        if who is None and (carried or not may_enter(permission_of(app, request.endpoint or "") or "visit", None)):
            return sign_in_first()
        waiting = typed.opened(carried, who) if who and carried else None
        if waiting is not None:  # signed in in another tab, then here
            return offer(waiting)
        what = typed.sent()
        mark = what.mark if what else ""
        mine = who is not None and typed.made_for(mark, who)
        anothers = typed.is_somebodys(mark) and not mine
        if what is None or anothers:
            return answer(EXPIRED, code="anothers" if anothers else "")
        return answer(EXPIRED, typed=what, again=bool(mine or ours))


def offer(what: typed.Typed) -> Response:
    """The page that shows somebody who has just signed in again what they had typed, and sends it at a press."""
    response = answer(EXPIRED, code="signed-in", typed=what, again=True)
    response.status_code = 200
    return response
