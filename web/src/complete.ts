// Completion of what is being typed: commands at the start, @names anywhere.
import { matching } from './commands';
import { cleanName } from './sanitize';
import type { Room } from './sync';

const MOST = 8;

export interface Choice {
	label: string;
	hint: string;
	text: string; // the whole input once chosen
}

// Choices for the input up to the cursor; what follows the cursor is kept.
export function choices(input: string, cursor: number, room: Room | undefined): Choice[] {
	const before = input.slice(0, cursor);
	const after = input.slice(cursor);
	const slash = matching(before).map((c) => ({
		label: `/${c.name} ${c.args}`.trim(), hint: c.help, text: `/${c.name}${c.args ? ' ' : ''}${after}`,
	}));
	if (slash.length) return slash;
	const at = /(^|\s)@([^\s@]*)$/.exec(before);
	if (!at || !room) return [];
	const start = before.slice(0, before.length - at[2]!.length - 1);
	return names(room, at[2]!.toLowerCase()).slice(0, MOST)
		.map((name) => ({ label: name, hint: '', text: `${start}@${name} ${after}` }));
}

// Who wrote here, the latest first.
function names(room: Room, begun: string): string[] {
	const found = new Set<string>();
	for (let i = room.events.length - 1; i >= 0 && found.size < MOST; i--) {
		const name = cleanName(room.events[i]!.name);
		if (name.toLowerCase().startsWith(begun)) found.add(name);
	}
	return [...found];
}
