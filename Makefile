# `make` lists the targets. Everything goes into .venv and var; nothing else on the machine is changed.

SHELL = /bin/sh
BIN = .venv/bin
export PYTHONUNBUFFERED = 1

# The tests choose their own database and settings, whatever the caller's are.
FORGET = DATABASE_URL MAIL_URL MAIL_FROM ALARM_MAIL SECRET_KEY FIELD_KEYS SITE_ORIGIN ALLOWED_HOSTS TRUSTED_PROXIES DEBUG HSTS_SECONDS \
  ARCHIVE_DAYS BACKUP_DIR RETENTION_DAYS CLAIMS_AN_HOUR CLAIMS_AN_HOUR_EACH STAFF_PATH STAFF_NETWORKS HOST PORT VAR_DIR DJANGO_SETTINGS_MODULE PYENV_VERSION
CLEAN_ENV = env $(FORGET:%=-u %) PLAYWRIGHT_BROWSERS_PATH=$(CURDIR)/var/browsers
# Prints a command and runs it with that environment.
CLEAN = @set -- $(1) && echo "$$*" && $(CLEAN_ENV) "$$@"
TEMPLATES = find templates -name '*.html' -exec

.PHONY: help run sign-in-link search-report test check lint fmt pins growth torture bench-leads clean packages-run \
  packages-test

help:
	@echo 'make run     the site at http://127.0.0.1:8000 (HOST=... PORT=... to change), until Ctrl-C'
	@echo 'make sign-in-link USER=owner   a one-time link to sign in as owner'
	@echo 'make search-report   how well the search answers 80 patients, on the starter content'
	@echo 'make test    every check and test: on SQLite with a browser and, beside it, on PostgreSQL where it is installed'
	@echo 'make check   lint, types and missing migrations, without the tests'
	@echo 'make lint    style of Python and templates'
	@echo 'make fmt     put style right'
	@echo 'make pins    write requirements*.txt anew from the lines at their top'
	@echo 'make growth  how pages slow down from 10 to 10,000 articles and leads: a table, in about five minutes'
	@echo 'make torture   leads under kills, storms, mail trouble and hostile forms: figures, in about half an hour'
	@echo 'make bench-leads   how many leads a second the form takes, beside a bare Django form'
	@echo 'make clean   remove .venv and caches; var/ with the database and media stays'

run: packages-run
	@exec $(BIN)/python manage.py serve

# The shell has a USER too: only one typed after `make` counts.
sign-in-link: packages-run
	@$(BIN)/python manage.py sign_in_link $(if $(filter command%,$(origin USER)),$(USER),owner)

search-report: packages-run
	@rm -rf var/search-report
	@for step in 'migrate --verbosity 0' load_starter 'search_report tests/search_queries.toml'; do \
	  $(CLEAN_ENV) VAR_DIR=var/search-report $(BIN)/python manage.py $$step || exit 1; done

test: check
	$(call CLEAN,$(BIN)/python -m tests.tools.browser)
	$(call CLEAN,$(BIN)/python -m tests.tools.html_checker)
	$(call CLEAN,$(BIN)/python -m tests.tools.machine_checkers)
	$(call CLEAN,$(BIN)/python -m tests.tools.both_databases $(BIN)/python -m pytest -n 2 --dist worksteal)

check: lint
	$(call CLEAN,$(BIN)/mypy)
	$(call CLEAN,$(BIN)/python manage.py makemigrations --check --dry-run)

lint: packages-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TEMPLATES) $(BIN)/djade --check --target-version 6.1 {} +

fmt: packages-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(TEMPLATES) $(BIN)/djade --target-version 6.1 {} +

pins:
	@[ -x var/pins/venv/bin/uv ] || { $$(sh tests/tools/python.sh) -m venv var/pins/venv && \
	  var/pins/venv/bin/pip install --quiet uv==0.13.9; }
	@var/pins/venv/bin/python tests/tools/pins.py

growth: packages-test
	$(call CLEAN,$(BIN)/python -m tests.tools.growth)

torture: packages-test
	$(call CLEAN,$(BIN)/python -m tests.tools.torture)

bench-leads: packages-test
	$(call CLEAN,$(BIN)/python -m tests.tools.bench_leads)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis var/test-results* var/tools var/pins
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

packages-run packages-test:
	@sh tests/tools/environment.sh $(@:packages-%=%)
