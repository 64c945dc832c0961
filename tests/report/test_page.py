"""Shows that the report's page is whole without JavaScript: links, headings, words, hostile texts, languages.

Why: the page is what people see, print and quote. Where: the rendered HTML, read with the standard
library's parser; what only a browser can tell is in `test_page_in_browser.py`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from gettext import NullTranslations
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from jam.domain.names import Status
from jam.service.report import ReportRenderer, build_report, ideas_csv, report_json, stylesheet, themes_csv
from jam.service.report.inputs import ForumInput, ReportInputs
from tests.report.making import (
    START,
    changed,
    idea,
    inputs,
    jam,
    of_every_kind,
    renderer,
    reply,
    theme,
    theme_map,
)

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "{{7*7}} {% raw %}",
    "%s %n %(count)s",
    "${jndi:ldap://x}",
    "&lt;b&gt; &amp;",
    "javascript:alert(1)",
]
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Read(HTMLParser):
    """A page taken apart: elements with attributes and their own text, and whether every tag was closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self._open), data))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    def text(self) -> str:
        """All words of the page, in order, blanks folded."""
        shown = (text for path, text in self.texts if "style" not in path)
        return re.sub(r"\s+", " ", "".join(shown))


def page_of(given: ReportInputs, **how: object) -> Read:
    return Read(renderer().html(build_report(given), **how).decode())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def page() -> Read:
    return page_of(of_every_kind(), standalone=True)


def test_every_link_leads_somewhere_and_every_id_is_there_once(page: Read) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [str(a["href"]) for a in page.all("a")]
    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    labels = [name for _, a in page.elements for name in str(a.get("aria-labelledby") or "").split()]
    assert set(labels) <= set(ids)


def test_every_readable_idea_stands_on_the_page_once_with_its_address(page: Read) -> None:
    ids = [a["id"] for a in page.all("li") if str(a.get("id", "")).startswith("idea-")]
    assert sorted(map(str, ids)) == sorted(f"idea-i{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15))


def test_figures_of_a_theme_link_to_its_ideas_by_audience(page: Read) -> None:
    links = {str(a["href"]) for a in page.all("a")}
    assert {"#ideas-t1", "#ideas-t1-citizen", "#ideas-t1-staff", "#ideas-t2-team", "#ideas-none"} <= links
    assert {"#gone-hidden", "#gone-hidden-abuse", "#gone-withdrawn", "#from-citizen", "#time-1"} <= links


def test_a_number_that_has_texts_behind_it_is_a_link_to_them(page: Read) -> None:
    html = renderer().html(build_report(of_every_kind())).decode()
    for anchor, number in {
        "ideas-t1": "3",  # people of a theme, in the sentence and in the table
        "replies-question-f1": "2",
        "replies": "3",
        "index": "13",  # of those who took part wrote
        "replies-from-citizen": "2",
    }.items():
        assert f'<a class="figure" href="#{anchor}">{number}</a>' in html, anchor
    assert html.count('<a class="figure" href="#ideas-t1">3</a> people') == 1
    assert (
        '2 ideas, sent by 2 people, say the same: <a href="#idea-i3">3</a>, <a href="#idea-i4">4</a>.' in html
    )


def test_headings_go_down_one_step_at_a_time(page: Read) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_says_that_it_is_no_ballot_and_never_speaks_of_votes(page: Read) -> None:
    assert "This is not a ballot" in page.text()
    assert not re.search(r"\bvot(?:e|es|ed|ing)\b", page.text(), re.IGNORECASE)


def test_headings_say_what_was_found(page: Read) -> None:
    text = page.text()
    assert "2 themes. The one from most people: Evening light" in text
    assert "3 texts were hidden or returned, 1 waits for a check" in text
    assert "13 of 25 people wrote" in text


def test_the_page_needs_no_script_and_no_style_in_its_tags(page: Read) -> None:
    assert page.all("script") == []
    names = {name for _, attributes in page.elements for name in attributes}
    assert not [name for name in names if name.startswith("on") or name == "style"]


def test_every_picture_has_a_title_and_a_description_and_a_table_beside_it(page: Read) -> None:
    pictures = [a for a in page.all("svg") if a.get("role") in ("img", "group")]
    assert len(pictures) == 5
    assert all(len(str(a["aria-labelledby"]).split()) == 2 for a in pictures)
    assert len(page.all("title")) == 1 + len(pictures) == 1 + len(page.all("desc"))
    assert len(page.all("table")) == len(page.all("caption")) == 5


def test_peoples_words_carry_their_language_and_direction(page: Read) -> None:
    quoted = [a for a in page.all("p") if a.get("class") == "words"]
    assert quoted
    assert all(a["dir"] == "auto" and a["lang"] for a in quoted)


def test_names_made_by_a_machine_are_marked_and_names_by_people_are_not() -> None:
    marked = "name made by machine"
    assert marked in page_of(inputs(idea(1), theme_map=theme_map(theme(1, [idea(1)])))).text()
    named = theme_map(theme(1, [idea(1)], named_by="person"))
    assert marked not in page_of(inputs(idea(1), theme_map=named)).text()


@pytest.mark.parametrize("text", HOSTILE)
def test_w18_hostile_words_are_shown_as_they_are_in_every_field(text: str) -> None:
    one = idea(1, text, handle=text, tags=(text,))
    spoiled = changed(
        inputs(one, theme_map=theme_map(theme(1, [one], text, named_by="person"))),
        jam=jam(title=text, organisation=text),
        forums=(ForumInput(id="f1", title=text, question=text),),
    )
    found = page_of(spoiled, standalone=True, address=text)
    assert found.all("script") == []
    assert found.all("img") == []
    assert not [name for _, a in found.elements for name in a if name.startswith("on")]
    assert found.text().count(text) >= 6


def test_a_page_in_a_file_carries_its_style_and_allows_nothing_else() -> None:
    found = page_of(of_every_kind(), standalone=True)
    digest = base64.b64encode(hashlib.sha256(stylesheet().encode()).digest()).decode()
    policy = next(a["content"] for a in found.all("meta") if "http-equiv" in a)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "".join(text for path, text in found.texts if path[-1:] == ("style",)) == stylesheet()
    assert found.all("link") == []


def test_a_served_page_links_its_style_and_its_exports() -> None:
    found = page_of(of_every_kind())
    assert [a["href"] for a in found.all("link")] == [
        "/web/style/report.css",
        "/web/style/theme-map.css",
    ]
    assert found.all("style") == []
    assert {"/jams/jam1/report.json", "/jams/jam1/themes.csv", "/jams/jam1/ideas.csv"} <= {
        str(a["href"]) for a in found.all("a")
    }


def test_the_permanent_address_and_the_audit_head_are_on_the_page_and_on_every_sheet() -> None:
    found = page_of(of_every_kind(), address="https://jams.example.org/jams/jam1/report")
    foot = str(found.all("html")[0]["data-foot"])
    assert "https://jams.example.org/jams/jam1/report" in foot
    assert "ef" * 32 in foot
    assert foot.split(" · ")[0] in found.text()


def test_times_are_in_utc_and_in_the_jams_zone() -> None:
    text = page_of(inputs(idea(1), jam=jam(zone="Australia/Adelaide"))).text()
    assert "1 March 2026, 20:30 Australia/Adelaide (10:00 UTC)" in text
    assert "1 March 2026, 10:00 UTC" in page_of(inputs(idea(1))).text()
    assert "1 March 2026, 10:00 UTC" in page_of(inputs(idea(1), jam=jam(zone="Nowhere/At all"))).text()


@pytest.mark.parametrize(
    ("given_inputs", "sentence"),
    [
        (inputs(people=()), "There is no idea to read"),
        (inputs(idea(1), theme_map=theme_map(too_few=True)), "There are too few ideas to group"),
        (inputs(idea(1), idea(2)), "The ideas have not been grouped yet"),
        (inputs(idea(1, status=Status.HIDDEN)), "There is no idea to read"),
        (
            inputs(idea(1, published=2_500), events=(), theme_map=theme_map()),
            "1 idea is in no theme",
        ),
        (inputs(forums=(), people=()), "Winter in the park"),
        (inputs(jam=jam(phases=(), phase_index=0)), "No text was hidden or returned"),
    ],
    ids=["nothing", "too few", "no map", "all hidden", "all late", "no forum", "no phases"],
)
def test_a_jam_with_next_to_nothing_has_a_page_that_says_so(
    given_inputs: ReportInputs, sentence: str
) -> None:
    assert sentence in page_of(given_inputs).text()


def test_replies_to_an_idea_that_is_gone_are_still_on_the_page() -> None:
    found = page_of(inputs(idea(1, status=Status.HIDDEN), reply(2, 1, text="Yes, and seats")))
    assert "Replies to ideas that cannot be read any more" in found.text()
    assert "Yes, and seats" in found.text()


def test_one_is_spoken_of_in_the_singular() -> None:
    text = page_of(inputs(idea(1), theme_map=theme_map(theme(1, [idea(1)])))).text()
    assert "1 idea by 1 person." in text
    assert "1 ideas" not in text


class Bracketed(NullTranslations):
    """A language whose every sentence stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def test_every_word_of_ours_goes_through_the_catalogue() -> None:
    ideas = [idea(n, f"{n}", handle=f"{n}", lang="en") for n in range(1, 9)]
    plain = changed(
        inputs(*ideas, reply(9, 1, text="9", handle="9"), theme_map=theme_map(theme(1, ideas, "1 · 2"))),
        jam=jam(title="7", organisation="8"),
        forums=(ForumInput(id="f1", title="5", question="6"),),
    )
    found = Read(ReportRenderer(Bracketed()).html(build_report(plain)).decode())
    text = "".join(text for path, text in found.texts if not {"time", "code", "style", "dd"} & set(path))
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    assert re.findall(r"[A-Za-z]{2,}", text.replace("1 Mar, ", "")) == []


def test_a_page_in_another_language_says_so_and_spells_numbers_its_own_way() -> None:
    ideas = [idea(n, at=START + n) for n in range(1, 1_235)]
    found = Read(ReportRenderer(locale="de").html(build_report(inputs(*ideas))).decode())
    assert found.all("html")[0]["lang"] == "de"
    assert "1.234" in found.text()
    assert "März" in found.text()


@pytest.mark.slow
def test_ten_times_as_many_ideas_take_about_ten_times_as_long() -> None:
    renderer().html(build_report(of_every_kind()))
    assert _worked_on(5_000) < 25 * _worked_on(500)


def _worked_on(number: int) -> float:
    """Seconds of the processor that a report of so many ideas takes, the best of three."""
    ideas = [idea(n, f"Idea number {n} about the light", at=START + n * 700) for n in range(1, number + 1)]
    parts = [theme(k, ideas[k::40], "Light") for k in range(40)]
    given_inputs = inputs(*ideas, theme_map=theme_map(*parts))
    took = []
    for _ in range(3):
        before = time.process_time()
        report = build_report(given_inputs)
        renderer().html(report, standalone=True)
        assert all((report_json(report), themes_csv(report), ideas_csv(report)))
        took.append(time.process_time() - before)
    return min(took)
