/*
 * Faults for the unmodified server: a library for LD_PRELOAD that stands in
 * front of the C library's calls and lets the one fail that a test asks for.
 *
 *   LD_PRELOAD=build/tests/faults.so FAULTS=FILE FAULTS_DIR=DATA appchat-server --data DATA ...
 *
 * FILE says what goes wrong; it may be replaced at any time (by rename), is
 * looked at every 10 ms, and FILE.done is then a copy of what is in force.
 * FILE.seen has what happened. Words NAME=VALUE, 0 when not given:
 *
 *   kill=N      SIGKILL at the Nth step; a step is a write, sync, truncation,
 *               renaming or removal in DATA. at=0: before it, 1: after it,
 *               2: after half of it (of a write; else before)
 *   lose=1      and as in a power cut, what was written and not synced before is not
 *               there; lose=2: some of it is not, by chance (seed=N)
 *   now=1       SIGKILL now
 *   sync_ms=T   a sync takes T ms longer
 *   error=E     on=1: writes, on=2: syncs, on=3: both fail with this errno,
 *               count=N times
 *   clock_s=S   the wall clock is S seconds ahead
 *   accept=E    accepting a connection fails with this errno
 *   oom=N       N allocations of at least oom_min bytes, after oom_skip such, get no memory
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum what { KILL, AT, SYNC_MS, ERROR, ON, COUNT, CLOCK_S, ACCEPT, OOM, OOM_MIN, OOM_SKIP, LOSE, SEED, NOW, WHATS };
enum { ON_WRITE = 1, ON_SYNC = 2, ON_NAME = 4 };
enum { BEFORE, AFTER, HALF };

static const char *const names[WHATS] = {
	"kill", "at", "sync_ms", "error", "on", "count", "clock_s", "accept", "oom", "oom_min", "oom_skip",
	"lose", "seed", "now",
};
static atomic_long value[WHATS];
static atomic_long steps, errors, ooms;
static char dir[PATH_MAX], control[PATH_MAX];
static size_t dir_len;

/* The next definition of a function: the C library's. */
#define REAL(name) ((__typeof__(&(name)))(uintptr_t)real(#name, &real_##name))
static void *real(const char *name, void *_Atomic *kept) {
	void *found = atomic_load_explicit(kept, memory_order_relaxed);
	if (!found)
		atomic_store_explicit(kept, found = dlsym(RTLD_NEXT, name), memory_order_relaxed);
	return found;
}
#define KEEP(name) static void *_Atomic real_##name

/* ---- files of the data directory ---- */

static bool ours(const char *path) {
	return dir_len && !strncmp(path, dir, dir_len) && (!path[dir_len] || path[dir_len] == '/');
}

static void find_name(int fd, char path[PATH_MAX]) {
	char link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = 0;
}

static bool ours_fd(int fd) {
	char path[PATH_MAX];
	find_name(fd, path);
	return ours(path);
}

static char *name_of(int fd) {
	char path[PATH_MAX];
	find_name(fd, path);
	return strdup(path);
}

static bool ours_name(const char *path) {
	char full[PATH_MAX];
	if (path[0] == '/')
		return ours(path);
	return getcwd(full, sizeof full) && strlen(full) + strlen(path) + 2 < sizeof full &&
	    ours(strcat(strcat(full, "/"), path));
}

/* ---- what a power cut would lose ---- */

/* The bytes that a write replaced, until it is synced. */
struct unsynced {
	char *path;
	off64_t at, size;        /* where; how long the file was */
	size_t len, had;         /* of the write; bytes of it that were there */
	uint8_t *old;
	struct unsynced *next;   /* the one before it */
};
static struct unsynced *unsynced;
static pthread_mutex_t unsynced_lock = PTHREAD_MUTEX_INITIALIZER;

KEEP(pwrite64);
KEEP(ftruncate64);

static void remember(int fd, off64_t at, size_t len) {
	struct stat st;
	if (!atomic_load(&value[LOSE]) || fstat(fd, &st))
		return;
	struct unsynced *u = malloc(sizeof *u);
	*u = (struct unsynced){name_of(fd), at, st.st_size, len, 0, malloc(len + 1), NULL};
	ssize_t had = pread64(fd, u->old, len, at);
	u->had = had > 0 ? (size_t)had : 0;
	pthread_mutex_lock(&unsynced_lock);
	u->next = unsynced;
	unsynced = u;
	pthread_mutex_unlock(&unsynced_lock);
}

static void forget(int fd) {
	char *path = name_of(fd);
	pthread_mutex_lock(&unsynced_lock);
	for (struct unsynced **at = &unsynced; *at;) {
		struct unsynced *u = *at;
		if (strcmp(u->path, path)) {
			at = &u->next;
			continue;
		}
		*at = u->next;
		free(u->path);
		free(u->old);
		free(u);
	}
	pthread_mutex_unlock(&unsynced_lock);
	free(path);
}

/* Puts back what was there; where some writes are lost and some not, a lost one at the end leaves zeros. */
static void lose(const struct unsynced *u, bool all) {
	int fd = open(u->path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	uint8_t *bytes = calloc(1, u->len + 1);
	memcpy(bytes, u->old, u->had);
	if (REAL(pwrite64)(fd, bytes, all ? u->had : u->len, u->at) < 0 || (all && REAL(ftruncate64)(fd, u->size)))
		abort();
	free(bytes);
	close(fd);
}

static void lose_unsynced(void) {
	long how = atomic_load(&value[LOSE]);
	uint64_t chance = (uint64_t)atomic_load(&value[SEED]) * 2 + 1;
	for (const struct unsynced *u = how ? unsynced : NULL; u; u = u->next) {
		chance = chance * 6364136223846793005u + 1442695040888963407u;
		if (how == 1 || chance >> 63)
			lose(u, how == 1);
	}
}

static void die(void) {
	pthread_mutex_lock(&unsynced_lock);
	lose_unsynced();
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

/* Takes one of what is left of a count; false when none is. */
static bool take(enum what w) {
	long left = atomic_load(&value[w]);
	while (left > 0)
		if (atomic_compare_exchange_weak(&value[w], &left, left - 1))
			return true;
	return false;
}

static void wait_ms(long ms) {
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};
	while (ms > 0 && nanosleep(&t, &t) && errno == EINTR)
		;
}

/* Before a step: true when it is to be killed after (or in the middle of) it. */
static bool step_begins(bool is_write) {
	long n = atomic_fetch_add(&steps, 1) + 1;
	if (n != atomic_load(&value[KILL]))
		return false;
	long at = atomic_load(&value[AT]);
	if (at == BEFORE || (at == HALF && !is_write))
		die();
	return true;
}

/* Does this step fail? errno is set. */
static bool fails(int on) {
	if (!(atomic_load(&value[ON]) & on) || !take(COUNT))
		return false;
	atomic_fetch_add(&errors, 1);
	errno = (int)atomic_load(&value[ERROR]);
	return true;
}

/* A call that is a step: its result, or -1 where it is to fail. */
#define STEP(on, is_ours, result, call) do { \
		bool last_ = false; \
		if (is_ours) { \
			if (fails(on)) \
				return -1; \
			last_ = step_begins(false); \
			if ((on) == ON_SYNC) \
				wait_ms(atomic_load(&value[SYNC_MS])); \
		} \
		result r_ = call; \
		if (last_) \
			die(); \
		return r_; \
	} while (0)

/* A write: SIZE_MAX where it is to fail, else how much of it is to be done;
 * *last: it is the last thing that is done. */
static size_t write_begins(int fd, size_t n, off64_t at, bool *last) {
	*last = false;
	if (!ours_fd(fd))
		return n;
	if (fails(ON_WRITE))
		return SIZE_MAX;
	remember(fd, at, n);
	*last = step_begins(true);
	return *last && atomic_load(&value[AT]) == HALF ? n / 2 : n;
}

static ssize_t write_ends(ssize_t r, bool last) {
	if (last)
		die();
	return r;
}

KEEP(write);
ssize_t write(int fd, const void *data, size_t n) {
	bool last;
	n = write_begins(fd, n, lseek64(fd, 0, SEEK_CUR), &last);
	return n == SIZE_MAX ? -1 : write_ends(REAL(write)(fd, data, n), last);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
	bool last;
	n = write_begins(fd, n, at, &last);
	return n == SIZE_MAX ? -1 : write_ends(REAL(pwrite64)(fd, data, n, at), last);
}
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return pwrite64(fd, data, n, at); }

static int synced(int fd, int result) {
	if (!result)
		forget(fd);
	return result;
}

/* The bytes that go are old ones, as those that are written over. */
static int cut_off(int fd, off64_t to) {
	struct stat st;
	if (ours_fd(fd) && !fstat(fd, &st))
		remember(fd, to < st.st_size ? to : st.st_size, to < st.st_size ? (size_t)(st.st_size - to) : 0);
	return REAL(ftruncate64)(fd, to);
}

KEEP(fsync);
int fsync(int fd) { STEP(ON_SYNC, ours_fd(fd), int, synced(fd, REAL(fsync)(fd))); }
KEEP(fdatasync);
int fdatasync(int fd) { STEP(ON_SYNC, ours_fd(fd), int, synced(fd, REAL(fdatasync)(fd))); }
int ftruncate64(int fd, off64_t to) { STEP(ON_WRITE, ours_fd(fd), int, cut_off(fd, to)); }
int ftruncate(int fd, off_t to) { return ftruncate64(fd, to); }
KEEP(rename);
int rename(const char *from, const char *to) { STEP(ON_NAME, ours_name(from), int, REAL(rename)(from, to)); }
KEEP(unlink);
int unlink(const char *path) { STEP(ON_NAME, ours_name(path), int, REAL(unlink)(path)); }

/* ---- the wall clock ---- */

KEEP(clock_gettime);
int clock_gettime(clockid_t id, struct timespec *t) {
	int r = REAL(clock_gettime)(id, t);
	if (!r && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		t->tv_sec += atomic_load(&value[CLOCK_S]);
	return r;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
	struct timespec now;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*t = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
	return 0;
}

time_t time(time_t *out) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

/* ---- connections ---- */

KEEP(accept4);
int accept4(int fd, __SOCKADDR_ARG from, socklen_t *restrict len, int flags) {
	int error = (int)atomic_load(&value[ACCEPT]);
	if (error) {
		atomic_fetch_add(&errors, 1);
		errno = error;
		return -1;
	}
	return REAL(accept4)(fd, from, len, flags);
}

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

static bool no_memory(size_t size) {
	if (!atomic_load_explicit(&value[OOM], memory_order_relaxed) || size < (size_t)atomic_load(&value[OOM_MIN]))
		return false;
	if (take(OOM_SKIP) || !take(OOM))
		return false;
	atomic_fetch_add(&ooms, 1);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size) { return no_memory(size) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return no_memory(count * size) ? NULL : __libc_calloc(count, size); }
void *realloc(void *p, size_t size) { return no_memory(size) ? NULL : __libc_realloc(p, size); }

/* ---- what the test asks for ---- */

static void put_file(const char *suffix, const char *text, size_t len) {
	char path[PATH_MAX + 16], fresh[PATH_MAX + 32];
	snprintf(path, sizeof path, "%s.%s", control, suffix);
	snprintf(fresh, sizeof fresh, "%s.new", path);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (REAL(write)(fd, text, len) == (ssize_t)len)
		REAL(rename)(fresh, path);
	close(fd);
}

static void report(void) {
	static long before[3] = {-1};
	char text[128];
	long now[3] = {atomic_load(&steps), atomic_load(&errors), atomic_load(&ooms)};
	if (!memcmp(now, before, sizeof now))
		return;
	memcpy(before, now, sizeof now);
	put_file("seen", text, (size_t)snprintf(text, sizeof text, "steps=%ld\nerrors=%ld\nooms=%ld\n", now[0], now[1], now[2]));
}

static void obey(char *text) {
	long want[WHATS] = {0};
	for (char *save, *word = strtok_r(text, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		for (int w = 0; w < WHATS; w++) {
			size_t len = strlen(names[w]);
			if (!strncmp(word, names[w], len) && word[len] == '=')
				want[w] = atol(word + len + 1);
		}
	for (int w = 0; w < WHATS; w++) /* what starts something comes last */
		if (w != KILL && w != COUNT && w != OOM)
			atomic_store(&value[w], want[w]);
	atomic_store(&value[KILL], want[KILL]);
	atomic_store(&value[COUNT], want[COUNT]);
	atomic_store(&value[OOM], want[OOM]);
}

static void look(void) {
	static char before[1024];
	char text[1024], copy[1024];
	int fd = open(control, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	if (n >= 0) {
		text[n] = 0;
		if (strcmp(text, before)) {
			strcpy(before, text);
			strcpy(copy, text);
			obey(copy);
			put_file("done", text, (size_t)n);
			if (atomic_load(&value[NOW]))
				die();
		}
	}
	report();
}

static void *watch(void *arg) {
	for (;;) {
		look();
		wait_ms(10);
	}
	return arg;
}

__attribute__((constructor)) static void begin(void) {
	pthread_t thread;
	const char *file = getenv("FAULTS"), *data = getenv("FAULTS_DIR");
	unsetenv("LD_PRELOAD");
	if (!file)
		return;
	snprintf(control, sizeof control, "%s", file);
	snprintf(dir, sizeof dir, "%s", data ? data : "");
	dir_len = strlen(dir);
	look();
	if (!pthread_create(&thread, NULL, watch, NULL))
		pthread_detach(thread);
}

__attribute__((destructor)) static void end(void) {
	if (control[0])
		report();
}
