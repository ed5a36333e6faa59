# Appchat. `make help` lists the goals. Everything made goes to build/, but for
# web/node_modules, which Node.js wants there.
#
# Read from the top: flavours, floors, generated code, how objects become
# archives and programs, tests, the page, then the goals a person says.

FLAVOUR ?= release
PREFIX  ?= /usr/local
LISTEN  ?= 127.0.0.1:8080
DATA    ?= build/run
V       ?= 0

# A recipe line is shown as two words; V=1 shows it whole.
Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' $(1) $(2);)
# As many jobs as there are cores, unless the caller said -j.
jobs = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
submake = $(MAKE) --no-print-directory $(jobs)

# --- flavours ----------------------------------------------------------------
# release: what is installed. san: the same under address, leak and undefined-
# behaviour sanitizers. tsan: under the thread sanitizer. fuzz: san and libFuzzer's instrumentation (clang).
# cov: what tests/fuzz/run --coverage reads (clang).
B.release := build
B.san     := build/san
B.tsan    := build/tsan
B.fuzz    := build/fuzz
B.cov     := build/cov
B         := $(or $(B.$(FLAVOUR)),$(error FLAVOUR is release, san, tsan, fuzz or cov))
O         := $(B)/obj
GEN       := build/gen
ifneq ($(filter fuzz cov,$(FLAVOUR)),)
CC        := clang
else ifeq ($(origin CC),default)
CC        := gcc
endif

VERSION := 0.1.0
MACHINE := $(shell uname -m)
harden.x86_64  := -fcf-protection
harden.aarch64 := -mbranch-protection=standard

WARN := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wformat=2 -Wimplicit-fallthrough
CPPFLAGS += -D_GNU_SOURCE -DAPPCHAT_VERSION='"$(VERSION)"' -I. -I$(GEN)
CFLAGS.release  := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection $(harden.$(MACHINE))
LDFLAGS.release := -Wl,-z,relro,-z,now -pie
CFLAGS.san   := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
LDFLAGS.san  := -fsanitize=address,undefined
CFLAGS.tsan  := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
LDFLAGS.tsan := -fsanitize=thread
CFLAGS.fuzz  := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
LDFLAGS.fuzz := -fsanitize=address,undefined
CFLAGS.cov   := -O1 -g -fprofile-instr-generate -fcoverage-mapping
LDFLAGS.cov  := -fprofile-instr-generate
ALL_CFLAGS  := -std=c11 $(WARN) $(CFLAGS.$(FLAVOUR)) -fPIE -ffunction-sections -fdata-sections $(CFLAGS)
ALL_LDFLAGS := $(LDFLAGS.$(FLAVOUR)) -Wl,--gc-sections -Wl,--as-needed $(LDFLAGS)
WERROR      := $(if $(CI),-Werror)

LIBS.server := -lwebsockets -lssl -lcrypto -luv -lprotobuf-c -lsqlite3 -lsodium -linih -lutf8proc -ldeflate -lm -pthread
LIBS.ctl    := -ledit -lm
LIBS.tui    := -lncursesw -ltinfo -ledit -lwebsockets -lssl -lcrypto -luv -lprotobuf-c -ldeflate -lutf8proc -lm
LIBS.bots   := -luv -ldeflate -lprotobuf-c -lm
LIBS.all    := $(LIBS.tui) $(LIBS.server) -lutil
LIBS.test   := -lcmocka -lvterm $(LIBS.all)

# --- floors --------------------------------------------------------------------
# A floor is an archive; a program is its main.c and the floors below it.
PROGRAMS := appchat-server appchat-ctl appchat-tui appchat-bots
floors   := server ctl tui bots client proto testing

not_main    = $(filter-out %/main.c,$(wildcard $(1)))
src.proto  := $(wildcard proto/*.c proto/base/*.c)
src.client := $(wildcard proto/client/*.c)
src.server := $(call not_main,server/*.c $(addprefix server/,store/*.c bus/*.c room/*.c handle/*.c net/*.c))
src.ctl    := $(call not_main,server/ctl/*.c)
src.tui    := $(call not_main,tui/*.c)
src.bots   := $(call not_main,bots/*.c)
# What several tests share: tests/support, and any file of theirs that is not itself a test.
test_dirs   := unit tui vectors model
src.testing := $(filter-out tests/model/model.c $(foreach d,$(test_dirs),tests/$(d)/test_%),$(wildcard tests/support/*.c $(test_dirs:%=tests/%/*.c)))

obj = $(patsubst %.c,$(O)/%.o,$(1))
lib = $(patsubst %,$(B)/lib/lib%.a,$(1))

# Text kept in a file that changes only when the text does, so that what was
# made with other flags, or of other files, is made again.
remember = $(shell mkdir -p $(dir $(1)))$(if $(and $(findstring $(2),$(file <$(1))),$(findstring $(file <$(1)),$(2))),,$(file >$(1),$(2)))
$(call remember,$(O)/flags,$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS))
$(foreach f,$(floors),$(call remember,$(B)/lib/$(f).list,$(src.$(f))))

.PHONY: all programs
all: programs web
programs: $(addprefix $(B)/,$(PROGRAMS))

# --- generated -------------------------------------------------------------------
PB := $(GEN)/proto/appchat.pb-c
$(PB).c $(PB).h &: proto/appchat.proto
	$(call say,PROTOC,$<)mkdir -p $(GEN) && protoc-c --c_out=$(GEN) $<

# Look-alikes: a table in C of the lines of confusables.txt.
$(GEN)/server/handle/confusables.inc: server/handle/confusables.txt
	$(call say,SED,$<)mkdir -p $(@D) && sed -n '/^[0-9A-F]/{s/[0-9A-F]\{4,\}/0x&,/g;s/ /{/;s/.*/{&}},/;p}' $< >$@
$(O)/server/handle/names.o: $(GEN)/server/handle/confusables.inc

# --- objects, archives, programs ---------------------------------------------------
compile = mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP
$(O)/%.o: %.c $(O)/flags | $(PB).h
	$(call say,CC,$<)$(compile) $(WERROR) -c -o $@ $<
$(O)/gen/%.o: $(GEN)/%.c $(O)/flags
	$(call say,CC,$<)$(compile) -w -c -o $@ $<
-include $(shell find $(O) -name '*.d')

define archive
$(B)/lib/lib$(1).a: $$(call obj,$$(src.$(1))) $(B)/lib/$(1).list
	$$(call say,AR,$$@)rm -f $$@ && ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach f,$(floors),$(eval $(call archive,$(f))))
$(B)/lib/libproto.a: $(O)/gen/proto/appchat.pb-c.o

link = mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
define program
$(B)/appchat-$(1): $$(call obj,$(2)) $$(call lib,$(3))
	$$(call say,LINK,$$@)$$(link) $$(LIBS.$(1))
endef
$(eval $(call program,server,server/main.c,server proto))
$(eval $(call program,ctl,server/ctl/main.c,ctl proto))
$(eval $(call program,tui,tui/main.c,tui client proto))
$(eval $(call program,bots,bots/main.c,bots proto))

# --- tests ---------------------------------------------------------------------------
# tests/unit/test_X.c (and tests/tui, tests/vectors) is one cmocka program;
# tests/tools/X.c is a tool of the scenarios, tests/bench/X.c a benchmark; tests/fuzz/fuzz_X.c a fuzz target.
# Each may use every floor.
all_libs := $(call lib,testing $(filter-out testing,$(floors)))
tests    := $(patsubst %.c,$(B)/tests/%,$(notdir $(wildcard $(test_dirs:%=tests/%/test_*.c) tests/tools/*.c tests/model/model.c)))
fuzzers  := $(patsubst tests/fuzz/%.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))

define test_programs
$(B)/tests/%: $(O)/tests/$(1)/%.o $(all_libs)
	$$(call say,LINK,$$@)$$(link) $$(LIBS.test)
endef
$(foreach d,$(test_dirs) tools bench,$(eval $(call test_programs,$(d))))
$(B)/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(all_libs)
	$(call say,LINK,$@)$(link) -fsanitize=fuzzer $(LIBS.all)
# What scenarios preload into the server, to make calls of the C library fail; for the release flavour.
$(B)/tests/faults.so: tests/faults/preload.c $(O)/flags
	$(call say,LINK,$@)mkdir -p $(@D) && $(CC) $(CPPFLAGS) -std=c11 $(WARN) $(WERROR) -O2 -g -fPIC -shared -o $@ $< -pthread
tests += $(if $(filter release,$(FLAVOUR)),$(B)/tests/faults.so)
.SECONDARY:

.PHONY: tests fuzzers
tests: $(tests)
fuzzers: $(fuzzers)

# --- the page --------------------------------------------------------------------------
.PHONY: web
include $(wildcard web/web.mk)

# --- what a person says ------------------------------------------------------------------
.PHONY: help
help:
	@echo 'make run         install what is missing, build, serve the chat on http://localhost:8080'
	@echo '                 (LISTEN=ADDRESS:PORT, DATA=DIR: else 127.0.0.1:8080, build/run)'
	@echo 'make demo        a server, a few dozen bots and the terminal client, in this terminal'
	@echo 'make check       install what is missing, build, run all tests'
	@echo 'make check-long  those that take minutes: full time-outs, larger loads'
	@echo
	@echo 'make             the programs and the page, in build/'
	@echo 'make programs    the programs alone (FLAVOUR=san: with sanitizers, in build/san/)'
	@echo 'make web         the page alone'
	@echo 'make unit        the unit tests alone (FLAVOUR as above)'
	@echo 'make fuzz        fuzz every parser for SECONDS=60 each'
	@echo 'make bench       measure: what parts cost, then the whole under load (tests/bench)'
	@echo 'make bench-peers the same load on other servers, where they are installed'
	@echo 'make install     programs, page, manual, systemd unit (PREFIX=$(PREFIX), DESTDIR=)'
	@echo 'make uninstall   remove those again'
	@echo 'make clean       remove what was built, but not the data of `make run`'
	@echo 'make distclean   remove that too, with all that was said there, and web/node_modules'
	@echo
	@echo 'V=1 shows whole command lines. CI=1 makes warnings errors.'

.PHONY: run demo
run:
	$(Q).ci/packages run
	$(Q)$(submake) all
	$(Q)exec build/appchat-server --listen $(LISTEN) --data $(DATA) --web build/web
demo:
	$(Q).ci/packages run
	$(Q)$(submake) all
	$(Q)tests/demo

.PHONY: check check-long unit fuzz
# What has threads is also tested under the thread sanitizer.
threaded := $(notdir $(basename $(wildcard tests/unit/test_store*.c tests/unit/test_hub*.c)))
check check-long:
	$(Q).ci/packages check
	$(Q)$(submake) all tests
	$(Q)$(submake) FLAVOUR=san programs tests
	$(Q)$(submake) FLAVOUR=tsan programs $(threaded:%=build/tsan/tests/%)
	$(Q)$(submake) FLAVOUR=fuzz fuzzers
	$(Q)tests/run $(if $(filter check-long,$@),--long)
unit: $(tests)
	$(Q)for t in $(filter $(B)/tests/test_%,$(tests)); do $$t || exit 1; done
fuzz:
	$(Q)$(submake) FLAVOUR=fuzz fuzzers
	$(Q)for t in $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)); do \
		tests/fuzz/run $$t $(or $(SECONDS),60) || exit 1; done

.PHONY: bench bench-peers
benches := $(patsubst tests/bench/%.c,$(B)/tests/%,$(wildcard tests/bench/bench_*.c))
bench bench-peers:
	$(Q).ci/packages check
	$(Q)$(submake) programs $(benches)
	$(Q)tests/bench/$(if $(filter bench,$@),run,peers)

include server/etc/install.mk

.PHONY: clean distclean
clean:
	$(Q)find build -mindepth 1 -maxdepth 1 ! -name run -exec rm -rf {} + 2>/dev/null || true
distclean:
	rm -rf build web/node_modules
