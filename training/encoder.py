"""MiniLM-L6 in torch, from the weights of the embedder: what every model made here starts from.

The network is BERT's (Devlin et al. 2019), written out so that each tensor has the name that it has
in the weights and in ``training/graph.py``, which writes the same network as an ONNX graph.
"""

from __future__ import annotations

from pathlib import Path

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

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None) -> Tensor:
        """(b, n) ids, (b, n) segments 0 or 1, (b, n) bool of what is read → (b, n, 384)."""
        positions = self.embeddings["position_embeddings"].weight[: ids.shape[1]]
        total = self.embeddings["word_embeddings"](ids) + positions
        total = total + self.embeddings["token_type_embeddings"](segments)
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
