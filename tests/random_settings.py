"""Random settings of the explorer: all that its page lets one choose, special cases included."""

import numpy as np

from li_cai_sun_2015.configuration.variant_model import Variant
from steady_coherence.javascript import EQUATIONS

SYSTEMS = ("lambda", "v", "xi", "coupled_tls")


class Chance:
    """Choices of one seed."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)

    def one(self, *values):
        """One of some values; a callable is asked for its value."""
        chosen = values[self.random.integers(len(values))]
        return chosen() if callable(chosen) else chosen

    def between(self, low, high):
        return float(self.random.uniform(low, high))

    def power(self, low, high):
        """A number of any order of magnitude between two powers of ten."""
        return float(10.0 ** self.random.uniform(low, high))


def settings(seed):
    """Settings, temperatures and differences."""
    chance = Chance(seed)
    chosen = {
        "system": chance.one(*SYSTEMS),
        "equation": chance.one(*EQUATIONS),
        "three_level": three_level(chance),
        "coupled_tls": coupled_tls(chance),
    }
    coldest = chance.one(0.0, 1e-3, lambda: chance.power(-3, 1), lambda: chance.between(0.02, 2.0))
    points = chance.one(1, 2, 4)
    temperatures = sorted({coldest, *(coldest + chance.power(-2, 1) for _ in range(points))})
    differences = {chance.one(0.0, -coldest, lambda: chance.power(-3, 1)) for _ in range(4)}
    return chosen, temperatures, sorted(differences)


def three_level(chance):
    mean = chance.one(1.0, lambda: chance.power(-1, 1))
    scale = chance.one(0.0, 1e-10, 1e-3, 0.1, 1.9)
    energy_difference = {name: mean * scale * chance.one(-1.0, 1.0) for name in SYSTEMS[:3]}
    baths = {name: shared_bath(chance) for name in ("left", "right")}
    if chance.one(True, False, False, False):
        baths["right"] = baths["left"]
    return {"mean_energy": mean, "energy_difference": energy_difference, "baths": baths}


def shared_bath(chance):
    first, second = spectrum(chance), spectrum(chance)
    return {
        "transition_1": first,
        "transition_2": chance.one(first, second),
        "weight_factor": {
            "shape": "constant",
            "value": chance.one(0.0, 1.0, lambda: chance.between(0.0, 1.0)),
        },
        "cross_phase": chance.one(
            0.0, np.pi, 0.5 * np.pi, -0.0, lambda: chance.between(-10.0, 10.0), 1e5
        ),
    }


def coupled_tls(chance):
    first = chance.one(1.0, lambda: chance.power(-1, 1))
    second = first * chance.one(1.0, 1.0 + 1e-10, lambda: chance.between(0.3, 3.0))
    largest = np.sqrt(first * second)  # r < O
    coupling = largest * chance.one(0.0, 1e-10, 0.05, lambda: chance.between(-0.99, 0.99))
    baths = {name: spectrum(chance) for name in ("1", "2")}
    return {"frequency_1": first, "frequency_2": second, "coupling": coupling, "baths": baths}


def spectrum(chance):
    strength = chance.one(0.0, 0.01, 0.02, lambda: chance.power(-5, 0), lambda: chance.power(-2, 0))
    return chance.one(
        {"shape": "flat", "strength": strength},
        {
            "shape": "ohmic",
            "strength": strength,
            "exponent": chance.one(0.0, 1.0, 3.0, lambda: chance.between(0.0, 5.0)),
            "cutoff": chance.power(-1, 2),
        },
        {
            "shape": "lorentzian",
            "strength": strength,
            "center": chance.one(1.0, lambda: chance.power(-1, 1)),
            "width": chance.power(-3, 1),
        },
    )


def variant_of(base, chosen):
    """Variant of the same numbers, with the grid and whatever else a variant has of another."""
    data = base.resolved()
    for name in ("three_level", "coupled_tls"):
        data[name] = {**data[name], **chosen[name]}
    return Variant.from_resolved(data)
