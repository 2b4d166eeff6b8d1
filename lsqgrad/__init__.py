"""Helper of the lsqgrad notebooks: how PyTorch differentiates least squares.

Importing it loads NumPy alone. PyTorch, ipywidgets, matplotlib and SymPy are loaded by the
functions that need them, when they are called.
"""

from lsqgrad.backward import GraphNode, GraphRecord, record_backward
from lsqgrad.colors import COLORS
from lsqgrad.data import ARTICLE, line_data, minibatches
from lsqgrad.derivation import Derivation, DerivationError, Line, Slip, define
from lsqgrad.figures import draw_data, draw_losses, draw_path
from lsqgrad.gradients import (
    Gradient,
    compare_gradients,
    gradient_autograd,
    gradient_matrix,
    gradient_numeric,
    gradient_scalar,
    mean_squared_error,
)
from lsqgrad.graph_walker import GraphWalker
from lsqgrad.practice import Practice, Report
from lsqgrad.rounding import Printed, rounding_interval, ulps_apart
from lsqgrad.sgd import Step, Trace, sgd_by_hand, sgd_with_torch, step_with_torch
from lsqgrad.stepper import Stepper
from lsqgrad.walker import Walker

__all__ = [
    "ARTICLE",
    "COLORS",
    "Derivation",
    "DerivationError",
    "Gradient",
    "GraphNode",
    "GraphRecord",
    "GraphWalker",
    "Line",
    "Practice",
    "Printed",
    "Report",
    "Slip",
    "Step",
    "Stepper",
    "Trace",
    "Walker",
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
    "rounding_interval",
    "sgd_by_hand",
    "sgd_with_torch",
    "step_with_torch",
    "ulps_apart",
]
