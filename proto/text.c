/* Walks the fields by the message's descriptor. */
#include "proto/text.h"

#include <stdbool.h>
#include <string.h>

#include "proto/base/utf8.h"
#include "proto/wire.h"

/* The bytes of the field whose tag has been read; 0: cut off, or of no kind we know. */
static size_t value_size(unsigned wire_type, const uint8_t *p, size_t len, size_t *head) {
	uint64_t value;
	*head = 0;
	switch (wire_type) {
	case WIRE_VARINT:
		return wire_get_varint(p, len, &value);
	case WIRE_FIXED64:
		return len >= 8 ? 8 : 0;
	case WIRE_FIXED32:
		return len >= 4 ? 4 : 0;
	case WIRE_BYTES:
		*head = wire_get_varint(p, len, &value);
		return *head && value <= len - *head ? *head + (size_t)value : 0;
	default:
		return 0;
	}
}

static enum text_fault check_string(const uint8_t *p, size_t len) {
	if (memchr(p, 0, len))
		return TEXT_HAS_ZERO;
	return utf8_valid((const char *)p, len) ? TEXT_GOOD : TEXT_NOT_UTF8;
}

static enum text_fault check_field(const ProtobufCFieldDescriptor *field, const uint8_t *p, size_t len) {
	if (field && field->type == PROTOBUF_C_TYPE_STRING)
		return check_string(p, len);
	if (field && field->type == PROTOBUF_C_TYPE_MESSAGE)
		return text_check(field->descriptor, p, len);
	return TEXT_GOOD;
}

enum text_fault text_check(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t len) {
	while (len) {
		uint64_t tag;
		size_t n = wire_get_varint(data, len, &tag), head;
		size_t size = n ? value_size(tag & 7, data + n, len - n, &head) : 0;
		if (!size)
			return TEXT_GOOD;
		const ProtobufCFieldDescriptor *field = tag >> 3 <= UINT32_MAX && (tag & 7) == WIRE_BYTES
			? protobuf_c_message_descriptor_get_field(type, (unsigned)(tag >> 3)) : NULL;
		enum text_fault fault = check_field(field, data + n + head, size - head);
		if (fault != TEXT_GOOD)
			return fault;
		data += n + size;
		len -= n + size;
	}
	return TEXT_GOOD;
}
