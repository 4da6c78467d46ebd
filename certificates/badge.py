"""The badge: the same facts as the paper, as an Open Badges 3.0 credential, for wallets and other people's software.

An OpenBadgeCredential of 1EdTech, which is a W3C Verifiable Credential: who issues, who holds, what was achieved, from
when to when, and where its status is listed. What the page says in words, the badge says in the same words
(:mod:`certificates.wording`), in both languages, the holder's first. Of the person it holds what the page prints and
nothing else. :func:`certificates.proof.prove` signs it.

A revoked or replaced badge is found in a list of bits (W3C Bitstring Status List): each badge has a place of its own,
drawn by lot, in a list that is the same for everyone and far longer than the number of badges. Whoever fetches it does
not tell us which certificate they were shown.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import uuid
from collections.abc import Iterable

from certificates import wording
from certificates.facts import Facts, Language
from certificates.proof import CREDENTIALS, OPEN_BADGES, Document, did, moment, written
from certificates.wording import Sentences

FILE = "credential.json"
"""its name inside the PDF"""
MEDIA_TYPE = "application/ld+json"

LIST_SIZE = 131_072
"""places in one list of status: the least that the standard allows, so that one badge hides among many"""

ACHIEVEMENTS = {"completion": "CertificateOfCompletion", "participation": "Course"}
"""1EdTech's words for what was achieved"""

HOURS = {"en": "Hours of training", "es": "Horas de formación"}
HOURS_TYPE = "ext:TrainingHours"
"""ours: the vocabulary counts only academic credits, and these hours are none"""

ORDER: tuple[Language, ...] = ("es", "en")
"""of what is the same for every holder; what is about one holder begins with their language"""

QUOTED = {"en": "“{}”", "es": "«{}»"}


def credential(facts: Facts, url: str, place: int) -> Document:
    """The badge of *facts*, not yet signed. *url* is the platform's address, *place* the badge's among all places of all
    lists of status. The same arguments give the same badge.
    """
    texts = [wording.compose(facts, language) for language in ORDER]
    if facts.language != ORDER[0]:
        texts.reverse()
    document: Document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": f"{url}/verify/{facts.serial}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": " / ".join(_distinct([f"{text.title.capitalize()}: {text.course}" for text in texts])),
        "description": _paragraphs([_told(text, facts) for text in texts]),
        "issuer": {
            "id": did(url),
            "type": ["Profile"],
            "name": " / ".join(_distinct([text.issuer for text in texts])),
            "url": url,
        },
        "validFrom": _start(_valid_from(facts)),
        "awardedDate": _start(facts.completed),
        "credentialSubject": _subject(facts, url),
        "credentialStatus": _status(url, place),
    }
    if facts.expires:
        document["validUntil"] = f"{facts.expires.isoformat()}T23:59:59Z"
    return document


def _distinct(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word]


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(_distinct(texts))


def _start(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _valid_from(facts: Facts) -> dt.date:
    """The day of issue; for a certificate that was corrected after it had expired, the day of completion: nothing may
    end before it begins.
    """
    return facts.completed if facts.expires and facts.expires < facts.issued else facts.issued


def _told(text: Sentences, facts: Facts) -> str:
    """The whole page as running text."""
    who = " ".join(filter(None, (text.rank, text.name)))
    course = QUOTED[text.language].format(text.course)
    lines = (
        f"{text.certifies} {who}, {text.institution}, {text.country}, {_what(facts, f'{text.done} {course}', text)}",
        text.basis,
        text.dates,
        text.conditions,
        text.number,
    )
    return _sentences(lines)


def _what(facts: Facts, done: str, text: Sentences) -> str:
    """*done*, and what that consisted of; for a participation, that it was not assessed, which is a sentence of its own."""
    return f"{done}{', ' if facts.kind == 'completion' else '. '}{text.content}"


def _sentences(lines: Iterable[str]) -> str:
    """The lines of a page, or parts of lines, as sentences one after the other."""
    parts = [part.strip() for line in lines for part in line.split("  ·  ") if part.strip()]
    return " ".join(part[0].upper() + part[1:].removesuffix(".") + "." for part in parts)


def _subject(facts: Facts, url: str) -> Document:
    """Who achieved what. The holder is known by the name on the page: they have no account that others could ask."""
    achievement = _achievement(facts, url)
    (hours,) = achievement["resultDescription"]
    subject: Document = {
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": facts.name, "identityType": "name"}],
        "achievement": achievement,
        "result": [{"type": ["Result"], "resultDescription": hours["id"], "value": wording.hours(facts.hours_total)}],
    }
    if facts.rank:
        subject["role"] = facts.rank
    return subject


def _achievement(facts: Facts, url: str) -> Document:
    """What can be achieved, whoever did. Its name is made of what it says: badges of the same achievement name it alike."""
    texts = [wording.compose(facts, language) for language in ORDER]
    said = {
        "achievementType": ACHIEVEMENTS[facts.kind],
        "name": " / ".join(_distinct([text.course for text in texts])),
        "humanCode": facts.course_code,
        "version": f"{facts.edition.number}",
        "description": _paragraphs([_sentences((text.basis, text.conditions)) for text in texts]),
        "criteria": {"narrative": _paragraphs([_sentences([_what(facts, text.done, text)]) for text in texts])},
    }
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{url} {facts.edition.digest} {written(said).decode()}")
    hours = {
        "id": uuid.uuid5(name, HOURS_TYPE).urn,
        "type": ["ResultDescription"],
        "name": " / ".join(HOURS[text.language] for text in texts),
        "resultType": HOURS_TYPE,
    }
    return {"id": name.urn, "type": ["Achievement"], **said, "resultDescription": [hours]}


# Revoked or replaced


def list_address(url: str, number: int) -> str:
    """Where the list of status with this *number* (from 1) is published."""
    return f"{url}/verify/status/{number}"


def list_of(place: int) -> int:
    """The number of the list that *place* is in."""
    return place // LIST_SIZE + 1


def _status(url: str, place: int) -> Document:
    address, index = list_address(url, list_of(place)), place % LIST_SIZE
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": f"{index}",
        "statusListCredential": address,
    }


def status_list(
    url: str, number: int, withdrawn: Iterable[int], since: dt.datetime, until: dt.datetime, fresh: dt.timedelta
) -> Document:
    """The list of status with this *number*, not yet signed: the bits of the *withdrawn* places are set.

    Places of other lists are left out. The list stands from *since* to *until*; after *fresh* there may be a newer one.
    """
    bits = bytearray(LIST_SIZE // 8)
    for place in withdrawn:
        if list_of(place) == number:
            index = place % LIST_SIZE
            bits[index // 8] |= 0x80 >> index % 8  # the first place is the leftmost bit
    packed = gzip.compress(bytes(bits), mtime=0)
    address = list_address(url, number)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did(url),
        "validFrom": moment(since),
        "validUntil": moment(until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + base64.urlsafe_b64encode(packed).decode().rstrip("="),
            "ttl": int(fresh.total_seconds() * 1000),
        },
    }
