"""Koyu, Dodin, Brumer and Tscherbul, Phys. Rev. Research 3, 013295 (2021), replicated."""
