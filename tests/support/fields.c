/* See fields.h. A value is found at its descriptor's offset in the struct. */
#include "tests/support/fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/client/hex.h"

#define AT(type, message, offset) ((type *)(void *)((char *)(uintptr_t)(message) + (offset)))

static void print_message(FILE *out, const ProtobufCMessage *message);

static void print_value(FILE *out, const ProtobufCFieldDescriptor *field, const void *at) {
	const ProtobufCBinaryData *bytes = at;
	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64: fprintf(out, "%" PRIu64, *(const uint64_t *)at); break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: fprintf(out, "%" PRIu32, *(const uint32_t *)at); break;
	case PROTOBUF_C_TYPE_ENUM: fprintf(out, "%s", protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)at) ?
		protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)at)->name : "?"); break;
	case PROTOBUF_C_TYPE_BOOL: fprintf(out, "%d", *(const protobuf_c_boolean *)at); break;
	case PROTOBUF_C_TYPE_DOUBLE: fprintf(out, "%.3f", *(const double *)at); break;
	case PROTOBUF_C_TYPE_STRING: fprintf(out, "%s", *(char *const *)at); break;
	case PROTOBUF_C_TYPE_BYTES:
		for (size_t i = 0; i < bytes->len; i++)
			fprintf(out, "%02x", bytes->data[i]);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		fputc('{', out);
		if (*(ProtobufCMessage *const *)at)
			print_message(out, *(ProtobufCMessage *const *)at);
		fputs(" }", out);
		break;
	default: fputc('?', out);
	}
}

static size_t value_size(const ProtobufCFieldDescriptor *field) {
	return field->type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) :
		field->type == PROTOBUF_C_TYPE_BOOL ? sizeof(protobuf_c_boolean) :
		field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_FIXED32 ||
		field->type == PROTOBUF_C_TYPE_ENUM ? 4 : 8;
}

static void print_field(FILE *out, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	size_t count = 1;
	const char *at = AT(char, message, field->offset);
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		count = *AT(size_t, message, field->quantifier_offset);
		at = *AT(char *, message, field->offset);
	} else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF &&
		*AT(uint32_t, message, field->quantifier_offset) != field->id)
		return;
	else if (field->type == PROTOBUF_C_TYPE_MESSAGE && !*AT(void *, message, field->offset))
		return;
	for (size_t i = 0; i < count; i++) {
		fprintf(out, " %s=", field->name);
		print_value(out, field, at + i * value_size(field));
	}
}

static void print_message(FILE *out, const ProtobufCMessage *message) {
	for (unsigned i = 0; i < message->descriptor->n_fields; i++)
		print_field(out, message, &message->descriptor->fields[i]);
}

const char *fields_print(FILE *out, uint32_t request, const ProtobufCMessage *frame, unsigned body) {
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(frame->descriptor, body);
	const char *name = field ? field->name : "unknown";
	fprintf(out, "%" PRIu32 " %s", request, name);
	if (field)
		print_message(out, *AT(ProtobufCMessage *, frame, field->offset));
	fputc('\n', out);
	return name;
}

static bool read_cursor(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text) {
	const ProtobufCMessageDescriptor *d = field->descriptor;
	ProtobufCMessage *item = xcalloc(1, d->sizeof_message);
	ProtobufCMessage ***list = AT(ProtobufCMessage **, message, field->offset);
	size_t *count = AT(size_t, message, field->quantifier_offset);
	protobuf_c_message_init(d, item);
	for (unsigned i = 0; i < d->n_fields; i++) {
		char *end;
		uint64_t v = strtoull(text, &end, 10);
		memcpy(AT(char, item, d->fields[i].offset), &v, value_size(&d->fields[i]));
		text = *end == ':' ? end + 1 : end;
	}
	*list = xrealloc(*list, (*count + 1) * sizeof **list);
	(*list)[(*count)++] = item;
	return true;
}

static bool read_value(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, char *text) {
	void *at = AT(char, message, field->offset);
	ProtobufCBinaryData bytes = {strlen(text) / 2, NULL};
	uint64_t v;
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: *(char **)at = xstrdup(text); return true;
	case PROTOBUF_C_TYPE_MESSAGE: return field->label == PROTOBUF_C_LABEL_REPEATED && read_cursor(message, field, text);
	case PROTOBUF_C_TYPE_BYTES:
		bytes.data = xmalloc(bytes.len + 1);
		memcpy(at, &bytes, sizeof bytes);
		return hex_decode(bytes.data, bytes.len, text);
	default:
		v = strtoull(text, NULL, 10);
		memcpy(at, &v, value_size(field)); /* little-endian, as all we build on */
		return true;
	}
}

static bool read_fields(ProtobufCMessage *message, char *rest) {
	while (rest && *rest) {
		char *name = rest, *value = strchr(rest, '=');
		if (!value)
			return false;
		*value++ = 0;
		const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
		if (!field)
			return false;
		rest = strcmp(name, "text") ? strchr(value, ' ') : NULL;
		if (rest)
			*rest++ = 0;
		if (!read_value(message, field, value))
			return false;
	}
	return true;
}

bool fields_read(ProtobufCMessage *frame, char *line) {
	char *rest = strchr(line, ' ');
	if (rest)
		*rest++ = 0;
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(frame->descriptor, line);
	if (!field || field->type != PROTOBUF_C_TYPE_MESSAGE)
		return false;
	const ProtobufCMessageDescriptor *d = field->descriptor;
	ProtobufCMessage *body = xcalloc(1, d->sizeof_message);
	protobuf_c_message_init(d, body);
	*AT(ProtobufCMessage *, frame, field->offset) = body;
	*AT(uint32_t, frame, field->quantifier_offset) = field->id;
	return read_fields(body, rest);
}
