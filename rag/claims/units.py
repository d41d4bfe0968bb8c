"""Units of quantities: measures with their size, currencies, and the nouns that are counted."""

from __future__ import annotations

from typing import NamedTuple

from rag.claims.words import word_set


class Measure(NamedTuple):
    """A unit of measurement: ``factor`` of the ``base`` unit of its ``dimension``."""

    dimension: str
    name: str
    factor: float


def _measures(text: str) -> dict[str, Measure]:
    table: dict[str, Measure] = {}
    for line in text.strip().splitlines():
        dimension, factor, names = line.split(maxsplit=2)
        first, *others = names.split()
        for name in (first, *others):
            table[name] = Measure(dimension, first, float(factor))
    return table


MEASURES = _measures("""
time 1 seconds second sec secs
time 60 minutes minute min mins
time 3600 hours hour hr hrs
time 86400 days day
time 604800 weeks week
month 1 months month
month 12 years year yrs yr
month 120 decades decade
month 1200 centuries century
length 0.001 millimetres millimetre millimeters millimeter mm
length 0.01 centimetres centimetre centimeters centimeter cm
length 1 metres metre meters meter m
length 1000 kilometres kilometre kilometers kilometer km kms
length 1609.344 miles mile
length 0.3048 feet foot ft
length 0.0254 inches inch
length 0.9144 yards yard
mass 0.001 grams gram grammes
mass 1 kilograms kilogram kilos kilo kg kgs
mass 1000 tonnes tonne tons ton
mass 0.45359237 pounds-weight lb lbs
mass 0.02834952 ounces ounce oz
volume 1 litres litre liters liter
volume 158.987 barrels barrel bbl
volume 3.785412 gallons gallon
area 10000 hectares hectare ha
area 4046.856 acres acre
speed 1 knots knot
speed 0.539957 kph km/h
speed 0.868976 mph
power 1 watts watt
power 1000 kilowatts kilowatt kw
power 1e6 megawatts megawatt mw
power 1e9 gigawatts gigawatt gw
magnitude 1 magnitude
degree 1 degrees degree celsius fahrenheit °
""")

CURRENCY_SIGNS = {
    "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "rs": "rupee",
    "usd": "dollar", "us$": "dollar", "eur": "euro", "gbp": "pound", "inr": "rupee",
    "pkr": "rupee", "jpy": "yen", "cad": "dollar", "aud": "dollar",
}  # fmt: skip
_CURRENCIES = word_set(
    "dollar euro pound rupee yen yuan franc peso ruble rouble krona krone real rand won",
    "dirham riyal dinar lira zloty taka baht ringgit shekel hryvnia cent penny",
)
CURRENCY_NOUNS = {form: name for name in sorted(_CURRENCIES) for form in (name, name + "s")} | {
    "bucks": "dollar",
    "pence": "penny",
    "renminbi": "yuan",
}

# Nouns whose plural does not end in s.
IRREGULAR_PLURALS = word_set(
    "people men women children personnel staff police troops militia crew cattle sheep fish",
    "aircraft feet teeth mice geese policemen policewomen firemen gunmen fishermen servicemen",
    "businessmen lawmen congressmen media data criteria dead wounded injured missing poor",
    "elderly horsepower",
)
# Words that may follow a number without being what it counts: what happened to the counted.
NOT_COUNTED = word_set(
    "killed died wounded injured hurt missing arrested detained freed released rescued saved",
    "captured kidnapped abducted evacuated displaced remained remain died dying fled escaped",
    "lost left came went had have said told were are alive aboard dead ago earlier later away",
    "apart total altogether respectively badly seriously slightly",
)
# Words between a number and what it counts that say nothing about it.
SKIPPED = word_set(
    "more other others another additional further new such additional extra different",
    "separate full whole total consecutive straight",
)
# Heads that take their meaning from what follows "of": "members of the police".
PARTITIVE = word_set(
    "members member number group groups pieces piece types kinds sets pairs cases bodies",
    "rounds units lots acts counts copies instances employees staff residents citizens",
)
# Before a number these make it a name: "Hall 7", "No. 4", "Line 4".
LABELS = word_set(
    "hall gate line road roads room route flight article section chapter page phase level",
    "grade type no number nos version group covid platform terminal door floor block unit",
    "sector zone district ward bus train exhibit figure table channel interstate highway",
    "runway pier berth dock act part episode season week day round stage game apollo boeing",
    "airbus resolution",
)
# What is counted by them is said by the words beside them: "law enforcement personnel".
PARTS = PARTITIVE | word_set("personnel forces agencies services")
# Nouns of persons: each of them is one of the people.
PEOPLE = word_set(
    "people person persons men women man woman children child boy girl baby infant adult",
    "teenager civilian soldier troops police officer militant fighter insurgent rebel",
    "gunman attacker bomber terrorist prisoner inmate detainee hostage captive refugee",
    "migrant resident villager inhabitant family member relative victim survivor",
    "passenger crew sailor driver pilot rider worker labourer employee staff miner",
    "firefighter rescuer doctor nurse patient student pupil teacher protester",
    "demonstrator supporter fan tourist visitor guest journalist reporter guard commander",
    "leader suspect separatist guerrilla paramilitary personnel forces others other",
    "citizen national voter pedestrian cyclist climber swimmer fisherman farmer shopper",
    "customer cadet recruit marine airman veteran pensioner monk priest worshipper",
    "pilgrim minister",
)
