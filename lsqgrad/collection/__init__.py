"""The collection itself: its notebooks, a reader's copy of them, and JupyterLab for both."""

from lsqgrad.collection.files import LAB_CONFIG, notebooks
from lsqgrad.collection.lab import command, open_lab
from lsqgrad.collection.working_copy import News, reset, update
