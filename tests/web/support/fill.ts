// Fills the lobby fast: guests who each say a part of it, no more than a user
// may say in one go, over sockets of their own opened in a person's page.
import { randomBytes } from 'node:crypto';
import { appchat } from 'gen/all.js';
import { uuid7 } from 'web/uuid';
import type { Person } from './person';

const LOBBY = 1;
const PART = 150;

export async function fillRoom(person: Person, texts: string[]): Promise<void> {
	for (let at = 0; at < texts.length; at += PART) {
		const refused = await person.page.evaluate(talk, frames(`filler-${at / PART}`, texts.slice(at, at + PART)));
		if (refused) throw new Error(`${refused} of the messages were refused`);
	}
}

// What a guest sends: the greeting, the name, and the messages. Encoded, for
// the way into the page.
function frames(name: string, texts: string[]): string[] {
	const token = randomBytes(32); // else the page's cookie would say who this is
	const bodies: appchat.ClientFrame.$Properties[] = [
		{ hello: { versionMin: 1, versionMax: 1, token, instance: uuid7(), client: 'fill' } },
		{ claim: { name, token } },
		...texts.map((text) => ({ send: { room: LOBBY, clientMsgId: uuid7(), text } })),
	];
	return bodies.map((body, i) => Buffer.from(appchat.ClientFrame.encode({ ...body, request: i + 1 }).finish()).toString('base64'));
}

// Runs in the page: sends the first two each when it may, the rest at once.
// Resolves with how many were refused.
function talk(encoded: string[]): Promise<number> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(`ws://${location.host}/ws`, 'appchat.v1');
		socket.binaryType = 'arraybuffer';
		let answered = 0;
		let refused = 0;
		const say = (from: number, to: number) => {
			for (const one of encoded.slice(from, to)) socket.send(Uint8Array.from(atob(one), (c) => c.charCodeAt(0)));
		};
		socket.onopen = () => say(0, 1);
		socket.onclose = () => reject(new Error('the connection was lost'));
		socket.onmessage = ({ data }) => {
			// ServerFrame: the request, a varint, then what it is: Error is field 3.
			const bytes = new Uint8Array(data as ArrayBuffer);
			if (bytes[0] !== 0x08) return;
			if (bytes[bytes[1]! < 0x80 ? 2 : 3] === 0x1a) refused++;
			answered++;
			if (answered === 1) say(1, 2);
			if (answered === 2) say(2, encoded.length);
			if (answered < encoded.length) return;
			socket.close();
			resolve(refused);
		};
	});
}
