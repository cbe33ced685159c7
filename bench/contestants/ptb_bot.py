"""(a) python-telegram-bot as its examples show it: default request class, everything in memory.

`--concurrent` also turns on its handling of several updates at once, which is off by default.
"""

import argparse

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bench.contestants.menu import screen

Context = ContextTypes.DEFAULT_TYPE
visits: dict[int, int] = {}


def keyboard(buttons: list[list[tuple[str, str]]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=to) for text, to in row] for row in buttons])


async def home(update: Update, _context: Context) -> None:
    assert update.message is not None
    visits[update.message.chat_id] = visits.get(update.message.chat_id, 0) + 1
    text, buttons = screen("home")
    await update.message.reply_text(text, reply_markup=keyboard(buttons))


async def tap(update: Update, _context: Context) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer()
    text, buttons = screen(query.data or "")
    await query.edit_message_text(text, reply_markup=keyboard(buttons))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--concurrent", action="store_true")
    options = parser.parse_args()
    builder = Application.builder().token(options.token).base_url(f"{options.api}/bot")
    application = builder.concurrent_updates(options.concurrent).build()
    application.add_handler(CommandHandler("start", home))
    application.add_handler(CallbackQueryHandler(tap))
    application.add_handler(MessageHandler(filters.TEXT, home))
    application.run_polling()


if __name__ == "__main__":
    main()
