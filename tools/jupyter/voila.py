"""Voilà reads this file, and all other servers jupyter_config.py."""

load_subconfig("jupyter_config.py")  # noqa: F821 (Jupyter defines it)
