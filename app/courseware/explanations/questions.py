"""Questions and their answers."""

from __future__ import annotations

from app.courseware.explanations.table import EXAM, LESSON, QUIZ, Explained, Table

QUESTIONS: Table = {
    "question-id-missing": Explained(
        "Answers are kept by the question's id, so that moving or rewording a question loses nothing.",
        "Las respuestas se guardan con el id de la pregunta; así, moverla o reescribirla no pierde nada.",
        QUIZ, ":::{question} mission-one", ":::{question}",
    ),
    "question-id-twice": Explained(
        "Two questions of one id would share their answers. Give the second an id of its own.",
        "Dos preguntas con un mismo id compartirían sus respuestas. Dé a la segunda un id propio.",
        QUIZ, ":::{question} mission-several", ":::{question} mission-one",
    ),
    "question-id-elsewhere": Explained(
        "Ids of questions are unique in the whole course, for the examination draws from all of it.",
        "Los id de las preguntas son únicos en todo el curso, pues el examen toma de todo él.",
        EXAM, ":::{question} exam-one", ":::{question} mission-one",
    ),
    "question-prompt-missing": Explained(
        "Between the options and the answers stands what is asked.",
        "Entre las opciones y las respuestas va lo que se pregunta.",
        QUIZ, "Who decides?\n\n- ( ) The officer. {#officer}", "- ( ) The officer. {#officer}",
    ),
    "question-answers-missing": Explained(
        "Answers are a list of ( ) and (x), or [ ] and [x], a numbered list, a table or lines that begin with =.",
        "Las respuestas son una lista de ( ) y (x), o [ ] y [x], una lista numerada, una tabla o líneas que comienzan"
        " con =.",
        QUIZ, "= 11 ± 0.5\n\n", "",
    ),
    "question-answers-apart": Explained(
        "Text without indentation ends the list, and what follows would be a second one.",
        "Un texto sin sangría termina la lista, y lo que sigue sería otra.",
        QUIZ, "- [ ] An opinion. {#opinion}\n", "- [ ] An opinion. {#opinion}\n\nNot mine.\n\n",
    ),
    "question-text-after": Explained(
        "What follows the answers is shown once an answer is in: as a quotation, so that nobody takes it for the question.",
        "Lo que sigue a las respuestas se muestra después de contestar: como cita, para que no parezca la pregunta.",
        QUIZ, "> The authority decides.", "The authority decides.",
    ),
    "question-type-missing": Explained(
        "Lists and tables also stand in prompts. The option says that this one is the answer.",
        "También hay listas y tablas en los enunciados. La opción dice que esta es la respuesta.",
        QUIZ, ":::{question} mission-match\n:type: match", ":::{question} mission-match",
    ),
    "question-type-differs": Explained(
        "The form of the answers gives the type. Take the option away, or write the answers in the form that it names.",
        "La forma de las respuestas da el tipo. Quite la opción o escriba las respuestas en la forma que nombra.",
        QUIZ, ":difficulty: 1", ":type: several",
    ),
    "question-credit": Explained(
        "Half an answer exists only where several options are marked.",
        "Media respuesta existe solo donde se marcan varias opciones.",
        QUIZ, ":difficulty: 1", ":credit: partial",
    ),
    "question-module-missing": Explained(
        "The examination draws from each module, so each of its questions says to which it belongs.",
        "El examen toma de cada módulo; por eso cada pregunta suya dice a cuál pertenece.",
        EXAM, ":module: protection\n", "",
    ),
    "question-module-other": Explained(
        "The question is in the folder of one module and names another. Take the option away, or move the question.",
        "La pregunta está en la carpeta de un módulo y nombra otro. Quite la opción o mueva la pregunta.",
        QUIZ, ":difficulty: 1", ":module: protection",
    ),
    "objective-unknown": Explained(
        "Objectives are counted from 1 in the module's page.",
        "Los objetivos se cuentan desde 1 en la página del módulo.",
        LESSON, ":objective: 2", ":objective: 9",
    ),
    "question-markers-missing": Explained(
        "Without ( ) and (x) nobody knows which answer is right.",
        "Sin ( ) y (x) no se sabe cuál respuesta es correcta.",
        QUIZ, "- ( ) The officer. {#officer}\n- (x) The authority. {#authority}",
        "- The officer. {#officer}\n- The authority. {#authority}",
    ),
    "question-marker-missing": Explained(
        "Every item of the list is an answer, and this one says not whether it is right.",
        "Cada elemento de la lista es una respuesta, y este no dice si es correcta.",
        QUIZ, "- ( ) The officer. {#officer}", "- The officer. {#officer}",
    ),
    "question-marker-here": Explained(
        "The order as written is the right one; officers see it shuffled.",
        "El orden escrito es el correcto; el personal lo ve mezclado.",
        QUIZ, "2. Listen. {#listen}", "2. (x) Listen. {#listen}",
    ),
    "question-markers-mixed": Explained(
        "Round signs ask for one answer, square ones for several. A question asks for one or the other.",
        "Los signos redondos piden una respuesta; los cuadrados, varias. Una pregunta pide lo uno o lo otro.",
        QUIZ, "- [ ] An opinion. {#opinion}", "- ( ) An opinion. {#opinion}",
    ),
    "question-right-missing": Explained(
        "Nobody could pass this question.", "Nadie podría acertar esta pregunta.",
        QUIZ, "- (x) The authority. {#authority}", "- ( ) The authority. {#authority}",
    ),
    "question-right-twice": Explained(
        "Officers choose one answer here, so only one can be right.",
        "Aquí se elige una respuesta; solo una puede ser correcta.",
        QUIZ, "- ( ) The officer. {#officer}", "- (x) The officer. {#officer}",
    ),
    "question-one-option": Explained(
        "There is nothing to choose. Add an answer that somebody who has not understood would take.",
        "No hay nada que elegir. Agregue una respuesta que tomaría quien no ha comprendido.",
        QUIZ, "- ( ) The officer. {#officer}\n- (x) The authority. {#authority}", "- (x) The authority. {#authority}",
    ),
    "question-option-empty": Explained(
        "An answer or criterion without text cannot be read, and its id alone says nothing.",
        "Una respuesta o un criterio sin texto no se puede leer, y su id solo no dice nada.",
        QUIZ, "- ( ) The officer. {#officer}", "- ( ) {#officer}",
    ),
    "question-option-id-missing": Explained(
        "Given answers are kept by this id. One is made up for now, which another order of answers would change.",
        "Las respuestas dadas se guardan con este id. Por ahora se supone uno, que cambiaría con otro orden.",
        QUIZ, "- ( ) The officer. {#officer}", "- ( ) The officer.",
    ),
    "question-option-id-malformed": Explained(
        "In the braces at the end stands #, then small letters, digits and single hyphens.",
        "Entre las llaves del final va #, luego minúsculas sin acento, cifras y guiones.",
        QUIZ, "- ( ) The officer. {#officer}", "- ( ) The officer. {officer}",
    ),
    "question-option-id-twice": Explained(
        "Two answers of one id could not be told apart when somebody has chosen one.",
        "Dos respuestas con un mismo id no se distinguirían cuando alguien elige una.",
        QUIZ, "- (x) The authority. {#authority}", "- (x) The authority. {#officer}",
    ),
    "question-match-columns": Explained(
        "The left column holds what is asked, the right one what goes with it; the head counts the columns.",
        "La columna izquierda contiene lo que se pregunta y la derecha su pareja; la cabecera cuenta las columnas.",
        QUIZ, "| Task | Who |\n| --- | --- |", "| Task | Who | When |\n| --- | --- | --- |",
    ),
    "question-match-pairs": Explained(
        "With one pair alone there is nothing to match.", "Con una sola pareja no hay nada que relacionar.",
        QUIZ, "| Care of a child {#care} | Child authority |\n", "",
    ),
    "question-match-right": Explained(
        "The row asks for something that is not there.", "La fila pide algo que no está.",
        QUIZ, "| Care of a child {#care} | Child authority |", "| Care of a child {#care} | |",
    ),
    "question-match-twice": Explained(
        "Whoever matches one of the two would be marked as wrong for the other.",
        "A quien relacione una de las dos se le contaría mal la otra.",
        QUIZ, "| Care of a child {#care} | Child authority |", "| Care of a child {#care} | Asylum authority |",
    ),
    "question-pattern": Explained(
        "Patterns accept what nobody meant, and few can read them. List what is right.",
        "Los patrones aceptan lo que nadie quiso, y pocas personas los leen. Enumere lo correcto.",
        QUIZ, "= Cartagena\n", "= /cartagena.*/\n",
    ),
    "question-answer-empty": Explained(
        "Outer punctuation does not count in answers, and without it nothing is left here.",
        "La puntuación exterior no cuenta en las respuestas, y sin ella aquí no queda nada.",
        QUIZ, "= Cartagena\n", "= …\n",
    ),
    "question-answer-twice": Explained(
        "One line is enough: case and accents do not count anyway.",
        "Basta una línea: mayúsculas y acentos no cuentan.",
        QUIZ, "= Cartagena Declaration", "= Cartagena",
    ),
    "question-number-malformed": Explained(
        "A number, ±, and by how much an answer may be off. The tolerance is not below 0.",
        "Un número, ± y cuánto puede desviarse una respuesta. La tolerancia no es menor que 0.",
        QUIZ, "= 11 ± 0.5", "= eleven ± 0.5",
    ),
    "question-number-lines": Explained(
        "A second number would be hidden behind the first one's tolerance.",
        "Un segundo número quedaría oculto tras la tolerancia del primero.",
        QUIZ, "= 11 ± 0.5", "= 11 ± 0.5\n= 12 ± 0.5",
    ),
    "question-number-thousands": Explained(
        "1.000 is a thousand in some countries and one in others.",
        "1.000 es mil en unos países y uno en otros.",
        QUIZ, "= 11 ± 0.5", "= 1.000 ± 0.5",
    ),
}  # fmt: skip
