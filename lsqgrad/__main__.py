"""The collection on the command line, and in a cell: python -m lsqgrad, %run -m lsqgrad."""

import argparse
import sys
from pathlib import Path

from lsqgrad._util import ipython_shell
from lsqgrad.collection import command, open_lab, reset, update


def main() -> str | None:
    """Do what was asked for; return None, or a sentence on what stood in the way."""
    parser = argparse.ArgumentParser(prog="python -m lsqgrad")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    copy = commands.add_parser("copy", help="write the notebooks into a folder, or update them")
    copy.add_argument("folder", type=Path, help="what you have changed in it is left as it is")
    copy.add_argument(
        "--quiet", action="store_true", help="print nothing; leave a file that says what is new"
    )
    lab = commands.add_parser("lab", help="open such a folder in JupyterLab, with its options")
    lab.add_argument("folder", type=Path, nargs="?", default=Path(), help="the current one if none")

    back = commands.add_parser("reset", help="put notebooks back, and keep yours under a new name")
    back.add_argument("notebook", type=Path, nargs="+")

    arguments, options = parser.parse_known_args()
    if options and arguments.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(options)}")
    try:
        if arguments.command == "copy":
            news = update(arguments.folder)
            if arguments.quiet:
                news.leave_notice()
            else:
                print(news.text())
                print("To open them:  " + command("lab", arguments.folder))
        elif arguments.command == "lab":
            open_lab(arguments.folder, options)
        else:
            for notebook in arguments.notebook:
                print(reset(notebook))
    except (OSError, ValueError) as error:
        sentence = str(error)
        if isinstance(error, OSError):
            sentence = f"{error.filename}: {error.strerror}."
        if ipython_shell() is None:
            return sentence
        print(sentence, file=sys.stderr)  # IPython would put a traceback around it
    return None


if __name__ == "__main__":
    sys.exit(main())
