// Times for people, in the browser's language and zone.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dayYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const DAY_MS = 86400000;

export const clockTime = (ms: number): string => clock.format(ms);
export const fullTime = (ms: number): string => full.format(ms);

// Numbers of the same day are equal.
export function dayKey(ms: number): number {
	const d = new Date(ms);
	return d.getFullYear() * 10000 + d.getMonth() * 100 + d.getDate();
}

// "Today", "Yesterday", "Monday, 3 March", or with the year when it is another.
export function dayName(ms: number, now: number = Date.now()): string {
	if (dayKey(ms) === dayKey(now)) return capital(relative.format(0, 'day'));
	if (dayKey(ms) === dayKey(now - DAY_MS)) return capital(relative.format(-1, 'day'));
	return (new Date(ms).getFullYear() === new Date(now).getFullYear() ? day : dayYear).format(ms);
}

// "5 minutes ago".
export function ago(ms: number, now: number = Date.now()): string {
	const seconds = Math.round((ms - now) / 1000);
	const units: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86400], ['hour', 3600], ['minute', 60]];
	for (const [unit, size] of units)
		if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
	return 'just now';
}

function capital(text: string): string {
	return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
