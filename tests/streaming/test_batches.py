"""Files give their rows in batches, each time from the first, and say what they lack."""

import os
import pickle
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from lsqgrad import StreamError, gather_sums, read_batches

ROWS = np.random.default_rng(20211012).normal(size=(100, 3)).astype(np.float32)
TABLE = pa.table({name: column for name, column in zip("abc", ROWS.T, strict=True)})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("rows.npy", ROWS)
    np.save("columns.npy", np.asfortranarray(ROWS))
    pa.parquet.write_table(TABLE, "rows.parquet", row_group_size=33)
    pa.csv.write_csv(TABLE, "rows.csv")
    for parts, name in (
        (["1.parquet", "2.parquet/2.parquet"], "parts"),
        (["1.csv", "2.csv"], "csv"),
    ):
        (tmp_path / name / "2.parquet").mkdir(parents=True)
        for part, rows in zip(parts, (TABLE.slice(0, 40), TABLE.slice(40)), strict=True):
            write = pa.parquet.write_table if name == "parts" else pa.csv.write_csv
            write(rows, f"{name}/{part}")
    (tmp_path / "parts" / "_SUCCESS.csv").touch()  # such as Spark leaves
    for hidden in (".ipynb_checkpoints", "_temporary"):  # a copy, and a part that is half written
        (tmp_path / "csv" / hidden).mkdir()
        pa.csv.write_csv(TABLE, f"csv/{hidden}/1.csv")
    pa.parquet.write_table(TABLE.slice(0, 0), "parts/0.parquet")
    return tmp_path


FILES = {
    "rows.npy": (2, (0, 1), 100),
    "columns.npy": (-1, (0, 1), 100),
    "rows.parquet": ("c", ("a", "b"), 100),
    "rows.csv": ("c", ("a", "b"), None),
    "parts": ("c", ("a", "b"), 100),
    "csv": ("c", ("a", "b"), None),
}


@pytest.mark.parametrize("name", FILES)
def test_all_rows_come_in_order_and_come_again(folder, name):
    target, features, rows = FILES[name]
    batches = read_batches(folder / name, target=target, batch_rows=30)
    assert (batches.rows, batches.features) == (rows, features)
    for again in (batches, pickle.loads(pickle.dumps(batches))):
        X, Y = zip(*again, strict=True)
        assert max(map(len, X)) <= (30 if rows else 100)  # a CSV file comes in blocks of its own
        assert np.array_equal(np.concatenate(X).astype(np.float32), ROWS[:, :2])
        assert np.array_equal(np.concatenate(Y).astype(np.float32), ROWS[:, 2:])
    assert gather_sums(batches).n == 100


def test_several_files_are_read_one_after_the_other(folder):
    files = ["parts/2.parquet/2.parquet", "parts/1.parquet"]
    Y = np.concatenate([Y for _, Y in read_batches(files, target="c")])
    assert np.array_equal(Y.ravel(), np.roll(ROWS[:, 2], -40))


@pytest.mark.parametrize("name", FILES)
def test_shares_are_disjoint_and_make_up_the_whole(folder, name):
    """Also those of a share, and where there are more workers than batches."""
    batches = read_batches(name, target=FILES[name][0], batch_rows=30)
    shares = [batches.share(0, 2), *(batches.share(1, 2).share(k, 7) for k in range(7))]
    Y = np.concatenate([y for share in shares for _, y in share]).astype(np.float32)
    assert sorted(Y.ravel()) == sorted(ROWS[:, 2])
    with pytest.raises(ValueError, match=r"^worker: expected an integer from 0 to 1, got 2"):
        batches.share(2, 2)


@pytest.mark.parametrize(("name", "rows"), [("rows.parquet", [66, 34]), ("csv", [40, 60])])
def test_no_worker_reads_what_is_anothers(folder, name, rows):
    """Row groups of 33, 33, 33 and 1 rows; two CSV files."""
    batches = read_batches(name, target="c", batch_rows=10)
    assert [gather_sums(batches.share(worker, 2)).n for worker in (0, 1)] == rows


@pytest.mark.parametrize("name", ["rows.npy", "rows.parquet"])
@pytest.mark.parametrize("order", [(2, 0), (0,), (1, 2)])
def test_features_come_in_the_order_that_is_asked_for(folder, name, order):
    columns = range(3) if name == "rows.npy" else "abc"
    target = next(k for k in range(3) if k not in order)
    features = [float(k) if name == "rows.npy" else columns[k] for k in order]
    batches = read_batches(name, target=columns[target], features=features)
    assert batches.features == tuple(features)
    X, Y = map(np.concatenate, zip(*batches, strict=True))
    assert np.array_equal(X, ROWS[:, order])
    assert np.array_equal(Y, ROWS[:, [target]])


def test_a_csv_file_may_begin_with_whole_numbers(folder):
    """pyarrow takes a column's type from its first block, a megabyte."""
    (folder / "late.csv").write_text("x,name,y\n" + "1,one,2\n" * 200_000 + "1.5,half,3\n")
    sums = gather_sums(read_batches("late.csv", target="y", features=["x"]))
    assert (sums.n, sums.sum_x, sums.sum_y) == (200_001, 200_001.5, 400_003)


def test_the_files_of_a_folder_may_have_whole_numbers_and_others(folder):
    for part, x in (("whole", [1, 2]), ("others", [2.5, 3.0])):
        (folder / "mixed").mkdir(exist_ok=True)
        pa.parquet.write_table(pa.table({"x": x, "y": [0, 1]}), f"mixed/{part}.parquet")
    assert gather_sums(read_batches("mixed", target="y")).sum_x == 8.5
    pa.parquet.write_table(pa.table({"y": [1]}), "mixed/without.parquet")
    with pytest.raises(
        ValueError, match=r"^path: expected files that all have 'x', got '.*without"
    ):
        read_batches("mixed", target="y")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_number_that_is_missing_is_found(folder, kind):
    table = pa.table({"x": [1, 2, None, 4], "y": [1.0, 2.0, 3.0, 4.0]})
    write = pa.parquet.write_table if kind == "parquet" else pa.csv.write_csv
    write(table, f"gap.{kind}")
    with pytest.raises(
        StreamError, match=r"^Batch 1, X: expected finite .* nan in row 2, column 0"
    ):
        gather_sums(read_batches(f"gap.{kind}", target="y"))


BAD = {
    "path: expected a path or a list of paths, got int 3.": (3, "c", {}),
    "path: expected files or folders that exist, got 'none.csv'.": ("none.csv", "c", {}),
    "path: expected files of one kind, .npy, .parquet, .csv, got '.txt'.": ("rows.txt", "c", {}),
    "path: expected files of one kind, .npy, .parquet, .csv, got '.csv' and '.npy' and ": (
        ".",
        "c",
        {},
    ),
    "path: expected files of one kind, .npy, .parquet, .csv, got none.": ([], "c", {}),
    "path: expected one .npy file, got 2.": (["rows.npy", "columns.npy"], 2, {}),
    "path: expected a .npy file of numbers, got 'torn.npy': mmap length": ("torn.npy", 0, {}),
    "path: expected a .npy file of numbers, got 'objects.npy'": ("objects.npy", 0, {}),
    "path: expected a .npy file of real numbers in two axes, rows and columns, "
    "got shape (3,) of float64.": ("flat.npy", 0, {}),
    "path: expected a .npy file of numbers, got 'many.npy': the magic": ("many.npy", 0, {}),
    "path: expected .parquet files that can be read, got ": ("torn.parquet", "c", {}),
    "path: expected .csv files that can be read, got 'utf-8' codec can't": ("old.csv", "b", {}),
    "target: expected columns among 'a', 'b', 'c', got 'cc'. Perhaps 'c' is": (
        "rows.csv",
        "cc",
        {},
    ),
    "target: expected an integer, got str 'c'.": ("rows.npy", "c", {}),
    "target: expected an integer from -3 to 2, got 3.": ("rows.npy", 3, {}),
    "features: expected columns among 'a', 'b', 'c', got 'd'.": (
        "rows.csv",
        "c",
        {"features": ["d"]},
    ),
    "features: expected columns among 0, 1, 2, got 7.": ("rows.npy", 2, {"features": [7]}),
    "features: expected columns other than the target, at least one, got ['a', 'c'].": (
        "rows.csv",
        "c",
        {"features": ["a", "c"]},
    ),
    "features: expected a list of columns, got str 'ab'.": ("rows.csv", "c", {"features": "ab"}),
    "word: expected a column of real numbers, got one of string. Name the": (
        "words.parquet",
        "y",
        {},
    ),
    "batch_rows: expected an integer of at least 1, got 0.": ("rows.npy", 2, {"batch_rows": 0}),
}


@pytest.mark.parametrize("sentence", BAD)
def test_what_cannot_be_read_is_refused_with_a_sentence(folder, sentence):
    (folder / "rows.txt").touch()
    (folder / "torn.npy").write_bytes((folder / "rows.npy").read_bytes()[:500])
    (folder / "torn.parquet").write_bytes((folder / "rows.parquet").read_bytes()[:500])
    np.save("objects.npy", np.array([[1, "x"]], dtype=object))
    np.save("flat.npy", np.ones(3))
    np.savez("many", ROWS)
    os.replace("many.npz", "many.npy")
    (folder / "old.csv").write_bytes("é,b\n1,2\n".encode("latin1"))
    pa.parquet.write_table(pa.table({"word": ["x"], "y": [1]}), "words.parquet")
    path, target, settings = BAD[sentence]
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        read_batches(path, target=target, **settings)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets no file shrink that is read")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps what is mapped as it is")
def test_a_file_that_shrinks_while_it_is_read_is_noticed(folder):
    np.save("long.npy", np.tile(ROWS, (100, 1)))

    def shrinking():
        for batch in read_batches("long.npy", target=2, batch_rows=3000):
            os.truncate("long.npy", 128 + 12 * 7000)
            yield batch

    with pytest.raises(StreamError, match=r"after 2 batch.* long\.npy is shorter than") as caught:
        gather_sums(shrinking())
    assert caught.value.sums.n == 6000


def test_where_pyarrow_is_missing_a_sentence_says_where_it_is(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r'needs pyarrow .*: pip install "lsqgrad\[beyond\]"$'):
        read_batches("rows.csv", target="c")
    assert gather_sums(read_batches("rows.npy", target=2)).n == 100
