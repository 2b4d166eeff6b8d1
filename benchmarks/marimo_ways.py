"""A bare label and the stepper in marimo; `benchmarks/widgets.py` presses the buttons."""

import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import marimo as mo

    from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand

    X, Y = line_data(n=10)
    trace = sgd_by_hand(X, Y, ARTICLE.w, ARTICLE.b, lr=0.001, batch_size=3, epochs=10)
    return Stepper, mo, trace


@app.cell
def _(mo):
    button = mo.ui.button(label="Next batch", value=0, on_click=lambda presses: presses % 10 + 1)
    return (button,)


@app.cell
def _(button, mo):
    mo.Html(f'<div class="floor">{button}<output>Step {button.value}</output></div>')
    return


@app.cell
def _(Stepper, trace):
    Stepper(trace)
    return


if __name__ == "__main__":
    app.run()
