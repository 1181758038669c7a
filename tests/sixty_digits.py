"""Steady states of a variant from its plain data, to sixty digits, one point at a time.

Nothing here shares code with the engine, the configuration or the data: shapes, occupations,
rates, generator and solution are written down anew from Eqs. (3), (4), (6), (25) and (A.5) and
the definitions of the five master equations. Principal values are given: they are no more exact
than floating point. A generator is a sparse matrix over the elements of rho, solved by elimination
with complete pivoting.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from mpmath import mp, mpf
from scipy.interpolate import PchipInterpolator

#: Relative difference below which energies count as equal in the secular equation.
DEGENERACY = mpf("1e-9")
#: Gap between neighbours, relative to the mean energy, that divides clusters (unified equation).
CLUSTER = mpf("0.2")
#: Size of the changes of the input from which the conditioning is judged.
NUDGE = 1e-15

DIGITS = 60
#: Above this, exp(-x) takes more digits than there is time for.
LARGEST_EXPONENT = 5000
#: The same for a lead of electrons, at twice the range of floating-point numbers.
LARGEST_OF_FERMI = 700


class TooColdError(ValueError):
    """The ratio of energy and temperature is larger than there are digits for."""


@dataclass
class State:
    """A steady state; where it is not unique, `unique` is all that it says."""

    unique: bool
    density_matrix: object = None
    population: object = None
    coherence: complex = 0.0
    energy_current: object = None
    internal_flux: float = 0.0
    bath_flux: float = 0.0
    kossakowski: float = 0.0
    #: Largest rate times largest energy: what an energy current is compared with.
    current_scale: float = 1.0
    #: Largest rate of absorption in units of the largest rate of emission.
    excitation: float = 1.0


@dataclass
class Condition:
    """A steady state, and the one that follows from an input that differs by `NUDGE`."""

    state: State
    nudged: State

    @property
    def decided(self):
        """Whether it does not hang on rounding of the input which state there is, or whether."""
        if not self.state.unique:
            return True
        return self.nudged.unique and self.moved("density_matrix") < 1e-6

    def moved(self, quantity):
        """Largest change of a quantity."""
        before, after = getattr(self.state, quantity), getattr(self.nudged, quantity)
        return float(np.max(np.abs(np.subtract(before, after))))

    @property
    def conditioning(self):
        """Largest change of rho for a relative change of the input."""
        return self.moved("density_matrix") / NUDGE


def condition(data, tables, system, equation, temperatures, *, principal_values=None, seed=0):
    """The steady state at two temperatures, and its conditioning.

    Parameters
    ----------
    data : dict
        A complete variant, plain.
    tables : dict
        Rows of the tables under the names in the data.
    system, equation : str
        Their names.
    temperatures : (float, float)
        Those of the two baths.
    principal_values : list of callable, optional
        One for each bath, frequency to the matrices S- and S+ of Eq. (A.5), where the equation
        keeps them.
    seed : int
        Of the changes from which the conditioning is judged.

    Returns
    -------
    Condition
    """
    rng = np.random.default_rng(seed)

    def nudge():
        return 1 + mpf(NUDGE) * mpf(rng.uniform(0.5, 1.0) * rng.choice([-1.0, 1.0]))

    given = data, tables, system, equation, temperatures
    return Condition(
        steady_state(*given, principal_values=principal_values),
        steady_state(*given, principal_values=principal_values, nudge=nudge),
    )


def steady_state(
    data,
    tables,
    system,
    equation,
    temperatures,
    *,
    principal_values=None,
    nudge=lambda: mpf(1),
):
    """The steady state at two temperatures.

    `nudge` gives factors by which energies, spectra and occupations are multiplied.
    """
    # As many digits more as tell exp(-eps/T) from what rounding leaves of one.
    coldest = min((one for one in temperatures if one > 0.0), default=np.inf)
    if system == "coupled_tls":
        highest = data[system]["frequency_1"] + data[system]["frequency_2"]
    else:
        highest = 2.0 * data["three_level"]["mean_energy"]
    section = data["coupled_tls" if system == "coupled_tls" else "three_level"]
    distributions = section.get("distributions", {})
    for each in distributions.values():
        highest += sum(abs(value) for name, value in each.items() if name != "shape")
        # Where 1 - f or f of a cold lead is no floating-point number, nothing else makes up for it.
        if each["shape"] == "fermi" and highest / coldest > LARGEST_OF_FERMI:
            raise TooColdError
    if highest / coldest > LARGEST_EXPONENT:
        raise TooColdError
    with mp.workdps(DIGITS + int(1.3 * highest / coldest)):
        if system == "coupled_tls":
            model = _pair(data["coupled_tls"], tables, nudge)
        else:
            model = _three_level(data["three_level"], tables, system, nudge)
        for bath, name in zip(model.baths, section["baths"], strict=True):
            bath.modes = distributions.get(name, {"shape": "planck"})
        return model.steady_state(
            equation, [mpf(one) for one in temperatures], principal_values or [None, None]
        )


# Shapes ----------------------------------------------------------------------------------------


def curve(entry, tables):
    """A spectrum or a weight factor as a function of the frequency."""
    shape = entry["shape"]
    if shape == "tabulated":
        interpolated = PchipInterpolator(*zip(*tables[entry["file"]], strict=True))
        low, high = interpolated.x[0], interpolated.x[-1]
        return lambda w: max(mpf(float(interpolated(min(max(float(w), low), high)))), mpf(0))
    words = ("shape", "dipole")
    numbers = {name: mpf(value) for name, value in entry.items() if name not in words}
    if shape == "flat":
        return lambda _: numbers["strength"]
    if shape == "constant":
        return lambda _: numbers["value"]
    if shape == "ohmic":
        return lambda w: (
            numbers["strength"] * w ** numbers["exponent"] * mp.exp(-w / numbers["cutoff"])
        )
    if shape == "lorentzian":
        width = numbers["width"]
        return lambda w: numbers["strength"] * width**2 / ((w - numbers["center"]) ** 2 + width**2)
    waves = {1: mp.cos, 2: lambda x: mp.besselj(0, x), 3: mp.sinc}
    # Two parallel dipoles in the electromagnetic field: j_0(x) + j_2(x) P_2(cosine).
    waves |= {"perpendicular": lambda x: mp.sinc(x) - _j_2(x) / 2}
    waves |= {"parallel": lambda x: mp.sinc(x) + _j_2(x)}
    dipole = entry.get("dipole", "none")
    wave = waves[int(entry["dimension"]) if dipole == "none" else dipole]
    return lambda w: wave(w * numbers["distance"] / numbers["speed"]) ** 2


def _j_2(x):
    """The spherical Bessel function, from that of half an integer."""
    return mp.sqrt(mp.pi / (2 * x)) * mp.besselj(mpf(5) / 2, x) if x else mpf(0)


# Systems ---------------------------------------------------------------------------------------


def _three_level(section, tables, name, nudge):
    mean, difference = section["mean_energy"], section["energy_difference"][name]
    first, second = (mpf(mean + sign * 0.5 * difference) * nudge() for sign in (1.0, -1.0))
    if difference == 0.0:
        second = first
    levels = {
        "lambda": {"g1": -first, "g2": -second, "e": mpf(0)},
        "v": {"e1": first, "e2": second, "g": mpf(0)},
        "xi": {"e1": first, "e2": first + second, "g": mpf(0)},
    }[name]
    transitions = {
        "lambda": [("g1", "e"), ("g2", "e")],
        "v": [("g", "e1"), ("g", "e2")],
        "xi": [("g", "e1"), ("e1", "e2")],
    }[name]
    baths = [_SharedBath(bath, tables, nudge) for bath in section["baths"].values()]
    return _Model(levels, transitions, [first, second], baths, nudge=nudge)


class _SharedBath:
    """A bath of both transitions of a three-level system."""

    def __init__(self, entry, tables, nudge):
        self.curves = [
            curve(entry[key], tables) for key in ("transition_1", "transition_2", "weight_factor")
        ]
        self.phase = mp.expj(mpf(entry["cross_phase"]))
        self.nudge = nudge

    def matrix(self, frequency):
        first, second, weight = (one(frequency) for one in self.curves)
        first, second = first * self.nudge(), second * self.nudge()
        if weight < 1:
            weight = min(weight * self.nudge(), mpf(1))
        cross = mp.sqrt(weight * first * second) * self.phase
        return [[first, cross], [mp.conj(cross), second]]

    def root(self, frequency):
        """The positive root of the matrix, after Cayley and Hamilton."""
        (first, cross), (other, second) = self.matrix(frequency)
        determinant = mp.sqrt(max(first * second - abs(cross) ** 2, mpf(0)))
        if first + second == 0:
            return [[mpf(0)] * 2] * 2
        scale = mp.sqrt(first + second + 2 * determinant)
        return [
            [(first + determinant) / scale, cross / scale],
            [other / scale, (second + determinant) / scale],
        ]


class _SiteBath:
    """The bath of a TLS: it sees one operator, sum_i v_i phi-_i."""

    def __init__(self, entry, tables, amplitudes, nudge):
        self.curve, self.amplitudes, self.nudge = curve(entry, tables), amplitudes, nudge

    def matrix(self, frequency):
        value = self.curve(frequency) * self.nudge()
        return [[v * w * value for w in self.amplitudes] for v in self.amplitudes]

    def root(self, frequency):
        squares = sum(v * v for v in self.amplitudes)
        value = mp.sqrt(self.curve(frequency) * self.nudge() / squares)
        return [[v * w * value for w in self.amplitudes] for v in self.amplitudes]


def _pair(section, tables, nudge):
    first, second, coupling = (
        mpf(section[name]) * nudge() for name in ("frequency_1", "frequency_2", "coupling")
    )
    if section["frequency_1"] == section["frequency_2"]:
        second = first
    # The product basis: |e1 e2>, |e1 g2>, |g1 e2>, |g1 g2>.
    s_1 = {(2, 0): 1, (3, 1): 1}
    s_2 = {(1, 0): 1, (3, 2): 1}
    # Eq. (26); cot(theta) = D/2g with both states in order of energy.
    theta = mp.atan2(2 * coupling, first - second)
    sine, cosine = mp.sin(theta / 2), mp.cos(theta / 2)
    if section["coupling"] == 0.0:
        sine, cosine = (mpf(0), mpf(1)) if first >= second else (mpf(1), mpf(0))
    states = {
        "G": {3: mpf(1)},
        "E1": {1: sine, 2: -cosine},
        "E2": {1: cosine, 2: sine},
        "D": {0: mpf(1)},
    }
    mean = (first + second) / 2
    radius = mp.sqrt(((first - second) / 2) ** 2 + coupling**2)
    levels = dict(zip(states, [-mean, -radius, radius, mean], strict=True))
    transitions = [("G", "E1"), ("G", "E2"), ("E1", "D"), ("E2", "D")]
    narrow, wide = mean - radius, mean + radius

    def element(operator, lower, upper):
        return sum(
            states[lower].get(row, 0) * value * states[upper].get(column, 0)
            for (row, column), value in operator.items()
        )

    amplitudes = [[element(s, *each) for each in transitions] for s in (s_1, s_2)]
    baths = [
        _SiteBath(entry, tables, row, nudge)
        for entry, row in zip(section["baths"].values(), amplitudes, strict=True)
    ]
    model = _Model(levels, transitions, [narrow, wide, wide, narrow], baths, nudge=nudge)
    sz_1 = {(0, 0): 1, (1, 1): 1, (2, 2): -1, (3, 3): -1}
    model.excitation = [[element(sz_1, left, right) for right in states] for left in states]
    model.coherent = (1, 2)
    return model


# Master equations ------------------------------------------------------------------------------


class _Model:
    """Levels, transitions and baths: d rho/dt = -i[H, rho] + sum_ij (...) + h.c."""

    def __init__(self, levels, transitions, frequencies, baths, *, nudge):
        self.energies, self.frequencies = list(levels.values()), frequencies
        self.baths, index = baths, list(levels).index
        self.transitions = [(index(lower), index(upper)) for lower, upper in transitions]
        self.nudge, self.coherent, self.excitation = nudge, (0, 1), None

    def steady_state(self, equation, temperatures, principal_values):
        rates = [
            self._rates(equation, *each)
            for each in zip(self.baths, temperatures, principal_values, strict=True)
        ]
        sizes = [abs(c) for emission, absorption in rates for c in _flat(emission, absorption)]
        largest = max(sizes)
        changes = [self._dissipator(*each) for each in rates]
        return self._solved(changes, rates, largest)

    def _rates(self, equation, bath, temperature, principal_values):
        """The matrices a and b of a bath."""
        count = range(len(self.frequencies))
        asked, pairs = self._asked(equation)
        number = [modes(bath.modes, w, temperature, self.nudge) for w in asked]
        number = [number[asked.index(w)] for w in asked]  # equal frequencies stay equal
        if equation == "geometric":
            roots = {w: bath.root(w) for w in set(asked)}
            gamma = [
                [sum(roots[asked[i]][i][k] * roots[asked[j]][k][j] for k in count) for j in count]
                for i in count
            ]
        else:
            matrices = {w: bath.matrix(w) for w in set(asked)}
            gamma = [[matrices[asked[i]][i][j] for j in count] for i in count]
        emission = [[mpf(0)] * len(count) for _ in count]
        absorption = [[mpf(0)] * len(count) for _ in count]
        for i, j in pairs:
            up, down = number[i]
            if equation == "geometric":
                up, down = mp.sqrt(up * number[j][0]), mp.sqrt(down * number[j][1])
            emission[i][j] = gamma[i][j] * down / 2
            absorption[i][j] = mp.conj(gamma[i][j]) * up / 2
        if equation == "nonsecular_lamb":
            for i, j in pairs:
                lowering, raising = principal_values(float(asked[i]))
                emission[i][j] += 1j * mp.mpmathify(lowering[i][j]) * self.nudge()
                absorption[i][j] -= 1j * mp.mpmathify(raising[j][i]) * self.nudge()
        return emission, absorption

    def _asked(self, equation):
        """Where a bath is asked for each transition, and the pairs ij that are kept."""
        energies = self.frequencies
        everything = list(itertools.product(range(len(energies)), repeat=2))
        if equation in ("nonsecular", "geometric", "nonsecular_lamb"):
            return energies, everything
        if equation == "secular":
            close = DEGENERACY * max(energies)
            return energies, [
                (i, j) for i, j in everything if abs(energies[i] - energies[j]) <= close
            ]
        if equation != "unified":
            raise ValueError(f"no equation {equation}")
        order = sorted(range(len(energies)), key=lambda i: energies[i])
        clusters = [[order[0]]]
        for before, here in itertools.pairwise(order):
            if energies[here] - energies[before] > CLUSTER * sum(energies) / len(energies):
                clusters.append([])
            clusters[-1].append(here)
        asked = list(energies)
        for cluster in clusters:
            mean = sum(energies[i] for i in cluster) / len(cluster)
            for i in cluster:
                asked[i] = mean
        return asked, [(i, j) for i, j in everything if any({i, j} <= {*c} for c in clusters)]

    def _dissipator(self, emission, absorption):
        """The generator of a bath, element by element: {(k, l), (p, q)} to a number."""
        generator = {}

        def add(row, column, value):
            generator[row, column] = generator.get((row, column), 0) + value

        for matrix, lowers in ((emission, True), (absorption, False)):
            for i, j in itertools.product(range(len(self.transitions)), repeat=2):
                if matrix[i][j] == 0:
                    continue
                first, second = self.transitions[i], self.transitions[j]
                # A_i = |to><of| and A_j = |to_j><of_j|: c [A_i rho, A_j^dagger] + h.c.
                (to, of), (to_j, of_j) = (
                    (each if lowers else each[::-1]) for each in (first, second)
                )
                c = matrix[i][j]
                add((to, to_j), (of, of_j), c)
                add((to_j, to), (of_j, of), mp.conj(c))
                if to == to_j:
                    for level in range(len(self.energies)):
                        add((of_j, level), (of, level), -c)
                        add((level, of_j), (level, of), -mp.conj(c))
        return generator

    def _solved(self, changes, rates, largest):
        size = range(len(self.energies))
        elements = list(itertools.product(size, repeat=2))
        rows = {element: {} for element in elements}
        free = {
            (element, element): -1j * (self.energies[element[0]] - self.energies[element[1]])
            for element in elements
        }
        for change in [free, *changes]:
            for (row, column), value in change.items():
                rows[row][column] = rows[row].get(column, 0) + value
        kernel = null_space(rows)
        if len(kernel) != 1:
            return State(unique=False)
        rho = kernel[0]
        trace = sum(rho.get((k, k), 0) for k in size)
        rho = {element: value / trace for element, value in rho.items()}

        def expectation(operator, change):
            """Tr[O D rho] of a Hermitian operator O, a list of rows."""
            total = mpf(0)
            for (row, column), value in change.items():
                total += operator[row[1]][row[0]] * value * rho.get(column, 0)
            return mp.re(total)

        energy = [[self.energies[k] if j == k else mpf(0) for j in size] for k in size]
        matrix = np.array([[complex(rho.get((j, k), 0)) for k in size] for j in size])
        state = State(
            unique=True,
            density_matrix=matrix,
            population=np.array([float(mp.re(rho.get((k, k), mpf(0)))) for k in size]),
            coherence=complex(rho.get(self.coherent, 0)),
            energy_current=np.array([float(expectation(energy, change)) for change in changes]),
            current_scale=float(largest * max(self.frequencies)),
            excitation=float(max(abs(c) for _, up in rates for c in _flat(up)) / largest),
        )
        if self.excitation is not None:
            state.internal_flux = float(expectation(self.excitation, free))
            state.bath_flux = float(expectation(self.excitation, changes[0]))
        else:
            sums = [
                [
                    [complex(sum(each[process][i][j] for each in rates)) for j in (0, 1)]
                    for i in (0, 1)
                ]
                for process in (0, 1)
            ]
            # a + a^dagger and b + b^dagger
            state.kossakowski = min(
                np.linalg.eigvalsh(np.array(one) + np.array(one).conj().T)[0] for one in sums
            )
        return state


def modes(entry, frequency, temperature, nudge):
    """What absorption and emission go with: n and 1 + n of bosons, n and 1 - n of fermions."""
    numbers = {name: mpf(value) for name, value in entry.items() if name != "shape"}
    if entry["shape"] == "fermi":
        above = frequency - numbers["chemical_potential"]
        if temperature == 0:
            share = mpf((1 - mp.sign(above)) / 2)
            return share, 1 - share
        return tuple(nudge() / (mp.exp(side / temperature) + 1) for side in (above, -above))
    number = planck(frequency, temperature)
    if entry["shape"] == "current_noise":
        number = mpf(0)
        for side in (frequency + numbers["voltage"], frequency - numbers["voltage"]):
            if side == 0:
                number += temperature
            else:
                number += abs(side) * planck(abs(side), temperature) + max(-side, mpf(0))
        number /= 2 * frequency
    number *= nudge()
    return number, number + 1


def planck(frequency, temperature):
    """N(w), zero at T = 0."""
    if temperature == 0:
        return mpf(0)
    return 1 / mp.expm1(frequency / temperature)


def _flat(*matrices):
    return [value for matrix in matrices for row in matrix for value in row]


# Elimination -----------------------------------------------------------------------------------


def null_space(rows):
    """Vectors that a square sparse matrix maps to zero.

    Parameters
    ----------
    rows : dict of dict
        Row to column to value.

    Returns
    -------
    list of dict
        Unknown to value, one for each dimension of the null space.
    """
    rows = {name: dict(row) for name, row in rows.items()}
    unknowns = list(rows)
    largest = max((abs(v) for row in rows.values() for v in row.values()), default=mpf(0))
    negligible = largest * mpf(10) ** (20 - mp.dps)
    done = []
    while rows:
        size, name, pivot = max(
            ((abs(v), name, column) for name, row in rows.items() for column, v in row.items()),
            key=lambda each: each[0],
            default=(mpf(0), None, None),
        )
        if size <= negligible:
            break
        row = rows.pop(name)
        value = row.pop(pivot)
        row = {column: each / value for column, each in row.items()}
        done.append((pivot, row))
        for other in rows.values():
            factor = other.pop(pivot, None)
            if factor:
                for column, each in row.items():
                    other[column] = other.get(column, 0) - factor * each
    pivots = {pivot for pivot, _ in done}
    kernel = []
    for free in (unknown for unknown in unknowns if unknown not in pivots):
        vector = {free: mpf(1)}
        for pivot, row in reversed(done):
            vector[pivot] = -sum(each * vector.get(column, 0) for column, each in row.items())
        kernel.append(vector)
    return kernel
