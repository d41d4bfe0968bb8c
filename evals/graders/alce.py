"""Citation recall and precision as ALCE defines them, with the labelled evidence as truth.

T. Gao, H. Yen, J. Yu, D. Chen: Enabling Large Language Models to Generate Text with Citations,
EMNLP 2023, section 4. There a language-inference model tells whether quotes support a sentence;
here they do when they hold labelled evidence for every fact that the sentence states. A sentence
that states no labelled fact is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..labels import Case, Fact
from . import accepted, numbers
from .grade import Grade
from .shown import ReadAnswer, Texts, evidence_places

# A quote holds evidence when they share at least this much of the shorter one.
SHARED = 0.5


def grade_recall(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Share of the judged sentences that all of their citations together support."""
    judged = list(_judged(case, answer, texts))
    if not judged:
        return Grade(None)
    supported = sum(_supports(cited, facts) for facts, cited in judged)
    return Grade(None, f"{supported} of {len(judged)} sentences", supported / len(judged))


def grade_precision(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Share of the citations that matter: their sentence is supported, and they support it alone
    or the others do not without them."""
    found = relevant = 0
    for facts, cited in _judged(case, answer, texts):
        found += len(cited)
        if not _supports(cited, facts):
            continue
        for at, one in enumerate(cited):
            others = [*cited[:at], *cited[at + 1 :]]
            relevant += _supports([one], facts) or not _supports(others, facts)
    if not found:
        return Grade(None)
    return Grade(None, f"{relevant} of {found} citations", relevant / found)


def _judged(
    case: Case, answer: ReadAnswer, texts: Texts
) -> Iterator[tuple[frozenset[str], list[frozenset[str]]]]:
    """Of each sentence: ids of the facts that it states, and of those each citation shows."""
    for sentence in answer.sentences:
        facts = frozenset(
            fact.id
            for fact in case.facts
            if (accepted if fact.accept else numbers).states(sentence, case, fact, texts)
        )
        if facts:
            yield (
                facts,
                [shown_facts(case, answer, n, texts) for n in sentence.citations],
            )


def _supports(cited: Sequence[frozenset[str]], facts: frozenset[str]) -> bool:
    return facts <= frozenset().union(*cited)


def shown_facts(case: Case, answer: ReadAnswer, n: int, texts: Texts) -> frozenset[str]:
    """Ids of the facts whose evidence the citation ``n`` holds."""
    citation = answer.citations.get(n)
    if citation is None or citation["article_id"] not in case.articles:
        return frozenset()
    text = texts.get(citation["article_id"], "")
    span = (citation["start"], citation["end"])
    return frozenset(fact.id for fact in case.facts if _holds(span, fact, text))


def _holds(span: tuple[int, int], fact: Fact, text: str) -> bool:
    for start, end in evidence_places(fact, text):
        shared = min(end, span[1]) - max(start, span[0])
        if shared > 0 and shared >= SHARED * min(end - start, span[1] - span[0]):
            return True
    return False
