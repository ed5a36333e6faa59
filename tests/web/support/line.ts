// A person's line to the server, which a test can cut and mend.
import type { WebSocketRoute } from 'playwright-core';
import type { Person } from './person';

export class Line {
	private open: WebSocketRoute[] = [];
	private whole = true;

	// Puts itself into the line of a person, whose page is loaded again for it.
	static async of(person: Person): Promise<Line> {
		const line = new Line();
		await person.page.routeWebSocket(/\/ws$/, (route) => line.connect(route));
		await person.page.reload();
		await person.ready();
		return line;
	}

	async cut(): Promise<void> {
		this.whole = false;
		await Promise.all(this.open.map((route) => route.close()));
		this.open = [];
	}

	mend(): void {
		this.whole = true;
	}

	private connect(route: WebSocketRoute): void {
		if (!this.whole) return void route.close();
		route.connectToServer();
		this.open.push(route);
	}
}
