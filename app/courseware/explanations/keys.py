"""course.yaml, front matter and the options of blocks."""

from __future__ import annotations

from app.courseware.explanations.table import COUNTRY, COURSE, EXAM, LESSON, QUIZ, Explained, Table

KEYS: Table = {
    "module-missing": Explained(
        "“modules” names a module whose folder is not there. A folder is the number, a hyphen and this id.",
        "«modules» nombra un módulo sin carpeta. La carpeta es el número, un guion y este id.",
        COURSE, "modules: [mission, protection]", "modules: [mission, protecton]",
    ),
    "module-listed-twice": Explained(
        "Each module has one place in the order of the course.",
        "Cada módulo tiene un solo lugar en el orden del curso.",
        COURSE, "modules: [mission, protection]", "modules: [mission, protection, mission]",
    ),
    "module-unknown": Explained(
        "Only modules that course.yaml lists can be named.",
        "Solo se pueden nombrar los módulos que course.yaml enumera.",
        COURSE, "unlock: after mission any", "unlock: after misson any",
    ),
    "yaml-malformed": Explained(
        "The lines “name: value” cannot be taken apart: a colon, a bracket or the indentation stands in the way.",
        "No se pueden separar las líneas «nombre: valor»: estorba un signo de dos puntos, un corchete o la sangría.",
        LESSON, "title: What we do", "title: What: we do",
    ),
    "yaml-not-a-mapping": Explained(
        "Between the two lines --- there are lines “name: value”, not a list or a sentence.",
        "Entre las dos líneas --- hay líneas «nombre: valor», no una lista ni una oración.",
        QUIZ, "title: Module quiz", "Module quiz",
    ),
    "yaml-anchor": Explained(
        "Anchors copy parts of a file and can multiply it. Write the value again; a text with & or * goes in quotes.",
        "Las anclas copian partes del archivo y pueden multiplicarlo. Escriba el valor de nuevo; un texto con & o * va"
        " entre comillas.",
        COURSE, "id: border-basics", "id: &a border-basics",
    ),
    "front-matter-not-closed": Explained(
        "Without the second line --- nobody knows where the text begins.",
        "Sin la segunda línea --- no se sabe dónde comienza el texto.",
        LESSON, "---\ntitle: What we do\nobjective: Say what the unit does.\nobjectives: [1, 2]\nminutes: 20\n---",
        "---\ntitle: What we do\nobjective: Say what the unit does.\nobjectives: [1, 2]\nminutes: 20",
    ),
    "key-twice": Explained(
        "The same name twice would leave it open which value counts.",
        "El mismo nombre dos veces dejaría abierto qué valor cuenta.",
        COURSE, "id: border-basics", "id: border-basics\nid: other",
    ),
    "key-unknown": Explained(
        "A name with a typing error would be left out without a word, so unknown names are refused.",
        "Un nombre con un error de escritura se omitiría sin aviso; por eso se rechazan los desconocidos.",
        LESSON, "minutes: 20", "minute: 20",
    ),
    "key-missing": Explained(
        "The course or page cannot do without this value.",
        "El curso o la página no puede prescindir de este valor.",
        LESSON, "title: What we do\n", "",
    ),
    "value-not-text": Explained(
        "A single text belongs here. A text that begins with a bracket or a brace goes in quotes.",
        "Aquí va un solo texto. Un texto que comienza con corchete o llave va entre comillas.",
        COURSE, "id: border-basics", "id: {a: b}",
    ),
    "value-not-list": Explained(
        "A list stands in brackets, or on lines of its own that begin with a hyphen, even with one value.",
        "Una lista va entre corchetes, o en líneas propias que comienzan con guion, aunque tenga un solo valor.",
        LESSON, "objectives: [1, 2]", "objectives: 1",
    ),
    "value-not-mapping": Explained(
        "Several named values belong here, in braces or on indented lines of their own.",
        "Aquí van varios valores con nombre, entre llaves o en líneas propias con sangría.",
        COURSE, "hours: {online: 2, practice: 1, final: 0.5}", "hours: 3",
    ),
    "value-not-integer": Explained(
        "A whole number in digits belongs here, within the limits that the message names.",
        "Aquí va un número entero en cifras, dentro de los límites que indica el mensaje.",
        LESSON, "minutes: 20", "minutes: twenty",
    ),
    "value-not-number": Explained(
        "A number in digits belongs here; decimals follow a point.",
        "Aquí va un número en cifras; los decimales van después de un punto.",
        COURSE, "hours: {online: 2,", "hours: {online: two,",
    ),
    "value-not-date": Explained(
        "Dates are year, month and day with hyphens, so that no country reads them otherwise.",
        "Las fechas son año, mes y día con guiones, para que ningún país las lea de otro modo.",
        COUNTRY, ":reviewed: 2026-09-01", ":reviewed: 1/9/2026",
    ),
    "value-unknown": Explained(
        "Only the words that the message lists have a meaning here.",
        "Aquí solo tienen significado las palabras que enumera el mensaje.",
        COURSE, "scenarios: without critical error", "scenarios: without error",
    ),
    "id-malformed": Explained(
        "Ids become addresses and are kept with people's progress, so they are plain and stay as they are.",
        "Los id se vuelven direcciones y se guardan con el avance de las personas; por eso son sencillos y no cambian.",
        QUIZ, ":::{question} mission-one", ":::{question} Mission_One",
    ),
    "code-malformed": Explained(
        "The code is printed on certificates and read aloud.",
        "El código se imprime en los certificados y se lee en voz alta.",
        COURSE, "code: BB", "code: bb!",
    ),
    "unlock-unknown": Explained(
        "It says when a module opens: “any” at once, “in order” one after the other, “after mission any” all after one.",
        "Indica cuándo se abre un módulo: «any» de inmediato, «in order» uno tras otro, «after mission any» todos después"
        " de uno.",
        COURSE, "unlock: after mission any", "unlock: sometimes",
    ),
    "offline-quizzes-none": Explained(
        "The line lets officers take module quizzes in a saved module. Say under “completion” how they are drawn and"
        " passed, or leave the line out.",
        "La línea permite rendir los cuestionarios en un módulo guardado. Diga en «completion» cómo se toman y se"
        " aprueban, o quite la línea.",
        COURSE, "completion:\n  lessons: all\n  quizzes: {draw: 3, pass: 70, attempts: 3, wait_hours: 12, critical: all}\n",
        "offline_quizzes: yes\ncompletion:\n  lessons: all\n",
    ),
    "per-module-malformed": Explained(
        "The examination draws at least the first and at most the second number of questions from each module.",
        "El examen toma de cada módulo al menos el primer número de preguntas y como máximo el segundo.",
        COURSE, "per_module: [1, 3]", "per_module: [3, 1]",
    ),
    "source-url-malformed": Explained(
        "Readers follow this address; only a whole web address leads somewhere.",
        "Quien lee sigue esta dirección; solo una dirección web completa lleva a algún lugar.",
        COURSE, "url: https://example.org/1951", "url: www.example.org/1951",
    ),
    "country-unknown": Explained(
        "Countries are the two capital letters of ISO 3166, parted by spaces.",
        "Los países son las dos mayúsculas de ISO 3166, separadas por espacios.",
        LESSON, ":::{only} PA CR", ":::{only} Panama",
    ),
    "countries-missing": Explained(
        "A passage for no country would be seen by nobody. Name countries, or take the line away.",
        "Un pasaje para ningún país no lo vería nadie. Nombre países o quite la línea.",
        QUIZ, ":countries: PA CR", ":countries:",
    ),
    "option-twice": Explained(
        "The same option twice would leave it open which value counts.",
        "La misma opción dos veces dejaría abierto qué valor cuenta.",
        QUIZ, ":difficulty: 1", ":difficulty: 1\n:difficulty: 3",
    ),
    "option-unknown": Explained(
        "An option with a typing error would be left out without a word, so unknown ones are refused.",
        "Una opción con un error de escritura se omitiría sin aviso; por eso se rechazan las desconocidas.",
        EXAM, ":critical:", ":critcal:",
    ),
}  # fmt: skip
