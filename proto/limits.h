/* Limits that two programs must agree on; Welcome announces them. Bytes unless said. */
#ifndef APPCHAT_PROTO_LIMITS_H
#define APPCHAT_PROTO_LIMITS_H

#define PROTOCOL_VERSION 1
#define PROTOCOL_SUBPROTOCOL "appchat.v1"
#define PROTOCOL_PATH "/ws"
#define PROTOCOL_DEFAULT_PORT 8080

#define LIMIT_FRAME 65536            /* a client's frame, signed in */
#define LIMIT_FRAME_EARLY 4096       /* before that */
#define LIMIT_SERVER_FRAME (1 << 20) /* no server frame is larger */
#define LIMIT_TEXT 16384
#define LIMIT_TOPIC 1024
#define LIMIT_NAME_CHARS 32
#define LIMIT_NAME_BYTES 96
#define LIMIT_ROOM_NAME_CHARS 48
#define LIMIT_PASSWORD_MIN 8         /* characters */
#define LIMIT_PASSWORD 1024
#define LIMIT_TOKEN 32
#define LIMIT_UUID 16
#define LIMIT_CLIENT_NAME 63
#define LIMIT_HISTORY_EVENTS 200
#define LIMIT_HISTORY_BYTES (256 * 1024)
#define LIMIT_PAGE 100               /* rooms, members */
#define LIMIT_ROOMS_PER_USER 500
#define LIMIT_SESSIONS_PER_USER 32
#define LIMIT_GAP_EVENTS 10000       /* further behind: Gap */

#define SECONDS_HELLO 5
#define SECONDS_PING 20
#define SECONDS_HANGUP 60
#define SECONDS_STALLED 30

#endif
