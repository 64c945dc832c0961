"""Which words speak of money, and which say no: small lists for the languages that they know.

Under ``signals``. A list proves a word present, and a missing word only where the language is known.
"""

import re
import unicodedata

_WORD = re.compile(r"\w+")
COSTS = frozenset(
    _WORD.findall(
        """
        afford affordable affordability bill bills budget budgets cash cheap cheaper cheapest cost
        costing costly costs economical expense expenses expensive fare fares fee fees finance financed
        finances financial financially financing fine fines fund funded funding funds grant grants invest
        investing investment money paid pay paying payment payments pays pension pensions price priced
        prices pricing rent revenue salaries salary save savings spend spending spent subsidies subsidise
        subsidize subsidy tax taxes taxpayer taxpayers tuition wage wages dollar dollars euro euros pound
        pounds cent cents pence million billion free kosten kostet kostenlos teuer billig geld preis
        preise bezahlen zahlen zahlt steuer steuern gebuhr gebuhren finanzieren finanzierung investieren
        sparen ausgaben foerderung forderung miete lohn gehalt cout couts couter coute cher argent prix
        payer gratuit impot impots taxe depense depenses financer financement loyer salaire subvention
        coste costes costo costos cuesta caro barato dinero precio precios pagar gratis impuesto
        impuestos gasto gastos financiar financiacion alquiler salario subvencion presupuesto
        """
    )
)
NO = frozenset(
    _WORD.findall(
        """
        no not nor none never cannot without against oppose opposed opposes disagree disagrees disagreed
        wrong bad worse worst stop stopped instead but however although though hate dislike pointless
        useless unfair problem problems waste wasted reject rejected rather unless despite concern
        concerns concerned worry worried nobody nothing neither dont doesnt didnt cant wont isnt arent
        wasnt shouldnt wouldnt couldnt nicht kein keine keinen keiner nie niemals gegen ohne aber sondern
        statt dagegen falsch schlecht ablehnen nein weder probleme leider trotzdem ne pas non jamais sans
        contre mais aucun aucune rien plutot mauvais problemes pourtant nunca sin contra pero sino ningun
        ninguna nada tampoco malo problema problemas aunque
        """
    )
)
LANGUAGES = frozenset({"en", "de", "fr", "es"})
_MONEY = re.compile(r"[$€£¥₹]|\d\s*(?:usd|eur|gbp|chf)\b|\d+[.,]?\d*\s*k\b", re.IGNORECASE)
_SHORT_NOT = re.compile(r"n['\u2019]t\b|\bn['\u2019]", re.IGNORECASE)


def speaks(lang: str) -> bool:
    """Whether the lists know this language."""
    return lang.partition("-")[0].lower() in LANGUAGES


def names_costs(text: str) -> bool:
    """Whether a text speaks of money."""
    return bool(_MONEY.search(text)) or not COSTS.isdisjoint(_words(text))


def objects(text: str) -> bool:
    """Whether a text says no to something."""
    return bool(_SHORT_NOT.search(text)) or not NO.isdisjoint(_words(text))


def _words(text: str) -> list[str]:
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _WORD.findall(plain)
