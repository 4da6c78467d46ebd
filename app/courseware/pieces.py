"""What an author begins from: questions of each type, a simulation, a scene, the head of a page. All of them compile."""

from __future__ import annotations

from collections.abc import Sequence

QUESTIONS = ("one", "several", "order", "match", "short", "number")
"""types of question, in the order in which authors need them"""

_BODIES: dict[str, dict[str, str]] = {
    "one": {
        "en": "What happens, in one or two sentences? Then ask: what do you do first?\n\n"
        "- (x) The right answer. {#right}\n"
        "- ( ) A mistake that tempts. {#tempting}\n  > Why it is a mistake.\n"
        "- ( ) Another mistake. {#other}\n  > Why it is a mistake.\n\n"
        "> Why the right answer is right.\n",
        "es": "¿Qué ocurre, en una o dos oraciones? Luego pregunte: ¿qué hace usted primero?\n\n"
        "- (x) La respuesta correcta. {#right}\n"
        "- ( ) Un error que tienta. {#tempting}\n  > Por qué es un error.\n"
        "- ( ) Otro error. {#other}\n  > Por qué es un error.\n\n"
        "> Por qué la respuesta correcta es correcta.\n",
    },
    "several": {
        "en": "Ask a question with several right answers.\n\n"
        "- [x] A right answer. {#first}\n- [x] Another right answer. {#second}\n"
        "- [ ] A wrong answer. {#wrong}\n  > Why it is wrong.\n\n"
        "> What the right answers have in common.\n",
        "es": "Haga una pregunta con varias respuestas correctas.\n\n"
        "- [x] Una respuesta correcta. {#first}\n- [x] Otra respuesta correcta. {#second}\n"
        "- [ ] Una respuesta incorrecta. {#wrong}\n  > Por qué es incorrecta.\n\n"
        "> Qué tienen en común las respuestas correctas.\n",
    },
    "order": {
        "en": "In which order do you act?\n\n"
        "1. What comes before everything else. {#before}\n2. What comes after it. {#after}\n"
        "3. What comes at the end. {#end}\n\n> Why this order.\n",
        "es": "¿En qué orden actúa usted?\n\n"
        "1. Lo que va antes que todo. {#before}\n2. Lo que va después. {#after}\n"
        "3. Lo que va al final. {#end}\n\n> Por qué este orden.\n",
    },
    "match": {
        "en": "What belongs together?\n\n| Situation | Answer |\n| --- | --- |\n"
        "| A situation {#situation} | Its answer |\n| Another situation {#another} | The answer to that |\n"
        "| | An answer to neither {#neither} |\n\n> Why they belong together.\n",
        "es": "¿Qué corresponde a qué?\n\n| Situación | Respuesta |\n| --- | --- |\n"
        "| Una situación {#situation} | Su respuesta |\n| Otra situación {#another} | La respuesta a esa |\n"
        "| | Una respuesta a ninguna {#neither} |\n\n> Por qué corresponden.\n",
    },
    "short": {
        "en": "Ask for a word or a name.\n\n= the answer\n= the answer in other words\n\n> Why it is good to know.\n",
        "es": "Pregunte por una palabra o un nombre.\n\n= la respuesta\n= la respuesta en otras palabras\n\n"
        "> Por qué conviene saberlo.\n",
    },
    "number": {
        "en": "Ask for a number. Beside it, write how far off is still right.\n\n= 30 ± 2\n\n> How one arrives at it.\n",
        "es": "Pregunte por un número. Al lado, escriba cuánto puede variar la respuesta.\n\n= 30 ± 2\n\n"
        "> Cómo se llega a él.\n",
    },
}
_TYPED = ("order", "match")

_SCENARIO = {
    "en": (
        ("The first scene", "What happens? Where does the officer stand, and who is there?"),
        ("Do the right thing.", "Do the thing that tempts."),
        ("What came of it", "What happened next, and why it was right."),
        ("What came of that", "What happened next, and why it was a mistake."),
    ),
    "es": (
        ("La primera escena", "¿Qué ocurre? ¿Dónde está la persona que decide y quién más está ahí?"),
        ("Hacer lo correcto.", "Hacer lo que tienta."),
        ("Lo que resultó", "Qué pasó después y por qué fue lo correcto."),
        ("Lo que resultó de eso", "Qué pasó después y por qué fue un error."),
    ),
}
_SCENE = {
    "en": ("What the officer does.", "A new scene", "What happens, and why. Add choices, or leave it as an ending."),
    "es": (
        "Lo que hace la persona que decide.",
        "Una escena nueva",
        "Qué ocurre y por qué. Agregue opciones, o déjela como final.",
    ),
}
_HEADS = {
    "en": {
        "title": "Title",
        "summary": "One sentence.",
        "objective": "What one can do afterwards.",
        "goal": "Do it.",
        "text": "What this is about, in a few sentences.",
    },
    "es": {
        "title": "Título",
        "summary": "Una oración.",
        "objective": "Lo que se podrá hacer después.",
        "goal": "Hacerlo.",
        "text": "De qué se trata, en pocas oraciones.",
    },
}


def question(kind: str, name: str, language: str, *, objective: int = 0, module: str = "") -> str:
    """A question of *kind* with the id *name*, serving *objective* (0: none said), in the final exam of *module*."""
    options = [f":type: {kind}\n"] if kind in _TYPED else []
    options += [f":module: {module}\n"] if module else []
    options += [f":objective: {objective}\n"] if objective else []
    return f":::{{question}} {name}\n{''.join(options)}\n{_BODIES[kind][language]}:::\n"


def scenario(name: str, language: str, dials: Sequence[str]) -> str:
    """A simulation of three scenes with the id *name*: a choice, a good ending and a bad one."""
    (title, text), (good, bad), well, badly = _SCENARIO[language]
    effects = [f" {{{dials[0]}={sign}1}}" if dials else "" for sign in "+-"]
    return (
        f"::::{{scenario}} {name}\n" + (f":dials: {' '.join(dials)}\n" if dials else "") + "\n"
        f":::{{scene}} start\n:title: {title}\n{text}\n\n"
        f"- [{good}](#good-end){effects[0]}\n- [{bad}](#bad-end){effects[1]}\n:::\n\n"
        f":::{{scene}} good-end\n:title: {well[0]}\n:ending: good\n{well[1]}\n:::\n\n"
        f":::{{scene}} bad-end\n:title: {badly[0]}\n:ending: bad\n{badly[1]}\n:::\n::::\n"
    )


def choice(to: str, language: str) -> str:
    """A choice that leads to the scene *to*."""
    return f"- [{_SCENE[language][0]}](#{to})\n"


def scene(name: str, language: str) -> str:
    """A scene with the id *name*, an ending until it is given choices."""
    _choice, title, text = _SCENE[language]
    return f":::{{scene}} {name}\n:title: {title}\n:ending: good\n{text}\n:::\n"


def head(kind: str, language: str) -> str:
    """The front matter with which a page of *kind* begins, and a first sentence where it needs one."""
    words = _HEADS[language]
    lines = {
        "lesson": f"objective: {words['objective']}\nobjectives: [1]\nminutes: 10\n",
        "module": f"summary: {words['summary']}\nobjectives:\n  - {words['goal']}\n",
        "scenario": "",
        "quiz": "",
        "exam": "",
    }
    text = f"{words['text']}\n" if kind in ("lesson", "scenario") else ""
    return f"---\ntitle: {words['title']}\n{lines[kind]}---\n{text}" if kind in lines else ""
