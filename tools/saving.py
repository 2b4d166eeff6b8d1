"""What is left out of a notebook when it is saved, by JupyterLab or by a script."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# What JupyterLab writes, less the version of Python, which differs from machine to machine.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def drop_widget_view(output: dict) -> None:
    """Keep the picture and the text of a widget.

    Without its kernel a stored view says "model not found", and hides the picture and the text.
    """
    output.get("data", {}).pop(WIDGET_VIEW, None)
    output.get("metadata", {}).pop(WIDGET_VIEW, None)


def before_save(model: dict, **_: object) -> None:
    """Keep this machine's Python, and widget views, out of what JupyterLab saves.

    JupyterLab notes its kernel in each notebook that it opens, and saves that two minutes later:
    a reader who only looked, or ran all cells, would have changed every notebook.
    """
    if model["type"] != "notebook":
        return
    metadata = model["content"]["metadata"]
    if metadata.get("kernelspec", {}).get("name") == "python3":
        metadata.update(METADATA)
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", []):
            drop_widget_view(output)
