"""A brief on a topic where articles tell of many things, and repeat each other's sentences."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag.dateline import Dateline
from rag.settings import load_settings
from rag.summary.brief import EventBrief
from rag.summary.material import SourceArticle, SourceSentence, on_topic

FIRE = "The chief of the Quernmouth harbour was suspended on Wednesday over the pier fire."
STORIES = (
    "A bank in Marrick lost $25 million to a fraud by two of its own clerks, its owner said.",
    "The national team won its fourth match in a row before a crowd of 31,000 people.",
    "A study of 4,000 children found that those who read at night sleep no worse than others.",
    "Ten Things is our morning letter, and it comes with 5 Things to read over lunch.",
)
FURTHER = (
    "{} was asked about it for an hour, and said that there was no more to tell than before. "
    "Nothing else was said of {} until the evening, when the papers had been read by all. "
    "Most of those who had come went home before it was dark, as they had done in other years."
)
DAYS = ("2026-03-13", "2026-06-19", "2026-09-04")


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> EventBrief:
    folder = tmp_path_factory.mktemp("roundups")
    articles = folder / "articles"
    articles.mkdir()
    for number, day in enumerate(DAYS):
        own = f"The fire on the Quernmouth pier killed {number + 3} people, the town council said."
        others = [
            f"{story} " + FURTHER.format(f"{who} of {story.split()[1]}", f"{who} {number}")
            for story in STORIES
            for who in ("The speaker", "A neighbour")
        ]
        text = "\n\n".join([f"Five stories of the week {number}", FIRE, own, *others])
        (articles / f"week-{number}.md").write_text(
            f"---\ndate: {day}\nsitename: Week {number}\n---\n\n# {text}\n", "utf-8"
        )
    with Dateline(load_settings({"DATELINE_INDEX": str(folder / "index")}, Path())) as dateline:
        dateline.ingest([articles])
        return dateline.summarize("the fire on the Quernmouth pier").events[0]


def test_a_sentence_that_many_articles_repeat_is_told_once_and_of_no_day(
    event: EventBrief,
) -> None:
    told = [line for line in event.timeline if line.text.strip("“”") == FIRE]
    assert [line.date for line in told] in ([], [None])


def test_an_article_that_uses_other_words_for_the_topic_is_read_whole() -> None:
    text = "Two sailors died when the jetty fell.\n\nThe mayor wept."
    record: Any = SimpleNamespace(article_id="a")
    article = SourceArticle(record, text, ((0, len(text)),))
    sentences = [
        SourceSentence(article, n, n, n, text.index(line), text.index(line) + len(line), line)
        for n, line in enumerate(text.split("\n\n"))
    ]
    assert on_topic([article], sentences, "Quernmouth pier collapse") == sentences


def test_of_a_round_up_only_the_stories_of_the_topic_count(event: EventBrief) -> None:
    excerpts = " ".join(value.excerpt for row in event.figures for value in row.values)
    assert "people" in excerpts
    for other in ("$25 million", "31,000", "4,000", "5 Things"):
        assert other not in excerpts
