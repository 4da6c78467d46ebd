"""Two languages side by side."""

from __future__ import annotations

from app.courseware.explanations.table import (
    COUNTRY,
    GLOSSARY,
    LESSON,
    MODULE,
    PRACTICE,
    QUIZ,
    SCENARIO,
    Explained,
    Table,
    spanish,
)

PARITY: Table = {
    "page-not-translated": Explained(
        "Learners of that language would have a hole in their course.",
        "Quienes leen en ese idioma tendrían un hueco en el curso.",
        "", "1-what-we-do.en.md\n1-what-we-do.es.md", "1-what-we-do.en.md",
    ),
    "question-not-translated": Explained(
        "Both languages ask the same questions, told by their ids.",
        "Ambos idiomas hacen las mismas preguntas, reconocidas por sus id.",
        spanish(QUIZ), ":::{question} mission-one", ":::{question} mission-uno",
    ),
    "option-not-translated": Explained(
        "Both languages offer the same answers, told by their ids. Ids are not translated.",
        "Ambos idiomas ofrecen las mismas respuestas, reconocidas por sus id. Los id no se traducen.",
        spanish(QUIZ), "{#officer}", "{#personal}",
    ),
    "scene-not-translated": Explained(
        "Both languages have the same scenes, told by their ids.",
        "Ambos idiomas tienen las mismas escenas, reconocidas por sus id.",
        spanish(SCENARIO), "\n:::{scene} lost", "\n:::{scene} extra\n:ending: bad\nOtro.\n:::\n\n:::{scene} lost",
    ),
    "criterion-not-translated": Explained(
        "Both languages have the same criteria to sign, told by their ids.",
        "Ambos idiomas tienen los mismos criterios que firmar, reconocidos por sus id.",
        spanish(PRACTICE), "{#tasks}", "{#tareas}",
    ),
    "trainer-not-translated": Explained(
        "Trainers of both languages judge by the same key, so a sheet has one in every language or in none.",
        "Quienes capacitan en cada idioma juzgan con la misma clave: una hoja la tiene en todos los idiomas o en ninguno.",
        spanish(PRACTICE), ":::{trainer}\nTareas: tres de las cinco.\n:::", "",
    ),
    "entry-not-translated": Explained(
        "A country supplies each entry in every language of the course.",
        "Un país aporta cada entrada en todos los idiomas del curso.",
        spanish(COUNTRY), ":::{entry} complaint-body\n:reviewed: 2026-09-01\n\nLa defensoría.\n:::", "",
    ),
    "term-not-translated": Explained(
        "A term that one language explains is left unexplained in the other.",
        "Un término que un idioma explica queda sin explicar en el otro.",
        spanish(GLOSSARY), "{#refugee}", "{#refugiada}",
    ),
    "text-not-translated": Explained(
        "An explanation, a feedback, a title or a summary stands in one language alone.",
        "Una explicación, un comentario, un título o un resumen está en un solo idioma.",
        spanish(QUIZ), "> La autoridad decide.\n", "",
    ),
    "citation-not-translated": Explained(
        "Both languages should rest on the same sources, article by article.",
        "Ambos idiomas deben apoyarse en las mismas fuentes, artículo por artículo.",
        spanish(LESSON), "[@code-of-conduct art. 7]", "[@code-of-conduct art. 8]",
    ),
    "link-not-translated": Explained(
        "One language links where the other does not, or somewhere else.",
        "Un idioma enlaza donde el otro no lo hace, o a otro lugar.",
        spanish(LESSON), "(../02-protection/1-who-is-a-refugee.es.md)", "(../02-protection/quiz.es.md)",
    ),
    "image-not-translated": Explained(
        "One language shows a picture that the other lacks. “map.en.svg” and “map.es.svg” count as one.",
        "Un idioma muestra una imagen que falta en el otro. «map.en.svg» y «map.es.svg» cuentan como una.",
        spanish(LESSON), "![El puesto de El Cativo](media/post.svg)", "El puesto de El Cativo.",
    ),
    "number-not-translated": Explained(
        "A wrong hour, article or age is the mistake that harms most and is seen least.",
        "Una hora, un artículo o una edad equivocada es el error que más daña y menos se ve.",
        spanish(LESSON), "Marta tiene 17 años.", "Marta tiene 71 años.",
    ),
    "term-not-used": Explained(
        "The other language uses a term of the glossary often. Here it seems to go by another name.",
        "El otro idioma usa a menudo un término del glosario. Aquí parece llevar otro nombre.",
        "", "solicitante de asilo", "peticionario de refugio",
    ),
    "order-differs": Explained(
        "Side by side, the two languages are easier to keep alike in one order.",
        "Lado a lado, los dos idiomas se mantienen iguales con más facilidad en un mismo orden.",
        spanish(QUIZ), "- ( ) El personal. {#officer}\n- (x) La autoridad. {#authority}",
        "- (x) La autoridad. {#authority}\n- ( ) El personal. {#officer}",
    ),
    "answers-differ": Explained(
        "An officer would pass in one language and fail in the other with the same answer.",
        "Con la misma respuesta se aprobaría en un idioma y se reprobaría en el otro.",
        spanish(QUIZ), "= 11 ± 0,5", "= 12 ± 0,5",
    ),
    "question-kind-differs": Explained(
        "One language asks for one answer and the other for several, an order or a text.",
        "Un idioma pide una respuesta y el otro varias, un orden o un texto.",
        spanish(QUIZ), "- ( ) El personal. {#officer}\n- (x) La autoridad. {#authority}",
        "- [ ] El personal. {#officer}\n- [x] La autoridad. {#authority}",
    ),
    "question-grading-differs": Explained(
        "What decides the mark must be the same in every language.",
        "Lo que decide la nota debe ser igual en todos los idiomas.",
        spanish(QUIZ), ":credit: partial\n", "",
    ),
    "question-setting-differs": Explained(
        "The first language decides; the other should say the same.",
        "Decide el primer idioma; el otro debe decir lo mismo.",
        spanish(QUIZ), ":difficulty: 1", ":difficulty: 3",
    ),
    "objectives-differ": Explained(
        "Questions and lessons name objectives by number, so both languages have the same ones in the same order.",
        "Preguntas y lecciones nombran los objetivos por número; ambos idiomas tienen los mismos en el mismo orden.",
        spanish(MODULE), "  - Explicar las tareas de la unidad.\n", "",
    ),
    "front-differs": Explained(
        "Minutes and objectives of a page are facts without a language.",
        "Los minutos y objetivos de una página son datos sin idioma.",
        spanish(LESSON), "minutes: 20", "minutes: 25",
    ),
    "scenario-differs": Explained(
        "The id, the dials and the first scene are the same in every language.",
        "El id, los indicadores y la primera escena son iguales en todos los idiomas.",
        spanish(SCENARIO), "::::{scenario} first-shift", "::::{scenario} primer-turno",
    ),
    "scene-differs": Explained(
        "A scene that ends in one language goes on in the other, or offers more choices.",
        "Una escena que termina en un idioma sigue en el otro, u ofrece más opciones.",
        spanish(SCENARIO), ":ending: bad", ":ending: critical",
    ),
    "choice-differs": Explained(
        "The same choice must have the same consequences in every language, in the same order.",
        "La misma opción debe tener las mismas consecuencias en todos los idiomas, en el mismo orden.",
        spanish(SCENARIO), "- [Actuar.](#lost) {trust=-1}", "- [Actuar.](#lost) {trust=-2}",
    ),
    "structure-differs": Explained(
        "From here on headings and blocks go different ways: something was left out, added or moved.",
        "Desde aquí los títulos y bloques van por caminos distintos: algo se omitió, se agregó o se movió.",
        spanish(LESSON), ":::{note}", ":::{tip}",
    ),
    "translation-stale": Explained(
        "The digest is that of the source as the translator saw it. Compare, translate what changed, then note the new one.",
        "El resumen es el del original que vio quien tradujo. Compare, traduzca lo que cambió y anote el nuevo.",
        spanish(LESSON), "minutes: 20\n", "minutes: 20\ntranslated-from: 0123456789abcdef\n",
    ),
}  # fmt: skip
