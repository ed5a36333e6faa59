/* Commands about rooms. A room's name may be given with or without '#'. */
#include <string.h>

#include "tui/commands_impl.h"
#include "tui/width.h"

static const char *bare(const char *name) { return name + (*name == '#'); }

/* ---- Entering and leaving ------------------------------------------------------------ */

static void created(void *arg, const Appchat__ServerFrame *answer) {
	struct app *a = arg;
	if (!command_failed(a, answer, "make the room") && answer->body_case == APPCHAT__SERVER_FRAME__BODY_ROOM_STATE)
		app_show(a, answer->room_state->id);
}

void command_create(struct app *a, const char *argument) {
	char name[256];
	const char *from = bare(argument);
	size_t len = strcspn(from, " \n");
	if (len >= sizeof name) {
		app_print(a, CLIENT_ERROR, "That name is too long.");
		return;
	}
	memcpy(name, from, len);
	name[len] = 0;
	command_sent(a, client_create(a->client, name, from + len + strspn(from + len, " \n"), created, a));
}

static void joined(void *arg, const Appchat__ServerFrame *answer) {
	struct app *a = arg;
	if (command_failed(a, answer, "enter the room")) {
		if (answer && answer->error->code == APPCHAT__ERROR_CODE__ERROR_NOT_FOUND)
			app_print(a, CLIENT_INFO, "/create ROOM makes a new one, /rooms lists those there are.");
		return;
	}
	if (answer->body_case == APPCHAT__SERVER_FRAME__BODY_ROOM_STATE)
		app_show(a, answer->room_state->id);
}

void command_join(struct app *a, const char *argument) {
	struct sync_room *room = sync_find_name(client_rooms(a->client), argument);
	if (room)
		app_show(a, room->id);
	else
		command_sent(a, client_join(a->client, bare(argument), joined, a));
}

static void left(void *arg, const Appchat__ServerFrame *answer) { command_failed(arg, answer, "leave the room"); }

void command_leave(struct app *a, const char *argument) {
	struct sync_room *room = *argument ? sync_find_name(client_rooms(a->client), argument) : app_room(a);
	if (!room)
		app_print(a, CLIENT_ERROR, "You are not in that room.");
	else
		command_sent(a, client_leave(a->client, room->id, left, a));
}

/* ---- Looking around --------------------------------------------------------------------- */

static void add_room(struct buf *out, const Appchat__RoomInfo *room) {
	int pad = 16 - width_text(&width_standard, room->name, strlen(room->name));
	buf_printf(out, "\n %s #%s%*s %5u online  %s", room->joined ? "*" : " ", room->name, pad > 0 ? pad : 0, "", room->online,
		   room->topic);
}

static void rooms_listed(void *arg, const Appchat__ServerFrame *answer) {
	struct app *a = arg;
	struct buf out = { 0 };
	if (command_failed(a, answer, "list the rooms") || answer->body_case != APPCHAT__SERVER_FRAME__BODY_ROOM_LIST)
		return;
	const Appchat__RoomList *list = answer->room_list;
	buf_printf(&out, list->n_room ? "Rooms (* you are in):" : "There are no more rooms.");
	for (size_t i = 0; i < list->n_room; i++)
		add_room(&out, list->room[i]);
	if (list->more && list->n_room)
		buf_printf(&out, "\n   There are more: /rooms %s goes on.", list->room[list->n_room - 1]->name);
	app_print(a, CLIENT_INFO, "%s", (char *)out.data);
	buf_free(&out);
}

void command_rooms(struct app *a, const char *argument) {
	command_sent(a, client_list_rooms(a->client, bare(argument), rooms_listed, a));
}

static void members_listed(void *arg, const Appchat__ServerFrame *answer) {
	struct app *a = arg;
	struct buf out = { 0 };
	if (command_failed(a, answer, "list the members") || answer->body_case != APPCHAT__SERVER_FRAME__BODY_MEMBER_PAGE)
		return;
	const Appchat__MemberPage *page = answer->member_page;
	buf_printf(&out, "%u here now:", page->online);
	for (size_t i = 0; i < page->n_user; i++)
		buf_printf(&out, "%s %s%s", i ? "," : "", page->user[i]->name, page->user[i]->guest ? " (guest)" : "");
	if (page->more)
		buf_printf(&out, ", and more");
	app_print(a, CLIENT_INFO, "%s", (char *)out.data);
	buf_free(&out);
}

void command_members(struct app *a, const char *argument) {
	(void)argument;
	command_sent(a, client_members(a->client, app_room(a)->id, "", members_listed, a));
}

static void topic_set(void *arg, const Appchat__ServerFrame *answer) { command_failed(arg, answer, "set the topic"); }

void command_topic(struct app *a, const char *argument) {
	struct sync_room *room = app_room(a);
	if (*argument)
		command_sent(a, client_topic(a->client, room->id, argument, topic_set, a));
	else if (*room->topic)
		app_print(a, CLIENT_INFO, "The topic of #%s: %s", room->name, room->topic);
	else
		app_print(a, CLIENT_INFO, "#%s has no topic; /topic TEXT sets one.", room->name);
}
