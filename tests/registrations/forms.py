"""A programme with a form of every type of question, for tests."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.form_shapes import FormModel
from content.programmes import Form, Programme
from content.revisions import Entry
from content.versions import raise_version
from core.clock import utc_now
from staff.actors import Role
from tests.desk import add_person

SLUG = "kelas"


def texts(indonesian: str, english: str, **more: str) -> dict[str, Any]:
    return {"id": {"question": indonesian, **more}, "en": {"question": english}}


QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "consent", "type": "consent",
        "texts": texts("Boleh kami simpan jawaban Anda?", "May we keep your answers?", why="Untuk mendaftarkan Anda.",
            help="Hanya petugas program yang membacanya. Anda bisa membatalkan dengan /status.",
        ),
    },
    {
        "code": "photos", "type": "consent", "required": False,
        "texts": texts("Boleh difoto?", "May we take photos?", help="Fotonya tetap di kantor."),
    },
    {"code": "name", "type": "short_text", "sensitive": True, "texts": texts("Nama Anda?", "Your name?")},
    {
        "code": "birth-date", "type": "date",
        "texts": texts("Tanggal lahir?", "Date of birth?", error="Tulis tanggal lahir Anda, seperti 17-8-1990."),
    },
    {
        "code": "sex", "type": "choice", "texts": texts("Perempuan atau laki-laki?", "Woman or man?"),
        "options": [
            {"code": "female", "labels": {"id": "Perempuan", "en": "Woman"}},
            {"code": "male", "labels": {"id": "Laki-laki", "en": "Man"}},
        ],
    },
    {"code": "children", "type": "yes_no", "texts": texts("Punya anak?", "Do you have children?")},
    {
        "code": "how-many", "type": "number", "least": 1, "most": 20, "texts": texts("Berapa anak?", "How many?"),
        "shown_if": {"question": "children", "is": ["yes"]},
    },
    {"code": "province", "type": "province", "texts": texts("Provinsi?", "Province?")},
    {"code": "regency", "type": "regency", "texts": texts("Kabupaten atau kota?", "Kabupaten or kota?")},
    {"code": "country", "type": "country", "texts": texts("Pernah bekerja di mana?", "Where did you work?")},
    {"code": "phone", "type": "phone", "texts": texts("Nomor HP?", "Phone number?")},
    {
        "code": "days", "type": "choices", "texts": texts("Hari apa bisa?", "Which days?"),
        "options": [
            {"code": "sat", "labels": {"id": "Sabtu", "en": "Saturday"}},
            {"code": "sun", "labels": {"id": "Minggu", "en": "Sunday"}},
        ],
    },
    {"code": "wish", "type": "long_text", "required": False, "texts": texts("Ada pesan?", "Anything else?")},
]  # fmt: skip
GIVEN = {
    "consent": "yes", "photos": "no", "name": "Siti Aminah", "birth-date": "1990-08-17", "sex": "female",
    "children": "no", "province": "32", "regency": "32.01", "country": "TW", "phone": "+6281234567890", "days": "sat",
    "wish": "",
}  # fmt: skip


def form(questions: list[dict[str, Any]] | None = None) -> FormModel:
    return FormModel.model_validate({"questions": questions or QUESTIONS, "missing": ["jv", "su"]})


async def add_programme(
    session: AsyncSession, slug: str = SLUG, *, questions: list[dict[str, Any]] | None = None, is_read: bool = True,
    **how: Any,
) -> Programme:  # fmt: skip
    """Add a programme with a form of its own, and a registrar who reads what is sent."""
    article = (await session.scalars(select(Entry).where(Entry.slug == "back-home-help"))).one()
    model = form(questions)
    written = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    session.add(Form(slug=slug, questions=written["questions"], missing=["jv", "su"], origin="pack"))
    columns: dict[str, Any] = {
        "slug": slug, "article_id": article.id, "form": slug, "position": 1, "discreet": False, "stages": [],
        "provinces": [], "places_by_province": {}, "waitlist": True, "admits": "at_once", "keep_months": 24,
        "opens_on": date(2026, 1, 1), "origin": "pack",
    }  # fmt: skip
    if is_read:
        await add_person(session, f"registrar-{slug}", Role.REGISTRAR, now=utc_now())
    programme = Programme(**columns | how)
    session.add(programme)
    await session.flush()
    await raise_version(session)
    return programme
