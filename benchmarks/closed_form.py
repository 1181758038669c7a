"""The floor: Fig. 3(a) solved by hand, for flat spectra and a real gamma_12.

Setting n_e = 1 in Eqs. (13) and (14) and putting Re tau_12 into the two lines for the
populations leaves two linear equations. Four Planck numbers and some sixty operations a point.
"""

from __future__ import annotations

import numpy as np

#: Points evaluated together; the scratch arrays stay in the cache of a core.
CHUNK = 4096


def populations_and_coherence(eps, strengths, cold, hot):
    """n_1, n_2, n_e, Re rho_12 and Im rho_12 of a Lambda system.

    `strengths` holds (gamma_11, gamma_22, gamma_12) of the left and of the right bath;
    `cold` and `hot` are flat arrays of the baths' temperatures.
    """
    result = np.empty((5, cold.size))
    for start in range(0, cold.size, CHUNK):
        part = slice(start, start + CHUNK)
        result[:, part] = _chunk(eps, strengths, cold[part], hot[part])
    return result


def _chunk(eps, strengths, cold, hot):
    (l_11, l_22, l_12), (r_11, r_22, r_12) = (0.5 * np.array(row) for row in strengths)
    left_1, left_2 = (1.0 / np.expm1(e / cold) for e in eps)
    right_1, right_2 = (1.0 / np.expm1(e / hot) for e in eps)
    up_1 = l_11 * left_1 + r_11 * right_1
    up_2 = l_22 * left_2 + r_22 * right_2
    cross_1 = l_12 * left_1 + r_12 * right_1
    cross_2 = l_12 * left_2 + r_12 * right_2
    down_1 = up_1 + (l_11 + r_11)
    down_2 = up_2 + (l_22 + r_22)
    cross_down = cross_1 + cross_2 + 2.0 * (l_12 + r_12)
    width = up_1 + up_2
    detuning = eps[0] - eps[1]
    share = 1.0 / (width * width + detuning * detuning)
    response = width * share
    reply_1, reply_2 = cross_1 * response, cross_2 * response
    a_11, a_12 = up_1 - cross_1 * reply_2, -cross_2 * reply_2
    a_21, a_22 = -cross_1 * reply_1, up_2 - cross_1 * reply_2
    b_1, b_2 = down_1 - cross_down * reply_2, down_2 - cross_down * reply_1
    n_1 = a_22 * b_1 - a_12 * b_2
    n_2 = a_11 * b_2 - a_21 * b_1
    n_e = a_11 * a_22 - a_12 * a_21
    scale = 1.0 / (n_1 + n_2 + n_e)
    n_1, n_2, n_e = n_1 * scale, n_2 * scale, n_e * scale
    drive = share * (cross_down * n_e - cross_1 * n_1 - cross_2 * n_2)
    # tau_12 = rho_21 = drive (width - i D) and rho_12 is its conjugate.
    return n_1, n_2, n_e, width * drive, detuning * drive
