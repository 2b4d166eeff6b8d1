"""The exercises, their checks, and the field for an answer."""

from lsqgrad.practice.practice import Practice, Report
from lsqgrad.practice.prediction import Prediction
