// The keys that work everywhere, besides the browser's own.
import type { Context } from './commands';

export const keys: readonly { keys: string; help: string }[] = [
	{ keys: 'Ctrl K', help: 'Find a room' },
	{ keys: 'Alt ↑ ↓', help: 'The room above or below' },
	{ keys: 'Alt Shift ↑ ↓', help: 'The next room with unread messages' },
	{ keys: 'Page Up, Page Down', help: 'Scroll while writing' },
	{ keys: 'Shift Enter', help: 'A new line' },
	{ keys: 'Tab', help: 'Complete a command or an @name' },
	{ keys: 'Escape', help: 'Close what is open' },
];

export function handleKey({ client, ui }: Context, e: KeyboardEvent): void {
	if (client.who !== 'somebody' || e.isComposing) return;
	if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 'k') {
		e.preventDefault();
		if (ui.dialog === 'rooms') ui.close();
		else ui.open('rooms');
	} else if (e.altKey && !e.ctrlKey && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
		e.preventDefault();
		step(client, e.key === 'ArrowUp' ? -1 : 1, e.shiftKey);
	} else if (e.key === 'Escape' && ui.drawer) {
		ui.showDrawer(null);
		ui.focusInput();
	} else if (startsWriting(e, ui.dialog !== null)) ui.focusInput();
}

// Goes to the next room up or down, of those with something unread.
function step(client: Context['client'], by: number, unread: boolean): void {
	const { rooms } = client.sync;
	const at = rooms.findIndex((r) => r.id === client.active);
	for (let n = 1; n <= rooms.length; n++) {
		const room = rooms[(at + by * n + rooms.length * n) % rooms.length]!;
		if (unread && !room.unread) continue;
		return client.activate(room.id);
	}
}

// A letter typed while nothing that takes letters has the focus.
function startsWriting(e: KeyboardEvent, modal: boolean): boolean {
	if (modal || e.ctrlKey || e.metaKey || e.altKey || [...e.key].length !== 1 || e.key === ' ') return false;
	return !(e.target instanceof Element && e.target.closest('input, textarea, button, select, a, dialog'));
}
