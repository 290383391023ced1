# `make` alone lists the verbs. On Debian 12 each installs what it lacks first (tools/packages.txt).
SHELL := /bin/bash
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
# Half of the tests wait for blocks, servers and disks.
TEST_JOBS ?= $(shell echo $$((2 * $(JOBS))))
FUZZ_SECONDS ?= 30
export FUZZ_SECONDS JOBS

.PHONY: help demo build test simulate test-slow test-container soak tsan test-package bench tidy fuzz golden install package test-fresh clean

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## build, then publish examples/quickstart into a temporary folder and prove that a second plan is empty
	@tools/demo.sh build/release/reconciler/cli/reconcile

build: ## the optimised program: build/release/reconciler/cli/reconcile
	@tools/bootstrap.sh build
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release --target reconcile -j $(JOBS)

test: ## every test, with address and undefined-behaviour sanitizers
	@tools/bootstrap.sh build test
	@cmake --preset dev --log-level=WARNING >/dev/null
	@cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev -j $(TEST_JOBS) --no-tests=error

simulate: build ## SEEDS (10000) simulated worlds in which everything goes wrong, from SEED (0) on; a broken promise fails
	@build/release/reconciler/cli/reconcile simulate --seed $(or $(SEED),0) --seeds $(or $(SEEDS),10000) --jobs $(JOBS)

test-slow: ## 10,000 signatures of each kind and direction against polkadot-js; 100 times kill -9 against Ceph, and against Ceph and a node; a kill before every write (half an hour)
	@tools/bootstrap.sh build test
	@cmake --preset dev --log-level=WARNING >/dev/null
	@cmake --build --preset dev -j $(JOBS) --target chain_test --target reconcile
	@RECONCILE_SIGNATURES=10000 build/dev/tests/chain/chain_test --gtest_filter='*Interop*'
	@RECONCILE=build/dev/reconciler/cli/reconcile RECONCILE_KILLS=100 python3 tests/e2e/s3_kill_test.py
	@RECONCILE=build/dev/reconciler/cli/reconcile RECONCILE_KILLS=100 python3 tests/e2e/s3_chain_kill_test.py
	@RECONCILE=build/dev/reconciler/cli/reconcile RECONCILE_POINTS=all python3 tests/e2e/crash_points_test.py

test-container: build ## the image built from the Dockerfile and run: quickstart, health, a loop against Ceph in 64 MiB, its end (root)
	@tools/bootstrap.sh build test container
	@python3 tests/container/container.py

soak: build ## SOAK_SECONDS (1800) of the loop against Ceph over a bad line, 5 files a second: nothing lost, nothing grows
	@tools/bootstrap.sh build test
	@RECONCILE=build/release/reconciler/cli/reconcile SOAK_SECONDS=$(or $(SOAK_SECONDS),1800) python3 tests/soak/soak.py

# What has threads, or is called by some.
TSAN = base buffer chain directory doctor engine journal net s3 serve source verify
empty :=
space := $(empty) $(empty)
tsan: ## the parts that use threads, built with ThreadSanitizer (12 minutes the first time)
	@tools/bootstrap.sh build test
	@cmake --preset tsan --log-level=WARNING >/dev/null
	@cmake --build --preset tsan -j $(JOBS) --target $(TSAN:=_test)
	@ctest --preset tsan -j $(JOBS) --no-tests=error -R '^($(subst $(space),|,$(TSAN)))/' -E '^s3/rgw'

bench: build ## beside rclone, awscli, s3cmd and boto3, in turns: docs/bench. CASES="small plan" picks, BENCH_RUNS (5) turns
	@tools/bench.sh build/release/reconciler/cli/reconcile

tidy: ## layout, house rules and lint; lint looks at changed files, TIDY_ALL=1 at all
	@tools/bootstrap.sh build test fuzz
	@tools/tidy.sh

fuzz: ## each reader of outside bytes for FUZZ_SECONDS (30); a finding fails and leaves its input in build/fuzz/findings
	@tools/bootstrap.sh build fuzz
	@tools/fuzz.sh

golden: ## rewrite the expected outputs of the golden tests; review them with git diff
	@tools/bootstrap.sh build test
	@cmake --preset dev --log-level=WARNING >/dev/null
	@cmake --build --preset dev -j $(JOBS)
	@RECONCILE_UPDATE_GOLDEN=1 ctest --preset dev -j $(JOBS) --no-tests=error -R '[Gg]olden'
	@git --no-pager diff --stat -- tests

install: build ## install the program below PREFIX (/usr/local); DESTDIR is honoured
	@cmake --install build/release --strip --prefix $(PREFIX)

package: build ## a .deb of the program: build/release/reconcile_*.deb
	@cd build/release && SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} cpack --config CPackConfig.cmake >/dev/null && ls *.deb

test-package: package ## the .deb installed, run and purged in a bare Debian 12; built again elsewhere, the same bytes (root, 20 minutes)
	@tools/bootstrap.sh test container
	@python3 tests/package/package.py

test-fresh: ## demo and test in a bare Debian 12 made for the purpose (root, a few GB below /var/tmp)
	@tools/bootstrap.sh fresh
	@tools/test-fresh.sh demo test

clean: ## remove everything that was built
	@rm -rf build
