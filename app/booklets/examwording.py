"""The fixed words of an exam on paper, in the language of the copy."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "exam": "Final exam",
        "edition": "edition {number}",
        "code": "Code of this copy. It belongs to the person named below and to nobody else.",
        "name": "Name",
        "institution": "Institution",
        "attempt": "Attempt",
        "before": "Before you begin",
        "own": "Check that the name and the code are yours, also on the answer sheet. If not, say so and do not begin.",
        "time": "You have {minutes} minutes for {questions} questions, in one sitting. The person in charge tells you when "
        "the time begins and ends.",
        "time-more": "You have {minutes} minutes for {questions} questions, in one sitting: {extra} of them were granted to "
        "you in addition. The person in charge tells you when the time begins and ends.",
        "aids": "Work alone, without notes, telephone or help.",
        "mark": "Only the answer sheet counts. Use a pen; put a cross in a circle or box, and write letters clearly.",
        "correct": "To correct a cross, fill its circle or box completely and put another cross.",
        "unclear": "Two crosses where one answer is asked, and what cannot be read, count as not answered.",
        "pass": "You pass with {pass_mark} % of all questions and {critical_mark} % of the critical ones: those where a wrong "
        "answer at the border could cost a person their life or freedom. Which ones they are is shown afterwards.",
        "leave": "Hand back the whole booklet with the answer sheet, signed. Take no part of it along and copy nothing.",
        "in-charge": "For the person in charge",
        "identity": "Check the identity of the officer, and that nobody sits another's copy.",
        "watch": "Announce the begin and the end, and write both on the answer sheet.",
        "collect": "Collect every booklet and answer sheet, sign, and send them to the trainer of the course unopened by "
        "others. Two people enter the answers.",
        "lost": "If a copy is lost or spoilt, tell the trainer at once: it is cancelled and does not count as an attempt.",
        "question": "Question {number}",
        "one": "One answer.",
        "several": "Every right answer.",
        "order": "Put in order. On the answer sheet write in box 1 the letter of what comes first, in box 2 of the next …",
        "match": "On the answer sheet write beside each number the letter of what belongs to it. Letters may be left over.",
        "short": "Write a few words on the answer sheet.",
        "number": "Write the number on the answer sheet.",
        "end": "End of the questions. Check that each of your answers stands on the answer sheet.",
        "sheet": "Answer sheet",
        "how": "Circle: one cross. Boxes with letters: a cross for every right answer. Boxes with numbers: write a letter in "
        "each. Line: write the answer.",
        "date": "Date",
        "place": "Place",
        "begun": "Begun at",
        "ended": "Ended at",
        "officer-signs": "Signature of the officer",
        "charge-signs": "Name and signature of the person in charge",
    },
    "es": {
        "exam": "Examen final",
        "edition": "edición {number}",
        "code": "Código de este ejemplar. Pertenece a la persona que se nombra abajo y a nadie más.",
        "name": "Nombre",
        "institution": "Institución",
        "attempt": "Intento",
        "before": "Antes de comenzar",
        "own": "Verifique que el nombre y el código sean los suyos, también en la hoja de respuestas. Si no lo son, dígalo y "
        "no comience.",
        "time": "Dispone de {minutes} minutos para {questions} preguntas, en una sola sesión. La persona a cargo le indica "
        "cuándo comienza y cuándo termina el tiempo.",
        "time-more": "Dispone de {minutes} minutos para {questions} preguntas, en una sola sesión: {extra} de ellos se le "
        "concedieron como tiempo adicional. La persona a cargo le indica cuándo comienza y cuándo termina el tiempo.",
        "aids": "Trabaje sin compañía, apuntes, teléfono ni ayuda.",
        "mark": "Solo cuenta la hoja de respuestas. Use bolígrafo; ponga una cruz en el círculo o la casilla y escriba las "
        "letras con claridad.",
        "correct": "Para corregir una cruz, rellene por completo su círculo o casilla y ponga otra cruz.",
        "unclear": "Dos cruces donde se pide una respuesta, y lo que no se pueda leer, cuentan como sin responder.",
        "pass": "Aprueba con el {pass_mark} % de todas las preguntas y el {critical_mark} % de las críticas: aquellas en que "
        "una respuesta equivocada en la frontera podría costarle a alguien la vida o la libertad. Cuáles son se muestra "
        "después.",
        "leave": "Devuelva el cuadernillo completo con la hoja de respuestas firmada. No se lleve ninguna parte ni copie nada.",
        "in-charge": "Para la persona a cargo",
        "identity": "Verifique la identidad de quien rinde el examen y que nadie use el ejemplar de otra persona.",
        "watch": "Anuncie el comienzo y el final, y anote ambos en la hoja de respuestas.",
        "collect": "Recoja todos los cuadernillos y hojas de respuestas, firme y envíelos a quien capacita en el curso sin que "
        "otras personas los abran. Dos personas ingresan las respuestas.",
        "lost": "Si un ejemplar se pierde o se daña, avise de inmediato a quien capacita: se anula y no cuenta como intento.",
        "question": "Pregunta {number}",
        "one": "Una respuesta.",
        "several": "Todas las respuestas correctas.",
        "order": "Ponga en orden. En la hoja de respuestas, escriba en la casilla 1 la letra de lo que va primero, en la 2 la "
        "de lo que sigue…",
        "match": "En la hoja de respuestas, escriba junto a cada número la letra de lo que le corresponde. Pueden sobrar letras.",
        "short": "Escriba unas pocas palabras en la hoja de respuestas.",
        "number": "Escriba el número en la hoja de respuestas.",
        "end": "Fin de las preguntas. Verifique que cada una de sus respuestas esté en la hoja de respuestas.",
        "sheet": "Hoja de respuestas",
        "how": "Círculos: una cruz. Casillas con letras: una cruz por cada respuesta correcta. Casillas con números: escriba "
        "una letra en cada una. Línea: escriba la respuesta.",
        "date": "Fecha",
        "place": "Lugar",
        "begun": "Comenzó a las",
        "ended": "Terminó a las",
        "officer-signs": "Firma de quien rinde el examen",
        "charge-signs": "Nombre y firma de la persona a cargo",
    },
}


def words(language: str, key: str, **values: object) -> str:
    """The words of *key* in *language*, with *values* in their places."""
    return WORDS[language][key].format(**values)
