"""Mail kept as text: whole messages by their header, and forwarded ones with "> " lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import default

from rag.articles.dates import find_date
from rag.articles.decoding import decode_text
from rag.articles.normal_form import optional_line
from rag.articles.stated import Stated

_HEADER_LINE = re.compile(r"^(?P<name>[A-Za-z][A-Za-z-]{1,40}):(?:[ \t]+(?P<value>.*))?$")
# How mail programs name the fields of a message they forward (RFC 5322 and four translations).
_FIELDS = {
    "subject": "subject", "betreff": "subject", "objet": "subject", "asunto": "subject",
    "oggetto": "subject", "from": "from", "von": "from", "de": "from", "da": "from",
    "date": "date", "sent": "date", "datum": "date", "gesendet": "date", "envoyé": "date",
    "fecha": "date", "enviado": "date", "data": "date", "inviato": "date",
    "to": "to", "an": "to", "à": "to", "para": "to", "a": "to", "cc": "cc", "reply-to": "cc",
}  # fmt: skip
_FORWARD_FIELD = re.compile(
    r"^[ \t>]*\*?(?P<name>" + "|".join(_FIELDS) + r")\*?\s?:\*?[ \t]*(?P<value>.*)$", re.IGNORECASE
)
_FORWARD_RULE = re.compile(r"^[ \t>]*-{4,}[^-\n]{3,60}-{4,}[ \t]*$|^[ \t>]*_{20,}[ \t]*$")
_PREFIX = re.compile(r"^(?:(?:fwd?|re|wg|aw|tr|rv|i|r)\s*:\s*)+", re.IGNORECASE)
_QUOTED = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)
_LEAST_QUOTED = 2
_SIGNATURE = re.compile(r"^-- ?\n.*", re.MULTILINE | re.DOTALL)  # RFC 3676, section 4.3
_HEADER_LINES = 60


@dataclass(frozen=True, slots=True)
class Message:
    """A message's text and what its header states.

    Attributes:
        body: as sent, decoded; HTML when ``is_html``.
    """

    body: str
    stated: Stated
    is_html: bool = False


def read_message(raw: str) -> Message | None:
    """The message that ``raw`` is or forwards; None for other text."""
    return _whole_message(raw) or _forwarded(raw)


def _whole_message(raw: str) -> Message | None:
    """A message with its header at the top, as mail programs and browsers (MHTML) save it."""
    if not _has_header(raw):
        return None
    try:
        message = message_from_bytes(raw.encode("utf-8", "replace"), policy=default)
        part = (
            message.get_body(preferencelist=("plain", "html"))
            if isinstance(message, EmailMessage)
            else None
        )
        body = _content(part) if part is not None else ""
        stated = Stated(
            title=_subject(str(message.get("Subject", ""))),
            published=_day(str(message.get("Date", ""))),
            url=_url(message.get("Snapshot-Content-Location") or message.get("Content-Location")),
        )
    except (MessageError, LookupError, ValueError, AttributeError, TypeError):
        return None  # headers that the parser trips over: then it is read as plain text
    if part is None:
        return None
    is_html = part.get_content_type() == "text/html"
    return Message(body if is_html else unquoted(_SIGNATURE.sub("", body)), stated, is_html)


def _content(part: MIMEPart) -> str:
    """Decoded text; what is not transfer-encoded was decoded with the file already."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    charset = part.get_content_charset()
    if encoding in ("quoted-printable", "base64") and charset:
        return data.decode(charset, "replace")
    return decode_text(data)


def _has_header(raw: str) -> bool:
    """Whether a header stands at the top: field lines, and one that only messages have."""
    names: set[str] = set()
    for row in raw.lstrip("\ufeff\r\n").replace("\r", "").split("\n")[:_HEADER_LINES]:
        if not row:
            break
        match = _HEADER_LINE.match(row)
        if match:
            names.add(match["name"].lower())
        elif not row[0].isspace():
            return False
    return "subject" in names and bool(names & {"mime-version", "content-type", "message-id"})


def _forwarded(raw: str) -> Message | None:
    """The message below a block of its fields ("From: … Subject: …") near the top."""
    rows = raw.replace("\r\n", "\n").split("\n")
    for start in range(min(len(rows), _HEADER_LINES)):
        fields, end = _fields_from(rows, start)
        if {"subject", "from"} <= fields.keys():
            break
    else:
        return None
    above = [row for row in rows[:start] if row.strip() and not _FORWARD_RULE.match(row)]
    body = "\n".join([*above, "", *rows[end:]])
    stated = Stated(title=_subject(fields["subject"]), published=_day(fields.get("date", "")))
    return Message(unquoted(_SIGNATURE.sub("", body)), stated)


def _fields_from(rows: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    """Fields in the unbroken block of field lines at ``start``, and where it ends."""
    fields: dict[str, str] = {}
    end = start
    while end < len(rows) and (match := _FORWARD_FIELD.match(rows[end])):
        fields.setdefault(_FIELDS[match["name"].lower()], match["value"].strip())
        end += 1
    return fields, end


def unquoted(text: str) -> str:
    """``text`` without the signs of quoted lines, where several lines have them."""
    return _QUOTED.sub("", text) if len(_QUOTED.findall(text)) >= _LEAST_QUOTED else text


def _subject(value: str) -> str | None:
    return optional_line(_PREFIX.sub("", value.strip()))


def _day(value: str) -> str | None:
    found = find_date(value)
    return found[0] if found else None


def _url(value: object) -> str | None:
    text = optional_line(str(value)) if value else None
    return text if text and text.startswith(("http://", "https://")) else None
