// What one has begun to write, per room, until the tab is closed; and the
// bytes a text takes on its way.

const drafts = new Map<number, string>();

export const draftOf = (room: number): string => drafts.get(room) ?? '';

export function keepDraft(room: number, text: string): void {
	if (text) drafts.set(room, text);
	else drafts.delete(room);
}

const encoder = new TextEncoder();
export const byteLength = (text: string): number => encoder.encode(text).length;
