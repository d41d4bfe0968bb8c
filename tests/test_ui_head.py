"""The short answer at the top of a reply on the page."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from rag.answer.answer import Answer, ShortAnswer
from rag.ui.answers import Exchange, conversation
from tests.told_answers import MENDED, because, differing, in_parts, mended, refused, told


def reply(answer: Answer) -> str:
    return conversation([Exchange(answer.question, answer, finished=True)])[1]["content"]


def words(markup: str) -> str:
    """The words of ``markup``, those of citations left out."""
    shown = re.sub(r'<span class="dl-cites">.*?</button></span>', "", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).replace("\u2060", "").split())


def test_the_short_answer_is_on_top_with_its_citations_and_who_says_so() -> None:
    markup = reply(told())
    assert words(markup).startswith("31 people said by the fire service “The fire service said")
    short = markup.partition('<p class="dl-short">')[2].partition("</p>")[0]
    assert short.count('class="dl-cite"') == 2
    assert "dl-values" not in markup


def test_the_words_that_answer_are_marked_in_the_quotes_below_and_escaped() -> None:
    markup = reply(told())
    statements = re.findall(r'<p class="dl-statement.*?</p>', markup)
    marks = [re.findall(r'<mark class="dl-told">(.*?)</mark>', s)[0] for s in statements]
    assert marks == ["31 people", "28"]
    assert "fell &#38; its" in statements[0]
    answer = told()
    quote = 'The <b>31</b> & "more" were hurt.'
    start = quote.index("31</b> &")
    cited = replace(answer.citations[0], quote=quote, start=0, end=len(quote),
                    answer_start=start, answer_end=start + 8)  # fmt: skip
    said = replace(answer.statements[0], text=f"“{quote}”")
    hostile = reply(replace(answer, citations=(cited,), statements=(said,)))
    assert "<b>31" not in hostile
    mark = re.findall(r'<mark class="dl-told">(.*?)</mark>', hostile)[-1]
    assert html.unescape(mark) == "31</b> &"


def test_a_short_answer_that_is_a_sentence_is_set_smaller() -> None:
    assert '<p class="dl-short dl-sentence">' in reply(because())


def test_differing_values_stand_side_by_side_with_who_says_so_and_the_date() -> None:
    markup = reply(differing())
    beside = markup.partition('<div class="dl-values dl-conflict">')[2].partition("</ul>")[0]
    assert words(beside) == (
        "The reports differ 31 people said by the fire service · 2 Jun 2024 "
        "28 people said by Ines Holt · 3 Jun 2024"
    )
    assert markup.index("dl-values") < markup.index("dl-statement")
    assert 'dl-values dl-compatible"><p class="dl-label">The reports give' in reply(
        differing("compatible")
    )
    denied = words(reply(differing(denied=True)))
    assert "denied by Ines Holt" in denied and "Ines Holt, who denies it 3 Jun 2024" in denied


def test_each_part_of_a_question_has_its_own_answer() -> None:
    first, second = re.findall(r'<div class="dl-part">(.*?)</div>', reply(in_parts()))
    assert words(first) == "How many people were hurt when the grandstand fell? 31 people 28 people"
    assert words(second) == "Who had built the grandstand? The articles do not tell."


def test_a_mended_question_is_shown_once() -> None:
    shown = words(reply(mended()))
    assert shown.startswith(f"Asked for: {MENDED} 31 people")
    assert "Understood as" not in shown


def test_each_refusal_says_what_to_do_and_passages_say_why_they_are_near() -> None:
    shown = words(reply(refused()))
    assert shown.startswith("The articles do not tell. Look at the passages below, or ask in other")
    near = shown.partition("Perhaps here")[2]
    assert near.index("not that it burnt") < near.index("was put up in 1961")
    assert near.count("not that it burnt") == 1
    assert near.count("had held a thousand people.") == 2 and "…" not in near
    long = replace(refused().nearest[0], text="The stand fell. " * 30)
    assert "stand fell. The …" in words(reply(replace(refused(), nearest=(long,))))
    for kind, way in (("filter_empty", "wider filters"), ("ask_whole", "with the names")):
        shown = words(reply(refused(kind, near=False)))
        assert way in shown and "Perhaps here" not in shown


def test_nothing_in_the_head_is_markup() -> None:
    signs = "<img src=x onerror=alert(1)> {{x}} $y$ `z`"
    short = (ShortAnswer(signs, (1,)),)
    part = replace(in_parts().parts[0], question=signs, short=short)
    near = replace(refused().nearest[0], why=signs)
    agreement = differing().agreement
    assert agreement is not None
    values = tuple(replace(v, value=signs, said_by=signs, date=signs) for v in agreement.values)
    for answer in (
        replace(told(), short=short, read_as=signs),
        replace(in_parts(), parts=(part,)),
        replace(refused(), nearest=(near,), answer=signs),
        replace(differing(), agreement=replace(agreement, values=values)),
    ):
        markup = reply(answer)
        assert "<img" not in markup and "{{" not in markup and "`" not in markup
        assert "\n" not in markup and "alert" in markup
