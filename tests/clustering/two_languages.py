"""A made-up jam of one town in two languages: 36 ideas in German, 36 in English, on three subjects each.

Where: used by the tests of languages and letters.
"""

from __future__ import annotations

GERMAN: dict[str, tuple[str, ...]] = {
    "radweg": (
        "Mehr Radwege in der Innenstadt",
        "Sichere Radwege an der Hauptstraße",
        "Der Radweg am Fluss braucht Beleuchtung",
        "Radwege müssen im Winter geräumt werden",
        "Ein breiter Radweg zum Bahnhof",
        "Fahrradständer vor dem Bahnhof",
        "Überdachte Fahrradständer am Radweg",
        "Fahrradstraßen statt Durchgangsverkehr",
        "Eine Fahrradwerkstatt am Radweg",
        "Radwege und Gehwege besser trennen",
        "Die Radwege sind voller Schlaglöcher",
        "Lastenräder und Radwege fördern",
    ),
    "schwimmbad": (
        "Das Schwimmbad sollte länger geöffnet sein",
        "Schwimmbad sanieren",
        "Günstiger Eintritt ins Schwimmbad für Familien",
        "Schwimmkurse für Kinder im Schwimmbad",
        "Das alte Schwimmbad nicht schließen",
        "Ein Schwimmbad mit warmem Becken",
        "Das Freibad und das Schwimmbad sonntags öffnen",
        "Schwimmbad: neue Umkleiden und Duschen",
        "Abendkarten für das Schwimmbad",
        "Mehr Personal im Schwimmbad",
        "Der Schwimmunterricht im Schwimmbad fällt zu oft aus",
        "Das Dach vom Schwimmbad ist undicht",
    ),
    "schule": (
        "Ganztagsschule mit warmem Mittagessen",
        "Die Schulhöfe brauchen Schatten und Bäume",
        "Mehr Lehrer für die Grundschule",
        "Toiletten in den Schulen sanieren",
        "Schulbusse für die Dörfer",
        "Kleinere Klassen in der Grundschule",
        "Die Schule soll später anfangen",
        "Schulsozialarbeit an jeder Schule",
        "WLAN in allen Schulen",
        "Offene Schulhöfe am Nachmittag",
        "Schulessen aus der Region",
        "Sichere Schulwege für die Grundschule",
    ),
}
ENGLISH: dict[str, tuple[str, ...]] = {
    "buses": (
        "We need more night buses",
        "Buses should run on Sundays",
        "The bus to the hospital is always late",
        "A cheaper bus ticket for students",
        "Bus shelters with a roof and a bench",
        "The bus stop at the mill is not lit",
        "Electric buses would be quieter",
        "Show when the next bus comes",
        "A bus lane on the high street",
        "More buses to the villages in the evening",
        "The buses are too full in the morning",
        "Let children ride the bus for free",
    ),
    "library": (
        "The library should open in the evening",
        "More books in the library for young readers",
        "A quiet room in the library for learners",
        "Borrow tools from the library",
        "Library cards for visitors",
        "The library needs a lift",
        "Reading groups in the library on Sundays",
        "A small library in every village",
        "The library could lend games and music",
        "Keep the library open in the holidays",
        "Computers in the library for job seekers",
        "Story hours at the library for children",
    ),
    "trees": (
        "Plant more trees along the avenue",
        "Trees give shade on hot days",
        "Water the young trees in summer",
        "Do not cut the old trees by the mill",
        "Fruit trees for everybody in the park",
        "Every new house should have a tree",
        "Trees in front of the school",
        "The roots of the trees break the pavement",
        "A tree nursery run by the town",
        "More trees on the market square",
        "Adopt a tree in your street",
        "Dead trees should be replaced within a year",
    ),
}


def german() -> list[str]:
    return [text for texts in GERMAN.values() for text in texts]


def english() -> list[str]:
    return [text for texts in ENGLISH.values() for text in texts]


def mixed() -> dict[str, str]:
    """Both, one after the other as people would speak, by id; the id begins with its language."""
    return {
        f"{lang}-{number}": text
        for number, pair in enumerate(zip(german(), english(), strict=True))
        for lang, text in zip(("de", "en"), pair, strict=True)
    }
