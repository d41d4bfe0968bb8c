"""Forwarded mail as plain text has it: a block of fields, quoted lines, a signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles.dates import find_date
from rag.articles.normal_form import normal_line
from rag.articles.stated import Stated

# How mail programs name the fields of a message they forward (RFC 5322 and four translations).
_FIELDS = {
    "subject": "subject", "betreff": "subject", "objet": "subject", "asunto": "subject",
    "oggetto": "subject", "from": "from", "von": "from", "de": "from", "da": "from",
    "date": "date", "sent": "date", "datum": "date", "gesendet": "date", "envoyé": "date",
    "fecha": "date", "enviado": "date", "data": "date", "inviato": "date",
    "to": "to", "an": "to", "à": "to", "para": "to", "a": "to", "cc": "cc", "reply-to": "cc",
}  # fmt: skip
_FIELD = re.compile(
    r"^[ \t>]*\*?(?P<name>" + "|".join(_FIELDS) + r")\*?\s?:\*?[ \t]*(?P<value>.*)$", re.IGNORECASE
)
_RULE = re.compile(r"^[ \t>]*-{4,}[^-\n]{3,60}-{4,}[ \t]*$|^[ \t>]*_{20,}[ \t]*$")
_PREFIX = re.compile(
    r"^(?:\s*(?:re|fwd?|aw|wg|tr|rv|i|r|sv|vs|vb|doorst)(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE
)
_QUOTED = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)
_LEAST_QUOTED = 2
_SIGNATURE = re.compile(r"^-- ?\r?$.*", re.MULTILINE | re.DOTALL)  # RFC 3676, section 4.3
_TOP_LINES = 60


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The text that was forwarded, without signs of quoting, and what its fields state."""

    text: str
    stated: Stated


def read_forwarded(text: str) -> Forwarded | None:
    """The message below a block of its fields ("From: … Subject: …") near the top; None without
    such a block."""
    rows = text.replace("\r\n", "\n").split("\n")
    for start in range(min(len(rows), _TOP_LINES)):
        fields, end = _fields_from(rows, start)
        if {"subject", "from"} <= fields.keys():
            break
    else:
        return None
    above = [row for row in rows[:start] if row.strip() and not _RULE.match(row)]
    body = "\n".join([*above, "", *rows[end:]])
    date = find_date(fields.get("date", ""))
    stated = Stated(title=bare_subject(fields["subject"]), published=date[0] if date else None)
    return Forwarded(unquoted(without_signature(body)), stated)


def _fields_from(rows: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    """Fields in the unbroken block of field lines at ``start``, and where it ends."""
    fields: dict[str, str] = {}
    end = start
    while end < len(rows) and (match := _FIELD.match(rows[end])):
        fields.setdefault(_FIELDS[match["name"].lower()], match["value"].strip())
        end += 1
    return fields, end


def unquoted(text: str) -> str:
    """``text`` without the signs of quoted lines, where several lines have them."""
    return _QUOTED.sub("", text) if len(_QUOTED.findall(text)) >= _LEAST_QUOTED else text


def without_signature(text: str) -> str:
    """``text`` up to the line that parts a mail from its signature."""
    return _SIGNATURE.sub("", text)


def bare_subject(value: str) -> str | None:
    """A subject without "Re:" and "Fwd:"."""
    return _PREFIX.sub("", normal_line(value)) or None
