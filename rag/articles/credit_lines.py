"""Wire agencies and outlets on whose reporting an article says that it draws."""

from __future__ import annotations

import re

from rag.articles.lines import Line

AGENCIES = (
    "AFP", "Agence France-Presse", "AP", "Associated Press", "The Associated Press", "Reuters",
    "Thomson Reuters", "ANI", "PTI", "Press Trust of India", "IANS", "UNI", "Xinhua", "TASS",
    "Interfax", "RIA Novosti", "dpa", "DPA", "EFE", "ANSA", "Anadolu", "Anadolu Agency", "AA",
    "BSS", "UNB", "APP", "Kyodo", "Kyodo News", "Jiji", "Yonhap", "Bloomberg", "PA", "PA Media",
    "Press Association", "UPI", "AAP", "The Canadian Press", "Canadian Press", "IRNA", "WAM",
    "SPA", "QNA", "Bernama", "Antara", "Belga", "APA", "Ritzau", "Lusa", "MENA", "Getty Images",
    "Getty", "EPA", "EPA-EFE", "Shutterstock", "iStock", "NurPhoto", "Zuma Press", "SOPA Images",
)  # fmt: skip
AGENCY = "(?:" + "|".join(re.escape(a) for a in sorted(AGENCIES, key=len, reverse=True)) + ")"
_PICTURE_AGENCIES = {
    "getty images", "getty", "shutterstock", "istock", "nurphoto", "zuma press", "sopa images",
}  # fmt: skip
_OUTLET_WORDS = re.compile(
    r"\b(?:News|Times|Post|Herald|Tribune|Press|Journal|Gazette|Observer|Report|Daily|Today|"
    r"Telegraph|Guardian|Chronicle|Standard|Express|Mail|Mirror|Star|Sun|Globe|Courier|Dispatch|"
    r"Inquirer|Independent|Monitor|Review|Bulletin|Examiner|Register|Sentinel|Ledger|Echo|Record|"
    r"Weekly|Wire|Media|Network|Broadcasting|Radio|TV|Television|Online|Agency|Bureau|Jazeera|"
    r"BBC|CNN|NPR|CBC|ABC|NBC|CBS|Newsroom|Magazine|Digest|Insider|Dawn|Voice|Argus|Advertiser|"
    r"Messenger|Mercury|Nation|World|[A-Z]\w+\.(?:com|org|net))\b"
)
_PARTICLES = {
    "and", "of", "for", "in", "at", "de", "del", "della", "la", "le", "van", "von", "der", "den",
    "bin", "ibn", "al", "el", "da", "dos", "&", "the",
}  # fmt: skip
_CREDIT_LINES = (
    re.compile(  # With inputs from …, Additional reporting by …, Based on reports by …
        r"^[\[(—–-]*\s*(?:with|additional|including|contains|based\son)\b.{0,30}?"
        r"\b(?:inputs?|reporting|reports?|contributions?|information|material)\s*"
        r"(?:from|by|of|:)\s*(?P<names>.{2,120})$",
        re.IGNORECASE,
    ),
    re.compile(  # With AP inputs, With agency reports (Reuters)
        r"^[\[(—–-]*\s*with\s(?P<names>.{2,40}?)\s(?:inputs?|reports?)(?:\s\(?.{2,40})?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:sources?|courtesy|via|credits?|contributing|contributors?)\s*:\s*(?P<names>.{2,120})$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^[\[(—–-]*\s*(?P<names>[^.]{2,100}?)\s(?:also\s)?contributed\s(?:to|reporting)\b.{0,60}$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^this\s(?:story|article|report|piece)\s(?:was|is|has\sbeen|first|originally)\b.{0,40}"
        r"\b(?:published|appeared|produced|provided|syndicated|republished)\b.{0,20}"
        r"\b(?:by|in|on|from)\s(?P<names>[^.]{2,80}).{0,80}$",
        re.IGNORECASE,
    ),
    re.compile(rf"^[\[(—–-]*\s*(?P<names>{AGENCY}(?:\s*[/,&-]\s*{AGENCY})*)\s*[\])]*\.?$"),
    re.compile(r"^[\[(]\s*(?P<names>[A-Z][\w.&’' /-]{2,40})\s*[\])]\.?$"),
    re.compile(
        r"^from\s(?P<names>.{2,60}?\b(?:wire|news)\s(?:reports?|services?))\.?$", re.IGNORECASE
    ),
)
_STAFF_LINE = re.compile(
    r"^[\[(—–-]*\s*(?:(?:additional\s)?(?:reporting|editing|writing|edited|compiled|produced|"
    r"translated|graphics?|photography|photos|research)\s(?:and\s\w+\s)?by\b|editors?\s*:|"
    r"reporting\s(?:and|for)\b).{0,200}$",
    re.IGNORECASE,
)
_WIRE = r"[A-Z][\w.&’-]*(?:\s[A-Z][\w.&’-]*){0,3}"
_DATELINE = re.compile(
    rf"^[A-ZÀ-Þ][^.!?()]{{0,50}}(?:\.[^.!?()]{{0,20}})?\(\s*(?P<names>{_WIRE}(?:\s*[/,]\s*{_WIRE})*)\s*\)\s*[-–—]"
)
_END_AGENCY = re.compile(
    rf"[.!?][\"”’]?\s*[\[(–—-]+\s*(?P<names>{AGENCY}(?:\s*[/,&]\s*{AGENCY})*)[\])]*\.?$"
)
_SPLIT_NAMES = re.compile(r"\s*(?:[,;/&|()]|\band\b)\s*")


def read_credit(line: Line) -> list[str] | None:
    """Names that a credit line gives ([] for one of persons only); None for other lines."""
    if len(line.words) > 40:
        return None
    if _STAFF_LINE.match(line.text):
        return []
    for pattern in _CREDIT_LINES:
        match = pattern.match(line.text)
        if match:
            after = line.text[match.end("names") :]
            names = credited_names(match["names"]) or credited_names(after)
            is_name_list = all(reads_as_name(n) for n in _SPLIT_NAMES.split(match["names"]) if n)
            if names or is_name_list:
                return names
    return None


def credited_names(text: str) -> list[str]:
    """Agencies and outlets in a list of names, as written; persons are left out."""
    names: list[str] = []
    for part in _SPLIT_NAMES.split(text):
        name = part.strip(' .,;:()[]–—-"”“')
        name = re.sub(r"\s+(?:news\sagency|newswire)$", "", name, flags=re.IGNORECASE)
        is_wire = re.fullmatch(r"(?:news\s|wire\s)?agenc(?:y|ies)", name, re.IGNORECASE)
        if not name or name.lower() in _PICTURE_AGENCIES:
            continue
        if name in AGENCIES or is_wire or is_outlet_name(name):
            names.append(name)
    return names


def text_credits(text: str) -> list[str]:
    """Agencies in the dateline or at the end of a paragraph: "QUETTA (AFP) —", "… . (Reuters)"."""
    dateline, end = _DATELINE.match(text), _END_AGENCY.search(text[-80:])
    names = credited_names(dateline["names"]) if dateline else []
    return names + (credited_names(end["names"]) if end else [])


def is_outlet_name(name: str) -> bool:
    """Six words at most, one of them a word that names of outlets are made with."""
    return len(name.split()) <= 6 and reads_as_name(name) and _OUTLET_WORDS.search(name) is not None


def reads_as_name(text: str) -> bool:
    """All words capitalised but particles, and few of them."""
    words = text.replace(",", " ").split()
    if not 1 <= len(words) <= 10:
        return False
    return all(
        word.lower() in _PARTICLES or word[0].isupper() or "@" in word or "." in word[1:-1]
        for word in words
    )
