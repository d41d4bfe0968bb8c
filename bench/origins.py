"""Are edited copies grouped with their original, are independent reports kept apart, at what cost?

    python bench/origins.py [--articles 250] [--large] [--groups]

Copies are made by ``edited_copies`` of the sample articles and of articles in DATELINE_SHARED, and
put one at a time into a catalog of all of those. Right is a copy that joins its original's group
and brings nobody else into it. The articles copied are those whose url has an odd hash; the
thresholds in ``rag.origins`` were set on others. Independent are reports of different outlets that
a web search gave for one question, the five articles on one event, and the sample articles not
labelled as copies. ``--large`` times 10,000 articles, ``--groups`` prints the groups found.
Writes ``bench/results/origins.json``.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import hashlib
import itertools
import json
import os
import platform
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from edited_copies import KINDS, Editor, sentences_of

from rag import origins
from rag.articles import Article, Meta, find_files, load_articles
from rag.index.schema import create_catalog, open_catalog

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "origins.json"
SHARED = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared"))
SAMPLES = ROOT / "examples" / "articles"
LABELS = ROOT / "tests" / "data" / "sample_articles.yaml"
RATES = (0.1, 0.2, 0.33)
MIN_WORDS = 40
BATCH = 40
SEED = 20260131


class Collection:
    """A catalog with articles and no passages: all that grouping reads."""

    def __init__(self, directory: Path) -> None:
        create_catalog(directory)
        self.db = open_catalog(directory, write=True)
        self.by_source: dict[str, int] = {}

    def add(self, articles: Iterable[Article]) -> None:
        """In one transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        for article in articles:
            self.by_source[article.source] = self._insert(article)
        origins.settle(self.db)
        self.db.execute("COMMIT")

    def remove(self, source: str) -> None:
        rowid = self.by_source.pop(source)
        self.db.execute("BEGIN IMMEDIATE")
        origins.forget(self.db, rowid)
        self.db.execute("DELETE FROM articles WHERE article_rowid = ?", (rowid,))
        self.db.execute("COMMIT")

    def group(self, source: str) -> frozenset[str]:
        """Sources of all articles of the same origin."""
        rows = self.db.execute(
            "SELECT source FROM articles WHERE origin = "
            "(SELECT origin FROM articles WHERE article_rowid = ?)",
            (self.by_source[source],),
        )
        return frozenset(row[0] for row in rows)

    def _insert(self, article: Article) -> int:
        sha256 = article.text_sha256
        self.db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (sha256, article.text))
        cursor = self.db.execute(
            "INSERT INTO articles (article_id, file_id, row_key, source, title, published, "
            "captions, credits, text_sha256, content_sha256) "
            "VALUES (?1, 0, ?1, ?1, ?2, ?3, '[]', '[]', ?4, '')",
            (article.source, article.title, article.published, sha256),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def loaded(path: Path) -> list[Article]:
    files, _ = find_files([path])
    found = [a for file in files for a in load_articles(file, Meta({})) if isinstance(a, Article)]
    return list({article.source: article for article in found}.values())


def outlet(source: str) -> str:
    return (urlsplit(source).hostname or Path(source).stem.rpartition("-")[0]).removeprefix("www.")


def measure_copies(
    collection: Collection, originals: list[Article], editor: Editor
) -> dict[str, Any]:
    """Share grouped right by kind and rate, in all, and of those made of very short articles."""
    right: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for article, kind, rate in itertools.product(originals, KINDS, RATES):
        before = collection.group(article.source)
        text = editor.copy(article.text, kind, rate)
        copy = Article(text, "copy", published=article.published)
        collection.add([copy])
        is_right = collection.group("copy") == before | {"copy"}
        collection.remove("copy")
        short = len(article.text.split()) < MIN_WORDS
        for key in ("short originals",) if short else (f"{kind} {rate}", "all"):
            made[key] += 1
            right[key] += is_right
    return {
        "grouped_right": {key: round(right[key] / made[key], 4) for key in made},
        "copies": {key: made[key] for key in ("all", "short originals")},
        "originals": len(originals),
    }


def measure_independent(collection: Collection) -> dict[str, Any]:
    """Pairs of independent reports of one event, and how many of them were grouped."""
    by_question = set[tuple[str, str]]()
    questions = SHARED / "bench" / "newsqa-dev-questions.jsonl"
    for line in questions.read_text(encoding="utf-8").splitlines():
        urls = sorted({url for url in json.loads(line)["urls"] if url in collection.by_source})
        by_question |= {
            pair for pair in itertools.combinations(urls, 2) if len(set(map(outlet, pair))) == 2
        }
    five = [str(path) for path in sorted((SHARED / "articles").glob("*.txt"))]
    kinds = {
        "same_question_other_outlet": by_question,
        "five_articles": set(itertools.combinations(five, 2)),
        "samples": set(sample_pairs(collection, copies=False)),
    }
    counted = {
        name: {"pairs": len(pairs), "grouped": sum(one in collection.group(o) for one, o in pairs)}
        for name, pairs in kinds.items()
    }
    copies = list(sample_pairs(collection, copies=True))
    together = sum(one in collection.group(other) for one, other in copies)
    return counted | {"sample_copies": {"pairs": len(copies), "grouped": together}}


def sample_pairs(collection: Collection, *, copies: bool) -> Iterator[tuple[str, str]]:
    """Sample articles on one event by whether they go back to one text."""
    labels = yaml.safe_load(LABELS.read_text(encoding="utf-8"))
    labels = labels if isinstance(labels, list) else labels["articles"]
    named = {Path(source).name: source for source in collection.by_source}
    known = [label for label in labels if label["file"] in named]
    for one, other in itertools.combinations(known, 2):
        roots = {label["copy_of"] or label["file"] for label in (one, other)}
        if one["event"] == other["event"] and (len(roots) == 1) == copies:
            yield named[one["file"]], named[other["file"]]


def measure_cost(collection: Collection, articles: Iterable[Article]) -> dict[str, float]:
    """Milliseconds an article of putting in batches, at the end of the collection's growth."""
    waiting = list(articles)
    wall, processor = time.perf_counter(), time.process_time()
    for first in range(0, len(waiting), BATCH):
        collection.add(waiting[first : first + BATCH])
    count = max(1, len(waiting))
    return {
        "articles_before": len(collection.by_source) - len(waiting),
        "articles_added": len(waiting),
        "ms_an_article": round((time.perf_counter() - wall) / count * 1e3, 3),
        "processor_ms_an_article": round((time.process_time() - processor) / count * 1e3, 3),
    }


def more_articles(known: dict[str, int], wanted: int) -> list[Article]:
    path = SHARED / "training" / "news-articles.jsonl.gz"
    found: dict[str, Article] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["text"] and row["url"] not in known and len(found) < wanted:
                found[row["url"]] = Article(row["text"], row["url"], published=row["date"])
    return list(found.values())


def groups_found(db: sqlite3.Connection, *, show: bool) -> dict[str, int]:
    groups: dict[str, list[str]] = {}
    for origin, source, title, published in db.execute(
        "SELECT origin, source, title, published FROM articles ORDER BY origin, article_id"
    ):
        groups.setdefault(origin, []).append(f"{published} {outlet(source)}: {title}")
    several = [members for members in groups.values() if len(members) > 1]
    for members in several if show else ():
        print("\n   ".join(members))
    return {str(size): n for size, n in sorted(Counter(map(len, several)).items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=250, help="originals to copy")
    parser.add_argument("--large", action="store_true", help="also time 10,000 articles")
    parser.add_argument("--groups", action="store_true", help="print the groups found")
    options = parser.parse_args()
    samples = loaded(SAMPLES)
    real = loaded(SHARED / "bench" / "newsqa-dev-articles.jsonl.gz")
    odd = [a for a in real if hashlib.sha256(a.source.encode()).digest()[0] % 2]
    chance = random.Random(SEED)
    chosen = samples + chance.sample(odd, max(0, options.articles - len(samples)))
    words = [w for a in real[::10] for w in a.text.split()[:200] if w.isalpha()]
    strangers = [s for a in real[::10] for p in a.text.split("\n\n") for s in sentences_of(p)]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(Path(folder))
        cost = [measure_cost(collection, samples + loaded(SHARED / "articles") + real)]
        result: dict[str, Any] = {
            "date": datetime.date.today().isoformat(),
            "machine": machine,
            "groups_by_size": groups_found(collection.db, show=options.groups),
            "independent": measure_independent(collection),
            **measure_copies(collection, chosen, Editor(words, strangers, SEED)),
        }
        if options.large:
            more = more_articles(collection.by_source, 10_000 - len(collection.by_source))
            cost += [measure_cost(collection, more[:-500]), measure_cost(collection, more[-500:])]
        result["cost"] = cost
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
