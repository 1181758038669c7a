"""Solver: the steady states of a level system for many rates at once.

H_S + H_SB of Eq. (3) conserves the number of excitations, so that in the systems of the paper
the populations n_k feed one coherence at most, z = <1|rho|2> of the coherent pair. In the steady
state

    0 = -kappa z + sum_k a_k n_k                (the coherence)
    0 = sum_l P_kl n_l + 2 Re(b_k z)            (each population)

Putting z of the first line into the second leaves a rate equation for the populations alone,
with the rates P_kl + 2 Re(b_k a_l / kappa). Every step is elementary real arithmetic: no BLAS,
and no loop over points.

    reduction    which elements of rho the populations reach, and a, b, kappa, P in terms of rates
    solution     the rate equation, solved; the state, and what it leaves of L rho = 0
    refinement   one correction of a state by what it leaves
    uniqueness   where there is no second steady state, and the digits suffice to say so
    decimals     points at which floating point leaves too few digits
    null_space   systems whose populations feed several coherences, by LAPACK
"""
