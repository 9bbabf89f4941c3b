# Fugong (复工). Each target does the set-up that it needs; run again, the set-up takes no time.
PY = .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help demo serve test check fix journeys pictures bench docs messages night lock clean setup setup-test

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 18

demo: setup ## a fictional town on day 10 of its campaign, in the browser
	@.venv/bin/fugong demo $(ARGS)

serve: setup ## the product with your own data
	@.venv/bin/fugong serve $(ARGS)

test: setup-test ## all tests: SQLite, PostgreSQL, journeys in Chromium
	@tools/run_tests.sh all

check: setup-test ## lint, format, types, imports, migrations, catalogues, generated pages, packs
	@tools/check.sh

fix: setup-test ## what the linter and the formatter can mend
	@.venv/bin/ruff check --fix-only -q .
	@.venv/bin/ruff format .

journeys: setup-test ## the journeys in Chromium alone
	@tools/run_tests.sh journeys

pictures: setup-test ## docs/pictures and docs/pictures.md: every page at 390, 1440 and 1920 px
	@FUGONG_PICTURES=1 tools/run_tests.sh journeys -k pictures

bench: setup-test ## benchmarks with the peer's or the raw limit's figure beside ours
	@$(PY) -m bench

docs: setup ## writes the generated pages of docs/reference again
	@$(PY) tools/check_generated.py --write

messages: setup-test ## collects new message ids into the Chinese catalogues
	@$(PY) manage.py makemessages -l zh_Hans --no-obsolete --no-wrap --add-location=file -i node_modules -i .venv -i tests -i bench
	@$(PY) tools/check_catalogues.py

night: setup-test ## everything, the slow tests and many more examples
	@tools/run_tests.sh night

lock: setup-test ## writes requirements/*.txt and package-lock.json again from pyproject.toml and package.json
	@tools/lock.sh

clean: ## removes what was made here, but no data
	@rm -rf .venv node_modules fugong/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find fugong tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	@find fugong -name '*.mo' -delete

setup:
	@tools/setup.sh

setup-test:
	@tools/setup.sh --test
