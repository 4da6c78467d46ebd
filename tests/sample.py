"""A small course with everything in it, made of the structs the compiler makes: for tests of what comes after it."""

from __future__ import annotations

from app.courseware.course import (
    Block,
    CertificateRule,
    Choice,
    Citation,
    Completion,
    CountryEntry,
    Course,
    Criterion,
    ExamRule,
    Hours,
    Lesson,
    Module,
    Option,
    Page,
    Pair,
    Practice,
    Question,
    QuizRule,
    Scenario,
    Scene,
    Source,
    Term,
)


def both(en: str, es: str) -> dict[str, str]:
    return {"en": en, "es": es}


def html(en: str, es: str) -> dict[str, str]:
    return both(f"<p>{en}</p>", f"<p>{es}</p>")


def one(question_id: str, module: str, *, critical: bool = False, objective: int = 1, **more: object) -> Question:
    """A one-answer question whose right option is "right"."""
    return Question(
        id=question_id,
        kind="one",
        module=module,
        prompt=html(f"What do you do first? ({question_id})", f"¿Qué hace primero? ({question_id})"),
        options=(
            Option("right", both("Receive the request.", "Recibir la solicitud."), right=True),
            Option(
                "proof", both("Ask for proof.", "Pedir pruebas."), feedback=html("Nobody has to.", "Nadie tiene que.")
            ),
            Option("bus", both("Show the bus.", "Indicar el autobús.")),
        ),
        explanation=html("You receive; the authority decides.", "Usted recibe; la autoridad decide."),
        critical=critical,
        objective=objective,
        **more,  # type: ignore[arg-type]
    )


SEVERAL = Question(
    id="several-signs",
    kind="several",
    module="mission",
    prompt=html("Which signs?", "¿Cuáles señales?"),
    options=(
        Option("a", both("One", "Uno"), right=True),
        Option("b", both("Two", "Dos"), right=True),
        Option("c", both("Three", "Tres")),
    ),
    explanation=html("One and two.", "Uno y dos."),
    partial=True,
)
ORDER = Question(
    id="order-steps",
    kind="order",
    module="mission",
    prompt=html("Put in order.", "Ordene."),
    options=tuple(
        Option(i, both(en, es))
        for i, en, es in (("see", "Look", "Mirar"), ("hear", "Listen", "Escuchar"), ("link", "Link", "Conectar"))
    ),
    explanation=html("Look, listen, link.", "Mirar, escuchar, conectar."),
)
MATCH = Question(
    id="match-words",
    kind="match",
    module="mission",
    prompt=html("Match.", "Relacione."),
    pairs=(
        Pair("trata", both("trafficking", "trata"), both("exploitation", "explotación")),
        Pair("trafico", both("smuggling", "tráfico ilícito"), both("illegal entry", "ingreso ilegal")),
        Pair("none", {}, both("tourism", "turismo")),
    ),
    explanation=html("Two crimes.", "Dos delitos."),
)
SHORT = Question(
    id="short-port",
    kind="short",
    module="mission",
    prompt=html("Which principle?", "¿Qué principio?"),
    accepted={"en": ("non-refoulement",), "es": ("no devolución", "principio de no devolución")},
    explanation=html("Non-refoulement.", "No devolución."),
)
NUMBER = Question(
    id="number-members",
    kind="number",
    module="mission",
    prompt=html("How many members?", "¿Cuántos miembros?"),
    value=11,
    explanation=html("Eleven.", "Once."),
)


KEY = html("Key: card 3 is Trafficking-Key.", "Clave: la tarjeta 3 es Trata-Clave.")
"""of every practical sheet, for trainers alone"""
KEY_WORDS = ("Trafficking-Key", "Trata-Clave")

EXERCISE = Practice(
    both("Night at the landing", "Noche en el embarcadero"),
    html("Six stations.", "Seis estaciones."),
    (
        Criterion("five-of-six", both("Five stations of six.", "Cinco estaciones de seis.")),
        Criterion("nothing-unsafe", both("Nothing unsafe.", "Nada inseguro.")),
    ),
    minutes=90,
    trainer=KEY,
)
"""for ``course(exercise=EXERCISE)``: the integrated exercise, which the sample course has not"""


def _lesson(module: str, lesson: str, title_en: str, title_es: str, *checks: str) -> Lesson:
    def page(title: str, text: str, language: str) -> Page:
        return Page(
            title=title,
            objective=f"{text} 1",
            blocks=(
                Block("html", f'<h2>{text}</h2><p>{text} <a class="cite" href="#source-convention-1951">33</a></p>'),
                Block("country", ref="asylum-authority"),
                Block("html", f"<p>{text} PA</p>", countries=("PA",)),
                *(Block("question", ref=check) for check in checks),
            ),
            citations=(Citation("convention-1951", ("art. 33",)),),
            words=20,
        )

    return Lesson(
        id=lesson,
        pages={"en": page(title_en, "Why it matters", "en"), "es": page(title_es, "Por qué importa", "es")},
        minutes=20,
        questions=checks,
        objectives=(1,),
    )


def _scenario(name: str) -> Scenario:
    return Scenario(
        id=name,
        title=both("First shift", "Primer turno"),
        intro=html("You are alone at the landing.", "Está a solas en el embarcadero."),
        dials=("safety", "rights"),
        dial_names={"safety": both("Safety", "Seguridad"), "rights": both("Rights", "Derechos")},
        scenes=(
            Scene(
                "landing",
                html("A boatman offers money.", "Un lanchero ofrece dinero."),
                both("The landing", "El embarcadero"),
                (
                    Choice("taken", both("Take it.", "Aceptarlo."), {"rights": -2}, critical=True),
                    Choice("refused", both("Refuse and write it down.", "Rechazarlo y anotarlo."), {"rights": 1}),
                ),
            ),
            Scene(
                "refused",
                html("A sick man stands last.", "Un hombre enfermo está al final."),
                both("The queue", "La fila"),
                (
                    Choice("cared", both("Bring him forward.", "Hacerlo pasar."), {"safety": 2}),
                    Choice("left", both("Keep the order.", "Mantener el orden."), {"safety": -1}),
                ),
            ),
            Scene("taken", html("You are reported.", "Lo denuncian."), both("Money", "Dinero"), ending="critical"),
            Scene("cared", html("He is treated.", "Lo atienden."), both("Care", "Atención"), ending="good"),
            Scene("left", html("He collapses.", "Se desmaya."), both("Too late", "Tarde"), ending="bad"),
        ),
    )


def _module(number: int, module: str, title_en: str, title_es: str, *, practice: bool, bank: tuple[str, ...]) -> Module:
    return Module(
        id=module,
        number=number,
        pages={
            "en": Page(title_en, (Block("html", "<p>A shift.</p>"),), summary="A module."),
            "es": Page(title_es, (Block("html", "<p>Un turno.</p>"),), summary="Un módulo."),
        },
        objectives={"en": ("Do right.",), "es": ("Hacer lo correcto.",)},
        lessons=(
            _lesson(module, "one", f"{title_en}, one", f"{title_es}, uno", f"{module}-check-1"),
            _lesson(module, "two", f"{title_en}, two", f"{title_es}, dos", f"{module}-check-2"),
        ),
        quiz=bank,
        scenario=_scenario(f"{module}-shift"),
        practice=Practice(
            both("P1. Briefing", "P1. Presentación"),
            html("Two minutes.", "Dos minutos."),
            (
                Criterion("tasks", both("States the tasks.", "Enuncia las tareas.")),
                Criterion("limits", both("States the limits.", "Enuncia los límites.")),
            ),
            trainer=KEY,
        )
        if practice
        else None,
    )


def course(**changes: object) -> Course:
    """The sample course, with *changes* of its fields."""
    questions: dict[str, Question] = {q.id: q for q in (SEVERAL, ORDER, MATCH, SHORT, NUMBER)}
    for module in ("mission", "protection"):
        for n in (1, 2):
            questions[f"{module}-check-{n}"] = one(f"{module}-check-{n}", module)
        for n in range(1, 9):
            questions[f"{module}-quiz-{n}"] = one(f"{module}-quiz-{n}", module, critical=n <= 3)
        for n in range(1, 7):
            questions[f"{module}-exam-{n}"] = one(f"{module}-exam-{n}", module, critical=n <= 2)
    banks = {
        "mission": (
            *(f"mission-quiz-{n}" for n in range(1, 9)),
            *(q.id for q in (SEVERAL, ORDER, MATCH, SHORT, NUMBER)),
        ),
        "protection": tuple(f"protection-quiz-{n}" for n in range(1, 9)),
    }
    fields: dict[str, object] = dict(  # noqa: C408 - reads as a call of Course does
        id="humane-border",
        code="HB",
        languages=("en", "es"),
        pages={
            "en": Page("Humane Border", (Block("html", "<p>About this course.</p>"),), summary="A short course."),
            "es": Page("Frontera Humana", (Block("html", "<p>Sobre este curso.</p>"),), summary="Un curso breve."),
        },
        hours=Hours(10, 2, 1),
        modules=(
            _module(1, "mission", "Mission", "Misión", practice=True, bank=banks["mission"]),
            _module(2, "protection", "Protection", "Protección", practice=False, bank=banks["protection"]),
        ),
        completion=Completion(
            quizzes=QuizRule(draw=4, pass_mark=70, attempts=3, wait_hours=12),
            scenarios="without critical error",
            practice=True,
            exam=ExamRule(
                draw=6, minutes=30, pass_mark=80, critical_mark=90, attempts=2, wait_hours=24, per_module=(2, 4)
            ),
        ),
        compare=4,
        offline_quizzes=True,
        certificate=CertificateRule(("participation", "completion"), valid_months=36),
        questions=questions,
        exam=tuple(f"{m}-exam-{n}" for m in ("mission", "protection") for n in range(1, 7)),
        unlock="in order",
        sources={
            "convention-1951": Source(
                both("Refugee Convention", "Convención sobre los Refugiados"), reviewed="2026-10-01"
            )
        },
        terms=(Term("refugee", {"en": ("refugee",), "es": ("persona refugiada",)}, html("Someone who.", "Quien.")),),
        entry_names={"asylum-authority": both("Asylum authority", "Autoridad de asilo")},
        countries={"PA": {"asylum-authority": CountryEntry(html("ONPAR receives.", "La ONPAR recibe."), "2026-10-01")}},
    )
    return Course(**{**fields, **changes})  # type: ignore[arg-type]
