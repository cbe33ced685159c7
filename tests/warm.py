"""What each start of Bekal works out anew and always finds the same, worked out once: phrases, words without affixes.

Imported by the fork server (tests/forks.py), so that its forks begin with it.
"""

import gc

from content.pack import read_pack
from content.search_words import stems, words_of
from content.trouble import trouble_in

trouble_in("")
for _article in read_pack().articles:
    for _text in _article.texts.values():
        for _word in words_of(f"{_text.front.title} {_text.front.summary} {_text.body}"):
            stems(_word)
gc.freeze()  # the pages that forks share are not written to by looking for garbage
