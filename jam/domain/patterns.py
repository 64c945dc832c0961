"""What personal data and links look like: patterns for the screens, which hold and never refuse.

Every pattern starts from one sign (an @, a dot, a digit) and reads a bounded stretch from there, so the
time grows with the text's length only, whatever it holds (threat T22). They miss what is spelt out in
words, and they hold an innocent number now and then; a person decides.
"""

import re
from collections.abc import Callable
from itertools import islice

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~\"-] ?@ ?[\w-]{1,63}(?:\.| \. )[\w-]")
_SPELT_EMAIL = re.compile(r"\w ?[\[({] ?(?:at|ät) ?[\])}] ?\w")

_STARTS = ("http:", "https:", "ftp:", "www.", "mailto:")
_ENDINGS = (
    "com org net info biz io app dev gov edu eu uk de fr es it nl be ch at pl se no dk fi ie pt cz gr ru ua "
    "us ca au nz in br mx jp cn kr za xyz top shop online site link click club live tv me co ly gl gg"
)
_HOST = re.compile(rf"(?<=[a-z0-9])\.(?:{'|'.join(_ENDINGS.split())})(?:/|\b(?![.\w@]))")

_SOME_DIGITS = re.compile(r"(?:\D*+\d){6}")
_NUMBER = re.compile(r"[+(]?\d(?:[ .\-/()\u2010-\u2015]{0,3}\d){6,21}")
_MONEY = re.compile(r"[$€£¥%]|\b(?:euros?|pounds?|dollars?|eur|gbp|usd|million|people)\b", re.IGNORECASE)
_DATE = re.compile(
    r"(?:[12]\d{3}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|[12]\d{3}-[12]\d{3})\b"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([ .])\d{3})(?:\1\d{3}){0,5}\Z")
_GROUPED = re.compile(r"\d{2,4}[ .\-/]\d{2,4}[ .\-/]\d{2,6}(?:[ .\-/]\d{2,4}){0,3}\Z|\d{3}[-.]\d{4}\Z")
_IDS = (
    r"\d{3}-\d{2}-\d{4}",  # United States, social security
    r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",  # United Kingdom, NI
    r"(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]",  # Spain, DNI and NIE
    r"\d{3}\.\d{3}\.\d{3}-\d{2}",  # Brazil, CPF
    r"(?:\d{2})?\d{2}[01]\d[0-3]\d[-+A]\d{3}[\dA-Y]",  # Sweden, Finland: date and number
    r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]",  # Italy, codice fiscale
    r"[12] ?\d{2} ?[01]\d ?\d{2} ?\d{3} ?\d{3}(?: ?\d{2})?",  # France, NIR
    r"\d{3} \d{3} \d{4}",  # United Kingdom, NHS
    r"\d{11}",  # Germany, Poland, Norway …: eleven digits in a row
    r"\d{2} \d{3} \d{3} \d{3}",  # Germany, tax number in groups
    r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?",  # bank account, IBAN
)
_ID = re.compile(rf"(?<![\w.,+-])(?:{'|'.join(_IDS)})(?!\w)")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_MANY = 1_000
"""Numbers to look at in one text. Nobody writes more of them: a text that does waits for a person."""


def has_digits(text: str) -> bool:
    """Whether there are as many digits as the shortest number has: most texts have not."""
    return bool(_SOME_DIGITS.match(text))


def has_email(text: str) -> bool:
    """An e-mail address, also one with blanks around its signs or with the @ in brackets."""
    if "@" in text and _EMAIL.search(text):
        return True
    return ("(" in text or "[" in text or "{" in text) and bool(_SPELT_EMAIL.search(text.lower()))


def has_link(text: str) -> bool:
    """A web address, with or without its ``https://``."""
    if "." not in text and ":" not in text:
        return False
    small = text.lower()
    return any(start in small for start in _STARTS) or bool(_HOST.search(small))


def has_phone(text: str) -> bool:
    """A telephone number: 7 to 15 digits written as numbers are given out, not as sums or dates."""
    return _any_number(_NUMBER, text, lambda found: _is_phone(text, found))


def has_national_id(text: str) -> bool:
    """Something like a national identity, tax, health or social security number, a bank account or a card."""
    return bool(_ID.search(text)) or _any_number(_CARD, text, lambda found: _adds_up(found[0]))


def _any_number(pattern: re.Pattern[str], text: str, judge: Callable[[re.Match[str]], bool]) -> bool:
    numbers = list(islice(pattern.finditer(text), _MANY))
    return len(numbers) == _MANY or any(judge(found) for found in numbers)


def _is_phone(text: str, found: re.Match[str]) -> bool:
    number = found[0]
    digits = sum(c.isdigit() for c in number)
    around = f"{text[max(0, found.start() - 8) : found.start()]} {text[found.end() : found.end() + 10]}"
    if not 7 <= digits <= 15 or _DATE.match(number) or _MONEY.search(around):
        return False
    if number[0] in "+(0":
        return True
    if _THOUSANDS.match(number):
        # 612 345 678 is a number to ring, 612 345 000 a sum.
        return digits == 9 and not number.endswith("00")
    return digits >= 10 or bool(_GROUPED.match(number))


def _adds_up(number: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    digits = [int(c) for c in reversed(number) if c.isdigit()]
    total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return total % 10 == 0
