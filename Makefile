# `make` lists the targets. Everything goes into .venv and var; nothing else on the machine is changed.

SHELL = /bin/sh
BIN = .venv/bin
export PYTHONUNBUFFERED = 1

# The tests choose their own database and settings, whatever the caller's are.
CLEAN_ENV = env -u DATABASE_URL -u CACHE_URL -u MAIL_URL -u SECRET_KEY -u FIELD_KEYS -u SITE_ORIGIN \
  -u ALLOWED_HOSTS -u TRUSTED_PROXIES -u MEDIA_URL_OR_BUCKET -u DEBUG -u PYENV_VERSION \
  PLAYWRIGHT_BROWSERS_PATH=$(CURDIR)/var/browsers
TEMPLATES = find templates -name '*.html' -exec

.PHONY: help run sign-in-link test check lint fmt pins clean packages-run packages-test

help:
	@echo 'make run     the site at http://127.0.0.1:8000 (HOST=... PORT=... to change), until Ctrl-C'
	@echo 'make sign-in-link USER=owner   a one-time link to sign in as owner'
	@echo 'make test    every check and test: on SQLite, in a browser, and on PostgreSQL where it is installed'
	@echo 'make check   lint, types and missing migrations, without the tests'
	@echo 'make lint    style of Python and templates'
	@echo 'make fmt     put style right'
	@echo 'make pins    write requirements*.txt anew from the lines at their top'
	@echo 'make clean   remove .venv and caches; var/ with the database and media stays'

run: packages-run
	@exec $(BIN)/python manage.py serve

# The shell has a USER too: only one typed after `make` counts.
sign-in-link: packages-run
	@$(BIN)/python manage.py sign_in_link $(if $(filter command%,$(origin USER)),$(USER),owner)

test: check
	$(CLEAN_ENV) $(BIN)/python -m tests.tools.browser
	$(CLEAN_ENV) $(BIN)/python -m tests.tools.html_checker
	$(CLEAN_ENV) $(BIN)/python -m pytest -n 2
	$(CLEAN_ENV) $(BIN)/python -m tests.tools.postgres $(BIN)/python -m pytest -n 2 -m 'not browser'

check: lint
	$(CLEAN_ENV) $(BIN)/mypy
	$(CLEAN_ENV) $(BIN)/python manage.py makemigrations --check --dry-run

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

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis var/test-results var/tools var/pins
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

packages-run packages-test:
	@sh tests/tools/environment.sh $(@:packages-%=%)
