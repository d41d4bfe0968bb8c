"""Who said what: for each speaker the statement that matters most, with all who report it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.words import STOP_WORDS, tokens
from rag.summary.brief import SaidLine
from rag.summary.centrality import Ranked
from rag.summary.lines import MAX_WORDS, cite_all, quoted_text, stands_alone
from rag.summary.material import Citations, SourceSentence
from rag.summary.voices import Voice, Voices

_SECOND_LINE_ORIGINS = 2
_MIN_WORDS = 7
_MOST_ALIKE = 0.5
_STANCE_WEIGHT = {"denies": 0.5, "accuses": 0.4, "claims": 0.4, "confirms": 0.1}
_POSSESSIVES = frozenset({"its", "their", "his", "her", "one", "some", "many"})
_OTHERWISE = {"according to": "said"}  # as a verb reads behind the speaker
_VAGUE = frozenset({"officials", "sources", "authorities", "experts", "analysts", "reports"})


@dataclass(frozen=True, slots=True)
class _Statement:
    sentence: SourceSentence
    voice: Voice
    score: float


def said_lines(
    ranked: Ranked,
    voices: Voices,
    citations: Citations,
    count: int,
    passed_over: frozenset[int],
) -> tuple[SaidLine, ...]:
    """At most ``count`` lines: the speakers whom most reports quote first, one line each, a second
    one when there is room; a sentence that is ``passed_over`` is not taken."""
    by_speaker = _by_speaker(ranked, voices, passed_over)
    order = sorted(
        by_speaker.values(),
        key=lambda group: (-_prominence(group), group[0].sentence.ordinal),
    )
    chosen: list[_Statement] = [group[0] for group in order[:count]]
    for group in order:
        if len(chosen) >= count:
            break
        second = next((s for s in group[1:] if not _repeats(ranked, s, chosen)), None)
        if second is not None and _origins(group) >= _SECOND_LINE_ORIGINS:
            chosen.append(second)
    names = {s.voice.key: _fullest(group) for group in order for s in group}
    keys = [group[0].voice.key for group in order]
    chosen.sort(key=lambda s: (keys.index(s.voice.key), s.sentence.ordinal))
    return tuple(
        SaidLine(
            text=quoted_text(s.sentence),
            citations=cite_all(s.sentence, ranked, citations),
            speaker=names[s.voice.key],
            verb=_OTHERWISE.get(s.voice.verb, s.voice.verb),
        )
        for s in chosen
    )


def _by_speaker(
    ranked: Ranked, voices: Voices, passed_over: frozenset[int]
) -> dict[str, list[_Statement]]:
    """Statements by speaker, the best first, none of which repeats another sentence."""
    found: dict[str, list[_Statement]] = defaultdict(list)
    for row, sentence in enumerate(ranked.sentences):
        if not sentence.reading.attributions or sentence.ordinal in passed_over:
            continue
        if not _MIN_WORDS <= len(sentence.text.split()) <= MAX_WORDS or not stands_alone(sentence):
            continue
        spoken = voices.all_of(sentence)
        if not spoken or not _is_someone(spoken[0]):
            continue
        voice = spoken[0]
        score = float(ranked.scores[row]) + _STANCE_WEIGHT.get(voice.stance, 0.0)
        score += 0.1 * ("“" in sentence.text or '"' in sentence.text)
        found[voice.key].append(_Statement(sentence, voice, score))
    return {key: sorted(group, key=lambda s: -s.score) for key, group in found.items()}


def _is_someone(voice: Voice) -> bool:
    words = [t.lower for t in tokens(voice.shown) if t.kind == "word"]
    content = [w for w in words if w not in STOP_WORDS]
    if words[:1] and words[0] in _POSSESSIVES:
        return False  # "its coordinator": whose?
    return bool(content) and len(words) <= 12 and content[-1] not in _VAGUE


def _prominence(group: Sequence[_Statement]) -> float:
    return 2.0 * _origins(group) + max(s.score for s in group)


def _origins(group: Sequence[_Statement]) -> int:
    return len({s.sentence.origin for s in group})


def _repeats(ranked: Ranked, statement: _Statement, chosen: Sequence[_Statement]) -> bool:
    row = ranked.sentences.index(statement.sentence)
    others = [ranked.sentences.index(s.sentence) for s in chosen]
    return any(float(ranked.similarity[row, other]) > _MOST_ALIKE for other in others)


def _fullest(group: Sequence[_Statement]) -> str:
    """The longest of the names that the reports give a speaker, within reason."""
    names = [s.voice.shown for s in group if s.voice.is_named] or [group[0].voice.shown]
    return max(names, key=lambda name: (len(name) <= 60, len(name)))
