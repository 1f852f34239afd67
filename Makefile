# `make help` reads the line behind each target. Any Python can run config/set_up.py: it finds one that is new enough,
# and makes .venv with it. Nothing else has to be installed.

.DEFAULT_GOAL := help
.PHONY: help demo test screenshots faults-full lint bench mutation format requirements

# The first Python that runs at all. A name can be on PATH and still fail (a pyenv shim without its version).
define set_up
	@for python in .venv/bin/python "$$PYTHON" python3 python3.13 python3.14 python3.12 /usr/bin/python3 \
	               "$$HOME"/.pyenv/versions/3.*/bin/python3; do \
	    if [ -n "$$python" ] && "$$python" -c 'import fcntl, typing' 2>/dev/null; then \
	        exec "$$python" config/set_up.py $(1); \
	    fi; \
	done; \
	if command -v uv >/dev/null; then exec uv run --no-project --python 3.13 config/set_up.py $(1); fi; \
	echo "Genseki needs Python 3.12 or newer, and no Python runs here: install one and run the command again." >&2; \
	exit 1
endef

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: ## try Genseki: everything it needs, installed and started here (PORT, SANDBOX_PORT, LIVE_PORT)
	$(call set_up,demo)
	@exec .venv/bin/python -m config.demo

# A shell of one's own may point Django elsewhere; tests/conftest.py knows where. All tests take three processes.
test: ## run the tests (ARGS="tests/lineage -k cycle" for some of them)
	$(call set_up,dev)
	@unset DJANGO_SETTINGS_MODULE; exec .venv/bin/python -m pytest $(or $(ARGS),-n 3 --dist worksteal)

screenshots: ## draw every page anew for docs/screenshots, in both languages, on a phone and on a desk (minutes)
	$(call set_up,dev)
	@unset DJANGO_SETTINGS_MODULE; exec .venv/bin/python -m pytest -q tests/browser/screenshots.py $(ARGS)

faults-full: ## kill, race and play with money at full size (hours; ARGS="tests/faults/machines" for a part of it)
	$(call set_up,dev)
	@unset DJANGO_SETTINGS_MODULE; export FAULTS_FULL=1 FAULTS_PLEDGES=1000 CHAOS_SECONDS=1200; \
	exec .venv/bin/python -m pytest -n 2 --dist worksteal -o faulthandler_exit_on_timeout=false \
	    $(or $(ARGS),tests/faults)

# mypy's Django plugin reads the settings, which read the environment. Nothing is connected to.
lint: export GENSEKI_TEST = 1
lint: export DJANGO_SECRET_KEY = lint
lint: export DATABASE_URL = postgres://lint@127.0.0.1:9/lint
lint: export REDIS_URL = redis://127.0.0.1:9/0
lint: export STRIPE_SECRET_KEY = sk_test_lint
lint: export STRIPE_WEBHOOK_SECRETS = whsec_lint
lint: export SITE_URL = http://127.0.0.1:9
lint: ## check style, types, walls, templates and container files
	$(call set_up,dev)
	@failed=; check() { echo "-- $$*"; .venv/bin/"$$@" || failed="$$failed $$1"; }; \
	check ruff check --quiet .; \
	check ruff format --check --quiet .; \
	check mypy; \
	check lint-imports --no-logo; \
	check djlint --quiet --lint templates; \
	check hadolint docker/Dockerfile; \
	check check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yml; \
	if [ -n "$$failed" ]; then echo "make lint: something to mend, said above by:$$failed" >&2; exit 1; fi

bench: ## measure, each row against a peer of the same run
	$(call set_up,bench)
	@exec .venv/bin/python -m pytest -q tests/bench/rows.py tests/bench/money_rows.py tests/bench/close_rows.py \
	    tests/bench/lineage_rows.py tests/bench/live_rows.py tests/bench/picture_rows.py $(ARGS)

mutation: ## make small mistakes in the engine, and ask whether a test notices (hours; ARGS="--every 4" tries a sample)
	$(call set_up,bench)
	@exec .venv/bin/python tests/mutation/run.py $(ARGS)

format: ## put the code into its form
	$(call set_up,dev)
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

requirements: ## compile requirements/*.txt anew from *.in, with hashes (ARGS=--upgrade)
	$(call set_up,dev)
	@for set in uv base demo scale dev bench djstripe; do \
	    UV_SYSTEM_CERTS=1 UV_CUSTOM_COMPILE_COMMAND="make requirements" .venv/bin/uv pip compile --quiet --universal \
	        --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links $(ARGS) \
	        requirements/$$set.in --output-file requirements/$$set.txt || exit 1; \
	done
