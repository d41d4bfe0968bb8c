"""The reader: a cross-encoder that says whether a sentence answers a question, and with what words.

[CLS] question [SEP] title, sentence before, sentence [SEP] → a logit (it answers) from [CLS], the
means of question and sentence, and the best span; and for each token of the sentence a logit that
the answer starts, and one that it ends there (Devlin et al. 2019, as for SQuAD).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from rag.reader.passage import ReadSentence, join_ids
from training.encoder import DIMENSION, Encoder, Marks, collate, mean_of
from training.reader_rows import ReaderRow

_SPAN_WEIGHT = 0.5
_RANK_WEIGHT = 0.5
_BATCH = 64


class Reader(nn.Module):
    """See the head of the file."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.marks = Marks()
        self.answers = nn.Linear(3 * DIMENSION, 1)
        self.span = nn.Linear(DIMENSION, 2)
        # How the soft maxima of starts and ends move the verdict.
        self.joined = nn.Parameter(torch.tensor([0.2, 0.2]))

    def forward(
        self, ids: Tensor, segments: Tensor, mask: Tensor, sentence: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(b,) logits that the sentence answers, (b, n, 2) of start and end (-1e4 outside it)."""
        kept = None if bool(mask.all()) else mask
        hidden = self.encoder(ids, segments, kept, self.marks(ids, segments)).float()
        parts = [hidden[:, 0], mean_of(hidden, mask & (segments == 0)), mean_of(hidden, sentence)]
        spans = self.span(hidden).masked_fill(~sentence.unsqueeze(-1), -1e4)
        best = (spans.logsumexp(1) * self.joined).sum(1)
        return self.answers(torch.cat(parts, 1)).squeeze(1) + best, spans


@dataclass(frozen=True, slots=True)
class Encoded:
    """A row as token ids.

    Attributes:
        passage: index of the first token behind the question's [SEP].
        begin: index of the sentence's first token; it ends before the last one.
        span: (first, last) index of the tokens that answer, None where not known.
    """

    ids: list[int]
    passage: int
    begin: int
    answers: bool
    span: tuple[int, int] | None
    group: str


def encode(tokenizer: Any, found: Sequence[ReaderRow]) -> list[Encoded]:
    texts = []
    for row in found:
        lead = ReadSentence(row.sentence, row.before, row.title).lead
        texts += [row.question, *lead, row.sentence]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    first, separator = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    encoded = []
    for at, row in enumerate(found):
        question, title, before, sentence = encodings[4 * at : 4 * at + 4]
        ids, passage, begin = join_ids(
            question.ids, title.ids, before.ids, sentence.ids, first=first, separator=separator
        )
        span = None
        if row.span is not None:
            inside = [
                begin + n
                for n, (a, b) in enumerate(sentence.offsets[: len(ids) - 1 - begin])
                if a < row.span[1] and b > row.span[0]
            ]
            span = (inside[0], inside[-1]) if inside else None
        encoded.append(Encoded(ids, passage, begin, row.answers, span, row.group))
    return encoded


def loss(model: Reader, batch: Sequence[Encoded]) -> Tensor:
    """Whether it answers; its span; and that of a question's sentences one that answers ranks
    above the others."""
    logits, spans = model(*collate(batch))
    right = torch.tensor([float(row.answers) for row in batch])
    total = functional.binary_cross_entropy_with_logits(logits, right)
    known = [at for at, row in enumerate(batch) if row.span is not None]
    if known:
        wanted = torch.tensor([batch[at].span for at in known])
        each = functional.cross_entropy(spans[known], wanted)
        total = total + _SPAN_WEIGHT * each
    return total + _RANK_WEIGHT * _rank_loss(logits, batch)


def _rank_loss(logits: Tensor, batch: Sequence[Encoded]) -> Tensor:
    groups: dict[str, list[int]] = {}
    for at, row in enumerate(batch):
        groups.setdefault(row.group, []).append(at)
    losses = []
    for places in groups.values():
        right = [at for at in places if batch[at].answers]
        if right and len(right) < len(places):
            losses.append(logits[places].logsumexp(0) - logits[right].logsumexp(0))
    return torch.stack(losses).mean() if losses else logits.new_zeros(())


def read_rows(model: Reader, found: Sequence[Encoded]) -> list[tuple[float, tuple[int, int]]]:
    """Of each row the logit that it answers, and its best span as indices of tokens."""
    read: list[tuple[float, tuple[int, int]]] = [(0.0, (0, 0))] * len(found)
    model.eval()
    order = sorted(range(len(found)), key=lambda at: len(found[at].ids))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            logits, spans = model(*collate([found[at] for at in chosen]))
            best = spans.argmax(1)
            for at, logit, place in zip(chosen, logits.tolist(), best.tolist(), strict=True):
                read[at] = (logit, (place[0], max(place)))
    return read
