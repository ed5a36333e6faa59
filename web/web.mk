# The page. Included by the top Makefile; works by itself from the project's root too:
#
#   make -f web/web.mk            build/web/, silent when there is nothing to do
#   make -f web/web.mk web-check  unit and browser tests
#
# npm ci runs when package-lock.json has changed; the protobuf module is made
# from ../proto and is never committed.

V    ?= 0
Q    ?= $(if $(filter 1,$(V)),,@)
say  ?= $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' $(1) $(2);)

WEB_GEN   := build/gen/web
WEB_OUT   := build/web
WEB_STAMP := web/node_modules/.appchat
WEB_BIN   := web/node_modules/.bin
WEB_SRC   := $(shell find web/src web/static -type f) web/index.html web/build.mjs web/bundle.mjs web/tsconfig.json
PBJS_FLAGS := -t static-module -w esm --no-verify --no-convert --no-delimited \
	--no-typeurl --no-create --no-service --force-number

.PHONY: web
web: $(WEB_OUT)/index.html
	@:

$(WEB_STAMP): web/package-lock.json web/package.json web/.npmrc
	$(call say,NPM,web)cd web && npm ci --no-fund --no-audit --no-progress --loglevel=error >/dev/null && touch node_modules/.appchat

# The page only writes requests and only reads answers: each module has what
# its frame needs and no more.
$(WEB_GEN)/request.js: PB = ClientFrame --no-decode -r client
$(WEB_GEN)/answer.js: PB = ServerFrame --no-encode -r server
$(WEB_GEN)/%.js: proto/appchat.proto $(WEB_STAMP)
	$(call say,PROTOC,$@)mkdir -p $(@D) \
		&& printf '{"messageNames":["appchat.$(firstword $(PB))"]}' >$(@D)/$*.json \
		&& $(WEB_BIN)/pbjs $(PBJS_FLAGS) $(wordlist 2,9,$(PB)) --filter $(@D)/$*.json -d -o $@ $<

# Everything, both ways: for the tests.
$(WEB_GEN)/all.js: proto/appchat.proto $(WEB_STAMP)
	$(call say,PROTOC,$@)mkdir -p $(@D) && $(WEB_BIN)/pbjs $(PBJS_FLAGS) -d -o $@ $<

$(WEB_OUT)/index.html: $(WEB_SRC) $(WEB_GEN)/request.js $(WEB_GEN)/answer.js
	$(call say,TSC,web)$(WEB_BIN)/tsc -p web/tsconfig.json
	$(call say,BUNDLE,$(WEB_OUT))node web/build.mjs $(WEB_OUT)

# Needs build/appchat-server and a Chromium (CHROMIUM=/path, else Debian's).
.PHONY: web-check web-unit
web-check: web $(WEB_GEN)/all.js
	$(Q)$(WEB_BIN)/tsc -p tests/web/tsconfig.json
	$(Q)node tests/web/run.mjs unit browser
web-unit: web $(WEB_GEN)/all.js
	$(Q)node tests/web/run.mjs unit
