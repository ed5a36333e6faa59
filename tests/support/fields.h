/* Frames as text and back, by protobuf-c's descriptors: whatever the .proto has. */
#ifndef APPCHAT_TESTS_SUPPORT_FIELDS_H
#define APPCHAT_TESTS_SUPPORT_FIELDS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Prints "REQUEST NAME field=value ...\n" of the frame's body, the field with
 * this number; returns NAME ("unknown" when there is none). */
const char *fields_print(FILE *out, uint32_t request, const ProtobufCMessage *frame, unsigned body);

/* Sets the body of a frame from "NAME field=value ...". What it points to is
 * never freed: a test's program is short. False when the line can't be read. */
bool fields_read(ProtobufCMessage *frame, char *line);

#endif
