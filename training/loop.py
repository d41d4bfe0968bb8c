"""The training loop of the small models: batches by length, one cycle, an average of the weights,
checkpoints from which a run that was ended goes on."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn

CHECKPOINT = "checkpoint.pt"
CURVE = "curve.jsonl"


class Sized(Protocol):
    @property
    def ids(self) -> list[int]: ...


Row = TypeVar("Row", bound=Sized)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is trained.

    Attributes:
        batch_tokens: rows of one batch hold about so many tokens, padding included.
        learning_rate: the highest of the cycle (Smith & Topin 2018), for the encoder; the heads,
            which begin from nothing, get ``head_rate``.
        average_from: share of the run from which the weights that are kept are an average.
    """

    seed: int = 1
    batch_tokens: int = 2_400
    learning_rate: float = 1e-4
    head_rate: float = 5e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    average_from: float = 0.75
    average_decay: float = 0.998
    checkpoint_s: float = 240.0


def batches_of(
    groups: Sequence[Sequence[Row]], batch_tokens: int, rng: random.Random
) -> list[list[Row]]:
    """Groups in the order given, put together in batches of rows of about one length: sorted within
    stretches of 100 batches, the batches of a stretch shuffled."""
    batches: list[list[Row]] = []
    stretch: list[Sequence[Row]] = []
    tokens = 0

    def close() -> None:
        nonlocal tokens
        ordered = sorted(stretch, key=lambda group: max(len(row.ids) for row in group))
        made: list[list[Row]] = []
        batch: list[Row] = []
        longest = 0
        for group in ordered:
            longest = max(longest, *(len(row.ids) for row in group))
            if batch and longest * (len(batch) + len(group)) > batch_tokens:
                made.append(batch)
                batch, longest = [], max(len(row.ids) for row in group)
            batch.extend(group)
        if batch:
            made.append(batch)
        rng.shuffle(made)
        batches.extend(made)
        stretch.clear()
        tokens = 0

    for group in groups:
        stretch.append(group)
        tokens += sum(len(row.ids) for row in group)
        if tokens > 100 * batch_tokens:
            close()
    if stretch:
        close()
    return batches


def train(
    model: nn.Module,
    batches: Sequence[Sequence[Row]],
    loss: Callable[[nn.Module, Sequence[Row]], Tensor],
    folder: Path,
    plan: Plan,
    *,
    evaluate: Callable[[nn.Module], dict[str, float]] | None = None,
    evaluate_every: int = 600,
    until: int | None = None,
) -> nn.Module:
    """``model`` trained on ``batches`` in their order; the average of its last weights.

    A checkpoint in ``folder`` is gone on from; ``curve.jsonl`` there gets a line now and then.

    Args:
        until: stop after so many batches, the cycle unfinished; None for all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    optimizer = _optimizer(model, plan)
    average: dict[str, Tensor] | None = None
    step = 0
    file = folder / CHECKPOINT
    if file.is_file():
        saved = torch.load(file, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average, step = saved["average"], saved["step"]
    (folder / "plan.json").write_text(json.dumps(asdict(plan), indent=2) + "\n")
    started = saved_at = time.monotonic()
    seen, running = 0, []
    steps = len(batches)
    last = min(steps, until or steps)
    while step < last:
        torch.manual_seed(plan.seed * 1_000_003 + step)
        model.train()
        share = _cycle(step / steps, plan.warm_up)
        for group in optimizer.param_groups:
            group["lr"] = group["highest"] * share
        with torch.autocast("cpu", dtype=torch.bfloat16):
            value = loss(model, batches[step])
        optimizer.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seen += sum(len(row.ids) for row in batches[step])
        step += 1
        if average is not None:
            _mix(average, model, plan.average_decay)
        elif step / steps >= plan.average_from:
            average = {name: value.detach().clone() for name, value in model.state_dict().items()}
        running.append(value.item())
        if step % 200 == 0 or step == last:
            line = {
                "step": step,
                "of": steps,
                "loss": round(sum(running) / len(running), 4),
                "tokens_per_s": int(seen / (time.monotonic() - started)),
            }
            running.clear()
            if evaluate is not None and (step % evaluate_every == 0 or step == last):
                line |= evaluate(model)
            with (folder / CURVE).open("a") as handle:
                handle.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)
        if time.monotonic() - saved_at > plan.checkpoint_s or step == last:
            _save(file, model, optimizer, average, step)
            saved_at = time.monotonic()
    if average is not None:
        model.load_state_dict(average)
    return model


def _optimizer(model: nn.Module, plan: Plan) -> torch.optim.Optimizer:
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            key = name.startswith("encoder."), parameter.ndim > 1
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "highest": plan.learning_rate if in_encoder else plan.head_rate,
                "weight_decay": plan.weight_decay if matrix else 0.0,
            }
            for (in_encoder, matrix), parameters in groups.items()
        ],
        lr=plan.learning_rate,
        fused=True,
    )


def _cycle(done: float, warm_up: float) -> float:
    """Share of the highest rate: up in a line, down as a cosine."""
    if done < warm_up:
        return done / warm_up
    return 0.5 * (1 + math.cos(math.pi * (done - warm_up) / (1 - warm_up)))


def _mix(average: dict[str, Tensor], model: nn.Module, decay: float) -> None:
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            average[name].lerp_(value.detach(), 1 - decay)


def _save(
    file: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    average: dict[str, Tensor] | None,
    step: int,
) -> None:
    saved = {
        "model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average,
        "step": step,
    }  # fmt: skip
    partial = file.with_suffix(".partial")
    torch.save(saved, partial)
    partial.replace(file)
