"""What a page shows is the article, and a page that is no article is refused with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from articles_fixtures import HEADLINE, STORY, read, read_one

from rag.articles import Article
from rag.articles.html import HtmlPage, read_html
from rag.articles.outlets import outlet_of
from rag.errors import ArticleError

SHORT = "The bridge over the Senn at Altmark will stay closed until spring, the city said."
NEXT = "Engineers found cracks in two of its nine piers, and 14,000 drivers need another way."


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def document(body: str, head: str = "", title: str = HEADLINE) -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>"
        f"<article><h1>{title}</h1>{body}</article></body></html>"
    )


def main_text(body: str, head: str = "") -> str:
    return read_html(document(body, head)).text


def loaded(tmp_path: Path, html: str) -> Article | ArticleError:
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    (item,) = read(path)
    return item


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("The ferry takes <del>40</del> <ins>60</ins> cars an hour.",
         "The ferry takes 60 cars an hour."),
        ("The weir is <s>not</s> open to lorries.", "The weir is open to lorries."),
        ("Its owner, <strike>Jo Kern</strike>, left.", "Its owner, left."),
        (
            "A ticket is <span style='text-decoration: line-through'>9</span> 7 crowns now.",
            "A ticket is 7 crowns now.",
        ),
        ("It was <span class='note line-through'>old</span> rebuilt in May.",
         "It was rebuilt in May."),
    ],
)  # fmt: skip
def test_struck_out_text_is_taken_back(marked: str, shown: str) -> None:
    for rest in (STORY, [SHORT]):
        assert shown in " ".join(main_text(paragraphs(*rest, marked)).replace(" ,", ",").split())


def test_struck_out_words_of_markdown_are_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        f"# {HEADLINE}\n\n{STORY[0]}\n\nThe weir is ~~not~~ open to all lorries again.\n"
    )
    assert "The weir is open to all lorries again." in read_one(path).text


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("The pier is 31<sup>2</sup> metres high.", "The pier is 31 metres high."),
        ("It cost 12 million<sup><a href='#fn3'>[3]</a></sup> crowns.",
         "It cost 12 million crowns."),
        ("It opened in 1931.<sup>4</sup> Cars came later.", "It opened in 1931. Cars came later."),
        ("The deck<a href='#note-5' role='doc-noteref'>5</a> is of oak.", "The deck is of oak."),
        ("About 70<sup>*</sup> men built it.", "About 70 men built it."),
        ("The deck covers 900 m<sup>2</sup> in all.", "The deck covers 900 m² in all."),
        ("It holds 5 km<sup>3</sup> of water.", "It holds 5 km³ of water."),
        ("They counted 3 x 10<sup>6</sup> cells.", "They counted 3 x 10⁶ cells."),
        ("It fell on the 21<sup>st</sup> of May.", "It fell on the 21st of May."),
        ("Traces of <sup>137</sup>Cs were found.", "Traces of 137Cs were found."),
        ("It gave off CO<sub>2</sub> for days.", "It gave off CO2 for days."),
    ],
)  # fmt: skip
def test_the_mark_of_a_note_is_no_digit_and_a_power_stays_one(marked: str, shown: str) -> None:
    assert shown in main_text(paragraphs(*STORY, marked))
    assert shown in main_text(paragraphs(SHORT, marked))


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>All nine piers have fallen, the city said.</p>",
        "<p style='color:red; display: none'>All nine piers have fallen, the city said.</p>",
        "<div style='VISIBILITY:hidden'><p>All nine piers have fallen, the city said.</p></div>",
        "<div class='a sr-only' aria-hidden='true'>All nine piers have fallen, it said.</div>",
        "<p aria-hidden='true'>All nine piers have fallen, the city said.</p>",
        "<dialog><p>All nine piers have fallen, the city said.</p></dialog>",
    ],
)
def test_what_a_browser_does_not_show_is_no_text_of_the_article(hidden: str) -> None:
    assert main_text(paragraphs(SHORT) + hidden + paragraphs(NEXT)).split("\n")[-2:] == [
        SHORT,
        NEXT,
    ]
    assert "fallen" not in main_text(paragraphs(*STORY[:2]) + hidden + paragraphs(*STORY[2:]))


def test_a_page_that_its_script_shows_when_loaded_is_read() -> None:
    html = document(paragraphs(*STORY)).replace("<body>", "<body style='visibility:hidden'>")
    assert STORY[1] in read_html(html).text
    html = document(paragraphs(*STORY)).replace("<article>", "<article aria-hidden='true' hidden>")
    assert STORY[1] in read_html(html).text


def test_a_table_keeps_its_heads_and_rows_carry_them() -> None:
    rows = [("Senn", "412", "3"), ("Lau", "230", "1"), ("Dunsel", "98", "")]
    table = "<table><thead><tr><th>Town</th><th>Votes</th><th>Seats</th></tr></thead><tbody>"
    table += "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    text = main_text(paragraphs(SHORT) + table + "</tbody></table>" + paragraphs(NEXT))
    assert "| Town | Votes | Seats |" in text
    assert "Senn: Votes 412; Seats 3." in text.split("\n")
    assert "Dunsel: Votes 98." in text.split("\n")


@pytest.mark.parametrize(
    "heads",
    [
        ["Rank", "Rider", "Club", "Time"],
        ["City", "Dead", "Hurt", "Missing"],
        ["Day", "High", "Low", "Rain"],
    ],
)
def test_a_row_of_heads_is_no_row_of_links(tmp_path: Path, heads: list[str]) -> None:
    table = "<table><tr>" + "".join(f"<th>{head}</th>" for head in heads) + "</tr>"
    table += "<tr><td>Altmark</td><td>4</td><td>17</td><td>0</td></tr></table>"
    article = loaded(tmp_path, document(paragraphs(*STORY) + table))
    assert isinstance(article, Article)
    assert "| " + " | ".join(heads) + " |" in article.text.split("\n\n")


def test_a_table_that_sets_a_page_or_spans_columns_is_left_as_it_is() -> None:
    table = "<table><tr><th colspan='2'>Votes</th></tr><tr><td>Senn</td><td>412</td></tr></table>"
    assert "Votes: " not in main_text(paragraphs(*STORY) + table)


@pytest.mark.parametrize(
    "body",
    [
        paragraphs(SHORT, NEXT),
        f"<div class='amp-content'>{paragraphs(SHORT)}<amp-ad></amp-ad>{paragraphs(NEXT)}</div>",
        f"<p>By <b>Jo Kern</b></p><p>{SHORT}</p><section><p>{NEXT}</p></section>",
    ],
)
def test_paragraphs_of_a_short_page_stay_and_the_headline_is_no_part_of_them(
    tmp_path: Path, body: str
) -> None:
    article = loaded(tmp_path, document(body))
    assert isinstance(article, Article)
    assert article.text == f"{SHORT}\n\n{NEXT}"
    assert article.title == HEADLINE


def test_inline_elements_part_no_paragraph() -> None:
    body = paragraphs(
        "The <my-tip>bridge</my-tip> over the <b>Senn</b> stays <a href='/x'>closed</a>."
    )
    assert "The bridge over the Senn stays closed." in main_text(paragraphs(SHORT) + body)


TOMORROW = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("<p>Updated <time datetime='2025-12-09T09:00Z'>9 December 2025</time></p>", ""),
        ("<div><span>Last modified:</span> <time>9 December 2025</time></div>", ""),
        ("<p>Concert: <time datetime='2025-12-09'>9 December 2025</time></p>", ""),
        ("<aside><p><time datetime='2025-12-09'>9 December 2025</time></p></aside>", ""),
        ("<p>The next hearing is on <time datetime='2025-12-09'>9 December</time>.</p>", ""),
        ("", "<meta property='article:published_time' content='1970-01-01T00:00:00Z'>"),
        ("", f"<meta property='article:published_time' content='{TOMORROW}'>"),
    ],
)
def test_no_date_is_that_of_publication_unless_it_says_so(body: str, head: str) -> None:
    assert read_html(document(body + paragraphs(*STORY), head)).stated.published is None


@pytest.mark.parametrize(
    "masthead",
    [
        "<p>Published <time datetime='2025-12-09T09:00Z'>9 December 2025</time></p>",
        "<time datetime='2025-12-09'>Tuesday</time>",
        "<div>By Jo Kern <time datetime='2025-12-09T09:00Z'>2 hours ago</time></div>",
        "<p>Published <time datetime='2025-12-09'>9 December 2025</time>, updated "
        "<time datetime='2025-12-11'>11 December 2025</time></p>",
        "<span>9 December 2025</span>",
    ],
)
def test_a_date_in_the_masthead_is_that_of_publication(masthead: str) -> None:
    page = read_html(document(masthead + paragraphs(*STORY)))
    assert page.stated.published == "2025-12-09"


def test_a_day_to_come_is_no_date_of_a_text_either(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{HEADLINE}\n\nPublished: {TOMORROW}\n\n" + "\n\n".join(STORY))
    assert read_one(path).published is None


def post(moment: str, clock: str, heading: str, *texts: str) -> str:
    return (
        f"<section class='entry'><time datetime='{moment}'>{clock}</time><h3>{heading}</h3>"
        f"{paragraphs(*texts)}</section>"
    )


LIVE = (
    "<!doctype html><html><head><title>Flood at Lau live</title></head><body><main>"
    "<h1>Flood at Lau live</h1>"
    + post(
        "2025-12-20T08:30:00+01:00", "08.30", "Gates shut", "The gates of the dam were shut today."
    )
    + post(
        "2025-12-19T21:10:00+01:00", "21.10", "Road open", "The road will open tomorrow at noon."
    )
    + post(
        "2025-12-19T12:00:00+01:00", "12.00", "Welcome", "Rain is expected all day in the valley."
    )
    + "</main></body></html>"
)


def test_each_day_of_a_live_page_is_a_part_with_its_date_and_the_posts_times(
    tmp_path: Path,
) -> None:
    path = tmp_path / "live.html"
    path.write_text(LIVE)
    first, second = read(path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.published, second.published) == ("2025-12-20", "2025-12-19")
    assert (first.source, second.source) == (f"{path}#1", f"{path}#2")
    assert first.text == "08.30: Gates shut\n\nThe gates of the dam were shut today."
    assert "21.10: Road open\n\nThe road will open tomorrow at noon." in second.text


def test_posts_that_only_json_ld_states_are_read_from_it() -> None:
    script = (
        '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Flood",'
        '"liveBlogUpdate":[{"@type":"BlogPosting","headline":"Gates shut","datePublished":'
        '"2025-12-20T08:30:00+01:00","articleBody":"The gates were shut today."},{"@type":'
        '"BlogPosting","datePublished":"2025-12-19T21:10:00+01:00","articleBody":"It rains."}]}'
        "</script>"
    )
    first, second = read_html(document(paragraphs(SHORT), script)).days
    assert (first.published, first.text) == (
        "2025-12-20", "08:30: Gates shut\nThe gates were shut today.",
    )  # fmt: skip
    assert (second.published, second.text) == ("2025-12-19", "Posted at 21:10\nIt rains.")


def test_a_live_page_of_one_day_is_one_article(tmp_path: Path) -> None:
    item = loaded(tmp_path, LIVE.replace("2025-12-20T08", "2025-12-19T22"))
    assert isinstance(item, Article)
    assert item.published == "2025-12-19"
    assert item.source.endswith("page.html")
    assert "The gates of the dam were shut today." in item.text
    assert "Rain is expected all day in the valley." in item.text


def test_comments_and_related_stories_are_no_live_page() -> None:
    teasers = "".join(
        f"<li><time datetime='2025-12-1{n}T10:00:00Z'>1{n} Dec</time>"
        f"<p>A teaser of story {n}.</p></li>"
        for n in range(4)
    )
    assert not read_html(document(paragraphs(*STORY) + f"<ul>{teasers}</ul>")).days


CONSENT = (
    "Avec votre accord, nous et nos 310 partenaires utilisons des cookies sur votre appareil.",
    "Vous pouvez retirer votre consentement à tout moment sur notre page Confidentialité.",
)


@pytest.mark.parametrize(
    ("title", "texts", "kind"),
    [
        ("Votre vie privée | Le Pont", CONSENT, "a consent page"),
        (
            "We value your privacy",
            ("We and our partners use cookies on this device.", "You may withdraw your consent."),
            "a consent page",
        ),
        (
            "One more step",
            ("Please complete the captcha to show that you are human.", "Your browser is checked."),
            "a bot check",
        ),
        ("Security check", ("We are checking your browser before you can go on.",), "a bot check"),
        ("404 - Not Found", ("The requested address is gone.", "Go back."), "an error page"),
        ("Seite nicht gefunden", ("Diese Adresse gibt es nicht mehr.",), "an error page"),
        ("Access denied", ("Reference 18.2f5 is what the server said about it.",), "an error page"),
        (
            "The Morning Note",
            ("Sign up for our newsletter and get it by e-mail.", "Enter your e-mail to subscribe."),
            "a sign-up or subscription page",
        ),
        (
            "Jetzt weiterlesen",
            ("Mit einem Abo lesen Sie alle Artikel.", "Melden Sie sich mit Ihrem Passwort an."),
            "a sign-up or subscription page",
        ),
    ],
)  # fmt: skip
def test_a_page_that_is_no_article_is_refused(
    tmp_path: Path, title: str, texts: tuple[str, ...], kind: str
) -> None:
    html = document(paragraphs(*texts), title=title).replace("article>", "div>")
    item = loaded(tmp_path, html)
    assert isinstance(item, ArticleError)
    assert item.reason == f"{kind}, not an article"


@pytest.mark.parametrize(
    "texts",
    [
        ("A court fined the shop 40,000 crowns on Monday for cookies set without consent.",
         "The shop said that it would change its website by the end of the month."),
        ("The paper lost 900 subscribers in March, its owner said at the yearly meeting.",
         "It has 12,300 members and sends two newsletters a week to readers in 40 countries."),
        ("Hackers broke into 404 accounts of the bank and read e-mail for nine days.",
         "“You should change your password today,” the head of its security told customers."),
        ("Humans and robots ran a half marathon side by side in Senn on Sunday.",
         "The fastest robot took two hours and 40 minutes and fell once, at the bridge."),
    ],
)  # fmt: skip
def test_news_about_cookies_subscribers_and_robots_is_news(
    tmp_path: Path, texts: tuple[str, ...]
) -> None:
    item = loaded(tmp_path, document(paragraphs(*texts), title="What happened in Senn"))
    assert isinstance(item, Article)
    assert item.text == "\n\n".join(texts)


def test_a_player_a_gallery_and_a_list_of_links_are_refused(tmp_path: Path) -> None:
    clip = "<video src='a.mp4'></video><p>The ferry leaves the harbour of Lau.</p>"
    pictures = (
        "<figure><img src='a.jpg'></figure>" * 5 + "<p>Winter on the river in five pictures.</p>"
    )
    links = "".join(
        f"<p><a href='/{n}'>The story of bridge number {n} is told.</a></p>" for n in range(14)
    )
    for body, kind in ((clip, "video page"), (pictures, "gallery"), (links, "list of links")):
        item = loaded(tmp_path, document(body))
        assert isinstance(item, ArticleError)
        assert kind in item.reason


WALL = (
    "<div class='paywall-box'><h2>Subscribe to read on</h2><p>You have no subscription yet.</p>"
    "<p>Log in or subscribe for 4 crowns a week.</p></div>"
)
PAID = (
    '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}'
    "</script>"
)


def test_the_beginning_above_a_wall_is_marked_as_cut(tmp_path: Path) -> None:
    for body, head in ((WALL, ""), (WALL, PAID), ("", PAID)):
        item = loaded(tmp_path, document(paragraphs(SHORT, NEXT) + body, head))
        assert isinstance(item, Article)
        assert item.cut
        assert item.text == f"{SHORT}\n\n{NEXT}"


def test_paid_text_that_is_there_is_whole(tmp_path: Path) -> None:
    story = f"<div class='paywall'>{paragraphs(*STORY, *STORY_MORE)}</div>"
    item = loaded(tmp_path, document(story, PAID))
    assert isinstance(item, Article)
    assert not item.cut
    assert STORY_MORE[-1] in item.text


STORY_MORE = tuple(
    f"The {name} bridge, number {n} on the list, was looked at on Tuesday and found to be sound, "
    "and the engineers will come back to it in the spring to measure how far its piers have moved."
    for n, name in enumerate(("north", "south", "east", "west", "old"), start=2)
)


@pytest.mark.parametrize(
    ("stated", "url", "outlet"),
    [
        ("www.cnn.com", None, "CNN"),
        ("edition.cnn.com", None, "CNN"),
        (None, "https://www.bbc.co.uk/news/1", "BBC News"),
        ("The Senn Report", "https://www.bbc.co.uk/news/1", "The Senn Report"),
        ("gazette.example", None, "gazette.example"),
        (None, "https://gazette.example/1", None),
        (None, "https://[broken", None),
        (None, "https://notcnn.com/1", None),
    ],
)
def test_an_outlet_has_the_name_it_is_known_by(
    stated: str | None, url: str | None, outlet: str | None
) -> None:
    assert outlet_of(stated, url) == outlet


def test_an_empty_page_is_an_empty_page() -> None:
    assert read_html("") == HtmlPage()
