"""The glossary, practical sheets, countries' pages, and what a reviewer of the whole course would remark on."""

from __future__ import annotations

from app.courseware.explanations.table import (
    COUNTRY,
    COURSE,
    GLOSSARY,
    LESSON,
    MODULE,
    PRACTICE,
    QUIZ,
    Explained,
    Table,
)

PARTS: Table = {
    "glossary-empty": Explained(
        "A term stands on one line, and its meaning on the next behind a colon and a space.",
        "Un término va en una línea, y su significado en la siguiente, tras dos puntos y un espacio.",
        "", "refugee {#refugee}\n: A person whom the definition describes.",
        "refugee: a person whom the definition describes.",
    ),
    "term-empty": Explained(
        "The line before the meaning names the term.", "La línea antes del significado nombra el término.",
        GLOSSARY, "refugee {#refugee}", "{#refugee}",
    ),
    "term-twice": Explained(
        "Links in lessons go to the id of a term, so each has its own.",
        "Los enlaces de las lecciones van al id de un término; cada uno tiene el suyo.",
        GLOSSARY, "protection {#protection}", "protection {#refugee}",
    ),
    "criteria-missing": Explained(
        "A trainer signs criteria one by one. They are a list in a block “criteria”.",
        "Quien capacita firma los criterios uno por uno. Son una lista en un bloque «criteria».",
        "", ":::{criteria}\n- States the tasks. {#tasks}\n:::", "- States the tasks.",
    ),
    "criteria-text": Explained(
        "Only items of the list become criteria. Instructions stand before the block.",
        "Solo los elementos de la lista son criterios. Las instrucciones van antes del bloque.",
        PRACTICE, ":::{criteria}\n", ":::{criteria}\nThe officer:\n\n",
    ),
    "criterion-id-missing": Explained(
        "Signatures are kept by this id. One is made up for now, which another order would change.",
        "Las firmas se guardan con este id. Por ahora se supone uno, que cambiaría con otro orden.",
        PRACTICE, "- States the tasks. {#tasks}", "- States the tasks.",
    ),
    "criterion-id-twice": Explained(
        "One signature would count for two criteria.", "Una firma contaría para dos criterios.",
        PRACTICE, "- Refuses and reports. {#refuses}", "- Refuses and reports. {#tasks}",
    ),
    "trainer-empty": Explained(
        "The block “trainer” holds what trainers alone read: the key to cards, the briefing of actors, marking notes.",
        "El bloque «trainer» contiene lo que lee solo quien capacita: la clave de las tarjetas, el papel de quienes"
        " actúan, notas para calificar.",
        "", ":::{trainer}\nCards 3 and 12: children. No means is needed.\n:::", ":::{trainer}\n:::",
    ),
    "trainer-file": Explained(
        "Pictures and documents of a course have addresses that every officer in it can open. Write the key as text,"
        " with a table if it helps; hand out paper in the room.",
        "Las imágenes y los documentos de un curso tienen direcciones que puede abrir todo su personal. Escriba la clave"
        " como texto, con una tabla si ayuda; el papel se reparte en la sala.",
        "", ":::{trainer}\n| Card | Pile |\n| --- | --- |\n| 3 | trafficking |\n:::",
        ":::{trainer}\n![The key to the cards](media/key.png)\n:::",
    ),
    "country-differs": Explained(
        "The file's name says the country. Rename the file, or correct or take away the line.",
        "El nombre del archivo indica el país. Cambie el nombre, o corrija o quite la línea.",
        COUNTRY, "country: PA", "country: CR",
    ),
    "country-text-outside": Explained(
        "Lessons print single entries of this page, never the page itself.",
        "Las lecciones imprimen entradas de esta página, nunca la página misma.",
        COUNTRY, ":::{entry} asylum-authority", "In Panama:\n\n:::{entry} asylum-authority",
    ),
    "entry-twice": Explained(
        "A country has one text for each entry.", "Un país tiene un texto para cada entrada.",
        COUNTRY, ":::{entry} complaint-body", ":::{entry} asylum-authority",
    ),
    "entry-empty": Explained(
        "An empty box looks like a fault. Without the entry, learners are told that their country has not supplied it.",
        "Un recuadro vacío parece un error. Sin la entrada, se dice que el país aún no la ha aportado.",
        COUNTRY, "The office is ONPAR.\n", "",
    ),
}  # fmt: skip

LINT: Table = {
    "course-page-missing": Explained(
        "This page is what people see before they enrol.", "Esta página es lo que se ve antes de inscribirse.",
        "", "course.yaml\ncourse.en.md\ncourse.es.md", "course.yaml",
    ),
    "module-page-missing": Explained(
        "It holds the module's title, objectives and why it matters on a shift.",
        "Contiene el título del módulo, sus objetivos y por qué importa en un turno.",
        "", "02-protection/module.en.md\n02-protection/1-who-is-a-refugee.en.md", "02-protection/1-who-is-a-refugee.en.md",
    ),
    "module-without-lessons": Explained(
        "A module without lessons is complete before it begins.",
        "Un módulo sin lecciones está completo antes de comenzar.",
        "", "02-protection/module.en.md\n02-protection/1-who-is-a-refugee.en.md", "02-protection/module.en.md",
    ),
    "lesson-empty": Explained(
        "The page has a title and nothing to read.", "La página tiene título y nada que leer.",
        "", "---\ntitle: Who decides\n---\nThe authority decides.", "---\ntitle: Who decides\n---",
    ),
    "template-left": Explained(
        "The page was begun from a template. When all of its text is yours, take the line out.",
        "La página se comenzó con una plantilla. Cuando todo el texto sea suyo, quite la línea.",
        LESSON, "minutes: 20", "minutes: 20\ntemplate: yes",
    ),
    "lesson-too-long": Explained(
        "Officers read between two tasks, on a telephone. Short lessons are finished; long ones are put off.",
        "Se lee entre dos tareas, en un teléfono. Las lecciones breves se terminan; las largas se postergan.",
        "", "1-first.en.md  (600 words)\n2-second.en.md  (700 words)", "1-all.en.md  (2,600 words)",
    ),
    "source-not-reviewed": Explained(
        "Law changes. The date says when somebody last looked whether the source still holds.",
        "La ley cambia. La fecha dice cuándo alguien revisó por última vez si la fuente sigue vigente.",
        COURSE, "    url: https://example.org/1951\n    reviewed: 2026-10-01", "    url: https://example.org/1951",
    ),
    "question-without-explanation": Explained(
        "People learn most from why an answer was wrong.", "Se aprende más de por qué una respuesta era incorrecta.",
        QUIZ, "> The authority decides.\n", "",
    ),
    "quiz-too-small": Explained(
        "With fewer questions than it draws, a quiz cannot begin. Questions for other countries do not count.",
        "Con menos preguntas de las que toma, una prueba no puede comenzar. No cuentan las de otros países.",
        COURSE, "  quizzes: {draw: 3,", "  quizzes: {draw: 10,",
    ),
    "exam-too-small": Explained(
        "The examination draws from its own questions and from all quizzes. Write more, or draw fewer.",
        "El examen toma de sus preguntas y de todas las pruebas. Escriba más o tome menos.",
        COURSE, "  exam: {draw: 4,", "  exam: {draw: 400,",
    ),
    "exam-per-module": Explained(
        "The numbers contradict each other: modules × fewest ≤ drawn ≤ modules × most.",
        "Los números se contradicen: módulos × mínimo ≤ tomadas ≤ módulos × máximo.",
        COURSE, "per_module: [1, 3]", "per_module: [3, 3]",
    ),
    "exam-module-small": Explained(
        "One module has fewer questions than the examination takes from each.",
        "Un módulo tiene menos preguntas de las que el examen toma de cada uno.",
        COURSE, "per_module: [1, 3]", "per_module: [5, 6]",
    ),
    "objective-untested": Explained(
        "What no question asks, nobody knows to have been learnt. Give a question “:objective:” and its number.",
        "De lo que no se pregunta no se sabe si se aprendió. Dé a una pregunta «:objective:» y su número.",
        MODULE, "  - Refuse a bribe and report it.", "  - Refuse a bribe and report it.\n  - Greet.",
    ),
    "objective-untaught": Explained(
        "The module promises what no lesson teaches. Name the objective's number in a lesson's “objectives”.",
        "El módulo promete lo que ninguna lección enseña. Nombre el número del objetivo en «objectives» de una lección.",
        LESSON, "objectives: [1, 2]", "objectives: [1]",
    ),
}  # fmt: skip
