"""Parts of the page that need no browser: text as markup, uploads, exports, who may log in."""

from __future__ import annotations

import html
import re
import threading
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answer import Agreement, Answer, Citation, Statement, Usage, Value
from rag.dateline import Dateline
from rag.errors import ConfigurationError, UsageError
from rag.settings import Login, load_settings
from rag.ui.answers import Exchange, conversation, plain_text
from rag.ui.ask_view import AskView
from rag.ui.batch_jobs import Batches
from rag.ui.markup import attribute, text, web_link
from rag.ui.server import ServerOptions, is_loopback, start
from rag.ui.source_panel import marked_text
from rag.ui.transcript import markdown
from rag.ui.uploads import keep_uploads, safe_name
from tests.ui_browser import dateline_of

SIGNS = re.compile(r"[<>\"'`*_\[\](){}$\\|~!#:/.@-]")


def answer_with(relation: str) -> Answer:
    quotes = ("Twelve people died.", "Fifteen people died.")
    citations = tuple(
        Citation(
            n, f"a{n}", f"a{n}.txt", None, f"Outlet {n}", "2026-01-05", None, q, 0, len(q), "h"
        )
        for n, q in enumerate(quotes, start=1)
    )
    return Answer(
        id="x",
        question="How many died?",
        standalone_question="How many died?",
        answer="“Twelve people died.” [1] “Fifteen people died.” [2]",
        abstained=False,
        statements=(
            *(Statement(f"“{q}”", (n,), "quoted") for n, q in enumerate(quotes, start=1)),
            Statement("Ninety died.", (1,), "unsupported", "90 is not in the quote"),
        ),
        citations=citations,
        agreement=Agreement(
            2,
            2,
            2,
            relation,  # type: ignore[arg-type]
            tuple(Value(v, "people", None, None, (n,)) for n, v in ((1, "twelve"), (2, "fifteen"))),
        ),
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"])))
def test_text_reads_back_as_itself_and_holds_no_sign_of_any_markup(value: str) -> None:
    shown = text(value)
    assert html.unescape(shown) == " ".join(value.split())
    assert not SIGNS.search(re.sub(r"&#\d+;", "", shown))
    assert "\n" not in attribute(value + "\n\n")


def test_hidden_and_turning_characters_are_shown_as_such() -> None:
    assert text("a\u202eb\u200bc\U000e0041") == "a\ufffdb\ufffdc\ufffd"


def test_only_web_addresses_become_links() -> None:
    assert 'rel="noopener noreferrer"' in web_link("https://harbour.example/a?b=1")
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a.example/ onclick=x",
        "file:///",
    ):
        assert "<a" not in web_link(url)


def test_a_mark_is_the_quote_also_across_paragraphs() -> None:
    stored = "One two.\n\nThree <b>four</b>.\nFive."
    start, end = stored.index("two"), stored.index("four") + 4
    marks = re.findall(r"<mark>(.*?)</mark>", marked_text(stored, start, end))
    assert [html.unescape(mark) for mark in marks] == ["two.", "Three <b>four"]


def test_reports_that_differ_say_so_and_unproved_sentences_are_folded_with_the_reason() -> None:
    reply = conversation([Exchange("How many died?", answer_with("conflict"), finished=True)])[1]
    shown = html.unescape(reply["content"])
    assert "2 articles, 2 origins, 2 speakers" in shown and "reports differ" in shown
    assert "\n" not in reply["content"]
    folded = shown.partition('<details class="dl-removed">')[2]
    assert "Ninety died." in folded and "90 is not in the quote" in folded
    assert "Ninety" not in shown.partition('<details class="dl-removed">')[0]


def test_what_a_conversation_has_cost_so_far_stands_under_its_last_answer() -> None:
    answer = replace(
        answer_with("same"), engine="llm", model="openai:m", usage=Usage(900, 100, 0.5)
    )
    exchanges = [Exchange("How many?", answer, finished=True)] * 2
    replies = [html.unescape(message["content"]) for message in conversation(exchanges)[1::2]]
    assert "1,000 tokens · $0.5000" in replies[0] and "so far" not in replies[0]
    assert "so far 2,000 tokens, $1.0000" in replies[1]


def test_what_is_copied_and_exported_has_the_quotes_and_no_live_markdown() -> None:
    given_answer = answer_with("conflict")
    copied = plain_text(given_answer)
    assert "[2] Outlet 2, 5 Jan 2026: “Fifteen people died.”" in copied
    assert "Ninety" not in copied
    exported = markdown([Exchange("![x](http://a.example) <b>?", given_answer, finished=True)])
    assert r"\!\[x\](http://a.example) \<b\>?" in exported
    assert "[^x-1]: Outlet 1, 5 Jan 2026: “Twelve people died.”" in exported


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.txt", "boot.txt"),
        (".bashrc.txt", "bashrc.txt"),
        ("a b\nc;rm -rf.TXT", "a-b-c-rm--rf.txt"),
        ("…", "article"),
        ("rows.jsonl.gz", "rows.jsonl.gz"),
        ("x" * 500 + ".md", "x" * 80 + ".md"),
    ],
)
def test_a_sent_file_gets_a_name_of_ours(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_same_file_sent_twice_is_kept_once_and_namesakes_are_kept_apart(
    tmp_path: Path,
) -> None:
    def sent(content: str) -> Path:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / "story.txt").write_text(content)
        return folder / "story.txt"

    kept, refused = keep_uploads(tmp_path / "i", [sent("one"), sent("one"), sent("two")], 1)
    assert refused == []
    assert [file.read_text() for file in kept] == ["one", "two"]
    large = sent("x" * 1_000_001)
    kept, (refusal,) = keep_uploads(tmp_path / "i", [large], 1)
    assert kept == [] and "larger than 1 MB" in refusal.reason and not large.exists()


def test_users_are_read_from_the_setting_or_a_file_and_their_passwords_are_not_printed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "users"
    file.write_text("# desk\nann:secret:1\n\nbob:b\n")
    by_file = load_settings({"DATELINE_USERS": str(file)}, tmp_path).users
    by_list = load_settings({"DATELINE_USERS": "ann:secret:1, bob:b"}, tmp_path).users
    assert by_file == by_list
    assert (by_list[0].user, by_list[0].password) == ("ann", "secret:1")
    assert "secret" not in repr(by_list)
    with pytest.raises(ConfigurationError) as caught:
        load_settings({"DATELINE_USERS": "ann:secret,bob"}, tmp_path)
    assert "secret" not in str(caught.value)


def test_a_public_link_needs_a_login_and_mcp_does_not_go_with_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DATELINE_USERS"):
        start(dateline_of(tmp_path), ServerOptions(share=True))
    locked = dateline_of(tmp_path, users=(Login("ann", "secret"),))
    with pytest.raises(UsageError, match="MCP clients cannot log in"):
        start(locked, ServerOptions(mcp=True))
    assert is_loopback("127.0.0.1") and is_loopback("::1") and is_loopback("localhost")
    assert not is_loopback("0.0.0.0") and not is_loopback("desk.example")


def test_a_batch_is_its_owners_alone_and_is_found_after_a_restart(
    sample_index: Path, tmp_path: Path
) -> None:
    import shutil

    index = tmp_path / "index"
    shutil.copytree(sample_index, index)
    questions = tmp_path / "q.txt"
    questions.write_text("Who claimed responsibility for the attacks in Balochistan?\n")
    with dateline_of(index) as dateline:
        batches = Batches(dateline)
        name = batches.start("ann", questions)
        assert batches.start("ann", questions) == "q-2"
        assert batches.names("bob") == [] and batches.names(None) == []
        with pytest.raises(UsageError):
            batches.status("bob", name)
        wait_until_done(batches, "ann", name)
        wait_until_done(batches, "ann", "q-2")
        again = Batches(dateline)
        assert again.status("ann", name).state == "done"
        again.delete("ann", name)
        assert again.names("ann") == ["q-2"]


def wait_until_done(batches: Batches, user: str, name: str) -> None:
    pause = threading.Event()
    for _ in range(200):
        if batches.status(user, name).state == "done":
            return
        pause.wait(0.1)
    raise AssertionError(batches.status(user, name))


def test_a_page_without_an_index_says_that_there_are_no_articles(tmp_path: Path) -> None:
    from rag.ui.page import header
    from rag.ui.welcome import stored_articles, welcome

    dateline = Dateline(dateline_of(tmp_path / "none").settings)
    assert "No articles yet" in header(dateline)
    assert "No articles yet" in welcome(stored_articles(dateline))


def test_an_answer_that_was_stopped_shows_nothing_more(sample_index: Path) -> None:
    with dateline_of(sample_index) as dateline, gr.Blocks():
        view = AskView(dateline)
        _, exchanges, *_ = view.begin("How many prisoners were freed from the jail?", (), None)
        steps = view.answer(exchanges, "", "", [], "auto")
        next(steps)
        stopped, *_ = view.stop(exchanges)
        assert (stopped[-1].finished, stopped[-1].error) == (True, "Stopped.")
        assert list(steps) == []
        _, anew, *_ = view.begin_again(stopped)
        assert list(view.answer(anew, "", "", [], "auto"))[-1][0][-1].finished
        _, left, *_ = view.begin_again(stopped)
        view.start_anew(left)
        assert list(view.answer(left, "", "", [], "auto")) == []
