# Students print, leave names unused and undefined, and write what no linter likes:
# ruff: noqa
"""Answers to the exercise on the merged sums.

They were written before it had a judge, by who then wrote it.
"""

import math
from functools import reduce

import numpy as np
import torch

from student_answers.collected import right, wrong

# --- right ---


@right("merged sums")
def within_and_between(sizes, means, scatters):
    mean = np.sum(sizes * means) / np.sum(sizes)
    return mean, np.sum(scatters) + np.sum(sizes * (means - mean) ** 2)


@right("merged sums")
def by_averages(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    between = np.average((means - mean) ** 2, weights=sizes) * sizes.sum()
    return [mean, scatters.sum() + between]


@right("merged sums")
def by_raw_sums(sizes, means, scatters):
    n = sum(sizes)
    total = sum(sizes * means)
    squares = sum(scatters + sizes * means**2)
    return total / n, squares - total**2 / n


@right("merged sums")
def one_after_the_other(sizes, means, scatters):
    n, mean, scatter = 0, 0.0, 0.0
    for m, other, s in zip(sizes, means, scatters):
        delta = other - mean
        scatter += s + delta**2 * n * m / (n + m)
        mean += delta * m / (n + m)
        n += m
    return mean, scatter


@right("merged sums")
def two_at_a_time(sizes, means, scatters):
    def merge(one, other):
        n, a, s = one
        m, b, t = other
        return n + m, (n * a + m * b) / (n + m), s + t + (a - b) ** 2 * n * m / (n + m)

    _, mean, scatter = reduce(merge, zip(sizes, means, scatters))
    return mean, scatter


@right("merged sums")
def with_a_loop(sizes, means, scatters):
    total = 0
    for i in range(len(sizes)):
        total += sizes[i] * means[i]
    mean = total / sizes.sum()
    s = 0
    for i in range(len(sizes)):
        s += scatters[i] + sizes[i] * (means[i] - mean) ** 2
    return mean, s


@right("merged sums")
def dot_products(sizes, means, scatters):
    mean = sizes @ means / sizes.sum()
    d = means - mean
    return mean, scatters.sum() + sizes @ d**2


@right("merged sums")
def by_all_pairs(sizes, means, scatters):
    n = sizes.sum()
    pairs = 0
    for i in range(len(sizes)):
        for j in range(i):
            pairs += sizes[i] * sizes[j] * (means[i] - means[j]) ** 2
    return (sizes * means).sum() / n, scatters.sum() + pairs / n


@right("merged sums")
def with_torch(sizes, means, scatters):
    n, m, s = (torch.tensor(a).double() for a in (sizes, means, scatters))
    mean = (n * m).sum() / n.sum()
    return mean, (s + n * (m - mean) ** 2).sum()


@right("merged sums")
def by_repeated_means(sizes, means, scatters):
    rows = np.repeat(means, sizes)
    return rows.mean(), np.sum(scatters) + np.sum((rows - rows.mean()) ** 2)


@right("merged sums")
def with_variances(sizes, means, scatters):
    n = sizes.sum()
    mean = np.sum(sizes / n * means)
    var = np.sum(sizes / n * (scatters / sizes + (means - mean) ** 2))
    return mean, n * var


@right("merged sums")
def fsum_of_all(sizes, means, scatters):
    mean = math.fsum(sizes * means) / sizes.sum()
    return mean, math.fsum([*scatters, *(sizes * (means - mean) ** 2)])


# --- wrong ---


@wrong("merged sums", mistake="the mean of the means")
def plain_mean(sizes, means, scatters):
    mean = means.mean()
    return mean, scatters.sum() + (sizes * (means - mean) ** 2).sum()


@wrong("merged sums", mistake="the mean of the means, and the scatters are added")
def plain_mean_and_sum(sizes, means, scatters):
    return means.mean(), scatters.sum()


@wrong("merged sums", mistake="the scatters are only added")
def sum_of_scatters(sizes, means, scatters):
    return np.average(means, weights=sizes), np.sum(scatters)


@wrong("merged sums", mistake="the scatters are averaged")
def mean_of_scatters(sizes, means, scatters):
    return np.average(means, weights=sizes), np.mean(scatters)


@wrong("merged sums", mistake="the scatters are averaged with the sizes as weights")
def weighted_scatters(sizes, means, scatters):
    return np.average(means, weights=sizes), np.average(scatters, weights=sizes)


@wrong("merged sums", mistake="averaged scatters, then the between part is added")
def averaged_and_between(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    return mean, np.mean(scatters) + np.sum(sizes * (means - mean) ** 2)


@wrong("merged sums", mistake="the distances of the means are not multiplied by the sizes")
def between_without_sizes(sizes, means, scatters):
    mean = np.sum(sizes * means) / np.sum(sizes)
    return mean, np.sum(scatters + (means - mean) ** 2)


@wrong("merged sums", mistake="the distances are not squared, so that they cancel")
def distances_not_squared(sizes, means, scatters):
    mean = np.sum(sizes * means) / np.sum(sizes)
    return mean, np.sum(scatters) + np.sum(sizes * (means - mean))


@wrong("merged sums", mistake="absolute distances in place of squares")
def absolute_distances(sizes, means, scatters):
    mean = np.sum(sizes * means) / np.sum(sizes)
    return mean, np.sum(scatters) + np.sum(sizes * np.abs(means - mean))


@wrong("merged sums", mistake="only between the parts; the scatters are not used")
def between_alone(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    return mean, np.sum(sizes * (means - mean) ** 2)


@wrong("merged sums", mistake="a variance: divided by n")
def a_variance(sizes, means, scatters):
    n = sizes.sum()
    mean = (sizes * means).sum() / n
    return mean, (scatters.sum() + (sizes * (means - mean) ** 2).sum()) / n


@wrong("merged sums", mistake="a variance with n - 1")
def a_sample_variance(sizes, means, scatters):
    n = sizes.sum()
    mean = (sizes * means).sum() / n
    return mean, (scatters.sum() + (sizes * (means - mean) ** 2).sum()) / (n - 1)


@wrong("merged sums", mistake="the scatters are taken for variances")
def scatters_as_variances(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    return mean, np.sum(sizes * (scatters + (means - mean) ** 2))


@wrong(
    "merged sums", mistake="the squares of the means, and the square of the whole is not taken off"
)
def raw_squares(sizes, means, scatters):
    n = sizes.sum()
    return (sizes * means).sum() / n, (scatters + sizes * means**2).sum()


@wrong("merged sums", mistake="mean squared is taken off once, not n times")
def taken_off_once(sizes, means, scatters):
    mean = (sizes * means).sum() / sizes.sum()
    return mean, (scatters + sizes * means**2).sum() - mean**2


@wrong("merged sums", mistake="the sum of all rows, not their mean")
def total_for_mean(sizes, means, scatters):
    mean = np.sum(sizes * means)
    return mean, np.sum(scatters) + np.sum(sizes * (means - mean) ** 2)


@wrong("merged sums", mistake="the sum is divided by the number of parts")
def over_parts(sizes, means, scatters):
    mean = np.sum(sizes * means) / len(sizes)
    return mean, np.sum(scatters) + np.sum(sizes * (means - mean) ** 2)


@wrong("merged sums", mistake="the sum of the means over all rows")
def means_over_rows(sizes, means, scatters):
    mean = np.sum(means) / np.sum(sizes)
    return mean, np.sum(scatters) + np.sum(sizes * (means - mean) ** 2)


@wrong("merged sums", mistake="the scatter is computed around the plain mean of the means")
def around_another_mean(sizes, means, scatters):
    return (
        np.average(means, weights=sizes),
        np.sum(scatters) + np.sum(sizes * (means - means.mean()) ** 2),
    )


@wrong("merged sums", mistake="Chan's factor without the division")
def product_not_divided(sizes, means, scatters):
    n, mean, scatter = sizes[0], means[0], scatters[0]
    for m, other, s in zip(sizes[1:], means[1:], scatters[1:]):
        scatter += s + (other - mean) ** 2 * n * m
        mean += (other - mean) * m / (n + m)
        n += m
    return mean, scatter


@wrong("merged sums", mistake="only the first two parts are merged")
def first_two(sizes, means, scatters):
    n, mean, scatter = sizes[0], means[0], scatters[0]
    if len(sizes) > 1:
        m, delta = sizes[1], means[1] - mean
        scatter += scatters[1] + delta**2 * n * m / (n + m)
        mean += delta * m / (n + m)
    return mean, scatter


@wrong("merged sums", mistake="changed places")
def scatter_first(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    return np.sum(scatters) + np.sum(sizes * (means - mean) ** 2), mean


@wrong("merged sums", mistake="only the mean is returned")
def mean_alone(sizes, means, scatters):
    return np.average(means, weights=sizes)


@wrong("merged sums", mistake="a list for each part: nothing is summed")
def not_summed(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    return mean, scatters + sizes * (means - mean) ** 2


@wrong("merged sums", mistake="it prints and gives nothing back")
def printed(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    print(mean, np.sum(scatters) + np.sum(sizes * (means - mean) ** 2))


@wrong("merged sums", mistake="the caller's means are changed")
def in_place(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    means -= mean
    return mean, np.sum(scatters) + np.sum(sizes * means**2)


@wrong("merged sums", mistake="the root: a standard deviation")
def a_standard_deviation(sizes, means, scatters):
    n = sizes.sum()
    mean = (sizes * means).sum() / n
    return mean, np.sqrt((scatters.sum() + (sizes * (means - mean) ** 2).sum()) / n)


@wrong("merged sums", mistake="the sizes squared")
def sizes_squared(sizes, means, scatters):
    mean = np.average(means, weights=sizes)
    return mean, np.sum(scatters) + np.sum((sizes * (means - mean)) ** 2)


@wrong("merged sums", mistake="the name n is not defined")
def no_name(sizes, means, scatters):
    mean = np.sum(sizes * means) / n_rows
    return mean, np.sum(scatters)
