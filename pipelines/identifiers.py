"""Identifiers of persons in Korean text, and their masks.

A mask says what was there in a word that the catalog does not know, so that it earns no label. Patterns are read on a
copy whose fullwidth characters are plain ones of the same length, so that spans hold for the original.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PLAIN = {fullwidth: fullwidth - 0xFEE0 for fullwidth in range(0xFF01, 0xFF5F)}  # of ASCII
PLAIN |= dict.fromkeys(map(ord, "‐‑‒–—―−ㅡ"), ord("-")) | dict.fromkeys(map(ord, "\u00a0\u3000"), ord(" "))
GAP = r"[ ]?[-.)·~/]?[ ]?"  # between groups: a space, a hyphen, or nothing
BREAK = r"[ \n]?[-.)·~/_,*|]?[ \n]?"  # within a mobile number, which is told by its first digits: also a new line
JOINT = r"(?:[ ]?[-.)·/][ ]?|[ ])"  # the same, but something
DIGIT = r"[0-9공영일이삼사오육칠팔구]"
HIDDEN = r"[0-9*xX●○]"  # a digit, or what its owner put in its place
START = r"(?<![0-9])(?<![0-9][-.,])"
STOP = r"(?![0-9])(?!-[0-9])"
# A number that is followed by one of these is a quantity.
QUANTITY = r"(?![ ]?(?:원|건|명|개|만|억|조|달러|회|대|곳|%|퍼센트|분|시간))"
DATE = r"(?:19|20)[0-9]{2}[-. ]{1,2}(?:0?[1-9]|1[0-2])[-. ]{1,2}(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
BIRTH = r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
BANK = (
    r"(?:은행|뱅크|농협|신협|수협|축협|우체국|새마을금고|국민|신한|우리|하나|기업|카뱅|토스|케뱅|"
    r"계좌(?:번호)?|입금|송금|예금주)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of identifier. `group` is what is masked; `holds` decides on what the pattern alone cannot."""

    mask: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = lambda found: True
    group: int = 0


def mask(text: str, rules: Sequence[Rule]) -> str:
    """`text` with every identifier that `rules` know replaced by its mask."""
    for rule in rules:
        pieces, end = [], 0
        for found in rule.pattern.finditer(text.translate(PLAIN)):
            if rule.holds(found.group(rule.group)):
                pieces += [text[end : found.start(rule.group)], rule.mask]
                end = found.end(rule.group)
        text = "".join([*pieces, text[end:]])
    return text


def _luhn(number: str) -> bool:
    """Whether a payment card's check digit is right; one that is partly hidden counts as right."""
    if re.search(r"[*xX●○]", number):
        return True
    digits = [int(d) for d in number if d.isdigit()]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _registered(number: str) -> bool:
    """Whether the check digit of a business registration number is right; with its hyphens it need not be."""
    if re.fullmatch(r"[0-9]{3}-[0-9]{2}-[0-9]{5}", number):
        return True
    digits = [int(d) for d in number if d.isdigit()]
    total = sum(d * w for d, w in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False)) + digits[8] * 5 // 10
    return (10 - total % 10) % 10 == digits[9]


def _long_enough(number: str) -> bool:
    return 10 <= sum(c.isdigit() for c in number) <= 16


AT = r"(?:[ ]?(?:@|[(\[]at[)\]]|골뱅이)[ ]?)"
DOT = r"(?:[ ]?(?:\.|닷|점|[(\[]dot[)\]])[ ]?)"
EMAIL = Rule(
    "[email]",
    re.compile(
        rf"[A-Za-z0-9][A-Za-z0-9._%+-]*(?:{AT}[A-Za-z0-9-]+(?:{DOT}(?:[A-Za-z][A-Za-z0-9-]*|컴|넷))+"
        rf"|{AT}(?:naver|daum|hanmail|nate|gmail|kakao)\b|{AT}(?:네이버|다음|한메일|네이트|지메일|카카오)(?:{DOT}(?:컴|넷|com|net))?"
        r"|[ ]at[ ][A-Za-z0-9-]+[ ]dot[ ][A-Za-z]+)",
        re.IGNORECASE,
    ),
)
RESIDENT = Rule("[resident-no]", re.compile(rf"{START}{BIRTH}{GAP}[1-8]{HIDDEN}{{6}}{STOP}{QUANTITY}"))
CARD = Rule(
    "[card-no]",
    re.compile(
        rf"{START}(?:[0-9]{{4}}{GAP}{HIDDEN}{{4}}{GAP}{HIDDEN}{{4}}{GAP}{HIDDEN}{{4}}"
        rf"|3[47][0-9]{{2}}{GAP}{HIDDEN}{{6}}{GAP}{HIDDEN}{{5}}){STOP}{QUANTITY}"
    ),
    _luhn,
)
MOBILE = Rule(
    "[phone]",
    re.compile(
        rf"{START}(?:(?:\+|00)?82{GAP}(?:\(0\){GAP})?(?:0{GAP})?1|[0공영oOㅇ][ ]?[1일lI])"
        rf"[ ]?[016789공영oOㅇ]{BREAK}{DIGIT}{{3,4}}{BREAK}{DIGIT}{{4}}{STOP}"
    ),
)
SPELLED = Rule("[phone]", re.compile(rf"{START}0[ -]1[ -][016789](?:[ -][0-9]){{7,8}}{STOP}"))
AREA = r"(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8]?)"
LANDLINE = Rule(
    "[phone]",
    re.compile(
        rf"{START}(?:\+82{GAP}|\(?0){AREA}(?:{JOINT}[0-9]{{3,4}}{JOINT}[0-9]{{4}}|[0-9]{{7,8}}){STOP}{QUANTITY}"
    ),
)
BUSINESS = Rule(
    "[business-no]",
    # one in ten numbers of ten digits has a right check digit: those in links are left alone
    re.compile(rf"{START}(?<![A-Za-z_/=])[0-9]{{3}}[- ]?[0-9]{{2}}[- ]?[0-9]{{5}}{STOP}{QUANTITY}"),
    _registered,
)
BUSINESS_NAMED = Rule(
    "[business-no]",
    re.compile(rf"사업자[^0-9\n]{{0,12}}([0-9]{{3}}[-. ]?[0-9]{{2}}[-. ]?[0-9]{{5}}){STOP}"),
    group=1,
)
ACCOUNT = Rule(
    "[account-no]",
    re.compile(rf"{START}(?!{DATE}|080-)[0-9]{{2,6}}(?:-[0-9]{{1,7}}){{2,3}}{STOP}{QUANTITY}"),
    _long_enough,
)
ACCOUNT_OF_BANK = Rule(
    "[account-no]",
    re.compile(rf"{BANK}[^0-9\n]{{0,12}}((?!{DATE})[0-9](?:[- ]?[0-9]){{9,15}}){STOP}{QUANTITY}"),
    _long_enough,
    group=1,
)

# In a newspaper: what identifies a person. Landlines, hotlines, registration numbers and accounts in print are
# published ones, of firms, offices and appeals.
PUBLISHED = (EMAIL, RESIDENT, CARD, MOBILE, SPELLED)
PERSONAL = (*PUBLISHED, LANDLINE, BUSINESS_NAMED, BUSINESS, ACCOUNT, ACCOUNT_OF_BANK)
