"""Tests, and the notebooks that they run, neither read nor write a learner's progress."""

import os

os.environ["LSQGRAD_FORGET"] = "1"
