"""One colour for each quantity, in every equation, figure and table of the collection.

From the palette of Okabe and Ito for colour-blind readers, darkened until each has a contrast of
4.5 to 1 on white.
"""

COLORS = {
    "x": "#5C5C5C",
    "y": "#0072B2",
    "w": "#B84A00",
    "b": "#8A6100",
    "residual": "#A8497F",
    "gradient": "#007A59",
    "loss": "#6A3D9A",
}
GREY = "#767676"  # for what is no quantity; 4.5 to 1 on white
FAINT = "#949494"  # for thin lines behind the others; 3 to 1 on white, the least that WCAG allows
