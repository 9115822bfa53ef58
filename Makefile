# make demo   install, run the default study on real input, name its figures
# make test   install, lint, run the tests
# make help   all targets
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
LOCK ?= requirements.lock
BIN := $(CURDIR)/$(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := build/peers/.installed
CORES ?= all
SNAKEMAKE := PATH="$(BIN):$$PATH" $(BIN)/snakemake --cores $(CORES)
# an advertisement of its theme for another program
MKDOCS := NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs
UV_VERSION := 0.13.9
COMPILE := build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

.PHONY: help install demo gallery test test-slurm lint docs check check-emergence check-visual-embedding format calibrate \
	bench peers scale guide report lock clean

help:  ## say what can be made
	@sed -n 's/^\([a-z -]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 30

install: $(INSTALLED)  ## make .venv; LOCK=requirements-gpu.lock for TensorFlow with CUDA

$(INSTALLED): $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $(PYTHON) is older than Python 3.11; install a newer one, or say PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "error: $(PYTHON) cannot make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(LOCK)
	@touch $@

demo gallery: install  ## run the default study, or that of many networks, then name its figures
	@$(SNAKEMAKE) --config study=$@
	@printf '\nFigures and tables of the study:\n'
	@ls results/$@/figures/*.png results/$@/tables/*.tsv

test: install lint  ## lint, then run all tests but those of SLURM
	$(BIN)/python -m pytest -n auto --maxprocesses 2 --dist loadfile --no-loadscope-reorder

test-slurm: install  ## run a small study on a real SLURM of Debian's packages (as root)
	$(BIN)/python -m pytest tests/cluster -rs

lint: install  ## check style, types, rules, formatting and the documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/mypy
	$(BIN)/codespell
	PYTHONPATH=workflow/scripts $(BIN)/lint-imports --no-cache
	PATH="$(BIN):$$PATH" $(BIN)/snakemake --lint
	$(MKDOCS) build --strict --quiet

docs: install  ## serve the documentation on this machine
	$(MKDOCS) serve

check: install  ## examine a study without running it: make check STUDY=mine
	@$(SNAKEMAKE) check_study --config study=$(or $(STUDY),$(error say which study: make check STUDY=mine))

check-emergence: STUDY = emergence
check-emergence: install  ## run the study emergence scaled down, in build/emergence
	$(SCALED_DOWN)

check-visual-embedding: STUDY = visual_embedding
check-visual-embedding: install  ## run the study visual_embedding scaled down, in build/visual_embedding
	$(SCALED_DOWN)

define SCALED_DOWN
PYTHONPATH=workflow/scripts $(BIN)/python tests/workflow/scaled_down_$(STUDY).py build/$(STUDY)
@cd build/$(STUDY) && $(SNAKEMAKE)
@printf '\nFigures and tables of the scaled-down study:\n'
@ls build/$(STUDY)/results/$(STUDY)/figures/*.png build/$(STUDY)/results/$(STUDY)/tables/*.tsv
endef

format: install  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow

calibrate: install  ## simulate true null hypotheses: are the p-values right? (5 minutes)
	$(BIN)/python benchmarks/calibrate.py

bench: demo peers  ## measure speed and memory, side by side with others; ONLY="NAME …" for some
	$(BIN)/python benchmarks/bench.py $(if $(ONLY),--only $(ONLY))

scale: install  ## what the full studies take: jobs, hours, disk and memory, from measured costs
	$(BIN)/python benchmarks/scale.py

peers: $(PEERS)  ## install in build/peers what Semantrace is measured against

$(PEERS): benchmarks/peers.txt
	@rm -rf build/peers
	@$(PYTHON) -m venv build/peers && \
		build/peers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $< && \
		touch $@ || \
		{ rm -rf build/peers; echo "note: $< cannot be installed here; peers are left out" >&2; }

guide: install  ## write results/README.md: what lies among a study's results
	PYTHONPATH=workflow/scripts $(BIN)/python -m semantrace.core.results_guide > results/README.md

report: REPORTED = $(or $(STUDY),demo)
report: install  ## run a study and pack its report into one archive: make report STUDY=mine
	@$(SNAKEMAKE) --config study=$(REPORTED)
	@$(SNAKEMAKE) --config study=$(REPORTED) --report results/$(REPORTED)/report.zip
	@printf 'results/$(REPORTED)/report.zip: unpack it and open report/report.html\n'

lock: EXTRAS = --extra workflow --extra development --extra docs
lock: install  ## compile both locks from pyproject.toml
	$(BIN)/python -m pip install --quiet --target build/uv uv==$(UV_VERSION)
	$(COMPILE) pyproject.toml envs/lock_additions.txt $(EXTRAS) --override envs/lock_overrides.txt -o requirements.lock
	$(COMPILE) pyproject.toml $(EXTRAS) --extra gpu -c requirements.lock -o requirements-gpu.lock

clean:  ## remove the study's results; downloads and .venv stay
	rm -rf results/demo build
