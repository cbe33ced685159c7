"""The menu that every contestant shows: two topics, an article each, as long as Bekal's own texts."""

TOPICS = {"t1": "Protection", "t2": "Money"}
ARTICLE = (
    "Ask for your passport back in writing\n\n"
    + "Your passport is yours. Keep a photo of it. Call the embassy. Ask a friend to help. " * 9
    + "\n\nSource: Ministry, May 2025. Not yet verified by the institution."
)
HOME = ("What do you want to know? Choose a topic.", [[("Protection", "t1")], [("Money", "t2")], [("English", "en")]])
TOPIC = ("Protection", [[("Passport held", "a1")], [("Back", "home"), ("Home", "home")]])
READING = (ARTICLE, [[("Back", "t1"), ("Home", "home")]])


def screen(target: str) -> tuple[str, list[list[tuple[str, str]]]]:
    """Return the text and the buttons of a target."""
    if target.startswith("t"):
        return TOPIC
    return READING if target.startswith("a") else HOME
