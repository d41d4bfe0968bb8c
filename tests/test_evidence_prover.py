"""What a statement rests on: the fewest sentences of one story, and when it is marked or taken out.

The judge is scripted here; what the real one can do is measured by ``bench/support.py`` and tried
in ``test_judge.py``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.evidence import Evidence, Prover
from rag.judge import Opinion
from tests.scripted_judge import BOUNDS, ScriptedJudge, opinion

DAM = Evidence("The dam at Orle was finished in May.", 1, 0, article_id="a", origin="a")
COST = Evidence("It cost 40 million crowns.", 2, 40, article_id="a", origin="a")
MAYOR = Evidence("The mayor opened it on Friday.", 3, 70, article_id="a", origin="a")
OTHER = Evidence("The dam at Orle is old.", 4, 0, article_id="b", origin="b")


def prover(answer: Callable[[str, str], Opinion], *, strict: bool = False) -> Prover:
    return Prover(ScriptedJudge(answer), BOUNDS, strict=strict)


def sure_with(*needed: str) -> Callable[[str, str], Opinion]:
    """Supported when the quotes hold all of ``needed``, else not said."""
    return lambda premise, _: opinion(0.9 if all(part in premise for part in needed) else 0.1)


def test_a_quote_is_proved_by_itself_and_asks_no_judge() -> None:
    judge = ScriptedJudge(lambda *_: opinion(0.0))
    proof = Prover(judge, BOUNDS).prove("It cost 40 million crowns.", [], [DAM, COST])
    assert (proof.verdict.support, proof.verdict.checked_by) == ("quoted", "quote")
    assert proof.citations == (2,)
    assert judge.asked == []


def test_a_statement_keeps_the_fewest_of_its_own_citations_that_suffice() -> None:
    proof = prover(sure_with("40 million")).prove(
        "The dam cost 40 million.", [DAM, COST, MAYOR], []
    )
    assert proof.verdict.support == "supported"
    assert (proof.citations, proof.recited) == ((2,), False)


def test_two_sentences_of_one_article_may_carry_a_statement_together() -> None:
    proof = prover(sure_with("finished in May", "40 million")).prove(
        "The dam finished in May cost 40 million crowns.", [], [MAYOR, DAM, COST]
    )
    assert proof.verdict.certain
    assert (proof.citations, proof.recited) == ((1, 2), True)


def test_sentences_of_two_stories_are_not_put_together() -> None:
    both = prover(sure_with("finished in May", "is old"))
    statement = "The old dam at Orle was finished in May."
    assert both.prove(statement, [], [DAM, OTHER]).verdict.support == "unsupported"
    cited = both.prove(statement, [DAM, OTHER], [])
    assert cited.verdict.support == "uncertain"


def test_two_clauses_may_rest_on_two_stories() -> None:
    def answer(premise: str, statement: str) -> Opinion:
        parts = [p for p in ("finished in May", "is old") if p in statement]
        return opinion(0.9 if all(part in premise for part in parts) else 0.1)

    proof = prover(answer).prove(
        "One report says the dam was finished in May, while another says it is old by now.",
        [DAM, OTHER],
        [],
    )
    assert proof.verdict.support == "supported"
    assert proof.citations == (1, 4)


@pytest.mark.parametrize(
    ("share", "support"),
    [(0.71, "supported"), (0.5, "uncertain"), (0.31, "uncertain"), (0.29, "unsupported")],
)
def test_the_state_follows_the_probability(share: float, support: str) -> None:
    verdict = prover(lambda *_: opinion(share)).verdict("The dam is ready for use.", [DAM])
    assert (verdict.support, verdict.probability) == (support, share)
    assert verdict.holds == (support != "unsupported")
    assert verdict.certain == (support == "supported")


def test_a_strict_house_takes_out_what_would_be_marked() -> None:
    strict = prover(lambda *_: opinion(0.6), strict=True)
    assert strict.verdict("The dam is ready for use.", [DAM]).support == "unsupported"


def test_a_veto_takes_out_what_the_judge_believes() -> None:
    verdict = prover(lambda *_: opinion(0.99)).verdict("The dam cost 60 million crowns.", [COST])
    assert verdict.support == "unsupported"
    assert verdict.vetoed
    assert verdict.why is not None
    assert "60" in verdict.why
    (span,) = verdict.unsupported
    assert "60" in "The dam cost 60 million crowns."[slice(*span)]


def test_the_words_that_the_judge_marks_are_the_reason() -> None:
    statement = "The governor opened it on Friday."
    words = [(4, 12, 0.9), (13, 19, 0.1)]
    verdict = prover(lambda *_: opinion(0.1, 0.2, *words)).verdict(statement, [MAYOR])
    assert verdict.why == "the quotes do not say “governor”"
    assert verdict.unsupported == ((4, 12),)
    denied = prover(lambda *_: opinion(0.1, 0.8, *words)).verdict(statement, [MAYOR])
    assert denied.contradicted
    assert denied.why == "the quotes say otherwise: not “governor”"


def test_the_sentence_that_says_otherwise_is_found() -> None:
    def answer(premise: str, _: str) -> Opinion:
        return opinion(0.05, 0.9) if "opened" in premise else opinion(0.2)

    found = prover(answer).oppose("The mayor closed it on Friday.", [DAM, COST, MAYOR])
    assert found is not None
    assert found.citations == (3,)
    assert prover(lambda *_: opinion(0.2)).oppose("The mayor closed it.", [DAM, MAYOR]) is None


def test_what_is_not_in_english_is_neither_proved_nor_contradicted() -> None:
    text = (
        "Der Damm bei Orle wurde im Mai fertig. Er hat vierzig Millionen Kronen gekostet, sagte "
        "die Bürgermeisterin am Freitag bei der Eröffnung vor vielen Gästen."
    )
    german = Evidence("Der Damm bei Orle wurde im Mai fertig.", 1, article_text=text)
    judge = ScriptedJudge(lambda *_: opinion(0.0, 1.0))
    verdict = Prover(judge, BOUNDS).verdict("The dam was not finished in May.", [german])
    assert (verdict.support, verdict.contradicted) == ("uncertain", False)
    assert verdict.why == "the quotes are not in English and were not read"
    assert judge.asked == []
    quoted = Prover(judge, BOUNDS).prove("Der Damm bei Orle wurde im Mai fertig.", [], [german])
    assert quoted.verdict.support == "quoted"


def test_a_question_states_nothing() -> None:
    proof = prover(lambda *_: opinion(0.9)).prove("Was the dam finished?", [DAM], [])
    assert proof.verdict.why == "it asks, and states nothing"
    assert not proof.verdict.holds


def test_without_citations_the_nearest_sentence_is_named() -> None:
    proof = prover(lambda *_: opinion(0.1)).prove("The mayor closed the dam.", [], [DAM, MAYOR])
    assert not proof.verdict.holds
    assert len(proof.citations) == 1
