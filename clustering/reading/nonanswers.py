"""Which texts are no answer: "none", "n/a", "don't know", "-", "asdf", in eight more languages too.

Before grouping, so that nothing that nobody meant becomes a theme. Careful on purpose: a text counts
only as a whole. "Nothing should close" and "No cars" are ideas; what is left over is a person's to mark.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clustering.reading.text import normal_form


def _wordings(text: str) -> frozenset[str]:
    """One wording on each line or between slashes, as plain letters."""
    return frozenset(_plain(one) for one in re.split(r"[/\n]", text) if one.strip())


_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_ASCII_MARK = re.compile(r"[^A-Za-z0-9 ]")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_MASHED = re.compile(r"asd|sdf|dfg|fgh|ghj|hjk|jkl|lkj|kjh|fds|dsa")
_TESTS = frozenset({"test", "testing"})
_HOME_ROW = frozenset("asdfghjkl")
_LONGEST_TEXT = 200
_LONGEST = 16
_LONGEST_WORDING = 8
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o"})


def _plain(text: str) -> str:
    """Lower case without accents, punctuation and drawn-out letters: "Weiß nicht!" is "weiss nicht"."""
    folded = _APOSTROPHE.sub("", normal_form(_APOSTROPHE.sub("", text)))
    if folded.isascii():  # Most texts; a fifth of the time.
        bare = _ASCII_MARK.sub("", folded)
    else:
        marked = unicodedata.normalize("NFKD", folded)
        bare = "".join(letter for letter in marked if letter.isalnum() or letter == " ")
    return " ".join(_LONG_RUN.sub(r"\1", bare.translate(_PLAIN)).split())


_CORES = _wordings(
    """
    no/none/nope/nah/nil/null/nan/na/n a/not applicable/not any/nowt/nada/naught/zilch/no one/non
    nothing/nothin/nothing really/not really/nothing to add/nothing to say/nothing to report
    nothing to improve
    nothing comes to mind/nothing springs to mind/nothing that comes to mind/nothing i can think of
    nothing that i can think of/none that i can think of/none i can think of/none that i know of
    not that i can think of/not that i know of/not that im aware of/nothing im aware of/nothing more to add
    nothing i can add/i have nothing/i have none/i have nothing to add/i have nothing to say
    none of the above/none of these/none of them/none of those/neither
    cant think of anything/i cant think of anything/cannot think of anything/i cannot think of anything
    cant think of any/i cant think of any/cannot think of any/i cannot think of any/cant think
    i cant think of one/cant think of one/cant think of a thing
    dont know/i dont know/do not know/i do not know/dont no/i dont no/dunno/i dunno/idk/dk/not known/unknown
    dont have any/i dont have any/i dont have one/dont have one/i dont have any ideas/dont have any ideas
    not sure/im not sure/i am not sure/unsure/im unsure/no idea/no ideas/i have no idea/i have no ideas
    no clue
    no comment/no comments/no opinion/no opinions/i have no opinion/i have no comment/i have no comments
    no suggestion/no suggestions/i have no suggestions/no answer/no reply/no response/no view/no views
    no further comment/no further comments/no other comments/no additional comments/no preference
    no thoughts/no feedback/no input/no reason/no particular reason/not much/not a lot/nothing much
    prefer not to say/i prefer not to say/rather not say/id rather not say/not for me/no strong opinion
    yes/yep/yeah/yup/ok/okay/maybe/perhaps/same/ditto
    kein/keine/keiner/keines/keins/keinen/nichts/nix/nein/no/noe/nee/ja/jein/entfallt
    weiss nicht/weiss ich nicht/weiss es nicht/ich weiss nicht/ich weiss es nicht/weiss nich/keine ahnung
    keine idee/keine ideen/keine angabe/keine angaben/k a/ka/keine antwort/keine meinung/kein kommentar
    keine vorschlage/kein vorschlag/keine anmerkungen/keine anmerkung/keine wunsche/nichts besonderes
    fallt mir nichts ein/mir fallt nichts ein/mir fallt gerade nichts ein/mir fallt nichts dazu ein
    dazu fallt mir nichts ein/nichts hinzuzufugen/nichts zu sagen/trifft nicht zu/nicht zutreffend
    rien/rien du tout/rien a dire/rien a ajouter/rien a signaler/ras/rien de special/rien de particulier
    je ne sais pas/je sais pas/ne sais pas/jsp/nsp/aucun/aucune/aucune idee/pas didee/pas didees
    je nai pas didee
    aucun commentaire/pas de commentaire/pas de commentaires/sans commentaire/sans opinion/sans avis/pas davis
    aucun avis/aucune opinion/aucune suggestion/aucune reponse/pas de reponse/oui/neant/sans objet
    nada/ninguno/ninguna/ningun/no se/no lo se/yo no se/no sabe/ns nc/nsnc/sin comentario/sin comentarios
    sin opinion/ninguna idea/ni idea/no tengo idea/no tengo ideas/no tengo ni idea/nada que anadir/nada mas
    nada que decir/no aplica/ningun comentario/ninguna sugerencia/sin sugerencias/no opino/si
    no tengo comentarios/no tengo opinion/nada en particular/no contesta/sin respuesta
    nie wiem/nic/brak/brak uwag/brak zdania/brak komentarza/brak odpowiedzi/brak opinii/brak pomyslu
    brak pomyslow/nie mam zdania/nie mam pomyslu/nie mam pomyslow/nie mam uwag/zaden/zadna/zadne/zadnych
    nie/tak
    nic nie przychodzi mi do glowy/nic mi nie przychodzi do glowy/nie dotyczy/bez komentarza/nie mam
    nenhum/nenhuma/nao sei/eu nao sei/sem comentario/sem comentarios/sem opiniao/nenhuma ideia/nao/sim
    nada a acrescentar/nada a declarar/nada a dizer/nao se aplica/nao tenho ideia/nao faco ideia/sem ideias
    niente/nulla/nessuno/nessuna/nessun/non so/non lo so/boh/non saprei/nessuna idea/nessun commento
    nessuna opinione/niente da aggiungere/niente da dire/non ho idea/non ho idee/nessun suggerimento
    nessuna risposta/non applicabile/nessuna proposta
    niets/niks/geen/weet niet/weet ik niet/ik weet niet/ik weet het niet/weet het niet/geen idee/geen ideeen
    geen mening/geen commentaar/geen opmerking/geen opmerkingen/geen antwoord/nvt/n v t/niet van toepassing
    niets toe te voegen/geen suggesties/zou het niet weten/ik zou het niet weten
    yok/bilmiyorum/hicbir sey/hicbiri/hic/fikrim yok/bir fikrim yok/hicbir fikrim yok/yorum yok/yorumum yok
    hayir/evet/cevap yok/bilgim yok/onerim yok/gecerli degil/emin degilim
    """
)
"""What says that there is nothing to say."""


_POLITE = _wordings(
    """
    thanks/thank you/thank you very much/thanks a lot/many thanks/ty/cheers/please/sorry/im sorry/sir/madam
    apologies/lol/haha/have a nice day/have a good day/danke/danke schon/vielen dank/bitte/merci
    merci beaucoup
    desole/gracias/muchas gracias/por favor/lo siento/dziekuje/dzieki/prosze/obrigado/obrigada/obg/grazie
    mille grazie/mi dispiace/dank je/dank u/dankjewel/bedankt/tesekkurler/tesekkur ederim/sagol
    """
)
"""What is said beside it out of courtesy."""

_COMPANY = _POLITE | _wordings(
    """
    sadly/at all/at the moment/right now/currently/for now/at this time/at present/at this moment
    as of now/just now
    so far/yet/today/really/honestly/to be honest/tbh/i guess/i think/im afraid/well/um/uh/hmm/hm/er/oh
    sure/just
    else/more/further/specific/in particular/particular/special/specifically/particularly/offhand/off hand
    to add/to say/to report/to improve/that comes to mind/comes to mind/that i can think of/i can think of
    that i know of/to be fair/personally/anything/leider/im moment/momentan/gerade/zur zeit/derzeit
    aktuell/mir
    dazu/sonst/pour le moment/pour linstant/actuellement/de plus/por ahora/por el momento/de momento/mas
    niestety
    na razie/por enquanto/no momento/per ora/al momento/helaas/op dit moment/voorlopig/simdilik/maalesef/su an
    su anda
    """
)
"""That, and hedges that change nothing: "at the moment"."""

_ALONE = _POLITE | _wordings(
    """
    see above/as above/same as above/same as before/as before/see previous/see below/same again/same here
    siehe oben/wie oben/s o/voir ci dessus/idem/voir plus haut/ver arriba/vease arriba/vedi sopra/come sopra
    zie boven/zie hierboven/jak wyzej/j w/ver acima/yukari bak/yukaridaki gibi
    test/testing/tests/test test/testing testing/this is a test/just a test/just testing/only a test/ignore
    please ignore/ignore this/test idea/test answer/hello/hello world/hi/hey/hi there/hallo/hola/bonjour
    pass/skip/skipped/blank/empty/left blank/left blank intentionally/intentionally left blank/no text
    undefined
    lorem ipsum/lorem ipsum dolor sit amet/foo/bar/foo bar/foobar/blah/bla/blah blah/blah blah blah/bla bla
    bla bla bla/whatever/who knows/who cares/dont care/i dont care/abc/xyz/abcd/xx/yy/zz/qwe/qwert/qwerty/zxcv
    """
)
"""What is no answer where nothing else stands there."""

_JOINED = frozenset(core.replace(" ", "") for core in _CORES if " " in core)


def non_answers(texts: Sequence[str]) -> NDArray[np.bool_]:
    """For each text whether it is no answer."""
    return np.array([is_non_answer(text) for text in texts], dtype=np.bool_)


def is_non_answer(text: str) -> bool:
    """Whether the text is no answer as a whole, in any case, punctuation or politeness."""
    if len(text) > _LONGEST_TEXT or text.count(" ") > _LONGEST:
        return False
    words = _plain(text).split()
    if not words:
        # Marks, signs and pictures alone; letters of scripts that have none of a to z are kept by _plain.
        return not any(letter.isalnum() for letter in text)
    joined = " ".join(words)
    return (
        joined in _ALONE
        or all(_is_noise(word) for word in words)
        or (words[0] in _TESTS and all(_is_noise(word) or word.isdigit() for word in words[1:]))
        or _is_made_of_wordings(words)
        or _slipped(joined)
    )


def _is_noise(word: str) -> bool:
    """A single letter, "test1", "0", counting, or a hand on the keyboard's middle row."""
    if len(word) == 1:
        return word in "abcdefghijklmnopqrstuvwxyz0"
    if word.isdigit():
        return len(word) > 2 and "1234567890".startswith(word)
    if word.startswith("test") and word[4:].isdigit():
        return True
    return len(word) > 2 and bool(_MASHED.search(word)) and _HOME_ROW.issuperset(word)


def _is_made_of_wordings(words: Sequence[str]) -> bool:
    """Whether the words are one wording after another, and one of them a core: "no, not really"."""
    ways: list[set[bool]] = [set() for _ in range(len(words) + 1)]
    ways[0].add(False)
    for end in range(1, len(words) + 1):
        # Most texts begin with no wording: nothing is put together from a place that none leads to.
        for start in (one for one in range(max(0, end - _LONGEST_WORDING), end) if ways[one]):
            part = " ".join(words[start:end])
            if part in _CORES:
                ways[end].add(True)
            elif part in _COMPANY:
                ways[end] |= ways[start]
    return True in ways[-1]


def _slipped(text: str) -> bool:
    """A core with two neighbouring letters swapped, or without its spaces: "nohting", "dontknow"."""
    if not 4 <= len(text) <= 24:
        return False
    swapped = (text[:at] + right + left + text[at + 2 :] for at, (left, right) in enumerate(pairwise(text)))
    long_enough = (one for one in swapped if " ".join(one.split()) == one)
    return any(one in _CORES for one in long_enough) or (len(text) >= 6 and text in _JOINED)
