# The command line of the project: `make help` lists it.

PYTHON ?= python3

# Settings that a shell holds for other environments and other projects must not reach this one: they would change what
# is installed and where, what Snakemake does, or a byte of a picture. Without bytecode, every job would compile what it
# imports. Where the two installers find packages, certificates and proxies goes through.
inherited := $(foreach name,$(.VARIABLES),$(if $(filter environment,$(firstword $(origin $(name)))),$(name)))
installer := $(foreach name,CACHE_DIR CERT CLIENT_CERT CONFIG_FILE DEFAULT_INDEX DEFAULT_TIMEOUT \
	DISABLE_PIP_VERSION_CHECK EXTRA_INDEX_URL FIND_LINKS HTTP_% INDEX INDEX_% INSECURE_HOST KEYRING_PROVIDER LINK_MODE \
	NATIVE_TLS NO_CACHE% OFFLINE PROXY PYTHON_DOWNLOADS PYTHON_INSTALL_MIRROR RETRIES SYSTEM_CERTS TIMEOUT \
	TRUSTED_HOST,PIP_$(name) UV_$(name))
unexport PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONUSERBASE PYTHONDONTWRITEBYTECODE VIRTUAL_ENV CDPATH \
	$(filter MPL% MATPLOTLIB% SNAKEMAKE_% HDF5_%,$(inherited)) \
	$(filter-out $(installer),$(filter PIP_% UV_%,$(inherited)))
$(foreach letter,: { },$(if $(findstring $(letter),$(CURDIR)),\
	$(error the folder $(CURDIR) has a $(letter) in its path, which PATH and Snakemake do not take: rename it)))
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Caches have a place where there is no home, or none to write to.
ifeq ($(shell test -w "$${XDG_CACHE_HOME:-$$HOME}" && echo yes),)
export XDG_CACHE_HOME := $(CURDIR)/.snakemake
endif

flags := $(filter-out -%,$(firstword $(MAKEFLAGS)))
$(if $(findstring =,$(flags)),,$(if $(findstring i,$(flags)),\
	$(error with -i, make ends well whatever fails: leave it out, in MAKEFLAGS too)))

comma := ,
space := $() $()
python := .venv/bin/python
# One line a job, unless everything is asked for.
lines := $(if $(verbose),,PYTHONPATH=workflow/console)
# Neighbours of a file stay together, and share what it computes once.
pytest := $(python) -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal
snakemake := $(lines) $(python) -m snakemake $(if $(lines),--logger=lines)
# What is given reaches Snakemake as it is, with quotes, dollars and all; so does an empty list.
listed := $(subst $(space),$(comma),$(strip $(subst ','\'',$(value variants))))
config := $(if $(filter undefined,$(origin variants)),,--config 'variants=[$(listed)]')
flock := $(shell command -v flock 2>/dev/null)
# Small environments on top of the main one, made on demand.
layers := article audit docs exchange fast mutants slurm
layer-locks := $(foreach layer,$(layers),.venv/$(layer)/$(layer).lock)

targets := all fast test night test-ci docs lint report explorer compare article crate example slurm slurm-test verify \
	reference mutations mutants interruption processors fuzz check trust audit licences lock rot fresh clean
.PHONY: $(targets) $(targets:%=%-alone) help
.DEFAULT_GOAL := all

help:
	@echo 'make          compute the results, draw the figures and check the claims'
	@echo 'make fast     the same with compiled steps, for sweeps of many points; set up once'
	@echo 'make explorer  build the page on which one drags the temperatures, results/VARIANT/explorer.html'
	@echo 'make article  set the article of the replication, results/VARIANT/article.pdf'
	@echo 'make compare  put two variants or more side by side: make compare variants="paper ohmic"'
	@echo 'make report   the same, and then gather everything in results/report.html'
	@echo 'make test     check style, types and workflow, and run the tests'
	@echo 'make night    the same, with all of what is drawn at random, and a thousand examples of each property'
	@echo 'make lint     check style, types and workflow alone'
	@echo 'make test-ci  run the tests that need a browser, an installation or a build from end to end'
	@echo 'make docs     build the documentation as pages that need no network, build/site/index.html'
	@echo 'make crate    pack results, code and their origin as an RO-Crate, results/VARIANT/crate.zip'
	@echo 'make example  replicate a second paper, in miniature, with the same rules, and verify it'
	@echo 'make slurm    hand the jobs of `make` to a Slurm cluster, as docs/scaling.md tells'
	@echo 'make slurm-test  try this with a Slurm on this machine, which has to be installed'
	@echo 'make verify   compare the paper'"'"'s results with the reference, and two builds with each other: yes or no'
	@echo 'make reference  make the results the reference that is kept in reference/ and docs/findings.md'
	@echo 'make mutations  break the code on purpose, in many ways, and see that it is noticed'
	@echo 'make mutants  break it at places drawn at random: number=40 seed=1'
	@echo 'make interruption  interrupt builds in many ways, and see that the next one sets it right (half an hour)'
	@echo 'make fuzz     build random variants, and compare them with independent calculations; number=500 seed=1 cases=FOLDER'
	@echo 'make check    do the same with your own variants: make check variants=mine'
	@echo 'make processors  build with the instructions of other processors, and on an emulated aarch64, and see what depends on them'
	@echo 'make trust    the study of exact solutions for thermal baths, which is kept, and the comparison with exact solutions alone'
	@echo 'make audit    look the locked packages up in a database of known vulnerabilities'
	@echo 'make licences  list the licences of the locked packages in docs/licences.md'
	@echo 'make lock     write requirements/*.lock anew after a change in requirements/*.in; options=--upgrade for the newest'
	@echo 'make rot      say what the newest versions of packages would move, without taking them'
	@echo 'make fresh    try the commands of README.md on fresh Debian systems, by the steps of Containerfile; options=--help'
	@echo 'make clean    remove everything made here: results, figures, documentation and the environment'
	@echo
	@echo 'variants="NAME ..."   build these of config/variants/*.yaml (all, article, check, compare, crate, explorer, fast, report, slurm)'
	@echo 'verbose=1             show all that Snakemake says'
	@echo 'options="OPTION ..."  give these to Snakemake (fast, slurm), uv (lock) or fresh'
	@echo 'PYTHON=python3.12     the Python to make the environment from, while there is none yet'

settings := PYTHON cases number options seed variants verbose
unknown := $(filter-out $(settings),$(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))
$(if $(unknown),$(error $(firstword $(unknown)) is not a known setting, expected one of $(settings)))

# Set-ups side by side, of a make with -j, would write into one environment.
.NOTPARALLEL:

# Two builds at once in one folder would write over each other: the second one waits for the first, where there are locks.
define choose-lock
flock -n -E 75 Makefile true 2> /dev/null; \
case $$? in \
	0) lock='flock Makefile';; \
	75) lock='flock Makefile'; echo 'Waiting for another make in this folder.';; \
	*) lock=; echo 'There are no locks on this file system: do not run make twice at once in this folder.';; \
esac
endef

$(targets):
	@+$(if $(flock),$(choose-lock),lock=); $$lock $(MAKE) --no-print-directory $@-alone

all-alone: .venv/main.lock
	@$(snakemake) $(config)
	@$(python) -m paper_replication.closing build $(variants)

fast-alone: .venv/fast/fast.lock
	@PATH=$(CURDIR)/.venv/fast/bin:$$PATH $(snakemake) $(config) $(options)
	@$(python) -m paper_replication.closing build $(variants)

explorer-alone: .venv/main.lock
	@$(snakemake) explorers $(config)
	@$(python) -m paper_replication.closing explorer $(variants)

article-alone: .venv/article/article.lock
	@PATH=$(CURDIR)/.venv/article/bin:$$PATH $(snakemake) articles $(config)
	@$(python) -m paper_replication.closing article $(variants)

compare-alone: .venv/main.lock
	@$(snakemake) compare $(config)
	@$(python) -m paper_replication.closing comparison $(variants)

report-alone: all-alone
	@$(snakemake) $(config) --report .snakemake/report.html
	@mv .snakemake/report.html results
	@echo '    report    results/report.html'

crate-alone: all-alone .venv/exchange/exchange.lock
	@.venv/exchange/bin/python tools/crate.py $(variants)

example-alone: .venv/article/article.lock
	PATH=$(CURDIR)/.venv/article/bin:$$PATH $(snakemake) --snakefile examples/polarised_light/Snakefile \
		--directory examples/polarised_light verify results/paper/article.pdf

slurm-alone: .venv/slurm/slurm.lock
	@command -v sbatch > /dev/null || { echo 'There is no Slurm on this machine: sbatch is not found.' >&2; exit 1; }
	.venv/slurm/bin/python -m snakemake --profile profiles/slurm $(config) $(options)

slurm-test-alone: .venv/slurm/slurm.lock
	$(python) tests/slurm.py

comparisons := results/outputs_comparison.txt results/paper/reference_comparison.txt results/build_comparison.txt

# Outputs that were altered are found before any is made anew.
verify-alone: .venv/main.lock
	@rm -f $(comparisons)
	@$(python) -m li_cai_sun_2015 outputs results/outputs_comparison.txt
	@cat results/outputs_comparison.txt
	@$(snakemake) verify --forcerun configuration build_comparison; $(python) -m paper_replication.closing verification $(comparisons)

reference-alone: .venv/main.lock
	$(snakemake) reference

trust-alone: .venv/main.lock
	$(python) -m li_cai_sun_2015 exact_study src/li_cai_sun_2015/data/exact_study.json
	$(snakemake) figures/paper/trust.png figures/paper/equations.png

mutations-alone: .venv/test.lock
	$(python) tests/mutations.py

mutants-alone: .venv/test.lock .venv/mutants/mutants.lock
	.venv/mutants/bin/python tests/mutants.py $(foreach one,number seed,$(if $($(one)),--$(one) $($(one))))

interruption-alone: .venv/article/article.lock
	$(python) tests/interruption.py

fuzz-alone: .venv/test.lock
	$(python) tests/fuzz.py $(foreach one,number seed cases,$(if $($(one)),--$(one) $($(one))))

check-alone: .venv/test.lock
	$(if $(variants),,$(error variants is not given, expected names in config/variants: make check variants=mine))
	@$(snakemake) --dry-run --quiet all $(config)
	@$(python) tests/fuzz.py --number 0 --variants $(variants)

processors-alone: .venv/main.lock
	$(python) tests/processors.py
	$(python) tests/aarch64.py

lint-alone: .venv/test.lock
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m snakefmt --check Snakefile workflow/rules
	oxfmt --check src
	oxlint --deny-warnings src
	zizmor --quiet --offline --pedantic .github
	hadolint Containerfile
	$(snakemake) --lint
	$(python) -m mypy

# One of the tests is `make lint`: beside the others, it leaves no core idle.
test-alone: .venv/test.lock .venv/article/article.lock
	$(pytest) -m 'not ci'

night-alone: export STEADY_COHERENCE_EXAMPLES := 1000
night-alone: test-alone

test-ci-alone: .venv/test.lock .venv/exchange/exchange.lock .venv/slurm/slurm.lock
	$(pytest) -m ci

docs-alone: .venv/docs/docs.lock
	@.venv/docs/bin/python -m sphinx --quiet --fail-on-warning --fresh-env --jobs auto \
		--conf-dir docs --doctree-dir build/doctrees . build/site
	@echo '    docs      build/site/index.html'

audit-alone: .venv/audit/audit.lock
	@.venv/audit/bin/python tools/audit.py

licences-alone: .venv/test.lock $(layer-locks)
	$(python) tools/licences.py

# The environment is set up where it is not whole: where it has no Python, other locks, whatever their dates, or not the
# packages that were installed.
define whole
(cd .venv 2> /dev/null && test -x bin/python && \
	for lock in installer $(1); do cmp -s $$lock.lock ../requirements/$$lock.lock || exit 1; done && \
	LC_ALL=C ls lib/python3.*/site-packages | grep -v '^__pycache__$$' | cmp -s - packages && echo yes)
endef

define set-up
	@$(call whole,$(1)) > /dev/null || test "$$($(PYTHON) -c 'import sys; print(sys.version_info >= (3, 9))' 2>&1)" = True \
		|| { echo 'Python 3.11, 3.12 or 3.13 is needed, $(PYTHON) is not: try make PYTHON=python3.12' >&2; exit 1; }
	@$(call whole,$(1)) > /dev/null || $(PYTHON) tools/set_up.py $(1)
endef

.venv/main.lock: $(if $(shell $(call whole,main)),,FORCE)
	$(call set-up,main)

.venv/test.lock: $(if $(shell $(call whole,main test)),,FORCE)
	$(call set-up,main test)

FORCE:

# What takes no part in the computation: what hands jobs to Slurm slows every start of Snakemake that sees it, and what sets
# the article or the documentation is large. The path in the .pth file is relative as above; jobs on other nodes start this
# Python too, whatever their environment.
$(foreach layer,$(layers),$(eval .venv/$(layer)/$(layer).lock: \
	$(if $(shell cmp requirements/$(layer).lock .venv/$(layer)/$(layer).lock 2>&1),FORCE)))
$(layer-locks): .venv/main.lock
	@$(python) -m venv --clear --without-pip $(@D)
	@$(python) -m uv pip install --quiet --python $(@D) --no-deps --require-hashes --requirement requirements/$(@F)
	@cd $(@D)/lib/python3.*/site-packages && echo ../../../../lib/$$(basename $$(dirname $$PWD))/site-packages > main.pth
	@cp requirements/$(@F) $(@D)

# One set of versions for every Python and platform, and no package index's address in any file.
compile := $(python) -m uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' $(options)

lock-alone: .venv/main.lock
	$(compile) requirements/installer.in --output-file requirements/installer.lock
	$(compile) requirements/main.in --output-file requirements/main.lock
	$(compile) requirements/test.in --constraint requirements/main.lock --output-file requirements/test.lock
	$(foreach layer,$(layers),$(compile) requirements/$(layer).in --constraint requirements/main.lock \
		--output-file requirements/$(layer).lock \
		$$(sed -nE 's/^([a-z0-9-]+)==.*/--no-emit-package \1/p' requirements/main.lock) &&) true
	$(python) tools/oldest_systems.py

# What is made is made in a copy.
rot-alone: .venv/main.lock
	@$(python) tools/rot.py

fresh-alone: .venv/main.lock
	$(python) tests/fresh.py $(options)

clean-alone:
	rm -rf build docs/api .venv .venv.new .venv.old .snakemake .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find results figures -mindepth 1 ! -name README.md -delete
