/* The outbox: tests/vectors/sync/outbox.txt, and what is left on disk by those who died. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/client/outbox.h"
#include "tests/support/vectors.h"

/* ---- the vectors ----------------------------------------------------------------------- */

struct replay {
	struct outbox *outbox;
	uint8_t id[26][16];
	uint64_t room[26];
	uint64_t now;
	int cases, line;
};

static int letter(const char *name) {
	assert_true(name[0] >= 'a' && name[0] <= 'z' && !name[1]);
	return name[0] - 'a';
}

static struct outbox_item *named(struct replay *r, const char *name) {
	return outbox_find(r->outbox, r->id[letter(name)]);
}

static uint64_t number(const char *text) {
	return strtoull(text, NULL, 10);
}

static void do_send(struct replay *r, const struct vector_line *l) {
	int i = letter(l->word[1]);
	struct outbox_item *item = outbox_add(r->outbox, number(l->word[2]), l->word[1]);
	memcpy(r->id[i], item->id, 16);
	r->room[i] = item->room;
}

static void do_refuse(struct replay *r, const struct vector_line *l) {
	outbox_refused(r->outbox, r->id[letter(l->word[1])], "no", !strcmp(l->word[2], "temporary"), r->now,
	               (unsigned)number(l->word[3]));
}

static void do_seen(struct replay *r, const struct vector_line *l) {
	int i = letter(l->word[1]);
	outbox_seen(r->outbox, r->room[i], outbox_tag(r->id[i]), number(l->word[2]));
}

static const char *state_of(struct replay *r, const char *name) {
	static const char *const words[] = {"waiting", "sent", "stored", "failed"};
	const struct outbox_item *item = named(r, name);
	return item ? words[item->state] : "gone";
}

static void check(struct replay *r, const struct vector_line *l) {
	uint64_t wait;
	const char *what = l->word[1];
	const struct outbox_item *next = outbox_next(r->outbox, r->now, 0, &wait);
	if (!strcmp(what, "next"))
		assert_string_equal(next ? next->text : "-", l->word[2]);
	else if (!strcmp(what, "wait"))
		assert_int_equal(wait, number(l->word[2]));
	else if (!strcmp(what, "state"))
		assert_string_equal(state_of(r, l->word[2]), l->word[3]);
	else if (!strcmp(what, "unsent"))
		assert_int_equal(outbox_unsent(r->outbox), number(l->word[2]));
	else
		fail_msg("line %d: what is '%s'?", l->number, what);
}

static void replay_line(void *arg, const struct vector_line *l) {
	struct replay *r = arg;
	const char *word = l->word[0];
	r->line = l->number;
	if (!strcmp(word, "case")) {
		outbox_free(r->outbox);
		r->outbox = outbox_new();
		r->now = 0;
		r->cases++;
	} else if (!strcmp(word, "send")) {
		do_send(r, l);
	} else if (!strcmp(word, "sent")) {
		outbox_sent(r->outbox, named(r, l->word[1]));
	} else if (!strcmp(word, "ack")) {
		outbox_stored(r->outbox, r->id[letter(l->word[1])], number(l->word[2]), 1);
	} else if (!strcmp(word, "refuse")) {
		do_refuse(r, l);
	} else if (!strcmp(word, "seen")) {
		do_seen(r, l);
	} else if (!strcmp(word, "passed")) {
		outbox_passed(r->outbox, number(l->word[1]), number(l->word[2]));
	} else if (!strcmp(word, "lost")) {
		outbox_lost(r->outbox);
	} else if (!strcmp(word, "time")) {
		r->now = number(l->word[1]);
	} else {
		assert_string_equal(word, "=");
		check(r, l);
	}
}

static int new_replay(void **state) {
	*state = calloc(1, sizeof(struct replay));
	return *state ? 0 : -1;
}

static int end_replay(void **state) {
	struct replay *r = *state;
	if (r->line)
		print_message("tests/vectors/sync/outbox.txt:%d was the last line replayed\n", r->line);
	outbox_free(r->outbox);
	free(r);
	return 0;
}

static void the_cases_hold(void **state) {
	struct replay *r = *state;
	vectors_read("tests/vectors/sync/outbox.txt", replay_line, r);
	assert_true(r->cases > 5);
	r->line = 0;
}

/* ---- on disk ------------------------------------------------------------------------------- */

struct folder {
	char path[64];
};

static int new_folder(void **state) {
	struct folder *f = malloc(sizeof *f);
	snprintf(f->path, sizeof f->path, "/tmp/appchat-outbox-XXXXXX");
	*state = f;
	return mkdtemp(f->path) ? 0 : -1;
}

/* Calls each with the path of every file; returns how many there were. */
static int files(const struct folder *f, void (*each)(const char *path)) {
	struct dirent **names;
	char path[400];
	int n = scandir(f->path, &names, NULL, alphasort), count = 0;
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", f->path, names[i]->d_name);
		if (names[i]->d_name[0] != '.') {
			count++;
			if (each)
				each(path);
		}
		free(names[i]);
	}
	free(names);
	return count;
}

static void remove_file(const char *path) {
	unlink(path);
}

static int end_folder(void **state) {
	struct folder *f = *state;
	files(f, remove_file);
	rmdir(f->path);
	free(f);
	return 0;
}

/* What a client does that is killed: adds some, has the first one stored. */
static void die_with(const struct folder *f, const char *key, int messages) {
	for (uint64_t ms = clock_wall_ms(); clock_wall_ms() == ms;) {
		/* ids of two processes are in order only from one millisecond to the next */
	}
	pid_t pid = fork();
	if (!pid) {
		struct outbox *o = outbox_new();
		char text[20];
		uint64_t wait;
		outbox_keep(o, f->path, key);
		for (int i = 0; i < messages; i++) {
			snprintf(text, sizeof text, "message %d", i);
			outbox_add(o, 1, text);
		}
		struct outbox_item *first = outbox_next(o, 0, 0, &wait);
		outbox_sent(o, first);
		outbox_stored(o, first->id, 1, 1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void what_the_dead_left_is_taken_over(void **state) {
	struct folder *f = *state;
	die_with(f, "server ana", 3);
	die_with(f, "server ana", 2);
	die_with(f, "server bob", 2);
	die_with(f, "server cyd", 1); /* has nothing left, and is in the next millisecond */
	struct outbox *o = outbox_new();
	outbox_add(o, 1, "mine");
	assert_true(outbox_keep(o, f->path, "server ana"));
	assert_int_equal(outbox_unsent(o), 4);
	assert_int_equal(files(f, NULL), 3);
	outbox_free(o);
	assert_int_equal(files(f, NULL), 3); /* nothing was stored yet: it stays */

	o = outbox_new();
	assert_true(outbox_keep(o, f->path, "server ana"));
	const struct outbox_item *item = outbox_first(o);
	assert_string_equal(item->text, "message 2"); /* of the first: the second had its message 1 stored */
	assert_string_equal(item->next->text, "message 0");
	assert_string_equal(item->next->next->text, "message 1");
	assert_string_equal(item->next->next->next->text, "mine");
	while ((item = outbox_first(o))) {
		outbox_stored(o, item->id, 5, 1);
		outbox_passed(o, 1, 5);
	}
	outbox_free(o);
	assert_int_equal(files(f, NULL), 2); /* bob's, and cyd's empty one */
}

static void the_living_keep_theirs(void **state) {
	struct folder *f = *state;
	struct outbox *one = outbox_new(), *two = outbox_new();
	assert_true(outbox_keep(one, f->path, "key"));
	outbox_add(one, 1, "mine");
	assert_true(outbox_keep(two, f->path, "key"));
	assert_int_equal(outbox_unsent(two), 0);
	outbox_free(two);
	outbox_free(one);
	assert_int_equal(files(f, NULL), 1);
}

/* Of another key too, in the order of their making; nobody else's. */
static void another_key_is_taken_over_too(void **state) {
	struct folder *f = *state;
	die_with(f, "server 7 ana", 3);
	die_with(f, "server 7", 2);
	die_with(f, "server 8", 2);
	struct outbox *o = outbox_new();
	outbox_take_over(o, f->path, "server 7 ana"); /* not kept: nothing happens */
	assert_null(outbox_first(o));
	assert_true(outbox_keep(o, f->path, "server 7"));
	outbox_take_over(o, f->path, "server 7 ana");
	outbox_take_over(o, f->path, "server 7 ana");
	assert_int_equal(outbox_unsent(o), 3);
	assert_string_equal(outbox_first(o)->next->text, "message 2"); /* the last of the first */
	outbox_free(o);
	assert_int_equal(files(f, NULL), 2);
	o = outbox_new();
	assert_true(outbox_keep(o, f->path, "server 7"));
	assert_int_equal(outbox_unsent(o), 3);
	outbox_free(o);
}

/* The disk takes no more: what a dead one left stays where it is, and is sent all the same. */
static void what_cannot_be_copied_is_not_removed(void **state) {
	struct folder *f = *state;
	die_with(f, "key", 3);
	pid_t pid = fork();
	if (!pid) {
		struct outbox *o = outbox_new();
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){60, 60});
		outbox_keep(o, f->path, "key");
		_exit(outbox_unsent(o) == 2 ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	struct outbox *o = outbox_new();
	assert_true(outbox_keep(o, f->path, "key"));
	assert_int_equal(outbox_unsent(o), 2);
	outbox_free(o);
}

/* What needs no sending any more when the file is made is not in it. */
static void what_is_done_is_not_kept(void **state) {
	struct folder *f = *state;
	struct outbox *o = outbox_new();
	uint8_t id[2][16];
	for (int i = 0; i < 2; i++)
		memcpy(id[i], outbox_add(o, 1, "x")->id, 16);
	outbox_refused(o, id[0], "no", false, 0, 0);
	outbox_stored(o, id[1], 1, 1);
	assert_true(outbox_keep(o, f->path, "key"));
	outbox_free(o);
	assert_int_equal(files(f, NULL), 0);
}

static void tell(void *arg) {
	++*(int *)arg;
}

static void none_is_sent_before_it_is_safe(void **state) {
	struct folder *f = *state;
	struct outbox *o = outbox_new();
	uint64_t wait;
	int told = 0;
	outbox_save_later(o, tell, &told);
	outbox_add(o, 1, "in memory");
	assert_true(outbox_keep(o, f->path, "key"));
	assert_string_equal(outbox_next(o, 0, 0, &wait)->text, "in memory");
	outbox_add(o, 2, "a");
	struct outbox_item *a = outbox_first(o)->next;
	assert_int_equal(told, 1);
	int fd = outbox_saving(o);
	assert_true(fd >= 0);
	outbox_add(o, 2, "b"); /* meanwhile */
	assert_int_equal(outbox_saving(o), -1);
	outbox_sent(o, outbox_first(o));
	assert_null(outbox_next(o, 0, 0, &wait));
	close(fd);
	outbox_saved(o);
	assert_ptr_equal(outbox_next(o, 0, 0, &wait), a);
	outbox_sent(o, a);
	outbox_stored(o, a->id, 1, 1);
	assert_null(outbox_next(o, 0, 0, &wait));
	fd = outbox_saving(o);
	assert_true(fd >= 0);
	close(fd);
	outbox_saved(o);
	assert_string_equal(outbox_next(o, 0, 0, &wait)->text, "b");
	assert_int_equal(outbox_saving(o), -1);
	outbox_free(o);
}

/* Refused, and yet its event comes: it counts as done once, and the other one's file stays. */
static void one_done_twice_leaves_the_others(void **state) {
	struct folder *f = *state;
	struct outbox *o = outbox_new();
	uint8_t id[16];
	assert_true(outbox_keep(o, f->path, "key"));
	memcpy(id, outbox_add(o, 1, "refused")->id, sizeof id);
	outbox_add(o, 2, "waits");
	outbox_refused(o, id, "no", false, 0, 0);
	assert_true(outbox_seen(o, 1, outbox_tag(id), 5));
	outbox_free(o);
	o = outbox_new();
	assert_true(outbox_keep(o, f->path, "key"));
	assert_int_equal(outbox_unsent(o), 1);
	assert_string_equal(outbox_first(o)->text, "waits");
	outbox_free(o);
}

static void check_mode(const char *path) {
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void spoil(const char *path) {
	static const char junk[] = "nonsense\n+ zz 1 41\n+ 0190a1b2c3d47e5f8a9b0c1d2e3f4a5b 0 41\n- 12\n+ 0190a1b2c3d47e5f8a9b0c1d2e3f4a5b 1 4";
	int fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, junk, sizeof junk - 1), sizeof junk - 1);
	close(fd);
}

static void a_spoilt_file_loses_only_what_is_spoilt(void **state) {
	struct folder *f = *state;
	die_with(f, "key", 2);
	files(f, check_mode);
	files(f, spoil);
	struct outbox *o = outbox_new();
	assert_true(outbox_keep(o, f->path, "key"));
	assert_int_equal(outbox_unsent(o), 1);
	assert_string_equal(outbox_first(o)->text, "message 1");
	outbox_free(o);
}

static void too_old_to_be_sent_safely(void **state) {
	struct outbox *o = outbox_new();
	struct outbox_item *item = outbox_add(o, 1, "old");
	uint64_t made = 0, wait;
	(void)state;
	for (int i = 0; i < 6; i++)
		made = made << 8 | item->id[i];
	assert_ptr_equal(outbox_next(o, 0, made + OUTBOX_AGE_MS, &wait), item);
	assert_null(outbox_next(o, 0, made + OUTBOX_AGE_MS + 1, &wait));
	assert_int_equal(item->state, OUTBOX_FAILED);
	outbox_retry(o, item);
	assert_int_equal(outbox_first(o)->state, OUTBOX_WAITING);
	assert_ptr_equal(outbox_next(o, 0, made + OUTBOX_AGE_MS, &wait), outbox_first(o));
	outbox_free(o);
}

static void it_has_a_bound(void **state) {
	struct outbox *o = outbox_new();
	(void)state;
	for (int i = 0; i < OUTBOX_MAX; i++)
		assert_non_null(outbox_add(o, 1, "x"));
	assert_null(outbox_add(o, 1, "x"));
	outbox_free(o);
}

static void a_full_one_keeps_what_is_tried_again(void **state) {
	struct outbox *o = outbox_new();
	struct outbox_item *failed = outbox_add(o, 1, "precious");
	(void)state;
	outbox_refused(o, failed->id, "no", false, 0, 0);
	for (int i = 0; i < OUTBOX_MAX; i++)
		outbox_add(o, 1, "x");
	outbox_retry(o, failed);
	assert_string_equal(outbox_first(o)->text, "precious");
	assert_int_equal(outbox_failed(o), 1);
	assert_int_equal(outbox_unsent(o), OUTBOX_MAX);
	struct outbox_item *second = outbox_first(o)->next;
	outbox_stored(o, second->id, 1, 1);
	outbox_retry(o, outbox_first(o));
	assert_int_equal(outbox_failed(o), 0);
	assert_int_equal(outbox_unsent(o), OUTBOX_MAX);
	outbox_free(o);
}

#define ON_DISK(f) cmocka_unit_test_setup_teardown(f, new_folder, end_folder)

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_cases_hold, new_replay, end_replay),
		ON_DISK(what_the_dead_left_is_taken_over),
		ON_DISK(the_living_keep_theirs),
		ON_DISK(another_key_is_taken_over_too),
		ON_DISK(what_cannot_be_copied_is_not_removed),
		ON_DISK(what_is_done_is_not_kept),
		ON_DISK(none_is_sent_before_it_is_safe),
		ON_DISK(one_done_twice_leaves_the_others),
		ON_DISK(a_spoilt_file_loses_only_what_is_spoilt),
		cmocka_unit_test(too_old_to_be_sent_safely),
		cmocka_unit_test(it_has_a_bound),
		cmocka_unit_test(a_full_one_keeps_what_is_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
