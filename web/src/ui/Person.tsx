// A person's name and picture: initials in a colour of their own.
import type { JSX } from 'preact';
import { cleanName } from '../sanitize';

const HUES = 12;

// The class of a person's colour: the same for one person everywhere.
export function hueClass(id: number): string {
	return `hue-${(id * 7) % HUES}`; // 7 and 12 have no common divisor: neighbours differ
}

export function Avatar({ id, name }: { id: number; name: string }): JSX.Element {
	return <span class={`avatar ${hueClass(id)}`} aria-hidden="true">{initials(cleanName(name))}</span>;
}

export function Name({ id, name }: { id: number; name: string }): JSX.Element {
	return <bdi class={`name ${hueClass(id)}`}>{cleanName(name)}</bdi>;
}

// One letter, or the first of two words.
function initials(name: string): string {
	const words = name.split(/[\s._-]+/).filter(Boolean);
	return words.slice(0, 2).map((w) => [...w][0]).join('').toLocaleUpperCase().slice(0, 4);
}
