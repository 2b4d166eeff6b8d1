"""The stepper's picture: three panels of a run, of which only what moves is drawn again."""

from lsqgrad.plotting import svg
from lsqgrad.plotting.panels import DataPanel, LossPanel, PathPanel
from lsqgrad.regression import Trace

# Width and height in inches of 72 pixels, and the type in points. The browser scales the picture
# to the page: on a smaller picture the type looks larger.
SIZES = {"notebook": ((14, 5.4), 14), "projector": ((10.5, 5.4), 15)}
LOSS_AXES = ("linear", "logarithmic")


class RunFigure:
    """Data, losses and path of a run, as SVG for the screen and as PNG for paper.

    The background belongs to a run and is drawn once; the foreground belongs to a position and is
    laid over it. Together they show what the PNG shows.

    Parameters
    ----------
    trace : Trace
        A run with one feature.
    loss_axis : {"linear", "logarithmic"}
        The axis of the losses.
    size : {"notebook", "projector"}
        The projector's type is larger.
    """

    def __init__(self, trace: Trace, loss_axis: str = "linear", size: str = "notebook") -> None:
        from matplotlib.figure import Figure

        figsize, self._type = SIZES[size]
        self._logarithmic = loss_axis == "logarithmic"
        with svg.type_of_size(self._type):
            self._figure = Figure(figsize=figsize, dpi=72)
            self._axes = axes = self._figure.subplots(1, 3)
            self._figure.subplots_adjust(0.06, 0.29, 0.995, 0.93, wspace=0.25)
            self._panels: tuple[DataPanel, LossPanel, PathPanel] = (
                DataPanel(axes[0], trace),
                LossPanel(axes[1], trace, self._logarithmic),
                PathPanel(axes[2], trace),
            )
        self._moving = [artist for panel in self._panels for artist in panel.moving]
        for artist in self._moving:
            artist.set_animated(True)  # the background is drawn without what moves
        self._legends: list[object] = []
        self._legends_as_svg = ""

    def load(self, trace: Trace) -> None:
        """Go over to another run of the same data."""
        data, losses, path = self._panels
        with svg.type_of_size(self._type):
            data.load(trace)
            losses.load(trace, self._logarithmic)
            path.load(trace)

    def background(self) -> str:
        """Draw what is the same at every position of the run, as an SVG element."""
        with svg.type_of_size(self._type):
            # Legends take a third of the time, and most new runs have the same.
            legends = [axes.get_legend() for axes in self._axes]
            for legend in legends:
                legend.set_animated(True)
            if legends != self._legends:
                self._legends, self._legends_as_svg = (
                    legends,
                    svg.draw_artists(self._figure, legends),
                )
            rest = svg.draw_artists(self._figure, [self._figure])
            return svg.element(self._figure, "aria-hidden='true'", rest, self._legends_as_svg)

    def foreground(self, position: int, asking: bool, attributes: str) -> str:
        """Draw what belongs to a position, as an SVG element with these attributes."""
        self._show(position, asking)
        moving = svg.draw_artists(self._figure, self._moving)
        return svg.element(self._figure, attributes, moving, self._losses_to_click())

    def png(self, position: int, asking: bool = False) -> bytes:
        """Draw all of a position as a PNG."""
        self._show(position, asking)
        with svg.type_of_size(self._type):
            return svg.png(self._figure)

    def _losses_to_click(self):
        """Return a rectangle over the losses, which knows the steps at its left and right edge."""
        axes = self._axes[1]
        place, (first, last) = axes.get_window_extent(), axes.get_xlim()
        top = self._figure.bbox.height - place.y1
        return (
            f"<rect class='lsqgrad-losses' x='{place.x0:g}' y='{top:g}' width='{place.width:g}' "
            f"height='{place.height:g}' data-first='{first:g}' data-last='{last:g}' "
            "style='fill: transparent; cursor: pointer'><title>Go to this step</title></rect>"
        )

    def _show(self, position, asking):
        for panel in self._panels:
            panel.show(position, asking)
