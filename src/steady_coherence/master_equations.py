"""Master equations: each makes one-sided rates of the transition energies and a bath.

With H_SB of Eq. (3), Eq. (4) gives the rates of `nonsecular`; the others are approximations to
them, or keep more. A further equation is one function and one entry of `MASTER_EQUATIONS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CouplingSpectrum, first_equal, is_data
from steady_coherence.numerics.hermitian import positive_roots
from steady_coherence.rates import Array, Coupling, Matrix
from steady_coherence.systems import LevelSystem

#: Relative difference below which two transition energies count as equal (D_ij = 0).
DEGENERACY_TOLERANCE = 1e-9

#: Elements of matrices whose roots are worked out together: they stay in the cache of a core.
TOGETHER = 2**17

#: Relative difference below which two transitions belong to one cluster of the unified equation.
CLUSTER_TOLERANCE = 0.2


@dataclass(frozen=True)
class MasterEquation:
    """A master equation.

    Attributes
    ----------
    name : str
        Name used in paths.
    title : str
        Name for legends and texts.
    reference : str
        Where it is derived.
    coupling : callable
        Transition energies of shape (n_transitions, n) and a bath to a `Coupling`.
    keeps_principal_values : bool
        Whether the principal values of every bath have to converge.
    """

    name: str
    title: str
    reference: str
    coupling: Callable[[Array, Bath], Coupling]
    keeps_principal_values: bool = False


def nonsecular(energies: Array, bath: Bath) -> Coupling:
    """Equation (12), H_c included: a_ij = Gamma-_ij(eps_i), b_ij = Gamma+_ji(eps_i)."""
    return Coupling(bath, energies, bath.spectrum_rows(energies))


def nonsecular_lamb(energies: Array, bath: Bath) -> Coupling:
    """Equation (12) with the principal values of Eq. (A.5) kept.

    The one-sided integrals of the two correlators are Gamma-_ij + i S-_ij and
    Gamma+_ij - i S+_ij: the second correlator turns the other way.

    Raises
    ------
    ValueError
        If the principal values diverge, or the transition energies vary.
    """
    _ = bath.principal_values  # refused here, by the name of the bath
    if energies.shape[1] > 1:
        raise ValueError(
            f"transitions have {energies.shape[1]} energies, expected one: the principal values "
            "are worked out for one energy at a time"
        )
    return Coupling(bath, energies, bath.spectrum_rows(energies), shifted=True)


def secular(energies: Array, bath: Bath) -> Coupling:
    """Equation (9): the same with only the pairs of D_ij = 0.

    Energies that agree to `DEGENERACY_TOLERANCE` count as equal: a degenerate
    pair keeps its cross terms.
    """
    kept = np.abs(energies[:, None] - energies) <= DEGENERACY_TOLERANCE * energies.max(axis=0)
    return Coupling(bath, energies, np.where(kept, bath.spectrum_rows(energies), 0.0))


def unified(energies: Array, bath: Bath) -> Coupling:
    """Cluster equation of GKLS form, rates at the mean energy of a cluster.

    Trushechkin, Phys. Rev. A 103, 062226 (2021); Potts, Kalaee and Wacker, New
    J. Phys. 23, 123013 (2021). Transitions are in one cluster where neighbours
    in energy differ by less than `CLUSTER_TOLERANCE`; pairs in different
    clusters are dropped. Within a cluster a and b are positive semidefinite.
    """
    together = clusters(energies)
    if together.all():  # all rows are the same
        means = np.broadcast_to(sum(energies) / len(energies), energies.shape)
        return Coupling(bath, means, bath.spectrum_rows(means))
    means = sum(np.where(together, energies[:, None], 0.0)) / np.sum(together, axis=0)
    return Coupling(bath, means, np.where(together, bath.spectrum_rows(means), 0.0))


def clusters(energies: Array) -> NDArray[np.bool_]:
    """Whether two transitions are in one cluster, shape (n_transitions, n_transitions, n).

    The transition energies are of shape (n_transitions, n), for n choices of the parameters.
    """
    first = first_equal(energies)
    numbers = [*dict.fromkeys(first)]
    distinct = energies[numbers]
    together = np.abs(distinct[:, None] - distinct) <= CLUSTER_TOLERANCE * energies.mean(axis=0)
    for through in range(len(distinct)):  # neighbours of neighbours
        together |= together[:, through, None] & together[through]
    places = [numbers.index(each) for each in first]
    return np.asarray(together[np.ix_(places, places)])


def geometric(energies: Array, bath: Bath) -> Coupling:
    """Equation of GKLS form with the geometric mean of the rates at two energies.

    Nathan and Rudner, Phys. Rev. B 102, 115109 (2020); Davidovic, Quantum 4, 326
    (2020); Kirsanskas, Francke and Wacker, Phys. Rev. B 97, 035432 (2018). With
    g(w) the positive root of the matrix gamma(w), the Kossakowski matrix is
    K_ij = [g(eps_i) g(eps_j)]_ij sqrt((N(eps_i)+1)(N(eps_j)+1)): a product of a
    matrix with its adjoint, and so positive semidefinite.
    """
    first = first_equal(energies)
    matrices = {
        number: bath.spectrum_rows(np.broadcast_to(energies[number], energies.shape))
        for number in dict.fromkeys(first)
    }
    size, many = len(energies), max(each.shape[-1] for each in matrices.values())
    gamma: Matrix | Array = np.empty((size, size, many))
    step = TOGETHER // size**2 + 1
    for start in range(0, many, step):
        part = slice(start, start + step)
        known: dict[int, Matrix | Array] = {}
        here = {n: each if each.shape[-1] == 1 else each[..., part] for n, each in matrices.items()}
        for number, each in here.items():
            # Of flat spectra they are the same at all energies.
            same = (root for other, root in known.items() if np.array_equal(here[other], each))
            found = next(same, None)
            known[number] = positive_roots(each) if found is None else found
        roots = [known[number] for number in first]
        is_complex = any(map(np.iscomplexobj, roots))
        gamma = gamma.astype(complex) if is_complex and not np.iscomplexobj(gamma) else gamma
        for i, j in np.ndindex(size, size):
            is_known = j < i and not is_complex  # real matrices are symmetric
            gamma[i, j, part] = (
                gamma[j, i, part] if is_known else _element(roots[i], roots[j], i, j)
            )
    return Coupling(bath, energies, gamma, geometric=True)


def _element(left: Matrix | Array, right: Matrix | Array, i: int, j: int) -> Matrix | Array:
    """[g h]_ij, in real numbers: a product of complex numbers depends on the processor."""
    row, column = left[i], right[:, j]
    if not (np.iscomplexobj(row) or np.iscomplexobj(column)):
        return np.asarray((row * column).sum(axis=0))
    real = row.real * column.real - row.imag * column.imag
    imag = row.real * column.imag + row.imag * column.real
    return np.asarray(real.sum(axis=0) + 1j * imag.sum(axis=0))


#: The master equations by name, in the order of legends and tables.
MASTER_EQUATIONS: dict[str, MasterEquation] = {
    each.name: each
    for each in (
        MasterEquation("nonsecular", "non-secular", "Eq. (12)", nonsecular),
        MasterEquation(
            "nonsecular_lamb",
            "with principal values",
            "Eq. (12), with the principal values of Eq. (A.5)",
            nonsecular_lamb,
            keeps_principal_values=True,
        ),
        MasterEquation("secular", "secular", "Eq. (9)", secular),
        MasterEquation(
            "unified", "unified", "Trushechkin, Phys. Rev. A 103, 062226 (2021)", unified
        ),
        MasterEquation(
            "geometric",
            "geometric",
            "Nathan and Rudner, Phys. Rev. B 102, 115109 (2020)",
            geometric,
        ),
    )
}


def couplings(system: LevelSystem, baths: Sequence[Bath], equation: str) -> list[Coupling]:
    """One-sided rates that a master equation gives each bath.

    Parameters
    ----------
    system : LevelSystem
        Its transitions.
    baths : sequence of Bath
        Independent baths.
    equation : str
        A name in `MASTER_EQUATIONS`, such as "nonsecular" or "secular".

    Returns
    -------
    list of Coupling

    Raises
    ------
    ValueError
        If the equation is not known, or a coupling spectrum is not Hermitian
        positive semidefinite at a transition energy.
    """
    if equation not in MASTER_EQUATIONS:
        raise ValueError(f"equation is {equation!r}, expected one of {', '.join(MASTER_EQUATIONS)}")
    energies = system.transition_energies.reshape(len(system.transitions), -1)
    return [_coupling(equation, energies, bath) for bath in baths]


def _coupling(equation: str, energies: Array, bath: Bath) -> Coupling:
    """One-sided rates of one bath; worked out once for all temperatures where that is possible."""
    entry, spectrum = MASTER_EQUATIONS[equation], bath.coupling_spectrum
    # Principal values depend on more of the bath; of many systems at once much would be kept.
    if is_data(spectrum) and not entry.keeps_principal_values and energies.shape[1] == 1:
        key = equation, energies.shape, energies.tobytes(), spectrum, bath.name
        try:
            return _known_coupling(*key).of(bath)
        except TypeError:  # not hashable: arrays are among its parameters
            pass
    return entry.coupling(energies, bath)


@lru_cache(maxsize=256)
def _known_coupling(
    equation: str, shape: tuple[int, ...], energies: bytes, spectrum: CouplingSpectrum, name: str
) -> Coupling:
    numbers = np.frombuffer(energies).reshape(shape)
    return MASTER_EQUATIONS[equation].coupling(numbers, Bath(name, spectrum, temperature=0.0))
