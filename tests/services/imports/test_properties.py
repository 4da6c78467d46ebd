"""Whatever stands in the cells: every line is told, carrying out a second time changes nothing, undoing leaves no trace."""

from __future__ import annotations

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.imports import differences
from tests.cast import Cast
from tests.services.imports.lists import carry_out, decide, kinds, lines, row_of, send, undo
from tests.services.imports.test_undoing import everything

HEADS = (
    "Nombre", "Apellidos", "Correo", "Rango", "Placa", "Sexo", "Idioma", "Institución", "Estado", "Curso", "Cohorte",
)  # fmt: skip
ODD = st.sampled_from(
    ["", "=1+1", "'=x", "a\u200bb", "ñ" * 95, "\U0001f600", "٣", "8-123-4567", "00417", "x;y", '"', "-"]
)
CELLS = (
    st.sampled_from(["Rosa Dogirama", "Nayeli Ábrego", "QUINTERO NAYELI", "Norberto Güiral", "Ada Wright", "Eva Luz"]) | ODD,
    st.just("") | st.sampled_from(["Peña", "de Ríos"]) | ODD,
    st.sampled_from(
        ["rosa@x.example", "ROSA@x.example", "nayeli@paso.example", "beto@paso.example", "tomas@paso.example",
         "coralia@paso.example", "ximena@paso.example", "eva@x.example", "no"]
    ) | ODD,
    st.sampled_from(["", "Cabo", "Sargento"]) | ODD,
    st.sampled_from(["", "1", "01", "0-1", "22"]) | ODD,
    st.sampled_from(["", "F", "mujer", "?"]),
    st.sampled_from(["", "inglés", "español", "?"]),
    st.sampled_from(["", "SENAFRONT", "Puesto El Cativo", "puesto paso del guayacan", "PPME"]) | ODD,
    st.sampled_from(["", "activa", "suspendida", "Retirado", "En curso", "?"]),
    st.sampled_from(["", "humane-border", "?"]),
    st.sampled_from(["", "Guayacán 2026", "?"]),
)  # fmt: skip
TABLES = st.lists(st.tuples(*CELLS), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TABLES, decision=st.sampled_from(["other", "leave"]))
def test_any_list_is_told_carried_out_and_undone(cast: Cast, rows, decision):
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *rows])
    if not any(any(cell.strip() for cell in row) for row in rows):
        return
    before = everything(cast)
    list_id = send(cast, out.getvalue())
    for one in lines(cast, list_id).values():
        assert differences.restored(differences.kept(one)) == one
        assert one.kinds and set(one.kinds) <= set(differences.KINDS)
        assert bool(one.problems) == ("problem" in one.kinds)
    for _round in range(4):  # what is decided about one line can open another
        decide(cast, list_id, {}, rest=decision)
        decide(cast, list_id, {}, rest="leave-problems")
    assert everything(cast) == before
    if not set(row_of(cast, list_id).counts) & {"create", "change", "move", "suspend", "reopen", "enrol"}:
        return
    carry_out(cast, list_id)
    again = send(cast, out.getvalue())
    fresh = [kind for kind, first in zip(kinds(cast, again), kinds(cast, list_id), strict=True) if first != ("left",)]
    assert not [kind for kind in fresh if "create" in kind or "change" in kind or "enrol" in kind], fresh
    found = undo(cast, list_id)
    assert not set(found) - {"undone", "removed"}, found
    assert everything(cast) == before
