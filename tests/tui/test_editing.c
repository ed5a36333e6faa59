/* The line being typed: emacs and vi keys, history, drafts, completion, paste, and stopping with ^Z. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/tui/stage.h"

static struct terminal *open_client(struct stage *s) {
	struct terminal *t = stage_client(s, "ada", 24, 80);
	terminal_wait(t, "ada (guest)");
	return t;
}

/* The line is now exactly this. */
static void expect_line(struct terminal *t, const char *text) {
	char line[256];
	snprintf(line, sizeof line, "\n›%s%s\n", *text ? " " : "", text);
	terminal_wait(t, line);
}

static void write_file(const struct stage *s, const char *name, const char *text) {
	char path[256];
	snprintf(path, sizeof path, "%s/%s", s->dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* ---- Cases ------------------------------------------------------------------------------ */

static void test_emacs_keys(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = open_client(&s);
	terminal_type(t, "one two three\001zero \005!");
	expect_line(t, "zero one two three!");
	terminal_type(t, "\027\027x");
	expect_line(t, "zero one x");
	terminal_type(t, "\033[D\033[D\177");
	expect_line(t, "zero on x");
	terminal_type(t, "\003");
	terminal_type(t, "e\xcc\x81\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" "\177\177" "z");   /* whole clusters go */
	expect_line(t, "z");
	terminal_end(t);
	stage_close(&s);
}

static void test_vi_keys(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	write_file(&s, ".editrc", "bind -v\nbind ^[[24~ room-next\n");
	struct terminal *t = open_client(&s);
	terminal_type(t, "one two");
	expect_line(t, "one two");
	terminal_type(t, "\033");
	terminal_settle(t, 120);   /* an ESC alone is one after 40 ms */
	terminal_type(t, "0dwA!");
	expect_line(t, "two!");
	terminal_type(t, "\033[D\033[Dx");   /* arrow keys while inserting */
	expect_line(t, "twxo!");
	terminal_type(t, "\003/create dev\r");
	terminal_wait(t, "beginning of #dev");
	terminal_type(t, "\033[24~");
	terminal_wait(t, "beginning of #lobby");
	terminal_end(t);
	stage_close(&s);
}

/* With the keys of Emacs it takes nothing along: not the slash of the command typed next. */
static void test_escape(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = open_client(&s);
	terminal_type(t, "x\033");
	terminal_settle(t, 120);
	terminal_type(t, "yz");
	expect_line(t, "xyz");
	terminal_type(t, "\003\022none");   /* it ends a search */
	terminal_wait(t, "none");
	terminal_type(t, "\033");
	terminal_wait_gone(t, "none");
	terminal_type(t, "\033OP");
	terminal_wait(t, "is sent");
	terminal_type(t, "\033[5~");
	terminal_wait_gone(t, "is sent");
	terminal_type(t, "\033");
	terminal_wait(t, "is sent");          /* back at the newest end */
	terminal_type(t, "/members\r");
	terminal_wait(t, "1 here now:");
	terminal_type(t, "one two\033b!");   /* Alt-b */
	expect_line(t, "one !two");
	terminal_end(t);
	stage_close(&s);
}

static void test_history_of_lines(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = open_client(&s);
	terminal_type(t, "first line\r");
	terminal_wait(t, "ada        first line");
	terminal_type(t, "second\r");
	terminal_wait(t, "second\n");
	terminal_type(t, "draft\033[A");
	expect_line(t, "second");
	terminal_type(t, "\033[A");
	expect_line(t, "first line");
	terminal_type(t, "\033[B\033[B");
	expect_line(t, "draft");
	terminal_type(t, "\003\022fir");
	terminal_wait(t, "first line\n");
	terminal_type(t, "\r");
	terminal_wait_gone(t, "bck");
	terminal_type(t, "/quit\r");
	terminal_wait_exit(t);
	terminal_end(t);
	t = open_client(&s);
	terminal_type(t, "\033[A\033[A\033[A");
	expect_line(t, "second");
	terminal_end(t);
	stage_close(&s);
}

static void test_completion(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	stage_say(&s, "grace", "lobby", "hello");
	stage_say(&s, "graham", "lobby", "hello");
	struct terminal *t = open_client(&s);
	terminal_wait(t, "graham");
	terminal_type(t, "/top\t");
	expect_line(t, "/topic");
	terminal_type(t, "\003gr\t");
	terminal_wait(t, "grace:   graham:");
	expect_line(t, "gra");
	terminal_type(t, "\t\t");
	expect_line(t, "graham:");
	terminal_type(t, "hi #lo\t");
	expect_line(t, "graham: hi #lobby");
	/* Another line, as long as the one that Tab left: nothing of it goes, and what could be chosen is out of sight. */
	terminal_type(t, "\003gr\t\t");
	terminal_wait(t, "grace:   graham:");
	expect_line(t, "grace:");
	terminal_type(t, "\025");
	terminal_wait_gone(t, "graham:");
	terminal_wait(t, "● connected");
	terminal_type(t, "one abc\t!");
	expect_line(t, "one abc!");
	terminal_type(t, "\003gr\t");
	terminal_wait(t, "grace:   graham:");
	terminal_type(t, "\033");
	terminal_wait(t, "● connected");
	expect_line(t, "gra");
	terminal_end(t);
	stage_close(&s);
}

static void test_paste_and_lines(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = open_client(&s);
	terminal_type(t, "a\033[200~b\rc\033[31m\033[201~d");
	terminal_wait(t, "› ab\n  c␛[31md\n");
	terminal_type(t, "\012e");
	terminal_wait(t, "\n  e\n");
	terminal_type(t, "\033[A\033[AX");
	terminal_wait(t, "› aXb\n");
	terminal_type(t, "\r");
	terminal_wait(t, "ada        aXb\n");
	terminal_wait(t, "c␛[31md\n");
	terminal_end(t);
	stage_close(&s);
}

static void test_stop_and_go_on(void **state) {
	struct stage s;
	int status;
	(void)state;
	stage_open(&s);
	struct terminal *t = open_client(&s);
	terminal_type(t, "kept\032");
	assert_int_equal(waitpid(terminal_pid(t), &status, WUNTRACED), terminal_pid(t));
	assert_true(WIFSTOPPED(status));
	terminal_settle(t, 50);
	assert_false(terminal_alternate(t));
	kill(terminal_pid(t), SIGCONT);
	expect_line(t, "kept");
	assert_true(terminal_alternate(t));
	terminal_type(t, " on");
	expect_line(t, "kept on");
	terminal_end(t);
	stage_close(&s);
}

static void test_commands(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = open_client(&s);
	terminal_type(t, "/hlep\r");
	terminal_wait(t, "Did you mean /help?");
	expect_line(t, "/hlep");
	terminal_type(t, "\003//etc/passwd\r");
	terminal_wait(t, "ada        /etc/passwd\n");
	terminal_type(t, "/ping\r");
	terminal_wait(t, "Round trip:");
	terminal_type(t, "/register\r");
	terminal_wait(t, "New password:");
	terminal_type(t, "correct horse\r");
	terminal_wait(t, "The same again:");
	terminal_wait_gone(t, "•");
	terminal_type(t, "correct horse");
	terminal_wait(t, "•••••••••••••");
	terminal_type(t, "\r");
	terminal_wait_gone(t, "(guest)");
	expect_line(t, "");
	terminal_never_wrote(t, "horse");
	terminal_end(t);
	stage_close(&s);
}

static void type_secret(struct terminal *t, const char *prompt, const char *secret) {
	terminal_wait(t, prompt);
	terminal_wait_gone(t, "•");
	terminal_type(t, secret);
	terminal_type(t, "\r");
}

/* A password that will not do is asked for again: what is typed next is no message. */
static void test_passwords(void **state) {
	struct stage s;
	(void)state;
	stage_open(&s);
	struct terminal *t = open_client(&s);
	terminal_type(t, "/register\rsecret1\rsecret2\r");
	terminal_wait(t, "empty line gives up.");
	type_secret(t, "New password:", "secret three");
	type_secret(t, "The same again:", "secret four");
	terminal_wait(t, "differ");
	type_secret(t, "New password:", "");
	terminal_wait(t, "Not registered.");
	terminal_wait_gone(t, "New password:");
	terminal_type(t, "/register\r");
	terminal_wait(t, "New password:");
	terminal_type(t, "secret5\033");
	terminal_wait_gone(t, "New password:");
	terminal_type(t, "/register\r");
	type_secret(t, "New password:", "secret six");
	type_secret(t, "The same again:", "secret six\rsecret7");
	terminal_wait_gone(t, "(guest)");
	terminal_type(t, "hello\r");
	terminal_wait(t, "ada        hello");
	terminal_type(t, "/signout\r");
	terminal_wait(t, "Your name:");
	terminal_type(t, "/signin ada\r");
	type_secret(t, "Password:", "secret8");
	terminal_wait(t, "Try again;");
	type_secret(t, "Password:", "secret nine");
	terminal_wait(t, "gives up.\n The name or the password is wrong.\n Try again;");
	type_secret(t, "Password:", "secret six");
	terminal_wait(t, "ada        hello");
	terminal_never_wrote(t, "secret");
	terminal_end(t);
	stage_close(&s);
}

/* Lines on a terminal: who has no name yet is told what to type. */
static void test_plain_without_a_name(void **state) {
	struct stage s;
	char folder[128], *program = stage_program("appchat-tui");
	(void)state;
	stage_open(&s);
	snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s/nobody", s.dir);
	char *argv[] = { program, (char *)"--plain", (char *)"--server", s.url, NULL }, *env[] = { folder, NULL };
	struct terminal *t = terminal_start(24, 100, argv, env);
	terminal_wait(t, "Say who you are:");
	terminal_type(t, "hello\r");
	terminal_wait(t, "First say who you are: /nick NAME");
	terminal_type(t, "/nick ada\r");
	terminal_wait(t, "in #lobby");
	terminal_type(t, "x\033");
	terminal_settle(t, 120);
	terminal_type(t, "yz one\033b!");   /* as in full screen, ESC takes nothing along */
	terminal_wait(t, "lobby> xyz !one");
	terminal_type(t, "\025/register\r");
	terminal_wait(t, "New password:");
	terminal_type(t, "secret1\rsecret2\r");
	terminal_wait(t, "Choose another;");
	terminal_settle(t, 120);
	terminal_type(t, "secret three\rsecret three\r");
	terminal_wait(t, "lobby>\n");
	terminal_type(t, "/signout\r");
	terminal_wait(t, "\n>\n");
	terminal_type(t, "/signin ada\r");
	terminal_wait(t, "- Password:");
	terminal_type(t, "secret4\r");
	terminal_wait(t, "Try again;");
	terminal_type(t, "\003");
	terminal_wait(t, "- Not signed in.\n>\n");
	terminal_type(t, "/signin ada\r");
	terminal_wait(t, "- Not signed in.\n> /signin ada\n- Password:\n\n");
	terminal_type(t, "secret three\r");
	terminal_wait(t, "as ada");
	terminal_type(t, "one line\r");
	terminal_wait(t, "one line\n");
	terminal_never_wrote(t, "secret");
	kill(terminal_pid(t), SIGHUP);
	assert_int_equal(terminal_wait_exit(t), 128 + SIGHUP);
	terminal_end(t);
	free(program);
	stage_close(&s);
}

int main(int argc, char **argv) {
	(void)argc;
	stage_programs(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emacs_keys),      cmocka_unit_test(test_vi_keys),        cmocka_unit_test(test_escape),
		cmocka_unit_test(test_history_of_lines),
		cmocka_unit_test(test_completion),      cmocka_unit_test(test_paste_and_lines), cmocka_unit_test(test_stop_and_go_on),
		cmocka_unit_test(test_commands),        cmocka_unit_test(test_passwords),      cmocka_unit_test(test_plain_without_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
