// What a person asks the server for: people, sessions, rooms. Each rejects
// with a RequestError whose message is fit to be shown.
import type { Client } from './client';
import { ErrorCode, type MemberPage, type RoomList, type ServerStats, type SessionInfo } from './codec';
import type { RequestError } from './connection';
import { forget } from './cookie';

export async function claim(client: Client, name: string): Promise<void> {
	await client.become(`guest ${name}`, (token) => ({ claim: { name, token } }));
}

export async function signIn(client: Client, name: string, password: string): Promise<void> {
	await client.become(`account ${name}`, (token) => ({ signIn: { name, password, token } }));
}

// As a guest, name is empty: the guest becomes an account.
export async function signUp(client: Client, name: string, password: string): Promise<void> {
	await client.become(`new ${name}`, (token) => ({ signUp: { name, password, token } }));
}

// The token is void afterwards; the server says Bye.
export async function signOut(client: Client): Promise<void> {
	const { cookieTag } = client; // Bye may come before the answer
	await client.call({ signOut: {} });
	if (cookieTag) void forget(cookieTag).catch(() => {}); // void, it may stay
	client.nobody('');
	client.connection.reconnect('');
	client.connection.hurry();
}

export async function sessions(client: Client): Promise<SessionInfo[]> {
	const { sessionList } = await client.call({ listSessions: {} });
	return sessionList?.session ?? [];
}

export async function revoke(client: Client, session: number): Promise<void> {
	await client.call({ revokeSession: { session } });
}

// Joins the room and shows it.
export async function join(client: Client, name: string): Promise<void> {
	await enter(client, { joinRoom: { name: bare(name) } });
}

export async function create(client: Client, name: string, topic = ''): Promise<void> {
	await enter(client, { createRoom: { name: bare(name), topic } });
}

// A list of rooms may be old: whether there is such a room, the server knows.
export async function joinOrCreate(client: Client, name: string): Promise<void> {
	try {
		await join(client, name);
	} catch (e) {
		if ((e as RequestError).code !== ErrorCode.ERROR_NOT_FOUND) throw e;
		await create(client, name);
	}
}

async function enter(client: Client, body: Parameters<Client['call']>[0]): Promise<void> {
	const { roomState } = await client.call(body);
	if (roomState) client.activate(roomState.id);
}

export async function leave(client: Client, room: number): Promise<void> {
	await client.call({ leaveRoom: { room } });
	client.roomLeft(room);
}

export async function setTopic(client: Client, room: number, topic: string, id: Uint8Array): Promise<void> {
	await client.call({ setTopic: { room, topic, clientMsgId: id } });
}

export async function listRooms(client: Client, after = ''): Promise<RoomList> {
	const { roomList } = await client.call({ listRooms: { after } });
	return roomList ?? { room: [], more: false };
}

export async function members(client: Client, room: number, after = ''): Promise<MemberPage | null> {
	return (await client.call({ members: { room, after } })).memberPage;
}

export async function stats(client: Client): Promise<ServerStats | null> {
	return (await client.call({ stats: {} })).serverStats;
}

const bare = (name: string): string => name.trim().replace(/^#/, '');
