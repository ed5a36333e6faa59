// Where one writes: grows with the text, keeps a draft per room, completes
// commands and names, and runs commands.
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isCommand, run } from '../commands';
import { choices, type Choice } from '../complete';
import { useApp, useClient } from '../context';
import { byteLength, draftOf, keepDraft } from '../draft';
import { OUTBOX_FULL } from '../outbox';
import { cleanLine } from '../sanitize';
import type { Room } from '../sync';
import { Choices } from './Choices';
import { SendIcon } from './icons';

const TEXT_BYTES = 16384;

export function Composer({ room }: { room: Room }): JSX.Element {
	const app = useApp();
	const input = useRef<HTMLTextAreaElement>(null);
	const [user] = useState(app.client.user?.id ?? 0);
	const [text, setText] = useState(() => draftOf(user, room.id));
	const [offered, setOffered] = useState<Choice[]>([]);
	const [chosen, setChosen] = useState(0);
	const limit = useClient((c) => c.limits?.textBytes || TEXT_BYTES);
	const left = limit - (text.length * 3 > limit ? byteLength(text) : 0);

	const change = (value: string) => {
		keepDraft(user, room.id, value);
		setText(value);
		setOffered(choices(value, input.current?.selectionStart ?? value.length, room));
		setChosen(0);
	};

	const send = async () => {
		if (left < 0 || !text.trim()) return;
		setOffered([]);
		app.ui.dismiss();
		if (isCommand(text)) {
			change('');
			if (!(await run(app, text))) change(text);
			return;
		}
		if (app.client.send(room.id, text.replace(/^\/\//, '/').trimEnd())) change('');
		else app.ui.note(OUTBOX_FULL, true);
	};

	const choose = (choice: Choice) => {
		change(choice.text);
		setOffered([]);
		input.current!.focus();
	};

	const keyDown = (e: KeyboardEvent) => {
		if (e.isComposing) return;
		if (offered.length && offeredKey(e)) return e.preventDefault();
		if (e.key === 'Enter' && !e.shiftKey && !e.altKey) {
			e.preventDefault();
			void send();
		} else if (e.key === 'Escape') app.ui.dismiss();
		else if (e.key === 'PageUp' || e.key === 'PageDown') {
			e.preventDefault();
			app.ui.scrollList(e.key === 'PageUp' ? -1 : 1);
		}
	};

	// Keys while choices are shown; true when it was one of theirs.
	const offeredKey = (e: KeyboardEvent): boolean => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
		const choice = offered[chosen]!;
		if (step) setChosen((chosen + step + offered.length) % offered.length);
		else if (e.key === 'Escape') setOffered([]);
		else if (e.key === 'Tab' || (e.key === 'Enter' && choice.text.trim() !== text.trim())) choose(choice);
		else return false;
		return true;
	};

	useLayoutEffect(() => {
		// On a screen without keyboard, focus would bring one up.
		app.ui.focusInput = () => {
			if (!matchMedia('(pointer: coarse)').matches) input.current?.focus();
		};
		app.ui.focusInput();
	}, []);

	useLayoutEffect(() => {
		const area = input.current!;
		area.style.height = 'auto';
		area.style.height = `${area.scrollHeight}px`;
	}, [text]);

	return (
		<form class="composer" onSubmit={(e) => { e.preventDefault(); void send(); }}>
			{offered.length > 0 && <Choices choices={offered} chosen={chosen} choose={choose} />}
			<div class="field">
				<textarea ref={input} rows={1} value={text} aria-label={`Message to ${cleanLine(room.name)}`}
					placeholder={`Message #${cleanLine(room.name)}`} enterkeyhint="send" autocomplete="off"
					aria-autocomplete="list" aria-controls={offered.length ? 'choices' : undefined}
					aria-activedescendant={offered.length ? `choice-${chosen}` : undefined}
					onInput={(e) => change(e.currentTarget.value)} onKeyDown={keyDown} onBlur={() => setOffered([])} />
				{left < 1000 && <span class={left < 0 ? 'count over' : 'count'}>{left}</span>}
				<button type="submit" class="send" aria-label="Send" disabled={!text.trim() || left < 0}><SendIcon /></button>
			</div>
		</form>
	);
}
