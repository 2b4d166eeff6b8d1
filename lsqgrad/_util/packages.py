"""Loads the large packages when they are first needed, so that `import lsqgrad` stays small."""

import importlib


def need(module, user):
    """Import `module` for `user` (the name of what needs it), or say in one sentence what to do."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(
            f"{user} needs the package {package}, which cannot be imported here ({error}). "
            f"Start the notebooks with 'make lab', which installs it, or run "
            f"'pip install {package}' and restart the kernel."
        ) from None
