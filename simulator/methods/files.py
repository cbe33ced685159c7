"""Files: where to fetch one, and people's (absent) profile photos."""

from typing import Any

from simulator.errors import bad_request
from simulator.simulator import Simulator

Parameters = dict[str, Any]
LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024


def get_file(simulator: Simulator, parameters: Parameters) -> dict[str, Any]:
    """getFile."""
    file = simulator.files.get(parameters["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if file["file_size"] > LARGEST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {key: file[key] for key in ("file_id", "file_unique_id", "file_size", "file_path")}


def get_profile_photos(simulator: Simulator, parameters: Parameters) -> dict[str, Any]:
    """getUserProfilePhotos."""
    if simulator.chats.find(parameters["user_id"]) is None:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


METHODS: dict[str, Any] = {"getFile": get_file, "getUserProfilePhotos": get_profile_photos}
