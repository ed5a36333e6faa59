// A labelled input of a form.
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
	label: string;
	value: string;
	change(value: string): void;
	type?: 'text' | 'password';
	name: string;
	autocomplete: string;
	hint?: string;
	focus?: boolean;
	minLength?: number;
	maxLength?: number;
	required?: boolean;
	problem?: boolean;
}

export function Field(props: Props): JSX.Element {
	const { label, value, change, type = 'text', name, autocomplete, hint, focus, problem } = props;
	const input = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => {
		if (focus) input.current!.focus();
	}, [focus]);
	return (
		<label class="labelled">
			<span class="label">{label}</span>
			<input ref={input} type={type as 'text'} name={name} value={value} autocomplete={autocomplete as 'on'}
				autocapitalize="off" spellcheck={false} required={props.required ?? true} minLength={props.minLength}
				maxLength={props.maxLength} aria-invalid={problem || undefined}
				aria-describedby={hint ? `${name}-hint` : undefined} onInput={(e) => change(e.currentTarget.value)} />
			{hint && <span class="hint" id={`${name}-hint`}>{hint}</span>}
		</label>
	);
}
