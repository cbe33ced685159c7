"""Counters of the bot for /metrics. None of them can point to a person."""

from prometheus_client import Counter, Gauge

UPDATES = Counter("bekal_updates", "Updates taken in, by how they ended", ["outcome"])
PARKED_UPDATES = Counter("bekal_parked_updates", "Updates that a bug kept from being answered: look into each")
CALLS = Counter("bekal_telegram_calls", "Calls of the Bot API, by method and outcome", ["method", "outcome"])
DELIVERIES = Counter("bekal_deliveries", "Messages, by how they ended", ["outcome"])
WAITING_DELIVERIES = Gauge("bekal_waiting_deliveries", "Messages in this worker's hands that are not settled yet")
PAUSES = Counter("bekal_send_pauses", "Pauses that Telegram asked for with a 429")
FIRST_AID = Counter("bekal_first_aid", "Cries for help answered from memory while the database could not be written")
