"""Mails (.eml, .mbox), pages saved as such (.mhtml): texts, dates, attachments, by ``email``."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from rag.articles.dates import field_date
from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.forwarded import bare_subject, without_signature
from rag.articles.normal_form import normal_line
from rag.articles.refused import RefusedError

MAX_PARTS = 500
# Headers that make a file a mail; "Title:" and "Date:" at the head of a text make none.
_OF_MAIL = ("from", "to", "subject", "message-id", "mime-version", "received", "return-path")
_ONLY_IN_MAIL = ("message-id", "mime-version", "content-type", "content-transfer-encoding")
_HEAD_BYTES = 1 << 18
_HEADERS = re.compile(
    rb"\A(?:From \S[^\n]*\n)?(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+\r?\n"
)
# Endings of attachments that come without a name, by media type.
_ENDINGS = {
    "text/html": ".html", "text/plain": ".txt", "text/csv": ".csv", "text/rtf": ".rtf",
    "text/markdown": ".md", "application/pdf": ".pdf", "application/rtf": ".rtf",
    "application/zip": ".zip", "application/json": ".json", "application/epub+zip": ".epub",
    "application/rss+xml": ".rss", "application/atom+xml": ".atom", "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail: its name as sent (or one made of its type) and its bytes."""

    name: str
    data: bytes


@dataclass(slots=True)
class Mail:
    """One mail.

    Attributes:
        subject: without "Re:" and "Fwd:".
        date: the day on which it was sent, ISO 8601.
        html, text: its body in either form, "" where there is none.
        page_url: of a page that a browser saved as a mail (MHTML), where it was saved from.
    """

    subject: str | None = None
    date: str | None = None
    html: str = ""
    text: str = ""
    page_url: str | None = None
    attachments: list[Attachment] = field(default_factory=list)


def is_mail(data: bytes) -> bool:
    """Whether ``data`` begins with the headers of a mail."""
    return bool(_header_names(data) & set(_OF_MAIL))


def holds_mail(path: Path) -> bool:
    """Whether a file that is no mail by its name is one all the same: it has a header that people
    do not write above a text.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        names = _header_names(file.read(_HEAD_BYTES))
    return "subject" in names and bool(names & set(_ONLY_IN_MAIL))


def _header_names(data: bytes) -> set[str]:
    head = _HEADERS.match(data.lstrip(b"\xef\xbb\xbf\r\n")[:_HEAD_BYTES])
    rows = head[0].splitlines() if head else []
    return {row.split(b":")[0].strip().lower().decode("latin-1") for row in rows}


def read_mail(data: bytes) -> Mail:
    """
    Raises:
        RefusedError: it cannot be taken apart.
    """
    return _mail_of(_parsed(data))


def read_mbox(path: Path) -> Iterator[Mail | str]:
    """The mails of a mailbox in order; for one that cannot be read, the reason.

    Raises:
        RefusedError: not a mailbox.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        if not file.read(5) == b"From ":
            raise RefusedError("not a mailbox, whatever its name says: it has no line 'From …'")
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            try:
                yield read_mail(box.get_bytes(key))
            except RefusedError as error:
                yield str(error)
    finally:
        box.close()


def _parsed(data: bytes) -> EmailMessage:
    # The default policy takes headers apart with a parser of RFC 5322 that fails on broken ones.
    message = message_from_bytes(data, policy=policy.compat32.clone(message_factory=EmailMessage))
    assert isinstance(message, EmailMessage)
    return message


def _mail_of(message: EmailMessage) -> Mail:
    mail = Mail(subject=bare_subject(_header(message, "Subject")), date=_date(message))
    for number, part in enumerate(_leaves(message), start=1):
        if number > MAX_PARTS:
            raise RefusedError(f"a mail of more than {MAX_PARTS} parts")
        kind = part.get_content_type()
        name = _file_name(part)
        is_attached = part.get_content_disposition() == "attachment" or name is not None
        if kind == "text/html" and not is_attached:
            if not mail.html:
                mail.page_url = _saved_from(part, message)
            mail.html = mail.html or _decoded(part)
        elif kind == "text/plain" and not is_attached:
            mail.text += ("\n\n" if mail.text else "") + without_signature(_decoded(part))
        elif is_attached or kind == "message/rfc822":
            name = name or f"part-{number}{_ENDINGS.get(kind, '')}"
            if kind == "message/rfc822" and not name.lower().endswith(".eml"):
                name += ".eml"
            mail.attachments.append(Attachment(name, _bytes_of(part)))
    return mail


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Parts that hold something, in order; a mail that is attached is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list) and part.get_content_maintype() != "message":
            waiting.extend(reversed([p for p in inner if isinstance(p, EmailMessage)]))
        else:
            yield part


def _saved_from(page: EmailMessage, message: EmailMessage) -> str | None:
    places = (page["Content-Location"], message["Snapshot-Content-Location"])
    lines = (normal_line(str(place)) for place in places if place)
    return next((url for url in lines if url.startswith(("http://", "https://"))), None)


def _bytes_of(part: EmailMessage) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(p.as_bytes() for p in inner if isinstance(p, EmailMessage))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _decoded(part: EmailMessage) -> str:
    try:
        return decode_text(_bytes_of(part), declared=_charset(part))
    except UndecodableError as error:
        raise RefusedError(f"its body is {error}") from error


def _charset(part: EmailMessage) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, UnicodeError, MessageError):
        return None


def _file_name(part: EmailMessage) -> str | None:
    try:
        name = part.get_filename()
    except (LookupError, UnicodeError, MessageError, TypeError):
        return None
    return normal_line(name.replace("\\", "/").rpartition("/")[2]) or None if name else None


def _header(message: EmailMessage, name: str) -> str:
    from email.header import decode_header, make_header

    value = message[name]
    if value is None:
        return ""
    try:
        return normal_line(str(make_header(decode_header(str(value)))))
    except (LookupError, UnicodeError, MessageError, ValueError):
        return normal_line(str(value))


def _date(message: EmailMessage) -> str | None:
    value = _header(message, "Date")
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return field_date(value)
