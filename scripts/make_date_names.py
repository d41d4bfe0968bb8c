"""Writes rag/articles/phrases/date_names.txt: months and weekdays as CLDR names them.

Run it where Babel is installed (trafilatura brings it): ``python scripts/make_date_names.py``.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import babel

# Languages with news sites of their own and months of the Gregorian calendar; English is read by
# the patterns of rag/articles/dates.py.
LANGUAGES = """
    af ar az be bg bn bs ca cs cy da de el es et eu fa fi fr ga gl he hi hr hu hy id is it ka kk lt
    lv mk mr ms nb nl nn pl ps pt ro ru sk sl sq sr sv sw ta te th tr uk ur uz
"""
CONTEXTS = ("format", "stand-alone")
WIDTHS = ("wide", "abbreviated")
OUTPUT = Path(__file__).parent.parent / "rag" / "articles" / "phrases" / "date_names.txt"


def names_of(locale: babel.Locale, kind: str, number: int) -> list[str]:
    """A month or weekday in all its forms, lower case, without full stops at the end."""
    forms = [
        getattr(locale, kind)[context][width][number] for context in CONTEXTS for width in WIDTHS
    ]
    before, after = glued(locale.date_formats["long"].pattern) if kind == "months" else ("", "")
    forms += [before + form + after for form in forms]
    # A capital İ becomes two characters in lower case, of which no text has the second.
    plain = (unicodedata.normalize("NFC", form.lower().replace("i̇", "i")) for form in forms)
    return sorted({form.strip(". ").replace(" ", "_") for form in plain} - {""})


def glued(pattern: str) -> tuple[str, str]:
    """What a language writes onto the name of a month: Hebrew before it, Basque after it."""
    match = re.search(r"([^\W\da-zA-Z]*)MMMM(?:'(\w+)')?", pattern)
    return (match[1], match[2] or "") if match else ("", "")


def main() -> None:
    rows = [
        "# kind number language names; Unicode CLDR as of Babel "
        f"{babel.__version__} (Unicode License v3)"
    ]
    for language in LANGUAGES.split():
        locale = babel.Locale(language)
        for kind, numbers in (("months", range(1, 13)), ("days", range(7))):
            for number in numbers:
                names = [name for name in names_of(locale, kind, number) if not name.isdigit()]
                rows.append(f"{kind} {number} {language} {' '.join(names)}")
    OUTPUT.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
