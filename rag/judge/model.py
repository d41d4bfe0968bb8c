"""The judge's ONNX file run on pairs of quotes and statement; ``training/judge.py`` says what it
is, ``training/MODEL_CARD.md`` what it was made from and how good it is."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.onnx_runtime import GROUP_SIZE, MODELS_FOLDER, OnnxModel, clean

JUDGE_FOLDER = MODELS_FOLDER / "judge"
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge says of one statement against its quotes.

    Attributes:
        supported, contradicted, not_said: calibrated probabilities that sum to 1.
        words: (start, end, probability that the quotes do not support it) of each word of the
            statement that was read.
    """

    supported: float
    contradicted: float
    not_said: float
    words: tuple[tuple[int, int, float], ...]


class Judge:
    """Loads at the first use; safe to use from several threads.

    Args:
        folder: holds model.json and model.onnx (default: the ones installed).
        threads: pairs judged side by side (default: the cores this process may use).
    """

    def __init__(self, folder: Path = JUDGE_FOLDER, threads: int | None = None) -> None:
        self._model = OnnxModel(folder, threads)

    @property
    def fingerprint(self) -> str:
        """The name and the beginning of the model file's SHA-256."""
        return self._model.fingerprint

    def opinions(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """One opinion for each (quotes as ``premise_of`` puts them, statement), in order.

        Quotes that are too long lose their end, statements that are, too.

        Raises:
            ConfigurationError: the model's files are missing or damaged.
        """
        opinions: list[Opinion | None] = [None] * len(pairs)
        for start in range(0, len(pairs), GROUP_SIZE):
            group = pairs[start : start + GROUP_SIZE]
            tokenizer, _ = self._model.load()
            texts = list(dict.fromkeys(clean(text) for pair in group for text in pair))
            encoded = dict(
                zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True)
            )
            items = []
            for row, pair in enumerate(group):
                premise, statement = map(clean, pair)
                items.append((start + row, statement, encoded[premise], encoded[statement]))

            def run(item: tuple[int, str, object, object]) -> None:
                opinions[item[0]] = self._opinion(*item[1:])

            self._model.run_each(items, lambda item: len(item[2].ids), run)
        return [opinion for opinion in opinions if opinion is not None]

    def _opinion(self, statement: str, quotes: object, encoding: object) -> Opinion:
        import numpy as np

        tokenizer, session = self._model.load()
        first, separator = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        most = self._model.max_tokens
        own = encoding.ids[: most // 2]  # type: ignore[attr-defined]
        if not own:
            return Opinion(0.0, 0.0, 1.0, ())  # without a word nothing is said
        head = [first, *quotes.ids[: most - 3 - len(own)], separator]  # type: ignore[attr-defined]
        inputs = {
            "input_ids": np.array([[*head, *own, separator]], np.int32),
            "statement_begin": np.array([len(head)], np.int64),
        }
        logits, words = session.run(None, inputs)
        temperature = float(self._model.description["temperature"])
        bias = self._model.description["bias"]
        shares = _softmax(
            [x / temperature + b for x, b in zip(logits[0].tolist(), bias, strict=True)]
        )
        offsets = encoding.offsets[: len(own)]  # type: ignore[attr-defined]
        return Opinion(*shares, _by_word(statement, offsets, words[0].tolist()))


@lru_cache(maxsize=1)
def default_judge() -> Judge:
    """The judge that is installed; one for the whole process."""
    return Judge()


def _softmax(values: Sequence[float]) -> tuple[float, float, float]:
    highest = max(values)
    powers = [math.exp(value - highest) for value in values]
    total = sum(powers)
    supported, contradicted, not_said = (power / total for power in powers)
    return supported, contradicted, not_said


def _by_word(
    statement: str, offsets: Sequence[tuple[int, int]], logits: Sequence[float]
) -> tuple[tuple[int, int, float], ...]:
    """The highest probability among the tokens of each word."""
    found = []
    tokens = list(zip(offsets, logits, strict=True))
    for word in _WORD.finditer(statement):
        inside = [x for (a, b), x in tokens if a < word.end() and b > word.start()]
        if inside:
            found.append((word.start(), word.end(), 1 / (1 + math.exp(-max(inside)))))
    return tuple(found)
