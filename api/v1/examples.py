"""The examples of the OpenAPI document: a body for every write, an answer for every route. Tests run them.

Those of programmes, forms and registrations: api/v1/sign_up_examples.py.
"""

from typing import Any

from fastapi import Body


def body_of(summary: str, value: dict[str, Any]) -> Any:
    """Return the body of a write, with an example."""
    return Body(openapi_examples={"example": {"summary": summary, "value": value}})


NEW_ARTICLE = body_of("An article on lost passports", {"slug": "passport-lost", "topic": "protection"})
AUDIENCE = body_of(
    "For people abroad and their families",
    {
        "stages": ["abroad", "family"], "countries": ["MY", "HK"], "provinces": [],
        "tags": {"id": ["paspor ditahan"], "en": ["passport held"]}, "related": ["wages-unpaid"],
    },
)  # fmt: skip
PLACE = body_of("To the front of its topic", {"topic": "protection", "before": "wages-unpaid"})
ORDER = body_of("To the end", {"before": None})
ARTICLE_TEXT = body_of(
    "A text with a reference",
    {
        "title": "Paspor ditahan majikan", "summary": "Cara aman meminta bantuan.",
        "body": "<b>Paspor milik Anda.</b>\nTelepon {{contact:id-kp2mi-callcentre}}.",
        "sources": ["the-sun-my-passports"],
    },
)  # fmt: skip
HAND_IN = body_of("A larger change", {"is_major": True, "is_correction": False})
GIVE_BACK = body_of("A wrong number", {"reason": "The fee in the second part is last year's."})
APPROVE = body_of("From tomorrow", {"text_hash": "a" * 64, "live_from": None, "live_until": None})
WHY = body_of("A wrong number", {"reason": "The number belongs to somebody else now."})
STILL_RIGHT = body_of("Rung today", {"revision_id": 17})
KEPT = body_of("Read beside today's source", {"made_from_id": 17})
NEW_FACT = body_of("A fee", {"slug": "passport-fee", "kind": "fee"})
FACT_VALUE = body_of("A new fee", {"value": "Rp350.000", "sources": ["the-sun-my-passports"]})
NEW_CONTACT = body_of("A mission", {"slug": "my-kl-embassy-desk"})
CARD = body_of(
    "A mission's hotline",
    {
        "official_name": "KBRI Kuala Lumpur", "names": {"id": "KBRI Kuala Lumpur", "en": "Embassy in Kuala Lumpur"},
        "kind": "mission", "country": "MY", "position": 10, "publishable": True, "seen_on": "2026-11",
        "phones": [
            {
                "number": "+60 3-2116 4016", "type": "e164", "reach": "everywhere", "free": False, "publishable": True,
                "label": {"id": "kantor"}, "hours": {"id": "Senin-Jumat 9-17"},
            }
        ],
        "web": ["https://kemlu.go.id/kualalumpur"], "languages": ["id"], "sources": ["the-sun-my-passports"],
    },
)  # fmt: skip
TOPIC_TITLES = body_of("In two languages", {"icon": "🛡️", "titles": {"id": "Perlindungan", "en": "Protection"}})
INVITATION = body_of("A verifier", {"email": "ani@example.go.id", "name": "Ani Lestari", "language": "id"})
NEW_GRANT = body_of(
    "Verifier of Indonesian", {"role": "verifier", "language": "id", "programme": None, "province": None}
)
POLICY_FIELDS = body_of("A code from everybody", {"must_have_code": True})
DESK_LANGUAGE = body_of("Indonesian", {"language": "id"})
NEW_TOKEN = body_of("For a script that reads", {"name": "Nightly export", "scopes": ["editor"], "days": 30})
SOURCE_BODY = {
    "title": "Passports held by employers", "publisher": "The Sun", "url": "https://thesun.my/passports",
    "published_on": "2026-10-01", "seen_on": "2026-11", "confidence": "medium",
}  # fmt: skip
NEW_SOURCE = body_of("A news report", {"slug": "the-sun-passports-2026"} | SOURCE_BODY)
SOURCE_FIELDS = body_of("A news report", SOURCE_BODY)
NEW_MEDIA = body_of(
    "A picture",
    {
        "alt": "Sampul paspor Indonesia", "language": "id",
        "content": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGNkaGhgYGBgYmBgYGBgAAAL"
        "qgEE5z0TngAAAABJRU5ErkJggg==",
    },
)  # fmt: skip
MEDIA_WORDS = body_of("Better words", {"alt": "Sampul paspor Indonesia yang hijau", "language": "id"})
FILLED_SHEET = body_of("A workbook, of which only the beginning is shown", {"content": "UEsDBBQAAAAIAA=="})
SYNONYM_WORDS = body_of("A word of Malay", {"language": "id", "word": "pasport", "meanings": ["paspor"]})

AT = "2026-11-25T09:00:00Z"
ACCOUNT_ID = "0123456789abcdef0123456789abcdef"
STANDING = {
    "language": "id", "standing": "current", "newest_id": 17, "live_id": 17, "is_approved": True,
    "has_newer_draft": False, "planned_for": None,
}  # fmt: skip
ENTRY_ROW = {
    "slug": "passport-held", "title": "Paspor ditahan majikan", "place": "protection", "due_on": "2027-02-23",
    "is_live": True, "is_verified": True, "is_shown": True, "texts": [STANDING],
}  # fmt: skip
ARTICLE = {
    "slug": "passport-held", "topic": "protection", "position": 5, "stages": ["abroad", "family"], "countries": [],
    "provinces": [], "tags": {"id": ["paspor ditahan"]}, "related": ["wages-unpaid"], "sensitivity": "sensitive",
    "owner": "content", "review_months": 3, "retired_at": None, "texts": [STANDING],
}  # fmt: skip
TEXT = {
    "revision_id": 17, "kind": "article", "slug": "passport-held", "language": "id",
    "title": "Paspor ditahan majikan", "summary": "Cara aman meminta bantuan.", "body": "<b>Paspor milik Anda.</b>",
    "card": None, "text_hash": "a" * 64, "state": "draft", "origin": "desk", "is_major": True, "is_correction": False,
    "derived_from_id": None, "sources": ["the-sun-my-passports"], "evidence": ["A-45"], "authors": [ACCOUNT_ID],
    "notes": [{"written_by": ACCOUNT_ID, "written_at": AT, "text": "The fee is last year's."}], "is_live": False,
    "planned": {"live_from": AT, "live_until": None}, "created_at": AT, "review_due_on": "2027-02-23",
}  # fmt: skip
TEXT_ROW = {
    "revision_id": 17, "state": "draft", "origin": "desk", "title": "Paspor ditahan majikan", "is_major": True,
    "is_correction": False, "created_at": AT,
}  # fmt: skip
PIECES = [{"change": "gone", "text": "Rp300.000"}, {"change": "new", "text": "Rp350.000"}]
DIFFERENCE = {
    "from_id": 16, "to_id": 17, "is_changed": True, "critical": PIECES,
    "fields": [{"field": "body", "is_changed": True, "pieces": PIECES}],
}  # fmt: skip
PREVIEW = {
    "messages": [
        {
            "message_id": 1, "date": 1795597200, "from": {"id": 0, "is_bot": True, "first_name": "Bekal"},
            "text": "Paspor milik Anda.", "entities": [{"type": "bold", "offset": 0, "length": 18}],
        }
    ],
    "fault": None,
}  # fmt: skip
USAGE = {"slug": "passport-held", "language": "id", "title": "Paspor ditahan majikan"}
FACT = {"slug": "passport-fee", "kind": "fee", "review_months": 3, "texts": [STANDING], "used_in": [USAGE]}
CONTACT = {"slug": "my-kl-embassy-desk", "review_months": 3, "live": None, "newest": None, "used_in": [USAGE]}
TOPIC = {
    "slug": "protection", "parent": None, "position": 2, "icon": "🛡️",
    "titles": {"id": "Perlindungan", "en": "Protection"}, "articles": ["passport-held"], "retired_at": None,
}  # fmt: skip
WAITING = {
    "revision_id": 17, "kind": "article", "slug": "passport-held", "language": "id",
    "title": "Paspor ditahan majikan", "is_live": False,
}  # fmt: skip
SOURCE = {
    "slug": "the-sun-passports-2026", "title": "Passports held by employers", "publisher": "The Sun",
    "url": "https://thesun.my/passports", "published_on": "2026-10-01", "seen_on": "2026-11-01",
    "seen_precision": "month", "checked_on": None, "confidence": "medium",
}  # fmt: skip
MEDIA = {
    "key": "3f9a" * 8, "kind": "picture", "mime_type": "image/jpeg", "language": "id",
    "alt": "Sampul paspor Indonesia", "width": 1280, "height": 960, "seconds": None, "size_bytes": 84000,
    "sha256": "5a" * 32, "created_at": AT, "retired_at": None, "used_in": [USAGE],
}  # fmt: skip
MEDIA_CONTENT = {"mime_type": "image/jpeg", "content": "/9j/4AAQSkZJRg=="}
TRANSLATION_ROW = {
    "kind": "article", "slug": "passport-held", "title": "Paspor ditahan majikan", "place": "protection",
    "texts": [STANDING],
}  # fmt: skip
SHEET_FILE = {"name": "bekal-jv-protection.xlsx", "content": "UEsDBBQAAAAIAA=="}
SHEET_RESULT = {
    "language": "jv", "dry_run": True, "articles": ["wages-unpaid"],
    "rows": [
        {"row": 2, "slug": "wages-unpaid", "field": "title", "outcome": "draft", "why": []},
        {
            "row": 7, "slug": "passport-held", "field": "body", "outcome": "refused",
            "why": ["The Indonesian text shows contact:id-kp2mi-callcentre, this one does not."],
        },
    ],
}  # fmt: skip
SYNONYM = {"id": 5, "language": "id", "word": "pasport", "meanings": ["paspor"], "etag": '"f45e6c8849987627"'}
GRANT = {
    "id": 3, "role": "verifier", "language": "id", "programme": None, "province": None, "granted_by": "system",
    "granted_at": AT,
}  # fmt: skip
MEMBER = {
    "id": ACCOUNT_ID, "email": "ani@example.go.id", "name": "Ani Lestari", "language": "id", "has_password": True,
    "has_code": True, "is_demo": False, "created_at": AT, "disabled_at": None, "roles": ["verifier:id"],
}  # fmt: skip
LINK = {"link": "https://desk.example.go.id/invitation/…"}
INVITED = {"member": MEMBER, **LINK}
POLICY = {"must_have_code": True}
AUDIT_ROW = {
    "id": 99, "at": AT, "actor_id": ACCOUNT_ID, "actor_name": "Ani Lestari", "action": "text.approve",
    "subject": "article:passport-held", "details": {"language": "id", "revision": 17}, "sealed_number": 99,
    "seal": "0a1b2c3d:…",
}  # fmt: skip
ME = {"id": ACCOUNT_ID, "name": "Ani Lestari", "language": "id", "grants": [GRANT], "scopes": None}
SESSION = {"id": ACCOUNT_ID, "device": "Firefox", "created_at": AT, "last_seen_at": AT}
TOKEN = {"id": 4, "name": "Nightly export", "scopes": ["editor"], "created_at": AT, "expires_at": AT}
TOKEN_MADE = {"token": "bekal_…"}
LINK_ROW = {
    "id": 12, "url": "https://thesun.my/passports", "state": "moved", "reason": "", "is_broken": False,
    "http_status": 200, "final_url": "https://thesun.my/news/passports", "checked_at": AT, "due_at": AT,
    "failing_since": None, "failed_days": 0,
    "used_in": [{"kind": "article", "slug": "passport-held", "language": "id", "source": "the-sun-passports-2026"}],
}  # fmt: skip
FIGURES = {
    "table": "topics", "since": "2026-11-01", "until": "2026-11-30", "language": "", "columns": ["read", "topic"],
    "rows": [
        {"key": "protection", "numbers": {"read": 340, "topic": 215}},
        {"key": "health", "numbers": {"read": 15, "topic": None}},
    ],
}  # fmt: skip
UNANSWERED_PAGE = {
    "items": [{"language": "id", "word": "arisan", "days": 7, "last_day": "2026-11-24"}], "next": None,
}  # fmt: skip
BOARD = {
    "boxes": [
        {"name": "mine", "title": "My drafts and what I handed in", "count": 3, "rows": "/v1/board/mine"},
        {"name": "links", "title": "Broken links", "count": 1, "rows": "/v1/links?state=broken"},
    ]
}  # fmt: skip
BOARD_TEXT = {
    "revision_id": 17, "kind": "article", "slug": "passport-held", "language": "id", "title": "Paspor ditahan majikan",
    "is_live": False, "stand": "planned", "planned_for": AT,
}  # fmt: skip
UNHELPFUL = {
    "slug": "wages-unpaid", "language": "jv", "title": "Gaji ora dibayar", "yes": 1, "no": 3,
    "reasons": [{"reason": "hard", "count": 2}],
}  # fmt: skip
HEALTH = {
    "is_well": False,
    "looks": [{"name": "outbox", "is_well": False, "what": "Oldest unsent message", "told": "90 seconds"}],
    "sealed": 1200, "is_proved": True, "versions": {"Bekal": "1.0", "Python": "3.11.9", "SQLite": "3.45.1"},
    "settings": [{"name": "BEKAL_BIND", "value": "127.0.0.1:8080", "is_secret": False, "is_set": True}],
}  # fmt: skip


def page_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return the example of a page with one row."""
    return {"items": [row], "next": "MTc"}


ENTRY_PAGE, HISTORY, QUEUE, TOPIC_PAGE = page_of(ENTRY_ROW), page_of(TEXT_ROW), page_of(WAITING), page_of(TOPIC)
SOURCE_PAGE, SYNONYM_PAGE, MEMBER_PAGE, GRANT_PAGE = page_of(SOURCE), page_of(SYNONYM), page_of(MEMBER), page_of(GRANT)
AUDIT_PAGE, SESSION_PAGE, TOKEN_PAGE = page_of(AUDIT_ROW), page_of(SESSION), page_of(TOKEN)
LINK_PAGE = page_of(LINK_ROW)
MEDIA_PAGE = page_of(MEDIA | {"used_in": None})
BOARD_PAGE, UNHELPFUL_PAGE = page_of(BOARD_TEXT), page_of(UNHELPFUL)
TRANSLATION_PAGE = page_of(TRANSLATION_ROW)
