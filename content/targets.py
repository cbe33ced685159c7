"""What buttons ask for, and where a chat can stand: nothing else spells these strings. At most 64 bytes on a button."""

HOME = "h"
MORE = "m"
HELP = "b"
PRIVACY = "d"
LANGUAGE = "l"
FIRST_MEETING = "l:first"  # where a chat stands until the first language is chosen
CONTACTS = "e"
OTHER_COUNTRIES = "e:more"
WHICH_COUNTRY = "e:ask"
HERE = "e:here"
HARM, DESPAIR = "!", "+"  # of what somebody cried: behind the contacts that she was shown then, content/cries.py
SEARCH = "s"
RESULTS = "s:back"
NO_ANSWER = "!"
URGENT = "!!"  # before what was found for who may need help now
CLEAR = "c"
ERASE = "x"
ERASE_NOW = "x:yes"
ABOUT_ME = "p"


PROGRAMMES = "j"
STATUS = "u"
PATHS = "g"
SELF_CHECK = "k"


def programme(slug: str) -> str:
    """Return the target of a programme, from where people sign up."""
    return f"{PROGRAMMES}:{slug}"


def sign_up(slug: str, *, for_another: bool = False) -> str:
    """Return the target of beginning to sign oneself, or a relative, up."""
    return f"f:{slug}:{'kin' if for_another else 'me'}"


def form_page(slug: str) -> str:
    """Return the target of filling a form in on a page."""
    return f"f:{slug}:page"


def reminder(slug: str) -> str:
    """Return the target of wanting to be reminded of a programme, or not any more."""
    return f"f:{slug}:bell"


def question(slug: str, place: int | str, answer: str = "") -> str:
    """Return the target of a question of a form, by its place from 0, or of an answer to it, or of a step around it."""
    return f"q:{slug}:{place}:{answer}" if answer else f"q:{slug}:{place}"


def registration(reference: str, step: str = "") -> str:
    """Return the target of something that is done with a registration that was sent."""
    return f"{STATUS}:{reference}:{step}" if step else f"{STATUS}:{reference}"


def path(stage: str) -> str:
    """Return the target of a path through the library."""
    return f"{PATHS}:{stage}"


def tick(stage: str, slug: str, *, is_done: bool) -> str:
    """Return the target of ticking an article of a path off, or of taking the tick away."""
    return f"{PATHS}:{stage}:{slug}:{'on' if is_done else 'off'}"


def self_check(slug: str, answers: str = "") -> str:
    """Return the target of a self-check, or of where its answers so far lead; one letter each."""
    return f"{SELF_CHECK}:{slug}:{answers}" if answers else f"{SELF_CHECK}:{slug}"


def topic(slug: str) -> str:
    """Return the target of a topic."""
    return f"t:{slug}"


def article(slug: str, part: int = 1) -> str:
    """Return the target of an article's part, counted from 1."""
    return f"a:{slug}:{part}"


def language(code: str) -> str:
    """Return the target of choosing a language."""
    return f"{LANGUAGE}:{code}"


def contacts(country: str, page: int = 1) -> str:
    """Return the target of a country's contacts; pages count from 1."""
    return f"{CONTACTS}:{country}" if page == 1 else f"{CONTACTS}:{country}:{page}"


def after_cry(contacts: str, cry: str) -> str:
    """Return the target of contacts as somebody sees them who cried for help."""
    return f"{contacts}:{cry}" if cry else contacts


def cry_at(step: str) -> str:
    """Return of what somebody cried who stands at contacts since; nothing if she did not."""
    kind, _, place = step.partition(" ")[0].partition(":")
    cry = place.partition(":")[2]
    return cry if kind == CONTACTS and cry.startswith((HARM, DESPAIR)) else ""


def found(hits: tuple[str, ...], *, is_urgent: bool = False) -> str:
    """Return where a chat stands after a search: what was found, not what was asked. For no button: it is too long.

    The first may be NO_ANSWER: then the others are only what may help instead. Before it stands whether it is urgent.
    """
    return f"{SEARCH}:{'|'.join(((URGENT,) if is_urgent else ()) + hits)}"


def results_in(step: str) -> str:
    """Return the results of a search, or the path, where a chat stands at them or at what was opened from them."""
    held = _behind(step)
    return held if held.startswith((f"{SEARCH}:", f"{PATHS}:")) else ""


def form_in(step: str) -> str:
    """Return the question of a form at which a chat stands, or which waits behind the contacts or the text there."""
    held = _behind(step).partition(" ")[0]
    return held if held.startswith("q:") else ""


def contacts_in(step: str) -> str:
    """Return the contacts behind which a form waits, where a chat stands at them or at what was opened from them.

    Without what somebody cried, and without a page: of a discreet form nothing tells there.
    """
    if form_in(step) and step.partition(":")[0] == CONTACTS:
        country = country_at(step)
        return contacts(country) if country else CONTACTS
    return _behind(step).partition(" ")[2]


def opened_from(step: str, target: str) -> str:
    """Return where a chat stands that opens a target from a step.

    Some come back from there to the results of a search, to a path or to a form, by the contacts before it: these go
    along.
    """
    is_text = target.startswith(("a:", "n:"))
    results = results_in(step) if is_text or country_at(target) else ""
    form = form_in(step) if is_text or target.partition(":")[0] == CONTACTS else ""
    place = contacts_in(step) if is_text and form else ""
    return " ".join(filter(None, (target, results or form, place)))


def _behind(step: str) -> str:
    return step.partition(" ")[2] or step


def country_at(step: str) -> str:
    """Return the country at whose contacts a chat stands; nothing elsewhere."""
    code = step.partition(" ")[0].removeprefix(f"{CONTACTS}:").partition(":")[0]
    return code if step.startswith(f"{CONTACTS}:") and code.isupper() else ""


def country_in(step: str) -> str:
    """Return the first country whose contacts are among the results where a chat stands, or from which it opened."""
    kind, _, hits = results_in(step).partition(":")
    found = (hit.removeprefix(f"{CONTACTS}:") for hit in hits.split("|") if hit.startswith(f"{CONTACTS}:"))
    return next(found, "") if kind == SEARCH else ""


def path_in(step: str) -> str:
    """Return the stage of the path at which a chat stands, or from which it opened something; else nothing."""
    kind, _, stage = results_in(step).partition(":")
    return stage if kind == PATHS else ""


def card(slug: str) -> str:
    """Return the target of an article's card to forward."""
    return f"w:{slug}"


def media(key: str) -> str:
    """Return the target of a picture or voice note."""
    return f"v:{key}"


def helpful(slug: str) -> str:
    """Return the target of "this helped"."""
    return f"y:{slug}"


def not_helpful(slug: str, reason: str = "") -> str:
    """Return the target of "this did not help", or of the reason why."""
    return f"n:{slug}:{reason}" if reason else f"n:{slug}"


def about_me(question: str, answer: str = "", page: int = 1) -> str:
    """Return the target of a question about the person, of one page of its answers, or of an answer."""
    if answer:
        return f"{ABOUT_ME}:{question}:{answer}"
    return f"{ABOUT_ME}:{question}" if page == 1 else f"{ABOUT_ME}:{question}::{page}"
