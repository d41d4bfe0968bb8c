"""What plain-text cleaning takes away, what it keeps, and how copies of an article are merged."""

from __future__ import annotations

import time

import pytest
from articles_fixtures import HEADLINE, STORY, page

from rag.articles import clean_text

BODY = "\n\n".join(STORY)


@pytest.mark.parametrize(
    "furniture",
    [
        "Advertisement",
        "Share Tweet Send Save",
        "Also read: Ten bridges that were never finished",
        "Sign up for our newsletter and get the news in your inbox every morning.",
        "Photo gallery: the old town in the snow\nRead more: The river in ten maps",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.",
        "A view of the bridge at dusk. (Photo by Ana Roth/AFP)",
        "CLOSED CROSSINGS:Ten bridges that the winter took for good",
        "Running out of road salt?:Where drivers in Altmark can still buy some",
        "MORE SNOW TONIGHT:For an update later this evening, sign up for the Winter Briefing.",
        "STAY WARM: Sign up for our winter newsletter to get the latest every day",
        "Get Gazette Weather's weekly newsletter Sign up here to get The Week in Snow.",
        "A version of this story first appeared in the Gazette's Sunday newsletter. Sign up here .",
        "JUST WATCHED Ferry crosses the icy river Replay More Videos ... MUST WATCH Ferry crosses "
        "the icy river 01:24",
    ],
)
def test_furniture_between_paragraphs_goes(furniture: str) -> None:
    clean = clean_text(page(HEADLINE, *STORY[:2], furniture, *STORY[2:]))
    assert clean.text == BODY


@pytest.mark.parametrize(
    "tail",
    [
        "Related News\nTram line 4 opens late\nWorld\n21/01/2026\nSnow closes the pass\n20/01/2026",
        "Comments (2)\nriverman\nThis should have been repaired long ago, we all knew it.\nReply",
        "Tags: bridges, Altmark\n© 2026 The Altmark Gazette. All rights reserved.",
        "Most read\nWhy the museum stays shut\nThe museum has no money for a new roof.\n"
        "Football: late goal\nA goal in the last minute saved the season of the town's club.",
        "12\nPublished: Feb 02, 2026",
    ],
    ids=["related", "comments", "tags", "teasers", "date"],
)
def test_what_follows_the_article_goes(tail: str) -> None:
    assert clean_text(page(HEADLINE, *STORY, tail)).text == BODY


def test_the_article_goes_on_below_a_box_of_related_news() -> None:
    box = "Related stories\nTram line 4 opens late after strike\nSnow closes the southern pass"
    assert clean_text(page(HEADLINE, *STORY[:2], box, *STORY[2:])).text == BODY


def test_short_paragraphs_headings_lists_and_questions_stay() -> None:
    lines = [
        *STORY[:2],
        "What happens now?",
        "“Will there be a ferry?” the mayor was asked at the town hall on Monday evening.",
        "No.",
        "Three routes remain",
        "1. The motorway bridge",
        "2. The weir at Lau",
        "3. The railway, for those without a car",
        *STORY[2:],
    ]
    assert clean_text(page(HEADLINE, *lines)).text == "\n\n".join(lines)


def test_a_list_of_facts_at_the_end_stays() -> None:
    winners = [f"{1990 + n}: Rider {chr(65 + n)}, {30 + n} points" for n in range(8)]
    assert clean_text(page(*STORY, *winners)).text.endswith("\n\n".join(winners))


def test_sentences_on_cookies_and_newsletters_stay_where_they_are_news() -> None:
    news = "The court said the company had set cookies before visitors agreed to its terms of use."
    quote = "“Subscribe to our newsletter” was the only button on the page, Lindt said."
    assert clean_text(page(STORY[0], news, quote, *STORY[1:])).text == "\n\n".join(
        [STORY[0], news, quote, *STORY[1:]]
    )


def test_a_sentence_broken_by_links_is_one_sentence_again() -> None:
    raw = page(
        STORY[0], "The plan was first reported by the broadcaster", "Radio Senn", "on Sunday."
    )
    assert "reported by the broadcaster Radio Senn on Sunday." in clean_text(raw).text


def test_text_wrapped_at_a_width_is_unwrapped() -> None:
    wrapped = (
        "The bridge over the Senn at Altmark will stay closed until spring, the\n"
        "city said on Monday. Engineers found cracks in two of its nine piers, and\n"
        "the building office does not want to take a risk with so many counter-\n"
        "weights in place.\n\n"
        "Shopkeepers in the old town fear for their trade. The chamber of com-\n"
        "merce asked for a ferry, which the city says it has no money for in this\n"
        "year and the next.\n"
    )
    first, second = clean_text(wrapped).text.split("\n\n")
    assert first.startswith(
        "The bridge over the Senn at Altmark will stay closed until spring, the city"
    )
    assert "The chamber of commerce asked" in second


def test_two_partial_copies_are_merged_in_order() -> None:
    first = [STORY[0], STORY[1], STORY[3]]
    second = [
        HEADLINE,
        STORY[1],
        "A ferry instead",
        STORY[2],
        STORY[3],
        "A new one would cost 40 million.",
    ]
    clean = clean_text(page(HEADLINE, *first, "Advertisement", *second))
    assert clean.text.split("\n\n") == [
        STORY[0], STORY[1], "A ferry instead", STORY[2], STORY[3],
        "A new one would cost 40 million.",
    ]  # fmt: skip


def test_a_gallery_is_its_captions_and_no_paragraph() -> None:
    gallery = (
        "Photos: The bridge in winter Workers clear the deck on Monday. Hide Caption 1 of 2 "
        "Photos: The bridge in winter A crane waits at the eastern pier. Hide Caption 2 of 2"
    )
    clean = clean_text(page(HEADLINE, *STORY[:2], gallery, *STORY[2:]))
    assert clean.text == BODY
    assert clean.captions == (
        "Photos: The bridge in winter Workers clear the deck on Monday.",
        "Photos: The bridge in winter A crane waits at the eastern pier.",
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["Dunsel:The council of the next town met on Monday and voted to keep its ferry running."],
        ["Where:The old town hall of Altmark", "When:Monday at seven", "Who:All who live there",
         "How:By the side door on Mill Street"],
        ["July 2013:First cracks in the eastern pier", "6/3/2014:Steel plates for the deck"],
        ["The mayor had one message: Sign nothing before the engineers have spoken."],
    ],
    ids=["roundup", "facts", "dates", "quote"],
)  # fmt: skip
def test_labels_of_the_articles_own_stay(lines: list[str]) -> None:
    clean = clean_text(page(HEADLINE, *STORY[:2], *lines, *STORY[2:]))
    assert clean.text == "\n\n".join([*STORY[:2], *lines, *STORY[2:]])


def test_of_a_sentence_cut_off_in_one_copy_the_whole_form_is_kept() -> None:
    cut = STORY[1][: STORY[1].index(" six kilometres")] + " …"
    for copies in ([*STORY, STORY[0], cut, *STORY[2:]], [STORY[0], cut, *STORY[2:], *STORY]):
        assert clean_text(page(*copies)).text == BODY


def test_a_pull_quote_is_said_once() -> None:
    quote = STORY[1][: STORY[1].index(" Buses")]
    assert clean_text(page(*STORY[:2], quote, *STORY[2:])).text == BODY


def test_the_headline_becomes_the_title_however_often_it_stands_there() -> None:
    clean = clean_text(page("Home", "World", "News", HEADLINE, "By Jo Kern", HEADLINE, *STORY))
    assert (clean.stated.title, clean.stated.author, clean.text) == (HEADLINE, "Jo Kern", BODY)


def test_a_headline_of_another_article_is_no_title() -> None:
    assert clean_text(page("Breaking: Volcano erupts on a far island", *STORY)).stated.title is None


@pytest.mark.parametrize(
    ("line", "published", "outlet", "author"),
    [
        (
            "Altmark News Desk Published: 1 February 2026, 05:04 PM",
            "2026-02-01",
            "Altmark News",
            None,
        ),
        ("February 02, 2026Senn Report", "2026-02-02", "Senn Report", None),
        (
            "By Jo Kern and Ada Voss | Published: Feb. 2, 2026, 6:05 a.m.",
            "2026-02-02",
            None,
            "Jo Kern and Ada Voss",
        ),
        ("By Jo Kern, The Altmark Gazette", None, "The Altmark Gazette", "Jo Kern"),
        ("Published 2026-02-03 | Updated 2026-02-05", "2026-02-03", None, None),
        ("Last updated: 5 February 2026", None, None, None),
        ("03/04/2026", None, None, None),
        ("13/04/2026", "2026-04-13", None, None),
        ("2 hours ago", None, None, None),
    ],
)
def test_bylines_and_date_lines_are_read_and_left_out(
    line: str, published: str | None, outlet: str | None, author: str | None
) -> None:
    clean = clean_text(page(HEADLINE, line, *STORY))
    assert clean.text == BODY
    stated = clean.stated
    assert (stated.published, stated.outlet, stated.author) == (published, outlet, author)


def test_another_date_of_the_page_settles_which_number_is_the_day() -> None:
    related = "Related News\nTram line 4 opens late\n{}\nSnow closes the pass\n02/04/2026"
    for other, published in (("21/03/2026", "2026-04-03"), ("03/21/2026", "2026-03-04")):
        raw = page(HEADLINE, "Published: 03/04/2026", *STORY, related.format(other))
        assert clean_text(raw).stated.published == published


def test_dates_as_headings_of_a_timeline_stay() -> None:
    days = [f"March {day}, 2026" for day in (3, 9, 14, 21)]
    lines = [line for pair in zip(days, STORY, strict=True) for line in pair]
    clean = clean_text(
        page(HEADLINE, "The closing of the bridge came in four steps, day by day.", *lines)
    )
    assert all(day in clean.text.split("\n\n") for day in days)
    assert clean.stated.published is None


@pytest.mark.parametrize(
    ("line", "credits"),
    [
        ("Source: AFP, Al Jazeera", ["AFP", "Al Jazeera"]),
        ("With inputs from agencies", ["agencies"]),
        ("With additional input from Reuters.", ["Reuters"]),
        ("(ANI)", ["ANI"]),
        ("The Associated Press contributed to this report.", ["The Associated Press"]),
        ("Reporting by Ann Lee; Editing by Jo Kern", []),
        ("Contributing: Ann Lee, Jo Kern and The Associated Press", ["The Associated Press"]),
        ("— Ann Lee and Jo Kern contributed reporting from Dunsel.", []),
    ],
)
def test_credit_lines_are_read_and_left_out(line: str, credits: list[str]) -> None:
    clean = clean_text(page(HEADLINE, *STORY, line))
    assert (clean.text, clean.stated.credits) == (BODY, credits)


def test_an_agency_in_the_dateline_is_a_credit_and_its_sentence_stays() -> None:
    clean = clean_text(page(HEADLINE, "ALTMARK (AFP) — " + STORY[0], *STORY[1:]))
    assert clean.stated.credits == ["AFP"]
    assert clean.text.startswith("ALTMARK (AFP) — The bridge")


def test_a_desk_does_not_describe_itself_in_the_text() -> None:
    desk = "The City Desk reports on councils and courts and checks every figure twice."
    assert clean_text(page(HEADLINE, "City Desk", desk, *STORY)).text == BODY


def test_text_comes_in_normal_form() -> None:
    raw = (
        "\ufeffThe cafe\u0301\u00a0owner\u200b  said\tno to the plan&nbsp;&amp; left.\x07\r\n\r\n"
        + STORY[0]
    )
    assert clean_text(raw).text.split("\n\n")[0] == "The café owner said no to the plan & left."


def test_cleaning_again_changes_nothing() -> None:
    once = clean_text(page(HEADLINE, *STORY, "Related News", "Snow closes the pass")).text
    assert clean_text(once, is_page=False).text == once


def test_large_texts_take_seconds() -> None:
    started = time.process_time()
    for raw in (
        ("\n\n".join(STORY) + "\n\n") * 500,
        "word " * 200_000,
        "Home\nWorld\n" * 10_000,
    ):
        clean_text(raw)
    assert time.process_time() - started < 10
