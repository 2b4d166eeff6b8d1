"""What all rooms use: arguments read and checked, tensors as arrays, the colours.

Its modules may be imported by every room, and know none of them.
"""

from lsqgrad._util import validation
from lsqgrad._util.colors import COLORS, FAINT, GREY
from lsqgrad._util.errors import ArgumentError, ArgumentTypeError, perhaps
from lsqgrad._util.files import write_whole
from lsqgrad._util.front_end import ipython_shell, still
from lsqgrad._util.progress import progress_bar
from lsqgrad._util.read_only import ReadOnlyArrays
from lsqgrad._util.sizes import SIZES, set_usual_size, usual_size
from lsqgrad._util.tensors import import_torch, to_array, torch_as_it_comes
