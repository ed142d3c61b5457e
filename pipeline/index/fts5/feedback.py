"""What the best posts have in common raises others that have it too (pseudo-relevance feedback).

RM3 (Lavrenko and Croft, SIGIR 2001; Abdul-Jaleel et al., TREC 2004), with two cautions: it only
reorders what matches already, and only for questions of several words. A short query means its words.
"""

from collections.abc import Mapping

from pipeline.index.fts5.best import Best
from pipeline.index.fts5.ranking import Ranking, highest
from pipeline.index.fts5.vocabulary import Vocabulary

SHORTEST_QUERY = 4
"""Words from which a query is a question rather than a name."""
TEACHERS = 5
"""Posts that are learnt from."""
TERMS = 20
"""Terms that are learnt."""
SHARE = 0.42
"""What the learnt terms count, against the query's own words."""
_K1, _B = 1.2, 0.75


class Feedback:
    """What the best posts of one search teach; `known` are the query's own terms, counted already."""

    def __init__(
        self, ranking: Ranking, vocabulary: Vocabulary, posts: list[Best], known: frozenset[str]
    ) -> None:
        self._posts, self._idf = ranking.snapshot, ranking.idf
        self._vocabulary, self._known = vocabulary, known
        self._terms = {each.post: each.terms for each in posts}

    def gains(self, scores: Mapping[int, float]) -> dict[int, float]:
        """What each of the posts gains, between 0 and about SHARE."""
        ranked = sorted(self._terms, key=lambda post: (-scores[post], self._posts.keys[post]))
        learnt = self._learnt(ranked[:TEACHERS], scores)
        whole = sum(learnt.values())
        if not whole:
            return {}
        mean = self._posts.mean_length("b")
        return {post: SHARE * self._likeness(post, learnt, mean) / whole for post in ranked}

    def _learnt(self, teachers: list[int], scores: Mapping[int, float]) -> dict[str, float]:
        """The terms that tell the teachers apart from all others: what each is worth."""
        said: dict[str, dict[str, float]] = {}
        for post in teachers:
            own = self._terms[post]
            length = sum(own.values()) or 1
            values = said.setdefault(self._posts.languages[post], {})
            for term in own.keys() - self._known:
                values[term] = values.get(term, 0.0) + scores[post] * own[term] / length
        worth: dict[str, float] = {}
        for language, values in said.items():
            posts = self._vocabulary.posts_of_stems(language, values)
            for term, value in values.items():
                worth[term] = worth.get(term, 0.0) + value * self._idf(posts.get(term, 0))
        ranked = highest(worth, TERMS, lambda term: (-round(worth[term], 9), term))
        return {term: worth[term] for term in ranked}

    def _likeness(self, post: int, learnt: dict[str, float], mean: float) -> float:
        """The learnt terms that the post has, saturated as BM25 does, times their worth."""
        terms = self._terms[post]
        length = self._posts.lengths["b"][post] / mean
        slope = _K1 * (1 - _B + _B * length)
        return sum(
            weight * (_K1 + 1) * terms[term] / (terms[term] + slope)
            for term, weight in learnt.items()
            if term in terms
        )
