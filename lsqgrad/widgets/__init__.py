"""Players: the stepper, the two walkers and the line explorer: frames with a cursor."""

from lsqgrad.widgets.cursor import ASKED, Cursor, Quiz
from lsqgrad.widgets.derivation_walker import Walker
from lsqgrad.widgets.graph_walker import GraphWalker
from lsqgrad.widgets.line_explorer import LineExplorer
from lsqgrad.widgets.player import RUN_ALL, Player
from lsqgrad.widgets.stepper import Stepper
