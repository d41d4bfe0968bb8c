"""What is not known: what the articles themselves say is open, and what one report alone tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.summary.brief import Line
from rag.summary.centrality import Ranked
from rag.summary.excerpt import excerpt_around
from rag.summary.figures import Slot
from rag.summary.lines import quoted_text, stands_alone
from rag.summary.material import Citations, SourceSentence

_OPEN = re.compile(
    r"\b(?:not (?:yet |immediately |been )*(?:known|clear|confirmed|verified|established|identified"
    r"|disclosed|released|determined|named|said (?:who|what|when|where|why|how|whether))"
    r"|unclear|unknown|unconfirmed|unverified|unexplained|open question"
    r"|remains? (?:to be seen|uncertain|in doubt)"
    r"|no (?:evidence|proof|details?|word|explanation|official (?:figure|count|word)|immediate"
    r" (?:claim|comment|word|response))|nobody (?:knows|has claimed)"
    r"|no (?:one|group) (?:has |had |immediately )*(?:claimed|said|knows)"
    r"|(?:could|can) ?not (?:be )?(?:independently |immediately )*(?:be )?"
    r"(?:verif\w+|confirm\w*|say|reach\w*)"
    r"|did not (?:say|give|name|disclose|specify|explain|respond|reply|comment|answer)"
    r"|(?:has|have|had) (?:yet to|not (?:said|given|named|commented|responded|answered))"
    r"|declined to (?:say|comment|name|answer)|would not (?:say|comment)"
    r"|do(?:es)? not know|does not say (?:who|what|when|where|why|how|whether)"
    r"|under investigation|still (?:being )?investigat\w+)\b",
    re.IGNORECASE,
)
_QUOTES = ("“", '"')
_ONE_SIDED_ORIGINS = 2


def unknown_lines(
    ranked: Ranked,
    slots: Sequence[Slot],
    citations: Citations,
    count: int,
    passed_over: frozenset[int],
) -> tuple[Line, ...]:
    """At most ``count`` lines: what the articles say is not known, then what one of them alone
    counts."""
    lines = [
        Line(quoted_text(sentence), (citations.cite(sentence),))
        for sentence in _open_sentences(ranked, passed_over)[:count]
    ]
    if len({s.origin for s in ranked.sentences}) < _ONE_SIDED_ORIGINS:
        return tuple(lines)
    for slot in slots:
        if len(lines) >= count:
            break
        if slot.origins == 1:
            lines.append(_single(slot, ranked, citations))
    return tuple(lines)


def _open_sentences(ranked: Ranked, passed_over: frozenset[int]) -> list[SourceSentence]:
    found = [
        (float(ranked.scores[row]), sentence)
        for row, sentence in enumerate(ranked.sentences)
        if _OPEN.search(sentence.text)
        and stands_alone(sentence)
        and not sentence.text.startswith(_QUOTES)
        and sentence.ordinal not in passed_over
    ]
    return [s for _, s in sorted(found, key=lambda item: (-item[0], item[1].ordinal))]


def _single(slot: Slot, ranked: Ranked, citations: Citations) -> Line:
    """What only one report gives, in its words."""
    mention = slot.mentions[0]
    words = excerpt_around(mention.sentence.text, mention.quantity.start, mention.quantity.end)
    source = _source(mention.sentence, ranked)
    return Line(f"Told by {source} alone: “{words}”", (citations.cite(mention.sentence),))


def _source(sentence: SourceSentence, ranked: Ranked) -> str:
    """The outlet of a sentence; where it has several articles, with the day."""
    record = sentence.article.record
    if record.outlet is None:
        return record.title or record.article_id
    of_outlet = {s.article.article_id for s in ranked.sentences if _outlet(s) == record.outlet}
    if len(of_outlet) == 1:
        return record.outlet
    return f"{record.outlet} ({record.published or record.title or record.article_id})"


def _outlet(sentence: SourceSentence) -> str | None:
    return sentence.article.record.outlet
