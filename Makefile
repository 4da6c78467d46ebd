# Two commands matter: `make run` serves a working demo, `make test` checks everything.
# Everything else is in dev.py, which needs only Python 3.11+ and pip.
PYTHON ?= python3

.PHONY: run test check bench screenshots lock
run test check bench screenshots lock:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "make $@: '$(PYTHON)' was not found. Install Python 3.11 or newer, or name yours: make $@ PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) dev.py $@
