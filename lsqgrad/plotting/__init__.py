"""Pictures: panels of a run, the graph of a `backward()`, and their SVG.

`draw_data`, `draw_losses` and `draw_path` draw a run on the axes that they take, and return
nothing. Every other `draw_...` makes its figure and returns a `Drawing`.
"""

from lsqgrad.plotting.drawing import Drawing
from lsqgrad.plotting.drawings import draw_contours, draw_parabola, draw_squares
from lsqgrad.plotting.explorer_picture import ExplorerPicture
from lsqgrad.plotting.graph_figure import MOST_NODES, GraphFigure
from lsqgrad.plotting.graph_layout import quantity_of
from lsqgrad.plotting.legibility import projector
from lsqgrad.plotting.number_lines import draw_intervals, draw_strips, draw_ulps
from lsqgrad.plotting.panels import draw_data, draw_losses, draw_path, in_view
from lsqgrad.plotting.run_picture import LOSS_AXES, RunPicture
from lsqgrad.plotting.shapes import draw_shapes
