// Keeps a list's place: at the bottom when it was at the bottom, else with the
// row at the top of the view where it was, whatever is put above or below it.

const BOTTOM_PX = 48; // this close counts as at the bottom

export class ScrollKeeper {
	stuck = true; // at the bottom
	private anchor: { key: string; offset: number } | null = null;
	private observer: ResizeObserver | null = null;

	constructor(readonly box: HTMLElement, readonly list: HTMLElement) {
		if (typeof ResizeObserver === 'undefined') return;
		this.observer = new ResizeObserver(() => this.restore());
		this.observer.observe(box);
		this.observer.observe(list);
	}

	close(): void {
		this.observer?.disconnect();
	}

	// After the person scrolled: remembers the place.
	remember(): void {
		const { box } = this;
		this.stuck = box.scrollHeight - box.scrollTop - box.clientHeight < BOTTOM_PX;
		const row = this.topRow();
		this.anchor = row && { key: row.dataset['key']!, offset: row.offsetTop - box.scrollTop };
	}

	// After rows changed: puts the place back.
	restore(): void {
		const { box, anchor } = this;
		if (this.stuck) {
			box.scrollTop = box.scrollHeight;
			return;
		}
		const row = anchor && this.row(anchor.key);
		if (row && Math.abs(row.offsetTop - box.scrollTop - anchor.offset) >= 1)
			box.scrollTop = row.offsetTop - anchor.offset;
	}

	toBottom(): void {
		this.stuck = true;
		this.restore();
	}

	// The first row with a message or event that is in view, even if only in part.
	topRow(): HTMLElement | null {
		const rows = this.list.children;
		let lo = 0;
		let hi = rows.length;
		while (lo < hi) {
			const mid = (lo + hi) >> 1;
			const row = rows[mid] as HTMLElement;
			if (row.offsetTop + row.offsetHeight <= this.box.scrollTop) lo = mid + 1;
			else hi = mid;
		}
		while (lo < rows.length && !(rows[lo] as HTMLElement).dataset['place']) lo++;
		return (rows[lo] as HTMLElement | undefined) ?? null;
	}

	// Pixels between the view and this row: 0 when it is in view.
	distance(row: HTMLElement): number {
		const { scrollTop, clientHeight } = this.box;
		return Math.max(0, scrollTop - row.offsetTop - row.offsetHeight, row.offsetTop - scrollTop - clientHeight);
	}

	private row(key: string): HTMLElement | null {
		for (const child of this.list.children)
			if ((child as HTMLElement).dataset['key'] === key) return child as HTMLElement;
		return null;
	}
}
