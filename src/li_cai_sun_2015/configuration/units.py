"""The unit of energy of a variant, wherever a number is labelled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EnergyUnit:
    """Unit in which the energies, rates and temperatures of a variant are numbers.

    They are in units of epsilon, the mean transition energy, exactly if that is 1; otherwise in
    a unit of the user's own, which has no symbol. (eps_1 + eps_2)/2 is as the variant states it,
    None where it varies.
    """

    mean_energy: float | None

    @classmethod
    def of(cls, attributes: Mapping[str, Any]) -> EnergyUnit:
        """Unit of a dataset, from the configuration in its attributes."""
        configuration = json.loads(attributes["configuration"])
        return cls(float(configuration["three_level"]["mean_energy"]))

    @property
    def symbol(self) -> str:
        """Symbol in mathtext; empty if the unit is the user's own."""
        return r"\varepsilon" if self.mean_energy == 1.0 else ""

    def label(self, quantity: str, power: int = 1) -> str:
        """Quantity over the unit to a power, in mathtext without dollar signs."""
        if not self.symbol:
            return quantity
        return f"{quantity}/{self.symbol}" + (f"^{power}" if power != 1 else "")

    def amount(self, value: float) -> str:
        """Number with its unit, in mathtext without dollar signs."""
        number = f"{value:.4g}"
        if "e" in number:
            mantissa, exponent = number.split("e")
            number = rf"{mantissa}\times 10^{{{int(exponent)}}}"
        return rf"{number}\,{self.symbol}" if self.symbol and value else number

    @property
    def netcdf(self) -> str:
        """Unit of an energy in a NetCDF file."""
        return "epsilon" if self.symbol else "unit_of_energy"

    @property
    def sentence(self) -> str:
        """One sentence for texts."""
        if self.symbol:
            return "Energies, rates and temperatures are in units of the mean transition energy ε."
        own = "Energies, rates and temperatures are numbers in the variant's own unit of energy"
        if self.mean_energy is None:
            return f"{own}."
        return f"{own}, in which the mean transition energy is {self.mean_energy:g}."
