# Appchat. `make help` lists what there is to say. Everything made goes to build/.
#
#   make                release programs in build/
#   make FLAVOUR=san    the same under address and undefined-behaviour sanitizers, in build/san/

FLAVOUR ?= release
CC      ?= gcc
PREFIX  ?= /usr/local
V       ?= 0
Q       := $(if $(filter 1,$(V)),,@)
say      = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' $(1) $(2);)

B.release := build
B.san     := build/san
B         := $(B.$(FLAVOUR))
O         := $(B)/obj
GEN       := build/gen

VERSION  := 0.1.0
PKGS     := libwebsockets libuv libprotobuf-c sqlite3 libsodium libedit ncursesw libutf8proc inih
LIBS.server := -lwebsockets -luv -lprotobuf-c -lsqlite3 -lsodium -linih -lutf8proc -lm -pthread
LIBS.ctl    := -ledit -lm
LIBS.tui    := -lncursesw -ltinfo -ledit -lwebsockets -luv -lprotobuf-c -lutf8proc -lm
LIBS.bots   := -luv -lprotobuf-c -lm
LIBS.test   := -lcmocka -lvterm -lncursesw -ltinfo -ledit -lwebsockets -luv -lprotobuf-c -lsqlite3 -lsodium -linih -lutf8proc -lutil -lm -pthread

WARN := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wformat=2 -Wimplicit-fallthrough $(if $(CI),-Werror)
CPPFLAGS += -D_GNU_SOURCE -DAPPCHAT_VERSION='"$(VERSION)"' -I. -I$(GEN) -I/usr/include/libutf8proc
CFLAGS.release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection
LDFLAGS.release := -Wl,-z,relro,-z,now -pie
CFLAGS.san  := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
LDFLAGS.san := -fsanitize=address,undefined
ALL_CFLAGS   = -std=c11 $(WARN) $(CFLAGS.$(FLAVOUR)) -fPIE -ffunction-sections -fdata-sections -MMD -MP $(CFLAGS)
ALL_LDFLAGS  = $(LDFLAGS.$(FLAVOUR)) -Wl,--gc-sections -Wl,--as-needed $(LDFLAGS)

PROGRAMS := appchat-server appchat-ctl appchat-tui appchat-bots

# Floors as archives; a program is its main and the floors below it.
# server/ctl* is the operator's console, a program of its own that links only proto.
src.proto  := $(wildcard proto/*.c proto/base/*.c)
src.client := $(wildcard proto/client/*.c)
src.server := $(filter-out server/main.c,$(wildcard server/*.c server/store/*.c server/bus/*.c server/room/*.c server/handle/*.c server/net/*.c))
src.ctl    := $(filter-out server/ctl/main.c,$(wildcard server/ctl/*.c))
src.tui    := $(filter-out tui/main.c,$(wildcard tui/*.c))
src.bots   := $(filter-out bots/main.c,$(wildcard bots/*.c))
libs       := proto client server ctl tui bots

obj = $(patsubst %.c,$(O)/%.o,$(1))
lib = $(patsubst %,$(B)/lib/lib%.a,$(1))

.PHONY: all
all: programs web

.PHONY: programs
programs: $(addprefix $(B)/,$(PROGRAMS))

# --- generated ---------------------------------------------------------------
PB := $(GEN)/proto/appchat.pb-c
$(PB).c $(PB).h &: proto/appchat.proto
	$(call say,PROTOC,$<)mkdir -p $(GEN) && protoc-c --c_out=$(GEN) $<

# --- objects, archives, programs -----------------------------------------------
$(O)/%.o: %.c | $(PB).h
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<
$(O)/gen/%.o: $(GEN)/%.c
	$(call say,CC,$<)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(ALL_CFLAGS) -w -c -o $@ $<

$(B)/lib/libproto.a: $(O)/gen/proto/appchat.pb-c.o
define archive
$(B)/lib/lib$(1).a: $$(call obj,$$(src.$(1)))
	$$(call say,AR,$$@)mkdir -p $$(@D) && rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach l,$(libs),$(eval $(call archive,$(l))))

define program
$(B)/appchat-$(1): $$(call obj,$(2)) $$(call lib,$(3))
	$$(call say,LINK,$$@)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS.$(1))
endef
$(eval $(call program,server,server/main.c,server proto))
$(eval $(call program,ctl,server/ctl/main.c,ctl proto))
$(eval $(call program,tui,tui/main.c,tui client proto))
$(eval $(call program,bots,bots/main.c,bots proto))

# --- tests -----------------------------------------------------------------------
# tests/unit/test_X.c is one cmocka program; it may use every floor.
unit_tests := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
$(B)/tests/test_%: $(O)/tests/unit/test_%.o $(call lib,server ctl tui bots client proto)
	$(call say,LINK,$@)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS.test)
.PRECIOUS: $(O)/tests/unit/%.o

.PHONY: unit
unit: $(unit_tests)
	$(Q)for t in $(unit_tests); do $$t || exit 1; done

# --- the page ---------------------------------------------------------------------
.PHONY: web
web:
	$(Q)if [ -f web/package.json ]; then $(MAKE) --no-print-directory -f web/web.mk; fi

.PHONY: clean
clean:
	rm -rf build

-include $(shell find $(O) -name '*.d' 2>/dev/null)
