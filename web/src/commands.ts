// The slash commands: one table, which the composer completes from, /help
// shows and run() carries out. The terminal client has the same names.
import * as actions from './actions';
import type { Client } from './client';
import { OUTBOX_FULL } from './outbox';
import type { Ui } from './ui';
import { uuid7 } from './uuid';

export interface Context {
	readonly client: Client;
	readonly ui: Ui;
}

export interface Command {
	readonly name: string;
	readonly args: string;
	readonly help: string;
	// The sentence it returns is shown.
	run(context: Context, rest: string): Promise<string | void> | string | void;
}

class Usage extends Error {}

export const commands: readonly Command[] = [
	{ name: 'create', args: 'ROOM [TOPIC]', help: 'Make a room and go there', run: create },
	{ name: 'drop', args: '', help: 'Give up what could not be sent here', run: drop },
	{ name: 'help', args: '', help: 'Show commands and keys', run: ({ ui }) => ui.open('help') },
	{ name: 'join', args: 'ROOM', help: 'Go to a room', run: join },
	{ name: 'leave', args: '[ROOM]', help: 'Leave this room, or another', run: leave },
	{ name: 'members', args: '', help: 'Show or hide who is here', run: ({ ui }) => ui.toggleMembers() },
	{ name: 'nick', args: 'NAME', help: 'How to get another name', run: nick },
	{ name: 'ping', args: '', help: 'Measure the way to the server and back', run: ping },
	{ name: 'reconnect', args: '', help: 'Try to connect now', run: ({ client }) => client.connection.hurry(true) },
	{ name: 'register', args: '', help: 'Keep your name with a password', run: register },
	{ name: 'retry', args: '', help: 'Send again what could not be sent here', run: retry },
	{ name: 'revoke', args: 'NUMBER', help: 'End one of your sessions', run: revoke },
	{ name: 'rooms', args: '', help: 'Find a room', run: ({ ui }) => ui.open('rooms') },
	{ name: 'sessions', args: '', help: 'Where you are signed in', run: ({ ui }) => ui.open('sessions') },
	{ name: 'signin', args: '', help: 'Use an account', run: signIn },
	{ name: 'signout', args: '', help: 'End this session', run: ({ client }) => actions.signOut(client) },
	{ name: 'stats', args: '', help: 'How the server is doing', run: stats },
	{ name: 'topic', args: '[TEXT]', help: 'Say what this room is about', run: topic },
];

// Commands whose name begins with what was typed ("/jo").
export function matching(typed: string): Command[] {
	const begun = /^\/([a-z]*)$/i.exec(typed);
	return begun ? commands.filter((c) => c.name.startsWith(begun[1]!.toLowerCase())) : [];
}

// Is this line a command? "//" begins a message with a slash.
export const isCommand = (line: string): boolean => /^\/[a-z]/i.test(line);

// Carries out a line; true when it may be cleared from the input.
export async function run(context: Context, line: string): Promise<boolean> {
	const [, name = '', rest = ''] = /^\/(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
	const command = commands.find((c) => c.name === name.toLowerCase());
	if (!command) {
		context.ui.note(`There is no command /${name}. /help shows those there are.`, true);
		return false;
	}
	try {
		const said = await command.run(context, rest.trim());
		if (said) context.ui.note(said);
		return true;
	} catch (e) {
		const usage = e instanceof Usage;
		context.ui.note(usage ? `Usage: /${command.name} ${command.args}` : (e as Error).message, true);
		return false;
	}
}

async function join({ client }: Context, rest: string): Promise<void> {
	if (!rest) throw new Usage();
	const known = client.sync.findName(rest);
	if (known) client.activate(known.id);
	else await actions.join(client, rest);
}

async function create({ client }: Context, rest: string): Promise<void> {
	const [, name, topicText = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
	if (!name) throw new Usage();
	await actions.create(client, name, topicText);
}

async function leave({ client }: Context, rest: string): Promise<string> {
	const room = rest ? client.sync.findName(rest) : client.room;
	if (!room) throw new Error(`You are not in ${rest || 'a room'}.`);
	const name = room.name;
	await actions.leave(client, room.id);
	return `You left #${name}.`;
}

async function topic({ client, ui }: Context, rest: string): Promise<void> {
	if (!rest) return ui.open('topic');
	await actions.setTopic(client, client.active, rest, uuid7());
}

function register({ client, ui }: Context): string | void {
	if (client.user && !client.user.guest) return 'You have an account already.';
	ui.open('register');
}

function signIn({ client, ui }: Context): string | void {
	if (client.user && !client.user.guest) return `You are signed in as ${client.user.name}. /signout first.`;
	ui.open('account');
}

function nick({ client }: Context): string {
	return client.user?.guest
		? 'A name belongs to a person. For another one, /signout and pick it.'
		: 'An account keeps its name. For another one, /signout and pick it.';
}

// The messages of the room on screen that were refused.
const refused = (client: Client) => client.outbox.of(client.active).filter((i) => i.state === 'failed');

function drop({ client }: Context): string {
	const items = refused(client);
	for (const item of items) client.outbox.dismiss(item);
	return items.length ? `${items.length} given up.` : 'Nothing here failed to be sent.';
}

function retry({ client }: Context): string | void {
	const items = refused(client);
	if (!items.length) return 'Nothing here failed to be sent.';
	if (!items.every((item) => client.retry(item))) throw new Error(OUTBOX_FULL);
}

async function revoke({ client }: Context, rest: string): Promise<string> {
	if (!/^\d+$/.test(rest)) throw new Usage();
	await actions.revoke(client, Number(rest));
	return `Session ${rest} is ended.`;
}

async function ping({ client }: Context): Promise<string> {
	const ms = await client.ping();
	const late = client.behind();
	return `${ms.toFixed(1)} ms to the server and back; ${late ? `${late} messages behind` : 'nothing behind'}.`;
}

async function stats({ client }: Context): Promise<string | void> {
	const s = await actions.stats(client);
	if (!s) return;
	return `${client.server}: ${s.clients} connected, ${s.rooms} rooms, `
		+ `${s.messagesPerSecond.toFixed(1)} messages/s, ${s.deliveriesPerSecond.toFixed(0)} deliveries/s, `
		+ `${s.cpuPercent.toFixed(1)} % of a core, ${(s.rssBytes / 1048576).toFixed(1)} MB, up ${duration(s.uptimeSeconds)}.`;
}

function duration(seconds: number): string {
	const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']] as const;
	const from = Math.max(0, parts.findIndex(([size]) => seconds >= size));
	return parts.slice(from, from + 2)
		.map(([size, unit], i) => `${Math.floor((i ? seconds % parts[from]![0] : seconds) / size)} ${unit}`).join(' ');
}
