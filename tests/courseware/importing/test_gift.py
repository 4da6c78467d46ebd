"""Moodle GIFT: every type of question, and files as people keep them."""

from __future__ import annotations

import pytest

from tests.courseware.importing.conftest import codes, one, options, questions, read, refused


def test_one_right_answer_with_feedback_and_general_feedback():
    asked, entry = one("::Stamp::Which colour?{\n=green#Yes.\n~red#No.\n~blue\n####Green means go.\n}")
    assert (asked.kind, asked.id, entry.title, entry.outcome) == ("one", "bank-stamp", "Stamp", "converted")
    assert asked.prompt["en"] == "<p>Which colour?</p>"
    assert options(asked) == [("green", True, "<p>Yes.</p>"), ("red", False, "<p>No.</p>"), ("blue", False, "")]
    assert asked.explanation["en"] == "<p>Green means go.</p>"


def test_weights_of_shares_give_partial_credit():
    asked, entry = one("Which two?{~%50%a ~%50%b ~%-50%c ~%-50%d}")
    assert (asked.kind, asked.partial, entry.outcome) == ("several", True, "converted")
    assert [right for _, right, _ in options(asked)] == [True, True, False, False]


@pytest.mark.parametrize("answers", ["~%50%a ~%50%b ~c", "~%70%a ~%30%b ~%-50%c", "~%50%a ~%50%b ~%-100%c"])
def test_weights_that_we_do_not_have_are_a_named_change(answers: str):
    asked, entry = one(f"Which two?{{{answers}}}")
    assert asked.partial and codes(entry) == ["weights-changed"]


def test_thirds_are_rounded_shares():
    _, entry = one("Which?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}")
    assert entry.outcome == "converted"


def test_an_answer_worth_half_is_wrong_and_named():
    asked, entry = one("Where from?{~Jerusalem ~%50%Galilee =Nazareth}")
    assert asked.kind == "one" and codes(entry) == ["partial-dropped"]
    assert dict(entry.notes[0].values)["answers"] == "Galilee"


def test_two_fully_right_answers_must_both_be_chosen_and_it_is_named():
    asked, entry = one("Who?{=a =b ~c}")
    assert asked.kind == "several" and codes(entry) == ["any-of-right"]


@pytest.mark.parametrize(
    ("answer", "right"), [("T", "True"), ("TRUE", "True"), ("F", "False"), ("FALSE", "False"), ("true", "True")]
)
def test_true_or_false(answer: str, right: str):
    asked, entry = one(f"The sun rises in the east.{{{answer}}}")
    assert (asked.kind, asked.shuffle, entry.outcome) == ("one", False, "converted")
    assert [text for text, is_right, _ in options(asked) if is_right] == [right]


def test_the_first_feedback_of_true_or_false_is_for_the_wrong_answer():
    asked, _ = one("El sol sale.{FALSE#Mire al este.#Bien.####Siempre.}", language="es")
    assert options(asked, "es") == [("Verdadero", False, "<p>Mire al este.</p>"), ("Falso", True, "<p>Bien.</p>")]
    assert asked.explanation["es"] == "<p>Siempre.</p>"


def test_match_with_a_distractor():
    asked, entry = one("Match.{=Canada -> Ottawa =Italy->Rome = -> Paris}")
    assert asked.kind == "match" and codes(entry) == ["match-all-or-nothing"]
    assert [(p.left.get("en", ""), p.right["en"]) for p in asked.pairs] == [
        ("Canada", "Ottawa"),
        ("Italy", "Rome"),
        ("", "Paris"),
    ]


def test_match_with_one_answer_twice_is_refused():
    assert refused("Match.{=a->yes =b->no =c->yes}") == "match-twice"


def test_short_answers():
    asked, entry = one("Who is buried there?{=no one =nobody}")
    assert (asked.kind, asked.accepted["en"], entry.outcome) == ("short", ("no one", "nobody"), "converted")


def test_short_answers_with_weights_stars_and_feedback_are_named():
    asked, entry = one("Best animal?{=Frog#Good! =%50%Cat =fr* =a\\*b =%0%*#Wrong}")
    assert asked.accepted["en"] == ("Frog", "a*b")
    assert asked.explanation["en"] == "<p>Good!</p>"
    assert codes(entry) == ["feedback-moved", "partial-dropped", "wildcard-dropped", "feedback-dropped"]


@pytest.mark.parametrize(
    ("answer", "value", "tolerance"),
    [("1822:5", 1822, 5), ("3.141..3.142", 3.1415, 0.0005), ("7", 7, 0), ("-2:0.5", -2, 0.5), ("3.142:0", 3.142, 0)],
)
def test_numbers_with_tolerance_and_range(answer: str, value: float, tolerance: float):
    asked, entry = one(f"How many?{{#{answer}}}")
    assert (asked.kind, asked.value, asked.tolerance, entry.outcome) == ("number", value, tolerance, "converted")


def test_a_number_keeps_its_whole_mark_and_names_the_rest():
    asked, entry = one("When?{#\n=1822:0#Yes.\n=%50%1822:2#Near.\n~#No.\n}")
    assert (asked.value, asked.tolerance) == (1822, 0)
    assert codes(entry) == ["feedback-moved", "feedback-dropped", "partial-dropped", "feedback-dropped"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("=1 =5", "number-several"),
        ("2*3", "number-expression"),
        ("many", "number-malformed"),
        ("1e90", "number-size"),
        ("1,000", "number-malformed"),
        ("", "answers-missing"),
    ],
)
def test_numbers_that_are_refused(answer: str, code: str):
    assert refused(f"How many?{{#{answer}}}") == code


def test_a_missing_word_becomes_a_gap_and_is_named():
    asked, entry = one("The holiday is on the {~second =fourth} Thursday of November.")
    assert asked.kind == "one" and codes(entry) == ["missing-word"]
    assert asked.prompt["en"] == "<p>The holiday is on the _____ Thursday of November.</p>"


def test_put_in_order():
    asked, entry = one("Order.{>3 ALL VERTICAL ALL_OR_NOTHING SHOW 123\nfirst\nsecond\n(x) third\n}")
    assert asked.kind == "order" and entry.outcome == "converted"
    assert [option.html["en"] for option in asked.options] == ["first", "second", "(x) third"]


def test_put_in_order_with_part_marks_is_named():
    _, entry = one("Order.{>2 RANDOM VERTICAL ABSOLUTE_POSITION SHOW 123\na\nb\nc\n}")
    assert codes(entry) == ["order-subset", "order-all-or-nothing"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("Write about it. {}", "essay"),
        ("Write about it. {####Graded by hand.}", "essay"),
        ("Read the following.", "description"),
        ("Open {=a ~b", "braces"),
        ("Closed =a ~b}", "braces"),
        ("Nested {=a ~{b} ~c}", "braces"),
        ("{=a ~b}", "prompt-missing"),
        ("Which?{~a ~b}", "right-missing"),
        ("Which?{=a ~}", "answer-empty"),
        ("Match.{=a->1 =b}", "match-arrow"),
        ("Match.{=a->1 = ->2}", "match-few"),
        ("Name it.{=*}", "accepted-missing"),
    ],
)
def test_refusals_name_the_reason(source: str, code: str):
    assert refused(source, "gift") == code


def test_escapes_stand_for_themselves():
    asked, _ = one(r"Which is \{curly\}\: 2 \= 2 \\ x \# y \~ z\nsecond line?{=\=5 ~\~ tilde ~back\\slash \frac}")
    assert asked.prompt["en"] == "<p>Which is {curly}: 2 = 2 \\ x # y ~ z<br>\nsecond line?</p>"
    assert [text for text, _, _ in options(asked)] == ["=5", "~ tilde", "back\\slash \\frac"]


@pytest.mark.parametrize(
    ("form", "html"),
    [
        ("[html]", "<p><strong>Bold</strong> *star*</p>"),
        ("[moodle]", "<p><strong>Bold</strong> *star*</p>"),
        ("[plain]", "<p>&lt;b&gt;Bold&lt;/b&gt; *star*</p>"),
        ("[markdown]", "<p><strong>Bold</strong> <em>star</em></p>"),
        ("", "<p><strong>Bold</strong> *star*</p>"),
        ("[other]", "<p>[other]<strong>Bold</strong> *star*</p>"),
    ],
)
def test_text_in_four_formats(form: str, html: str):
    asked, _ = one(f"{form}<b>Bold</b> *star*{{=a ~b}}", "gift")
    assert asked.prompt["en"] == html


def test_answers_take_the_format_of_the_question_unless_they_name_one():
    asked, _ = one("[markdown]Which?{=*a*#_b_ ~[plain]*c*}")
    assert options(asked) == [("<em>a</em>", True, "<p><em>b</em></p>"), ("*c*", False, "")]


def test_only_the_first_name_in_brackets_is_a_format():
    asked, _ = one("[plain][html]Which?{=[plain][html]a ~b}")
    assert (asked.prompt["en"], asked.options[0].html["en"]) == ("<p>[html]Which?</p>", "[html]a")


def test_comments_are_no_part_of_a_question():
    asked, _ = one("// a comment {=x}\nWhich\n// another\none?{\n=a\n// ~b\n~c\n}")
    assert asked.prompt["en"] == "<p>Which<br>\none?</p>"
    assert [text for text, _, _ in options(asked)] == ["a", "c"]


def test_nested_categories_go_with_their_questions():
    imported = read(
        "$CATEGORY: $course$/top/Borders/Visas\n\nA?{T}\n\n$CATEGORY: tom//jerry/sub\nB?{F}\n$CATEGORY: $system$/Top\nC?{T}"
    )
    assert [entry.category for entry in imported.entries] == ["Borders/Visas", "tom/jerry/sub", "Top"]


def test_questions_not_parted_by_a_blank_line():
    imported = read(
        "::A::First?{=a ~b}\n::B::Second?{T}\n// note\nThird?{=a ~b}\nThird and\na half?{#5}\n"
        "::D::Fourth?\n{\n=x\n\n~y\n}"
    )
    assert [(entry.line, entry.title) for entry in imported.entries] == [
        (1, "A"),
        (2, "B"),
        (4, "Third?"),
        (5, "Third and a half?"),
        (7, "D"),
    ]
    assert imported.counts == {"converted": 4, "changed": 1, "refused": 0}
    assert codes(imported.entries[3]) == ["not-parted"]


def test_a_question_that_is_not_closed_does_not_swallow_the_next():
    imported = read("::A::First?{=a ~b\n::B::Second?{T}\n\nThird?{=a\n~b\n\nFourth?{=a ~b}")
    assert [entry.outcome for entry in imported.entries] == ["refused", "converted", "refused", "converted"]


def test_the_tail_of_a_missing_word_may_go_on_in_the_next_line():
    asked, entry = one("Grant is {=buried ~lost} in\nGrant's tomb.")
    assert asked.prompt["en"] == "<p>Grant is _____ in<br>\nGrant's tomb.</p>"
    assert codes(entry) == ["missing-word"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig", "utf-32"])
def test_files_in_other_encodings(encoding: str):
    text = "::Año::¿Qué “señal” – dígame – hay en el cañón? Quizá más: ¿qué?{=ésta ~ninguna}\r\n"
    imported = read(text.encode(encoding), "gift", "es")
    asked = questions(imported, "es")[0]
    assert asked.prompt["es"] == "<p>¿Qué “señal” – dígame – hay en el cañón? Quizá más: ¿qué?</p>"
    said = [note.code for note in imported.notes]
    assert said == (["encoding-assumed"] if encoding in ("cp1252", "utf-16-le", "utf-16-be") else [])


@pytest.mark.parametrize("newline", ["\r", "\r\n", "\n"])
def test_all_line_ends(newline: str):
    assert len(read(newline.join(["A?{T}", "", "B?{", "=a", "~b", "}"]), "gift").entries) == 2


def test_a_picture_in_the_file_area_is_named_as_missing():
    asked, entry = one('[html]<p>See <img src\\="@@PLUGINFILE@@/map%20one.png" alt\\="the map"></p>{=a ~b}')
    assert asked.prompt["en"] == "<p>See [picture left out: the map]</p>"
    assert codes(entry) == ["picture-missing"] and dict(entry.notes[0].values) == {"name": "map one.png"}


def test_a_remote_picture_becomes_a_link_and_is_named():
    asked, entry = one('[html]<p>See <img src\\="https\\://x.example/a.png?b\\=1&c\\=2"></p>{=a ~b}', language="es")
    assert asked.prompt["es"] == '<p>See <a href="https://x.example/a.png?b=1&amp;c=2">imagen omitida</a></p>'
    assert codes(entry) == ["picture-remote"]


def test_ids_and_tags_in_comments_are_read():
    asked, entry = one("// question: 7  name: x [id:visa-7] [tag:visas] [tag:borders]\n::A long title::Which?{=a ~b}")
    assert asked.id == "bank-visa-7" and codes(entry) == ["tags-dropped"]


def test_a_title_without_end_is_text():
    asked, _ = one("::Which one?{=a ~b}", "gift")
    assert asked.prompt["en"] == "<p>Which one?</p>"
