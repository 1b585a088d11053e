# What people do here. `make` alone lists it.
.DEFAULT_GOAL := help
ARGS ?=
ROADS ?=
SCREENSHOTS ?=
ROUNDS ?= 10
FUZZ_SECONDS ?= 60
INSTANCES ?=
SECONDS ?= 1 10
SEEDS ?= 1 2
PEERS ?=
THREADS ?= 2
OUT ?= target/peers/runs.jsonl

help: ## Lists these targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

ifneq ($(ROADS),)
ifneq ($(shell test -f "$(ROADS)" && echo there),there)
$(error ROADS=$(ROADS) names no file)
endif
endif

demo: web ## Builds everything and starts a city that lives at 60 times real time; ROADS=city.osm.pbf ARGS="--speed 120".
	cargo build --release --locked
	"$${CARGO_TARGET_DIR:-target}/release/punctual" demo $(if $(ROADS),--roads "$(ROADS)") $(ARGS)

web: ## Builds the pages that the program shows; says so and goes on where npm is missing.
	@.ci/web

test: web ## Runs all tests, the pages in a real browser included; SCREENSHOTS=docs keeps pictures.
	@.ci/test
	@SCREENSHOTS="$(SCREENSHOTS)" .ci/browser

check: web ## Checks format, lints, documentation and types.
	cargo fmt --check
	cargo clippy --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked
	@if command -v npm >/dev/null; then npm --prefix web run --silent check; else echo "types of the pages not checked: no npm"; fi

bench: ## Measures with criterion; ARGS=quote measures only what has that in its name.
	cargo bench --locked --benches -- $(ARGS)

bench-solver: ## Compares the solver with open peers on the instances in INSTANCES=dir; SECONDS="1 10" SEEDS="1 2".
	@test -d "$(INSTANCES)" || { echo "INSTANCES=dir must name a folder of routing instances"; exit 2; }
	cargo build --release --locked
	python3 benches/peers/bench.py "$(INSTANCES)" --seconds $(SECONDS) --seeds $(SEEDS) --peers $(PEERS) --threads $(THREADS) --out "$(OUT)"

soak: ## Kills the service under load, ROUNDS times fifty, and counts what is lost; makes millions of moves, sells in a million orders of events.
	cargo test --release --locked --lib -- --ignored millions_of_moves
	cargo test --release --locked --lib -- --ignored --nocapture a_million_interleavings
	@for round in $$(seq $(ROUNDS)); do cargo test --release --locked --test suite -- crash:: || exit 1; done

fuzz: ## Feeds each reader of foreign files with odd input, FUZZ_SECONDS each; needs cargo-fuzz.
	@cd fuzz && for target in $$(cargo +nightly fuzz list); do \
	  mkdir -p corpus/$$target; \
	  cargo +nightly fuzz run $$target corpus/$$target seeds/$$target -- \
	    -max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1 || exit 1; done

clean: ## Removes everything that was built.
	cargo clean
	rm -rf web/dist web/node_modules

.PHONY: help demo web test check bench bench-solver soak fuzz clean
