/*
 * Text in a message as it came: protobuf-c copies a string up to its first
 * zero byte and does not look whether it is UTF-8, so this looks at the bytes.
 */
#ifndef APPCHAT_PROTO_TEXT_H
#define APPCHAT_PROTO_TEXT_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

enum text_fault { TEXT_GOOD, TEXT_NOT_UTF8, TEXT_HAS_ZERO };

/* Looks at every string in the encoded message, inner ones too. What cannot be
 * read as a message is not this function's matter: unpacking says that. */
enum text_fault text_check(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t len);

#endif
