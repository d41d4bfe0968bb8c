"""Rich text (.rtf) → its paragraphs, by the grammar of RTF 1.9.1: groups, control words, text.

Read here, because the library for it writes the addresses of links into the text and keeps what is
hidden or struck out.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from rag.articles.refused import RefusedError

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z\r\n])|(\\\r?\n|\\\r)|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)",
    re.IGNORECASE,
)
_BINARY = re.compile(rb"\\bin(\d{1,10}) ?")
# Groups whose text is not the document's, beside those marked by \* (RTF 1.9.1, destinations).
_NO_TEXT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl "
    b"footerr footerf ftnsep ftnsepc aftnsep aftnsepc fldinst listtext pntext xe tc txe rxe "
    b"nonesttables nonshppict filetbl listtable revtbl template sn sv".split()
)
_SIGNS = {
    b"par": "\n", b"sect": "\n", b"page": "\n", b"line": "\n", b"row": "\n", b"nestrow": "\n",
    b"tab": " ", b"cell": " | ", b"nestcell": " | ", b"emdash": "—", b"endash": "–",
    b"emspace": " ", b"enspace": " ", b"qmspace": " ", b"bullet": "•", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"zwj": "\u200d", b"zwnj": "\u200c",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"\\": "\\", b"{": "{", b"}": "}"}
# Character formats that take text out of sight, or say that it no longer holds.
_UNSEEN = frozenset((b"v", b"strike", b"striked", b"deleted"))
# \fcharset of a font (LOGFONT's lfCharSet) → code page.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_CODE_PAGES = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850", b"ansi": "cp1252"}
MAX_DEPTH = 1000
_ROW_END = re.compile(r"[ |]+$", re.MULTILINE)
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group from here on."""

    is_text: bool = True
    is_note: bool = False
    is_font_table: bool = False
    unseen: frozenset[bytes] = frozenset()
    unicode_skip: int = 1
    encoding: str | None = None


def is_rtf(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf")


def read_rtf(data: bytes) -> str:
    """The text of a document, a paragraph a line, its notes last.

    Raises:
        RefusedError: nested beyond ``MAX_DEPTH``, or without text.
    """
    text = _Reader().read(_without_pictures(data))
    text = _ROW_END.sub("", _SURROGATES.sub(_joined, text))
    if not any(c.isalnum() for c in text):
        raise RefusedError("no text in the document; if its pages are pictures, type the text out")
    return text


def _joined(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16", "surrogatepass").decode("utf-16")


def _without_pictures(data: bytes) -> bytes:
    """``data`` without binary pictures, in which any byte may stand."""
    pieces, position = [], 0
    while match := _BINARY.search(data, position):
        pieces.append(data[position : match.start()])
        position = match.end() + int(match[1])
    return b"".join([*pieces, data[position:]])


class _Reader:
    """Walks over the tokens of one document."""

    def __init__(self) -> None:
        self.state = _State()
        self.stack: list[_State] = []
        self.code_page = "cp1252"
        self.fonts: dict[int, str] = {}
        self.font = 0  # of the font table's entry that is read
        self.skip = 0  # characters to skip: what stands for the last \\u in other programs
        self.out: list[str] = []
        self.notes: list[str] = []
        self.waiting = bytearray()  # bytes of characters of more than one byte
        self.is_starred = False

    def read(self, data: bytes) -> str:
        for match in _TOKEN.finditer(data):
            word, number, hexed, symbol, paragraph, brace, text = match.groups()
            if hexed or text:
                self.take_bytes(bytes([int(hexed, 16)]) if hexed else text)
                continue
            self.flush()
            if brace:
                self.take_brace(brace)
            elif word:
                self.take_word(word.lower(), int(number) if number else None)
            elif symbol == b"*":
                self.is_starred = True
            elif symbol in _SYMBOLS:
                self.take(_SYMBOLS[symbol])
            elif paragraph:
                self.take("\n")
        self.flush()
        return "".join([*self.out, "\n", *self.notes])

    def take_brace(self, brace: bytes) -> None:
        self.skip = 0
        self.is_starred = False
        if brace == b"{":
            if len(self.stack) >= MAX_DEPTH:
                raise RefusedError(f"damaged .rtf: groups nested more than {MAX_DEPTH} deep")
            self.stack.append(self.state)
        elif self.stack:
            self.state = self.stack.pop()

    def take_word(self, word: bytes, number: int | None) -> None:
        starred, self.is_starred = self.is_starred, False
        if starred or word in _NO_TEXT:
            is_shape = word in (b"shpinst", b"shppict")
            self.state = replace(
                self.state,
                is_text=self.state.is_text and starred and is_shape,
                is_font_table=word == b"fonttbl",
            )
        elif word == b"footnote":
            self.notes.append("\n")
            self.state = replace(self.state, is_note=True)
        elif word == b"u" and number is not None:
            self.take(chr(number % 65536))
            self.skip = self.state.unicode_skip
        elif word == b"uc":
            self.state = replace(self.state, unicode_skip=min(number or 0, 16))
        elif word in _SIGNS:
            self.take(_SIGNS[word])
        elif word in _UNSEEN:
            is_on = number != 0
            unseen = self.state.unseen | {word} if is_on else self.state.unseen - {word}
            self.state = replace(self.state, unseen=unseen)
        elif word == b"plain":
            self.state = replace(self.state, unseen=frozenset(), encoding=None)
        elif word in (b"f", b"fcharset", b"ansicpg") and number is not None:
            self.take_encoding(word, number)
        elif word in _CODE_PAGES:
            self.code_page = _CODE_PAGES[word]

    def take_encoding(self, word: bytes, number: int) -> None:
        if word == b"ansicpg":
            self.code_page = _known(f"cp{number}") or self.code_page
        elif word == b"fcharset":
            if number in _CHARSETS:
                self.fonts[self.font] = _CHARSETS[number]
        elif self.state.is_font_table:
            self.font = number
        else:
            self.state = replace(self.state, encoding=self.fonts.get(number))

    def take_bytes(self, data: bytes) -> None:
        if self.skip:
            dropped = min(self.skip, len(data))
            self.skip -= dropped
            data = data[dropped:]
        self.waiting += data

    def flush(self) -> None:
        if self.waiting:
            data, self.waiting = bytes(self.waiting), bytearray()
            self.take(data.decode(self.state.encoding or self.code_page, "replace"))

    def take(self, text: str) -> None:
        if self.state.is_text and not self.state.unseen:
            (self.notes if self.state.is_note else self.out).append(text)


def _known(encoding: str) -> str | None:
    try:
        return codecs.lookup("utf-8" if encoding == "cp65001" else encoding).name
    except LookupError:
        return None
