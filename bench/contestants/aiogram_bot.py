"""(b) aiogram as its examples show it, in memory; (c) with `--database`, reading and writing one row an update.

(c) goes through SQLAlchemy's ORM on aiosqlite with SQLite's own defaults, as a first version would.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, TelegramObject, User
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.contestants.menu import screen

visits: dict[int, int] = {}


class Base(DeclarativeBase):
    pass


class Visitor(Base):
    __tablename__ = "visitor"

    id: Mapped[int] = mapped_column(primary_key=True)
    visits: Mapped[int]


def keyboard(buttons: list[list[tuple[str, str]]]) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=text, callback_data=to) for text, to in row] for row in buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def home(message: Message) -> None:
    visits[message.chat.id] = visits.get(message.chat.id, 0) + 1
    text, buttons = screen("home")
    await message.answer(text, reply_markup=keyboard(buttons))


async def tap(query: CallbackQuery) -> None:
    await query.answer()
    text, buttons = screen(query.data or "")
    assert isinstance(query.message, Message)
    await query.message.edit_text(text, reply_markup=keyboard(buttons))


class OneRowAnUpdate:
    """Middleware: read the person's row, count the visit, commit."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        user: User = data["event_from_user"]
        async with self._sessions() as session:
            visitor = await session.get(Visitor, user.id)
            if visitor is None:
                session.add(Visitor(id=user.id, visits=1))
            else:
                visitor.visits += 1
            await session.commit()
        return await handler(event, data)


async def run(options: argparse.Namespace) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(options.api))
    dispatcher = Dispatcher()
    dispatcher.callback_query.register(tap)
    dispatcher.message.register(home)
    if options.database:
        engine = create_async_engine(f"sqlite+aiosqlite:///{options.database}", connect_args={"timeout": 30})
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        dispatcher.update.outer_middleware(OneRowAnUpdate(async_sessionmaker(engine)))
    await dispatcher.start_polling(Bot(options.token, session=session))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--database", default="")
    asyncio.run(run(parser.parse_args()))
