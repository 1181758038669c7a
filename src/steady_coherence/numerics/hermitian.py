"""Small Hermitian matrices by elementary operations, the same on every processor."""

from functools import reduce
from operator import iadd

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics.tape import Number, minimum, modulus, sqrt

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]

SMALLEST_NUMBER = float(np.finfo(float).tiny)

#: A matrix counts as of rank one where less than this of a product of its diagonal is left.
RANK_TOLERANCE = 1e-14


def smaller_eigenvalue(first: Number, second: Number, squared: Number) -> Number:
    """Smaller eigenvalue of a Hermitian matrix of two rows.

    It has two elements on the diagonal, and the other has a squared modulus.
    """
    trace = first + second
    half_difference = 0.5 * (first - second)
    root = sqrt(half_difference * half_difference + squared)
    # The eigenvalue of larger modulus has no cancellation, and divides the determinant for the
    # other one, which is the smaller one unless the trace is negative: then it is what is left of
    # the trace. Of a zero matrix it is 0, to which alone the smallest number matters.
    other = (first * second - squared) / (0.5 * modulus(trace) + root + SMALLEST_NUMBER)
    return other + minimum(trace, 0.0)


def positive_roots(matrices: Matrix | Array) -> Matrix | Array:
    """Positive semidefinite roots of n such matrices, real or complex, of shape (m, m, n)."""
    trace = sum(matrices[i, i].real for i in range(len(matrices)))
    size = np.where(trace > 0.0, trace, 1.0)  # (n,)
    # Upper rows of matrices of trace 1, so that no square underflows. Real and imaginary part one
    # by one: arithmetic of complex numbers depends on the processor.
    parts = [matrices.real, matrices.imag] if np.iscomplexobj(matrices) else [matrices]
    rows = [[part[i, i:] / size for part in parts] for i in range(len(matrices))]
    squares = [reduce(iadd, (part * part for part in row)) for row in rows]
    scale = np.sqrt(size)
    if len(matrices) == 2:
        # sqrt(M) = (M + sqrt(det M)) / sqrt(tr M + 2 sqrt(det M)), after Cayley and Hamilton.
        product = rows[0][0][0] * rows[1][0][0]
        determinant = product - squares[0][1]
        root = np.sqrt(np.where(determinant > RANK_TOLERANCE * product, determinant, 0.0))
        for row in rows:
            row[0][0] += root
        scale /= np.sqrt(1.0 + 2.0 * root)
    roots = np.empty_like(matrices)
    for i, row in enumerate(rows):
        for part in row:
            np.multiply(part, scale, out=part)
            np.add(part, 0.0, out=part)  # no zero has a sign
        roots.real[i, i:] = roots.real[i:, i] = row[0]
        for part in row[1:]:
            roots.imag[i:, i] = 0.0 - part
            roots.imag[i, i:] = part
    if len(matrices) > 2:
        # Those of rank one, and zero, are done.
        norm = sum(2.0 * square.sum(axis=0) - square[0] for square in squares)
        left = (1.0 - norm > RANK_TOLERANCE) & (trace > 0.0)  # (n,)
        if left.any():
            roots = roots.astype(complex)
            whole = np.moveaxis(matrices[..., left], -1, 0).astype(complex)
            values, vectors = np.linalg.eigh(whole)
            of_values = np.sqrt(np.maximum(values, 0.0))
            found = np.einsum("nik,nk,njk->nij", vectors, of_values, vectors.conj())
            roots[..., left] = np.moveaxis(found, 0, -1)
    return roots
