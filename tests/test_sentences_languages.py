"""Sentences of languages other than English."""

import pytest

from rag.languages import guessed_language
from rag.sentences import split_sentences


def texts(text: str, code: str | None = None) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, code)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Der Rat tagte am 4. Oktober im Saal der Gemeinde.",
        "Die Brücke ist seit dem 17. Juni gesperrt und wird es bleiben.",
        "Das Haus steht an der 2. Querstraße hinter dem Bahnhof.",
        "Er dient im 3. Regiment und ist seit Mai nicht mehr im Land.",
        "Die Firma zahlt ca. 400 Leuten bzw. Familien den Lohn nach.",
        "Der Hof, z. B. der von Frau A. Lenz, ist nicht versichert.",
        "Papst Johannes XXIII. Roncalli war nicht der erste mit dem Namen.",
    ],
)
def test_an_ordinal_or_abbreviation_ends_no_german_sentence(sentence: str) -> None:
    assert texts(sentence) == [sentence]


def test_a_german_sentence_may_end_in_a_figure() -> None:
    text = "Verletzt wurden bei dem Unfall nur 7. Die Polizei sucht nach dem Fahrer."
    assert len(texts(text)) == 2
    text = "Das Werk gibt es nicht mehr seit 1987. Heute steht dort ein Hotel."
    assert len(texts(text)) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        "The strike was to end before 1. March, the union said.",
        "Le maire a reçu Mme. Arnoux et M. Petit dans la salle du conseil.",
        "El juez citó al Sr. Molina y a la Dra. Vega para el lunes.",
        "Burmistrz przyjął prof. Nowaka i dr. Lisa, ale nie było to na zdjęciach.",
        "Mluvčí uvedl, že je to dílo tzv. Petrovy školy a že se nic neztratilo.",
    ],
)
def test_the_abbreviations_of_other_languages_end_no_sentence(sentence: str) -> None:
    assert texts(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentences",
    [
        ["橋は昨日閉鎖された。", "市長は理由を述べなかった。", "再開は来月の予定だ！"],
        ["大桥昨天关闭。", "市长没有说明原因？", "下月重新开放。"],
        ["ድልድዩ ትናንት ተዘጋ።", "ከንቲባው ምክንያቱን አልተናገሩም።"],
        ["पुल कल बंद हो गया।", "महापौर ने कारण नहीं बताया।"],
        ["پل کل بند ہو گیا۔", "میئر نے وجہ نہیں بتائی۔"],
        ["တံတားပိတ်သည်။", "မြို့တော်ဝန်မပြောပါ။"],
    ],
)
def test_the_marks_of_other_scripts_end_sentences(sentences: list[str]) -> None:
    spaced = sentences[0][-1] not in "。！？"
    assert texts((" " if spaced else "").join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The bridge was closed on Monday and is not to open again.", "en"),
        ("Die Brücke ist seit Montag gesperrt und wird nicht mehr geöffnet.", "de"),
        ("Le pont est fermé depuis lundi et ne sera pas rouvert.", "fr"),
        ("El puente está cerrado desde el lunes y no se abrirá.", "es"),
        ("橋は月曜日から閉鎖されている。", "ja"),
        ("大桥星期一起关闭。", "zh"),
        ("สะพานปิดตั้งแต่วันจันทร์", "th"),
        ("Bridge", None),
    ],
)
def test_a_text_tells_its_language(text: str, code: str | None) -> None:
    found = guessed_language(text)
    assert (found.code if found else None) == code
