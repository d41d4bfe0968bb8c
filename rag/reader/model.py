"""The reader's ONNX file run on a question and sentences; ``training/reader.py`` says what it is,
``training/MODEL_CARD.md`` what it was made from and how good it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.onnx_runtime import GROUP_SIZE, MODELS_FOLDER, OnnxModel, clean
from rag.reader.passage import ReadSentence, join_ids

READER_FOLDER = MODELS_FOLDER / "reader"
# An answer is at most this many tokens: what a longer span holds is told by the sentence.
_LONGEST_SPAN = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence read for one question.

    Attributes:
        logit: that it answers, as the model gives it.
        probability: that it answers, 0 to 1, calibrated on sentences of one article.
        start, end: characters in the sentence of the words that answer best.
        span_share: how much likelier that span is than all others, 0 to 1.
    """

    logit: float
    probability: float
    start: int
    end: int
    span_share: float


class Reader:
    """Loads at the first use; safe to use from several threads.

    Args:
        folder: holds model.json and model.onnx (default: the ones installed).
        threads: sentences read side by side (default: the cores this process may use).
    """

    def __init__(self, folder: Path = READER_FOLDER, threads: int | None = None) -> None:
        self._model = OnnxModel(folder, threads)

    @property
    def fingerprint(self) -> str:
        """The name and the beginning of the model file's SHA-256."""
        return self._model.fingerprint

    def read(self, question: str, sentences: Sequence[ReadSentence]) -> list[Reading]:
        """One reading for each sentence, in order. Of a text that is too long the end is not read.

        Raises:
            ConfigurationError: the model's files are missing or damaged.
        """
        readings: list[Reading] = [Reading(-99.0, 0.0, 0, 0, 0.0)] * len(sentences)
        tokenizer, _ = self._model.load()
        asked = tokenizer.encode(clean(question), add_special_tokens=False).ids
        for start in range(0, len(sentences), GROUP_SIZE):
            group = sentences[start : start + GROUP_SIZE]
            parts = [(*map(clean, s.lead), clean(s.text)) for s in group]
            texts = list(dict.fromkeys(text for three in parts for text in three))
            encoded = dict(
                zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True)
            )
            items = [
                (start + n, *(encoded[text] for text in three)) for n, three in enumerate(parts)
            ]

            def run(item: tuple[Any, ...]) -> None:
                place, title, before, sentence = item
                if sentence.ids:
                    readings[place] = self._reading(asked, title.ids, before.ids, sentence)

            self._model.run_each(items, lambda item: len(item[3].ids), run)
        return readings

    def _reading(
        self, question: list[int], title: list[int], before: list[int], sentence: Any
    ) -> Reading:
        import numpy as np

        tokenizer, session = self._model.load()
        ids, passage, begin = join_ids(
            question,
            title,
            before,
            sentence.ids,
            first=tokenizer.token_to_id("[CLS]"),
            separator=tokenizer.token_to_id("[SEP]"),
        )
        answers, spans = session.run(
            None,
            {
                "input_ids": np.array([ids], np.int32),
                "passage_begin": np.array([passage], np.int64),
                "sentence_begin": np.array([begin], np.int64),
            },
        )
        logit = float(answers[0])
        description = self._model.description
        scaled = logit * float(description["scale"]) + float(description["bias"])
        first, last, share = best_span(spans)
        offsets = sentence.offsets
        return Reading(
            logit, 1 / (1 + math.exp(-scaled)), offsets[first][0], offsets[last][1], share
        )


def best_span(logits: Any) -> tuple[int, int, float]:
    """First and last token of the likeliest span, and its share of all spans.

    Args:
        logits: (tokens, 2), of start and of end.
    """
    import numpy as np

    joint = logits[:, 0][:, None] + logits[:, 1][None, :]
    allowed = np.triu(np.ones_like(joint, bool)) & ~np.triu(
        np.ones_like(joint, bool), _LONGEST_SPAN
    )
    joint = np.where(allowed, joint, -np.inf)
    highest = float(joint.max())
    first, last = divmod(int(joint.argmax()), joint.shape[1])
    return first, last, 1.0 / float(np.exp(joint - highest).sum())


@lru_cache(maxsize=1)
def default_reader() -> Reader:
    """The reader that is installed; one for the whole process."""
    return Reader()
