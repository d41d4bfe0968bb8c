"""The judge: a cross-encoder that says whether quotes support a statement, and which words not.

[CLS] quotes [SEP] statement [SEP] → three logits (supported, contradicted, not said) from [CLS] and
the means of quotes and statement, and a logit for each token of the statement (not supported, as in
LettuceDetect, Kovács & Recski 2025). The soft maximum of the words joins the verdict: one wrong
word makes a wrong statement, and a mean over twenty would not show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.encoder import DIMENSION, Encoder, Marks, collate, mean_of
from training.judge_rows import JudgeRow

LABELS = "scn"
MAX_TOKENS = 256
_WORD_WEIGHT = 0.6
_PAIR_WEIGHT = 0.5
_UNSUPPORTED_WEIGHT = 3.0
_BATCH = 48


class Judge(nn.Module):
    """See the head of the file."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.marks = Marks()
        self.verdict = nn.Linear(3 * DIMENSION, len(LABELS))
        self.words = nn.Linear(DIMENSION, 1)
        # How the soft maximum of the words moves each verdict.
        self.joined = nn.Parameter(torch.tensor([-0.5, 0.25, 0.25]))

    def forward(
        self, ids: Tensor, segments: Tensor, mask: Tensor, statement: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(b, 3) logits of the verdicts, (b, n) logits of words (-1e4 outside the statement).

        ``mask`` is true for tokens, ``statement`` for those of the statement less its [SEP].
        """
        kept = None if bool(mask.all()) else mask
        hidden = self.encoder(ids, segments, kept, self.marks(ids, segments)).float()
        quotes = mask & (segments == 0)
        parts = [hidden[:, 0], mean_of(hidden, quotes), mean_of(hidden, statement)]
        words = self.words(hidden).squeeze(-1).masked_fill(~statement, -1e4)
        worst = words.logsumexp(1, keepdim=True)
        return self.verdict(torch.cat(parts, 1)) + worst * self.joined, words


@dataclass(frozen=True, slots=True)
class Encoded:
    """A row as token ids.

    Attributes:
        begin: index of the first token of the statement; it ends before the last one.
        words: 1 for tokens that the quotes do not support, 0 for others, of the statement alone;
            None where they are not known.
    """

    ids: list[int]
    begin: int
    label: int
    ways: int
    words: list[int] | None
    group: str

    @property
    def passage(self) -> int:
        """The statement is all of the second text."""
        return self.begin


def encode(tokenizer: Any, found: Sequence[JudgeRow]) -> list[Encoded]:
    """``found`` as token ids; quotes that are too long lose their end."""
    quotes = tokenizer.encode_batch([row.premise for row in found], add_special_tokens=False)
    statements = tokenizer.encode_batch([row.statement for row in found], add_special_tokens=False)
    start, separator = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    encoded = []
    for row, quote, statement in zip(found, quotes, statements, strict=True):
        own = statement.ids[: MAX_TOKENS // 2]
        head = [start, *quote.ids[: MAX_TOKENS - 3 - len(own)], separator]
        words = None
        if row.unsupported is not None:
            words = [
                int(any(a < end and b > begin for begin, end in row.unsupported))
                for a, b in statement.offsets[: len(own)]
            ]
        encoded.append(
            Encoded(
                [*head, *own, separator], len(head), LABELS.index(row.label), row.ways, words,
                row.group,
            )
        )  # fmt: skip
    return encoded


def loss(model: Judge, batch: Sequence[Encoded]) -> Tensor:
    """Verdicts, words, and that the supported one of a group scores above its edits."""
    inputs = collate(batch)
    logits, words = model(*inputs)
    labels = torch.tensor([row.label for row in batch])
    shares = logits.log_softmax(1)
    wrong = shares[:, 1:].logsumexp(1)
    three = torch.tensor([row.ways == 3 or row.label == 0 for row in batch])
    told = shares.gather(1, labels[:, None]).squeeze(1)
    total = -torch.where(three, told, wrong).mean()
    return (
        total
        + _WORD_WEIGHT * _word_loss(words, batch)
        + _PAIR_WEIGHT * _pair_loss(shares[:, 0] - wrong, batch)
    )


def _word_loss(words: Tensor, batch: Sequence[Encoded]) -> Tensor:
    losses = []
    for at, row in enumerate(batch):
        if row.words:
            wanted = torch.tensor(row.words, dtype=torch.float)
            each = functional.binary_cross_entropy_with_logits(
                words[at, row.begin : row.begin + len(row.words)],
                wanted,
                pos_weight=torch.tensor(_UNSUPPORTED_WEIGHT),
            )
            losses.append(each)
    return torch.stack(losses).mean() if losses else words.new_zeros(())


def _pair_loss(odds: Tensor, batch: Sequence[Encoded]) -> Tensor:
    """``odds``: log odds of supported. A logistic loss on the difference within each group."""
    right = {row.group: at for at, row in enumerate(batch) if row.label == 0}
    differences = [
        odds[right[row.group]] - odds[at]
        for at, row in enumerate(batch)
        if row.label != 0 and row.group in right
    ]
    return (
        functional.softplus(-torch.stack(differences)).mean() if differences else odds.new_zeros(())
    )


def supported_shares(model: Judge, rows: Sequence[Encoded]) -> list[float]:
    """The uncalibrated probability of "supported" of each row, in order."""
    shares = [0.0] * len(rows)
    model.eval()
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            logits, _ = model(*collate([rows[at] for at in chosen]))
            for at, share in zip(chosen, logits.float().softmax(1)[:, 0].tolist(), strict=True):
                shares[at] = share
    return shares
