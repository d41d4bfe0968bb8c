"""Bytes of a file → text: byte-order marks, UTF-8, UTF-16, mixed and unknown encodings."""

from __future__ import annotations

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16-LE, whose mark is its prefix
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FILE_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"SQLite format 3", "a database"),
)
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# UTF-8 read as cp1252, as its letters: a lead byte (Â Ã â ð …) and what continuation bytes become.
_CP1252_CONTINUATION = "".join(
    bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xC0)
)
_MOJIBAKE = re.compile(
    f"(?:[\u00c2-\u00df][{re.escape(_CP1252_CONTINUATION)}]"
    f"|[\u00e0-\u00ef][{re.escape(_CP1252_CONTINUATION)}]{{2}}"
    f"|[\u00f0-\u00f4][{re.escape(_CP1252_CONTINUATION)}]{{3}})+"
)
_WESTERN = re.compile(
    r"cp125[0247]|mac_|iso8859_|latin|hp_roman|cp(437|850|852|858|775|1140|500|037)"
)
_FEW_HIGH_BYTES = 0.04
_MAX_CONTROL_SHARE = 0.005
# <meta charset=…>, <meta http-equiv … content="…; charset=…">, <?xml … encoding="…"?>
_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})"""
    rb"""|^\s*<\?xml\s[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN_BYTES = 4096
# Labels that mean more than the encoding they name, as the web's standard reads them
# (https://encoding.spec.whatwg.org/#names-and-labels); left Python's name, right what is meant.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
    "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
# Bytes 0x80 to 0x9F are control characters in ISO 8859; where they occur, Windows wrote the page.
_WINDOWS_COUSIN = {
    "iso8859-2": "cp1250", "iso8859-5": "cp1251", "iso8859-7": "cp1253", "iso8859-8": "cp1255",
    "iso8859-6": "cp1256", "iso8859-13": "cp1257", "iso8859-15": "cp1252",
}  # fmt: skip
# Codecs of Python that are no charset of a text.
_NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
_C1_BYTES = re.compile(rb"[\x80-\x9f]")


class UndecodableError(ValueError):
    """The bytes are not text; the message says what they look like."""


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Text of ``data``, whatever encoding it is in.

    What the bytes themselves show (a mark, valid UTF-8) goes before what is declared, and that
    before a guess. Bytes of cp1252 inside UTF-8 are decoded piece by piece, and UTF-8 that was
    decoded as cp1252 and encoded again ("â€™") is repaired where the repair is certain.

    Args:
        declared: the charset that a mail or a server names; else the head of a page or an XML
            file is searched for one.

    Raises:
        UndecodableError: ``data`` is binary.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            break
    else:
        _refuse_known_binary(data)
        text = _decode_unmarked(data, declared)
    _refuse_control_characters(text)
    return repair_mojibake(text)


def _refuse_known_binary(data: bytes) -> None:
    for magic, kind in _FILE_KINDS:
        if data.startswith(magic):
            raise UndecodableError(f"binary data, not text: it looks like {kind}")


def _decode_unmarked(data: bytes, declared: str | None) -> str:
    wide = _wide_encoding(data)
    if wide is not None:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass  # the usual case of another encoding, decided below
    if b"\x00" in data[:65536]:
        raise UndecodableError("binary data, not text")
    as_declared = _decode_declared(data, declared or _declared_charset(data))
    if as_declared is not None:
        return as_declared
    if _UTF8_SEQUENCE.search(data):
        return _decode_mixed(data)
    return _decode_legacy(data)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: nearly every second byte of Western text is then zero."""
    sample = data[:4096]
    pairs = len(sample) // 2
    if pairs < 4:
        return None
    high_first = sample[0::2].count(0) / pairs
    high_last = sample[1::2].count(0) / pairs
    if high_last > 0.6 and high_first < 0.1:
        return "utf-16-le"
    if high_first > 0.6 and high_last < 0.1:
        return "utf-16-be"
    return None


def _declared_charset(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_DECLARED_WITHIN_BYTES])
    return (match[1] or match[2]).decode("ascii", "ignore") if match else None


def _decode_declared(data: bytes, declared: str | None) -> str | None:
    """Text in the charset that is declared; None where there is none, or the bytes belie it."""
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return None
    name = _MEANT.get(name, name)
    if name in _WINDOWS_COUSIN and _C1_BYTES.search(data):
        name = _WINDOWS_COUSIN[name]
    if name.startswith("utf") or name == "cp1252" or _utf8_share(data) > 0.5:
        return None  # the bytes themselves tell these, with bytes of the other among them
    if name in _NO_CHARSETS:
        return None
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):  # LookupError: "hex" and others that give no text
        return None


def _utf8_share(data: bytes) -> float:
    """Share of the bytes above ASCII that stand in valid sequences of UTF-8."""
    high_count = sum(byte > 0x7F for byte in data)
    valid_count = sum(len(match.group()) for match in _UTF8_SEQUENCE.finditer(data))
    return valid_count / max(1, high_count)


def _decode_mixed(data: bytes) -> str:
    """Valid UTF-8 as such, every other byte as cp1252 — unless most high bytes are not UTF-8."""
    if _utf8_share(data) * 3 < 1:  # chance matches inside another encoding
        return _decode_legacy(data)
    pieces: list[str] = []
    position = 0
    for match in _UTF8_SEQUENCE.finditer(data):
        pieces.append(_decode_cp1252(data[position : match.start()]))
        pieces.append(match.group().decode("utf-8", "replace"))
        position = match.end()
    pieces.append(_decode_cp1252(data[position:]))
    return "".join(pieces)


def _decode_cp1252(data: bytes) -> str:
    """cp1252 with its five undefined bytes as the control characters of Latin-1."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data)


def _decode_legacy(data: bytes) -> str:
    """One legacy encoding for all bytes, cp1252 unless another alphabet is plain."""
    if sum(byte > 0x7F for byte in data) < _FEW_HIGH_BYTES * len(data):
        return _decode_cp1252(data)  # any other alphabet, and Polish or Turkish, has more of them
    from charset_normalizer import from_bytes

    best = from_bytes(data[:262144]).best()
    if best is None or _WESTERN.match(best.encoding):
        # Single-byte Western code pages differ in a few signs; cp1252 is what the web has.
        return _decode_cp1252(data)
    return data.decode(best.encoding, "replace")


def _refuse_control_characters(text: str) -> None:
    sample = text[:262144]
    control_count = sum(c < " " and c not in "\t\n\r\x0b\x0c\x1b" for c in sample)
    control_count += sample.count("\ufffd")
    if control_count > max(4, len(sample) * _MAX_CONTROL_SHARE):
        raise UndecodableError("binary data, not text")


def repair_mojibake(text: str) -> str:
    """Undo UTF-8 decoded as cp1252, run by run, where the run is valid UTF-8 again."""
    if not _MOJIBAKE.search(text):
        return text
    return _MOJIBAKE.sub(_repaired_run, text)


def _repaired_run(match: re.Match[str]) -> str:
    run = match.group()
    encoded = b"".join(_cp1252_byte(c) for c in run)
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        return run


def _cp1252_byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return bytes([ord(character)])
