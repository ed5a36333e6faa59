/*
 * Frames from two strangers into the request handlers of a live hub on a real
 * store: whatever they say, the server answers with frames that can be read
 * (the world aborts otherwise) and lives.
 *
 * Input: a byte of who is signed in from the start (bits 0 and 1), then frames:
 * a byte with the speaker in bit 7 and the turns of the loop to wait in bits 0
 * to 2, two bytes of length, the frame.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "server/handle/handle.h"
#include "server/room/hub.h"
#include "tests/support/world.h"

#define FRAMES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct world *world;
static unsigned inputs;

static void end(void) {
	world_close(world, true);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
	(void)argc, (void)argv;
	world = world_open(NULL);
	log_set("off");
	atexit(end);
	return 0;
}

/* Hands one frame over and turns; returns the bytes it took. */
static size_t speak(struct guy **guys, const uint8_t *data, size_t size) {
	if (size < 3)
		return size;
	size_t len = (size_t)data[1] << 8 | data[2];
	if (len > size - 3)
		len = size - 3;
	struct guy *g = guys[data[0] >> 7];
	if (g->session && len <= handle_frame_limit(g->session))
		handle_frame(g->session, data + 3, len);
	for (int turns = data[0] & 7; turns >= 0; turns--)
		world_turn(world, guys, 2);
	return 3 + len;
}

/* Lets the store answer some of what is under way; the rest finds its session gone. */
static void settle(struct guy **guys) {
	for (int i = 0; i < 4; i++) {
		world_turn(world, guys, 2);
		if (!guys[0]->session && !guys[1]->session)
			return;
		usleep(200);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (!size)
		return 0;
	struct guy *guys[] = {guy_open(world), guy_open(world)};
	char name[32];
	for (int i = 0; i < 2; i++) {
		assert(guys[i]->session);
		snprintf(name, sizeof name, "%c%u", "ab"[i], inputs);
		if (data[0] >> i & 1)
			guy_be(guys[i], name);
	}
	inputs++;
	size_t at = 1;
	for (int frames = 0; at < size && frames < FRAMES_MAX; frames++)
		at += speak(guys, data + at, size - at);
	settle(guys);
	guy_close(guys[0]);
	guy_close(guys[1]);
	return 0;
}
