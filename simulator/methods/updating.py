"""How updates come to the bot: getUpdates, and the webhook."""

from typing import Any

from simulator.simulator import Simulator

Parameters = dict[str, Any]


async def get_updates(simulator: Simulator, parameters: Parameters) -> list[dict[str, Any]]:
    """getUpdates."""
    return await simulator.updates.poll(parameters)


async def set_webhook(simulator: Simulator, parameters: Parameters) -> bool:
    """setWebhook."""
    await simulator.updates.set_webhook(parameters)
    return True


async def delete_webhook(simulator: Simulator, parameters: Parameters) -> bool:
    """deleteWebhook."""
    await simulator.updates.delete_webhook(drops=parameters.get("drop_pending_updates", False))
    return True


def get_webhook_info(simulator: Simulator, _parameters: Parameters) -> dict[str, Any]:
    """getWebhookInfo."""
    webhook = simulator.updates.webhook
    info: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(simulator.updates.queue),
    }
    if webhook is not None:
        info["max_connections"] = webhook.max_connections
        if webhook.last_error_date is not None:
            info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error_message}
    return info


METHODS: dict[str, Any] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
