// The commands and the keys.
import type { JSX } from 'preact';
import { commands } from '../commands';
import { keys } from '../keys';
import { Dialog } from './Dialog';

export function HelpDialog(): JSX.Element {
	return (
		<Dialog title="Commands and keys" kind="wide">
			<div class="help">
				<dl>
					{commands.map((c) => (
						<div key={c.name}><dt><code>/{c.name}</code> <span class="args">{c.args}</span></dt><dd>{c.help}</dd></div>
					))}
				</dl>
				<dl>
					{keys.map((k) => <div key={k.keys}><dt><kbd>{k.keys}</kbd></dt><dd>{k.help}</dd></div>)}
					<div><dt><code>*it* **b** `code`</code></dt><dd>Italic, bold, code; ``` for blocks</dd></div>
					<div><dt><code>//</code></dt><dd>A message that begins with a slash</dd></div>
				</dl>
			</div>
		</Dialog>
	);
}
