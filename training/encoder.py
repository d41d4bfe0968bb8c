"""MiniLM-L6 in torch, from the weights of the embedder: what every model made here starts from.

The network is BERT's (Devlin et al. 2019), written out so that each tensor has the name that it has
in the weights and in ``training/graph.py``, which writes the same network as an ONNX graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

LAYERS = 6
HEADS = 12
DIMENSION = 384
HEAD_DIMENSION = DIMENSION // HEADS
INNER = 1536
WORDS = 30522
POSITIONS = 512
LAYER_NORM_EPSILON = 1e-12
# Ids below are paddings, [CLS], [SEP] and places left unused.
FIRST_WORD = 999
MARKS = ("alone", "in the other text", "in the other text beside the same token")


class Encoder(nn.Module):
    """Token ids and segments → one vector a token.

    The word table is frozen: it holds half of the weights, and news to train on holds too few of
    its words to move all of them alike.
    """

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(WORDS, DIMENSION),
                "position_embeddings": nn.Embedding(POSITIONS, DIMENSION),
                "token_type_embeddings": nn.Embedding(2, DIMENSION),
                "LayerNorm": nn.LayerNorm(DIMENSION, eps=LAYER_NORM_EPSILON),
            }
        )
        self.encoder = nn.ModuleDict(
            {"layer": nn.ModuleList(Layer(dropout) for _ in range(LAYERS))}
        )
        self.dropout = nn.Dropout(dropout)
        self.embeddings["word_embeddings"].weight.requires_grad = False

    def forward(
        self, ids: Tensor, segments: Tensor, mask: Tensor | None, added: Tensor | float = 0.0
    ) -> Tensor:
        """(b, n) ids, (b, n) segments 0 or 1, (b, n) bool of what is read → (b, n, 384).

        ``added``: (b, n, 384) that is summed with the embeddings.
        """
        positions = self.embeddings["position_embeddings"].weight[: ids.shape[1]]
        total = self.embeddings["word_embeddings"](ids) + positions
        total = total + self.embeddings["token_type_embeddings"](segments) + added
        hidden = self.dropout(self.embeddings["LayerNorm"](total))
        kept = None if mask is None else mask[:, None, None, :]
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, kept)
        return hidden


class Layer(nn.Module):
    """One BERT layer: attention, then the feed-forward network, each with residual and norm."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        linear = nn.Linear
        self.attention = nn.ModuleDict(
            {
                "self": nn.ModuleDict(
                    {part: linear(DIMENSION, DIMENSION) for part in ("query", "key", "value")}
                ),
                "output": nn.ModuleDict(
                    {
                        "dense": linear(DIMENSION, DIMENSION),
                        "LayerNorm": nn.LayerNorm(DIMENSION, eps=LAYER_NORM_EPSILON),
                    }
                ),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": linear(DIMENSION, INNER)})
        self.output = nn.ModuleDict(
            {
                "dense": linear(INNER, DIMENSION),
                "LayerNorm": nn.LayerNorm(DIMENSION, eps=LAYER_NORM_EPSILON),
            }
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        own = self.attention["self"]
        query, key, value = (
            own[part](hidden).unflatten(-1, (HEADS, -1)).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        # Written out: for sentences this short the fused kernel's backward pass is twice as slow.
        scores = query @ key.transpose(-1, -2) * HEAD_DIMENSION**-0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e4)
        context = (scores.softmax(-1).to(value.dtype) @ value).transpose(1, 2).flatten(-2)
        out = self.attention["output"]
        hidden = out["LayerNorm"](hidden + out["dense"](context))
        inner = functional.gelu(self.intermediate["dense"](hidden))
        return self.output["LayerNorm"](hidden + self.dropout(self.output["dense"](inner)))


class Marks(nn.Module):
    """An embedding of whether a token stands in the other text too (Chen et al. 2017, "exact
    match"), and whether it does with the token before it.

    Attention can find that out, but a small network takes long to learn it; a name or a figure that
    the other text does not hold decides many pairs, one beside other neighbours many more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(len(MARKS), DIMENSION)
        nn.init.zeros_(self.table.weight)

    def forward(self, ids: Tensor, segments: Tensor) -> Tensor:
        """(b, n) ids and segments → (b, n, 384)."""
        before = functional.pad(ids[:, :-1], (1, 0))
        alone = _in_the_other(ids, ids, segments)
        paired = _in_the_other(before * WORDS + ids, ids, segments)
        return self.table(alone.long() + (alone & paired).long())


def _in_the_other(values: Tensor, ids: Tensor, segments: Tensor) -> Tensor:
    """(b, n) bool: the token's value is that of a token of the other segment."""
    real = ids >= FIRST_WORD
    equal = values[:, :, None] == values[:, None, :]
    other = segments[:, :, None] != segments[:, None, :]
    return (equal & other & real[:, None, :]).any(2) & real


class TokenPair(Protocol):
    """Two texts as token ids: the second begins at ``passage``, the part of it that is read for
    its words at ``begin``; it ends before the last token."""

    @property
    def ids(self) -> list[int]: ...
    @property
    def passage(self) -> int: ...
    @property
    def begin(self) -> int: ...


def collate(batch: Sequence[TokenPair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, segments, what is no padding, and the part that is read: each (b, n), n the longest."""
    length = max(len(row.ids) for row in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    segments, mask = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
    part = torch.zeros_like(mask)
    for at, row in enumerate(batch):
        end = len(row.ids)
        ids[at, :end] = torch.tensor(row.ids)
        segments[at, row.passage : end] = 1
        mask[at, :end] = True
        part[at, row.begin : end - 1] = True
    return ids, segments, mask, part


def mean_of(hidden: Tensor, chosen: Tensor) -> Tensor:
    """(b, n, d) and (b, n) bool → (b, d), the mean over the chosen tokens."""
    weights = chosen.unsqueeze(-1).float()
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)


def load_weights(encoder: Encoder, file: Path) -> None:
    """The embedder's weights into ``encoder``.

    Raises:
        RuntimeError: a tensor is missing or of another shape.
    """
    weights = {
        name: value
        for name, value in load_file(file).items()
        if not name.startswith("pooler.") and not name.endswith("position_ids")
    }
    encoder.load_state_dict(weights)
