"""The floor: the Lambda system of Fig. 3(a) and the coupled TLSs solved by hand, for flat spectra.

Setting n_e = 1 in Eqs. (13) and (14) and putting tau_12 into the two lines for the populations
leaves two linear equations. Four Planck numbers and some sixty operations a point, on arrays, or
noted on a tape and compiled. `occupation` is the Planck distribution N(w, T) of either.
"""

from __future__ import annotations

import numpy as np

#: Points evaluated together; the scratch arrays stay in the cache of a core.
CHUNK = 4096


def by_numpy(formula, cold, hot):
    """Results of a formula of two temperatures, flat arrays, chunk by chunk."""
    results = None
    for start in range(0, cold.size, CHUNK):
        part = slice(start, start + CHUNK)
        found = formula(lambda w, t: 1.0 / np.expm1(w / t), cold[part], hot[part])
        if results is None:
            results = np.empty((len(found), cold.size))
        results[:, part] = found
    return results


def lambda_system(eps, strengths):
    """n_1, n_2, n_e, Re rho_12 and Im rho_12 of a Lambda system.

    `strengths` holds (gamma_11, gamma_22, gamma_12) of the left and of the right bath, all real.
    """
    (l_11, l_22, l_12), (r_11, r_22, r_12) = ([0.5 * each for each in row] for row in strengths)

    def formula(occupation, cold, hot):
        left_1, left_2 = (occupation(e, cold) for e in eps)
        right_1, right_2 = (occupation(e, hot) for e in eps)
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
        a_21, a_22 = -cross_1 * reply_1, up_2 - cross_2 * reply_1
        b_1, b_2 = down_1 - cross_down * reply_2, down_2 - cross_down * reply_1
        n_1, n_2, n_e = _populations(a_11, a_12, a_21, a_22, b_1, b_2)
        drive = share * (cross_down * n_e - cross_1 * n_1 - cross_2 * n_2)
        # tau_12 = rho_21 = drive (width - i D) and rho_12 is its conjugate.
        return n_1, n_2, n_e, width * drive, detuning * drive

    return formula


def _populations(a_11, a_12, a_21, a_22, b_1, b_2):  # noqa: PLR0917
    """n_1, n_2 and n_e, of a_11 n_1 + a_12 n_2 = b_1 n_e and the like."""
    n_1 = a_22 * b_1 - a_12 * b_2
    n_2 = a_11 * b_2 - a_21 * b_1
    n_e = a_11 * a_22 - a_12 * a_21
    scale = 1.0 / (n_1 + n_2 + n_e)
    return n_1 * scale, n_2 * scale, n_e * scale


def complex_lambda_system(eps, strengths):
    """The same for complex gamma_12."""
    (l_11, l_22, l_12), (r_11, r_22, r_12) = ([0.5 * each for each in row] for row in strengths)
    detuning = eps[0] - eps[1]
    vacuum = 2.0 * (l_12 + r_12)

    def formula(occupation, cold, hot):
        left_1, left_2 = (occupation(e, cold) for e in eps)
        right_1, right_2 = (occupation(e, hot) for e in eps)
        up_1 = l_11 * left_1 + r_11 * right_1
        up_2 = l_22 * left_2 + r_22 * right_2
        down_1 = up_1 + (l_11 + r_11)
        down_2 = up_2 + (l_22 + r_22)
        real_1, imag_1 = (a * left_1 + b * right_1 for a, b in _parts(l_12, r_12))
        real_2, imag_2 = (a * left_2 + b * right_2 for a, b in _parts(l_12, r_12))
        real_e, imag_e = real_1 + real_2 + vacuum.real, imag_1 + imag_2 + vacuum.imag
        width = up_1 + up_2
        share = 1.0 / (width * width + detuning * detuning)
        response, phase = width * share, detuning * share
        # The reply of the coherence to a population, in the equation of the other one.
        r_1, i_1 = real_1 * response + imag_1 * phase, real_1 * phase - imag_1 * response
        r_2, i_2 = real_2 * response + imag_2 * phase, real_2 * phase - imag_2 * response
        a_11 = up_1 - (r_2 * real_1 - i_2 * imag_1)
        a_12 = i_2 * imag_2 - r_2 * real_2
        a_21 = i_1 * imag_1 - r_1 * real_1
        a_22 = up_2 - (r_1 * real_2 - i_1 * imag_2)
        b_1 = down_1 - (r_2 * real_e - i_2 * imag_e)
        b_2 = down_2 - (r_1 * real_e - i_1 * imag_e)
        n_1, n_2, n_e = _populations(a_11, a_12, a_21, a_22, b_1, b_2)
        real = real_e * n_e - real_1 * n_1 - real_2 * n_2
        imag = imag_e * n_e - imag_1 * n_1 - imag_2 * n_2
        return n_1, n_2, n_e, real * response - imag * phase, real * phase + imag * response

    return formula


def _parts(*numbers):
    return zip(*((number.real, number.imag) for number in numbers), strict=True)


def coupled_tls(half_angle, energies, strengths):
    """n_G, n_1, n_2, n_D, Re rho_12 and Im rho_12 of two coupled TLSs.

    `half_angle` holds sin(theta/2) and cos(theta/2), `energies` those of the narrow and of the
    wide transitions, `strengths` gamma of the two baths.
    """

    def formula(occupation, cold, hot):
        sine, cosine = half_angle
        n_one, w_one = (strengths[0] * occupation(e, cold) for e in energies)
        n_two, w_two = (strengths[1] * occupation(e, hot) for e in energies)
        # Rates up and down of the narrow and of the wide transitions, and what interferes in them.
        s, c, m = sine * sine, cosine * cosine, sine * cosine
        n_up, w_up = s * n_one + c * n_two, c * w_one + s * w_two
        n_down = n_up + (s * strengths[0] + c * strengths[1])
        w_down = w_up + (c * strengths[0] + s * strengths[1])
        n_cross, w_cross = m * (n_one - n_two), m * (w_one - w_two)
        vacuum = m * (strengths[0] - strengths[1])
        n_emit, w_emit = n_cross + vacuum, w_cross + vacuum
        # The coherence follows the populations, and drives them back.
        width = 0.5 * (n_up + n_down + w_up + w_down)
        splitting = energies[0] - energies[1]
        share = 0.5 / (width * width + splitting * splitting)
        response = width * share
        a_g, a_d = n_cross + w_cross, -(n_emit + w_emit)
        a_1, a_2 = w_cross - n_emit, n_cross - w_emit
        b_g, b_1, b_2, b_d = -a_d * response, a_2 * response, a_1 * response, -a_g * response
        # Rates between levels, D eliminated, then |E2>, then |E1> and |G>.
        out_1, out_2, out_g = w_down + b_1 * a_d, n_down + b_2 * a_d, b_g * a_d
        scale = 1.0 / (out_1 + out_2 + out_g)
        to_1, to_2, to_g = out_1 * scale, out_2 * scale, out_g * scale
        from_1, from_2, from_g = w_up + b_d * a_1, n_up + b_d * a_2, b_d * a_g
        r_12, r_g2 = b_1 * a_2 + to_1 * from_2, w_down + b_g * a_2 + to_g * from_2
        r_21, r_g1 = b_2 * a_1 + to_2 * from_1, n_down + b_g * a_1 + to_g * from_1
        r_1g, r_2g = n_up + b_1 * a_g + to_1 * from_g, w_up + b_2 * a_g + to_2 * from_g
        share_2 = 1.0 / (r_12 + r_g2)
        n_1 = r_1g + r_12 * r_2g * share_2
        n_g = r_g1 + r_g2 * r_21 * share_2
        n_2 = (r_21 * n_1 + r_2g * n_g) * share_2
        n_d = (from_1 * n_1 + from_2 * n_2 + from_g * n_g) * scale
        norm = 1.0 / (n_g + n_1 + n_2 + n_d)
        n_g, n_1, n_2, n_d = n_g * norm, n_1 * norm, n_2 * norm, n_d * norm
        drive = share * (a_g * n_g + a_1 * n_1 + a_2 * n_2 + a_d * n_d)
        return n_g, n_1, n_2, n_d, width * drive, -splitting * drive

    return formula
