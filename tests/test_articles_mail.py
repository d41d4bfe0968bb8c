"""Mail kept as text, and columns: what is quoted, encoded or broken in rows is read whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from articles_fixtures import STORY, read_one

from rag.articles import clean_text

LEAD = (
    "The ferry to Dunsel ran aground on a sandbank on Monday evening and 212 passengers spent the "
    "night on board."
)
QUOTE = "“We had soup and blankets for everyone,” said its captain, Ada Voss."


def wrapped(text: str, width: int, sign: str = "") -> str:
    rows, row = [], ""
    for word in text.split():
        if row and len(row) + 1 + len(word) > width:
            rows.append(sign + row)
            row = word
        else:
            row = f"{row} {word}".strip()
    return "\n".join([*rows, sign + row])


@pytest.mark.parametrize(
    "header",
    [
        "---------- Forwarded message ---------\nFrom: Desk <desk@senn.example>\n"
        "Date: Tue, 9 Dec 2025 at 07:10\nSubject: Fwd: Ferry aground off Dunsel\n"
        "To: Me <me@x.example>",
        "-----Ursprüngliche Nachricht-----\nVon: Dienst <dienst@senn.example>\n"
        "Gesendet: 9 December 2025 07:10\nAn: mich\nBetreff: WG: Ferry aground off Dunsel",
        "FYI\n\n> From: Alerts <a@senn.example>\n> Sent: 09.12.2025 07:10\n"
        "> To: Desk\n> Subject: Ferry aground off Dunsel",
    ],
    ids=["gmail", "outlook", "quoted"],
)
def test_a_forwarded_mail_states_subject_and_date(tmp_path: Path, header: str) -> None:
    path = tmp_path / "forward.txt"
    body = f"{wrapped(LEAD, 72, '> ')}\n>\n{wrapped(QUOTE, 72, '> ')}\n"
    path.write_text(f"{header}\n\n\n{body}", encoding="utf-8")
    article = read_one(path)
    assert article.text == f"{LEAD}\n\n{QUOTE}"
    assert (article.title, article.published) == ("Ferry aground off Dunsel", "2025-12-09")


def test_a_message_saved_as_text_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "mail.txt"
    path.write_text(
        "From: Alerts <a@senn.example>\nTo: Desk <d@x.example>\n"
        "Date: Tue, 09 Dec 2025 07:10:00 +0100\nSubject: Ferry aground off Dunsel\n"
        'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\n'
        "Content-Transfer-Encoding: quoted-printable\n\n"
        "The ferry to Dunsel ran aground on a sandbank on Monday evening and 212 pass=\n"
        "engers spent the night on board. Towing it costs =E2=82=AC40,000.\n\n--=20\n"
        "You get this mail because you asked for 9 alerts.\n"
    )
    article = read_one(path)
    assert article.text == f"{LEAD} Towing it costs €40,000."
    assert (article.title, article.published) == ("Ferry aground off Dunsel", "2025-12-09")


def test_a_page_saved_as_a_message_is_read_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "saved.html"
    path.write_text(
        "From: <Saved by a browser>\nSnapshot-Content-Location: https://senn.example/ferry\n"
        "Subject: Ferry aground\nDate: Tue, 9 Dec 2025 07:10:00 -0000\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--b"\n\n'
        "----b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<!doctype html><html><head><title>Ferry aground</title></head><body><article>"
        "<h1>Ferry aground</h1><p>The ferry to Dunsel ran aground on a sandbank on Mon=\n"
        "day evening and 212 passengers spent the night on board.</p></article></body></html>\n"
        "----b--\n"
    )
    article = read_one(path)
    assert article.text == LEAD
    assert (article.title, article.url) == ("Ferry aground", "https://senn.example/ferry")


def test_a_quotation_sign_alone_is_no_mail() -> None:
    text = "> 90 percent of the vote went to the sitting mayor, the office of elections said."
    assert clean_text("\n\n".join([*STORY, text])).text.endswith(text)


@pytest.mark.parametrize("width", [28, 34, 45, 60, 80])
def test_text_wrapped_at_any_width_is_joined(width: int) -> None:
    raw = "Ferry aground off Dunsel\n\n" + "\n\n".join(wrapped(one, width) for one in (LEAD, QUOTE))
    assert clean_text(raw).text == f"{LEAD}\n\n{QUOTE}"


def test_words_broken_at_the_end_of_a_narrow_row_are_whole_again() -> None:
    raw = (
        "FERRY RUNS AGROUND\nOFF DUNSEL\n\nThe ferry to Dunsel ran aground\n"
        "on a sandbank on Monday eve-\nning and 212 passengers spent\nthe night on board.\n\n"
        "It was towed off at noon, its\n"
        "captain said, with the tide.\n"
    )
    clean = clean_text(raw)
    assert clean.stated.title == "FERRY RUNS AGROUND OFF DUNSEL"
    assert clean.text == f"{LEAD}\n\nIt was towed off at noon, its captain said, with the tide."


@pytest.mark.parametrize(
    "lines",
    [
        [
            "What the family needs:",
            "two beds",
            "a table of oak",
            "six chairs",
            "a stove that works",
        ],
        ["Snow lay on the roofs of Senn,", "on the river, on the bridge,", "and no one spoke."],
    ],
    ids=["list", "verse"],
)
def test_short_lines_of_a_list_or_a_verse_are_kept(lines: list[str]) -> None:
    text = clean_text("\n\n".join(STORY[:2]) + "\n\n" + "\n".join(lines) + "\n\n" + STORY[3]).text
    assert all(word in text for line in lines for word in line.split())
