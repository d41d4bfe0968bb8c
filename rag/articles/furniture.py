"""What belongs to the page around an article: known phrases, menus, filler text.

Phrases are the ones that news sites print around their articles. A pattern matches a whole line,
or the start of one that cannot begin a sentence of an article; words that an article may use
itself ("cookies", "subscribe") count only in phrases that speak to the reader of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources

from rag.articles.dates import find_date
from rag.articles.lines import Line


def _phrases(name: str) -> frozenset[str]:
    """The phrases of one file in ``phrases/``, one a line, as ``bare`` writes them."""
    file = resources.files("rag.articles").joinpath("phrases", f"{name}.txt")
    return frozenset(file.read_text(encoding="utf-8").split("\n")) - {""}


_MENU = _phrases("menu")  # sections and services of a site: furniture in runs and at edges
_CONTROLS = _phrases("controls")  # furniture wherever they stand alone on a line
_FILLER_WORDS = _phrases("filler_latin")
_LIST_SIGN = re.compile(r"\w[:;–—,(]|\s[–—-]\s|\d|[“\"]\w")
_SIGNS = " \t.,:;!?…-–—_|/\\•·*»«›‹>→<←+#()[]{}✕×▶►▲▼☰©\"'“”‘’"
_COUNT = re.compile(
    r"^[(\[]?\d[\d.,]*\s?[kKmM]?[)\]]?\s*"
    r"(?:comments?|shares?|views?|likes?|claps?|reads?|replies|retweets|min(?:ute)?s? read|"
    r"min(?:ute)?s?(?: ago)?|hours? ago|hrs? ago|days? ago|weeks? ago|months? ago|years? ago|"
    r"min(?:ute)? listen|h ago|m ago|d ago)?[)\]]?$",
    re.IGNORECASE,
)
_SENTENCES = re.compile(
    r"""^(?:
      (?:we|this\s(?:web)?site|our\s(?:web)?site|our\spartners|we\sand\sour)\b.{0,60}\b(?:uses?|using|store)\b
        .{0,40}\bcookies\b
    | (?:by\s(?:clicking|continuing|using|signing|subscribing|submitting|registering|providing|
        entering|browsing|accepting|proceeding|creating)\b.{0,160}\b(?:you|your)\b.{0,40}
        \b(?:agree|accept|consent|acknowledge|confirm|use\sof))
    | (?:please\s)?(?:enable|turn\son)\sjavascript | javascript\s(?:is|must\sbe)
    | (?:your\sbrowser|you\sare\susing\san?\s(?:outdated|old)|please\supgrade\syour\sbrowser)\b.*browser
    | your\sbrowser\sdoes\snot
    | (?:please\s)?(?:disable|turn\soff|whitelist).{0,40}\bad[\s-]?block
    | (?:it\s(?:looks|seems|appears)\s(?:like|that)\s)?you(?:'re|’re|\sare)?\s.{0,20}\bad[\s-]?blocker
    | (?:©|\(c\)\s|copyright\s(?:©|\(c\)|\d{4}|by\b)) .*
    | .{0,80}\ball\srights\sreserved\b.{0,80}
    | (?:this|the)\s(?:material|content|article|story)\smay\snot\sbe\s(?:published|reproduced|copied)
    | (?:no\spart\sof\sthis|reproduction\s(?:of|in)\b).{0,120}(?:permission|prohibited)
    | (?:published|posted|first\spublished|originally\spublished)\sin\s.{2,40}\bon\b\s.{4,30}\d{4}\.?$
    | (?:sign|signing)[\s-]?up\s(?:for|to|here|now|today|with)\b
        .{0,120}(?:newsletter|inbox|alerts?|updates|email|briefing|digest|free|account|here)
    | sign\sup\s(?:here|now|today)\b.{0,30}$
    | subscribe\s(?:to|for|now|today|here|and|via|below|on)\b
        .{0,160}(?:newsletter|inbox|channel|podcasts?|alerts?|access|updates|edition|e-?mail|
        journalism|feed|youtube|today|month|week|us\b|notifications?|(?:\.com|\.org)\b)
    | subscribe\sto\s(?:our|the)\b.{0,60}$
    | get\s(?:the|our|all|more|your|breaking|unlimited|daily|free|top|instant)\b.{0,140}
        (?:inbox|newsletter|e-?mailed?|on\syour\s(?:phone|mobile|device)|notifications|app\b|
        delivered\sto\syou|subscription|unlimited\s(?:digital\s)?access)
    | (?:receive|want|never\smiss|stay\sinformed|stay\sup\sto\sdate|stay\sahead|don['’]t\smiss)\b
        .{0,120}(?:inbox|newsletter|notifications?|subscri|follow\sus|sign\sup|our\s(?:app|channel|latest))
    | .{0,100}\b(?:delivered|straight|direct(?:ly)?|right)\sto\syour\s(?:inbox|email|phone)\b.{0,80}
    | (?:follow|like|find|join|add|connect\swith)\sus\s(?:on|at|via)\b.*
    | (?:follow|connect\swith|contact|reach|e-?mail)\s[^.?!]{2,80}\s
        (?:on|at|via)\s(?:twitter|facebook|instagram|linkedin|x\b|bluesky|threads|mastodon|
        (?:twitter|e-?mail)?\s?:?\s?@?[\w.]+@?[\w.]+\.(?:com|org|net|co|uk))[^.]{0,80}\.?
        (?:\s(?:follow|or)\b.{0,120})?$
    | (?:join|follow)\s(?:our|the)\b.{0,60}\b(?:whatsapp|telegram|facebook|twitter|instagram|youtube|
        google\snews|linkedin)\b.*
    | (?:download|get|install|open|try)\s(?:our|the)\b.{0,60}\bapp\b.{0,120}
    | for\s(?:the\s)?(?:latest|more|all\sthe\slatest|breaking)\b.{0,80}
        (?:follow\sus|visit\s(?:our|us)|download|subscribe|click\shere|our\s(?:app|channel|page)).*
    | (?:click|tap)\s(?:here|on|the|below|to\s(?:read|see|view|share|subscribe|watch|join))\b.*
    | (?:you\scan\s)?(?:also\s)?(?:sign|log)\s?in\s(?:to|with|here|now|or)\b.{0,80}$
    | (?:already\s(?:a\s|an\s|have\s)|not\sa\s|become\sa\s|don['’]t\shave\san\s)
        (?:subscriber|member|registered|account|supporter|patron|have\san\saccount|paid|premium).*
    | (?:this|the)\s(?:article|story|content|feature)\sis\s(?:only\s)?(?:available\s)?
        (?:free\s)?(?:for|to|exclusive|reserved)\b.{0,40}(?:subscribers|members|registered|readers).*
    | (?:to\s(?:continue|keep|read|access|unlock|enjoy|view|comment)\b).{0,80}
        (?:subscri|sign\s(?:in|up)|log\s?in|register|free\sarticle|create\san\saccount).*
    | you(?:['’]ve|\shave)\s(?:read|reached|used|\d).{0,60}(?:free\sarticles?|article\slimit|free\sstor).*
    | (?:support|please\ssupport|help\sus|consider\ssupporting|if\syou\s(?:value|like|enjoy)).{0,100}
        (?:journalism|newsroom|reporting|our\swork|donat|contribut|subscri|public\smedia).*
    | (?:thank\syou\sfor|thanks\sfor)\s(?:reading|subscribing|supporting|signing|registering|
        visiting|your\ssupport)\b.{0,200}
    | (?:your|the)\s(?:e-?mail|email\saddress)\s(?:address\s)?will\snot\sbe.*
    | (?:required\sfields\sare|fields\smarked\swith)\b.*
    | (?:please\s)?(?:check|confirm)\syour\s(?:inbox|email).*
    | (?:something|an\serror)\s(?:went\swrong|has\soccurred|occurred)\b.{0,80}
    | (?:there\sare\s)?(?:no|be\sthe\sfirst\sto)\s(?:comments?(?:\syet)?|comment|reply)\b.{0,60}
    | (?:comments\sare\s(?:closed|moderated|turned\soff|disabled)|commenting\s(?:is|has)).*
    | (?:we|the\seditor)\s(?:reserve|welcome|encourage)\b.{0,80}comments.*
    | see\swhat\s(?:others|people|readers|everyone)\b.{0,60}
    | (?:do\syou\s)?(?:agree\sto\sour|agree\sto\sthe)\b.{0,60}
    | i\s(?:have\sread|agree\sto|accept)\b.{0,60}(?:terms|privacy|conditions|policy).*
    | (?:recaptcha|this\ssite\sis\sprotected\sby).*
    | (?:how\srelevant\sis\sthis\sad|video\splayer\swas\sslow|ad\sfroze|audio\son\sad|ad\snever\sloaded).*
    | (?:an?\s)?(?:external|this)\s(?:link|video|content|ad)\s(?:will|has|can|is)\b.{0,60}
        (?:cookies|browser|loaded|removed|available|new\swindow).*
    | (?:republish|reuse)\s(?:this|our)\b.{0,80} | (?:reprints?|licensing)\b.{0,60}(?:article|content|permissions?)
    | (?:have\s(?:a|an)\s(?:story|tip|news\stip|opinion|question)|got\sa\s(?:story|tip)|do\syou\shave\sa?\s?
        (?:story|tip|more\sinformation))\b.{0,200}(?:contact|e-?mail|call|send|message|let\sus|submit|get\sin\stouch).*
    | (?:send|e-?mail|submit|share)\s(?:us\s)?(?:your|a|any|tips|news|story)\b.{0,60}(?:@|to\sus|tips|below).{0,60}
    | (?:opens|open)\s(?:in|a)\s(?:a\s)?new\s(?:window|tab).*
    | (?:the\s)?views\sexpressed\b.{0,160}(?:author|writer|do\snot|necessarily).*
    | (?:recommended|suggested)\sfor\syou.{0,20}
    | (?:disclosure|disclaimer)\s?:.{0,300}
    | (?:save|bookmark|copy|share|print|listen\sto)\s(?:this\s)?(?:article|story|post|page|link)\b.{0,40}$
    | estimated\sread(?:ing)?\stime.{0,30} | reading\stime\s?:.{0,20} | \d+\s?-?\s?min(?:ute)?s?\sread.{0,10}
    | (?:last\s)?refreshed\b.{0,30}
    | .{0,120}(?:©|\(c\)\s\d{4}).{0,160} | (?:all|any)\s(?:content|material|text|articles?)\b.{0,60}copyright.*
    | .{0,120}\b(?:reproduc|republi|redistribut|copied|reprint)\w*\b.{0,80}\bwithout\b.{0,30}\b(?:permission|consent)\b.{0,60}
    | .{0,120}\bregistered\s(?:office|in\s(?:england|scotland|ireland)|company|number)\b.{0,120}
    | .{0,120}\b(?:press\sstandards\sorganisation|press\scouncil|ipso|editors['’]\scode|complaints?\s(?:policy|procedure))\b.{0,160}
    | (?:enjoying|enjoyed|liked?|loved?)\s(?:this|what\syou|our|reading)\b.{0,160}
    | start\syour\s(?:day|morning|week)\s.{0,140} | (?:your\s)?daily\s(?:digest|briefing|roundup)\s.{0,120}(?:inbox|e-?mail|you\b).{0,40}
    | register\s(?:for\sfree|now|today|here|free)\b.{0,120} | (?:scroll|swipe)\s(?:down\s)?(?:to|for)\b.{0,40} | remove\sads?
    | (?:want|need|looking\sfor)\s(?:unlimited|more|full|ad-free|instant)\b.{0,40}(?:access|news|stories|articles).{0,100}
    | .{0,60}\b(?:independent|quality|local|free|fearless)\s(?:journalism|reporting|news)\b.{0,60}
        (?:donat|support|subscri|contribut|member|\bgift\b).{0,100}
    | (?:choose|manage|change|update)\s(?:how\s)?your\b.{0,60}(?:data|privacy|consent|preferences|settings|cookies).{0,60}
    | (?:this\spage|this\ssite|our\ssite|the\ssite|this\sfeature)\s(?:requires|needs|works\sbest)\b.{0,80}
    | we(?:['’]ve|\shave)\supdated\sour\s(?:terms|privacy).{0,160}
    | (?:add|make|set|choose)\b.{0,30}\bpreferred\ssource.{0,30}
    | (?:just\snow|yesterday|today)$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SITE_ADDRESS = re.compile(
    r"\b(?i:you|your|we|our|my|i\s(?:accept|agree|have\sread))\b|\bus\b"
    r"|^(?i:please|subscribe|sign|log|register|join|choose|enter|click|tap|download|follow|get|"
    r"support|try|buy|start|unlock|become|create|read|save|share|stay|this\ssite|this\spage)\b",
)
_SITE_MATTER = re.compile(
    r"\b(?:(?:our|use|uses|using|accept|store|set|these|all|which|manage|reject|of)\s(?:\w+\s)?"
    r"cookies|newsletters?|inbox|your\se-?mail|e-?mail\s(?:address|us|me|him|her)|subscri\w+|"
    r"sign\s?up|signing\sup|log\s?in|sign\s?in|register\snow|your\saccount|"
    r"(?:create|open)\s(?:an\s|a\s|your\s|free\s)*account|your\spassword|(?:your|the|shopping)\s"
    r"(?:basket|cart)|checkout|your\sprivacy|privacy\s(?:policy|notice)|terms\sof\s(?:use|service)|"
    r"our\sterms|terms\s(?:and|&)\sconditions|your\sbrowser|javascript|ad[\s-]?block\w*|"
    r"notifications?|(?:our|the)\sapp|free\strial|membership|members?\sonly|become\sa\smember|"
    r"donate\s(?:now|today|here)|your\s(?:donation|contribution|support|consent|preferences)|"
    r"support\sus|our\s(?:journalism|readers|newsroom|partners|website|site|channel)|follow\sus|"
    r"advertisers?|personali[sz]ed\sads?|whatsapp|telegram\schannel|unlimited\saccess|"
    r"more\sstories|house\srules|community\sguidelines)\b",
    re.IGNORECASE,
)
_SECTION_BAR = re.compile(r"^[^\w(]*(?!By\b)(?:[A-Z][\w'’]*\s?){1,3}\s?\|\s\S[^|]{15,}$")
_POINTER = re.compile(
    r"^[^\w(]*\(?(?:read(?:\s(?:more|also|next|this|here|the\sfull))?|also\s(?:read|see|watch)|"
    r"see\s(?:also|more)|more(?:\s(?:coverage|news|stories|on\sthis|from\s\w+|about\s\w+))?|"
    r"must\s?-?(?:read|watch)|don['’]t\smiss|"
    r"related(?:\s(?:story|stories|articles?|news|coverage|reading|video|content|posts?|links?))?|"
    r"recommended|watch|photos|gallery|video|listen|in\scase\syou\smissed\sit|icymi|"
    r"from\sthe\sarchives?|you\smay\s(?:also\s)?like|trending(?:\snow)?|play|further\sreading|"
    r"next|previous|whatsapp|telegram)\s*[:|>»–—]\s*\S",
    re.IGNORECASE,
)


def bare(text: str) -> str:
    """``text`` in lower case without signs at its ends: the form that phrase lists are in."""
    return text.strip(_SIGNS).lower().replace("’", "'")


def is_menu_item(line: Line) -> bool:
    return bare(line.text) in _MENU


def is_count(line: Line) -> bool:
    """A number alone, or with what it counts: "12", "1.2K shares", "3 min read", "2 hours ago"."""
    return _COUNT.match(line.text) is not None


def is_filler(line: Line) -> bool:
    """Latin filler text, by vocabulary: at least five words of which three in five are in it."""
    if len(line.words) < 5:
        return bare(line.text).startswith("lorem ipsum")
    if 3 * len(line.content_words & _FILLER_WORDS) < len(line.content_words):
        return False  # the common case, decided on words that are there anyway
    words = [word.lower() for word in line.words]
    known = sum(word in _FILLER_WORDS for word in words)
    return known >= 0.6 * len(words) and any(len(w) > 4 and w in _FILLER_WORDS for w in words)


def is_pointer(line: Line) -> bool:
    """A pointer to another page, with its headline: "Also read: …", "Explained | …"."""
    if len(line.words) > 30:
        return False
    if _POINTER.match(line.text):
        return True
    return _SECTION_BAR.match(line.text) is not None and find_date(line.text) is None


def is_furniture(line: Line) -> bool:
    """Furniture wherever it stands: controls, cookie and newsletter text, pointers, filler."""
    key = bare(line.text)
    if not key or key in _CONTROLS:
        return True
    if len(line.words) <= 80 and _SENTENCES.match(line.text.lstrip('(*-–—•►▶> "“')):
        return True
    if is_pointer(line) or is_filler(line):
        return True
    return _is_row_of_controls(line) or _is_row_of_links(line)


def _is_row_of_links(line: Line) -> bool:
    """Four items or more between signs, short and without figures: "News · Sport · iPlayer"."""
    parts = re.split(r"\s[|•·]\s", line.text)
    return len(parts) >= 4 and all(
        len(part.split()) <= 3 and not re.search(r"\d", part) for part in parts
    )


def _is_row_of_controls(line: Line) -> bool:
    """Several controls or menu items on one line: "Share Tweet Send Save"."""
    words = bare(line.text).split()
    if not 2 <= len(words) <= 40:
        return False
    words = [stripped for word in words if (stripped := word.strip(_SIGNS))]
    position = 0
    while position < len(words):
        for length in range(min(5, len(words) - position), 0, -1):
            phrase = " ".join(words[position : position + length])
            if phrase in _MENU or phrase in _CONTROLS:
                position += length
                break
        else:
            return False
    return True


def is_site_speech(line: Line) -> bool:
    """A sentence of the site to its reader, about accounts, cookies, newsletters or payment.

    Loose: meant for the edges of a page, where an article's own sentences do not stand.
    """
    text = line.text
    return (
        len(line.words) <= 70
        and _SITE_ADDRESS.search(text) is not None
        and _SITE_MATTER.search(text) is not None
        and not re.search(r"[“\"].+[”\"]", text)
    )


def is_content_list(lines: Sequence[Line]) -> bool:
    """A list that carries facts (winners, addresses, fixtures), not headlines or tags.

    Most of its lines have figures or signs within, and none is a date alone.
    """
    if len(lines) < 5 or any(find_date(line.text) and len(line.words) <= 5 for line in lines):
        return False
    rich = sum(_LIST_SIGN.search(line.text) is not None for line in lines)
    menu_count = sum(is_menu_item(line) for line in lines)
    return rich >= 0.6 * len(lines) and menu_count <= 0.1 * len(lines)


def menu_runs(lines: Sequence[Line]) -> set[int]:
    """Positions in runs of at least three short lines of which most are items of a menu."""
    found: set[int] = set()
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and len(lines[end].words) <= 4 and not lines[end].is_prose:
            end += 1
        run = range(start, end)
        known = [i for i in run if is_menu_item(lines[i]) or bare(lines[i].text) in _CONTROLS]
        if len(run) >= 3 and len(known) >= max(2, len(run) // 2):
            found.update(run)
        start = max(end, start + 1)
    return found
