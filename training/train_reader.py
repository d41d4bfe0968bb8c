"""Trains the reader: ``python -m training.train_reader --work FOLDER --judge WEIGHTS``.

It starts from the judge's encoder after its stage "mixed", which has learned to lay two texts side
by side. One stage: questions on news labelled by others, each with the sentences that tempt, twice;
most of our own, and some public ones, once. A run that was ended goes on from its last checkpoint.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import torch

from training.loop import Plan, batches_of
from training.measures import auc
from training.reader import Encoded, Reader, encode, loss, read_rows
from training.reader_rows import labelled_rows, training_rows
from training.sources import labelled_articles
from training.stages import Stage, stage_parser, train_stages, training_tokenizer

PLAN = Plan(seed=21, learning_rate=1e-4, average_from=0.7)
# Of our own questions so many are read: time was short.
OWN_READ = 5_000
# Articles kept for calibration whose questions are read, all sentences of each, for the curve.
EVALUATED = 24

Groups = dict[str, list[list[Encoded]]]


def main() -> None:
    parser = stage_parser("Trains the reader.", ("news",))
    parser.add_argument(
        "--judge", type=Path, help="weights of the judge's stage that it starts from"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tokenizer = training_tokenizer()
    rows = {
        name: [encode(tokenizer, group) for group in groups]
        for name, groups in training_rows().items()
    }
    kept = [
        group
        for article in labelled_articles("calibrate")[:EVALUATED]
        for group in labelled_rows(article, random.Random(0), None)
    ]
    questions = [encode(tokenizer, group) for group in kept]

    def evaluate(model: torch.nn.Module) -> dict[str, float]:
        assert isinstance(model, Reader)
        return measures(model, questions)

    torch.manual_seed(2)
    model = Reader()
    start_from_judge(model, arguments.judge)
    stages = (Stage("news", lambda: news_batches(rows), PLAN),)
    train_stages(model, stages, loss, arguments.work, only=arguments.stage, evaluate=evaluate)


def start_from_judge(model: Reader, weights: Path) -> None:
    """The encoder and the marks of a judge's weights."""
    saved = torch.load(weights, weights_only=True)
    kept = {
        name: value for name, value in saved.items() if name.split(".")[0] in ("encoder", "marks")
    }
    missing, unexpected = model.load_state_dict(kept, strict=False)
    assert not unexpected
    assert all(name.split(".")[0] in ("answers", "span", "joined") for name in missing)


def measures(model: Reader, questions: Sequence[Sequence[Encoded]]) -> dict[str, float]:
    """How often the best sentence, and one of the best three, answers; and the area under the curve
    of answerable against not, by the best sentence's logit."""
    rows = [row for group in questions for row in group]
    by_group: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for row, (logit, _) in zip(rows, read_rows(model, rows), strict=True):
        by_group[row.group].append((logit, row.answers))
    best, three, answerable, highest = 0, 0, [], []
    for found in by_group.values():
        found.sort(reverse=True)
        answerable.append(any(right for _, right in found))
        highest.append(found[0][0])
        best += found[0][1]
        three += any(right for _, right in found[:3])
    told = sum(answerable)
    return {
        "best": round(best / told, 4),
        "best_three": round(three / told, 4),
        "answerable_auc": round(auc(answerable, highest), 4),
    }


def news_batches(rows: Groups) -> list[list[Encoded]]:
    """The labelled questions twice, our own and the public ones once."""
    rng = random.Random(32)
    others = [*rng.sample(rows["own"], OWN_READ), *rows["public"]]
    rng.shuffle(others)
    batches: list[list[Encoded]] = []
    for half in (others[::2], others[1::2]):
        groups = [*half, *rows["labelled"]]
        rng.shuffle(groups)
        batches += batches_of(groups, PLAN.batch_tokens, rng)
    return batches


if __name__ == "__main__":
    main()
