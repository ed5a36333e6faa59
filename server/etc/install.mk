# make install, make uninstall: what goes where below PREFIX (and DESTDIR).
# The server and the operator's console are for /usr/local/sbin, the rest is
# everybody's. A configuration that is already there is never touched.

BINDIR     ?= $(PREFIX)/bin
SBINDIR    ?= $(PREFIX)/sbin
MANDIR     ?= $(PREFIX)/share/man
SHAREDIR   ?= $(PREFIX)/share/appchat
SYSCONFDIR ?= $(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc)
UNITDIR    ?= $(PREFIX)/lib/systemd/system

pages     := $(wildcard man/*.[1-8])
installed  = $(BINDIR)/appchat-tui $(BINDIR)/appchat-bots $(SBINDIR)/appchat-server $(SBINDIR)/appchat-ctl \
	$(UNITDIR)/appchat.service $(foreach p,$(pages),$(MANDIR)/man$(subst .,,$(suffix $(p)))/$(notdir $(p)))
to         = $(call say,INSTALL,$(1))install -D -m $(2)

.PHONY: install uninstall
install: all
	$(call to,$(BINDIR),755) -s -t $(DESTDIR)$(BINDIR) build/appchat-tui build/appchat-bots
	$(call to,$(SBINDIR),755) -s -t $(DESTDIR)$(SBINDIR) build/appchat-server build/appchat-ctl
	$(call say,INSTALL,$(SHAREDIR)/web)rm -rf $(DESTDIR)$(SHAREDIR)/web && \
		(cd build && find web -type f -exec install -D -m 644 {} $(abspath $(DESTDIR)$(SHAREDIR))/{} \;)
	$(call to,$(SHAREDIR),644) server/etc/appchat.conf $(DESTDIR)$(SHAREDIR)/appchat.conf.example
	$(Q)for p in $(pages); do install -D -m 644 -t $(DESTDIR)$(MANDIR)/man$${p##*.} $$p || exit 1; done
	$(call say,INSTALL,$(UNITDIR))mkdir -p $(DESTDIR)$(UNITDIR) && \
		sed 's:@SBINDIR@:$(SBINDIR):g; s:@SYSCONFDIR@:$(SYSCONFDIR):g' server/etc/appchat.service.in >$(DESTDIR)$(UNITDIR)/appchat.service
	$(Q)[ -e $(DESTDIR)$(SYSCONFDIR)/appchat.conf ] || install -D -m 644 server/etc/appchat.conf $(DESTDIR)$(SYSCONFDIR)/appchat.conf

uninstall:
	rm -f $(addprefix $(DESTDIR),$(installed))
	rm -rf $(DESTDIR)$(SHAREDIR)
	$(Q)! cmp -s server/etc/appchat.conf $(DESTDIR)$(SYSCONFDIR)/appchat.conf || rm -f $(DESTDIR)$(SYSCONFDIR)/appchat.conf
