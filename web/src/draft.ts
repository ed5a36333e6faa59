// What each person has begun to write, per room, until the tab is closed; and
// the bytes a text takes on its way.

const drafts = new Map<string, string>();

export const draftOf = (user: number, room: number): string => drafts.get(`${user} ${room}`) ?? '';

export function keepDraft(user: number, room: number, text: string): void {
	if (text) drafts.set(`${user} ${room}`, text);
	else drafts.delete(`${user} ${room}`);
}

const encoder = new TextEncoder();
export const byteLength = (text: string): number => encoder.encode(text).length;
