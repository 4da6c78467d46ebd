"""Rescue files: the form that asks for one, and the pages on which coordinators and trainers bring those of their officers.

:func:`hang` puts these pages behind a door.
"""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import bringing, rescue
from app.web import entrance, receiving
from app.web.kit import refusals
from app.web.kit.forms import Extension, Form, Required, Upload
from app.web.kit.guards import Door
from app.web.kit.i18n import _, lazy


class RescueForm(Form):
    file = Upload(
        lazy("Rescue file"),
        [Required(lazy("Choose the file that the device without a connection made.")), Extension("paso")],
        description=lazy("It ends in .paso. Only the platform can read it."),
    )


def hang(door: Door, may: str, home: str) -> None:
    """Put the pages behind *door*, for those who hold *may* ("assist exams" or "sign practice"). *home* is the endpoint
    from which one comes.
    """

    def page(form: Form, status: int = 200) -> ResponseReturnValue:
        body = render_template("running/rescue.html", form=form, home=home, trains=may == "sign practice")
        return make_response(body, status)

    @door.get("/rescue", may=may)
    def rescue_file() -> ResponseReturnValue:
        """Ask for the file that an officer's device made."""
        return page(RescueForm(formdata=None))

    @door.post("/rescue", may=may)
    def rescue_file_now() -> ResponseReturnValue:
        """Count what is in it for its officers; who brings it sees names and counts, and nothing else."""
        office, form = entrance.office(), RescueForm()
        if not form.validate_on_submit():
            return page(form, 422)
        content = form.file.data.stream.read(rescue.LARGEST + 1)
        try:
            found = bringing.bring(
                office,
                entrance.actor(),
                may,
                content,
                lambda who, events: receiving.taken(office, who, events, None, receiving.FROM_FILE),
            )
        except Refused as no:
            form.file.errors = [refusals.words(no)]
            return page(form, 422)
        for one in found:
            flash(
                _(
                    "%(name)s. Counted now: %(counted)s. Counted before: %(known)s. Not counted: %(rest)s.",
                    name=one.name,
                    counted=one.counted,
                    known=one.known,
                    rest=one.rest,
                ),
                "ok",
            )
        return redirect(url_for(".rescue_file"), 303)
