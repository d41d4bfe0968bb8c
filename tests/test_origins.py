"""Which articles are one origin, and that the groups follow the articles that come and go."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_index import ingest_into, open_to_write, write_rows

from rag.index import Index

DATA = Path(__file__).parent / "data"
SAMPLES = Path(__file__).parent.parent / "examples" / "articles"

WIRE = """\
A warehouse fire in Port Lessing killed three workers on Tuesday and sent smoke over half the \
city, the fire service said.

The fire began shortly after 4 a.m. on the second floor, where paint and solvents were stored. \
Ninety firefighters fought it for six hours before the roof fell in.

"We found the rear doors chained," said the chief of the fire service, Marta Oyelaran. She said \
an inquiry would look at who had given the order.

The owner, Brandt Cold Storage, said in a statement that the doors had been open at the last \
inspection in March. It offered its sympathy to the families.

Two of the dead were night clerks and the third a driver from the neighbouring port. The city \
closed four schools under the smoke until Thursday.

Port Lessing has had five such fires in two years, and the council has twice put off new rules \
for stores of solvents."""

EDITED = """\
A fire in a Port Lessing warehouse killed three workers on Tuesday and sent thick smoke across \
half of the city, the fire service said.

"We found the rear doors chained," fire service chief Marta Oyelaran told reporters. She said an \
inquiry would look into who had ordered it.

The blaze began just after 4 a.m. on the second floor, where paint and solvents were stored. \
Some 90 firefighters fought it for six hours before the roof collapsed.

Two of the dead were night clerks and the third a driver from the port nearby. The city closed \
four schools until Thursday because of the smoke."""

INDEPENDENT = """\
Families of three people who died in a burning store of paints in Port Lessing waited outside \
the gates on Tuesday for someone to tell them how it could happen.

Neighbours said they heard shouting and blows against metal before dawn. One of them, a baker, \
had run over with a crowbar and come too late.

"We found the rear doors chained," said the chief of the fire service, Marta Oyelaran, who \
stood among the relatives for a while.

It is the fifth blaze of its kind here since the year before last. Councillors who had promised \
stricter rules did not answer calls; Brandt Cold Storage, which runs the building, said only \
that inspectors had been satisfied in March."""


def row(name: str, text: str, published: str | None = "2025-03-04") -> dict[str, Any]:
    return {"url": f"https://{name}.example/port-lessing-{name}", "text": text, "date": published}


def origins(directory: Path) -> dict[str, str | None]:
    with Index.open(directory, embedder=None) as index:
        return {
            record.article_id.removeprefix("port-lessing-"): record.origin
            and record.origin.removeprefix("port-lessing-")
            for record in index.articles()
        }


def grouped(tmp_path: Path, *rows: dict[str, Any]) -> dict[str, str | None]:
    ingest_into(tmp_path / "index", write_rows(tmp_path / "rows.jsonl", rows))
    return origins(tmp_path / "index")


def test_a_copy_cut_reordered_and_reworded_has_the_origin_of_the_oldest(tmp_path: Path) -> None:
    rows = [row("edited", EDITED, "2025-03-05"), row("wire", WIRE), row("undated", EDITED, None)]
    assert grouped(tmp_path, *rows) == {"edited": "wire", "wire": "wire", "undated": "wire"}


def test_reports_of_one_event_that_share_a_quote_are_independent(tmp_path: Path) -> None:
    found = grouped(tmp_path, row("wire", WIRE), row("own", INDEPENDENT))
    assert found == {"wire": "wire", "own": "own"}


def test_a_wire_credit_alone_makes_no_copy(tmp_path: Path) -> None:
    texts = (f"{text}\n\n(Reuters)" for text in (WIRE, INDEPENDENT))
    rows = (row(name, text) for name, text in zip(("wire", "own"), texts, strict=True))
    assert grouped(tmp_path, *rows) == {"wire": "wire", "own": "own"}


def test_an_early_report_that_grew_is_one_origin(tmp_path: Path) -> None:
    early = "\n\n".join(WIRE.split("\n\n")[:2])
    assert grouped(tmp_path, row("wire", WIRE), row("early", early, "2025-03-03")) == {
        "wire": "early",
        "early": "early",
    }


def test_pages_that_share_all_but_their_story_stay_apart(tmp_path: Path) -> None:
    paragraphs = INDEPENDENT.split("\n\n")
    other = "\n\n".join([*paragraphs[:2], paragraphs[3], WIRE])
    story = "\n\n".join(
        [
            "The museum of the river reopened on Tuesday after nine years of works, with a hall "
            "for the barge that was raised from the mud in 2011.",
            "Its director, Ana Petrosian, said that visitors would for the first time walk under "
            "the keel and see how the oak had kept its tar.",
            "Entry is free until the end of the month, and schools can book the hall in the "
            "mornings from Monday to Thursday.",
            WIRE,
        ]
    )
    assert len(set(grouped(tmp_path, row("a", other), row("b", story)).values())) == 2


def test_a_form_filled_in_anew_with_other_numbers_is_no_copy(tmp_path: Path) -> None:
    form = "\n\n".join(
        f"The {place} index closed at {{}}{n}.7 points on Monday after {{}}3{n} shares changed "
        f"hands in {place}. Dealers there said that trade was thin ahead of the holiday."
        for n, place in enumerate(("Lessing", "Aldren", "Marrick", "Vessay", "Dunsel"))
    )
    first, second = (form.format(*[digit] * 10) for digit in "48")
    assert len(set(grouped(tmp_path, row("a", first), row("b", second)).values())) == 2


def test_very_short_texts_are_one_origin_only_when_nearly_the_same(tmp_path: Path) -> None:
    text = "Police in Lessing closed the east bridge at noon after a lorry lost its load of gravel."
    other = "Police in Lessing closed the east bridge at dawn after a tram lost a wheel near it."
    found = grouped(tmp_path, row("a", text), row("b", f"{text} "), row("c", other))
    assert found == {"a": "a", "b": "a", "c": "c"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_groups_do_not_depend_on_the_order_of_ingest(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    rows = [row("wire", WIRE), row("edited", EDITED, "2025-03-05"), row("own", INDEPENDENT)]
    for number in order:
        ingest_into(tmp_path / "index", write_rows(tmp_path / f"{number}.jsonl", [rows[number]]))
    assert origins(tmp_path / "index") == {"wire": "wire", "edited": "wire", "own": "own"}


def test_a_group_that_loses_its_first_article_is_named_anew(tmp_path: Path) -> None:
    grouped(
        tmp_path, row("wire", WIRE), row("b", EDITED, "2025-03-06"), row("c", EDITED, "2025-03-05")
    )
    with open_to_write(tmp_path / "index") as index:
        index.remove(["port-lessing-wire"])
    assert origins(tmp_path / "index") == {"b": "c", "c": "c"}


def test_a_group_that_loses_the_article_between_falls_apart(tmp_path: Path) -> None:
    lines = WIRE.split("\n\n")
    own = INDEPENDENT.split("\n\n")
    start = "\n\n".join([*lines[:4], own[0], own[1]])
    end = "\n\n".join([*lines[2:], own[3]])
    grouped(tmp_path, row("wire", WIRE), row("start", start), row("end", end))
    assert len(set(origins(tmp_path / "index").values())) == 1
    with open_to_write(tmp_path / "index") as index:
        index.remove(["port-lessing-wire"])
    assert len(set(origins(tmp_path / "index").values())) == 2


def test_a_changed_article_leaves_its_group(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    assert len(set(grouped(tmp_path, row("wire", WIRE), row("b", EDITED)).values())) == 1
    ingest_into(tmp_path / "index", write_rows(file, [row("wire", WIRE), row("b", INDEPENDENT)]))
    assert origins(tmp_path / "index") == {"wire": "wire", "b": "b"}


def test_articles_grouped_by_an_older_version_are_grouped_anew(tmp_path: Path) -> None:
    grouped(tmp_path, row("wire", WIRE), row("b", EDITED))
    with open_to_write(tmp_path / "index") as index, index.catalog.transaction() as db:
        db.execute("DELETE FROM origin_pairs")
        db.execute("UPDATE articles SET origin = 'nonsense'")
        db.execute("UPDATE meta SET value = 0 WHERE name = 'origins'")
    ingest_into(tmp_path / "index", write_rows(tmp_path / "c.jsonl", [row("own", INDEPENDENT)]))
    assert origins(tmp_path / "index") == {"wire": "b", "b": "b", "own": "own"}


def test_the_sample_articles_are_grouped_as_labelled(tmp_path: Path) -> None:
    ingest_into(tmp_path / "index", SAMPLES)
    labels = yaml.safe_load((DATA / "sample_articles.yaml").read_text(encoding="utf-8"))
    articles = labels if isinstance(labels, list) else labels["articles"]
    copies = {
        frozenset((article["file"], article["copy_of"]))
        for article in articles
        if article["copy_of"]
    }
    with Index.open(tmp_path / "index", embedder=None) as index:
        records = index.articles()
    by_origin: dict[str | None, set[str]] = {}
    for record in records:
        by_origin.setdefault(record.origin, set()).add(Path(record.source).name)
    found = {names for names in map(frozenset, by_origin.values()) if len(names) > 1}
    wanted: dict[str, set[str]] = {}
    for pair in copies:
        first = next(a["copy_of"] for a in articles if a["copy_of"] in pair and a["file"] in pair)
        wanted.setdefault(first, set()).update(pair)
    assert found == {frozenset(names) for names in wanted.values()}
    assert len(by_origin) == len(records) - len(copies)
