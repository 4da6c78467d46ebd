"""Every problem that the compiler can report: its code, how grave it is, and what it says in both languages.

Codes are stable: editors, tests and people's notes refer to them. Names in braces are filled in by a problem's values.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Message(NamedTuple):
    severity: Literal["error", "warning"]
    en: str
    es: str

    def template(self, language: str) -> str:
        """The sentence in *language*, in English where there is no other."""
        return self.es if language == "es" else self.en


def _error(en: str, es: str) -> Message:
    return Message("error", en, es)


def _warning(en: str, es: str) -> Message:
    return Message("warning", en, es)


_SOURCES = {
    "source-folder-missing": _error("There is no folder “{path}”.", "No existe la carpeta «{path}»."),
    "source-path-unsafe": _error(
        "The name “{path}” is not allowed: use plain relative names, with “/” between folders.",
        "El nombre «{path}» no se admite: use nombres relativos sencillos, con «/» entre carpetas.",
    ),
    "source-path-twice": _error(
        "“{path}” and “{other}” are the same name on some computers. Rename one.",
        "«{path}» y «{other}» son el mismo nombre en algunas computadoras. Cambie uno.",
    ),
    "source-link": _error(
        "“{path}” is a link to somewhere else. Put the file itself there.",
        "«{path}» es un enlace a otro lugar. Ponga allí el archivo mismo.",
    ),
    "source-not-plain": _error("“{path}” is not an ordinary file.", "«{path}» no es un archivo común."),
    "source-too-many": _error(
        "There are more than {limit} files. A course holds fewer.",
        "Hay más de {limit} archivos. Un curso contiene menos.",
    ),
    "source-file-too-large": _error("“{path}” is larger than {limit} MB.", "«{path}» pesa más de {limit} MB."),
    "source-too-large": _error(
        "The files are larger than {limit} MB altogether.", "Los archivos pesan en conjunto más de {limit} MB."
    ),
    "zip-broken": _error("This is not a zip file, or it is damaged.", "Esto no es un archivo zip, o está dañado."),
    "zip-encrypted": _error(
        "“{path}” is protected by a password. Make the zip again without one.",
        "«{path}» está protegido con contraseña. Haga el zip de nuevo sin ella.",
    ),
    "zip-method": _error(
        "“{path}” is compressed in an unusual way. Make the zip again with your system's own command.",
        "«{path}» está comprimido de un modo poco común. Haga el zip de nuevo con la función de su sistema.",
    ),
    "zip-ratio": _error(
        "“{path}” grows more than {limit} times when it is unpacked. It is refused as an attack.",
        "«{path}» crece más de {limit} veces al descomprimirse. Se rechaza como un ataque.",
    ),
}

_FILES = {
    "course-file-missing": _error("There is no course.yaml.", "Falta course.yaml."),
    "file-unknown": _warning(
        "“{path}” is no page of a course and is left out. Pages are named like 1-first-lesson.en.md.",
        "«{path}» no es una página del curso y se deja fuera. Las páginas se llaman como 1-first-lesson.es.md.",
    ),
    "file-language": _error(
        "The course has no language “{language}”; course.yaml names: {known}.",
        "El curso no tiene el idioma «{language}»; course.yaml nombra: {known}.",
    ),
    "page-twice": _error(
        "“{other}” has the same id “{id}” in the same language.",
        "«{other}» tiene el mismo id «{id}» en el mismo idioma.",
    ),
    "page-id-reserved": _error(
        "“{id}” is an address of the site already and cannot be the id of a module or lesson. Rename it.",
        "«{id}» ya es una dirección del sitio y no puede ser el id de un módulo o una lección. Cámbielo.",
    ),
    "module-missing": _error("There is no folder for module “{module}”.", "No hay carpeta para el módulo «{module}»."),
    "module-not-listed": _error(
        "Module “{module}” is not in the list “modules” of course.yaml.",
        "El módulo «{module}» no está en la lista «modules» de course.yaml.",
    ),
    "module-twice": _error(
        "Module “{module}” is in two folders; the other is “{other}”.",
        "El módulo «{module}» está en dos carpetas; la otra es «{other}».",
    ),
    "module-listed-twice": _error("Module “{module}” is listed twice.", "El módulo «{module}» figura dos veces."),
    "module-unknown": _error("There is no module “{module}”.", "No existe el módulo «{module}»."),
    "not-utf8": _error(
        "The file is not saved as UTF-8. Save it again with that encoding.",
        "El archivo no está guardado en UTF-8. Guárdelo de nuevo con esa codificación.",
    ),
    "control-character": _error(
        "There is an invisible character here ({character}) that could hide or reorder text. Delete it.",
        "Aquí hay un carácter invisible ({character}) que podría ocultar o reordenar el texto. Bórrelo.",
    ),
    "page-too-large": _error(
        "The page is larger than {limit} KB. Divide it.", "La página pesa más de {limit} KB. Divídala."
    ),
    "page-too-many-lines": _error(
        "The page has more than {limit} lines. Divide it.", "La página tiene más de {limit} líneas. Divídala."
    ),
    "page-too-many-items": _error(
        "The page has more than {limit} list items. Divide it.",
        "La página tiene más de {limit} elementos de lista. Divídala.",
    ),
    "page-too-many-directives": _error(
        "The page has more than {limit} blocks with colons. Divide it.",
        "La página tiene más de {limit} bloques con dos puntos. Divídala.",
    ),
    "table-too-wide": _error("This table has more than {limit} columns.", "Esta tabla tiene más de {limit} columnas."),
    "page-too-deep": _error(
        "Lists or quotations are nested deeper than {limit} levels here.",
        "Las listas o citas están anidadas aquí a más de {limit} niveles.",
    ),
    "page-too-crowded": _error(
        "This paragraph has more than {limit} markup characters.",
        "Este párrafo tiene más de {limit} signos de formato.",
    ),
    "line-too-long": _error(
        "This line has more than {limit} characters.", "Esta línea tiene más de {limit} caracteres."
    ),
    "media-missing": _error("There is no file “{path}” in the course.", "No existe el archivo «{path}» en el curso."),
    "media-type": _error(
        "Files like “{path}” cannot be shown. Use one of: {known}.",
        "No se pueden mostrar archivos como «{path}». Use uno de estos tipos: {known}.",
    ),
    "media-differs": _error(
        "“{path}” is not the kind of file that its name says.",
        "«{path}» no es el tipo de archivo que dice su nombre.",
    ),
    "media-active": _error(
        "“{path}” holds scripts, outside addresses or the like. Save the drawing again as plain SVG.",
        "«{path}» contiene scripts, direcciones externas o algo parecido. Guarde el dibujo de nuevo como SVG simple.",
    ),
}

_KEYS = {
    "yaml-malformed": _error(
        "This cannot be read. Check the indentation; put a text with “: ” or “#”, or one that begins with a quotation"
        " mark or a bracket, in quotes.",
        "Esto no se puede leer. Revise la sangría; ponga entre comillas un texto que contenga «: » o «#», o que empiece"
        " con comillas o corchetes.",
    ),
    "yaml-not-a-mapping": _error("Lines like “title: …” are expected here.", "Aquí se esperan líneas como «title: …»."),
    "yaml-anchor": _error(
        "Anchors (&), aliases (*) and further documents (---) are not used here.",
        "Aquí no se usan anclas (&), alias (*) ni otros documentos (---).",
    ),
    "front-matter-not-closed": _error(
        "The front matter begins with --- and never ends. Close it with a line ---.",
        "El encabezado comienza con --- y no termina. Ciérrelo con una línea ---.",
    ),
    "key-twice": _error(
        "“{key}” is here for the second time; first in line {line}.",
        "«{key}» aparece por segunda vez; la primera en la línea {line}.",
    ),
    "key-unknown": _error(
        "“{key}” is not known here. Known: {known}.", "«{key}» no se conoce aquí. Se conocen: {known}."
    ),
    "key-missing": _error("“{key}” is missing.", "Falta «{key}»."),
    "value-not-text": _error("“{key}” should be a text.", "«{key}» debe ser un texto."),
    "value-not-list": _error("“{key}” should be a list.", "«{key}» debe ser una lista."),
    "value-not-mapping": _error(
        "“{key}” should hold lines of its own, “name: value”.", "«{key}» debe tener sus propias líneas «nombre: valor»."
    ),
    "value-not-integer": _error(
        "“{key}” should be a whole number from {least} to {most}, not “{value}”.",
        "«{key}» debe ser un número entero de {least} a {most}, no «{value}».",
    ),
    "value-not-number": _error(
        "“{key}” should be a number such as 12 or 1.5, not “{value}”.",
        "«{key}» debe ser un número como 12 o 1.5, no «{value}».",
    ),
    "value-not-date": _error(
        "“{key}” should be a date such as 2026-10-01, not “{value}”.",
        "«{key}» debe ser una fecha como 2026-10-01, no «{value}».",
    ),
    "value-unknown": _error(
        "“{key}” cannot be “{value}”. Known: {known}.", "«{key}» no puede ser «{value}». Se conocen: {known}."
    ),
    "id-malformed": _error(
        "“{id}” cannot be an id. Use small letters, digits and single hyphens, such as who-is-a-refugee.",
        "«{id}» no puede ser un id. Use minúsculas sin acento, cifras y guiones, como who-is-a-refugee.",
    ),
    "code-malformed": _error(
        "“{code}” cannot be a course code. Use 2 to 12 capital letters and digits.",
        "«{code}» no puede ser un código de curso. Use de 2 a 12 mayúsculas y cifras.",
    ),
    "unlock-unknown": _error(
        "“unlock” should be “any”, “in order” or “after … any” with a module, not “{value}”.",
        "«unlock» debe ser «any», «in order» o «after … any» con un módulo, no «{value}».",
    ),
    "offline-quizzes-none": _error(
        "“offline_quizzes” allows quizzes without a network, but “completion” asks for no “quizzes”.",
        "«offline_quizzes» permite los cuestionarios sin red, pero «completion» no pide «quizzes».",
    ),
    "per-module-malformed": _error(
        "“per_module” should be two numbers, the fewest and the most, such as [2, 5].",
        "«per_module» debe ser dos números, el menor y el mayor, como [2, 5].",
    ),
    "source-url-malformed": _error(
        "“{url}” should begin with https:// and have no spaces.",
        "«{url}» debe comenzar con https:// y no llevar espacios.",
    ),
    "country-unknown": _error(
        "“{code}” is no country code. Use two capital letters, such as PA.",
        "«{code}» no es un código de país. Use dos mayúsculas, como PA.",
    ),
    "countries-missing": _error("No country is named here.", "Aquí no se nombra ningún país."),
    "option-twice": _error("“:{name}:” is here for the second time.", "«:{name}:» aparece por segunda vez."),
    "option-unknown": _error(
        "“:{option}:” is not known in “{name}”. Known: {known}.",
        "«:{option}:» no se conoce en «{name}». Se conocen: {known}.",
    ),
}

_TEXT = {
    "directive-malformed": _error(
        "A line that begins with ::: opens a block like “:::{{note}}” or closes one with colons alone.",
        "Una línea que comienza con ::: abre un bloque como «:::{{note}}» o lo cierra solo con dos puntos.",
    ),
    "directive-close-stray": _error(
        "These colons close nothing: no block is open here, or one that holds others needs more colons than they have.",
        "Estos dos puntos no cierran nada: no hay un bloque abierto, o uno que contiene otros necesita más dos puntos"
        " que ellos.",
    ),
    "directive-not-closed": _error(
        "“{name}” is never closed. End it with a line {colons}",
        "«{name}» no se cierra. Termínelo con una línea {colons}",
    ),
    "directive-not-closed-before": _error(
        "“{name}” is not closed before “{other}” begins. Close it with {colons} or, if it should hold “{other}”, give"
        " it one colon more.",
        "«{name}» no se cierra antes de que comience «{other}». Ciérrelo con {colons} o, si debe contener «{other}»,"
        " dele un signo de dos puntos más.",
    ),
    "directive-unknown": _error("There is no block “{name}”.", "No existe el bloque «{name}»."),
    "directive-not-on-page": _error(
        "“{name}” has no place on this kind of page.", "«{name}» no va en esta clase de página."
    ),
    "directive-not-outer": _error(
        "“{name}” stands on its own, not inside a list, a quotation or another block.",
        "«{name}» va por sí solo, no dentro de una lista, una cita u otro bloque.",
    ),
    "directive-argument-missing": _error(
        "“{name}” needs a word or title after it on the same line.",
        "«{name}» necesita una palabra o un título después, en la misma línea.",
    ),
    "directive-argument-unknown": _error(
        "“{name}” takes nothing after it on its line, so “{argument}” would be lost.",
        "«{name}» no lleva nada después en su línea; «{argument}» se perdería.",
    ),
    "heading-level-1": _error(
        "The title of the page is in its front matter; headings in the text begin with ##.",
        "El título de la página está en su encabezado; los títulos del texto comienzan con ##.",
    ),
    "heading-skips": _warning(
        "A heading of level {level} follows one of level {before}; people who listen to the page lose the thread.",
        "Un título de nivel {level} sigue a uno de nivel {before}; quien escucha la página pierde el hilo.",
    ),
    "attributes-stray": _warning(
        "“{attributes}” means nothing here and is printed as it is.",
        "«{attributes}» no significa nada aquí y se imprime tal cual.",
    ),
    "raw-html": _error(
        "HTML such as “{tag}” is not allowed. Use Markdown.", "No se admite HTML como «{tag}». Use Markdown."
    ),
    "footnote-here": _error(
        "Footnotes have no place in questions, scenes, criteria and trainers' keys.",
        "Las notas al pie no caben en preguntas, escenas, criterios ni claves de quien capacita.",
    ),
    "source-unknown": _error(
        "There is no source “{source}” in course.yaml.", "No existe la fuente «{source}» en course.yaml."
    ),
    "link-empty": _error("This link leads nowhere.", "Este enlace no lleva a ninguna parte."),
    "link-unsafe": _error(
        "Links may begin with https:, http: or mailto:, not with “{scheme}:”.",
        "Los enlaces pueden comenzar con https:, http: o mailto:, no con «{scheme}:».",
    ),
    "link-absolute": _error(
        "“{address}” means another place on every site. Link to a page of the course by its file, such as"
        " ../04-protection/module.en.md, or write the whole address with https.",
        "«{address}» significa algo distinto en cada sitio. Enlace a una página del curso por su archivo, como"
        " ../04-protection/module.es.md, o escriba la dirección completa con https.",
    ),
    "link-fragment": _error(
        "Links to a place inside a page (“{address}”) are only for the choices of a scene.",
        "Los enlaces a un lugar de la página («{address}») son solo para las opciones de una escena.",
    ),
    "link-page-missing": _error(
        "There is no page “{path}” to link to.", "No existe la página «{path}» a la que enlaza."
    ),
    "image-remote": _error(
        "Pictures come with the course; “{address}” is somewhere else. Put the file in a folder “media”.",
        "Las imágenes vienen con el curso; «{address}» está en otra parte. Ponga el archivo en una carpeta «media».",
    ),
    "image-without-alt": _error(
        "The picture has no description for those who cannot see it: ![description](media/…).",
        "La imagen no tiene descripción para quien no puede verla: ![descripción](media/…).",
    ),
    "sound-without-words": _error(
        "Not everybody can hear “{path}”. Write what is said in “{written}”.",
        "No todas las personas pueden oír «{path}». Escriba lo que se dice en «{written}».",
    ),
    "entry-unknown": _error(
        "There is no entry “{entry}” in “entries” of course.yaml.",
        "No existe la entrada «{entry}» en «entries» de course.yaml.",
    ),
    "text-outside-questions": _error(
        "This page holds questions only; nobody would see this text.",
        "Esta página contiene solo preguntas; nadie vería este texto.",
    ),
}

_QUESTIONS = {
    "question-id-missing": _error(
        "The question has no id: “:::{{question}} some-id”. “paso courses fix” writes one.",
        "La pregunta no tiene id: «:::{{question}} un-id». «paso courses fix» escribe uno.",
    ),
    "question-id-twice": _error(
        "The question's id “{id}” is already used in line {line}.",
        "El id «{id}» de la pregunta ya se usa en la línea {line}.",
    ),
    "question-id-elsewhere": _error(
        "The question's id “{id}” is already used in {file}, line {line}.",
        "El id «{id}» de la pregunta ya se usa en {file}, línea {line}.",
    ),
    "question-prompt-missing": _error("The question asks nothing.", "La pregunta no pregunta nada."),
    "question-answers-missing": _error(
        "The question has no answers: a list of ( ) and (x), or one of the other forms.",
        "La pregunta no tiene respuestas: una lista de ( ) y (x), o una de las otras formas.",
    ),
    "question-answers-apart": _error(
        "The answers are in two parts; the first is in line {line}. Indent what belongs to an answer by two spaces.",
        "Las respuestas están en dos partes; la primera en la línea {line}. Sangre con dos espacios lo que pertenece a"
        " una respuesta.",
    ),
    "question-text-after": _error(
        "After the answers only the explanation may follow, each of its lines beginning with >.",
        "Después de las respuestas solo puede venir la explicación, con > al comienzo de cada línea.",
    ),
    "question-type-missing": _error(
        "If this list or table is the answer, say “:type: {type}”.",
        "Si esta lista o tabla es la respuesta, indique «:type: {type}».",
    ),
    "question-type-differs": _error(
        "“:type: {type}” does not fit the answers, which are of type “{kind}”.",
        "«:type: {type}» no corresponde a las respuestas, que son de tipo «{kind}».",
    ),
    "question-credit": _error(
        "Partial credit is only for questions with several right answers.",
        "El crédito parcial es solo para preguntas con varias respuestas correctas.",
    ),
    "question-module-missing": _error(
        "A question of the final examination names its module: “:module: …”.",
        "Una pregunta del examen final nombra su módulo: «:module: …».",
    ),
    "question-module-other": _error(
        "The question stands in module “{module}”.", "La pregunta está en el módulo «{module}»."
    ),
    "objective-unknown": _error(
        "Module “{module}” has {count} objectives, so there is no objective {objective}.",
        "El módulo «{module}» tiene {count} objetivos; no existe el objetivo {objective}.",
    ),
    "question-markers-missing": _error(
        "Each answer begins with ( ) or, if several are right, with [ ]; the right one with (x) or [x].",
        "Cada respuesta comienza con ( ) o, si hay varias correctas, con [ ]; la correcta con (x) o [x].",
    ),
    "question-marker-missing": _error(
        "This answer does not begin with ( ), (x), [ ] or [x] and a space.",
        "Esta respuesta no comienza con ( ), (x), [ ] o [x] y un espacio.",
    ),
    "question-marker-here": _error(
        "Items to put in order have no ( ) or [ ]: their order is the answer.",
        "Los elementos que se ordenan no llevan ( ) ni [ ]: su orden es la respuesta.",
    ),
    "question-markers-mixed": _error(
        "( ) and [ ] are mixed; the answers begin in line {line}. Use ( ) for one right answer, [ ] for several.",
        "Se mezclan ( ) y [ ]; las respuestas comienzan en la línea {line}. Use ( ) para una correcta y [ ] para"
        " varias.",
    ),
    "question-right-missing": _error(
        "No answer is marked as right with {marker}.", "Ninguna respuesta está marcada como correcta con {marker}."
    ),
    "question-right-twice": _error(
        "A second answer is marked (x); the first is in line {line}. If both are right, use [x] and [ ].",
        "Una segunda respuesta lleva (x); la primera está en la línea {line}. Si ambas son correctas, use [x] y [ ].",
    ),
    "question-one-option": _error("One answer alone is no question.", "Una sola respuesta no es una pregunta."),
    "question-option-empty": _error("There is no text here.", "Aquí no hay texto."),
    "question-option-id-missing": _warning(
        "The answer has no id, such as {{#refuse}} at its end. “paso courses fix” writes one.",
        "La respuesta no tiene id, como {{#refuse}} al final. «paso courses fix» escribe uno.",
    ),
    "question-option-id-malformed": _error(
        "“{{{attributes}}}” should be an id such as {{#refuse}}: #, small letters, digits and hyphens.",
        "«{{{attributes}}}» debe ser un id como {{#refuse}}: #, minúsculas sin acento, cifras y guiones.",
    ),
    "question-option-id-twice": _error(
        "The id “{id}” is already used in line {line}.", "El id «{id}» ya se usa en la línea {line}."
    ),
    "question-match-columns": _error(
        "A question of type “match” needs a table of two columns.",
        "Una pregunta de tipo «match» necesita una tabla de dos columnas.",
    ),
    "question-match-pairs": _error(
        "There should be at least two pairs to match.", "Debe haber al menos dos parejas que relacionar."
    ),
    "question-match-right": _error(
        "The right cell is empty. Only the left one may be, which makes the right one a distractor.",
        "La celda derecha está vacía. Solo puede estarlo la izquierda, y entonces la derecha es un distractor.",
    ),
    "question-match-twice": _error(
        "The same text is already in line {line}, so that two pairs would be right.",
        "El mismo texto ya está en la línea {line}; dos parejas serían correctas.",
    ),
    "question-pattern": _error(
        "Patterns between / and / are not offered. Write each accepted answer on a line of its own.",
        "No se ofrecen patrones entre / y /. Escriba cada respuesta aceptada en una línea.",
    ),
    "question-answer-empty": _error(
        "An accepted answer needs letters or digits.", "Una respuesta aceptada necesita letras o cifras."
    ),
    "question-answer-twice": _error("“{answer}” is accepted twice.", "«{answer}» se acepta dos veces."),
    "question-number-malformed": _error(
        "“{value}” should be a number and its tolerance, such as 30 ± 2.",
        "«{value}» debe ser un número y su tolerancia, como 30 ± 2.",
    ),
    "question-number-lines": _error(
        "A number has one line only; its tolerance says what else is right.",
        "Un número tiene una sola línea; su tolerancia dice qué más es correcto.",
    ),
    "question-number-thousands": _error(
        "“{value}” means different numbers in different countries. Write it without a sign for thousands.",
        "«{value}» significa números distintos según el país. Escríbalo sin signo de miles.",
    ),
}

_SCENARIOS = {
    "scenario-missing": _error(
        "There is no “::::{{scenario}} some-id” on this page.", "En esta página no hay «::::{{scenario}} un-id»."
    ),
    "scenario-twice": _error(
        "A page holds one scenario; the first is in line {line}.",
        "Una página contiene un escenario; el primero está en la línea {line}.",
    ),
    "scenario-text-outside": _error(
        "Inside a scenario there are scenes only; nobody would see this text.",
        "Dentro de un escenario hay solo escenas; nadie vería este texto.",
    ),
    "scenario-text-after": _error(
        "The scenario ends the page; nobody would see this text.",
        "El escenario termina la página; nadie vería este texto.",
    ),
    "scenario-empty": _error("The scenario has no scene.", "El escenario no tiene ninguna escena."),
    "scenario-without-good": _error(
        "No good ending (“:ending: good”) can be reached.", "No se puede llegar a ningún buen final («:ending: good»)."
    ),
    "scenario-loop": _error(
        "One can go round for ever without any dial changing: {scenes}.",
        "Se puede dar vueltas sin fin sin que cambie ningún indicador: {scenes}.",
    ),
    "scene-outside": _error(
        "A scene stands directly inside a scenario.", "Una escena va directamente dentro de un escenario."
    ),
    "scene-twice": _error(
        "There is already a scene “{scene}” in line {line}.", "Ya existe una escena «{scene}» en la línea {line}."
    ),
    "scene-empty": _error("Scene “{scene}” has no text.", "La escena «{scene}» no tiene texto."),
    "scene-text-after": _error(
        "The choices end the scene; nobody would see this text.",
        "Las opciones terminan la escena; nadie vería este texto.",
    ),
    "scene-dead-end": _error(
        "Scene “{scene}” has neither choices nor an “:ending:”.", "La escena «{scene}» no tiene opciones ni «:ending:»."
    ),
    "scene-unreachable": _error("No choice leads to scene “{scene}”.", "Ninguna opción lleva a la escena «{scene}»."),
    "scene-without-end": _error(
        "No way leads from scene “{scene}” to an ending.", "Ningún camino lleva de la escena «{scene}» a un final."
    ),
    "ending-with-choices": _error(
        "Scene “{scene}” is an ending and has choices. It can only be one of the two.",
        "La escena «{scene}» es un final y tiene opciones. Solo puede ser una de las dos cosas.",
    ),
    "choice-without-link": _error(
        "A choice is a link to a scene: - [What I do.](#scene).",
        "Una opción es un enlace a una escena: - [Lo que hago.](#escena).",
    ),
    "choice-text-after": _error(
        "After a choice's link only its effects may follow: {{rights=+1 critical}}.",
        "Después del enlace de una opción solo pueden venir sus efectos: {{rights=+1 critical}}.",
    ),
    "choice-empty": _error("The choice has no text.", "La opción no tiene texto."),
    "choice-unknown-scene": _error("There is no scene “{scene}”.", "No existe la escena «{scene}»."),
    "choice-critical": _error(
        "The choice is a critical error, but scene “{scene}” has no “:ending: critical”.",
        "La opción es un error crítico, pero la escena «{scene}» no tiene «:ending: critical».",
    ),
    "effect-malformed": _error(
        "“{effect}” should be “critical” or an effect such as rights=-2.",
        "«{effect}» debe ser «critical» o un efecto como rights=-2.",
    ),
    "effect-too-large": _error(
        "“{effect}” is too large; effects go from -{most} to +{most}.",
        "«{effect}» es demasiado grande; los efectos van de -{most} a +{most}.",
    ),
    "dial-unknown": _error(
        "There is no dial “{dial}”. Known: {known}.", "No existe el indicador «{dial}». Se conocen: {known}."
    ),
    "dial-twice": _error("The dial “{dial}” is here twice.", "El indicador «{dial}» está dos veces."),
}

_PARTS = {
    "glossary-empty": _error(
        "The glossary defines no term. Write the term on one line and “: its meaning” on the next.",
        "El glosario no define ningún término. Escriba el término en una línea y «: su significado» en la siguiente.",
    ),
    "term-empty": _error("The term has no name.", "El término no tiene nombre."),
    "term-twice": _error("The id “{id}” is already used in line {line}.", "El id «{id}» ya se usa en la línea {line}."),
    "criteria-missing": _error(
        "The sheet has no criteria to sign: a list inside “:::{{criteria}}”.",
        "La ficha no tiene criterios que firmar: una lista dentro de «:::{{criteria}}».",
    ),
    "criteria-text": _error(
        "Criteria are the items of a list; nobody would see this text.",
        "Los criterios son los elementos de una lista; nadie vería este texto.",
    ),
    "criterion-id-missing": _warning(
        "The criterion has no id, such as {{#tasks}} at its end. “paso courses fix” writes one.",
        "El criterio no tiene id, como {{#tasks}} al final. «paso courses fix» escribe uno.",
    ),
    "criterion-id-twice": _error(
        "The id “{id}” is already used in line {line}.", "El id «{id}» ya se usa en la línea {line}."
    ),
    "trainer-empty": _error(
        "The trainers' key says nothing. Write it between “:::{{trainer}}” and “:::”, or take both lines out.",
        "La clave de quien capacita está vacía. Escríbala entre «:::{{trainer}}» y «:::», o quite las dos líneas.",
    ),
    "trainer-file": _error(
        "Whoever takes the course can open its files, so “{path}” would not stay among trainers. A key is text alone.",
        "Quien toma el curso puede abrir sus archivos; «{path}» no quedaría entre quienes capacitan. Una clave lleva"
        " solo texto.",
    ),
    "country-differs": _error(
        "“country: {code}” does not fit the file's name, {name}.",
        "«country: {code}» no corresponde al nombre del archivo, {name}.",
    ),
    "country-text-outside": _error(
        "A country's page holds entries only (“:::{{entry}} …”); nobody would see this text.",
        "La página de un país contiene solo entradas («:::{{entry}} …»); nadie vería este texto.",
    ),
    "entry-twice": _error(
        "Entry “{entry}” is already in line {line}.", "La entrada «{entry}» ya está en la línea {line}."
    ),
    "entry-empty": _error(
        "Entry “{entry}” has no text. Leave it out, and learners are told that it is not there yet.",
        "La entrada «{entry}» no tiene texto. Quítela, y se dirá a quien aprende que aún no existe.",
    ),
}

_PARITY = {
    "page-not-translated": _error(
        "The page has no version in language “{language}”: {path} is missing.",
        "La página no tiene versión en el idioma «{language}»: falta {path}.",
    ),
    "question-not-translated": _error(
        "The “{language}” version has no question “{id}”.", "La versión «{language}» no tiene la pregunta «{id}»."
    ),
    "option-not-translated": _error(
        "The “{language}” version of the question has no answer “{id}”.",
        "La versión «{language}» de la pregunta no tiene la respuesta «{id}».",
    ),
    "scene-not-translated": _error(
        "The “{language}” version has no scene “{id}”.", "La versión «{language}» no tiene la escena «{id}»."
    ),
    "criterion-not-translated": _error(
        "The “{language}” version has no criterion “{id}”.", "La versión «{language}» no tiene el criterio «{id}»."
    ),
    "trainer-not-translated": _error(
        "The “{language}” version of the sheet has no trainers' key (“:::{{trainer}}”).",
        "La versión «{language}» de la hoja no tiene la clave de quien capacita («:::{{trainer}}»).",
    ),
    "entry-not-translated": _error(
        "The “{language}” version has no entry “{id}”.", "La versión «{language}» no tiene la entrada «{id}»."
    ),
    "term-not-translated": _warning(
        "The “{language}” glossary has no term “{id}”.", "El glosario «{language}» no tiene el término «{id}»."
    ),
    "text-not-translated": _warning(
        "This has a text “{what}” that the “{language}” version lacks.",
        "Aquí hay un texto «{what}» que falta en la versión «{language}».",
    ),
    "citation-not-translated": _warning(
        "The citation “{value}” is not in the “{language}” version.",
        "La cita «{value}» no está en la versión «{language}».",
    ),
    "link-not-translated": _warning(
        "The link to “{value}” is not in the “{language}” version.",
        "El enlace a «{value}» no está en la versión «{language}».",
    ),
    "image-not-translated": _warning(
        "The picture “{value}” is not in the “{language}” version.",
        "La imagen «{value}» no está en la versión «{language}».",
    ),
    "number-not-translated": _warning(
        "The number {number} is not in the “{language}” version of this passage.",
        "El número {number} no está en la versión «{language}» de este pasaje.",
    ),
    "term-not-used": _warning(
        "The “{language}” version says “{term}” {count} times, this one never: is it called as in the glossary?",
        "La versión «{language}» dice «{term}» {count} veces, esta nunca: ¿se llama como en el glosario?",
    ),
    "order-differs": _warning(
        "“{id}” stands in another order than in the “{language}” version.",
        "«{id}» está en otro orden que en la versión «{language}».",
    ),
    "answers-differ": _error(
        "The right answers of “{id}” are not those of the “{language}” version.",
        "Las respuestas correctas de «{id}» no son las de la versión «{language}».",
    ),
    "question-kind-differs": _error(
        "Question “{id}” is of type “{here}” here and “{there}” in the “{language}” version.",
        "La pregunta «{id}» es de tipo «{here}» aquí y «{there}» en la versión «{language}».",
    ),
    "question-grading-differs": _error(
        "Question “{id}” says “{setting}”: {here} here and {there} in the “{language}” version.",
        "La pregunta «{id}» indica «{setting}»: {here} aquí y {there} en la versión «{language}».",
    ),
    "question-setting-differs": _warning(
        "Question “{id}” says “{setting}”: {here} here and {there} in the “{language}” version.",
        "La pregunta «{id}» indica «{setting}»: {here} aquí y {there} en la versión «{language}».",
    ),
    "objectives-differ": _error(
        "There are {here} objectives here and {there} in the “{language}” version.",
        "Hay {here} objetivos aquí y {there} en la versión «{language}».",
    ),
    "front-differs": _warning(
        "“{key}” is {here} here and {there} in the “{language}” version.",
        "«{key}» es {here} aquí y {there} en la versión «{language}».",
    ),
    "scenario-differs": _error(
        "The scenario's {what} is “{here}” here and “{there}” in the “{language}” version.",
        "En el escenario, «{what}» es «{here}» aquí y «{there}» en la versión «{language}».",
    ),
    "scene-differs": _error(
        "Scene “{scene}” has another ending or number of choices than in the “{language}” version.",
        "La escena «{scene}» tiene otro final u otro número de opciones que en la versión «{language}».",
    ),
    "choice-differs": _error(
        "This choice of scene “{scene}” leads elsewhere, or has other effects, than in the “{language}” version.",
        "Esta opción de la escena «{scene}» lleva a otro lugar, o tiene otros efectos, que en la versión «{language}».",
    ),
    "structure-differs": _warning(
        "Here stands “{here}” where the “{language}” version has “{there}”.",
        "Aquí está «{here}» donde la versión «{language}» tiene «{there}».",
    ),
    "translation-stale": _warning(
        "{path} has changed since this translation. When it is up to date again, note: translated-from: {digest}",
        "{path} ha cambiado desde esta traducción. Cuando esté al día de nuevo, anote: translated-from: {digest}",
    ),
}

_LINT = {
    "course-page-missing": _error(
        "There is no page course.en.md or course.es.md.", "Falta la página course.en.md o course.es.md."
    ),
    "module-page-missing": _error(
        "Module “{module}” has no page module.en.md or module.es.md.",
        "El módulo «{module}» no tiene la página module.en.md ni module.es.md.",
    ),
    "module-without-lessons": _error(
        "Module “{module}” has no lesson.", "El módulo «{module}» no tiene ninguna lección."
    ),
    "lesson-empty": _warning("The lesson has no text.", "La lección no tiene texto."),
    "template-left": _warning(
        "The page still says that its text is that of the template.",
        "La página todavía dice que su texto es el de la plantilla.",
    ),
    "lesson-too-long": _warning(
        "The lesson has {words} words; more than {limit} tire a reader. Divide it.",
        "La lección tiene {words} palabras; más de {limit} cansan a quien lee. Divídala.",
    ),
    "source-not-reviewed": _warning(
        "Source “{source}” has no date “reviewed” in course.yaml.",
        "La fuente «{source}» no tiene la fecha «reviewed» en course.yaml.",
    ),
    "question-without-explanation": _warning(
        "Question “{id}” does not explain its answer: a quotation (>) after the answers.",
        "La pregunta «{id}» no explica su respuesta: una cita (>) después de las respuestas.",
    ),
    "quiz-too-small": _error(
        "A quiz draws {draw} questions; in module “{module}” some learners have only {count}.",
        "Una prueba toma {draw} preguntas; en el módulo «{module}» algunas personas solo tienen {count}.",
    ),
    "exam-too-small": _error(
        "The examination draws {draw} questions; some learners have only {count}.",
        "El examen toma {draw} preguntas; algunas personas solo tienen {count}.",
    ),
    "exam-per-module": _error(
        "{draw} questions cannot be drawn from {modules} modules with {least} to {most} of each.",
        "No se pueden tomar {draw} preguntas de {modules} módulos con {least} a {most} de cada uno.",
    ),
    "exam-module-small": _error(
        "The examination draws at least {least} questions of module “{module}”; some learners have only {count}.",
        "El examen toma al menos {least} preguntas del módulo «{module}»; algunas personas solo tienen {count}.",
    ),
    "objective-untested": _warning(
        "No question of the module's quiz tests objective {objective} of “{module}”.",
        "Ninguna pregunta de la prueba del módulo evalúa el objetivo {objective} de «{module}».",
    ),
    "objective-untaught": _warning(
        "No lesson serves objective {objective} of “{module}”.",
        "Ninguna lección atiende el objetivo {objective} de «{module}».",
    ),
}

MESSAGES: dict[str, Message] = {
    **_SOURCES,
    **_FILES,
    **_KEYS,
    **_TEXT,
    **_QUESTIONS,
    **_SCENARIOS,
    **_PARTS,
    **_PARITY,
    **_LINT,
}
