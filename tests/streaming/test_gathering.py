"""One pass gathers the sums, whatever gives the batches, and says what is wrong with them."""

import numpy as np

from lsqgrad import gather_sums, gradient_matrix


def test_a_pair_and_a_stream_of_batches_give_the_gradient_of_the_matrix_form():
    rng = np.random.default_rng(0)
    X, Y = rng.integers(-9, 9, (100, 2)), rng.integers(-9, 9, (100, 1))
    w, b = [[1], [2]], 3
    batches = [(X[k : k + 30], Y[k : k + 30]) for k in range(0, 100, 30)]
    for sums in (gather_sums((X, Y)), gather_sums(batches)):
        np.testing.assert_allclose(sums.gradient(w, b).w, gradient_matrix(X, Y, w, b).w)
