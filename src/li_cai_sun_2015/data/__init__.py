"""Datasets: from a variant to spectra, steady states and sweeps."""
