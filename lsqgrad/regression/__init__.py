"""The thin helper: data, the gradient in four ways, recorded runs, rounding, a step in numbers.

The lessons stand on this room. It needs NumPy alone; PyTorch is loaded by what runs it.
"""

from lsqgrad.regression.data import ARTICLE, line_data, minibatches
from lsqgrad.regression.gradients import (
    Gradient,
    compare_gradients,
    gradient_autograd,
    gradient_matrix,
    gradient_numeric,
    gradient_scalar,
    mean_squared_error,
    with_ones,
)
from lsqgrad.regression.reference_sets import ReferenceData, reference_data
from lsqgrad.regression.rounding import Printed, rounding_interval, same, ulps_apart
from lsqgrad.regression.sgd import (
    Step,
    Trace,
    check_trace,
    names_of_rows,
    read_settings,
    sgd_by_hand,
    sgd_with_torch,
    step_with_torch,
)
from lsqgrad.regression.worked_step import (
    FORMS,
    MINUS,
    Line,
    Matrix,
    Number,
    arithmetic,
    forms_of,
    written,
)
