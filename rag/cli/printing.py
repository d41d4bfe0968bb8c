"""Results → what a person reads on a terminal, or the contract's JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.answer.answer import Answer, Citation, Statement
from rag.answer.told import (
    checked_by,
    look_failures,
    marked_text,
    reason,
    removed_statements,
    shown_statements,
    state,
    stood_in,
)
from rag.errors import printable

if TYPE_CHECKING:
    from rag.index import ArticleRecord, IngestReport, StoredArticle
    from rag.retrieval import FoundPassage

WIDTH = 96
ARTICLE_KEYS = [
    "article_id",
    "source",
    "title",
    "outlet",
    "author",
    "published",
    "url",
    "language",
    "origin",
    "captions",
    "passages",
    "cut",
]
PASSAGE_KEYS = [
    "article_id",
    "source",
    "title",
    "outlet",
    "published",
    "text",
    "start",
    "end",
    "score",
]


def print_json(value: Any) -> None:
    # Lone surrogates (a path that is not UTF-8) cannot be encoded; escaped they can.
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    print(text)


def article_row(record: ArticleRecord) -> dict[str, Any]:
    """The contract's JSON of one article."""
    values = asdict(record)
    return {key: values[key] for key in ARTICLE_KEYS}


def passage_row(passage: Any) -> dict[str, Any]:
    """The contract's JSON of one found passage."""
    return {key: getattr(passage, key) for key in PASSAGE_KEYS}


def search_row(query: str, found: Sequence[FoundPassage]) -> dict[str, Any]:
    """The contract's JSON of one search."""
    return {"query": query, "passages": [passage_row(passage) for passage in found]}


def print_articles(records: Sequence[ArticleRecord]) -> None:
    for record in records:
        origin = f"  [origin {record.origin}]" if record.origin else ""
        cut = "  [cut: only its beginning]" if record.cut else ""
        print(f"{record.article_id}{origin}{cut}")
        print(f"    {described(record.outlet, record.published, record.title)}")
    print(f"{len(records)} articles")


def print_article(article: StoredArticle) -> None:
    record = article.record
    for key in ("article_id", "title", "outlet", "author", "published", "url", "source"):
        if getattr(record, key):
            print(f"{key}: {shown(getattr(record, key))}")
    if record.cut:
        print("cut: only the beginning of the article; its source gives no more")
    for caption in record.captions:
        print(f"caption: {shown(caption)}")
    print()
    print(safe(article.text))


def ingest_notes(report: IngestReport) -> Iterator[str]:
    """What a person should know of the articles of an ingest, and of what was left aside."""
    lacks = [
        (report.cut, "cut, only the beginning"),
        (report.undated, "without a date that could be read"),
        (report.without_outlet, "without an outlet"),
    ]
    told = [f"{number} {what}" for number, what in lacks if number]
    if told:
        yield f"of {counted(report.read, 'article')} {', '.join(told)}"
    if report.split:
        yield f"{counted(report.split, 'file')} of several articles each"
    if report.passed_over:
        endings = ", ".join(f"{ending} {n}" for ending, n in report.passed_over.most_common())
        yield f"{counted(report.passed_over.total(), 'file')} passed over: {shown(endings)}"


def print_passages(found: Sequence[FoundPassage]) -> None:
    for rank, passage in enumerate(found, 1):
        where = described(passage.outlet, passage.published, passage.title)
        print(f"{rank}. {where}  ({passage.article_id}, score {passage.score:.3f})")
        print(indented(passage.text))
        print()
    if not found:
        print("nothing found")


def print_answers(answers: Iterator[Answer]) -> None:
    """A growing answer: each sentence when it is proved, and at the end what it rests on."""
    printed = 0
    answer: Answer | None = None
    for answer in answers:
        if printed == 0:
            print_question(answer)
        statements = shown_statements(answer)
        for statement in statements[printed:]:
            print_statement(statement)
        printed = max(printed, len(statements), 1)
    if answer is not None:
        print_grounds(answer)


def print_statement(statement: Statement) -> None:
    """A sentence of the answer; one to check has a "?" before it and the reason under it."""
    numbers = "".join(f"[{n}]" for n in statement.citations)
    to_check = state(statement) == "check this"
    first = "? " if to_check else "  "
    print(filled(f"{marked_text(statement)} {numbers}", first, "    "), flush=True)
    if to_check:
        print(filled(f"check this, {reason(statement)}", "    ", "    "), flush=True)


def print_question(answer: Answer) -> None:
    print(f"Q: {shown(answer.question, limit=2000)}")
    if answer.standalone_question != answer.question:
        print(f"   understood as: {shown(answer.standalone_question, limit=2000)}")
    print()


def print_grounds(answer: Answer) -> None:
    """What an answer rests on: its quotes, who agrees, who checked it, what was taken out and
    why."""
    if answer.abstained:
        print(f"  {answer.answer}")
        if answer.nearest:
            print("\nNearest passages:")
            print_nearest(answer)
    elif stood_in(answer):
        print("\nNothing that the model wrote could be proved; these are quotes chosen without it.")
    print()
    numbers = {n for s in shown_statements(answer) for n in s.citations}
    for citation in answer.citations:
        if citation.n in numbers:
            print(citation_line(citation, with_quote=answer.engine == "llm"))
    if answer.agreement is not None:
        print()
        print_agreement(answer)
    print_proof(answer)


def print_proof(answer: Answer) -> None:
    """How the sentences of a model were checked, and which were taken out for what reason."""
    statements = shown_statements(answer)
    if answer.engine == "llm" and statements:
        checks = "; ".join(checked_by(statement) for statement in statements)
        print()
        print(filled(f"Checked by (how likely the quotes support it): {checks}", "", "    "))
    for failure in look_failures(answer):
        print(filled(f"note: {failure}", "", "    "))
    removed = removed_statements(answer)
    if removed:
        print("\nTaken out, not proved by the articles (‹words› that no quote says):")
        for statement in removed:
            print(filled(f"{marked_text(statement)} ({reason(statement)})", "  ", "    "))
            print(filled(f"checked by {checked_by(statement)}", "    ", "    "))


def print_nearest(answer: Answer) -> None:
    for passage in answer.nearest[:3]:
        print(f"  {described(passage.outlet, passage.published, passage.title)}")
        print(indented(textwrap.shorten(passage.text, 240, placeholder=" …")))


def print_agreement(answer: Answer) -> None:
    agreement = answer.agreement
    if agreement is None:
        return
    relation = {
        "same": "the reports agree" if agreement.origins > 1 else "no other report tells",
        "compatible": "the reports are compatible",
        "conflict": "the reports differ",
    }
    print(
        f"{counted(agreement.articles, 'article')}, {counted(agreement.origins, 'origin')}, "
        f"{counted(agreement.speakers, 'speaker')}: {relation[agreement.relation]}"
    )
    for value in agreement.values:
        said = f", says {value.said_by}" if value.said_by else ""
        print(f"  {shown(value.words)}{shown(said)} {''.join(f'[{n}]' for n in value.citations)}")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def citation_line(citation: Citation, *, with_quote: bool) -> str:
    """Where a quote stands; the quote too, unless the answer itself consists of quotes."""
    where = described(citation.outlet, citation.published, citation.title)
    place = f"{shown(citation.article_id)}:{citation.start}-{citation.end}"
    line = filled(f"[{citation.n}] {where} ({place})", "", "    ")
    return line + "\n" + filled(f"“{citation.quote}”", "    ", "    ") if with_quote else line


def described(outlet: str | None, published: str | None, title: str | None) -> str:
    parts = [shown(part) for part in (outlet, published, title) if part]
    return " · ".join(parts) or "(no title, outlet or date stated)"


def filled(text: str, first: str, rest: str) -> str:
    return textwrap.fill(
        safe(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False
    )


def indented(text: str) -> str:
    return "\n".join(filled(line, "    ", "    ") for line in text.split("\n") if line.strip())


def shown(text: str, limit: int = 200) -> str:
    return printable(text, limit)


def safe(text: str) -> str:
    """Article text for a terminal: its control sequences do nothing."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
