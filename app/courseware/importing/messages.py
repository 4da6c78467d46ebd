"""Everything that an import can say of a question or a file, in both languages.

``CHANGES`` name what is not as it was in the source, ``REFUSALS`` why a question or a file is not taken over, ``REMARKS``
what else a person should know of a file. Codes are stable. Names in braces are filled in by the values of a note.
"""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """One sentence in both languages."""

    en: str
    es: str

    def template(self, language: str) -> str:
        """The sentence in *language*, in English where there is no other."""
        return self.es if language == "es" else self.en


CHANGES: dict[str, Message] = {
    # What is asked
    "missing-word": Message(
        "The answers stood inside the sentence; a gap “_____” stands there now and the answers follow.",
        "Las respuestas estaban dentro de la oración; ahora hay un espacio «_____» y las respuestas siguen después.",
    ),
    "text-after": Message(
        "Text that stood after the answers now stands before them.",
        "El texto que estaba después de las respuestas ahora está antes.",
    ),
    "not-parted": Message(
        "No blank line parted this question from the one before it; check that it begins in the right place.",
        "Ninguna línea en blanco separaba esta pregunta de la anterior; revise que empiece en el lugar correcto.",
    ),
    "formula": Message(
        "A formula stays as it was typed; this site does not draw formulas.",
        "Una fórmula queda como se escribió; este sitio no dibuja fórmulas.",
    ),
    "formatting-lost": Message(
        "Some formatting of the text could not be kept.", "No se pudo conservar parte del formato del texto."
    ),
    # Pictures, links, scripts
    "picture-missing": Message(
        "The picture “{name}” is not taken over; a note stands in its place. Add it with its alternative text.",
        "La imagen «{name}» no se incorpora; hay una nota en su lugar. Agréguela con su texto alternativo.",
    ),
    "picture-remote": Message(
        "The picture at {address} is on another site and is not fetched; a link stands in its place.",
        "La imagen de {address} está en otro sitio y no se descarga; hay un enlace en su lugar.",
    ),
    "file-embedded": Message(
        "The file “{name}” that the question carried is not taken over.",
        "El archivo «{name}» que traía la pregunta no se incorpora.",
    ),
    "media-dropped": Message("“{name}” was left out.", "Se dejó fuera «{name}»."),
    "script-dropped": Message("A script was left out; it was not run.", "Se dejó fuera un script; no se ejecutó."),
    "style-dropped": Message("A style sheet was left out.", "Se dejó fuera una hoja de estilos."),
    "link-dropped": Message(
        "The link to “{address}” leads nowhere from here; its text stays.",
        "El enlace a «{address}» no lleva a ninguna parte desde aquí; queda su texto.",
    ),
    # Marks
    "weights-changed": Message(
        "The answers had other weights; here the mark is the right ones chosen minus the wrong ones, never below 0.",
        "Las respuestas tenían otros pesos; aquí la nota son las correctas elegidas menos las incorrectas, nunca bajo 0.",
    ),
    "partial-dropped": Message(
        "Answers that were worth a part of the mark are now wrong: {answers}.",
        "Las respuestas que valían una parte de la nota ahora son incorrectas: {answers}.",
    ),
    "penalty-dropped": Message(
        "Wrong answers took marks away; here they are worth nothing.",
        "Las respuestas incorrectas restaban puntos; aquí no valen nada.",
    ),
    "best-answer": Message(
        "No answer was worth the whole mark; the best one, with {weight} %, is now the right one.",
        "Ninguna respuesta valía la nota completa; la mejor, con {weight} %, es ahora la correcta.",
    ),
    "any-of-right": Message(
        "Any one of several answers was right; now all of them must be chosen.",
        "Bastaba cualquiera de varias respuestas; ahora hay que elegirlas todas.",
    ),
    "partial-differs": Message(
        "Part marks were reckoned otherwise; here they are the right ones chosen minus the wrong ones.",
        "La nota parcial se calculaba de otro modo; aquí son las correctas elegidas menos las incorrectas.",
    ),
    "match-all-or-nothing": Message(
        "Each pair was worth a part of the mark; here all pairs must be right.",
        "Cada pareja valía una parte de la nota; aquí todas deben ser correctas.",
    ),
    "order-all-or-nothing": Message(
        "An order that was nearly right was worth a part of the mark; here the whole order must be right.",
        "Un orden casi correcto valía una parte de la nota; aquí todo el orden debe ser correcto.",
    ),
    "order-subset": Message(
        "Only some of the items were shown at a time; here all are shown.",
        "Se mostraba solo una parte de los elementos; aquí se muestran todos.",
    ),
    "mark-dropped": Message(
        "The question was worth {mark} marks; here all questions weigh the same.",
        "La pregunta valía {mark} puntos; aquí todas las preguntas pesan igual.",
    ),
    # Answers
    "case-ignored": Message(
        "Capital and small letters counted; here they do not.", "Contaban mayúsculas y minúsculas; aquí no cuentan."
    ),
    "wildcard-dropped": Message(
        "The answer “{answer}” stood for many texts (*) and is left out.",
        "La respuesta «{answer}» representaba muchos textos (*) y se deja fuera.",
    ),
    "answer-dropped": Message(
        "The answer “{answer}” cannot be compared here and is left out.",
        "La respuesta «{answer}» no se puede comparar aquí y se deja fuera.",
    ),
    "range-open": Message(
        "An end of the range did not count as right itself; here it does.",
        "Un extremo del intervalo no contaba como correcto; aquí sí.",
    ),
    "unit-dropped": Message(
        "The unit “{unit}” is left out; the answer is the number alone.",
        "La unidad «{unit}» se deja fuera; la respuesta es solo el número.",
    ),
    # Feedback and the rest
    "feedback-moved": Message(
        "Feedback on single answers is now part of the explanation.",
        "La retroalimentación de respuestas sueltas es ahora parte de la explicación.",
    ),
    "feedback-dropped": Message(
        "Feedback without a place here is left out: {feedback}",
        "La retroalimentación que no tiene lugar aquí se deja fuera: {feedback}",
    ),
    "hints-dropped": Message("Hints are left out: {count}.", "Se dejan fuera las pistas: {count}."),
    "tags-dropped": Message("Tags are left out: {tags}.", "Se dejan fuera las etiquetas: {tags}."),
    "setting-dropped": Message(
        "“:{key}: {value}” means nothing in this course and is left out.",
        "«:{key}: {value}» no significa nada en este curso y se deja fuera.",
    ),
    "citation-plain": Message(
        "This course does not list the source “{source}”; the citation is plain text now.",
        "Este curso no tiene la fuente «{source}»; la cita es ahora texto simple.",
    ),
}

REFUSALS: dict[str, Message] = {
    # Types
    "description": Message(
        "This is a text without a question. Texts belong in lessons.",
        "Esto es un texto sin pregunta. Los textos van en las lecciones.",
    ),
    "essay": Message(
        "An essay cannot be marked by the course. Use the practical sheet of the module.",
        "El curso no puede calificar un ensayo. Use la hoja práctica del módulo.",
    ),
    "cloze": Message(
        "A text with several gaps is not offered. Write one question for each gap.",
        "No se ofrece un texto con varios espacios. Escriba una pregunta por espacio.",
    ),
    "calculated": Message(
        "Questions whose numbers are computed are not offered.", "No se ofrecen preguntas con números calculados."
    ),
    "type-unsupported": Message(
        "Questions of the type “{type}” are not offered.", "No se ofrecen preguntas del tipo «{type}»."
    ),
    "script": Message(
        "The question is made by a script ({what}), and scripts are never run.",
        "La pregunta se genera con un script ({what}), y los scripts nunca se ejecutan.",
    ),
    "regexp": Message(
        "The answer is a pattern (“{answer}”); patterns are not offered. List the accepted answers.",
        "La respuesta es un patrón («{answer}»); no se ofrecen patrones. Enumere las respuestas aceptadas.",
    ),
    # Parts
    "prompt-missing": Message("The question asks nothing.", "La pregunta no pregunta nada."),
    "answers-missing": Message("There are no answers.", "No hay respuestas."),
    "answers-few": Message(
        "There are fewer than two answers to choose from.", "Hay menos de dos respuestas entre las que elegir."
    ),
    "answer-empty": Message("One of the answers has no text.", "Una de las respuestas no tiene texto."),
    "right-missing": Message("No answer is marked as right.", "Ninguna respuesta está marcada como correcta."),
    "right-unknown": Message(
        "The right answer “{answer}” is not among the answers.",
        "La respuesta correcta «{answer}» no está entre las respuestas.",
    ),
    "right-line-missing": Message(
        "The line that names the right answer is missing.", "Falta la línea que indica la respuesta correcta."
    ),
    "accepted-missing": Message(
        "None of the accepted answers can be used here.", "Ninguna de las respuestas aceptadas se puede usar aquí."
    ),
    "match-arrow": Message("A pair has no arrow “->”: {answer}", "Una pareja no tiene flecha «->»: {answer}"),
    "match-few": Message("There are fewer than two pairs.", "Hay menos de dos parejas."),
    "match-twice": Message(
        "“{answer}” stands in two pairs; here every text of a match stands once.",
        "«{answer}» está en dos parejas; aquí cada texto de un emparejamiento está una sola vez.",
    ),
    "number-malformed": Message("“{value}” is not a number.", "«{value}» no es un número."),
    "number-expression": Message(
        "“{value}” would have to be computed, and nothing of a source is computed.",
        "Habría que calcular «{value}», y nada de lo importado se calcula.",
    ),
    "number-size": Message(
        "The number “{value}” is too large or too small to be answered by hand.",
        "El número «{value}» es demasiado grande o pequeño para responderlo a mano.",
    ),
    "number-several": Message(
        "Several different numbers are right; here a question has one number and its tolerance.",
        "Varios números distintos son correctos; aquí una pregunta tiene un número y su tolerancia.",
    ),
    "braces": Message(
        "The braces {{ }} around the answers do not match.", "Las llaves {{ }} de las respuestas no coinciden."
    ),
    # Limits, and what the compiler says
    "question-too-long": Message(
        "The question is longer than {limit} characters.", "La pregunta tiene más de {limit} caracteres."
    ),
    "question-too-large": Message(
        "The question has more than {limit} texts.", "La pregunta tiene más de {limit} textos."
    ),
    "problem-too-large": Message(
        "The problem has more than {limit} elements.", "El problema tiene más de {limit} elementos."
    ),
    "not-closed": Message(
        "The question is not closed: a line of “{colons}” is missing.",
        "La pregunta no está cerrada: falta una línea de «{colons}».",
    ),
    "bank-full": Message(
        "One page holds no more questions ({limit}). Import the rest into another page.",
        "Una página no admite más preguntas ({limit}). Importe el resto en otra página.",
    ),
    "compiler": Message("{code}: {said_en}", "{code}: {said_es}"),
    "text-unsafe": Message(
        "The text of the question could not be carried over word for word.",
        "El texto de la pregunta no se pudo trasladar palabra por palabra.",
    ),
    # Files
    "file-too-large": Message("The file is larger than {limit} MB.", "El archivo pesa más de {limit} MB."),
    "file-too-long": Message(
        "The file has more than {limit} lines. Divide it.", "El archivo tiene más de {limit} líneas. Divídalo."
    ),
    "questions-many": Message(
        "The file has more than {limit} questions. Divide it.", "El archivo tiene más de {limit} preguntas. Divídalo."
    ),
    "file-binary": Message(
        "This is not a text file. Unpack it first, or export the questions as text.",
        "Esto no es un archivo de texto. Descomprímalo antes o exporte las preguntas como texto.",
    ),
    "xml-malformed": Message(
        "The XML is malformed in line {line}, column {column}.",
        "El XML está mal formado en la línea {line}, columna {column}.",
    ),
    "xml-doctype": Message(
        "The XML declares a DOCTYPE or entities, which are never expanded. Remove the declaration.",
        "El XML declara un DOCTYPE o entidades, que nunca se expanden. Quite la declaración.",
    ),
    "xml-too-deep": Message(
        "The XML is nested more deeply than any question.", "El XML está más anidado que cualquier pregunta."
    ),
    "xml-too-large": Message("The XML has more than {limit} elements.", "El XML tiene más de {limit} elementos."),
    "xml-other": Message(
        "The XML begins with <{root}>; it holds no questions that this import knows.",
        "El XML empieza con <{root}>; no contiene preguntas que esta importación conozca.",
    ),
}

REMARKS: dict[str, Message] = {
    "encoding-assumed": Message(
        "“{path}” is not UTF-8; it was read as {encoding}. Check the accents.",
        "«{path}» no está en UTF-8; se leyó como {encoding}. Revise las tildes.",
    ),
    "file-left-out": Message(
        "“{path}” is no file of questions of this kind and was left out.",
        "«{path}» no es un archivo de preguntas de este tipo y se dejó fuera.",
    ),
    "nothing-found": Message("No question was found in “{path}”.", "No se encontró ninguna pregunta en «{path}»."),
    # What an export says
    "question-unknown": Message("The course has no such question.", "El curso no tiene esa pregunta."),
    "question-not-translated": Message(
        "The question is not written in this language.", "La pregunta no está escrita en este idioma."
    ),
    "gift-right-many": Message(
        "GIFT has no weight for {count} right answers.", "GIFT no tiene un peso para {count} respuestas correctas."
    ),
    "gift-text": Message(
        "GIFT cannot hold “{text}” in an answer of this type.",
        "GIFT no admite «{text}» en una respuesta de este tipo.",
    ),
    "gift-picture": Message(
        "The picture “{name}” is left out; its alternative text stands in its place.",
        "La imagen «{name}» se deja fuera; su texto alternativo está en su lugar.",
    ),
    "gift-link": Message(
        "The link to “{address}” is left out; its text stays.", "El enlace a «{address}» se deja fuera; queda su texto."
    ),
    "gift-settings": Message(
        "Moodle does not read these settings; they stand in a comment: {settings}",
        "Moodle no lee estos ajustes; quedan en un comentario: {settings}",
    ),
    "gift-order": Message(
        "Putting in order needs Moodle 4.4 or its plug-in “Ordering”.",
        "Ordenar requiere Moodle 4.4 o su complemento «Ordering».",
    ),
}

MESSAGES: dict[str, Message] = {**CHANGES, **REFUSALS, **REMARKS}
