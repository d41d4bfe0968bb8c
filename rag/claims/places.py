"""Countries, the adjectives made of them, and capitals that stand for a government."""

from __future__ import annotations

_TABLE = """
afghanistan|afghan afghans|kabul
albania|albanian albanians|tirana
algeria|algerian algerians|algiers
angola|angolan|luanda
argentina|argentine argentinian argentines|buenos aires
armenia|armenian armenians|yerevan
australia|australian australians|canberra
austria|austrian austrians|vienna
azerbaijan|azerbaijani azeri|baku
bahrain|bahraini|manama
bangladesh|bangladeshi bangladeshis|dhaka
belarus|belarusian|minsk
belgium|belgian belgians|brussels
bolivia|bolivian|
brazil|brazilian brazilians|brasilia
britain uk u.k gb united_kingdom great_britain|british britons briton|london
bulgaria|bulgarian|sofia
burkina_faso|burkinabe|ouagadougou
cambodia|cambodian|phnom penh
cameroon|cameroonian|
canada|canadian canadians|ottawa
chile|chilean|santiago
china prc|chinese|beijing
colombia|colombian colombians|bogota
congo drc|congolese|kinshasa
costa_rica|costa_rican|
croatia|croatian|zagreb
cuba|cuban cubans|havana
cyprus|cypriot|nicosia
czechia czech_republic|czech czechs|prague
denmark|danish danes|copenhagen
ecuador|ecuadorian ecuadorean|quito
egypt|egyptian egyptians|cairo
england|english|
estonia|estonian|tallinn
ethiopia|ethiopian ethiopians|addis ababa
finland|finnish finns|helsinki
france|french|paris
georgia|georgian|tbilisi
germany|german germans|berlin
ghana|ghanaian|accra
greece|greek greeks|athens
guatemala|guatemalan|
haiti|haitian haitians|port-au-prince
honduras|honduran|
hungary|hungarian hungarians|budapest
iceland|icelandic|reykjavik
india|indian indians|delhi new_delhi
indonesia|indonesian indonesians|jakarta
iran|iranian iranians|tehran
iraq|iraqi iraqis|baghdad
ireland|irish|dublin
israel|israeli israelis|jerusalem
italy|italian italians|rome
jamaica|jamaican|
japan|japanese|tokyo
jordan|jordanian|amman
kazakhstan|kazakh kazakhs|astana
kenya|kenyan kenyans|nairobi
kosovo|kosovar kosovan|pristina
kuwait|kuwaiti|
kyrgyzstan|kyrgyz|bishkek
laos|laotian|vientiane
latvia|latvian|riga
lebanon|lebanese|beirut
liberia|liberian|
libya|libyan libyans|tripoli
lithuania|lithuanian|vilnius
luxembourg|luxembourgish|
madagascar|malagasy|
malaysia|malaysian malaysians|kuala lumpur
maldives|maldivian|
mali|malian malians|bamako
malta|maltese|valletta
mexico|mexican mexicans|mexico_city
moldova|moldovan|chisinau
mongolia|mongolian|
montenegro|montenegrin|
morocco|moroccan moroccans|rabat
mozambique|mozambican|maputo
myanmar burma|burmese|naypyidaw
nepal|nepali nepalese|kathmandu
netherlands holland|dutch|hague
new_zealand|new_zealander|wellington
nicaragua|nicaraguan|managua
niger|nigerien|niamey
nigeria|nigerian nigerians|abuja
north_korea dprk|north_korean|pyongyang
norway|norwegian norwegians|oslo
oman|omani|muscat
pakistan|pakistani pakistanis|islamabad
palestine|palestinian palestinians|
panama|panamanian|
peru|peruvian|lima
philippines|filipino filipinos philippine|manila
poland|polish poles|warsaw
portugal|portuguese|lisbon
qatar|qatari|doha
romania|romanian romanians|bucharest
russia|russian russians|moscow kremlin
rwanda|rwandan|kigali
saudi_arabia|saudi saudis|riyadh
scotland|scottish scots|edinburgh
senegal|senegalese|dakar
serbia|serbian serbs|belgrade
singapore|singaporean|
slovakia|slovak|bratislava
slovenia|slovenian|ljubljana
somalia|somali somalis|mogadishu
south_africa|south_african|pretoria
south_korea|south_korean|seoul
south_sudan|south_sudanese|juba
spain|spanish spaniards|madrid
sri_lanka|sri_lankan|colombo
sudan|sudanese|khartoum
sweden|swedish swedes|stockholm
switzerland|swiss|bern
syria|syrian syrians|damascus
taiwan|taiwanese|taipei
tajikistan|tajik|dushanbe
tanzania|tanzanian|dodoma
thailand|thai thais|bangkok
tunisia|tunisian tunisians|tunis
turkey turkiye|turkish turks|ankara
turkmenistan|turkmen|ashgabat
uganda|ugandan|kampala
ukraine|ukrainian ukrainians|kyiv kiev
united_arab_emirates uae|emirati emiratis|abu_dhabi
united_states us usa u.s u.s.a america|american americans|washington
uruguay|uruguayan|montevideo
uzbekistan|uzbek|tashkent
venezuela|venezuelan venezuelans|caracas
vietnam|vietnamese|hanoi
wales|welsh|cardiff
yemen|yemeni yemenis|sanaa
zambia|zambian|lusaka
zimbabwe|zimbabwean|harare
european_union eu|european_union|
"""

# Folded forms; names of several words are joined by "_". All map to the first form of the line.
COUNTRIES: dict[str, str] = {}
DEMONYMS: dict[str, str] = {}
CAPITALS: dict[str, str] = {}

for _line in _TABLE.strip().splitlines():
    _countries, _demonyms, _capitals = _line.split("|")
    _first = _countries.split()[0]
    COUNTRIES.update({form.replace(".", ""): _first for form in _countries.split()})
    DEMONYMS.update(dict.fromkeys(_demonyms.split(), _first))
    CAPITALS.update(dict.fromkeys(_capitals.split(), _first))
