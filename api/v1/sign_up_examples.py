"""The examples of the OpenAPI document for programmes, forms and registrations: see api/v1/examples.py."""

from api.v1.examples import ACCOUNT_ID, AT, body_of, page_of

REGISTRATION_ID = "89abcdef0123456789abcdef01234567"
TEXT_HASH = "a" * 64

DECIDE = body_of("A place", {"status": "accepted", "reason": None})
DECISIONS = body_of(
    "One is given a place, one is not",
    {
        "decisions": [
            {"registration_id": REGISTRATION_ID, "seen": "applied", "status": "accepted"},
            {"registration_id": "0" * 32, "seen": "in_review", "status": "declined", "reason": "full"},
        ]
    },
)  # fmt: skip
LOOK = body_of("The last four digits of her number", {"typed": "7890"})
READ_FOR = body_of("To decide", {"purpose": "decide"})
NEW_NOTE = body_of("When to ring", {"text": "Call after the evening prayer."})
ASSIGNMENT = body_of("Nobody", {"account_id": None})
HAND_OVER = body_of("To Nusa Tenggara Barat", {"province": "52"})
CORRECTION = body_of("A name", {"question": "name", "typed": "Siti Aminah"})
NEW_REGISTRATION = body_of(
    "A form on paper",
    {
        "programme": "courses", "language": "id",
        "answers": {
            "consent": "ya", "course": "money", "name": "Siti Aminah", "regency": "Kabupaten Bogor",
            "phone": "0812 3456 7890", "when": "morning",
        },
    },
)  # fmt: skip
SHEET = body_of("Of one province", {"programme": "courses", "province": "32"})
PROGRAMME_BODY = {
    "article": "join-a-course", "position": 2, "form": None, "provinces": ["32", "52"], "opens_on": "2026-12-01",
    "closes_on": "2026-12-31", "places": 30, "places_by_province": {"52": 10}, "keep_months": 12,
}  # fmt: skip
NEW_PROGRAMME = body_of("For two provinces", {"slug": "evening-courses"} | PROGRAMME_BODY)
PROGRAMME_FIELDS = body_of("For two provinces", PROGRAMME_BODY)
NEW_FORM = body_of("A form", {"slug": "evening-interest"})
QUESTION_BODY = {
    "code": "when", "type": "choice", "required": True,
    "texts": {
        "id": {"question": "Kapan Anda bisa?", "why": "Agar waktunya cocok."}, "en": {"question": "When can you come?"},
    },
    "options": [
        {"code": "morning", "labels": {"id": "Pagi", "en": "In the morning"}},
        {"code": "evening", "labels": {"id": "Malam", "en": "In the evening"}},
    ],
}  # fmt: skip
QUESTION = body_of("A choice", QUESTION_BODY)
MOVE_QUESTION = body_of("Up", {"where": "up"})

REGISTRATION_ROW = {
    "id": REGISTRATION_ID, "reference": "K7M2P-Q4RT", "programme": "courses", "status": "applied", "number": 12,
    "province": "32", "applied_at": AT, "is_for_another": False, "assigned_to": "Ani Lestari",
}  # fmt: skip
REGISTRATION = REGISTRATION_ROW | {
    "language": "id", "queue": None, "offered_until": None, "places_left": 18,
    "can_become": ["in_review", "accepted", "declined"],
    "history": [{"status": "applied", "at": AT, "actor": "person", "name": "", "reason": None,
                 "handed_from": None, "handed_to": None}],
    "questions": ["consent", "course", "name"], "is_discreet": False, "places_answer": "",
    "assigned_account_id": ACCOUNT_ID, "colleagues": [{"account_id": ACCOUNT_ID, "name": "Ani Lestari"}], "same": [],
    "notes": 1,
    "news": [{"status": "declined", "reached": "no_chat", "at": AT, "called_at": AT, "called_by": "Ani Lestari"}],
    "must_be_called": False, "can_withdraw": False, "wishes": [{"kind": "withdraw", "at": AT}],
}  # fmt: skip
GIVEN = {"code": "course", "question": "Kursus apa yang dicari?", "value": "money", "answer": "Mengatur uang"}
NOTE = {"text": "Call after the evening prayer.", "name": "Ani Lestari", "at": AT}
ANSWERS = {"answers": [GIVEN], "notes": [NOTE]}
NOTE_KEPT = {"notes": 1}
OUTCOMES = {
    "outcomes": [
        {"registration_id": REGISTRATION_ID, "reference": "K7M2P-Q4RT", "code": None, "detail": None},
        {
            "registration_id": "0" * 32, "reference": "", "code": "not-there",
            "detail": "There is nothing here (any more).",
        },
    ]
}  # fmt: skip
REGISTRATION_COPY = {
    "registration": {
        name: REGISTRATION[name] for name in ("reference", "programme", "status", "province", "applied_at",
        "is_for_another", "language", "queue", "offered_until", "places_answer", "history", "news")
    } | {"wishes": [{"kind": "withdraw", "at": AT, "done_at": AT}]},
    "answers": [GIVEN], "notes": [NOTE],
    "consents": [{"code": "consent", "is_given": True, "language": "id", "text_hash": TEXT_HASH, "at": AT}],
}  # fmt: skip
ATTENDANCE = {
    "people": [
        {
            "id": REGISTRATION_ID, "reference": "K7M2P-Q4RT", "number": 12, "name": "Siti Aminah", "was_there": False,
        }
    ]
}  # fmt: skip
PROGRAMME = {
    "slug": "evening-courses", "article": "join-a-course", "position": 2, "form": None, "discreet": False, "stages": [],
    "provinces": ["32", "52"], "opens_on": "2026-12-01", "closes_on": "2026-12-31", "admits": "after_review",
    "places": 30, "places_by_province": {"52": 10}, "places_question": None, "places_by_answer": {}, "waitlist": True,
    "least_age": None, "most_age": None, "sex": None, "returned_within_months": None, "contact": None,
    "keep_months": 12,
}  # fmt: skip
PROGRAMME_ROW = {
    "slug": "courses", "article": "join-a-course", "form": "course-interest", "position": 1, "discreet": False,
}  # fmt: skip
FORM_ROW = {"slug": "course-interest", "questions": 8, "has_draft": True, "missing": []}
FORM = {"slug": "course-interest", "questions": [QUESTION_BODY], "draft": [QUESTION_BODY], "missing": ["jv", "su"]}
EMPTY_FORM = {"slug": "evening-interest", "questions": [], "draft": [], "missing": []}
FORM_PREVIEW = {
    "language": "en",
    "questions": [
        {
            "code": "when",
            "messages": [
                {
                    "message_id": 1, "date": 1795597200, "from": {"id": 0, "is_bot": True, "first_name": "Bekal"},
                    "text": "When can you come?", "entities": [],
                }
            ],
        }
    ],
}  # fmt: skip

REGISTRATION_PAGE, PROGRAMME_PAGE, FORM_PAGE = page_of(REGISTRATION_ROW), page_of(PROGRAMME_ROW), page_of(FORM_ROW)
REGISTRATIONS_FOUND = REGISTRATION_PAGE | {"next": None}
