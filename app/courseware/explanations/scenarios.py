"""Scenarios: scenes, choices and endings."""

from __future__ import annotations

from app.courseware.explanations.table import SCENARIO, Explained, Table

SCENARIOS: Table = {
    "scenario-missing": Explained(
        "A page called “scenario” holds the block with the scenes, opened by four colons.",
        "Una página llamada «scenario» contiene el bloque con las escenas, abierto con cuatro dos puntos.",
        "", "::::{scenario} first-shift\n…\n::::", "You are at the landing.",
    ),
    "scenario-twice": Explained(
        "One page is one simulation. Put the second into another module.",
        "Una página es una simulación. Ponga la segunda en otro módulo.",
        "", "::::{scenario} first-shift\n…\n::::", "::::{scenario} first-shift\n…\n::::\n\n::::{scenario} second-shift\n…\n::::",
    ),
    "scenario-text-outside": Explained(
        "Officers see one scene at a time. Text goes into a scene, or before the scenario.",
        "Se ve una escena a la vez. El texto va en una escena o antes del escenario.",
        SCENARIO, "- [Refuse.](#well)\n:::", "- [Refuse.](#well)\n:::\n\nMeanwhile.",
    ),
    "scenario-text-after": Explained(
        "The last scene ends the simulation. What should be read afterwards goes into the endings.",
        "La última escena termina la simulación. Lo que se lee después va en los finales.",
        SCENARIO, "You are dismissed.\n:::\n::::", "You are dismissed.\n:::\n::::\n\nThe end.",
    ),
    "scenario-empty": Explained(
        "The block holds nothing to play. Write a first scene and at least one ending.",
        "El bloque no contiene nada que jugar. Escriba una primera escena y al menos un final.",
        "", "::::{scenario} first-shift\n:::{scene} landing\n…\n:::\n::::", "::::{scenario} first-shift\n::::",
    ),
    "scenario-without-good": Explained(
        "Who does everything right must be able to finish well.",
        "Quien hace todo bien debe poder terminar bien.",
        SCENARIO, ":ending: good", ":ending: bad",
    ),
    "scenario-loop": Explained(
        "A way round must cost or gain something on a dial, or one could go round for ever.",
        "Un rodeo debe costar o dar algo en un indicador; si no, se podría girar sin fin.",
        SCENARIO, "- [Wait on.](#waiting) {trust=-1}", "- [Wait on.](#waiting)",
    ),
    "scene-outside": Explained(
        "Scenes stand between the first and the last line of the scenario, and not in one another.",
        "Las escenas van entre la primera y la última línea del escenario, y no una dentro de otra.",
        SCENARIO, "You are at the landing.", "You are at the landing.\n\n:::{scene} early\n:ending: bad\nToo early.\n:::",
    ),
    "scene-twice": Explained(
        "Choices name scenes, so each name belongs to one scene.",
        "Las opciones nombran escenas; cada nombre pertenece a una sola.",
        SCENARIO, ":::{scene} lost", ":::{scene} well",
    ),
    "scene-empty": Explained(
        "Whoever arrives here sees an empty page.", "Quien llega aquí ve una página vacía.",
        SCENARIO, "Well done.\n", "",
    ),
    "scene-text-after": Explained(
        "After the choices the scene is over. Put the text before them.",
        "Después de las opciones la escena termina. Ponga el texto antes de ellas.",
        SCENARIO, "- [Ask again.](#waiting)", "- [Ask again.](#waiting)\n\nHe smiles.",
    ),
    "scene-dead-end": Explained(
        "An officer would be stuck here. Add choices, or say how it ends: good, bad or critical.",
        "Aquí no se podría seguir. Agregue opciones o indique cómo termina: good, bad o critical.",
        SCENARIO, ":ending: bad\n", "",
    ),
    "scene-unreachable": Explained(
        "Nobody would ever see this scene. Link to it, or delete it.",
        "Nadie vería nunca esta escena. Enlace a ella o bórrela.",
        SCENARIO, ":::{scene} lost", ":::{scene} forgotten\n:ending: bad\nForgotten.\n:::\n\n:::{scene} lost",
    ),
    "scene-without-end": Explained(
        "Every way from here comes back here. At least one choice must lead towards an ending.",
        "Todos los caminos desde aquí vuelven aquí. Al menos una opción debe llevar hacia un final.",
        SCENARIO, "- [Act.](#lost) {trust=-1}\n- [Refuse.](#well)\n:::", ":::",
    ),
    "ending-with-choices": Explained(
        "After an ending nothing follows; with choices it is none.",
        "Después de un final no sigue nada; con opciones no lo es.",
        SCENARIO, "Well done.", "Well done.\n\n- [Again.](#landing) {trust=+1}",
    ),
    "choice-without-link": Explained(
        "The text of the choice goes in brackets, and the scene that follows in parentheses after it.",
        "El texto de la opción va entre corchetes, y la escena que sigue, entre paréntesis después.",
        SCENARIO, "- [Ask again.](#waiting)", "- Ask again.",
    ),
    "choice-text-after": Explained(
        "The whole of a choice is its link; what stands behind it would be lost.",
        "La opción entera es su enlace; lo que va detrás se perdería.",
        SCENARIO, "- [Ask again.](#waiting)", "- [Ask again.](#waiting) perhaps",
    ),
    "choice-empty": Explained(
        "The button would have no words.", "El botón no tendría palabras.",
        SCENARIO, "- [Ask again.](#waiting)", "- [](#waiting)",
    ),
    "choice-unknown-scene": Explained(
        "After # stands the id of a scene of this page.",
        "Después de # va el id de una escena de esta página.",
        SCENARIO, "- [Ask again.](#waiting)", "- [Ask again.](#waitng)",
    ),
    "choice-critical": Explained(
        "A critical error ends the simulation, so the scene that it leads to must be a critical ending.",
        "Un error crítico termina la simulación; la escena a la que lleva debe ser un final crítico.",
        SCENARIO, "- [Refuse.](#well) {rights=+1 trust=+1}", "- [Refuse.](#well) {critical}",
    ),
    "effect-malformed": Explained(
        "In braces stand effects parted by spaces: a dial, = and a number with its sign, or the word critical.",
        "Entre llaves van efectos separados por espacios: un indicador, = y un número con signo, o la palabra critical.",
        SCENARIO, "- [Act.](#lost) {trust=-1}", "- [Act.](#lost) {trust-1}",
    ),
    "effect-too-large": Explained(
        "One choice should move a dial a little, so that later ones still count.",
        "Una opción debe mover un poco el indicador, para que las siguientes aún cuenten.",
        SCENARIO, "- [Act.](#lost) {trust=-1}", "- [Act.](#lost) {trust=-100}",
    ),
    "dial-unknown": Explained(
        "“:dials:” of the scenario names its dials: safety, rights, referral, trust, or those of course.yaml.",
        "«:dials:» del escenario nombra sus indicadores: safety, rights, referral, trust o los de course.yaml.",
        SCENARIO, "- [Act.](#lost) {trust=-1}", "- [Act.](#lost) {thrust=-1}",
    ),
    "dial-twice": Explained(
        "Each dial is shown once.", "Cada indicador se muestra una vez.",
        SCENARIO, ":dials: safety rights referral trust", ":dials: safety rights referral trust trust",
    ),
}  # fmt: skip
