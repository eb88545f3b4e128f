"""By what the shelf can be narrowed, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from convive.app.shelf.documents import Document
from convive.app.shelf.query import FACETS

_Mask = NDArray[np.bool_]


class FacetTable:
    """Which codes each document has, facet by facet."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._n = len(documents)
        self._codes: dict[str, list[str]] = {}
        self._has: dict[str, _Mask] = {}
        for facet in FACETS:
            codes = sorted({code for one in documents for code in one.facets.get(facet, ())})
            place = {code: k for k, code in enumerate(codes)}
            has = np.zeros((self._n, len(codes)), dtype=np.bool_)
            for i, document in enumerate(documents):
                has[i, [place[code] for code in document.facets.get(facet, ())]] = True
            self._codes[facet], self._has[facet] = codes, has

    def narrowed(self, chosen: Mapping[str, Sequence[str]], but: str = "") -> _Mask:
        """Return which documents the chosen codes leave, those of one facet aside.

        Parameters
        ----------
        chosen : mapping of str to sequence of str
            A facet or a code that nothing has leaves nothing; no code leaves everything.
        but : str
            The facet that is not looked at.

        Returns
        -------
        ndarray of bool, shape (n_documents,)
        """
        left = np.ones(self._n, dtype=np.bool_)
        for facet, codes in chosen.items():
            if codes and facet != but:
                left &= self._having(facet, codes)
        return left

    def counts(
        self, found: _Mask, chosen: Mapping[str, Sequence[str]]
    ) -> dict[str, dict[str, int]]:
        """Return for each code how many would be found with it, the other facets kept.

        Codes with none are left out unless they are chosen.
        """
        counted = {}
        for facet in FACETS:
            n = self._has[facet][found & self.narrowed(chosen, but=facet)].sum(axis=0)
            known = dict(zip(self._codes[facet], map(int, n), strict=True))
            taken = chosen.get(facet, ())
            counted[facet] = {
                code: known.get(code, 0)
                for code in sorted({*known, *taken})
                if known.get(code) or code in taken
            }
        return counted

    def _having(self, facet: str, codes: Sequence[str]) -> _Mask:
        known = self._codes.get(facet, [])
        having = np.zeros(self._n, dtype=np.bool_)
        for code in codes:
            if code in known:
                having |= self._has[facet][:, known.index(code)]
        return having
