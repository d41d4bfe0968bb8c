"""A model trained in stages, each from the weights of the one before, in a folder."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.loop import Plan, train

TOKENIZER = Path(__file__).resolve().parent.parent / "rag" / "model" / "tokenizer.json"
WEIGHTS = "weights.pt"

Batches = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Stage:
    """One cycle over batches.

    Attributes:
        name: of its folder.
        batches: made when the stage begins.
        until: batches after which it ends, its cycle unfinished; None for all.
    """

    name: str
    batches: Callable[[], Batches]
    plan: Plan
    until: int | None = None


def train_stages(
    model: nn.Module,
    stages: Sequence[Stage],
    loss: Callable[[Any, Sequence[Any]], Tensor],
    work: Path,
    *,
    only: str | None = None,
    evaluate: Callable[[nn.Module], dict[str, float]] | None = None,
) -> None:
    """``model`` trained; each stage leaves its weights as WORK/STAGE/weights.pt.

    Args:
        only: the stage to train, from the weights that the one before it left; None for all.
    """
    for at, stage in enumerate(stages):
        if only not in (None, stage.name):
            continue
        if at:
            before = work / stages[at - 1].name / WEIGHTS
            model.load_state_dict(torch.load(before, weights_only=True))
        folder = work / stage.name
        train(
            model, stage.batches(), loss, folder, stage.plan, evaluate=evaluate, until=stage.until
        )
        torch.save(model.state_dict(), folder / WEIGHTS)


def stage_parser(description: str, stages: Sequence[str]) -> argparse.ArgumentParser:
    """``--work``, ``--stage`` and ``--threads``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints")
    parser.add_argument("--stage", choices=stages, help="this one only (default: all)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser


def training_tokenizer() -> Any:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
