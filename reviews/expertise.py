"""How near a person's work is to a product: texts weighed by the words that are rare among all of them (TF-IDF)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TOLD = 4  # words that are told for a fit
LARGEST = 40_000  # characters of one text


@dataclass(frozen=True, slots=True)
class Nearness:
    """`fit` (products, people), 0 to 1: the cosine of two texts."""

    fit: npt.NDArray[np.float64]
    _products: object
    _people: object
    _words: npt.NDArray[np.str_]

    def shared(self, product: int, person: int) -> tuple[str, ...]:
        """Words both texts have, the weightiest first."""
        weight = self._products[product].multiply(self._people[person]).toarray().ravel()  # type: ignore[index]  # sparse rows
        best = np.argsort(-weight, kind="stable")[:TOLD]
        return tuple(str(self._words[i]) for i in best if weight[i] > 0)


def nearness(products: Sequence[str], people: Sequence[str]) -> Nearness:
    """One text per product, and one per person of all that is known of their work. An empty text is near to nothing."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (a second to import; one page needs it)

    texts = [text[:LARGEST] for text in (*products, *people)]
    weigh = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2), strip_accents="unicode")
    try:
        rows = weigh.fit_transform(texts)
    except ValueError:  # not one word in all of them
        return Nearness(np.zeros((len(products), len(people))), None, None, np.zeros(0, dtype=np.str_))
    mine, theirs = rows[: len(products)], rows[len(products) :]
    return Nearness((mine @ theirs.T).toarray().clip(0, 1), mine, theirs, weigh.get_feature_names_out())
