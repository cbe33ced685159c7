"""The rules for paths and self-checks: what they refer to exists, languages are complete, a result fits."""

from collections.abc import Collection, Iterable, Mapping

from content.guide_shapes import STAGES, CheckQuestionModel, SelfCheckModel
from content.pack_files import Located, Report
from content.pack_models import Pack
from content.pack_text_rules import MAX_PART_CHARACTERS, shown_text, unresolved
from core.markup import MarkupError, parse


def check_guides(pack: Pack, languages: Collection[str], report: Report) -> None:
    """Add every broken rule of paths and self-checks to the report."""
    articles, located = {article.slug for article in pack.articles}, pack.files["paths"]
    for stage, path in pack.paths.items():
        if stage not in STAGES:
            report.add(located.path, located.line(stage), f"{stage} is none of {', '.join(STAGES)}")
        for place, slug in enumerate(path.articles):
            if slug not in articles or slug in path.articles[:place]:
                what = f"there is no {slug}" if slug not in articles else f"{slug} stands here a second time"
                report.add(located.path, located.line(stage, "articles", place), what)
    for slug, check in pack.self_checks.items():
        _SelfCheckRules(check, pack.files[f"self_checks/{slug}"], pack, languages, report).check()


class _SelfCheckRules:
    """The rules of one self-check."""

    def __init__(
        self, check: SelfCheckModel, located: Located, pack: Pack, languages: Collection[str], report: Report
    ) -> None:
        self._check, self._located, self._pack = check, located, pack
        self._languages, self._report = languages, report

    def check(self) -> None:
        """Add every broken rule to the report."""
        model = self._check
        if model.topic not in {topic.slug for topic in self._pack.topics}:
            self._add(f"there is no topic {model.topic}", "topic")
        self._articles([model.article] if model.article else [], "article")
        self._texts(model.titles, "titles")
        self._bodies(model.introductions, "introductions")
        for place, question in enumerate(model.questions):
            self._question(question, place)
        self._levels()

    def _levels(self) -> None:
        questions, levels = self._check.questions, self._check.levels
        leasts = [level.least for level in levels]
        if leasts != sorted(set(leasts)) or leasts[0] != 0:
            self._add("the levels go up from least: 0", "levels")
        if leasts[-1] > sum(question.weight for question in questions):
            self._add("the last level can never be reached", "levels")
        all_reasons = {code: sum(len(each.reasons.get(code, "")) + 3 for each in questions) for code in self._languages}
        for place, level in enumerate(levels):
            self._texts(level.titles, "levels", place, "titles")
            self._bodies(level.bodies, "levels", place, "bodies", beside=all_reasons)
            self._articles(level.articles, "levels", place, "articles")
            self._evidence(level.evidence, "levels", place, "evidence")

    def _articles(self, slugs: Iterable[str], *where: str | int) -> None:
        known = {article.slug for article in self._pack.articles}
        for slug in slugs:
            if slug not in known:
                self._add(f"there is no {slug}", *where)

    def _question(self, question: CheckQuestionModel, place: int) -> None:
        if question.code in [each.code for each in self._check.questions[:place]]:
            self._add("another question has this code too", "questions", place, "code")
        self._texts(question.questions, "questions", place, "questions")
        self._texts(question.reasons, "questions", place, "reasons")
        self._evidence(question.evidence, "questions", place, "evidence")

    def _evidence(self, numbers: Iterable[str], *where: str | int) -> None:
        for number in numbers:
            found = self._pack.evidence.get(number)
            if found is None or found.confidence == "low":
                self._add(f"{number} is not in evidence.yaml, or marked low", *where)

    def _texts(self, texts: Mapping[str, str], *where: str | int) -> None:
        for language in self._languages:
            if language not in texts:
                self._add(f"{language} is missing", *where)
        for language in texts:
            if language not in self._languages:
                self._add(f"{language} is not one of our languages", *where, language)

    def _bodies(self, bodies: Mapping[str, str], *where: str | int, beside: Mapping[str, int] | None = None) -> None:
        self._texts(bodies, *where)
        for language, body in bodies.items():
            faults = [what for _, what in unresolved(body, self._pack)]
            try:
                parse(body)
            except MarkupError as error:
                faults.append(error.what)
            for what in faults:
                self._add(what, *where, language)
            if not faults:
                length = len(shown_text(body, self._pack, language)) + (beside or {}).get(language, 0)
                if length > MAX_PART_CHARACTERS:
                    self._add(f"{length} characters: at most {MAX_PART_CHARACTERS} fit", *where, language)

    def _add(self, what: str, *where: str | int) -> None:
        self._report.add(self._located.path, self._located.line(*where), what)
