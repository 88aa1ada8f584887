"""What the name of a field says about what it holds, with what it is the name in: `customer.name`, `product.name`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from penstock.lean import dataclass
from penstock.masking.privacy_classes import PUBLIC

_TAIL = r"(?:_(?:address|addresses|value|values|primary|secondary|work|home|personal|business|office|main|other|alt))*"

PATTERNS: Mapping[str, str] = {
    "ip": r"ips?|ip_?v?[46]?(?:_addr(?:ess)?(?:es)?)?|remote_addr",
    "mac": r"mac_addr(?:ess)?(?:es)?|mac",
    "iban": r"ibans?(?:_number)?",
    "card": r"(?:card|cc|credit_card|debit_card)_?(?:number|num|no)",
    "token": r"(?:access|refresh|auth|api|session|bearer|secret|id|csrf|login|device|push)_tokens?|token|api_?keys?"
    r"|(?:client_|shared_|app_)?secret(?:_key)?|password(?:_hash|_digest)?|passwd|passcode|pwd|private_key|pin_hash",
    "email": rf"(?:e_?mails?|mail)(?:_?(?:id))?{_TAIL}|mailbox|reply_?to(?:_address)?|bcc|cc",
    "phone": r"(?:phones?|telephones?|tel|mobiles?|cell(?:ular|phone)?s?|fax(?:es)?|msisdn|whatsapp|landline|sms)"
    rf"(?:_(?:phones?|numbers?|no|num|nr|e164|mobile|cell|raw|formatted|national|international|ext|extension))*{_TAIL}",
    "national_id": r"ssn|sin|nino|social_security(?:_(?:number|no|id))?|social_insurance(?:_number)?"
    r"|national_(?:id|identity|identifier|insurance)(?:_(?:number|no))?|nin|tax_?payer_id|tax_(?:number|file_number|code)"
    r"|passport(?:_(?:number|no|id))?|driv(?:er|ing)s?_licen[cs]e(?:_(?:number|no))?|identity_(?:card_)?(?:number|no)"
    r"|personal_(?:id|identification|identity)(?:_(?:number|code|no))?|aadhaa?r(?:_(?:number|no))?|pan_(?:number|no)"
    r"|cpf|curp|bsn|nric|fiscal_code|codice_fiscale|personnummer|identification_(?:number|no)",
    "birth_date": r"dob|d_o_b|birth_?(?:day|date)(?:_date)?|date_?of_?birth|born(?:_(?:on|at))?|birth(?:_(?:year|month|day))?",
    "gender": r"gender(?:_identity)?|sex|pronouns?|salutation|honorific(?:_prefix)?",
    "sensitive": r"age|nationality|citizenship|religion|ethnic(?:ity|_group|_origin)?|race|marital_status|civil_status"
    r"|disabilit(?:y|ies)|blood_(?:group|type)|sexual_orientation|veteran(?:_status)?|health(?:_\w+)?"
    r"|political_\w+|place_of_birth|country_of_birth|birth_(?:place|country)|spouse",
    "postal_code": r"zips?|zip_?codes?|post(?:al)?_?codes?|plz|z_i_p|zip_postal(?:_code)?|pin_?code|eircode",
    "city": r"city|town|locality|suburb|municipality|village",
    "location": r"lat|latitude|lng|lon|longitude|geo_?(?:point|location|json)?|coordinates?|gps|lat_?l(?:ng|on|ong)",
    "financial": r"salary|salaries|wages?|compensation|(?:base|net|gross|hourly|annual|monthly)_(?:pay|salary|wage)"
    r"|(?:hourly_)?pay_rate|income|annual_income|last_?4|last_?(?:4|four)(?:_digits)?"
    r"|(?:bank_)?account_(?:number|no)|routing_(?:number|no)|sort_code|bic|swift(?:_code)?|bank_account",
    "username": r"user_?names?|screen_?name|login_?(?:name|id)?|handle|twitter|skype|linked_?in|facebook|instagram"
    r"|(?:twitter|skype|linked_?in|facebook|instagram|git_?hub|slack|x|telegram|messenger|tik_?tok)"
    r"_(?:handle|user_?name|id|url|profile|profile_url|link|account|name)|social_(?:profiles?|media|links?|accounts?)"
    r"_(?:url|value|handle|id|username)",
    "address": r"(?:street|address|addresses|addr|address_line|street_line|street_address|mailing_address)"
    r"(?:_?(?:line|address|name|number|no|full|formatted|one|two|three|value))*_?\d?|suite|apt|apartment|po_?box"
    r"|house_?(?:no|number|name)|(?:full|formatted|postal|home|mailing)_address",
    "name": r"(?:first|last|middle|given|family|sur|full|maiden|nick|legal|preferred|birth|fore|second|real)_?names?"
    r"|f_?name|l_?name|middle_?initial|initials|cardholder|account_?holder|name_on_card|patronymic",
    "free_text": r"notes?|comments?|body|message|text|description|bio|biography|about(?:_me)?|remarks?|memo|feedback"
    r"|summary|content|snippet|transcript|answer|reply|background|subject|preview|cover_letter|hobbies"
    r"|(?:body|message|text|note|content)_(?:html|text|plain|raw)|(?:html|text|plain|message)_(?:body|content|part|text)",
}
"""By class, the last words of a name, in snake case; of two that fit, the earlier stands."""


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSONS = _words_of(
    """
    person people contact customer client user employee lead candidate applicant subscriber member owner
    author creator assignee assigned agent manager recruiter patient student guest recipient sender
    buyer cardholder attendee participant requester requestor submitter profile staff worker teacher
    driver payer spouse dependent visitor respondent signer approver editor reviewer supervisor follower
    collaborator colleague prospect individual by billing shipping delivery holder beneficiary tenant
    doctor host organizer invitee me reporter caller receiver from to bcc cc passenger resident consumer
    shopper friend child parent mother father partner donor volunteer coach instructor learner operator
    technician rep representative referrer admin administrator
    """
)
"""Words for people, and for what is sent to them, in the singular."""

THINGS = _words_of(
    """
    product plan price item sku file event campaign company organization organisation org business
    account vendor supplier merchant department team group role status stage pipeline source tag list
    category type template field form workflow project task deal opportunity location site device tax
    currency country language timezone brand store shop channel queue article page link image domain app
    application integration webhook policy position job offer order invoice coupon discount addon charge
    subscription payment segment automation attribute property option folder inbox label reason outcome
    milestone asset software hardware browser os model variant collection bank gateway provider
    processor bundle metric board sprint issue release version survey question course module market
    industry territory calendar schedule shift document attachment broadcast sequence report dashboard
    view method mode unit warehouse carrier service resource server network city state region province
    county office branch division cost center budget expense line entity catalog bill feature benefit
    set key parameter variable setting permission scope agreement contract title space
    workspace
    """
)
"""Words for what has a name and is no person, in the singular."""

_WRAPPERS = _words_of(
    """
    attributes attribute data fields field properties values value node edges edge object record info
    details detail basic basics general personal core embedded custom_fields items results
    """
)
_GENERIC = _words_of(
    """
    value values number numbers address raw formatted national international url handle id text data
    e164
    """
)
_SENT_TO = _words_of("billing shipping delivery")
_CONTENT = _words_of("description summary content text body message subject preview about snippet")
_DISCUSSED = _words_of(
    "deal task opportunity invoice order charge issue project offer expense contract document case"
)
"""Things of which people write freely."""
_COUNTED = _words_of("is has can should allow allows num total count enable enabled show use send require")
_PLACES = _words_of("address addresses billing shipping home work mailing location bill_to ship_to")

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_STEP = re.compile(r"(?:\\.|[^.\[\]\\])+")

HOLDS_PUBLIC = re.compile(
    r"(?:^|_)(?:id|ids|uuid|guid|sku|slug|code|type|kind|status|state|count|counts|at|on|date|time|timestamp|created"
    r"|updated|modified|url|uri|href|link|links|self|related|currency|country|language|locale|timezone|time_zone|tz|amount"
    r"|price|cost|total|quantity|qty|percent|percentage|rate|ratio|score|rank|version|format|unit|units|color|colour|size"
    r"|width|height|tags?|label|labels|category|level|stage|source|medium|channel|mode|method|enabled|active|archived"
    r"|avatar|photo|picture|image|logo|icon|thumbnail|gravatar|company|organi[sz]ation|department|team|group|groups|role|roles|position|title"
    r"|industry|website|domain|browser|os|platform|device|object|number|interval|period|days|hours|minutes|seconds|year"
    r"|month|terms|plan|product|priority|visibility|permission|permissions|key|hash|checksum|extension|mime|brand)$"
)
"""Last words of names that are no one's."""


@dataclass(frozen=True, slots=True)
class NameSays:
    """A class, how sure the name alone is, and what of the name said so. An empty class: the name says nothing.

    `names_person` is for a name such as `owner`, which may hold a person's name or an id.
    """

    class_: str
    confidence: float
    told_by: str
    names_person: bool = False


def words(name: str) -> list[str]:
    """The words of a name in lower case, however it is spelt: `dateOfBirth`, `date-of-birth`, `DateOfBirth`."""
    return [word.lower() for word in _WORD.findall(name)]


def steps(path: str) -> list[str]:
    """The names along a field path: `contacts[*].phone` is contacts, phone."""
    return [
        re.sub(r"\\(.)", r"\1", step) for step in _STEP.findall(path.replace("[*]", "")) if step.strip("*")
    ]


@cache
def _compiled(class_: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{PATTERNS[class_]})_?\d*$")


def class_of_name(path: str, stream: str) -> NameSays:
    """What a field's path, and its stream's name, say of its values."""
    names = steps(path)
    if not names:
        return NameSays("", 0.0, "")
    leaf = names[-1]
    around = [stream, *(_around(path))]
    own = words(leaf)
    if own and own[0] in _COUNTED and own[-1] != "number":
        return NameSays(PUBLIC, 0.8, leaf)
    key = "_".join(own)
    if len(names) > 1 and key in _GENERIC:
        inner = _by_pattern("_".join([*words(names[-2]), key]))
        if inner and inner != "free_text":
            return NameSays(inner, 0.85, f"{names[-2]}.{leaf}")
    found = _by_pattern(key)
    if found:
        return _weighed(found, key, leaf, around)
    return _named(own, key, leaf, around)


def _around(path: str) -> list[str]:
    """The names before the last, without those that only wrap: the `fields` of a contact are the contact's.

    The elements of a list are things of their own: the `fields[*].name` are the names of fields.
    """
    before = re.split(r"(?<!\\)\.", path)[:-1]
    return [
        name.replace("[*]", "") for name in before if "_".join(words(name)) not in _WRAPPERS or "[*]" in name
    ]


def _by_pattern(key: str) -> str:
    return next((class_ for class_ in PATTERNS if _compiled(class_).search(key)), "")


def _weighed(found: str, key: str, leaf: str, around: Sequence[str]) -> NameSays:
    """A pattern's class, where what is around does not speak against it."""
    person = _person(around)
    if found == "free_text":
        head = _singular(words(nearest[0])[-1]) if (nearest := _nearest(around)) else ""
        if "error" in key.split("_"):
            return NameSays(PUBLIC, 0.7, leaf)
        if key.rpartition("_")[2] in _CONTENT and person is False and head not in _DISCUSSED:
            return NameSays(PUBLIC, 0.6, leaf)
        return NameSays(found, 0.75, leaf)
    if found in {"username", "location", "city", "address", "token"}:
        return NameSays(found, 0.75, leaf)
    if found == "financial" and person is False and not key.startswith(("salary", "wage")):
        return NameSays(found, 0.6, leaf)
    return NameSays(found, 0.9, leaf)


def _named(own: Sequence[str], key: str, leaf: str, around: Sequence[str]) -> NameSays:
    """`name`, `customer_name`, `owner`, and what is no one's."""
    person = _person(around)
    last = own[-1] if own else ""
    if last in {"name", "names"}:
        if len(own) > 1:
            of = _kind_of(own[:-1])
            if of is None and own[-2] in {"display", "user"}:
                of = person
            whose = "_".join(own)
        else:
            of, whose = person, " of ".join([leaf, *_nearest(around)])
        if of:
            return NameSays("name", 0.85, whose)
        return NameSays(PUBLIC, 0.7, whose) if of is False else NameSays("", 0.0, leaf)
    if key in {"middle", "first", "last"} and person:
        return NameSays("name", 0.7, leaf)
    if key in {"line_1", "line_2", "line_3", "line"} and _in_place(around):
        return NameSays("address", 0.85, leaf)
    if key in {"tax_id", "vat_id", "tax_identifier"} and person:
        return NameSays("national_id", 0.6, leaf)
    if _kind_of(own) and own[-1] not in _SENT_TO and not HOLDS_PUBLIC.search(key):
        return NameSays("", 0.0, leaf, names_person=True)
    if HOLDS_PUBLIC.search(key):
        return NameSays(PUBLIC, 0.7, leaf)
    return NameSays("", 0.0, leaf)


def _in_place(around: Sequence[str]) -> bool:
    return any(word in _PLACES for name in around[-2:] for word in words(name))


def _nearest(around: Sequence[str]) -> list[str]:
    """The innermost name around."""
    return [name for name in reversed(around) if name.strip("*")][:1]


def _person(around: Sequence[str]) -> bool | None:
    """Whether the fields are a person's (True), a thing's (False), or nobody knows."""
    nearest = _nearest(around)
    return _kind_of(words(nearest[0])) if nearest else None


def _kind_of(own: Sequence[str]) -> bool | None:
    """The last word that is known decides: a `customer_plan` is a plan, a `plan_owner` is a person."""
    if list(own[-2:]) == ["user", "agent"]:
        return False
    for word in reversed(own):
        singular = _singular(word)
        if singular in THINGS:
            return False
        if singular in PERSONS:
            return True
    return None


def _singular(word: str) -> str:
    if word in PERSONS or word in THINGS:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("es") and word[:-2] in THINGS:
        return word[:-2]
    return word.removesuffix("s")
