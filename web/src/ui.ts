// What is on screen besides the chat itself: the open dialog, the drawer of a
// small screen, notes to the person, light or dark.
import { load, save } from './storage';
import { Store } from './store';

export type DialogName = 'rooms' | 'account' | 'register' | 'sessions' | 'topic' | 'help';
export type WelcomeMode = 'guest' | 'signin' | 'register';
export type Theme = 'auto' | 'light' | 'dark';
export type Note = { id: number; text: string; bad: boolean };

const NOTES = 4;
const dark = matchMedia('(prefers-color-scheme: dark)');

export class Ui extends Store {
	dialog: DialogName | null = null;
	drawer: 'rooms' | 'members' | null = null;
	welcome: WelcomeMode = 'guest'; // what the first screen offers
	members = load('members') !== 'hidden'; // the column of a wide screen
	notes: readonly Note[] = [];
	theme: Theme = (load('theme') as Theme | null) ?? 'auto';
	focusInput: () => void = () => {}; // the composer says how
	scrollList: (pages: number) => void = () => {}; // the list says how
	private lastNote = 0;

	constructor() {
		super();
		this.paint();
		dark.addEventListener('change', () => this.paint());
	}

	open(dialog: DialogName | null): void {
		this.dialog = dialog;
		this.drawer = null;
		this.flush();
	}

	close(): void {
		this.open(null);
		this.focusInput();
	}

	showDrawer(drawer: Ui['drawer']): void {
		this.drawer = drawer;
		this.flush();
	}

	// Members: a column where there is room for one, else a drawer.
	toggleMembers(): void {
		if (matchMedia('(max-width: 60rem)').matches) return this.showDrawer(this.drawer === 'members' ? null : 'members');
		this.members = !this.members;
		save('members', this.members ? null : 'hidden');
		this.flush();
	}

	note(text: string, bad = false): void {
		this.notes = [...this.notes.slice(1 - NOTES), { id: ++this.lastNote, text, bad }];
		this.touch();
	}

	// Drops one note, or all.
	dismiss(id?: number): void {
		this.notes = id === undefined ? [] : this.notes.filter((n) => n.id !== id);
		this.touch();
	}

	setTheme(theme: Theme): void {
		this.theme = theme;
		save('theme', theme === 'auto' ? null : theme);
		this.paint();
		this.flush();
	}

	private paint(): void {
		const resolved = this.theme === 'auto' ? (dark.matches ? 'dark' : 'light') : this.theme;
		document.documentElement.dataset['theme'] = resolved;
		for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]'))
			meta.content = resolved === 'dark' ? '#1b1c1f' : '#fdfcfb';
	}
}
