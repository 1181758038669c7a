"""Fejer's second rule of quadrature, with the same bits on every processor.

As exact as Gauss's with half the nodes, whose nodes are eigenvalues.
"""

import numpy as np

from steady_coherence.numerics.elementary import Array, cosine_and_sine


def fejer(count: int) -> tuple[Array, Array]:
    """Nodes in (-1, 1), in increasing order, and weights, for polynomials below degree `count`."""
    number = np.arange(1.0, count + 1.0)
    cosine, sine = cosine_and_sine(np.pi * number / (count + 1))
    odd = np.arange(1.0, count + 2.0, 2.0)
    series = cosine_and_sine(np.multiply.outer(np.pi * number / (count + 1), odd))[1] / odd
    return -cosine, 4.0 / (count + 1) * sine * series.sum(axis=1)
