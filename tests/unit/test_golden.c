/* Golden frames (tests/vectors/frames.txt): what was ever encoded is read for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/client/hex.h"
#include "tests/support/vectors.h"

#define FRAMES "tests/vectors/frames.txt"

static const ProtobufCMessageDescriptor *frame_of(const char *side) {
	return !strcmp(side, "client") ? &appchat__client_frame__descriptor : &appchat__server_frame__descriptor;
}

/* The oneof is the last thing of both frames: its case is where the first member's quantifier says. */
static const char *body_name(const ProtobufCMessageDescriptor *frame, const ProtobufCMessage *message) {
	for (unsigned i = 0; i < frame->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &frame->fields[i];
		if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF &&
		    *(const uint32_t *)((const char *)message + f->quantifier_offset) == f->id)
			return f->name;
	}
	return NULL;
}

static bool is_future(const char *name) {
	size_t len = strlen(name);
	return len >= 6 && !strcmp(name + len - 6, "future");
}

static void same_bytes(void *arg, const struct vector_line *line) {
	size_t len = strlen(line->word[2]) / 2, name_len = strcspn(line->word[1], ".");
	uint8_t *bytes = malloc(len + 1), *again = malloc(len + 64);
	(void)arg;
	assert_int_equal(line->words, 3);
	assert_true(hex_decode(bytes, len, line->word[2]));
	ProtobufCMessage *message = protobuf_c_message_unpack(frame_of(line->word[0]), NULL, len, bytes);
	if (!message)
		fail_msg("line %d does not decode", line->number);
	if (!is_future(line->word[1])) {
		const char *body = body_name(frame_of(line->word[0]), message);
		assert_non_null(body);
		assert_int_equal(strncmp(body, line->word[1], name_len), 0);
		assert_int_equal(strlen(body), name_len);
		assert_int_equal(protobuf_c_message_get_packed_size(message), len);
		assert_int_equal(protobuf_c_message_pack(message, again), len);
		assert_memory_equal(bytes, again, len);
	}
	protobuf_c_message_free_unpacked(message, NULL);
	free(bytes);
	free(again);
}

static void every_frame_decodes_and_encodes_to_the_same(void **state) {
	(void)state;
	vectors_read(FRAMES, same_bytes, NULL);
}

struct wanted {
	const char *side, *name;
	bool found;
};

static void look(void *arg, const struct vector_line *line) {
	struct wanted *w = arg;
	size_t len = strcspn(line->word[1], ".");
	if (!strcmp(line->word[0], w->side) && len == strlen(w->name) && !strncmp(line->word[1], w->name, len))
		w->found = true;
}

static void all_are_there(const char *side) {
	const ProtobufCMessageDescriptor *frame = frame_of(side);
	for (unsigned i = 0; i < frame->n_fields; i++) {
		struct wanted w = {side, frame->fields[i].name, false};
		if (!(frame->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		vectors_read(FRAMES, look, &w);
		if (!w.found)
			fail_msg("%s has no vector for %s frame %s", FRAMES, side, w.name);
	}
}

static void every_frame_has_a_vector(void **state) {
	(void)state;
	all_are_there("client");
	all_are_there("server");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_decodes_and_encodes_to_the_same),
		cmocka_unit_test(every_frame_has_a_vector),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
