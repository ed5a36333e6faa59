/*
 * Anything as a frame: unpacked from the client's and from the server's side
 * and packed again, and as the varints that we read ourselves. What was
 * unpacked must survive packing and unpacking unchanged.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/limits.h"
#include "proto/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Packed bytes are canonical: unpacked and packed once more they are the same. (protobuf-c
 * lets an unknown field 0 in and not in again: that one has no second round.) */
static void check_repacked(const ProtobufCMessage *message) {
	size_t len = protobuf_c_message_get_packed_size(message);
	uint8_t *first = xmalloc(len + 1), *second = xmalloc(len + 1);
	assert(protobuf_c_message_pack(message, first) == len);
	ProtobufCMessage *again = protobuf_c_message_unpack(message->descriptor, NULL, len, first);
	if (again) {
		assert(protobuf_c_message_get_packed_size(again) == len);
		protobuf_c_message_pack(again, second);
		assert(!memcmp(first, second, len));
		protobuf_c_message_free_unpacked(again, NULL);
	}
	free(first);
	free(second);
}

static void fuzz_message(const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t size) {
	ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, size, data);
	if (!message)
		return;
	check_repacked(message);
	protobuf_c_message_free_unpacked(message, NULL);
}

static void fuzz_varints(const uint8_t *data, size_t size) {
	while (size) {
		uint64_t value, again;
		uint8_t bytes[WIRE_VARINT_MAX];
		size_t took = wire_get_varint(data, size, &value);
		assert(took <= size && took <= WIRE_VARINT_MAX);
		if (!took)
			return;
		size_t put = wire_put_varint(bytes, value);
		assert(put == wire_varint_size(value) && put <= WIRE_VARINT_MAX);
		assert(wire_get_varint(bytes, put, &again) == put && again == value);
		data += took;
		size -= took;
	}
}

/* A run of events framed by us holds exactly the run, in a frame that protobuf-c reads. */
static void fuzz_events_frame(const uint8_t *data, size_t size) {
	struct buf out = {0};
	wire_events_frame(&out, 7, data, size);
	assert(out.len > size && !memcmp(out.data + out.len - size, data, size));
	size_t header = (out.data[1] & 127) < 126 ? 2 : (out.data[1] & 127) == 126 ? 4 : 10;
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, out.len - header, out.data + header);
	if (frame) {
		assert(frame->body_case == APPCHAT__SERVER_FRAME__BODY_EVENTS);
		appchat__server_frame__free_unpacked(frame, NULL);
	}
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > LIMIT_FRAME)
		return 0;
	fuzz_message(&appchat__client_frame__descriptor, data, size);
	fuzz_message(&appchat__server_frame__descriptor, data, size);
	fuzz_varints(data, size);
	if (size)
		fuzz_events_frame(data, size);
	return 0;
}
