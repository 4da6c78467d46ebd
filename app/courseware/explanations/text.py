"""The text of pages: blocks, headings, links, pictures and citations."""

from __future__ import annotations

from app.courseware.explanations.table import LESSON, QUIZ, SCENARIO, Explained, Table

TEXT: Table = {
    "directive-malformed": Explained(
        "Three colons at the head of a line belong to a block, and this line is neither its first nor its last.",
        "Tres dos puntos al comienzo de una línea pertenecen a un bloque, y esta no es ni la primera ni la última.",
        LESSON, ":::{note}", "::: note",
    ),
    "directive-close-stray": Explained(
        "A closing line without a block. Delete it, or give a block that holds others more colons than they have.",
        "Una línea de cierre sin bloque. Bórrela, o dé más dos puntos al bloque que contiene a otros.",
        LESSON, "Every person has a name.\n:::", "Every person has a name.\n:::\n\n:::",
    ),
    "directive-not-closed": Explained(
        "The block runs on to the end of the page. Close it where it should end.",
        "El bloque sigue hasta el final de la página. Ciérrelo donde debe terminar.",
        SCENARIO, "You are dismissed.\n:::\n::::", "You are dismissed.\n:::",
    ),
    "directive-not-closed-before": Explained(
        "The next block begins while this one is open. Only a block with more colons holds others.",
        "El bloque siguiente comienza mientras este está abierto. Solo un bloque con más dos puntos contiene a otros.",
        LESSON, ":::{note}\nEvery person has a name.\n:::", ":::{note}\nEvery person has a name.",
    ),
    "directive-unknown": Explained(
        "Blocks have fixed names, in English in every language: note, tip, important, warning, danger, do, never, case,"
        " country, only, question, scenario, scene, criteria, entry.",
        "Los bloques tienen nombres fijos, en inglés en todos los idiomas: note, tip, important, warning, danger, do,"
        " never, case, country, only, question, scenario, scene, criteria, entry.",
        LESSON, ":::{note}", ":::{noet}",
    ),
    "directive-not-on-page": Explained(
        "Each kind of page holds its own blocks: scenes in a scenario, criteria in a practical sheet, and so on.",
        "Cada clase de página tiene sus bloques: escenas en un escenario, criterios en una ficha práctica, etcétera.",
        LESSON, ":::{note}", ":::{criteria}",
    ),
    "directive-not-outer": Explained(
        "Questions, countries' passages and scenarios are cut out of the page as a whole, so nothing may hold them.",
        "Las preguntas, los pasajes de países y los escenarios se toman enteros de la página; nada puede contenerlos.",
        LESSON, ":::{country} complaint-body\n:::", "> :::{country} complaint-body\n> :::",
    ),
    "directive-argument-missing": Explained(
        "A case has a title, a question an id, a passage its countries: on the same line.",
        "Un caso lleva un título, una pregunta un id, un pasaje sus países: en la misma línea.",
        LESSON, ":::{case} Marta's *request*", ":::{case}",
    ),
    "directive-argument-unknown": Explained(
        "This block has a heading of its own, the same in the whole course.",
        "Este bloque tiene su propio título, el mismo en todo el curso.",
        LESSON, ":::{do}", ":::{do} At the post",
    ),
    "heading-level-1": Explained(
        "A page has one title, from its front matter. A second one confuses people who listen to the page.",
        "Una página tiene un título, el de su encabezado. Otro confunde a quien escucha la página.",
        LESSON, "## The task", "# The task",
    ),
    "heading-skips": Explained(
        "Levels are the table of contents for people who listen. Go down one level at a time.",
        "Los niveles son el índice de quien escucha. Baje de nivel en nivel.",
        LESSON, "## The task", "#### The task",
    ),
    "attributes-stray": Explained(
        "Ids in braces belong to answers, criteria, terms and cells to match. Elsewhere learners see them.",
        "Los id entre llaves pertenecen a respuestas, criterios, términos y celdas que se relacionan. En otro lugar, se"
        " ven.",
        LESSON, "Marta is 17.", "Marta is 17. {#marta}",
    ),
    "raw-html": Explained(
        "HTML could carry programs into the page, and is lost on paper and offline. Markdown says the same.",
        "El HTML podría llevar programas a la página y se pierde en papel y sin conexión. Markdown dice lo mismo.",
        LESSON, "Every person has a name.", "Every person has a <b>name</b>.",
    ),
    "footnote-here": Explained(
        "Questions and scenes are shown alone, without the foot of the page, and that foot is for everybody: what a"
        " trainers' key says does not belong there. Write the note into the text.",
        "Las preguntas y escenas se muestran solas, sin el pie de la página, y ese pie lo lee todo el mundo: lo que dice"
        " una clave de quien capacita no va allí. Escriba la nota en el texto.",
        QUIZ, "Who decides?", "Who decides?^[On status.]",
    ),
    "source-unknown": Explained(
        "Citations name a source of course.yaml, where its title, address and date are.",
        "Las citas nombran una fuente de course.yaml, donde están su título, dirección y fecha.",
        LESSON, "[@code-of-conduct art. 7]", "[@code-of-conducts art. 7]",
    ),
    "link-empty": Explained(
        "The parentheses after the link's text hold its address.",
        "Los paréntesis después del texto del enlace contienen su dirección.",
        LESSON, "[protection lesson](../02-protection/1-who-is-a-refugee.en.md)", "[protection lesson]()",
    ),
    "link-unsafe": Explained(
        "Other beginnings run programs or open files of the reader's computer.",
        "Otros comienzos ejecutan programas o abren archivos de la computadora de quien lee.",
        LESSON, "(../02-protection/1-who-is-a-refugee.en.md)", "(javascript:alert)",
    ),
    "link-absolute": Explained(
        "The site may stand under another address tomorrow. Files of the course stay where they are.",
        "El sitio puede estar mañana en otra dirección. Los archivos del curso siguen en su lugar.",
        LESSON, "(../02-protection/1-who-is-a-refugee.en.md)", "(/learn/border-basics/protection/)",
    ),
    "link-fragment": Explained(
        "Places inside a page have no address that lasts. Link to the page.",
        "Los lugares dentro de una página no tienen una dirección duradera. Enlace a la página.",
        LESSON, "(../02-protection/1-who-is-a-refugee.en.md)", "(#the-task)",
    ),
    "link-page-missing": Explained(
        "The address is the page's file, read from the folder of this page.",
        "La dirección es el archivo de la página, leído desde la carpeta de esta página.",
        LESSON, "(../02-protection/1-who-is-a-refugee.en.md)", "(../02-protection/1-who-is-refugee.en.md)",
    ),
    "image-remote": Explained(
        "A picture from elsewhere tells its owner who reads, and is not there offline or tomorrow.",
        "Una imagen de otro lugar avisa a su dueño quién lee, y no está sin conexión ni mañana.",
        LESSON, "](media/post.svg)", "](https://example.org/post.svg)",
    ),
    "image-without-alt": Explained(
        "Between the brackets stands what the picture tells, for those who hear the page or have no picture.",
        "Entre los corchetes va lo que dice la imagen, para quien oye la página o no recibe la imagen.",
        LESSON, "![The post at El Cativo]", "![]",
    ),
    "sound-without-words": Explained(
        "A sound has its words in a WebVTT file of the same name beside it. Pages show them after the player.",
        "Un audio lleva sus palabras en un archivo WebVTT del mismo nombre, a su lado. Las páginas las muestran después.",
        "", "WEBVTT\n\n00:00.000 --> 00:04.000\nFollow me, please.", "media/call.mp3  (alone)",
    ),
    "entry-unknown": Explained(
        "“entries” of course.yaml lists what each country supplies.",
        "«entries» de course.yaml enumera lo que cada país aporta.",
        LESSON, ":::{country} complaint-body", ":::{country} complaints-body",
    ),
    "text-outside-questions": Explained(
        "A quiz shows its questions one by one, so text between them has no page to stand on.",
        "Una prueba muestra sus preguntas una por una; el texto entre ellas no tiene página.",
        QUIZ, ":::\n\n:::{question} mission-several", ":::\n\nNow the second.\n\n:::{question} mission-several",
    ),
}  # fmt: skip
