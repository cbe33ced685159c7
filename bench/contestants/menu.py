"""The menu that every contestant shows: as deep, as many buttons and as long texts as Bekal's own on this journey."""

Buttons = list[list[tuple[str, str]]]

HOME: tuple[str, Buttons] = (
    "Choose a topic, or write your question.",
    [
        [("Start here", "s")],
        [("Protection", "t1")],
        [("Money", "t2")],
        [("Health", "t3")],
        [("Programmes & training", "t4")],
        [("Important contacts", "e")],
        [("Clear chat", "c")],
        [("More", "m")],
    ],
)
TOPIC: tuple[str, Buttons] = (
    "Protection",
    [
        [("Job offers and costs", "t11")],
        [("Papers and getting ready", "t12")],
        [("Rights and rules at work", "t13")],
        [("When you are in trouble", "t14")],
        [("Asia: rules by country", "t15")],
        [("Middle East: rules", "t16")],
        [("Coming home", "t17")],
        [("Family at home", "t18")],
        [("Back", "home"), ("Home", "home")],
    ],
)
TOPIC_IN_IT: tuple[str, Buttons] = (
    "Job offers and costs",
    [
        [("Check a job offer: 10 questions", "k")],
        [("Is this job offer real?", "a1")],
        [("What may an agency charge?", "a2")],
        [("Check the agency licence first", "a3")],
        [("Jobs in Cambodia and Myanmar: scams", "a4")],
        [("Closed countries: check first", "a5")],
        [("What can the village office do for you?", "a6")],
        [("Back", "t1"), ("Home", "home")],
    ],
)
ARTICLE: tuple[str, Buttons] = (
    "Is this job offer real?\n\n"
    + "Pay nothing before you ask. Keep a photo of your papers. Call the office. Ask a friend to help. " * 11
    + "\n\nSource: Ministry, May 2025. Not yet verified by the institution.",
    [[("Next (2/2)", "a12")], [("Back", "t11"), ("Home", "home")]],
)


def screen(target: str) -> tuple[str, Buttons]:
    """Return the text and the buttons of a target."""
    if target.startswith("a"):
        return ARTICLE
    if target.startswith("t"):
        return TOPIC if len(target) == len("t1") else TOPIC_IN_IT
    return HOME
