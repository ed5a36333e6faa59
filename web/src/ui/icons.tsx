// The page's few icons, drawn with the colour of the text around them.
import type { JSX } from 'preact';

function icon(path: JSX.Element): () => JSX.Element {
	return () => (
		<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor"
			stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{path}</svg>
	);
}

export const MenuIcon = icon(<path d="M4 7h16M4 12h16M4 17h16" />);
export const PeopleIcon = icon(<path d="M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3.5 19c.4-3 2.6-4.7 5.5-4.7s5.1 1.7 5.5 4.7M16 5a3 3 0 0 1 0 5.8M17.5 14.6c1.7.6 2.8 2 3.1 4.4" />);
export const SendIcon = icon(<path d="M12 19V5.5M6 11l6-6 6 6" />);
export const PlusIcon = icon(<path d="M12 5.5v13M5.5 12h13" />);
export const CloseIcon = icon(<path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />);
export const DownIcon = icon(<path d="M12 5v13.5M6 13l6 6 6-6" />);
export const SearchIcon = icon(<path d="M10.8 17.5a6.7 6.7 0 1 0 0-13.4 6.7 6.7 0 0 0 0 13.4zM20 20l-4.3-4.3" />);
export const LeaveIcon = icon(<path d="M13 4.5H6.5a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1H13M10 12h10M16.5 8.5L20 12l-3.5 3.5" />);
export const MoreIcon = icon(<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="2.6" />);

export function Mark(): JSX.Element {
	return (
		<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
			<path class="mark-body" d="M9 4h14a6 6 0 0 1 6 6v8a6 6 0 0 1-6 6h-7l-7 5v-5a6 6 0 0 1-6-6v-8a6 6 0 0 1 6-6z" />
			<path class="mark-lines" d="M10 11.6h12M10 16.6h7" />
		</svg>
	);
}
