"""Statement + sentences → verdict, and the fewest sentences that it rests on.

One way for every front end: answers, drafts and claims, briefs. A word-for-word quote needs no
judge. Else its own citations are judged first, then single sentences, then growing sets of the best
four of one story: sentences about two people or two events of one name are not put together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from rag.claims.words import content_stems, folded_text, weight
from rag.evidence.evidence import Evidence, premise
from rag.evidence.language import is_english
from rag.evidence.reasons import doubt, reason, spans_of
from rag.evidence.verdict import Proof, Thresholds, Verdict, default_thresholds
from rag.evidence.vetoes import vetoes
from rag.judge import Judge, Opinion, default_judge

MAX_CITATIONS = 3
SINGLES = 12
_GROWING = 4
# A set is only worth growing from sentences that say something of the statement.
_MIN_SHARE = 0.2
# A sentence says otherwise only when it speaks of the same: it has this share of the words.
_SPEAKS_OF_IT = 0.3
_CLAUSE = re.compile(r"(?:[,;:]|\s[–—-])\s+(?:and|but|while|whereas|though|although)\s+|;\s+")
_MIN_CLAUSE_WORDS = 4
# Opinions that are kept: some hundred statements.
_MOST_KNOWN = 8192


class Prover:
    """Judges statements with one judge and one set of thresholds.

    Args:
        strict: what is not certain is taken out, not marked.
    """

    def __init__(
        self,
        judge: Judge | None = None,
        thresholds: Thresholds | None = None,
        *,
        strict: bool = False,
    ) -> None:
        self._judge = judge or default_judge()
        self._known: dict[tuple[str, str], Opinion] = {}
        self.thresholds = thresholds or default_thresholds()
        self._strict = strict

    @property
    def fingerprint(self) -> str:
        """Changes when the judge does."""
        return self._judge.fingerprint

    def verdict(self, text: str, evidence: Sequence[Evidence]) -> Verdict:
        """Whether ``evidence``, all of it together, says what ``text`` says."""
        if not evidence:
            return Verdict("unsupported", 0.0, why="it cites nothing")
        return self.verdicts(text, [tuple(evidence)], sought=False)[0]

    def prove(self, text: str, cited: Sequence[Evidence], others: Sequence[Evidence]) -> Proof:
        """``text`` tried with its own citations, then with at most three of all sentences.

        Args:
            text: a statement without markers.
            cited: the sentences that it cites.
            others: further sentences that were retrieved, best first.
        """
        if quoted := [e for e in (*cited, *others) if _is_quote(text, e)]:
            recited = quoted[0].n not in {e.n for e in cited}
            return Proof(Verdict("quoted", 1.0, checked_by="quote"), (quoted[0].n,), recited)
        if text.rstrip().endswith("?"):
            why = "it asks, and states nothing"
            return Proof(Verdict("unsupported", 0.0, why=why), tuple(e.n for e in cited))
        own = self._own(text, cited)
        if own.verdict.certain:
            return own
        found = self._search(text, cited, others)
        if found is None or found.verdict.probability <= own.verdict.probability:
            return own
        # What a statement cites itself is kept unless something else is plainly better.
        better = found.verdict.certain or (found.verdict.holds and not own.verdict.holds)
        return found if better or not cited else own

    def oppose(
        self, text: str, sentences: Sequence[Evidence], *, surely: bool = False
    ) -> Proof | None:
        """The sentence that says otherwise than ``text``, if one of the nearest does.

        Args:
            surely: only where the judge's doubt is half of what is else allowed.
        """
        near = [e for e in nearest(text, sentences, SINGLES) if shared(text, (e,)) >= _SPEAKS_OF_IT]
        verdicts = self.verdicts(text, [(e,) for e in near])
        bound = (1 + self.thresholds.contradicted) / 2 if surely else 0.0
        against = [
            (v, e)
            for v, e in zip(verdicts, near, strict=True)
            if v.contradicted and v.contradiction >= bound
        ]
        if not against:
            return None
        verdict, sentence = min(against, key=lambda item: item[0].probability)
        return Proof(verdict, (sentence.n,), recited=True)

    def _own(self, text: str, cited: Sequence[Evidence]) -> Proof:
        """The statement held against what it cites, less what it can do without."""
        numbers = tuple(e.n for e in cited)
        if not cited:
            return Proof(self.verdict(text, cited), numbers)
        sets = [tuple(cited)]
        if len(cited) > 1:
            sets += [(e,) for e in cited]
            sets += [group for group in _stories(cited) if 1 < len(group) < len(cited)]
        verdicts = self.verdicts(text, sets, sought=False)
        enough = [
            (len(chosen), -verdict.probability, at)
            for at, (chosen, verdict) in enumerate(zip(sets, verdicts, strict=True))
            if verdict.certain
        ]
        if enough:
            at = min(enough)[2]
            return Proof(verdicts[at], tuple(e.n for e in sets[at]))
        return Proof(verdicts[0], numbers)

    def _search(
        self, text: str, cited: Sequence[Evidence], others: Sequence[Evidence]
    ) -> Proof | None:
        """The fewest sentences of one story that carry ``text``, or those that come nearest."""
        known = {e.n for e in cited}
        pool = nearest(text, [*cited, *(e for e in others if e.n not in known)], SINGLES)
        if not pool:
            return None
        verdicts = self.verdicts(text, [(e,) for e in pool])
        singles = sorted(zip(verdicts, pool, strict=True), key=lambda item: -item[0].probability)
        best, sentence = singles[0]
        found = Proof(best, (sentence.n,), recited=sentence.n not in known)
        if best.certain:
            return found
        for story in _stories([e for _, e in singles[:SINGLES]]):
            chosen = story[:_GROWING]
            sets = [
                group
                for size in range(2, MAX_CITATIONS + 1)
                for group in combinations(chosen, size)
                if shared(text, group) >= _MIN_SHARE
            ]
            for group, verdict in zip(sets, self.verdicts(text, sets), strict=True):
                better = verdict.probability > found.verdict.probability
                if better and verdict.certain >= found.verdict.certain:
                    numbers = tuple(sorted(e.n for e in group))
                    found = Proof(verdict, numbers, recited=not set(numbers) <= known)
            if found.verdict.certain:
                break
        return found

    def verdicts(
        self, text: str, sets: Sequence[Sequence[Evidence]], *, sought: bool = True
    ) -> list[Verdict]:
        """One verdict a set of sentences, all judged in one batch.

        Args:
            sought: the sets are to be chosen from, and not what the statement itself cites.
        """
        read = [i for i, group in enumerate(sets) if all(map(_is_read, group))]
        pairs = [(premise(sets[i]), text) for i in read]
        opinions = dict(zip(read, self._opinions(pairs), strict=True))
        return [
            self._of_opinion(text, group, opinions[i], sought=sought)
            if i in opinions
            else _not_read(text, group)
            for i, group in enumerate(sets)
        ]

    def _opinions(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """The judge's opinions, each asked for once: proving, re-citing and opposing try many of
        the same sentences."""
        known = self._known  # another thread may put a new one in its place meanwhile
        new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        asked = dict(zip(new, self._judge.opinions(new) if new else (), strict=True))
        found = [asked[pair] if pair in asked else known[pair] for pair in pairs]
        if len(known) + len(asked) > _MOST_KNOWN:
            self._known = asked
        else:
            known.update(asked)
        return found

    def _of_opinion(
        self, text: str, evidence: Sequence[Evidence], opinion: Opinion, *, sought: bool
    ) -> Verdict:
        if any(_is_quote(text, e) for e in evidence):
            return Verdict("quoted", 1.0, checked_by="quote")
        bounds = self.thresholds
        taken_out = bounds.sought_taken_out if sought else bounds.taken_out
        against = vetoes(text, evidence)
        # A figure in the place of another says otherwise, if the quotes speak of the same thing.
        in_place = any(veto.rival for veto in against) and opinion.contradicted > opinion.not_said
        contradicted = in_place or opinion.contradicted >= bounds.contradicted
        contradicted = contradicted and not any(veto.doubtful for veto in against)
        probability = opinion.supported
        if against:
            probability = min(probability, bounds.taken_out / 2)
        lowest = bounds.proved if self._strict else taken_out
        if probability < lowest:
            return Verdict(
                "unsupported",
                probability,
                contradicted,
                opinion.contradicted,
                spans_of(opinion, against, bounds.word),
                reason(text, opinion, against, bounds.word, contradicted=contradicted),
                vetoed=bool(against),
            )
        if probability >= bounds.proved and self._is_one_story(text, evidence):
            return Verdict("supported", probability)
        spans = spans_of(opinion, (), bounds.word)
        return Verdict("uncertain", probability, unsupported=spans, why=doubt(text, spans))

    def _is_one_story(self, text: str, evidence: Sequence[Evidence]) -> bool:
        """Whether no two stories are put together: each clause must rest on one of them."""
        stories = _stories(evidence)
        if len(stories) < 2:
            return True
        clauses = [part for part in _CLAUSE.split(text) if len(part.split()) >= _MIN_CLAUSE_WORDS]
        if len(clauses) < 2:
            return False
        pairs = [(premise(story), clause) for clause in clauses for story in stories]
        shares = [opinion.supported for opinion in self._opinions(pairs)]
        width = len(stories)
        return all(
            max(shares[at : at + width]) >= self.thresholds.balanced
            for at in range(0, len(shares), width)
        )


def nearest(text: str, sentences: Sequence[Evidence], most: int) -> list[Evidence]:
    """The ``most`` sentences that share most with ``text``, best first."""
    ranked = sorted(sentences, key=lambda e: -shared(text, (e,)))
    return ranked[:most]


def _stories(evidence: Sequence[Evidence]) -> list[tuple[Evidence, ...]]:
    """``evidence`` by origin: copies of one text are one story."""
    stories: dict[str, list[Evidence]] = {}
    for item in evidence:
        stories.setdefault(item.origin or item.article_id, []).append(item)
    return [tuple(story) for story in stories.values()]


def _is_read(evidence: Evidence) -> bool:
    return is_english(evidence.article_text or evidence.text)


def _not_read(text: str, evidence: Sequence[Evidence]) -> Verdict:
    """What can be said of quotes in a language that the judge does not read."""
    if any(_is_quote(text, e) for e in evidence):
        return Verdict("quoted", 1.0, checked_by="quote")
    return Verdict("uncertain", 0.5, why="the quotes are not in English and were not read")


@lru_cache(maxsize=8192)
def _is_quote(text: str, evidence: Evidence) -> bool:
    plain = folded_text(text)
    return bool(plain) and plain == folded_text(evidence.text)


@lru_cache(maxsize=16384)
def shared(text: str, evidence: tuple[Evidence, ...]) -> float:
    """Share of the content stems of ``text``, by their weight, that ``evidence`` has."""
    stems = _stems(text)
    total = sum(stems.values())
    if not total:
        return 0.0
    known = {stem for item in evidence for stem in _stems(item.text)}
    return sum(weight for stem, weight in stems.items() if stem in known) / total


@lru_cache(maxsize=8192)
def _stems(text: str) -> Mapping[str, float]:
    """Content stem → how much it says."""
    return {stem: weight(word) for stem, word in content_stems(text).items()}
