"""Shows which texts count as no answer, and above all which short ones do not.

Where: the stage before grouping; a made-up list, no model.
"""

from __future__ import annotations

import pytest

from clustering.reading.nonanswers import non_answers

NONE_AT_ALL = (
    *(
        "none",
        "None.",
        "NONE!!!",
        "no",
        "No.",
        "Nope",
        "yes",
        "Yes!",
        "n/a",
        "N/A",
        "na",
        "nil",
        "nan",
        "null",
    ),
    *(
        "nothing",
        "Nothing...",
        "Nothing really",
        "nothing comes to mind",
        "Nothing to add, thanks.",
        "nohting",
    ),
    *(
        "don't know",
        "Dont know",
        "I don’t know",
        "i dont know sorry",
        "dontknow",
        "idk",
        "IDK!!",
        "dunno",
        "not sure",
    ),
    *(
        "no comment",
        "No comments",
        "no idea",
        "No ideas at the moment",
        "No suggestions, sorry",
        "no opinion",
    ),
    *(
        "No, thank you",
        "No, not really, thanks!",
        "I can't think of anything right now",
        "Thank you",
        "noooo",
    ),
    *("see above", "as above", "same", "ditto", "test", "Test 1", "testing 123", "hello", "please ignore"),
    *(
        "-",
        "--",
        "...",
        "?",
        "???",
        ".",
        "",
        "   ",
        "👍",
        "x",
        "X",
        "xxx",
        "asdf",
        "asdfasdf",
        "ASDFGHJ",
        "qwerty",
    ),
    *(
        "keine",
        "Keine Angabe",
        "weiß nicht",
        "Weiss nicht.",
        "Ich weiß es nicht",
        "nichts",
        "Nein, danke",
        "k. A.",
    ),
    *(
        "Mir fällt gerade nichts ein",
        "keine Ahnung",
        "siehe oben",
        "rien",
        "Rien à ajouter",
        "je ne sais pas",
    ),
    *(
        "aucune idée",
        "pas d'idée",
        "Non merci",
        "nada",
        "ninguno",
        "No sé",
        "no lo sé",
        "sin comentarios",
        "ns/nc",
    ),
    *("nie wiem", "Nic", "brak", "brak uwag", "nie mam zdania", "não sei", "nenhuma", "Nada a acrescentar"),
    *("niente", "non so", "Nessuna idea", "No, grazie", "niets", "weet ik niet", "geen idee", "n.v.t."),
    *("bilmiyorum", "HİÇBİR ŞEY", "yok", "Fikrim yok", "Hayır, teşekkürler"),
)
REAL = (
    *(
        "None of the above parks is lit",
        "No cars",
        "Nothing should close",
        "No tests in schools",
        "No more roads",
    ),
    *(
        "No staff.",
        "Nothing works at night",
        "Yes to the tram",
        "Test the water",
        "Testing sites",
        "No idea is too small",
    ),
    *(
        "Say nothing of the old mill",
        "I don't know why the pool is closed",
        "See above the river: a bridge",
        "Food",
    ),
    *(
        "Thank you boxes for nurses",
        "Thank the bus drivers",
        "More",
        "Parks",
        "NHS",
        "HTML",
        "GPS",
        "5G",
        "Salads",
        "1984",
    ),
    *(
        "Glass",
        "Alaska",
        "Flasks",
        "Property",
        "Poverty",
        "Same pay for the same work",
        "Skip the queue",
        "Nights",
    ),
    *(
        "Keine Autos",
        "Nichts abreißen",
        "Kein Plastik",
        "Rien que des arbres",
        "Nada de coches",
        "Nic nie burzyć",
    ),
    *("Geen auto's", "Niente auto", "Sem carros", "Yok olan ağaçlar", "Nein zum Parkhaus", "Ja zum Radweg"),
    *(
        "木",
        "水が飲みたい",
        "Больше деревьев",
        "No to fees. No to fines. No to fear.",
        "OK signs for the blind",
        "Tak dla drzew",
    ),
)


@pytest.mark.parametrize("text", NONE_AT_ALL)
def test_a_text_that_says_nothing_is_no_answer(text: str) -> None:
    assert non_answers([text]).tolist() == [True]


@pytest.mark.parametrize("text", REAL)
def test_a_short_text_that_asks_for_something_is_an_answer(text: str) -> None:
    assert non_answers([text]).tolist() == [False]


def test_each_text_has_its_own_mark_in_their_order() -> None:
    assert non_answers(["More trees", "none", "A tram"]).tolist() == [False, True, False]
    assert non_answers([]).tolist() == []


def test_a_long_text_is_an_answer_whatever_it_is_made_of() -> None:
    assert not non_answers(["no " * 200])[0]
