"""What a cry for help is answered with besides whom to call: a line that comforts, and the article that fits.

Both go along in the target of the contacts, so that they stay when she chooses her country:

    e:ask:!locked-in    harm, and the article that fits        e:TW:+    despair, and none
"""

from collections.abc import Iterable
from dataclasses import dataclass

from content.catalogue import Catalogue
from content.search import Hit
from content.targets import DESPAIR, HARM
from content.trouble import Trouble, is_despair, is_only_a_call, tells_of_a_friend, trouble_in

# What search may find for a cry: a text about clean water is no answer to "they give me no food".
FITTING = {
    HARM: ("violence-at-work", "locked-in", "arrested", "accident-or-illness", "scam-compounds"),
    DESPAIR: ("stress-and-sleep",),
}
FAULT_UNKNOWN = frozenset({"arrested", "accident-or-illness"})  # nobody knows who did it: no word of fault
ABOUT_A_FRIEND = "helping-a-friend"


@dataclass(frozen=True, slots=True)
class Cry:
    """How somebody cried for help, and the article that fits; both may be empty."""

    kind: str = ""
    article: str = ""

    @property
    def written(self) -> str:
        """How it stands in a target."""
        return f"{self.kind}{self.article}"


NO_CRY = Cry()


def heard(text: str, catalogue: Catalogue, found: Iterable[Hit] = ()) -> Cry:
    """Return what a cry for help tells of; the article is the nearest of those that were `found` and may fit.

    A bare "help!" tells nothing.
    """
    if trouble_in(text) is not Trouble.STRONG or is_only_a_call(text):
        return NO_CRY
    if is_despair(text):
        is_hers = ABOUT_A_FRIEND not in catalogue.articles or not tells_of_a_friend(text)
        return Cry(DESPAIR, _nearest(found, FITTING[DESPAIR]) if is_hers else ABOUT_A_FRIEND)
    return Cry(HARM, _nearest(found, FITTING[HARM]))


def together(held: str, cry: str) -> str:
    """Return what a cry that is held and a new one come to, as written: despair stays, with what fits the new one."""
    if held.startswith(DESPAIR) and cry.startswith(HARM):
        return DESPAIR + (cry.removeprefix(HARM) or held.removeprefix(DESPAIR))
    return cry or held


def read(written: str, catalogue: Catalogue) -> Cry:
    """Return the cry that stands in a target; an article that is gone is left out."""
    kind, article = written[:1], written[1:]
    return Cry(kind, article if article in catalogue.articles else "") if kind in FITTING else NO_CRY


def _nearest(found: Iterable[Hit], fitting: tuple[str, ...]) -> str:
    slugs = (hit.target.split(":")[1] for hit in found if hit.target.startswith("a:"))
    return next((slug for slug in slugs if slug in fitting), "")
