"""Helper of the lsqgrad notebooks: how PyTorch differentiates least squares.

Importing it loads NumPy alone. PyTorch, anywidget, matplotlib and SymPy are loaded by the
functions that need them, when they are called.
"""

from lsqgrad._util import COLORS
from lsqgrad.autograd import (
    GraphNode,
    GraphRecord,
    Rule,
    check_rule,
    record_backward,
    register_rule,
)
from lsqgrad.derivations import Derivation, DerivationError, Line, Slip, define
from lsqgrad.plotting import Drawing, draw_data, draw_losses, draw_path
from lsqgrad.practice import Practice, Prediction, Report
from lsqgrad.regression import (
    ARTICLE,
    Gradient,
    Printed,
    Step,
    Trace,
    compare_gradients,
    gradient_autograd,
    gradient_matrix,
    gradient_numeric,
    gradient_scalar,
    line_data,
    mean_squared_error,
    minibatches,
    rounding_interval,
    same,
    sgd_by_hand,
    sgd_with_torch,
    step_with_torch,
    ulps_apart,
)
from lsqgrad.widgets import GraphWalker, LineExplorer, Stepper, Walker

__all__ = [
    "ARTICLE",
    "COLORS",
    "Derivation",
    "DerivationError",
    "Drawing",
    "Gradient",
    "GraphNode",
    "GraphRecord",
    "GraphWalker",
    "Line",
    "LineExplorer",
    "Practice",
    "Prediction",
    "Printed",
    "Report",
    "Rule",
    "Slip",
    "Step",
    "Stepper",
    "Trace",
    "Walker",
    "check_rule",
    "compare_gradients",
    "define",
    "draw_data",
    "draw_losses",
    "draw_path",
    "gradient_autograd",
    "gradient_matrix",
    "gradient_numeric",
    "gradient_scalar",
    "line_data",
    "mean_squared_error",
    "minibatches",
    "record_backward",
    "register_rule",
    "rounding_interval",
    "same",
    "sgd_by_hand",
    "sgd_with_torch",
    "step_with_torch",
    "ulps_apart",
]
