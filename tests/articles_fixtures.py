"""Small pages and files that the tests of ``rag.articles`` are made of."""

from __future__ import annotations

from pathlib import Path

from rag.articles import Article, PassedOver, find_files, load_articles
from rag.errors import ArticleError

STORY = (
    "The bridge over the Senn at Altmark will stay closed until spring, the city said on Monday. "
    "Engineers found cracks in two of its nine piers.",
    "“We will not take a risk with 14,000 cars a day,” said Vera Lindt, who heads the city's "
    "building office. Buses will cross the river six kilometres downstream.",
    "Shopkeepers in the old town fear for their trade. The chamber of commerce asked for a ferry.",
    "The bridge was built in 1961 and last repaired in 1998.",
)
HEADLINE = "Altmark bridge over the Senn closed until spring after cracks are found"


def page(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def read(path: Path) -> list[Article | ArticleError | PassedOver]:
    """Everything that loading the files under ``path`` gives, refusals included."""
    files, errors = find_files([path])
    return [*errors, *(item for file in files for item in load_articles(file))]


def read_one(path: Path) -> Article:
    items = read(path)
    assert len(items) == 1
    assert isinstance(items[0], Article), items[0]
    return items[0]


def reason_of(path: Path) -> str:
    items = read(path)
    assert len(items) == 1
    assert isinstance(items[0], ArticleError), items[0]
    return items[0].reason


def pdf_bytes(*page_lines: list[str]) -> bytes:
    """A PDF with these lines on its pages, written by hand: one font, one text stream a page."""
    pages = len(page_lines)
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    font = 3 + 2 * pages
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(pages))
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"
    for number, lines in enumerate(page_lines):
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 60 780 Td {shown}ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * number} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{out.rfind('xref')}\n"
    )
    start = out.index("xref\n0 ")
    out = out[: out.rindex("startxref")] + f"startxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")
