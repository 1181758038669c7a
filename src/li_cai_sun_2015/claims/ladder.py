"""Claims 3 and 28: the ladder system, in its steady state and on the way to it."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

import numpy as np

import steady_coherence as sc
from li_cai_sun_2015.claims.couplings import random_coupling, shared_baths
from li_cai_sun_2015.claims.measures import largest
from li_cai_sun_2015.claims.study import Study, claim
from paper_replication.claim import Outcome, text, verdict

TOLERANCE = 1e-12
BOTH = ("nonsecular", "secular")


def _ladders() -> Iterator[tuple[sc.LevelSystem, list[sc.Bath]]]:
    rng = np.random.default_rng(3)
    for split in (0.0, *(10.0 ** rng.uniform(-4.0, -0.5, 12))):
        temperatures = 10.0 ** rng.uniform(-1, 1, 2)
        couplings = [random_coupling(rng), random_coupling(rng)]
        yield sc.xi_system(1.0, split), shared_baths(couplings, *temperatures)


@cache
def _steady() -> dict[str, float]:
    off_diagonal = apart = 0.0
    for system, baths in _ladders():
        # The whole density matrix: the zero mode of L, not the elements the solver keeps.
        matrix = sc.generator_matrix(system, baths, "nonsecular")
        rho = np.linalg.svd(matrix)[2][-1].conj().reshape(3, 3)
        rho = rho / np.trace(rho)
        off_diagonal = max(off_diagonal, largest(np.abs(rho - np.diag(np.diag(rho)))))
        one, other = (sc.steady_states(system, baths, kind)["population"] for kind in BOTH)
        apart = max(apart, largest(np.abs(one - other)))
    return {
        "largest_coherence_random_couplings": off_diagonal,
        "largest_population_difference_random_couplings": apart,
    }


@claim(
    number=3,
    where="Section 4, Eq. (24)",
    statement="“for the Xi-type system, there is always no quantum coherence left in the steady "
    "state, and this result is consistent with secular approximation”",
    sense="The Xi system has no steady coherence, and the populations of the secular equation.",
    quantity="off-diagonal elements of the whole steady rho; largest difference of a population "
    "between the two equations (absolute)",
    region="the variant's grid, where the steady state is unique; 13 random complex "
    "frequency-dependent couplings and temperatures 0.1 to 10, equal transition energies included",
    tolerance=TOLERANCE,
    about=("xi",),
)
def _ladder_has_none(study: Study) -> Outcome:
    one, other = (study.stored("xi", kind, "population").values for kind in BOTH)
    numbers = {
        **_steady(),
        "largest_coherence_on_the_grid": largest(study.stored("xi", "nonsecular", "coherence")),
        "largest_population_difference": largest(np.abs(one - other)),
    }
    deviation = max(numbers.values())
    return Outcome(
        verdict(deviation < TOLERANCE),
        "all temperatures and couplings searched",
        f"a deviation of {text(deviation)}",
        numbers,
    )


@cache
def _in_time() -> dict[str, float]:
    """Of a superposition of all levels, at two times, by both equations."""
    diagonal = np.eye(3, dtype=bool)
    vector = np.array([1.0, 1j, -1.0]) / np.sqrt(3.0)
    start = np.outer(vector, vector.conj())
    found = np.zeros(3)
    for system, baths in islice(_ladders(), 5):
        matrix = sc.generator_matrix(system, baths, "nonsecular")
        to_populations = np.abs(matrix[diagonal.ravel()])
        rate = to_populations.max()
        fed = to_populations[:, ~diagonal.ravel()].max() / rate
        full, secular = (
            sc.time_evolution(system, baths, start, [0.5 / rate, 4.0 / rate], kind) for kind in BOTH
        )
        apart = np.abs(full - secular)
        found = np.maximum(found, [fed, apart[:, diagonal].max(), apart.max()])
    names = (
        "largest_rate_from_coherences_to_populations",
        "largest_population_difference_in_time",
        "largest_coherence_difference_in_time",
    )
    return dict(zip(names, found.tolist(), strict=True))


@claim(
    number=28,
    where="Section 4, after Eq. (24)",
    statement="“the interference between transitions do not affect the time evolution of the "
    "populations”",
    sense="The populations of the Xi system evolve by themselves, at all times as by the secular "
    "equation.",
    quantity="elements of L that lead from coherences to populations, over the largest rate; "
    "populations of a superposition of all levels after 0.5 and 4 of its lifetimes, by both "
    "equations (absolute)",
    region="random complex frequency-dependent couplings, four and equal transition energies; the "
    "same for every variant",
    tolerance=TOLERANCE,
    about=("xi",),
)
def _populations_are_closed(_: Study) -> Outcome:
    numbers = _in_time()
    fed, apart, coherences = numbers.values()
    return Outcome(
        verdict(max(fed, apart) < TOLERANCE),
        "all couplings searched",
        f"populations are {text(max(fed, apart))} apart",
        numbers,
        remark="the interference does act on the coherences on the way, which differ by up to "
        f"{text(coherences)}; (24) as printed lacks what goes on from e1 to e2, claim 19",
    )
