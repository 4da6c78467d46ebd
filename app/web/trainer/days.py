"""Practice days of a trainer's cohorts: planned, then held with a phone in the hand: who came, which sheets are signed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import practicedays as services
from app.services.practicedays import Said
from app.web import entrance, practicedays, surveys
from app.web.kit import refusals
from app.web.kit.forms import clean, confirmed, one_line
from app.web.kit.i18n import _, ngettext
from app.web.trainer.door import door


def trail(cohort: Any) -> Sequence[tuple[str, str]]:
    """From the trainer's first page to a cohort."""
    return [(_("Teaching"), url_for(".home")), (cohort.name, url_for(".cohort", cohort=cohort.id))]


practicedays.hang(door, "sign practice", "sign practice", trail)
surveys.hang(door, "sign practice", trail)


# The list of a day ----------------------------------------------------------------------------------------------------


@door.get("/cohorts/<uuid:cohort>/days/<uuid:day>/", may="sign practice")
def cohort_day(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
    """A practice day: who came, and whose sheets are signed."""
    return _day_page(cohort, day)


def _day_page(
    cohort: uuid.UUID,
    day: uuid.UUID,
    *,
    said: Mapping[uuid.UUID, Said] | None = None,
    clashes: Mapping[uuid.UUID, str] | None = None,
    fault: str = "",
    reason: str = "",
    reason_fault: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page; with what was *said* in a form that could not be kept as a whole."""
    roll = services.roll(entrance.office(), entrance.actor(), cohort, day, "sign practice")
    page = render_template(
        "practicedays/day.html",
        roll=roll,
        trail=trail(roll.day.cohort),
        said=said or {},
        clashes=clashes or {},
        fault=fault,
        reason=reason,
        reason_fault=reason_fault,
        states=services.STATES,
        most_remark=services.MOST_REMARK,
    )
    return make_response(page, status)


def _said() -> dict[uuid.UUID, Said]:
    """What the form says of each officer whom it showed."""
    found = {}
    for name, seen in request.form.items():
        if not name.startswith("seen-"):
            continue
        try:
            key = uuid.UUID(name.removeprefix("seen-"))
        except ValueError:
            raise Refused("response-malformed") from None
        found[key] = Said(
            request.form.get(f"state-{key}", ""),
            one_line(request.form.get(f"remark-{key}", "")),
            int(seen) if seen.isdecimal() and len(seen) < 7 else 0,
        )
    return found


@door.post("/cohorts/<uuid:cohort>/days/<uuid:day>/", may="sign practice")
def cohort_day_mark(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
    """Keep who came, all at once; with ``close``, sign that it is complete."""
    office, who = entrance.office(), entrance.actor()
    said, reason = _said(), clean(request.form.get("reason"))
    try:
        done = services.mark(office, who, cohort, day, said, reason)
    except Refused as no:
        about = no.values.get("field") == "reason"
        words = refusals.words(no)
        return _day_page(
            cohort, day, said=said, fault="" if about else words, reason=reason, reason_fault=words if about else "",
            status=422,
        )  # fmt: skip
    kept = ngettext("%(num)s mark kept.", "%(num)s marks kept.", done.kept)
    if done.clashes:
        left = {key: wish for key, wish in said.items() if key in done.clashes}
        fault = _("%(kept)s Not kept is what is marked below: look at it, and save again.", kept=kept)
        return _day_page(cohort, day, said=left, clashes=done.clashes, fault=fault, reason=reason, status=409)
    if request.form.get("close"):
        try:
            services.close(office, who, cohort, day)
        except Refused as no:
            fault = f"{kept} {refusals.words(no)}" if done.kept else refusals.words(no)
            return _day_page(cohort, day, fault=fault, status=422)
        flash(_("The attendance is saved and signed. Later corrections need a reason."), "ok")
    else:
        flash(kept if done.kept else _("Nothing changed."), "ok" if done.kept else "info")
    return redirect(url_for(".cohort_day", cohort=cohort, day=day), 303)


@door.post("/cohorts/<uuid:cohort>/days/<uuid:day>/walk-ins", may="sign practice")
def cohort_day_walk_ins(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
    """Put officers who came without being expected on the list."""
    reason = clean(request.form.get("reason"))
    try:
        chosen = _ids("officer")
        added = services.add_walk_ins(entrance.office(), entrance.actor(), cohort, day, chosen, reason)
    except Refused as no:
        return _day_page(cohort, day, fault=refusals.words(no), reason=reason, status=422)
    flash(
        ngettext("%(num)s officer is on the list, as present.", "%(num)s officers are on the list, as present.", added),
        "ok",
    )
    return redirect(url_for(".cohort_day", cohort=cohort, day=day), 303)


def _ids(name: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text) for text in request.form.getlist(name)]
    except ValueError:
        raise Refused("response-malformed") from None


# Several sheets at once -----------------------------------------------------------------------------------------------


@door.get("/cohorts/<uuid:cohort>/days/<uuid:day>/sign/<module>", may="sign practice")
def cohort_day_several(cohort: uuid.UUID, day: uuid.UUID, module: str) -> ResponseReturnValue:
    """Who can be signed together for a sheet of the day."""
    return _several_page(cohort, day, module, str(uuid.uuid4()))


def _several_page(
    cohort: uuid.UUID, day: uuid.UUID, module: str, batch: str, fault: str = "", *, asking: bool = False
) -> ResponseReturnValue:
    found = services.several(entrance.office(), entrance.actor(), cohort, day, module)
    chosen = set(request.form.getlist("officer"))
    page = render_template(
        "practicedays/several.html",
        found=found,
        trail=trail(found.roll.day.cohort),
        batch=batch,
        chosen=chosen,
        asked=[row for row in found.roll.rows if str(row.enrolment.id) in chosen] if asking else [],
        fault=fault,
    )
    return make_response(page, 422 if fault else 200)


@door.post("/cohorts/<uuid:cohort>/days/<uuid:day>/sign/<module>", may="sign practice")
def cohort_day_several_sign(cohort: uuid.UUID, day: uuid.UUID, module: str) -> ResponseReturnValue:
    """Ask, naming each; then sign."""
    office, who = entrance.office(), entrance.actor()
    batch = request.form.get("batch", "")
    if request.form.get("back"):
        return _several_page(cohort, day, module, batch)
    try:
        chosen = _ids("officer")
        (minted,) = [uuid.UUID(batch)]
    except (Refused, ValueError):
        return _several_page(cohort, day, module, str(uuid.uuid4()), _("This form could not be read. Tick again."))
    if not chosen:
        return _several_page(cohort, day, module, batch, _("Tick at least one officer."))
    if not confirmed():
        return _several_page(cohort, day, module, batch, asking=True)
    try:
        signed = services.sign_several(office, who, cohort, day, module, chosen, minted)
    except Refused as no:
        words = refusals.words(no)
        if no.values.get("officer"):
            words = _("Nobody is signed. %(name)s: %(why)s", name=no.values["officer"], why=words)
        return _several_page(cohort, day, module, batch, words)
    flash(ngettext("%(num)s officer signed as competent.", "%(num)s officers signed as competent.", signed), "ok")
    return redirect(url_for(".cohort_day", cohort=cohort, day=day), 303)
