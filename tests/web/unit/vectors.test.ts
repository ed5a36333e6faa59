// The cases of tests/vectors/sync, which the C clients replay too.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { OutboxCase } from '../support/outbox_case';
import { RoomsCase } from '../support/rooms_case';

const FOLDER = 'tests/vectors/sync';

interface Line { words: string[]; where: string }

// The cases of a file: a name and its lines.
function casesOf(file: string): Map<string, Line[]> {
	const cases = new Map<string, Line[]>();
	let current: Line[] = [];
	readFileSync(`${FOLDER}/${file}`, 'utf8').split('\n').forEach((text, i) => {
		if (!text || text.startsWith('#')) return;
		if (text.startsWith('case ')) cases.set(text.slice(5), (current = []));
		else current.push({ words: text.split(' '), where: `${file}:${i + 1}: ${text}` });
	});
	return cases;
}

for (const file of readdirSync(FOLDER).sort())
	for (const [name, lines] of casesOf(file))
		test(`${file}: ${name}`, () => {
			const replay = file.startsWith('rooms') ? new RoomsCase() : new OutboxCase();
			for (const { words, where } of lines) {
				if (words[0] !== '=') replay.happen(words);
				else {
					const wanted = words[words.length - 1]!;
					assert.equal(replay.tell(words.slice(1, -1)), wanted, where);
				}
			}
		});
