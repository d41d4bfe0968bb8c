"""Small classes of words that news uses for one thing, and pairs that exclude each other.

General words of reports alone; what one article calls its own things is learned in ``aliases``.
"""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

from rag.claims.words import fold, stem

# Events that are counted: a number of the one is no number of the other.
_EVENTS = {
    "death": "kill killed killing die died dead death deaths dying slain slay fatal fatality "
    "fatalities perish perished lethal deadly body bodies corpse",
    "injury": "injure injured injury injuries wound wounded wounding hurt maimed casualty",
    "missing": "missing unaccounted disappear disappeared vanished",
    "arrest": "arrest arrested arrests detain detained detention custody jailed apprehended",
    "release": "free freed freeing release released escape escaped",
    "capture": "capture captured abduct abducted abduction kidnap kidnapped kidnapping "
    "hostage hostages",
    "rescue": "rescue rescued save saved survivor survivors survive survived",
    "displacement": "evacuate evacuated evacuation displace displaced flee fled",
}
_CLASSES = """
said say says told tell stated announced declared explained added noted report reported
claim claimed allege alleged assert asserted maintain maintained insist insisted
deny denied reject rejected dismiss dismissed refute refuted
accuse accused blame blamed
confirm confirmed admit admitted acknowledge acknowledged concede
army military troops soldiers soldier armed forces force
police policeman policemen policewoman officer officers constable
militant militants fighter fighters insurgent insurgents rebel rebels gunman gunmen separatist separatists attacker attackers terrorist terrorists assailant
prisoner prisoners inmate inmates detainee detainees captive
jail prison
lawyer attorney counsel barrister
law-enforcement personnel member members staff
worker workers labourer labourers laborer laborers employee employees
pupil pupils student students schoolchildren
child children kid kids minor minors youngster
female woman women
male man men
customer customers depositor depositors client clients
inhabitant resident residents people person persons individual individuals
government authorities authority administration officials official
politician lawmaker lawmakers legislator parliamentarian
spokesman spokeswoman spokesperson spokespeople
head chief leader director boss heads leads led chairs chair chairman chairwoman chaired runs ran
attack attacks assault assaults raid raids strike strikes offensive
bomb bombing bombs explosion explosions blast blasts exploded explode blew detonated
shoot shot shooting gunfire fire fired
fight fighting clash clashes battle battles combat
ban banned outlaw outlawed prohibited forbidden proscribed
destroy destroyed demolish demolished wreck wrecked
damage damaged
begin began start started starting commence onset opened
end ended finish finished conclude concluded
rise rose increase increased climb climbed grew grow growth up surge surged jump jumped soar soared gain gained higher
fall fell drop dropped decrease decreased decline declined down sink sank plunge plunged lower shrink shrank lose loss
big large huge major massive great
small little minor tiny
quick fast rapid swift
buy bought purchase purchased acquire acquired
pay paid payment
ask asked request requested
demand demanded call called urge urged
order ordered instruct instructed command
help helped aid assist assisted assistance support supported back backed backing
show showed shown reveal revealed disclose disclosed
find found discover discovered
send sent dispatch dispatched
close closed shut closing shutdown
leave left depart departed
flee fled escape escaped
go went travel travelled move moved taken take took
hold held holding keep kept
release released free freed let loosed
give gave given hand handed provide provided get got receive received
get got receive received obtain obtained
withdraw withdrew withdrawn taken removed take took
capsize capsized overturn overturned
ship vessel boat ferry
car cars vehicle vehicles automobile
plane aircraft airplane jet
house houses home homes
city town
country nation state
region province area
firm company business corporation
inquiry investigation probe investigate investigated investigating
examine examined inspect inspected check checked
vote votes ballot ballots
election poll polls
court tribunal
judge justice magistrate
jobless unemployed
cost costs price prices
money cash funds fund
shop store
build built construct constructed
doctor physician
reporter reporters journalist journalists
reason cause caused causes
try tried attempt attempted attempting
about concerning regarding
chance likelihood
near close
baseless groundless unfounded basis
carry carried conducted conduct behind responsible responsibility mount mounted stood
name named call called
want wants wanted seek seeks sought
agree agreed
allow allowed permit permitted let
warn warned warning alert
total overall altogether
toll number count tally figure figures numbers
put puts placed set counted
lead led ahead
own owns owned owner
aboard board
among include including included
injure wound hurt
involve involved part participate participated took
entire whole throughout across
meter metre
"""  # noqa: E501  one class a line


def _sets(text: str) -> list[frozenset[str]]:
    return [
        frozenset(stem(fold(word)) for word in line.replace("-", " ").split())
        for line in text.strip().splitlines()
    ]


@lru_cache(maxsize=1)
def _classes() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    lines = [*_sets(_CLASSES), *(next(iter(_sets(words))) for words in _EVENTS.values())]
    for number, stems in enumerate(lines):
        for one in stems:
            table.setdefault(one, set()).add(number)
    return {one: frozenset(numbers) for one, numbers in table.items()}


@lru_cache(maxsize=1)
def _event_of() -> dict[str, str]:
    return {stem(fold(word)): event for event, words in _EVENTS.items() for word in words.split()}


def _stems(words: str) -> list[str]:
    return [stem(fold(word)) for word in words.split()]


@lru_cache(maxsize=65536)
def synonyms(one: str) -> frozenset[str]:
    """Stems of the classes that a stem is in, itself included."""
    numbers = _classes().get(one)
    if not numbers:
        return frozenset({one})
    return frozenset(s for s, others in _classes().items() if others & numbers)


def same_meaning(one: str, other: str) -> bool:
    """Whether two stems are equal or share a class."""
    return one == other or bool(
        _classes().get(one, frozenset()) & _classes().get(other, frozenset())
    )


def any_same(one: str, stems: Set[str]) -> bool:
    """Whether ``stems`` hold a stem or one of its class."""
    return one in stems or not synonyms(one).isdisjoint(stems)


def event_of(one: str) -> str | None:
    """The counted event that a stem stands for: "die" → "death"."""
    return _event_of().get(one)
