"""The stepper and the two walkers: navigators, which need no widget, and their views."""

from lsqgrad.widgets.controls import WITHOUT_BUTTONS, AnswerControls
from lsqgrad.widgets.derivation_walker import Walker
from lsqgrad.widgets.graph_walker import GraphWalker
from lsqgrad.widgets.markup import words_markup
from lsqgrad.widgets.stepper import Stepper
