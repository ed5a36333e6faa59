// A modal dialog: the browser's own, which keeps the focus inside, closes on
// Escape and gives the focus back.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from '../context';
import { CloseIcon } from './icons';

interface Props {
	title: string;
	kind?: string;
	children: ComponentChildren;
}

export function Dialog({ title, kind = '', children }: Props): JSX.Element {
	const { ui } = useApp();
	const dialog = useRef<HTMLDialogElement>(null);
	const body = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		const shown = dialog.current!;
		shown.showModal();
		const first = shown.querySelector<HTMLElement>('input:not([readonly], [type=radio])');
		(first ?? body.current!).focus(); // what scrolls, so that keys scroll it
		return () => shown.close();
	}, []);
	const outside = (e: MouseEvent) => {
		if (e.target === dialog.current) ui.close();
	};
	return (
		<dialog ref={dialog} class={`dialog ${kind}`} aria-labelledby="dialog-title"
			onCancel={(e) => { e.preventDefault(); ui.close(); }} onMouseDown={outside}>
			<div ref={body} tabIndex={-1} class="dialog-body">
				<header>
					<h2 id="dialog-title">{title}</h2>
					<button type="button" class="icon-button small" aria-label="Close" onClick={() => ui.close()}><CloseIcon /></button>
				</header>
				{children}
			</div>
		</dialog>
	);
}
